/*
 * Type names as SQL text has them: the grammar's own words for types, qualified names, modifiers,
 * array bounds.
 */
#include <ctype.h>
#include <stdlib.h>

#include "catalog/snapshot.h"

enum { ARGS_MAX = 4 };

struct type_text {
	const char *whole; /* terminated copy of everything, for messages */
	const char *p;
	struct arena *a;
	struct err *err;
};

static bool
syntax_error(struct type_text *t)
{
	size_t n = 1;

	while (isspace((unsigned char)*t->p))
		t->p++;
	if (!*t->p)
		err_set(t->err, ERR_SYNTAX_ERROR, -1, "syntax error at end of input");
	else {
		if (isalnum((unsigned char)*t->p) || *t->p == '_')
			while (isalnum((unsigned char)t->p[n]) || t->p[n] == '_')
				n++;
		err_set(t->err, ERR_SYNTAX_ERROR, -1, "syntax error at or near \"%.*s\"", (int)n,
			t->p);
	}
	t->err->context = arena_printf(&t->err->arena, "invalid type name \"%s\"", t->whole);
	return false;
}

static void
skip_space(struct type_text *t)
{
	while (isspace((unsigned char)*t->p))
		t->p++;
}

/* One identifier, folded unless quoted; NULL: none here. */
static char *
identifier(struct type_text *t, bool *quoted)
{
	char *word, *to;

	skip_space(t);
	*quoted = *t->p == '"';
	to = word = arena_alloc(t->a, strlen(t->p) + 1);
	if (*quoted) {
		for (t->p++; *t->p && (*t->p != '"' || t->p[1] == '"'); t->p++) {
			if (*t->p == '"')
				t->p++;
			*to++ = *t->p;
		}
		if (!*t->p)
			return NULL;
		t->p++;
	} else {
		while (isalnum((unsigned char)*t->p) || *t->p == '_' || *t->p == '$' ||
		       (unsigned char)*t->p >= 0x80)
			*to++ = (char)tolower((unsigned char)*t->p++);
	}
	*to = '\0';
	return to == word && !*quoted ? NULL : word;
}

/* Takes the next words when they are these (one string, single spaces). */
static bool
take(struct type_text *t, const char *words)
{
	const char *from = t->p;
	bool quoted;

	while (*words) {
		size_t n = strcspn(words, " ");
		char *word = identifier(t, &quoted);

		if (!word || quoted || strlen(word) != n || memcmp(word, words, n)) {
			t->p = from;
			return false;
		}
		words += n + (words[n] == ' ');
	}
	return true;
}

static bool
modifiers(struct type_text *t, const char **args, int *nargs)
{
	*nargs = 0;
	skip_space(t);
	if (*t->p != '(')
		return true;
	do {
		const char *from;
		size_t n;

		t->p++;
		skip_space(t);
		from = t->p;
		n = strspn(from, "+-0123456789");
		if (!n || *nargs == ARGS_MAX)
			return syntax_error(t);
		args[(*nargs)++] = arena_strndup(t->a, from, n);
		t->p += n;
		skip_space(t);
	} while (*t->p == ',');
	if (*t->p != ')')
		return syntax_error(t);
	t->p++;
	return true;
}

static bool
array_bounds(struct type_text *t, bool *is_array)
{
	*is_array = take(t, "array");
	for (;;) {
		skip_space(t);
		if (*t->p != '[')
			return true;
		t->p++;
		skip_space(t);
		while (isdigit((unsigned char)*t->p))
			t->p++;
		skip_space(t);
		if (*t->p != ']')
			return syntax_error(t);
		t->p++;
		*is_array = true;
	}
}

