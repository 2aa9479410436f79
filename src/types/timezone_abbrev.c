/*
 * The abbreviations of PostgreSQL 15's default set (timezone_abbreviations = Default) and what the
 * other sets have instead, sorted by name. Searched by bisection, so the order matters.
 */
#include "types/timezone.h"

#define FIXED(abbrev, offset, isdst)                                                               \
	{                                                                                          \
		abbrev, NULL, offset, isdst                                                        \
	}
#define VARIES(abbrev, zone)                                                                       \
	{                                                                                          \
		abbrev, zone, 0, false                                                             \
	}

static const struct tzabbrev abbrevs[] = {
	FIXED("acdt", 37800, true),
	FIXED("acsst", 37800, true),
	FIXED("acst", 34200, false),
	FIXED("act", -18000, false),
	FIXED("acwst", 31500, false),
	FIXED("adt", -10800, true),
	FIXED("aedt", 39600, true),
	FIXED("aesst", 39600, true),
	FIXED("aest", 36000, false),
	FIXED("aft", 16200, false),
	FIXED("akdt", -28800, true),
	FIXED("akst", -32400, false),
	FIXED("almst", 25200, true),
	FIXED("almt", 21600, false),
	VARIES("amst", "Asia/Yerevan"),
	FIXED("amt", -14400, false),
	VARIES("anast", "Asia/Anadyr"),
	VARIES("anat", "Asia/Anadyr"),
	VARIES("arst", "America/Argentina/Buenos_Aires"),
	VARIES("art", "America/Argentina/Buenos_Aires"),
	FIXED("ast", -14400, false),
	FIXED("awsst", 32400, true),
	FIXED("awst", 28800, false),
	FIXED("azost", 0, true),
	FIXED("azot", -3600, false),
	VARIES("azst", "Asia/Baku"),
	VARIES("azt", "Asia/Baku"),
	FIXED("bdst", 7200, true),
	FIXED("bdt", 21600, false),
	FIXED("bnt", 28800, false),
	FIXED("bort", 28800, false),
	FIXED("bot", -14400, false),
	FIXED("bra", -10800, false),
	FIXED("brst", -7200, true),
	FIXED("brt", -10800, false),
	FIXED("bst", 3600, true),
	FIXED("btt", 21600, false),
	FIXED("cadt", 37800, true),
	FIXED("cast", 34200, false),
	FIXED("cct", 28800, false),
	FIXED("cdt", -18000, true),
	FIXED("cest", 7200, true),
	FIXED("cet", 3600, false),
	FIXED("cetdst", 7200, true),
	FIXED("chadt", 49500, true),
	FIXED("chast", 45900, false),
	FIXED("chut", 36000, false),
	VARIES("ckt", "Pacific/Rarotonga"),
	FIXED("clst", -10800, true),
	VARIES("clt", "America/Santiago"),
	FIXED("cot", -18000, false),
	FIXED("cst", -21600, false),
	FIXED("cxt", 25200, false),
	VARIES("davt", "Antarctica/Davis"),
	FIXED("ddut", 36000, false),
	VARIES("easst", "Pacific/Easter"),
	VARIES("east", "Pacific/Easter"),
	FIXED("eat", 10800, false),
	FIXED("edt", -14400, true),
	FIXED("eest", 10800, true),
	FIXED("eet", 7200, false),
	FIXED("eetdst", 10800, true),
	FIXED("egst", 0, true),
	FIXED("egt", -3600, false),
	FIXED("est", -18000, false),
	FIXED("fet", 10800, false),
	FIXED("fjst", 46800, true),
	FIXED("fjt", 43200, false),
	VARIES("fkst", "Atlantic/Stanley"),
	VARIES("fkt", "Atlantic/Stanley"),
	FIXED("fnst", -3600, true),
	FIXED("fnt", -7200, false),
	FIXED("galt", -21600, false),
	FIXED("gamt", -32400, false),
	VARIES("gest", "Asia/Tbilisi"),
	VARIES("get", "Asia/Tbilisi"),
	FIXED("gft", -10800, false),
	FIXED("gilt", 43200, false),
	FIXED("gmt", 0, false),
	VARIES("gyt", "America/Guyana"),
	FIXED("hkt", 28800, false),
	FIXED("hst", -36000, false),
	FIXED("ict", 25200, false),
	FIXED("idt", 10800, true),
	VARIES("iot", "Indian/Chagos"),
	VARIES("irkst", "Asia/Irkutsk"),
	VARIES("irkt", "Asia/Irkutsk"),
	FIXED("irt", 12600, false),
	FIXED("ist", 7200, false),
	FIXED("jayt", 32400, false),
	FIXED("jst", 32400, false),
	FIXED("kdt", 36000, true),
	FIXED("kgst", 21600, true),
	VARIES("kgt", "Asia/Bishkek"),
	VARIES("kost", "Pacific/Kosrae"),
	VARIES("krast", "Asia/Krasnoyarsk"),
	VARIES("krat", "Asia/Krasnoyarsk"),
	FIXED("kst", 32400, false),
	VARIES("lhdt", "Australia/Lord_Howe"),
	FIXED("lhst", 37800, false),
	FIXED("ligt", 36000, false),
	VARIES("lint", "Pacific/Kiritimati"),
	VARIES("lkt", "Asia/Colombo"),
	VARIES("magst", "Asia/Magadan"),
	VARIES("magt", "Asia/Magadan"),
	FIXED("mart", -34200, false),
	VARIES("mawt", "Antarctica/Mawson"),
	FIXED("mdt", -21600, true),
	FIXED("mest", 7200, true),
	FIXED("mesz", 7200, true),
	FIXED("met", 3600, false),
	FIXED("metdst", 7200, true),
	FIXED("mez", 3600, false),
	FIXED("mht", 43200, false),
	FIXED("mmt", 23400, false),
	FIXED("mpt", 36000, false),
	FIXED("msd", 14400, true),
	VARIES("msk", "Europe/Moscow"),
	FIXED("mst", -25200, false),
	FIXED("must", 18000, true),
	FIXED("mut", 14400, false),
	FIXED("mvt", 18000, false),
	FIXED("myt", 28800, false),
	FIXED("ndt", -9000, true),
	FIXED("nft", -12600, false),
	VARIES("novst", "Asia/Novosibirsk"),
	VARIES("novt", "Asia/Novosibirsk"),
	FIXED("npt", 20700, false),
	FIXED("nst", -12600, false),
	VARIES("nut", "Pacific/Niue"),
	FIXED("nzdt", 46800, true),
	FIXED("nzst", 43200, false),
	FIXED("nzt", 43200, false),
	VARIES("omsst", "Asia/Omsk"),
	VARIES("omst", "Asia/Omsk"),
	FIXED("pdt", -25200, true),
	FIXED("pet", -18000, false),
	VARIES("petst", "Asia/Kamchatka"),
	VARIES("pett", "Asia/Kamchatka"),
	FIXED("pgt", 36000, false),
	FIXED("pht", 28800, false),
	FIXED("pkst", 21600, true),
	FIXED("pkt", 18000, false),
	FIXED("pmdt", -7200, true),
	FIXED("pmst", -10800, false),
	FIXED("pont", 39600, false),
	FIXED("pst", -28800, false),
	FIXED("pwt", 32400, false),
	FIXED("pyst", -10800, true),
	VARIES("pyt", "America/Asuncion"),
	FIXED("ret", 14400, false),
	FIXED("sadt", 37800, true),
	FIXED("sast", 7200, false),
	FIXED("sct", 14400, false),
	VARIES("sgt", "Asia/Singapore"),
	FIXED("taht", -36000, false),
	FIXED("tft", 18000, false),
	FIXED("tjt", 18000, false),
	VARIES("tkt", "Pacific/Fakaofo"),
	VARIES("tmt", "Asia/Ashgabat"),
	FIXED("tot", 46800, false),
	FIXED("trut", 36000, false),
	FIXED("tvt", 43200, false),
	FIXED("uct", 0, false),
	FIXED("ulast", 32400, true),
	VARIES("ulat", "Asia/Ulaanbaatar"),
	FIXED("ut", 0, false),
	FIXED("utc", 0, false),
	FIXED("uyst", -7200, true),
	FIXED("uyt", -10800, false),
	FIXED("uzst", 21600, true),
	FIXED("uzt", 18000, false),
	VARIES("vet", "America/Caracas"),
	VARIES("vlast", "Asia/Vladivostok"),
	VARIES("vlat", "Asia/Vladivostok"),
	VARIES("volt", "Europe/Volgograd"),
	FIXED("vut", 39600, false),
	FIXED("wadt", 28800, true),
	FIXED("wakt", 43200, false),
	FIXED("wast", 25200, false),
	FIXED("wat", 3600, false),
	FIXED("wdt", 32400, true),
	FIXED("wet", 0, false),
	FIXED("wetdst", 3600, true),
	FIXED("wft", 43200, false),
	FIXED("wgst", -7200, true),
	FIXED("wgt", -10800, false),
	FIXED("xjt", 21600, false),
	VARIES("yakst", "Asia/Yakutsk"),
	VARIES("yakt", "Asia/Yakutsk"),
	FIXED("yapt", 36000, false),
	FIXED("yekst", 21600, true),
	VARIES("yekt", "Asia/Yekaterinburg"),
	FIXED("z", 0, false),
	FIXED("zulu", 0, false),
};

