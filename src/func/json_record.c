/*
 * json_populate_record, json_to_record and their sets, for json and jsonb. As sets all of them give
 * their columns; their last argument is then a record of NULLs that says which; where the query
 * cannot say, the one column is the whole row. Elsewhere json_populate_record gives a composite
 * value.
 */
#include "func/json_populate.h"
#include "func/record_args.h"
#include "catalog/catalog.h"
#include "func/tables.h"
#include "types/domain.h"

/* ---- which columns ---- */

static bool
no_row_type(struct fcall *c)
{
	err_set(c->err, ERR_FEATURE_NOT_SUPPORTED, -1,
		"could not determine row type for result of %s", c->proc ? c->proc->name : "?");
	return err_hint(c->err, "Provide a non-null record argument, or call the function in the "
				"FROM clause using a column definition list.");
}

/* What json_populate_record(set) starts from. */
struct base {
	const struct type *type;
	struct record shape;         /* items are not used */
	struct array_item *defaults; /* NULL: the base is NULL */
};

/* given: the columns that FROM says, or NULL. */
static bool
read_base(struct fcall *c, const struct datum *args, const struct datum *given, struct base *b)
{
	struct type_ctx tc = fcall_type_ctx(c);
	const struct type *row = domain_base(arg_type(c, 0), NULL);
	struct record r = {0};

	b->type = arg_type(c, 0);
	b->defaults = NULL;
	if (row->oid != T_RECORD && row->typtype != 'c')
		return err_set(c->err, ERR_DATATYPE_MISMATCH, -1,
			       "first argument of %s must be a row type", c->proc->name);
	if (!arg_null(&args[0])) {
		if (!record_read(&tc, row, &args[0], &r))
			return false;
		b->shape = r;
		b->defaults = r.items;
		if (given && row->oid == T_RECORD) {
			struct record want;

			return record_shape_read(c, given, &want) &&
			       record_shape_check(c, &r, &want);
		}
		return true;
	}
	if (given)
		return record_shape_read(c, given, &b->shape);
	if (row->oid == T_RECORD)
		return no_row_type(c);
	record_find_columns(&tc, row, &b->shape);
	return true;
}

static bool
read_json(struct fcall *c, const struct datum *d, bool binary, struct json *j)
{
	return binary ? arg_jsonb(c, d, j) : arg_json(c, d, j);
}

/* ---- one value ---- */

static bool
populate_record(struct fcall *c, const struct datum *args, bool binary, struct datum *out)
{
	struct populate p = populate_begin(c, binary);
	struct datum *values;
	struct base b;
	struct json j;

	if (!read_base(c, args, NULL, &b))
		return false;
	if (arg_null(&args[1])) {
		*out = args[0];
		return true;
	}
	values = ARENA_ARRAY(c->arena, struct datum, b.shape.n + 1);
	return read_json(c, &args[1], binary, &j) && populate_check_object(c, &j) &&
	       populate_columns(&p, &b.shape, b.defaults, &j, values) &&
	       populate_row(&p, b.type, &b.shape, values, out);
}

static bool
json_populate_record(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	return populate_record(c, args, false, out);
}

static bool
jsonb_populate_record(struct fcall *c, const struct datum *args, int nargs UNUSED,
		      struct datum *out)
{
	return populate_record(c, args, true, out);
}

/* json_to_record outside FROM. */
static bool
to_record(struct fcall *c, const struct datum *args UNUSED, int nargs UNUSED,
	  struct datum *out UNUSED)
{
	return no_row_type(c);
}

/* ---- rows ---- */

struct rows {
	struct base base;
	struct json j;
	bool binary;
	bool lone;  /* j is the row, not an array of them */
	bool plain; /* no JSON: the base itself */
	bool whole; /* one column, the row */
	int at, n;
};

/* j is there: may it be populated from? */
static bool
check_rows(struct fcall *c, const struct rows *r)
{
	if (r->lone)
		return populate_check_object(c, &r->j);
	if (r->j.kind != JSON_ARRAY)
		return err_set(c->err, ERR_INVALID_PARAMETER_VALUE, -1, "cannot call %s on %s",
			       c->proc->name,
			       r->binary                  ? "a non-array"
			       : r->j.kind == JSON_OBJECT ? "an object"
							  : "a scalar");
	for (int i = 0; i < r->j.count; i++)
		if (r->j.items[i].kind != JSON_OBJECT)
			return err_set(c->err, ERR_INVALID_PARAMETER_VALUE, -1,
				       "argument of %s must be an array of objects", c->proc->name);
	return true;
}

