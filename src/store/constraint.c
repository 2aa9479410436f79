/*
 * SQLite's constraint failures in PostgreSQL's words. SQLite's message names physical tables and
 * columns; the catalog says which constraint that is.
 *
 *     UNIQUE constraint failed: t.a, t.b | index 'i'        NOT NULL constraint failed: t.a
 *     CHECK constraint failed: name                         FOREIGN KEY constraint failed
 */
#include "store/private.h"

#include <stdlib.h>
#include <strings.h>

enum { MAX_SHOWN = 64 }; /* bytes of a value in "Failing row contains" */

void
buf_ident(struct buf *b, const char *name)
{
	buf_putc(b, '"');
	for (; *name; name++) {
		if (*name == '"')
			buf_putc(b, '"');
		buf_putc(b, *name);
	}
	buf_putc(b, '"');
}

void
buf_relation(struct buf *b, const struct relation *r)
{
	buf_puts(b, r->persistence == 't' ? "temp." : "main.");
	buf_ident(b, r->physical);
}

static void
buf_raw(struct buf *b, const struct datum *d)
{
	switch (d->class) {
	case DATUM_NULL:
		buf_puts(b, "null");
		break;
	case DATUM_INT:
		buf_printf(b, "%lld", (long long)d->i);
		break;
	case DATUM_REAL:
		buf_printf(b, "%.15g", d->r);
		break;
	default:
		buf_add(b, d->p, d->n);
	}
}

void
buf_value(struct conn *c, struct buf *b, const struct snapshot *snap, const struct type *t,
	  int32_t typmod, const struct datum *d)
{
	struct arena a = ARENA_INIT;
	struct err err;
	struct type_ctx ctx = {&a, &err, &c->env->types, snapshot_type_find, (void *)snap};
	size_t len = b->len;

	err_init(&err);
	if (d->class == DATUM_NULL || !t || !type_text_out(&ctx, t, d, typmod, b)) {
		b->len = len;
		buf_raw(b, d);
	}
	err_release(&err);
	arena_release(&a);
}

/* ---- which constraint? ---- */

static const char *
after(const char *text, const char *prefix)
{
	size_t n = strlen(prefix);

	return strncmp(text, prefix, n) == 0 ? text + n : NULL;
}

/* Does SQLite name this index so? */
static bool
index_named(struct buf *b, const struct index *ix, const char *what)
{
	const struct relation *rel = ix->rel;

	if (strncmp(what, "index '", 7) == 0) {
		size_t n = ix->self->physical ? strlen(ix->self->physical) : 0;
		return n > 0 && strncmp(what + 7, ix->self->physical, n) == 0 &&
		       strcmp(what + 7 + n, "'") == 0;
	}
	buf_clear(b);
	for (int i = 0; i < ix->nkeys; i++) {
		const struct column *col = relation_column_at(rel, ix->cols[i]);

		if (!col)
			return false;
		buf_printf(b, "%s%s.%s", i ? ", " : "", rel->physical, col->physical);
	}
	return strcmp(buf_str(b), what) == 0;
}

static const struct index *
unique_index_of(struct buf *b, const struct relation *rel, const char *what)
{
	if (!rel->physical)
		return NULL;
	for (int i = 0; i < rel->indexes.n; i++) {
		const struct index *ix = rel->indexes.v[i];

		if (ix->unique && index_named(b, ix, what))
			return ix;
	}
	return NULL;
}

static const struct index *
find_unique_index(const struct snapshot *snap, const struct relation *target, const char *what)
{
	struct buf b = BUF_INIT;
	const struct index *ix = target ? unique_index_of(&b, target, what) : NULL;

	for (int i = 0; !ix && snap && i < snap->relations.n; i++)
		ix = unique_index_of(&b, snap->relations.v[i], what);
	buf_release(&b);
	return ix;
}

static const struct column *
column_named(const struct relation *rel, const char *what)
{
	size_t n = rel->physical ? strlen(rel->physical) : 0;

	if (n == 0 || strncmp(what, rel->physical, n) != 0 || what[n] != '.')
		return NULL;
	for (int i = 0; i < rel->ncols; i++)
		if (!rel->cols[i].dropped && strcmp(rel->cols[i].physical, what + n + 1) == 0)
			return &rel->cols[i];
	return NULL;
}

