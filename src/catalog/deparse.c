/*
 * Definitions of indexes and constraints as SQL.
 */
#include <ctype.h>

#include "catalog/snapshot.h"
#include "types/domain.h"

static const char *const default_path[] = {"pg_catalog", "public", NULL};

/* Is the whole text inside one pair of parentheses? */
static bool
enclosed(const char *text, size_t n)
{
	int depth = 0;

	if (n < 2 || text[0] != '(' || text[n - 1] != ')')
		return false;
	for (size_t i = 0; i < n; i++) {
		if (text[i] == '\'' || text[i] == '"') {
			const char *close = memchr(text + i + 1, text[i], n - i - 1);

			if (!close)
				return false;
			i = (size_t)(close - text);
		} else if (text[i] == '(') {
			depth++;
		} else if (text[i] == ')' && --depth == 0 && i + 1 < n) {
			return false;
		}
	}
	return depth == 0;
}

/* A name, constant, CASE or function call: what PostgreSQL's deparser puts no parentheses around.
 */
static bool
is_simple(const char *text)
{
	const char *p = text, *end = text + strlen(text);

	while (*p == '\n' || *p == ' ')
		p++;
	if (!strncmp(p, "CASE", 4) && end - p > 7 && !strcmp(end - 3, "END"))
		return true;
	p = text;
	while (isalnum((unsigned char)*p) || *p == '_' || *p == '.' || *p == '"' ||
	       (unsigned char)*p >= 0x80)
		p++;
	return !*p || (p > text && *p == '(' && enclosed(p, strlen(p)));
}

/* Outside of parentheses and quotes, is there anything but a cast to a type, whose name may be of
 * several words? */
static bool
has_operator(const char *text)
{
	int depth = 0;
	bool cast = false;

	for (const char *p = text; *p; p++) {
		if (*p == '\'' || *p == '"') {
			const char *close = strchr(p + 1, *p);

			if (!close)
				return true;
			p = close;
			continue;
		}
		depth += (*p == '(' || *p == '[') - (*p == ')' || *p == ']');
		if (depth)
			continue;
		if (p[0] == ':' && p[1] == ':') {
			cast = true;
			p++;
		} else if (strchr("+-*/<>=~!@#%^&|`?", *p) ||
			   (*p == ' ' && !(cast && islower((unsigned char)p[1])))) {
			return true;
		}
	}
	return false;
}

/* The full form, with parentheses around operators. */
static char *
full_expression(struct arena *a, const char *text)
{
	return is_simple(text) || enclosed(text, strlen(text)) || !has_operator(text)
		       ? arena_strdup(a, text)
		       : arena_printf(a, "(%s)", text);
}

static bool
is_call(const char *text)
{
	const char *open = strchr(text, '(');

	return open && open > text && is_simple(text) && *text != '\n';
}

static void
put_key(struct arena *a, struct buf *b, const struct index *ix, int i, int *nexprs, bool pretty)
{
	const struct column *c = ix->cols[i] ? relation_column_at(ix->rel, ix->cols[i]) : NULL;
	const char *text;

	if (c) {
		buf_puts(b, quote_identifier(a, c->name));
		return;
	}
	text = *nexprs < ix->nexprs ? ix->exprs[(*nexprs)++] : "?column?";
	text = pretty ? pretty_expression(a, text) : full_expression(a, text);
	buf_printf(b, is_call(text) ? "%s" : "(%s)", text);
}

static void
put_choices(struct arena *a, struct buf *b, const struct index *ix, int i)
{
	if (ix->collations && ix->collations[i])
		buf_printf(b, " COLLATE %s",
			   quote_identifier(a, catalog_collation_name(ix->collations[i])));
	if (ix->classes && ix->classes[i])
		buf_printf(b, " %s", quote_identifier(a, catalog_opclass_name(ix->classes[i])));
}

static void
put_order(struct buf *b, int option)
{
	if (option & 1)
		buf_puts(b, option & 2 ? " DESC" : " DESC NULLS LAST");
	else if (option & 2)
		buf_puts(b, " NULLS FIRST");
}

static void
put_keys(struct arena *a, struct buf *b, const struct index *ix, bool pretty)
{
	int nexprs = 0;

	for (int i = 0; i < ix->ncols; i++) {
		if (i == ix->nkeys)
			buf_puts(b, ") INCLUDE (");
		else if (i)
			buf_puts(b, ", ");
		put_key(a, b, ix, i, &nexprs, pretty);
		if (i < ix->nkeys)
			put_choices(a, b, ix, i);
		if (i < ix->nkeys && !strcmp(ix->method, "btree"))
			put_order(b, ix->options[i]);
	}
}

static char *
take_buf(struct arena *a, struct buf *b)
{
	char *text = buf_dup(b, a);

	buf_release(b);
	return text;
}