static const struct tzabbrev australia[] = {
	FIXED("cst", 34200, false),  FIXED("east", 36000, false), FIXED("est", 36000, false),
	FIXED("sast", 34200, false), FIXED("sat", 34200, false),  FIXED("wst", 28800, false),
};
static const struct tzabbrev india[] = {FIXED("ist", 19800, false)};

static const struct {
	const char *name;
	const struct tzabbrev *own;
	size_t n;
} sets[] = {
	[TZABBREVS_DEFAULT] = {"Default", NULL, 0},
	[TZABBREVS_AUSTRALIA] = {"Australia", australia, COUNTOF(australia)},
	[TZABBREVS_INDIA] = {"India", india, COUNTOF(india)},
};

bool
tzabbrev_set_find(const char *name, enum tzabbrev_set *set)
{
	for (size_t i = 0; i < COUNTOF(sets); i++) {
		if (strcmp(sets[i].name, name) != 0)
			continue;
		*set = (enum tzabbrev_set)i;
		return true;
	}
	return false;
}

const struct tzabbrev *
tzabbrev_at(enum tzabbrev_set set, int i)
{
	size_t k = 0, own = 0;

	for (;; i--) {
		const struct tzabbrev *a = k < COUNTOF(abbrevs) ? &abbrevs[k] : NULL,
				      *b = own < sets[set].n ? &sets[set].own[own] : NULL;
		int cmp = !a ? 1 : !b ? -1 : strcmp(a->abbrev, b->abbrev);

		if (i <= 0 || (!a && !b))
			return i < 0 ? NULL : cmp < 0 ? a : b;
		k += cmp <= 0;
		own += cmp >= 0;
	}
}