/* The grammar's words; the last of a group that fits wins, so longer spellings come first. */
static const struct {
	const char *words;
	oid_t type;
	bool zoned; /* WITH or WITHOUT TIME ZONE may follow the modifiers */
	oid_t with_zone;
} grammar[] = {
	{"double precision", T_FLOAT8, false, 0},
	{"character varying", T_VARCHAR, false, 0},
	{"national character varying", T_VARCHAR, false, 0},
	{"national char varying", T_VARCHAR, false, 0},
	{"char varying", T_VARCHAR, false, 0},
	{"nchar varying", T_VARCHAR, false, 0},
	{"bit varying", T_VARBIT, false, 0},
	{"national character", T_BPCHAR, false, 0},
	{"national char", T_BPCHAR, false, 0},
	{"int", T_INT4, false, 0},
	{"integer", T_INT4, false, 0},
	{"smallint", T_INT2, false, 0},
	{"bigint", T_INT8, false, 0},
	{"real", T_FLOAT4, false, 0},
	{"float", T_FLOAT8, false, 0},
	{"decimal", T_NUMERIC, false, 0},
	{"dec", T_NUMERIC, false, 0},
	{"numeric", T_NUMERIC, false, 0},
	{"boolean", T_BOOL, false, 0},
	{"varchar", T_VARCHAR, false, 0},
	{"character", T_BPCHAR, false, 0},
	{"char", T_BPCHAR, false, 0},
	{"nchar", T_BPCHAR, false, 0},
	{"bit", T_BIT, false, 0},
	{"timestamp", T_TIMESTAMP, true, T_TIMESTAMPTZ},
	{"time", T_TIME, true, T_TIMETZ},
};

/* INTERVAL's field words; the modifier's high half is the mask of fields. */
static const struct {
	const char *words;
	int mask;
} fields[] = {
	{"year to month", 4 | 2},
	{"day to hour", 8 | 1024},
	{"day to minute", 8 | 1024 | 2048},
	{"day to second", 8 | 1024 | 2048 | 4096},
	{"hour to minute", 1024 | 2048},
	{"hour to second", 1024 | 2048 | 4096},
	{"minute to second", 2048 | 4096},
	{"year", 4},
	{"month", 2},
	{"day", 8},
	{"hour", 1024},
	{"minute", 2048},
	{"second", 4096},
};

static bool
interval_type(struct type_text *t, int32_t *typmod)
{
	const char *args[ARGS_MAX];
	int mask = 0x7fff, nargs;
	bool given = false;

	for (size_t i = 0; i < COUNTOF(fields) && !given; i++) {
		given = take(t, fields[i].words);
		if (given)
			mask = fields[i].mask;
	}
	if (!modifiers(t, args, &nargs))
		return false;
	if (nargs || given)
		*typmod = mask << 16 | (nargs ? (int)strtol(args[0], NULL, 10) & 0xffff : 0xffff);
	return true;
}

static bool
apply_modifiers(struct type_text *t, const struct type **type, const char *const *args, int nargs,
		int32_t *typmod)
{
	if (!nargs)
		return true;
	if (*type && (*type)->oid == T_FLOAT8) {
		long digits = strtol(args[0], NULL, 10);

		if (digits < 1 || digits > 53)
			return err_set(t->err, ERR_INVALID_PARAMETER_VALUE, -1,
				       "precision for type float must be %s",
				       digits < 1 ? "at least 1 bit" : "less than 54 bits");
		if (digits < 25)
			*type = type_builtin(T_FLOAT4);
		return true;
	}
	if (!(*type)->typmodin)
		return err_set(t->err, ERR_SYNTAX_ERROR, -1,
			       "type modifier is not allowed for type \"%s\"", (*type)->name);
	return (*type)->typmodin(t->err, -1, args, nargs, typmod);
}

/* *type stays NULL when the text does not start with a word of the grammar. */
static bool
grammar_type(struct type_text *t, const struct type **type, int32_t *typmod)
{
	const char *args[ARGS_MAX];
	int nargs;

	if (take(t, "interval")) {
		*type = type_builtin(T_INTERVAL);
		return interval_type(t, typmod);
	}
	for (size_t i = 0; i < COUNTOF(grammar); i++) {
		if (!take(t, grammar[i].words))
			continue;
		*type = type_builtin(grammar[i].type);
		if (!modifiers(t, args, &nargs))
			return false;
		if (grammar[i].zoned && take(t, "with time zone"))
			*type = type_builtin(grammar[i].with_zone);
		else if (grammar[i].zoned)
			take(t, "without time zone");
		if (grammar[i].type == T_BPCHAR && !nargs)
			args[nargs++] = "1";
		if (grammar[i].type == T_BIT && !nargs)
			args[nargs++] = "1";
		return apply_modifiers(t, type, args, nargs, typmod);
	}
	return true;
}