/* json: the document's argument; before it there may be a base. */
static bool
rows_open(struct fcall *c, const struct datum *args, int nargs, int json, bool binary, bool lone,
	  void **state)
{
	struct rows *r = ARENA_NEW(c->arena, struct rows);

	*state = r;
	r->whole = nargs == c->proc->nargs;
	if (r->whole && json == 0)
		return no_row_type(c);
	if (json == 0) {
		r->base.type = type_builtin(T_RECORD);
		if (!record_shape_read(c, &args[nargs - 1], &r->base.shape))
			return false;
	} else if (!read_base(c, args, r->whole ? NULL : &args[nargs - 1], &r->base)) {
		return false;
	}
	r->binary = binary;
	r->lone = r->plain = lone;
	r->n = lone;
	if (arg_null(&args[json]))
		return true;
	r->plain = false;
	if (!read_json(c, &args[json], binary, &r->j) || !check_rows(c, r))
		return false;
	r->n = lone ? 1 : r->j.count;
	return true;
}

static int
base_row(struct fcall *c, const struct rows *r, struct datum *cols)
{
	struct type_ctx tc = fcall_type_ctx(c);

	for (int i = 0; i < r->base.shape.n; i++) {
		const struct array_item *item = r->base.defaults ? &r->base.defaults[i] : NULL;

		cols[i] = datum_null();
		if (item && item->p &&
		    !item_datum(&tc, record_column_type(&tc, &r->base.shape, i), item, &cols[i]))
			return -1;
	}
	return 1;
}

static int
rows_next(struct fcall *c, void *state, struct datum *cols)
{
	struct rows *r = state;
	struct populate p = populate_begin(c, r->binary);
	const struct json *j = &r->j;
	struct datum whole, *values = cols;

	if (r->at == r->n)
		return 0;
	if (!r->lone)
		j = &r->j.items[r->at];
	r->at++;
	if (r->plain)
		return base_row(c, r, cols);
	if (r->whole)
		values = ARENA_ARRAY(c->arena, struct datum, r->base.shape.n + 1);
	if (!populate_columns(&p, &r->base.shape, r->base.defaults, j, values))
		return -1;
	if (!r->whole && r->base.type->typtype != 'd')
		return 1;
	if (!populate_row(&p, r->base.type, &r->base.shape, values, &whole))
		return -1;
	if (r->whole)
		cols[0] = whole;
	return 1;
}

/* The state lies in the call's arena. */
static void
all_in_arena(void *state UNUSED)
{
}

#define ROWS(name, json, binary, lone)                                                             \
	static bool name##_open(struct fcall *c, const struct datum *args, int nargs,              \
				void **state)                                                      \
	{                                                                                          \
		return rows_open(c, args, nargs, json, binary, lone, state);                       \
	}                                                                                          \
	static const struct srf_ops name##_ops = {name##_open, rows_next, all_in_arena, 0}

ROWS(json_to_record, 0, false, true);
ROWS(jsonb_to_record, 0, true, true);
ROWS(json_to_recordset, 0, false, false);
ROWS(jsonb_to_recordset, 0, true, false);
ROWS(json_populate_record, 1, false, true);
ROWS(jsonb_populate_record, 1, true, true);
ROWS(json_populate_recordset, 1, false, false);
ROWS(jsonb_populate_recordset, 1, true, false);

const struct func func_json_record[] = {
	{"json_to_record", to_record, NULL, &json_to_record_ops, NULL, F_TYPES},
	{"jsonb_to_record", to_record, NULL, &jsonb_to_record_ops, NULL, F_TYPES},
	FUNC_SRF_T("json_to_recordset", &json_to_recordset_ops),
	FUNC_SRF_T("jsonb_to_recordset", &jsonb_to_recordset_ops),
	{"json_populate_record", json_populate_record, NULL, &json_populate_record_ops, NULL,
	 F_TYPES},
	{"jsonb_populate_record", jsonb_populate_record, NULL, &jsonb_populate_record_ops, NULL,
	 F_TYPES},
	FUNC_SRF_T("json_populate_recordset", &json_populate_recordset_ops),
	FUNC_SRF_T("jsonb_populate_recordset", &jsonb_populate_recordset_ops),
	FUNC_END,
};
