/*
 * Composite values: making them, their fields, comparing them.
 *
 * What emit calls by key:
 *     row_make(v1, …)              ROW(…), or a whole row; the result type says whether it is a
 * named composite row_make_named(names, v1, …) a record whose columns have names, given as text[]
 *     record_label(r)              a named composite as record: its columns go with it
 *     record_label_array(a)        the same of each element of an array
 *     record_field(r, i)           field i from 0
 */
#include "types/record.h"
#include "catalog/snapshot.h"
#include "func/array_args.h"
#include "func/tables.h"
#include "types/read.h"

/* ---- the columns of composite types ---- */

static bool
snapshot_column(const struct type *(*find)(void *, oid_t), void *arg, oid_t type, int i,
		struct record_column *out)
{
	const struct relation *r;

	if (find != snapshot_type_find || !arg || !(r = snapshot_relation_of_type(arg, type)) ||
	    r->type_oid != type)
		return false;
	for (int k = 0; k < r->ncols; k++) {
		const struct column *col = &r->cols[k];

		if (col->dropped || i-- > 0)
			continue;
		*out = (struct record_column){col->name, strlen(col->name), col->type->oid,
					      col->typmod};
		return true;
	}
	return false;
}

static void __attribute__((constructor)) know_columns(void)
{
	record_column_at = snapshot_column;
}

/* ---- making ---- */

static bool
ret_record(struct fcall *c, const struct record *r, bool with_columns, struct datum *out)
{
	struct buf b = BUF_INIT;

	if (with_columns && r->cols)
		record_print_columns(r, &b);
	record_print(r, &b);
	return ret_buf(c, &b, out);
}

/* Values from argument first on, as the columns of the result. names: NULL or theirs. */
static bool
make(struct fcall *c, const struct datum *args, int nargs, int first, const struct array *names,
     struct datum *out)
{
	struct record r = {.n = nargs - first};

	if (!c->types)
		return err_set(c->err, ERR_INTERNAL_ERROR, -1,
			       "a record function was called without its types");
	r.cols = ARENA_ARRAY(c->arena, struct record_column, r.n + 1);
	r.items = ARENA_ARRAY(c->arena, struct array_item, r.n + 1);
	for (int i = 0; i < r.n; i++) {
		const struct type *t = c->types->args[first + i];

		r.cols[i] = (struct record_column){NULL, 0, t->oid, c->types->typmods[first + i]};
		if (names && i < names->n && names->items[i].p) {
			r.cols[i].name = names->items[i].p;
			r.cols[i].name_n = names->items[i].n;
		} else {
			r.cols[i].name = arena_printf(c->arena, "f%d", i + 1);
			r.cols[i].name_n = strlen(r.cols[i].name);
		}
		if (!arg_item(c, t, &args[first + i], &r.items[i]))
			return false;
	}
	return ret_record(c, &r, c->types->ret->oid == T_RECORD, out);
}

static bool
row_make(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	return make(c, args, nargs, 0, NULL, out);
}

static bool
row_make_named(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	struct array names;

	return arg_texts(c, &args[0], &names) && make(c, args, nargs, 1, &names, out);
}

static bool
arg_record(struct fcall *c, int i, const struct datum *d, struct record *r)
{
	struct type_ctx tc = fcall_type_ctx(c);

	return record_read(&tc, c->types ? c->types->args[i] : type_builtin(T_RECORD), d, r);
}

static bool
record_label(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct record r;

	return arg_null(&args[0]) ||
	       (arg_record(c, 0, &args[0], &r) && ret_record(c, &r, true, out));
}

static bool
record_label_array(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct type_ctx tc = fcall_type_ctx(c);
	const struct type *elem;
	struct array v;

	if (arg_null(&args[0]))
		return true;
	if (!arg_array(c, 0, &args[0], &v, &elem))
		return false;
	for (int i = 0; i < v.n; i++) {
		struct buf b = BUF_INIT;
		struct datum d = datum_text(v.items[i].p, v.items[i].n);
		struct record r;

		if (!v.items[i].p)
			continue;
		if (!record_read(&tc, elem, &d, &r))
			return false;
		if (!r.cols)
			record_find_columns(&tc, elem, &r);
		record_print_columns(&r, &b);
		record_print(&r, &b);
		v.items[i].n = b.len;
		v.items[i].p = buf_dup(&b, c->arena);
		buf_release(&b);
	}
	return ret_array(c, type_builtin(T_RECORD), &v, out);
}