static const struct tzabbrev *
search(const struct tzabbrev *list, size_t size, const char *s, size_t n)
{
	size_t lo = 0, hi = size;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		size_t len = strlen(list[mid].abbrev);
		int cmp = memcmp(s, list[mid].abbrev, MIN(n, len));

		if (cmp == 0)
			cmp = n < len ? -1 : n > len;
		if (cmp == 0)
			return &list[mid];
		if (cmp < 0)
			hi = mid;
		else
			lo = mid + 1;
	}
	return NULL;
}

const struct tzabbrev *
tzabbrev_find(enum tzabbrev_set set, const char *s, size_t n)
{
	const struct tzabbrev *a;

	n = MIN(n, 10);
	a = sets[set].n ? search(sets[set].own, sets[set].n, s, n) : NULL;
	return a ? a : search(abbrevs, COUNTOF(abbrevs), s, n);
}

void
tzabbrev_meaning(const struct tzabbrev *a, int64_t utc, int32_t *offset, bool *isdst)
{
	const struct tzone *z = a->zone ? tzone_find(a->zone, strlen(a->zone)) : NULL;
	struct tzperiod p;

	*offset = a->offset;
	*isdst = a->isdst;
	if (!z || tzone_abbrev(z, a->abbrev, strlen(a->abbrev), utc, offset, isdst))
		return;
	tzone_at(z, utc, &p);
	*offset = p.offset;
	*isdst = p.isdst;
}
