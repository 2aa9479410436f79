/*
 * Declarations of SQLite read as PostgreSQL's: types, defaults, index expressions.
 *
 * INTEGER, INT and REAL are taken as SQLite means them (64 bits), not as PostgreSQL's words of the
 * same spelling.
 */
#include <ctype.h>
#include <stdlib.h>
#include <strings.h>

#include "catalog/adopt.h"

static const struct {
	const char *word;
	oid_t type;
} words[] = {
	{"integer", T_INT8},
	{"int", T_INT8},
	{"mediumint", T_INT8},
	{"unsigned big int", T_INT8},
	{"bigint", T_INT8},
	{"int8", T_INT8},
	{"int4", T_INT4},
	{"int2", T_INT2},
	{"smallint", T_INT2},
	{"serial", T_INT4},
	{"bigserial", T_INT8},
	{"real", T_FLOAT8},
	{"double", T_FLOAT8},
	{"double precision", T_FLOAT8},
	{"float", T_FLOAT8},
	{"float8", T_FLOAT8},
	{"float4", T_FLOAT4},
	{"numeric", T_NUMERIC},
	{"decimal", T_NUMERIC},
	{"number", T_NUMERIC},
	{"text", T_TEXT},
	{"clob", T_TEXT},
	{"string", T_TEXT},
	{"varchar", T_VARCHAR},
	{"character varying", T_VARCHAR},
	{"varying character", T_VARCHAR},
	{"nvarchar", T_VARCHAR},
	{"varchar2", T_VARCHAR},
	{"char", T_BPCHAR},
	{"character", T_BPCHAR},
	{"nchar", T_BPCHAR},
	{"native character", T_BPCHAR},
	{"bpchar", T_BPCHAR},
	{"name", T_NAME},
	{"blob", T_BYTEA},
	{"bytea", T_BYTEA},
	{"boolean", T_BOOL},
	{"bool", T_BOOL},
	{"date", T_DATE},
	{"datetime", T_TIMESTAMP},
	{"timestamp", T_TIMESTAMP},
	{"timestamp without time zone", T_TIMESTAMP},
	{"timestamptz", T_TIMESTAMPTZ},
	{"timestamp with time zone", T_TIMESTAMPTZ},
	{"time", T_TIME},
	{"time without time zone", T_TIME},
	{"timetz", T_TIMETZ},
	{"time with time zone", T_TIMETZ},
	{"interval", T_INTERVAL},
	{"uuid", T_UUID},
	{"json", T_JSON},
	{"jsonb", T_JSONB},
	{"xml", T_XML},
	{"money", T_NUMERIC}, /* not in cents, as the type's own columns are */
	{"oid", T_OID},
};

/* The declaration in lower case with single spaces, without "(…)" and "[]"; arguments and
 * dimensions aside. */
static char *
split_decl(struct arena *a, const char *decl, const char **args, int *nargs, bool *is_array)
{
	char *word = arena_alloc(a, strlen(decl) + 1), *to = word;

	*nargs = 0;
	*is_array = false;
	for (const char *p = decl; *p; p++) {
		if (*p == '(') {
			for (p++; *p && *p != ')'; p++) {
				size_t n = strspn(p, "-+0123456789");

				if (n && *nargs < 2)
					args[(*nargs)++] = arena_strndup(a, p, n);
				if (n)
					p += n - 1;
			}
			if (!*p)
				break;
		} else if (*p == '[') {
			*is_array = true;
			while (*p && *p != ']')
				p++;
			if (!*p)
				break;
		} else if (isspace((unsigned char)*p)) {
			if (to > word && to[-1] != ' ')
				*to++ = ' ';
		} else {
			*to++ = (char)tolower((unsigned char)*p);
		}
	}
	while (to > word && to[-1] == ' ')
		to--;
	*to = '\0';
	return word;
}

static const struct type *
by_affinity(const char *word)
{
	if (strstr(word, "int"))
		return type_builtin(T_INT8);
	if (!*word || strstr(word, "char") || strstr(word, "clob") || strstr(word, "text"))
		return type_builtin(T_TEXT);
	if (strstr(word, "blob"))
		return type_builtin(T_BYTEA);
	if (strstr(word, "real") || strstr(word, "floa") || strstr(word, "doub"))
		return type_builtin(T_FLOAT8);
	return type_builtin(T_NUMERIC);
}

static const struct type *
by_word(const char *word)
{
	const struct type *t;

	for (size_t i = 0; i < COUNTOF(words); i++)
		if (!strcmp(words[i].word, word))
			return type_builtin(words[i].type);
	t = type_builtin_by_name(word);
	return t && t->typtype != 'p' && t->typtype != 'c' && t->in ? t : by_affinity(word);
}

const struct type *
adopt_type(struct arena *a, const char *decl, int32_t *typmod)
{
	const char *args[2];
	struct err err;
	int nargs;
	bool is_array;
	const struct type *t = by_word(split_decl(a, decl ? decl : "", args, &nargs, &is_array));

	*typmod = -1;
	err_init(&err);
	if (nargs && t->typmodin && !t->typmodin(&err, -1, args, nargs, typmod))
		*typmod = -1;
	err_release(&err);
	return is_array && t->array_oid ? type_builtin(t->array_oid) : t;
}