static const struct relation *
find_column(const struct snapshot *snap, const struct relation *target, const char *what,
	    const struct column **col)
{
	if (target && (*col = column_named(target, what)))
		return target;
	for (int i = 0; snap && i < snap->relations.n; i++)
		if ((*col = column_named(snap->relations.v[i], what)))
			return snap->relations.v[i];
	return NULL;
}

static const struct constraint *
check_named(const struct relation *rel, const char *name)
{
	for (int i = 0; i < rel->constraints.n; i++) {
		const struct constraint *k = rel->constraints.v[i];

		if (k->kind == 'c' &&
		    (strcmp(k->name, name) == 0 || (k->expr && strcmp(k->expr, name) == 0)))
			return k;
	}
	return NULL;
}

static const struct constraint *
find_check(const struct snapshot *snap, const struct relation *target, const char *name)
{
	const struct constraint *k = target ? check_named(target, name) : NULL;

	for (int i = 0; !k && snap && i < snap->relations.n; i++)
		k = check_named(snap->relations.v[i], name);
	return k;
}

/* ---- the row at fault ---- */

static void
note_list(struct buf *b, const struct relation *rel, const char *prefix)
{
	bool first = true;

	for (int i = 0; i < rel->ncols; i++) {
		if (rel->cols[i].dropped)
			continue;
		buf_puts(b, first ? "" : ", ");
		buf_puts(b, prefix);
		buf_ident(b, rel->cols[i].physical);
		if (*prefix) {
			buf_puts(b, " AS ");
			buf_ident(b, rel->cols[i].physical);
		}
		first = false;
	}
}

/* The i-th (from 0) item of a CREATE INDEX statement's column list: up to the next comma outside
 * parentheses and quotes. */
static bool
index_item(const char *sql, int i, const char **start, size_t *n)
{
	const char *p = strchr(sql, '(');
	int depth = 0;

	for (*start = p ? p + 1 : NULL; p && *p; p++) {
		if (*p == '\'' || *p == '"') {
			p = strchr(p + 1, *p);
			if (!p)
				return false;
		} else if (*p == '(') {
			depth++;
		} else if (*p == ')' || *p == ',') {
			if ((*p == ')' && --depth > 0) || (*p == ',' && depth > 1))
				continue;
			if (i-- == 0) {
				*n = (size_t)(p - *start);
				return true;
			}
			if (*p == ')')
				return false;
			*start = p + 1;
		}
	}
	return false;
}

static size_t
without_suffix(const char *s, size_t n, const char *word)
{
	size_t len = strlen(word);

	if (n <= len || strncasecmp(s + n - len, word, len) != 0 ||
	    !strchr(" \t\n)", s[n - len - 1]))
		return n;
	return n - len;
}

/* The item without ASC or DESC; COLLATE may stay. */
static size_t
expression_length(const char *s, size_t n)
{
	while (n > 0 && strchr(" \t\n", s[n - 1]))
		n--;
	n = without_suffix(s, n, "ASC");
	return without_suffix(s, n, "DESC");
}

static void
index_text(struct conn *c, const struct index *ix, struct buf *b)
{
	sqlite3_stmt *stmt = NULL;
	const char *sql =
		ix->rel->persistence == 't'
			? "SELECT sql FROM temp.sqlite_schema WHERE type = 'index' AND name = ?1"
			: "SELECT sql FROM main.sqlite_schema WHERE type = 'index' AND name = ?1";

	if (sqlite3_prepare_v2(c->sq, sql, -1, &stmt, NULL) == SQLITE_OK) {
		sqlite3_bind_text(stmt, 1, ix->self->physical ? ix->self->physical : "", -1,
				  SQLITE_STATIC);
		if (sqlite3_step(stmt) == SQLITE_ROW && sqlite3_column_text(stmt, 0))
			buf_puts(b, (const char *)sqlite3_column_text(stmt, 0));
	}
	sqlite3_finalize(stmt);
}

