/*
 * Composite values: making them, their fields, comparing them.
 *
 * What emit calls by key:
 *     row_make(v1, …)              ROW(…), or a whole row; the result type says whether it is a
 * named composite row_make_named(names, v1, …) a record whose columns have names, given as text[]
 *     record_label(r)              a named composite as record: its columns go with it
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
compare(struct fcall *c, const struct datum *args, int *result)
{
	struct type_ctx tc = fcall_type_ctx(c);
	struct record a, b;

	return arg_record(c, 0, &args[0], &a) && arg_record(c, 1, &args[1], &b) &&
	       record_compare(&tc, &a, &b, result);
}

#define COMPARISON(name, test)                                                                     \
	static bool name(struct fcall *c, const struct datum *args, int nargs UNUSED,              \
			 struct datum *out)                                                        \
	{                                                                                          \
		int r;                                                                             \
                                                                                                   \
		if (!compare(c, args, &r))                                                         \
			return false;                                                              \
		*out = datum_int(test);                                                            \
		return true;                                                                       \
	}

COMPARISON(record_eq, r == 0)
COMPARISON(record_ne, r != 0)
COMPARISON(record_lt, r < 0)
COMPARISON(record_gt, r > 0)
COMPARISON(record_le, r <= 0)
COMPARISON(record_ge, r >= 0)
COMPARISON(btrecordcmp, (r > 0) - (r < 0))

const struct func func_record[] = {
	FUNC_T("row_make", row_make),         FUNC_T("row_make_named", row_make_named),
	FUNC_T("record_label", record_label), FUNC_T("record_field", record_field),
	FUNC_T("record_eq", record_eq),       FUNC_T("record_ne", record_ne),
	FUNC_T("record_lt", record_lt),       FUNC_T("record_gt", record_gt),
	FUNC_T("record_le", record_le),       FUNC_T("record_ge", record_ge),
	FUNC_T("btrecordcmp", btrecordcmp),   FUNC_END,
};
