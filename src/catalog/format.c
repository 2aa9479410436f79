/*
 * Names as SQL writes them: identifiers and types.
 */
#include "catalog/snapshot.h"

static bool
plain_identifier(const char *name)
{
	const char *p = name;

	if (!((*p >= 'a' && *p <= 'z') || *p == '_'))
		return false;
	for (; *p; p++)
		if (!((*p >= 'a' && *p <= 'z') || (*p >= '0' && *p <= '9') || *p == '_'))
			return false;
	return true;
}

char *
quote_identifier(struct arena *a, const char *name)
{
	const struct keyword_row *word;
	char *quoted, *to;

	if (plain_identifier(name)) {
		word = keyword_find(name);
		if (!word || word->code == 'U')
			return arena_strdup(a, name);
	}
	quoted = to = arena_alloc(a, 2 * strlen(name) + 3);
	*to++ = '"';
	for (; *name; name++) {
		if (*name == '"')
			*to++ = '"';
		*to++ = *name;
	}
	*to++ = '"';
	*to = '\0';
	return quoted;
}

/* Built-in types' names are never quoted ("numeric", "interval" are key words), but for "char". */
static const char *
plain_type_name(struct arena *a, const struct type *t)
{
	if (t->sql_name)
		return t->sql_name;
	return t->oid < FIRST_USER_OID ? t->name : quote_identifier(a, t->name);
}

/* The words around a type modifier: "timestamp(3) with time zone". */
static char *
with_typmod(struct arena *a, const struct type *t, const char *mod)
{
	static const struct {
		oid_t oid;
		const char *before, *after;
	} split[] = {
		{T_TIME, "time", " without time zone"},
		{T_TIMETZ, "time", " with time zone"},
		{T_TIMESTAMP, "timestamp", " without time zone"},
		{T_TIMESTAMPTZ, "timestamp", " with time zone"},
	};

	for (size_t i = 0; i < COUNTOF(split); i++)
		if (split[i].oid == t->oid)
			return arena_printf(a, "%s%s%s", split[i].before, mod,
					    strstr(mod, "time zone") ? "" : split[i].after);
	return arena_printf(a, "%s%s", plain_type_name(a, t), mod);
}

static char *
format_element(struct arena *a, const struct type *t, int32_t typmod)
{
	struct buf b = BUF_INIT;
	char *s;

	if (t->oid == T_CHAR)
		return arena_strdup(a, "\"char\"");
	if (typmod >= 0 && t->typmodout)
		t->typmodout(typmod, &b);
	else if (typmod >= 0 && !t->typmodout && !t->sql_name)
		buf_printf(&b, "(%d)", typmod);
	if (b.len)
		s = with_typmod(a, t, buf_str(&b));
	else
		s = arena_strdup(a, plain_type_name(a, t));
	buf_release(&b);
	return s;
}

char *
format_type(struct arena *a, const struct type *t, int32_t typmod,
	    const struct type *(*find)(void *, oid_t), void *arg)
{
	const struct type *element;

	/* int2vector and oidvector are fixed-form arrays that keep their own names. */
	if (!t->elem_oid || t->category != 'A' || t->oid == T_INT2VECTOR || t->oid == T_OIDVECTOR)
		return format_element(a, t, typmod);
	element = find(arg, t->elem_oid);
	if (!element)
		return arena_strdup(a, "???[]");
	return arena_printf(a, "%s[]", format_element(a, element, typmod));
}
