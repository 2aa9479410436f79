#include "ddl/value_change.h"

#include <strings.h>

#include "ddl/sqlite_text.h"
#include "types/array_value.h"
#include "types/range.h"
#include "types/record.h"

enum { MAX_NESTING = 200 };

struct walk {
	const struct value_change *v;
	struct type_ctx c;
	int depth;
};

static bool change(struct walk *w, const struct type *t, const struct datum *in, struct datum *out);

static bool
same(const struct datum *a, const struct datum *b)
{
	return a->class == b->class &&
	       (a->class != DATUM_TEXT || (a->n == b->n && memcmp(a->p, b->p, a->n) == 0));
}

static struct datum
printed(struct walk *w, struct buf *b)
{
	size_t n = b->len;
	struct datum d = datum_text(buf_dup(b, w->c.arena), n);

	buf_release(b);
	return d;
}

static bool
change_item(struct walk *w, const struct type *t, struct array_item *item)
{
	struct datum in, out;

	return !item->p || (item_datum(&w->c, t, item, &in) && change(w, t, &in, &out) &&
			    datum_item(&w->c, t, &out, item));
}

static bool
change_array(struct walk *w, const struct type *t, const struct datum *in, struct datum *out)
{
	struct buf b = BUF_INIT;
	struct array v;

	if (!array_read(w->c.arena, w->c.err, t, in, &v))
		return false;
	for (int i = 0; i < v.n; i++)
		if (!change_item(w, t->of, &v.items[i]))
			return false;
	array_print(&v, t->delim, &b);
	*out = printed(w, &b);
	return true;
}

static bool
change_record(struct walk *w, const struct type *t, const struct datum *in, struct datum *out)
{
	struct buf b = BUF_INIT;
	struct record r;

	if (!record_read(&w->c, t, in, &r))
		return false;
	for (int i = 0; i < r.n; i++)
		if (!change_item(w, record_column_type(&w->c, &r, i), &r.items[i]))
			return false;
	record_print(&r, &b);
	*out = printed(w, &b);
	return true;
}

static bool
change_bounds(struct walk *w, const struct type *subtype, struct range *r)
{
	struct range_bound *bounds[2] = {&r->lower, &r->upper};

	for (int i = 0; i < 2 && !r->empty; i++) {
		struct datum in = bounds[i]->value;

		if (!bounds[i]->infinite && !change(w, subtype, &in, &bounds[i]->value))
			return false;
	}
	return true;
}

static bool
change_range(struct walk *w, const struct type *t, const struct datum *in, struct datum *out)
{
	struct range r;

	return range_read(&w->c, t, in, &r) && change_bounds(w, t->of, &r) &&
	       range_write(&w->c, t, &r, out);
}

static bool
change_multirange(struct walk *w, const struct type *t, const struct datum *in, struct datum *out)
{
	struct multirange m;

	if (!multirange_read(&w->c, t, in, &m))
		return false;
	for (int i = 0; i < m.n; i++)
		if (!change_bounds(w, t->of->of, &m.ranges[i]))
			return false;
	return multirange_write(&w->c, t, &m, out);
}

/* The parts first: what apply is given is as the inner changes left it. */
static bool
change_parts(struct walk *w, const struct type *t, const struct datum *in, struct datum *out)
{
	if (t->typtype == 'd' && t->of)
		return change(w, t->of, in, out);
	if (t->elem_oid && t->of)
		return change_array(w, t, in, out);
	switch (t->typtype) {
	case 'c':
		return change_record(w, t, in, out);
	case 'r':
		return change_range(w, t, in, out);
	case 'm':
		return change_multirange(w, t, in, out);
	default:
		*out = *in;
		return true;
	}
}

static bool
change(struct walk *w, const struct type *t, const struct datum *in, struct datum *out)
{
	struct datum inner;
	bool ok;

	*out = *in;
	if (in->class == DATUM_NULL || !snapshot_type_contains(w->c.find_arg, t, w->v->type))
		return true;
	if (w->depth == MAX_NESTING)
		return err_set(w->c.err, ERR_STATEMENT_TOO_COMPLEX, -1,
			       "stack depth limit exceeded");
	if (t->oid == w->v->type->oid)
		return w->v->apply(w->v->arg, &w->c, in, out);
	w->depth++;
	ok = change_parts(w, t, in, &inner);
	w->depth--;
	*out = inner;
	return ok;
}

static struct walk
walk_in(const struct value_change *v, struct arena *a)
{
	return (struct walk){.v = v,
			     .c = {.arena = a,
				   .err = v->d->err,
				   .env = &type_env_canonical,
				   .find = snapshot_type_find,
				   .find_arg = v->type->find_arg}};
}

