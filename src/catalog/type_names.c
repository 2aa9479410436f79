/*
 * Stored expressions name users' types with their schema, so that they mean the same under any
 * search path. Shown, they are as format_type has them: without it where the path finds them. The
 * same holds for relations in regclass constants: 'name'::regclass.
 */
#include "catalog/snapshot.h"

/* The end of what is quoted by the character at p. */
static const char *
skip_quoted(const char *p)
{
	char quote = *p++;

	while (*p && (*p != quote || p[1] == quote))
		p += *p == quote ? 2 : 1;
	return *p ? p + 1 : p;
}

/* One identifier at *p, read. NULL: there is none. */
static char *
identifier(struct arena *a, const char **p)
{
	const char *from = *p, *end = from;
	char *name, *to;

	if (*from == '"') {
		*p = end = skip_quoted(from);
		name = to = arena_alloc(a, (size_t)(end - from) + 1);
		for (const char *q = from + 1; q + 1 < end; q++) {
			*to++ = *q;
			q += *q == '"';
		}
		*to = '\0';
		return name;
	}
	while ((*end >= 'a' && *end <= 'z') || (*end >= '0' && *end <= '9') || *end == '_')
		end++;
	*p = end;
	return end > from ? arena_strndup(a, from, (size_t)(end - from)) : NULL;
}

/* Where the type's own name begins, after a schema that the path makes needless; else p. */
static const char *
without_schema(struct arena *a, const struct snapshot *s, const char *const *path, const char *p)
{
	const char *q = p, *own;
	char *schema = identifier(a, &q), *name;
	const struct type *t;

	if (!schema || *q++ != '.')
		return p;
	own = q;
	name = identifier(a, &q);
	t = name ? snapshot_type_by_name(s, NULL, schema, name) : NULL;
	return t && path && snapshot_type_by_name(s, path, NULL, name) == t ? own : p;
}

char *
shown_types(struct arena *a, const struct snapshot *s, const char *const *path, const char *text)
{
	struct buf b = BUF_INIT;
	char *shown;

	for (const char *p = text; *p;) {
		const char *from = p;

		if (*p == '\'' || *p == '"') {
			p = skip_quoted(p);
		} else if (p[0] == ':' && p[1] == ':') {
			p += 2;
			buf_puts(&b, "::");
			from = p = without_schema(a, s, path, p);
			continue;
		} else {
			p++;
		}
		buf_add(&b, from, (size_t)(p - from));
	}
	shown = buf_dup(&b, a);
	buf_release(&b);
	return shown;
}

/* ---- regclass constants ---- */

/* What is between the quotes of the literal that ends at end. */
static char *
unquoted(struct arena *a, const char *literal, const char *end)
{
	char *text = arena_alloc(a, (size_t)(end - literal) + 1), *to = text;

	for (const char *p = literal + 1; p < end - 1; p++) {
		*to++ = *p;
		p += *p == '\'';
	}
	*to = '\0';
	return text;
}

static const struct relation *
relation_in_text(struct arena *a, const struct snapshot *s, const char *const *path, const char *p)
{
	char *first = identifier(a, &p), *second;
	const struct schema *schema;

	if (!first || !*p)
		return first ? snapshot_search(s, path, first) : NULL;
	if (*p++ != '.' || !(second = identifier(a, &p)) || *p)
		return NULL;
	schema = snapshot_schema(s, first);
	return schema ? snapshot_relation(s, schema, second) : NULL;
}

/* The relation that a regclass constant names; *literal and *end get its text's place, *p what
 * follows. NULL: there are no more. */
static const struct relation *
next_named(struct arena *a, const struct snapshot *s, const char *const *path, const char **p,
	   const char **literal, const char **end)
{
	static const char cast[] = "::regclass";

	while (**p) {
		const struct relation *rel;

		if (**p != '\'' && **p != '"') {
			++*p;
			continue;
		}
		*literal = *p;
		*end = *p = skip_quoted(*p);
		if (**literal != '\'' || strncmp(*p, cast, sizeof(cast) - 1) != 0)
			continue;
		rel = relation_in_text(a, s, path, unquoted(a, *literal, *end));
		if (rel)
			return rel;
	}
	return NULL;
}

char *
shown_relations(struct arena *a, const struct snapshot *s, const char *const *from,
		const char *const *to, const char *text)
{
	const char *p = text, *rest = text, *literal, *end;
	const struct relation *rel;
	struct buf b = BUF_INIT;
	char *shown;

	while ((rel = next_named(a, s, from, &p, &literal, &end))) {
		buf_add(&b, rest, (size_t)(literal - rest));
		buf_putc(&b, '\'');
		for (const char *q = snapshot_relation_name(a, s, to, rel); *q; q++) {
			if (*q == '\'')
				buf_putc(&b, '\'');
			buf_putc(&b, *q);
		}
		buf_putc(&b, '\'');
		rest = end;
	}
	buf_puts(&b, rest);
	shown = buf_dup(&b, a);
	buf_release(&b);
	return shown;
}

const char *const *
default_names_path(struct arena *a, const struct relation *rel)
{
	const char **path = ARENA_ARRAY(a, const char *, 3);

	path[0] = rel->schema->name;
	path[1] = "public";
	path[2] = NULL;
	return path;
}

const struct relation *
default_names_next(struct arena *a, const struct snapshot *s, const struct relation *rel,
		   const char **text)
{
	const char *literal, *end;

	return next_named(a, s, default_names_path(a, rel), text, &literal, &end);
}
