/*
 * analyze_assign: assignment to parts of columns, INSERT INTO t (a[1], c.f), UPDATE t SET c.f[2] =
 * …: the way from the column to the part, and the value in the part's type.
 */
#include "sql/analyze_expr.h"
#include "sql/analyze_int.h"

struct assignment {
	struct analyzer *as;
	const char *name; /* of the column or field that the walk is in, for messages */
	PgQuery__Node *const *path;
	size_t n, at;
	struct vec steps; /* struct assign_step */
	struct expr *value;
	bool subscripting; /* the last step was a subscript */
	int location, base_location;
};

static bool
part_mismatch(struct assignment *a, oid_t type, oid_t from)
{
	struct err *err = a->as->env->err;

	if (err_is_set(err))
		return false;
	if (a->subscripting)
		err_set(err, ERR_DATATYPE_MISMATCH, a->location,
			"subscripted assignment to \"%s\" requires type %s but expression is of "
			"type %s",
			a->name, type_display(a->as, type), type_display(a->as, from));
	else
		err_set(err, ERR_DATATYPE_MISMATCH, a->location,
			"subfield \"%s\" is of type %s but expression is of type %s", a->name,
			type_display(a->as, type), type_display(a->as, from));
	return err_hint(err, "You will need to rewrite or cast the expression.");
}

static struct assign_step *
step_new(struct assignment *a, char what)
{
	struct assign_step *s = ARENA_NEW(a->as->arena, struct assign_step);

	s->what = what;
	vec_push(a->as->arena, &a->steps, s);
	return s;
}

/* ---- fields ---- */

static bool
no_such_field(struct assignment *a, oid_t type, const char *field)
{
	const struct relation *rel = type_relation(a->as, type);
	struct err *err = a->as->env->err;

	if (rel && rel->kind != 'c' && system_column(field))
		return err_set(err, ERR_UNDEFINED_COLUMN, a->location,
			       "cannot assign to system column \"%s\"", field);
	return err_set(err, ERR_UNDEFINED_COLUMN, a->location,
		       "cannot assign to field \"%s\" of column \"%s\" because there is no such "
		       "column in data type %s",
		       field, a->name, type_display(a->as, type));
}

static bool
field_step(struct assignment *a, oid_t *type, int32_t *typmod)
{
	const char *field = node_str(a->path[a->at++]);
	struct expr row = {.kind = EX_CONST, .type = base_type(a->as, *type, NULL)};
	struct rtcol *cols;
	int n = 0;

	if (!type_is_row(a->as, row.type))
		return err_set(a->as->env->err, ERR_DATATYPE_MISMATCH, a->location,
			       "cannot assign to field \"%s\" of column \"%s\" because its type %s "
			       "is not a composite type",
			       field, a->name, type_display(a->as, *type));
	cols = record_columns(a->as, &row, &n);
	for (int i = 0; i < n; i++) {
		if (strcmp(cols[i].name, field) != 0)
			continue;
		step_new(a, 'f')->field = i;
		*type = cols[i].type;
		*typmod = cols[i].typmod;
		a->name = field;
		a->subscripting = false;
		return true;
	}
	return no_such_field(a, *type, field);
}

/* ---- subscripts ---- */

static bool
json_step(struct assignment *a, PgQuery__Node *const *sub, size_t n)
{
	struct assign_step *s = step_new(a, 'j');
	bool first_int = false;

	s->upper = analyze_json_subscripts(a->as, sub, n, &first_int);
	s->n = (int)n;
	if (first_int)
		s->what = 'J';
	return s->upper != NULL;
}

static bool
array_step(struct assignment *a, PgQuery__Node *const *sub, size_t n, bool *slice)
{
	struct assign_step *s = step_new(a, 'e');

	*slice = false;
	for (size_t i = 0; i < n; i++)
		*slice |= sub[i]->a_indices->is_slice;
	s->what = *slice ? 's' : 'e';
	s->n = (int)n;
	s->upper = ARENA_ARRAY(a->as->arena, struct expr *, n);
	s->lower = *slice ? ARENA_ARRAY(a->as->arena, struct expr *, n) : NULL;
	return analyze_subscripts(a->as, sub, n, s->upper, s->lower);
}

static bool
subscript_step(struct assignment *a, oid_t *type, int32_t *typmod)
{
	PgQuery__Node *const *sub = a->path + a->at;
	oid_t container;
	size_t n = 0;
	bool slice;

	while (a->at < a->n && a->path[a->at]->node_case == PG_QUERY__NODE__NODE_A_INDICES)
		a->at++, n++;
	container = base_type(a->as, *type, typmod);
	a->subscripting = true;
	if (!subscriptable(a->as, container, a->base_location))
		return false;
	*type = container;
	if (container == T_JSONB)
		return json_step(a, sub, n);
	if (container == T_INT2VECTOR || container == T_OIDVECTOR)
		return err_unsupported(a->as->env->err, a->location,
				       "assignment to an element of type %s",
				       type_display(a->as, container));
	if (!array_step(a, sub, n, &slice))
		return false;
	if (!slice)
		*type = type_element(a->as, container);
	return true;
}

/* ---- the walk ---- */

static bool
walk(struct assignment *a, oid_t type, int32_t typmod)
{
	oid_t from = a->value->type;

	while (a->at < a->n) {
		const PgQuery__Node *n = a->path[a->at];

		if (n->node_case == PG_QUERY__NODE__NODE_A_STAR)
			return err_set(a->as->env->err, ERR_FEATURE_NOT_SUPPORTED, a->location,
				       "row expansion via \"*\" is not supported here");
		if (!(n->node_case == PG_QUERY__NODE__NODE_A_INDICES
			      ? subscript_step(a, &type, &typmod)
			      : field_step(a, &type, &typmod)))
			return false;
		a->base_location = -1;
	}
	a->value = coerce_to_target_type(a->as, a->value, type, typmod, COERCE_ASSIGNMENT, -1);
	return a->value || part_mismatch(a, type, from);
}

struct expr *
analyze_assign_part(struct analyzer *as, const struct column *col, struct expr *base,
		    PgQuery__Node *const *path, size_t n, struct expr *value, int location)
{
	struct assignment a = {.as = as,
			       .name = col->name,
			       .path = path,
			       .n = n,
			       .value = value,
			       .location = location,
			       .base_location = base->location};
	int32_t typmod = col->typmod;
	struct expr *e;

	if (!walk(&a, col->type->oid, col->typmod))
		return NULL;
	e = expr_new(as, EX_ASSIGN, base_type(as, col->type->oid, &typmod), location);
	e->typmod = typmod;
	e->assign.base = base;
	e->assign.value = a.value;
	e->assign.nsteps = a.steps.n;
	e->assign.steps = ARENA_ARRAY(as->arena, struct assign_step, a.steps.n);
	for (int i = 0; i < a.steps.n; i++)
		e->assign.steps[i] = *VEC_AT(struct assign_step, &a.steps, i);
	return e;
}