static char *
key_definition(struct arena *a, const struct index *ix, int column, bool pretty)
{
	struct buf b = BUF_INIT;
	int nexprs = 0;

	for (int i = 0; i < column && i < ix->ncols; i++) {
		buf_clear(&b);
		put_key(a, &b, ix, i, &nexprs, pretty);
	}
	if (column > ix->ncols)
		buf_clear(&b);
	return take_buf(a, &b);
}

char *
index_definition_in(struct arena *a, const struct snapshot *s, const char *const *path,
		    const struct index *ix, int column, bool pretty)
{
	struct buf b = BUF_INIT;

	if (column)
		return shown_types(a, s, path, key_definition(a, ix, column, pretty));
	buf_printf(&b, "CREATE %sINDEX %s ON %s USING %s (", ix->unique ? "UNIQUE " : "",
		   quote_identifier(a, ix->self->name),
		   snapshot_relation_name(a, s, pretty ? path : NULL, ix->rel), ix->method);
	put_keys(a, &b, ix, pretty);
	buf_putc(&b, ')');
	if (ix->nulls_not_distinct)
		buf_puts(&b, " NULLS NOT DISTINCT");
	if (ix->predicate)
		buf_printf(&b, " WHERE %s",
			   pretty ? pretty_expression(a, ix->predicate)
				  : full_expression(a, ix->predicate));
	return shown_types(a, s, path, take_buf(a, &b));
}

char *
index_definition(struct arena *a, const struct snapshot *s, const struct index *ix, int column,
		 bool pretty)
{
	return index_definition_in(a, s, default_path, ix, column, pretty);
}

static void
put_columns(struct arena *a, struct buf *b, const struct relation *r, const int16_t *cols, int n)
{
	for (int i = 0; i < n; i++) {
		const struct column *c = relation_column_at(r, cols[i]);

		buf_printf(b, "%s%s", i ? ", " : "", c ? quote_identifier(a, c->name) : "?column?");
	}
}

static const char *
action_words(char code)
{
	switch (code) {
	case 'r':
		return "RESTRICT";
	case 'c':
		return "CASCADE";
	case 'n':
		return "SET NULL";
	case 'd':
		return "SET DEFAULT";
	default:
		return NULL;
	}
}

static void
put_foreign(struct arena *a, struct buf *b, const struct snapshot *s, const char *const *path,
	    const struct constraint *c)
{
	const char *update = action_words(c->on_update), *delete = action_words(c->on_delete);

	buf_puts(b, "FOREIGN KEY (");
	put_columns(a, b, c->rel, c->cols, c->ncols);
	buf_printf(b, ") REFERENCES %s(", snapshot_relation_name(a, s, path, c->frel));
	put_columns(a, b, c->frel, c->fcols, c->ncols);
	buf_putc(b, ')');
	if (c->match == 'f')
		buf_puts(b, " MATCH FULL");
	if (update)
		buf_printf(b, " ON UPDATE %s", update);
	if (delete)
		buf_printf(b, " ON DELETE %s", delete);
}

static void
put_unique(struct arena *a, struct buf *b, const struct constraint *c)
{
	const struct index *ix = c->index;

	buf_puts(b, c->kind == 'p' ? "PRIMARY KEY" : "UNIQUE");
	if (ix && ix->nulls_not_distinct)
		buf_puts(b, " NULLS NOT DISTINCT");
	buf_puts(b, " (");
	put_columns(a, b, c->rel, c->cols, c->ncols);
	buf_putc(b, ')');
	if (ix && ix->ncols > ix->nkeys) {
		buf_puts(b, " INCLUDE (");
		put_columns(a, b, c->rel, ix->cols + ix->nkeys, ix->ncols - ix->nkeys);
		buf_putc(b, ')');
	}
}

char *
constraint_definition_in(struct arena *a, const struct snapshot *s, const char *const *path,
			 const struct constraint *c, bool pretty)
{
	struct buf b = BUF_INIT;

	if (c->kind == 'f')
		put_foreign(a, &b, s, path, c);
	else if (c->kind == 'p' || c->kind == 'u')
		put_unique(a, &b, c);
	else
		buf_printf(&b, "CHECK (%s)%s",
			   pretty ? pretty_expression(a, c->expr) : full_expression(a, c->expr),
			   c->no_inherit ? " NO INHERIT" : "");
	if (c->deferrable)
		buf_puts(&b, " DEFERRABLE");
	if (c->deferred)
		buf_puts(&b, " INITIALLY DEFERRED");
	if (!c->validated)
		buf_puts(&b, " NOT VALID");
	return shown_types(a, s, path, take_buf(a, &b));
}

char *
constraint_definition(struct arena *a, const struct snapshot *s, const struct constraint *c,
		      bool pretty)
{
	return constraint_definition_in(a, s, default_path, c, pretty);
}

char *
domain_constraint_definition(struct arena *a, const struct snapshot *s, const char *const *path,
			     const struct domain_constraint *c, bool pretty)
{
	return arena_printf(
		a, "CHECK (%s)%s",
		shown_types(a, s, path,
			    pretty ? pretty_expression(a, c->expr) : full_expression(a, c->expr)),
		c->validated ? "" : " NOT VALID");
}