static bool
is_number(const char *p, const char *end)
{
	bool digits = false;

	if (p < end && (*p == '-' || *p == '+'))
		p++;
	for (; p < end; p++) {
		if (isdigit((unsigned char)*p))
			digits = true;
		else if (!(*p == '.' || (digits && (*p == 'e' || *p == 'E')) ||
			   (digits && (*p == '-' || *p == '+'))))
			return false;
	}
	return digits;
}

/* 'it''s': one quoted string and nothing after it. */
static bool
is_string(const char *p, const char *end)
{
	if (end - p < 2 || *p != '\'' || end[-1] != '\'')
		return false;
	for (p++; p < end - 1; p++) {
		if (*p != '\'')
			continue;
		if (p + 1 >= end - 1 || p[1] != '\'')
			return false;
		p++;
	}
	return true;
}

static bool
clock_word(const char *p, const char *end, const char *word)
{
	return strlen(word) == (size_t)(end - p) && !strncasecmp(p, word, (size_t)(end - p));
}

/* SQLite's clock words are in UTC and have whole seconds. */
static char *
clock_default(struct arena *a, const char *format, const struct type *type)
{
	const char *text =
		arena_printf(a, "to_char(timezone('UTC'::text, now()), '%s'::text)", format);

	switch (type->oid) {
	case T_TEXT:
		return arena_strdup(a, text);
	case T_TIMESTAMPTZ:
		return arena_strdup(a, "date_trunc('second'::text, now())");
	case T_VARCHAR:
	case T_TIMESTAMP:
	case T_DATE:
	case T_TIME:
		return arena_printf(a, "(%s)::%s", text,
				    format_type(a, type, -1, type_builtin_find, NULL));
	default:
		return NULL;
	}
}

char *
adopt_default(struct arena *a, const char *text, const struct type *type)
{
	static const char *const same[] = {"null", "true", "false"};
	const char *end = text + strlen(text);

	while (text < end && isspace((unsigned char)*text))
		text++;
	while (end > text && isspace((unsigned char)end[-1]))
		end--;
	for (size_t i = 0; i < COUNTOF(same); i++)
		if (strlen(same[i]) == (size_t)(end - text) &&
		    !strncasecmp(same[i], text, (size_t)(end - text)))
			return arena_strdup(a, same[i]);
	if (clock_word(text, end, "current_timestamp"))
		return clock_default(a, "YYYY-MM-DD HH24:MI:SS", type);
	if (clock_word(text, end, "current_date"))
		return clock_default(a, "YYYY-MM-DD", type);
	if (clock_word(text, end, "current_time"))
		return clock_default(a, "HH24:MI:SS", type);
	if (is_number(text, end)) {
		if (type->oid == T_BOOL)
			return arena_strdup(a, strtod(text, NULL) != 0 ? "true" : "false");
		return arena_strndup(a, text, (size_t)(end - text));
	}
	if (is_string(text, end))
		return arena_printf(a, "%.*s::%s", (int)(end - text), text,
				    format_type(a, type, -1, type_builtin_find, NULL));
	return NULL;
}

/* The end of the piece at p: the first of the stops outside quotes and parentheses, or the text's
 * end. */
static const char *
piece_end(const char *p, const char *stops)
{
	int depth = 0;

	for (; *p; p++) {
		if (*p == '\'' || *p == '"' || *p == '`') {
			const char *close = strchr(p + 1, *p);

			if (!close)
				return p + strlen(p);
			p = close;
		} else if (depth == 0 && strchr(stops, *p)) {
			return p;
		} else if (*p == '(') {
			depth++;
		} else if (*p == ')') {
			depth--;
		}
	}
	return p;
}

/* Where a word stands outside quotes and parentheses; NULL: nowhere. */
static const char *
find_word(const char *p, const char *end, const char *word)
{
	size_t n = strlen(word);

	for (; p < end; p = piece_end(p, " \t\r\n")) {
		while (p < end && isspace((unsigned char)*p))
			p++;
		if ((size_t)(end - p) >= n && !strncasecmp(p, word, n) &&
		    (p + n == end || !isalnum((unsigned char)p[n])))
			return p;
	}
	return NULL;
}

static char *
trimmed(struct arena *a, const char *p, const char *end)
{
	while (p < end && isspace((unsigned char)*p))
		p++;
	while (end > p && isspace((unsigned char)end[-1]))
		end--;
	return arena_strndup(a, p, (size_t)(end - p));
}

static char *
key_text(struct arena *a, const char *p, const char *end)
{
	static const char *const tails[] = {"collate", "asc", "desc"};

	for (size_t i = 0; i < COUNTOF(tails); i++) {
		const char *at = find_word(p, end, tails[i]);

		if (at)
			end = at;
	}
	return trimmed(a, p, end);
}

bool
adopt_index_text(struct arena *a, const char *sql, struct vec *exprs, const char **predicate)
{
	const char *open = piece_end(sql, "("), *p, *where;

	if (*open != '(')
		return false;
	for (p = open; *p && *p != ')';) {
		const char *end = piece_end(p + 1, ",)");

		vec_push(a, exprs, key_text(a, p + 1, end));
		p = end;
	}
	if (!*p)
		return false;
	where = find_word(p + 1, p + strlen(p), "where");
	*predicate = where ? trimmed(a, where + 5, where + strlen(where)) : NULL;
	return true;
}