bool
value_changed(const struct value_change *v, struct arena *a, const struct type *t,
	      const struct datum *in, struct datum *out, bool *changed)
{
	struct walk w = walk_in(v, a);

	if (!change(&w, t, in, out))
		return false;
	*changed = !same(in, out);
	return true;
}

bool
value_literal_changed(const struct value_change *v, const struct type *t, const char *text,
		      char **out)
{
	struct walk w = walk_in(v, v->d->arena);
	struct buf b = BUF_INIT;
	struct datum in, changed;
	bool ok;

	if (!type_text_in(&w.c, t, text, strlen(text), -1, &in)) {
		err_clear(v->d->err);
		return true;
	}
	if (!change(&w, t, &in, &changed))
		return false;
	if (same(&in, &changed))
		return true;
	ok = type_text_out(&w.c, t, &changed, -1, &b);
	*out = buf_dup(&b, v->d->arena);
	buf_release(&b);
	return ok;
}

/* ---- tables ---- */

struct changed_row {
	int64_t rowid;
	struct datum value;
};

struct reading {
	const struct value_change *v;
	const struct type *type;
	struct vec rows; /* struct changed_row */
};

static bool
read_row(void *arg, const struct datum *cols, int ncols)
{
	struct reading *r = arg;
	struct arena *a = r->v->d->arena;
	struct arena tmp = ARENA_INIT;
	struct datum out;
	bool changed, ok;

	(void)ncols;
	ok = value_changed(r->v, &tmp, r->type, &cols[1], &out, &changed);
	if (ok && changed) {
		struct changed_row *row = ARENA_NEW(a, struct changed_row);

		*row = (struct changed_row){cols[0].i,
					    datum_text(arena_strndup(a, out.p, out.n), out.n)};
		vec_push(a, &r->rows, row);
	}
	arena_release(&tmp);
	return ok;
}

/* A name of the rowid that no column has. NULL: the table has none, or hides it. */
static const char *
rowid_name(const struct relation *rel)
{
	static const char *const names[] = {"rowid", "_rowid_", "oid"};

	for (size_t i = 0; i < COUNTOF(names) && !rel->without_rowid; i++) {
		bool taken = false;

		for (int k = 0; k < rel->ncols; k++)
			taken |= !rel->cols[k].dropped &&
				 !strcasecmp(rel->cols[k].physical, names[i]);
		if (!taken)
			return names[i];
	}
	return NULL;
}

static bool
write_rows(const struct reading *r, const struct relation *rel, const struct column *col,
	   const char *rowid)
{
	struct buf sql = BUF_INIT;
	bool ok = true;

	buf_printf(&sql, "UPDATE %s.", rel->schema->temp ? "temp" : "main");
	sqlite_identifier(&sql, rel->physical);
	buf_puts(&sql, " SET ");
	sqlite_identifier(&sql, col->physical);
	buf_printf(&sql, " = ?2 WHERE %s = ?1", rowid);
	for (int i = 0; ok && i < r->rows.n; i++) {
		const struct changed_row *row = r->rows.v[i];
		struct datum params[2] = {datum_int(row->rowid), row->value};

		ok = conn_exec(r->v->d->conn, buf_str(&sql), params, 2);
	}
	buf_release(&sql);
	return ok;
}

static bool
change_column(const struct value_change *v, const struct relation *rel, const struct column *col,
	      const char *rowid)
{
	struct reading r = {.v = v, .type = col->type};
	struct buf sql = BUF_INIT;
	bool ok;

	buf_printf(&sql, "SELECT %s, ", rowid);
	sqlite_identifier(&sql, col->physical);
	buf_printf(&sql, " FROM %s.", rel->schema->temp ? "temp" : "main");
	sqlite_identifier(&sql, rel->physical);
	buf_puts(&sql, " WHERE ");
	sqlite_identifier(&sql, col->physical);
	buf_puts(&sql, " IS NOT NULL");
	ok = conn_query(v->d->conn, buf_str(&sql), NULL, 0, read_row, &r);
	buf_release(&sql);
	return ok && write_rows(&r, rel, col, rowid);
}

bool
value_change_table(const struct value_change *v, const struct relation *rel)
{
	const char *rowid = rowid_name(rel);

	for (int i = 0; i < rel->ncols; i++) {
		const struct column *col = &rel->cols[i];

		if (col->dropped || col->generated ||
		    !snapshot_type_contains(v->type->find_arg, col->type, v->type))
			continue;
		if (!rowid)
			return err_unsupported(v->d->err, -1,
					       "this change of a type that table \"%s\" uses",
					       rel->name);
		if (!change_column(v, rel, col, rowid))
			return false;
	}
	return true;
}
