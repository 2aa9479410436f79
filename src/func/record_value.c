/*
 * What emit calls by key for values that are rows:
 *     record_column(r, i, shape)  column i from 0 of a record that has to be of that shape
 *     record_cat(r, s, …)         one row of all the columns of these records
 *     record_is_null(r)           r IS NULL: every column is
 *     record_is_not_null(r)       r IS NOT NULL: no column is NULL
 */
#include "func/array_args.h"
#include "func/record_args.h"
#include "func/tables.h"
#include "types/domain.h"
#include "types/read.h"

bool
record_shape_check(struct fcall *c, const struct record *given, const struct record *want)
{
	struct type_ctx tc = fcall_type_ctx(c);

	if (given->n != want->n) {
		err_set(c->err, ERR_DATATYPE_MISMATCH, -1,
			"function return row and query-specified return row do not match");
		return err_detail(c->err,
				  "Returned row contains %d attribute%s, but query expects %d.",
				  given->n, given->n == 1 ? "" : "s", want->n);
	}
	for (int i = 0; i < want->n; i++) {
		const struct type *g = record_column_type(&tc, given, i),
				  *w = record_column_type(&tc, want, i);

		if (g->oid == w->oid)
			continue;
		err_set(c->err, ERR_DATATYPE_MISMATCH, -1,
			"function return row and query-specified return row do not match");
		return err_detail(c->err,
				  "Returned type %s at ordinal position %d, but query expects %s.",
				  type_sql_name(g), i + 1, type_sql_name(w));
	}
	return true;
}

bool
record_shape_read(struct fcall *c, const struct datum *d, struct record *shape)
{
	struct type_ctx tc = fcall_type_ctx(c);

	return record_read(&tc, type_builtin(T_RECORD), d, shape);
}

static bool
read_argument(struct fcall *c, const struct datum *d, struct record *r)
{
	struct type_ctx tc = fcall_type_ctx(c);

	return record_read(&tc, domain_base(c->types->args[0], NULL), d, r);
}

static bool
record_column(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct type_ctx tc = fcall_type_ctx(c);
	struct record r, want;
	int64_t i;

	if (arg_null(&args[0]))
		return true;
	return read_argument(c, &args[0], &r) && arg_int(c, &args[1], &i) &&
	       record_shape_read(c, &args[2], &want) && record_shape_check(c, &r, &want) &&
	       ret_item(c, record_column_type(&tc, &r, (int)i), &r.items[i], out);
}

static bool
record_cat(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	struct record all = {0}, r;
	struct buf b = BUF_INIT;

	all.cols = ARENA_ARRAY(c->arena, struct record_column, RECORD_MAX_COLUMNS);
	all.items = ARENA_ARRAY(c->arena, struct array_item, RECORD_MAX_COLUMNS);
	for (int i = 0; i < nargs; i++) {
		if (!record_shape_read(c, &args[i], &r))
			return false;
		if (!r.cols)
			return err_set(c->err, ERR_INTERNAL_ERROR, -1, "a record has no columns");
		for (int k = 0; k < r.n && all.n < RECORD_MAX_COLUMNS; k++) {
			all.cols[all.n] = r.cols[k];
			all.items[all.n++] = r.items[k];
		}
	}
	if (c->types->ret->oid == T_RECORD)
		record_print_columns(&all, &b);
	record_print(&all, &b);
	return ret_buf(c, &b, out);
}

static bool
record_is_null(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct record r;

	*out = datum_int(1);
	if (arg_null(&args[0]))
		return true;
	if (!read_argument(c, &args[0], &r))
		return false;
	for (int i = 0; i < r.n; i++)
		if (r.items[i].p)
			*out = datum_int(0);
	return true;
}

static bool
record_is_not_null(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct record r;

	*out = datum_int(0);
	if (arg_null(&args[0]))
		return true;
	if (!read_argument(c, &args[0], &r))
		return false;
	*out = datum_int(1);
	for (int i = 0; i < r.n; i++)
		if (!r.items[i].p)
			*out = datum_int(0);
	return true;
}

const struct func func_record_value[] = {
	FUNC_T("record_column", record_column),
	FUNC_T("record_cat", record_cat),
	FUNC_T("record_is_null", record_is_null),
	FUNC_T("record_is_not_null", record_is_not_null),
	FUNC_END,
};