static bool
record_field(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct type_ctx tc = fcall_type_ctx(c);
	struct record r;
	int64_t i;

	if (arg_null(&args[0]))
		return true;
	if (!arg_record(c, 0, &args[0], &r) || !arg_int(c, &args[1], &i))
		return false;
	if (i < 0 || i >= r.n)
		return true;
	return ret_item(c,
			r.cols || !c->types ? record_column_type(&tc, &r, (int)i) : c->types->ret,
			&r.items[i], out);
}

/* ---- comparing ---- */

static bool
compare(struct fcall *c, const struct datum *args, bool order, int *result)
{
	struct record a, b;

	return arg_record(c, 0, &args[0], &a) && arg_record(c, 1, &args[1], &b) &&
	       compare_records(c, &a, &b, order, result);
}

#define COMPARISON(name, order, test)                                                              \
	static bool name(struct fcall *c, const struct datum *args, int nargs UNUSED,              \
			 struct datum *out)                                                        \
	{                                                                                          \
		int r;                                                                             \
                                                                                                   \
		if (!compare(c, args, order, &r))                                                  \
			return false;                                                              \
		*out = datum_int(test);                                                            \
		return true;                                                                       \
	}

COMPARISON(record_eq, false, r == 0)
COMPARISON(record_ne, false, r != 0)
COMPARISON(record_lt, true, r < 0)
COMPARISON(record_gt, true, r > 0)
COMPARISON(record_le, true, r <= 0)
COMPARISON(record_ge, true, r >= 0)
COMPARISON(btrecordcmp, true, (r > 0) - (r < 0))

/* Byte by byte: what = takes for the same may differ (2.0 and 2.00). */
static bool
same_image(struct fcall *c, const struct datum *args, bool *same)
{
	struct type_ctx tc = fcall_type_ctx(c);
	struct record a, b;

	if (!arg_record(c, 0, &args[0], &a) || !arg_record(c, 1, &args[1], &b))
		return false;
	*same = true;
	for (int i = 0; i < MIN(a.n, b.n) && *same; i++) {
		const struct type *x = record_column_type(&tc, &a, i),
				  *y = record_column_type(&tc, &b, i);

		if (x->oid != y->oid)
			return err_set(c->err, ERR_DATATYPE_MISMATCH, -1,
				       "cannot compare dissimilar column types %s and %s at record "
				       "column %d",
				       type_sql_name(x), type_sql_name(y), i + 1);
		*same = !a.items[i].p == !b.items[i].p && a.items[i].n == b.items[i].n &&
			(!a.items[i].p || memcmp(a.items[i].p, b.items[i].p, a.items[i].n) == 0);
	}
	return !*same || a.n == b.n ||
	       err_set(c->err, ERR_DATATYPE_MISMATCH, -1,
		       "cannot compare record types with different numbers of columns");
}

static bool
record_image_eq(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	bool same = false;

	*out = datum_null();
	if (!same_image(c, args, &same))
		return false;
	*out = datum_int(same);
	return true;
}

static bool
record_image_ne(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	bool same = false;

	*out = datum_null();
	if (!same_image(c, args, &same))
		return false;
	*out = datum_int(!same);
	return true;
}

const struct func func_record[] = {
	FUNC_T("row_make", row_make),
	FUNC_T("row_make_named", row_make_named),
	FUNC_T("record_label", record_label),
	FUNC_T("record_label_array", record_label_array),
	FUNC_T("record_field", record_field),
	FUNC_T("record_eq", record_eq),
	FUNC_T("record_ne", record_ne),
	FUNC_T("record_lt", record_lt),
	FUNC_T("record_gt", record_gt),
	FUNC_T("record_le", record_le),
	FUNC_T("record_ge", record_ge),
	FUNC_T("btrecordcmp", btrecordcmp),
	FUNC_T("record_image_eq", record_image_eq),
	FUNC_T("record_image_ne", record_image_ne),
	FUNC_END,
};
