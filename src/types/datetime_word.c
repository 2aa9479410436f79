/*
 * The words of date and interval input. Both tables are sorted by name: they are searched by
 * bisection.
 */
#include "types/datetime_parse.h"

/* Longer words are cut to this before they are compared. */
#define WORD_CAP 10

struct word {
	char text[WORD_CAP + 2];
	uint8_t kind, value;
};

static const struct word date_words[] = {
	{"-infinity", WORD_RESERVED, V_EARLY},
	{"ad", WORD_ADBC, 0},
	{"allballs", WORD_RESERVED, V_ZULU},
	{"am", WORD_AMPM, 0},
	{"apr", WORD_MONTH, 4},
	{"april", WORD_MONTH, 4},
	{"at", WORD_IGNORED, 0},
	{"aug", WORD_MONTH, 8},
	{"august", WORD_MONTH, 8},
	{"bc", WORD_ADBC, 1},
	{"d", WORD_UNIT, V_DAY},
	{"dec", WORD_MONTH, 12},
	{"december", WORD_MONTH, 12},
	{"dow", WORD_UNIT, V_DOW},
	{"doy", WORD_UNIT, V_DOY},
	{"dst", WORD_DST, 0},
	{"epoch", WORD_RESERVED, V_EPOCH},
	{"feb", WORD_MONTH, 2},
	{"february", WORD_MONTH, 2},
	{"fri", WORD_WEEKDAY, 5},
	{"friday", WORD_WEEKDAY, 5},
	{"h", WORD_UNIT, V_HOUR},
	{"infinity", WORD_RESERVED, V_LATE},
	{"isodow", WORD_UNIT, V_ISODOW},
	{"isoyear", WORD_UNIT, V_ISOYEAR},
	{"j", WORD_UNIT, V_JULIAN},
	{"jan", WORD_MONTH, 1},
	{"january", WORD_MONTH, 1},
	{"jd", WORD_UNIT, V_JULIAN},
	{"jul", WORD_MONTH, 7},
	{"julian", WORD_UNIT, V_JULIAN},
	{"july", WORD_MONTH, 7},
	{"jun", WORD_MONTH, 6},
	{"june", WORD_MONTH, 6},
	{"m", WORD_UNIT, V_MONTH},
	{"mar", WORD_MONTH, 3},
	{"march", WORD_MONTH, 3},
	{"may", WORD_MONTH, 5},
	{"mm", WORD_UNIT, V_MINUTE},
	{"mon", WORD_WEEKDAY, 1},
	{"monday", WORD_WEEKDAY, 1},
	{"nov", WORD_MONTH, 11},
	{"november", WORD_MONTH, 11},
	{"now", WORD_RESERVED, V_NOW},
	{"oct", WORD_MONTH, 10},
	{"october", WORD_MONTH, 10},
	{"on", WORD_IGNORED, 0},
	{"pm", WORD_AMPM, 1},
	{"s", WORD_UNIT, V_SECOND},
	{"sat", WORD_WEEKDAY, 6},
	{"saturday", WORD_WEEKDAY, 6},
	{"sep", WORD_MONTH, 9},
	{"sept", WORD_MONTH, 9},
	{"september", WORD_MONTH, 9},
	{"sun", WORD_WEEKDAY, 0},
	{"sunday", WORD_WEEKDAY, 0},
	{"t", WORD_TIME, V_TIME},
	{"thu", WORD_WEEKDAY, 4},
	{"thur", WORD_WEEKDAY, 4},
	{"thurs", WORD_WEEKDAY, 4},
	{"thursday", WORD_WEEKDAY, 4},
	{"today", WORD_RESERVED, V_TODAY},
	{"tomorrow", WORD_RESERVED, V_TOMORROW},
	{"tue", WORD_WEEKDAY, 2},
	{"tues", WORD_WEEKDAY, 2},
	{"tuesday", WORD_WEEKDAY, 2},
	{"wed", WORD_WEEKDAY, 3},
	{"wednesday", WORD_WEEKDAY, 3},
	{"weds", WORD_WEEKDAY, 3},
	{"y", WORD_UNIT, V_YEAR},
	{"yesterday", WORD_RESERVED, V_YESTERDAY},
};