/* Appends the index' expressions, for pg__note to evaluate over the row. */
static void
note_expressions(struct conn *c, const struct index *ix, struct buf *b)
{
	struct buf sql = BUF_INIT;
	const char *open, *start;
	size_t n;

	index_text(c, ix, &sql);
	open = strstr(buf_str(&sql), " ON ");
	for (int i = 0; i < ix->nkeys; i++) {
		if (ix->cols[i] != 0)
			continue;
		buf_puts(b, ", ");
		if (open && index_item(open, i, &start, &n))
			buf_add(b, start, expression_length(start, n));
		else
			buf_puts(b, "NULL");
	}
	buf_release(&sql);
}

/* Runs the statement again until it fails, with the rows of rel noted: then d->cells has the
 * columns that are not dropped, and ix' expressions after them. */
static bool
find_row(struct conn *c, struct diag *d, const struct cursor *cur, const struct relation *rel,
	 const struct index *ix)
{
	struct buf body = BUF_INIT;
	int rc;

	if (!cur || !diag_begin(c, d, cur))
		return false;
	buf_puts(&body, "SELECT pg__note(");
	note_list(&body, rel, "");
	if (ix)
		note_expressions(c, ix, &body);
	buf_puts(&body, ") FROM (SELECT ");
	note_list(&body, rel, "NEW.");
	buf_puts(&body, ");");
	diag_trigger(c, d, "BEFORE INSERT", rel, buf_str(&body));
	diag_trigger(c, d, "BEFORE UPDATE", rel, body.data);
	buf_release(&body);
	rc = diag_rerun(c, cur);
	return (rc & 0xff) == SQLITE_CONSTRAINT && d->cells;
}

/* ---- the messages ---- */

static size_t
clip(const char *s, size_t n)
{
	if (n <= MAX_SHOWN)
		return n;
	n = MAX_SHOWN;
	while (n > 0 && ((unsigned char)s[n] & 0xc0) == 0x80)
		n--;
	return n;
}

static void
failing_row(struct conn *c, const struct diag *d, const struct relation *rel)
{
	struct buf b = BUF_INIT, one = BUF_INIT;
	int at = 0;

	for (int i = 0; i < rel->ncols && at < d->ncells; i++) {
		const struct column *col = &rel->cols[i];
		size_t n;

		if (col->dropped)
			continue;
		buf_clear(&one);
		buf_value(c, &one, c->env->snapshot, col->type, col->typmod, &d->cells[at]);
		n = clip(one.data, one.len);
		buf_puts(&b, at++ ? ", " : "");
		buf_add(&b, one.data, n);
		if (n < one.len)
			buf_puts(&b, "...");
	}
	err_detail(c->env->err, "Failing row contains (%s).", buf_str(&b));
	buf_release(&one);
	buf_release(&b);
}

static int
noted_column(const struct relation *rel, int attnum)
{
	int at = 0;

	for (int i = 0; i < attnum - 1; i++)
		at += !rel->cols[i].dropped;
	return at;
}

static void
key_detail(struct conn *c, const struct diag *d, const struct index *ix)
{
	struct buf names = BUF_INIT, values = BUF_INIT;
	struct arena a = ARENA_INIT;
	const struct relation *rel = ix->rel;
	int expr = 0, ncols = noted_column(rel, rel->ncols + 1);

	for (int i = 0; i < ix->nkeys; i++) {
		const struct column *col =
			ix->cols[i] ? relation_column_at(rel, ix->cols[i]) : NULL;
		int at = col ? noted_column(rel, col->attnum) : ncols + expr++;
		const struct column *shown = col                   ? col
					     : i < ix->self->ncols ? &ix->self->cols[i]
								   : NULL;

		buf_printf(&names, "%s%s", i ? ", " : "",
			   col ? quote_identifier(&a, col->name)
			       : index_definition(&a, c->env->snapshot, ix, i + 1, true));
		buf_puts(&values, i ? ", " : "");
		if (at < d->ncells)
			buf_value(c, &values, c->env->snapshot, shown ? shown->type : NULL,
				  shown ? shown->typmod : -1, &d->cells[at]);
	}
	err_detail(c->env->err, "Key (%s)=(%s) already exists.", buf_str(&names), buf_str(&values));
	arena_release(&a);
	buf_release(&names);
	buf_release(&values);
}