/* The text is parsed to its end before a name in it is found missing. */
static bool
check_rest(struct type_text *t)
{
	const char *args[ARGS_MAX];
	int nargs;
	bool is_array;

	if (!modifiers(t, args, &nargs) || !array_bounds(t, &is_array))
		return false;
	skip_space(t);
	return !*t->p || syntax_error(t);
}

static bool
unknown_type(struct type_text *t, const char *schema, const char *name)
{
	if (!check_rest(t))
		return false;
	return err_set(t->err, ERR_UNDEFINED_OBJECT, -1, "type \"%s%s%s\" does not exist",
		       schema ? schema : "", schema ? "." : "", name);
}

static bool
named_type(struct type_text *t, const struct snapshot *s, const char *const *path,
	   const struct type **type, int32_t *typmod)
{
	const char *args[ARGS_MAX], *names[3];
	const char *schema = NULL;
	int n = 0, nargs;
	bool quoted;

	do {
		if (n)
			t->p++;
		if (n == 3)
			return syntax_error(t);
		names[n] = identifier(t, &quoted);
		if (!names[n])
			return syntax_error(t);
		n++;
		skip_space(t);
	} while (*t->p == '.');
	if (n == 1 && !quoted) {
		const struct keyword_row *k = keyword_find(names[0]);

		if (k && k->code != 'U' && k->code != 'T') {
			t->p -= strlen(names[0]);
			return syntax_error(t);
		}
	}
	if (n > 1)
		schema = names[n - 2];
	if (schema && !snapshot_schema(s, schema))
		return check_rest(t) && err_set(t->err, ERR_UNDEFINED_SCHEMA, -1,
						"schema \"%s\" does not exist", schema);
	*type = snapshot_type_by_name(s, path, schema, names[n - 1]);
	if (!*type)
		return unknown_type(t, schema, names[n - 1]);
	return modifiers(t, args, &nargs) && apply_modifiers(t, type, args, nargs, typmod);
}

static bool
parse(struct type_text *t, const struct snapshot *s, const char *const *path,
      const struct type **type, int32_t *typmod)
{
	bool is_array;

	skip_space(t);
	if (!*t->p)
		return err_set(t->err, ERR_SYNTAX_ERROR, -1, "invalid type name \"%s\"", t->whole);
	if (take(t, "setof"))
		return err_set(t->err, ERR_SYNTAX_ERROR, -1, "invalid type name \"%s\"", t->whole);
	if (!grammar_type(t, type, typmod) || (!*type && !named_type(t, s, path, type, typmod)) ||
	    !array_bounds(t, &is_array))
		return false;
	skip_space(t);
	if (*t->p)
		return syntax_error(t);
	if (!is_array || (*type)->category == 'A')
		return true;
	if (!(*type)->array_oid)
		return err_set(
			t->err, ERR_UNDEFINED_OBJECT, -1,
			"could not find array type for data type %s",
			format_type(t->a, *type, -1, snapshot_type_find, (void *)(uintptr_t)s));
	*type = snapshot_type(s, (*type)->array_oid);
	return true;
}

bool
snapshot_parse_type(const struct snapshot *s, const char *const *path, const char *text, size_t n,
		    const struct type **type, int32_t *typmod, struct err *err)
{
	struct arena scratch = ARENA_INIT;
	struct type_text t = {.a = &scratch, .err = err};
	int32_t ignored;
	bool ok;

	t.whole = t.p = arena_strndup(&scratch, text, n);
	if (!typmod)
		typmod = &ignored;
	*type = NULL;
	*typmod = -1;
	ok = parse(&t, s, path, type, typmod);
	arena_release(&scratch);
	return ok;
}