static const struct word unit_words[] = {
	{"@", WORD_IGNORED, 0},
	{"ago", WORD_AGO, 0},
	{"c", WORD_UNIT, V_CENTURY},
	{"cent", WORD_UNIT, V_CENTURY},
	{"centuries", WORD_UNIT, V_CENTURY},
	{"century", WORD_UNIT, V_CENTURY},
	{"d", WORD_UNIT, V_DAY},
	{"day", WORD_UNIT, V_DAY},
	{"days", WORD_UNIT, V_DAY},
	{"dec", WORD_UNIT, V_DECADE},
	{"decade", WORD_UNIT, V_DECADE},
	{"decades", WORD_UNIT, V_DECADE},
	{"decs", WORD_UNIT, V_DECADE},
	{"h", WORD_UNIT, V_HOUR},
	{"hour", WORD_UNIT, V_HOUR},
	{"hours", WORD_UNIT, V_HOUR},
	{"hr", WORD_UNIT, V_HOUR},
	{"hrs", WORD_UNIT, V_HOUR},
	{"m", WORD_UNIT, V_MINUTE},
	{"microsecon", WORD_UNIT, V_MICROSEC},
	{"mil", WORD_UNIT, V_MILLENNIUM},
	{"millennia", WORD_UNIT, V_MILLENNIUM},
	{"millennium", WORD_UNIT, V_MILLENNIUM},
	{"millisecon", WORD_UNIT, V_MILLISEC},
	{"mils", WORD_UNIT, V_MILLENNIUM},
	{"min", WORD_UNIT, V_MINUTE},
	{"mins", WORD_UNIT, V_MINUTE},
	{"minute", WORD_UNIT, V_MINUTE},
	{"minutes", WORD_UNIT, V_MINUTE},
	{"mon", WORD_UNIT, V_MONTH},
	{"mons", WORD_UNIT, V_MONTH},
	{"month", WORD_UNIT, V_MONTH},
	{"months", WORD_UNIT, V_MONTH},
	{"ms", WORD_UNIT, V_MILLISEC},
	{"msec", WORD_UNIT, V_MILLISEC},
	{"msecs", WORD_UNIT, V_MILLISEC},
	{"mseconds", WORD_UNIT, V_MILLISEC},
	{"qtr", WORD_UNIT, V_QUARTER},
	{"quarter", WORD_UNIT, V_QUARTER},
	{"s", WORD_UNIT, V_SECOND},
	{"sec", WORD_UNIT, V_SECOND},
	{"second", WORD_UNIT, V_SECOND},
	{"seconds", WORD_UNIT, V_SECOND},
	{"secs", WORD_UNIT, V_SECOND},
	{"timezone", WORD_UNIT, V_TZ},
	{"timezone_h", WORD_UNIT, V_TZ_HOUR},
	{"timezone_m", WORD_UNIT, V_TZ_MINUTE},
	{"us", WORD_UNIT, V_MICROSEC},
	{"usec", WORD_UNIT, V_MICROSEC},
	{"usecond", WORD_UNIT, V_MICROSEC},
	{"useconds", WORD_UNIT, V_MICROSEC},
	{"usecs", WORD_UNIT, V_MICROSEC},
	{"w", WORD_UNIT, V_WEEK},
	{"week", WORD_UNIT, V_WEEK},
	{"weeks", WORD_UNIT, V_WEEK},
	{"y", WORD_UNIT, V_YEAR},
	{"year", WORD_UNIT, V_YEAR},
	{"years", WORD_UNIT, V_YEAR},
	{"yr", WORD_UNIT, V_YEAR},
	{"yrs", WORD_UNIT, V_YEAR},
};

static enum dt_word
search(const struct word *words, size_t count, const char *s, size_t n, int *value)
{
	size_t lo = 0, hi = count;
	char key[WORD_CAP + 1] = {0};

	memcpy(key, s, MIN(n, WORD_CAP));
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		int cmp = strcmp(key, words[mid].text);

		if (cmp == 0) {
			*value = words[mid].value;
			return words[mid].kind;
		}
		if (cmp < 0)
			hi = mid;
		else
			lo = mid + 1;
	}
	return WORD_UNKNOWN;
}

enum dt_word
dt_date_word(const char *s, size_t n, int *value)
{
	return search(date_words, COUNTOF(date_words), s, n, value);
}

enum dt_word
dt_unit_word(const char *s, size_t n, int *value)
{
	return search(unit_words, COUNTOF(unit_words), s, n, value);
}