static const struct snapshot *
catalog_of(const struct conn *c, const struct cursor *cur)
{
	return cur && cur->spec.snapshot ? cur->spec.snapshot : c->env->snapshot;
}

static bool
unique_error(struct conn *c, const char *what, const struct cursor *cur)
{
	struct err *err = c->env->err;
	const struct index *ix =
		find_unique_index(catalog_of(c, cur), cur ? cur->spec.target : NULL, what);
	struct diag d;
	bool found;

	if (!ix)
		return err_set(err, ERR_UNIQUE_VIOLATION, -1,
			       "duplicate key value violates unique constraint \"%s\"", what);
	found = find_row(c, &d, cur, ix->rel, ix);
	err_clear(err);
	err_set(err, ERR_UNIQUE_VIOLATION, -1,
		"duplicate key value violates unique constraint \"%s\"", ix->self->name);
	if (found)
		key_detail(c, &d, ix);
	err_object(err, ix->rel->schema->name, ix->rel->name, NULL, ix->self->name);
	if (c->diag)
		diag_end(c, &d);
	return false;
}

static bool
not_null_error(struct conn *c, const char *what, const struct cursor *cur)
{
	struct err *err = c->env->err;
	const struct column *col;
	const struct relation *rel =
		find_column(catalog_of(c, cur), cur ? cur->spec.target : NULL, what, &col);
	struct diag d;
	bool found;

	if (!rel)
		return err_set(err, ERR_NOT_NULL_VIOLATION, -1,
			       "null value in column \"%s\" violates not-null constraint", what);
	found = find_row(c, &d, cur, rel, NULL);
	err_clear(err);
	err_set(err, ERR_NOT_NULL_VIOLATION, -1,
		"null value in column \"%s\" of relation \"%s\" violates not-null constraint",
		col->name, rel->name);
	if (found)
		failing_row(c, &d, rel);
	err_object(err, rel->schema->name, rel->name, col->name, NULL);
	if (c->diag)
		diag_end(c, &d);
	return false;
}

static bool
check_error(struct conn *c, const char *what, const struct cursor *cur)
{
	struct err *err = c->env->err;
	const struct relation *target = cur ? cur->spec.target : NULL;
	const struct constraint *k = find_check(catalog_of(c, cur), target, what);
	const struct relation *rel = k ? k->rel : target;
	struct diag d;
	bool found;

	if (!rel)
		return err_set(err, ERR_CHECK_VIOLATION, -1,
			       "new row violates check constraint \"%s\"", what);
	found = find_row(c, &d, cur, rel, NULL);
	err_clear(err);
	err_set(err, ERR_CHECK_VIOLATION, -1,
		"new row for relation \"%s\" violates check constraint \"%s\"", rel->name,
		k ? k->name : what);
	if (found)
		failing_row(c, &d, rel);
	err_object(err, rel->schema->name, rel->name, NULL, k ? k->name : what);
	if (c->diag)
		diag_end(c, &d);
	return false;
}

bool
constraint_error(struct conn *c, int rc, const char *text, const struct cursor *cur)
{
	const char *what;

	if ((what = after(text, "UNIQUE constraint failed: ")))
		return unique_error(c, what, cur);
	if ((what = after(text, "NOT NULL constraint failed: ")))
		return not_null_error(c, what, cur);
	if ((what = after(text, "CHECK constraint failed: ")))
		return check_error(c, what, cur);
	if (after(text, "FOREIGN KEY constraint failed"))
		return cur ? foreign_key_error(c, cur, text) : foreign_key_error_at_commit(c, text);
	if (rc == SQLITE_CONSTRAINT_TRIGGER) /* RAISE in a trigger that another tool made */
		return err_set(c->env->err, ERR_RAISE_EXCEPTION, -1, "%s", text);
	return err_set(c->env->err, ERR_INTEGRITY_CONSTRAINT_VIOLATION, -1, "%s", text);
}
