/*
 * ARRAY[…], subscripts, slices and field selection.
 */
#include "sql/analyze_expr.h"

/* ---- constructors ---- */

static bool
array_elements(struct analyzer *as, const PgQuery__AArrayExpr *a, oid_t array_type, oid_t elem_type,
	       int32_t typmod, bool *nested, struct expr **out)
{
	for (size_t i = 0; i < a->n_elements; i++) {
		const PgQuery__Node *n = a->elements[i];
		if (n->node_case == PG_QUERY__NODE__NODE_A_ARRAY_EXPR) {
			if (as->depth >= as->max_depth)
				return analyze_expr_inner(as, n) != NULL;
			as->depth++;
			out[i] = analyze_array(as, n->a_array_expr, array_type, elem_type, typmod);
			as->depth--;
			*nested = true;
		} else {
			out[i] = analyze_expr_inner(as, n);
			if (out[i] && out[i]->type != T_INT2VECTOR && out[i]->type != T_OIDVECTOR &&
			    type_element(as, out[i]->type))
				*nested = true;
		}
		if (!out[i])
			return false;
	}
	return true;
}

/* The element and array types that the elements themselves suggest. */
static bool
array_types(struct analyzer *as, struct expr **elems, int n, bool nested, int location,
	    oid_t *array, oid_t *elem)
{
	struct err *err = as->env->err;
	if (n == 0) {
		err_set(err, ERR_INDETERMINATE_DATATYPE, location,
			"cannot determine type of empty array");
		return err_hint(
			err,
			"Explicitly cast to the desired type, for example ARRAY[]::integer[].");
	}
	oid_t common = select_common_type(as, elems, n, "ARRAY", NULL);
	if (!common)
		return false;
	if (nested) {
		*array = common;
		*elem = type_element(as, common);
		return *elem || err_set(err, ERR_UNDEFINED_OBJECT, location,
					"could not find element type for data type %s",
					type_display(as, common));
	}
	*elem = common;
	*array = type_array(as, common);
	return *array ||
	       err_set(err, ERR_UNDEFINED_OBJECT, location,
		       "could not find array type for data type %s", type_display(as, common));
}

static struct expr *
array_element(struct analyzer *as, struct expr *e, oid_t type, int32_t typmod, bool explicit)
{
	if (!explicit)
		return coerce_to_common_type(as, e, type, "ARRAY");
	struct expr *r = coerce_to_target_type(as, e, type, typmod, COERCE_EXPLICIT, -1);
	if (!r && !err_is_set(as->env->err))
		err_set(as->env->err, ERR_CANNOT_COERCE, expr_location(e),
			"cannot cast type %s to %s", type_display(as, e->type),
			type_display(as, type));
	return r;
}

/* array_type, elem_type: the target of an explicit cast around it, or 0. */
struct expr *
analyze_array(struct analyzer *as, const PgQuery__AArrayExpr *a, oid_t array_type, oid_t elem_type,
	      int32_t typmod)
{
	int n = (int)a->n_elements;
	bool nested = false, explicit = array_type != 0;
	struct expr **elems = ARENA_ARRAY(as->arena, struct expr *, MAX(n, 1));
	if (!array_elements(as, a, array_type, elem_type, typmod, &nested, elems))
		return NULL;
	if (!explicit && !array_types(as, elems, n, nested, a->location, &array_type, &elem_type))
		return NULL;
	for (int i = 0; i < n; i++) {
		elems[i] = array_element(as, elems[i], nested ? array_type : elem_type, typmod,
					 explicit);
		if (!elems[i])
			return NULL;
	}
	struct expr *e = expr_new(as, EX_ARRAY, array_type, a->location);
	e->list.args = elems;
	e->list.nargs = n;
	e->typmod = n ? select_common_typmod(elems, n, nested ? array_type : elem_type) : -1;
	if (e->typmod < 0)
		drop_lengths(as, elems, n);
	if (e->collation && n) {
		oid_t c = select_common_collation(as, elems, n);
		e->collation = c ? c : e->collation;
	}
	return err_is_set(as->env->err) ? NULL : e;
}

/* ---- subscripts ---- */

static struct expr *
analyze_subscript(struct analyzer *as, const PgQuery__Node *n)
{
	struct expr *e = analyze_expr_inner(as, n);
	if (!e)
		return NULL;
	int location = expr_location(e);
	if (n->node_case == PG_QUERY__NODE__NODE_TYPE_CAST &&
	    n->type_cast->type_name->location >= 0)
		location =
			MIN(location,
			    n->type_cast->type_name->location); /* DATE '…' begins with the type */
	e = coerce_to_target_type(as, e, T_INT4, -1, COERCE_ASSIGNMENT, -1);
	if (!e && !err_is_set(as->env->err))
		err_set(as->env->err, ERR_DATATYPE_MISMATCH, location,
			"array subscript must have type integer");
	return e;
}

struct expr **
analyze_json_subscripts(struct analyzer *as, PgQuery__Node *const *sub, size_t n, bool *first_int)
{
	struct expr **path = ARENA_ARRAY(as->arena, struct expr *, n);
	for (size_t i = 0; i < n; i++) {
		const PgQuery__AIndices *ix = sub[i]->a_indices;
		struct expr *e;
		if (ix->is_slice) {
			e = analyze_expr_inner(as, ix->uidx ? ix->uidx : ix->lidx);
			err_set(as->env->err, ERR_DATATYPE_MISMATCH, expr_location(e),
				"jsonb subscript does not support slices");
			return NULL;
		}
		e = analyze_expr_inner(as, ix->uidx);
		if (!e)
			return NULL;
		oid_t from = e->type;
		int location = expr_location(e);
		bool as_int = from != T_UNKNOWN &&
			      can_coerce_type(as, 1, &from, &(oid_t){T_INT4}, COERCE_IMPLICIT);
		bool as_text = from == T_UNKNOWN ||
			       can_coerce_type(as, 1, &from, &(oid_t){T_TEXT}, COERCE_IMPLICIT);
		if (!as_int && !as_text) {
			err_set(as->env->err, ERR_DATATYPE_MISMATCH, location,
				"subscript type %s is not supported", type_display(as, from));
			err_hint(as->env->err,
				 "jsonb subscript must be coercible to either integer or text.");
			return NULL;
		}
		if (i == 0)
			*first_int = as_int;
		path[i] = as->as_written ? coerce_type(as, e, as_int ? T_INT4 : T_TEXT, -1,
						       COERCE_IMPLICIT, -1)
					 : coerce_to_target_type(as, e, T_TEXT, -1,
								 COERCE_EXPLICIT, -1);
		if (!path[i])
			return NULL;
	}
	return path;
}

/* jsonb['a'][1] is jsonb #> ARRAY['a', '1']. */
static struct expr *
subscript_jsonb(struct analyzer *as, struct expr *base, PgQuery__Node *const *sub, size_t n)
{
	struct expr *path = expr_new(as, EX_ARRAY, T_TEXTARRAY, base->location);
	bool first_int;
	if (as->as_written) {
		struct expr *e = expr_new(as, EX_SUBSCRIPT, T_JSONB, base->location);
		e->subscript.array = base;
		e->subscript.n = (int)n;
		e->subscript.upper = analyze_json_subscripts(as, sub, n, &first_int);
		return e->subscript.upper ? e : NULL;
	}
	path->list.args = analyze_json_subscripts(as, sub, n, &first_int);
	path->list.nargs = (int)n;
	return path->list.args ? make_op(as, "#>", base, path, base->location) : NULL;
}

static bool
fixed_array(oid_t type)
{
	/* point, lseg, box, line */
	return type == 600 || type == 601 || type == 603 || type == 628;
}

bool
subscriptable(struct analyzer *as, oid_t type, int location)
{
	if (type == T_JSONB || type == T_NAME || type_element(as, type))
		return true;
	if (fixed_array(type))
		return err_unsupported(as->env->err, location, "subscripting type %s",
				       type_display(as, type));
	return err_set(as->env->err, ERR_DATATYPE_MISMATCH, location,
		       "cannot subscript type %s because it does not support subscripting",
		       type_display(as, type));
}

bool
analyze_subscripts(struct analyzer *as, PgQuery__Node *const *sub, size_t n, struct expr **upper,
		   struct expr **lower)
{
	for (size_t i = 0; i < n; i++) {
		const PgQuery__AIndices *ix = sub[i]->a_indices;
		if (lower && !ix->is_slice)
			lower[i] = expr_int4(as, 1, -1);
		else if (lower && ix->lidx && !(lower[i] = analyze_subscript(as, ix->lidx)))
			return false;
		if (ix->uidx && !(upper[i] = analyze_subscript(as, ix->uidx)))
			return false;
	}
	return n <= 6 ||
	       err_set(as->env->err, ERR_PROGRAM_LIMIT_EXCEEDED, -1,
		       "number of array dimensions (%zu) exceeds the maximum allowed (6)", n);
}

static struct expr *
subscript(struct analyzer *as, struct expr *base, PgQuery__Node *const *sub, size_t n)
{
	base = coerce_to_base(as, base);
	oid_t elem = type_element(as, base->type);
	if (!subscriptable(as, base->type, expr_location(base)))
		return NULL;
	if (base->type == T_JSONB)
		return subscript_jsonb(as, base, sub, n);
	bool slice = false;
	for (size_t i = 0; i < n; i++)
		slice |= sub[i]->a_indices->is_slice;
	if (base->type == T_NAME)
		elem = T_CHAR;
	if (base->type == T_NAME && slice) {
		err_set(as->env->err, ERR_FEATURE_NOT_SUPPORTED, -1,
			"slices of fixed-length arrays not implemented");
		return NULL;
	}
	oid_t array = base->type == T_INT2VECTOR  ? T_INT2ARRAY
		      : base->type == T_OIDVECTOR ? T_OIDARRAY
						  : base->type;
	struct expr *e = expr_new(as, EX_SUBSCRIPT, slice ? array : elem, base->location);
	e->typmod = base->typmod;
	e->collation = e->collation && base->collation ? base->collation : e->collation;
	e->subscript.array = base;
	e->subscript.n = (int)n;
	e->subscript.slice = slice;
	e->subscript.upper = ARENA_ARRAY(as->arena, struct expr *, n);
	e->subscript.lower = slice ? ARENA_ARRAY(as->arena, struct expr *, n) : NULL;
	return analyze_subscripts(as, sub, n, e->subscript.upper, e->subscript.lower) ? e : NULL;
}

/* ---- fields ---- */

static struct expr *
unknown_field(struct analyzer *as, const char *name, const struct expr *arg)
{
	struct err *err = as->env->err;
	int location = expr_location(arg);
	if (arg->kind == EX_VAR && arg->var.col < 0 && arg->var.rte->alias)
		err_set(err, ERR_UNDEFINED_COLUMN, location, "column %s.%s does not exist",
			arg->var.rte->alias, name);
	else if (type_is_row(as, arg->type))
		err_set(err, ERR_UNDEFINED_COLUMN, location,
			"column \"%s\" not found in data type %s", name,
			type_display(as, arg->type));
	else if (arg->type == T_RECORD)
		err_set(err, ERR_UNDEFINED_COLUMN, location,
			"could not identify column \"%s\" in record data type", name);
	else
		err_set(err, ERR_WRONG_OBJECT_TYPE, location,
			"column notation .%s applied to type %s, which is not a composite type",
			name, type_display(as, arg->type));
	return NULL;
}

static struct rtcol *
relation_columns(struct analyzer *as, const struct relation *rel, int *n)
{
	struct rtcol *cols = ARENA_ARRAY(as->arena, struct rtcol, MAX(rel->ncols, 1));
	*n = 0;
	for (int i = 0; i < rel->ncols; i++) {
		const struct column *c = &rel->cols[i];
		if (!c->dropped)
			cols[(*n)++] = (struct rtcol){.name = c->name,
						      .type = c->type->oid,
						      .typmod = c->typmod,
						      .collation = c->collation,
						      .attr = c,
						      .origin = rel};
	}
	return cols;
}

static struct rtcol *
row_columns(struct analyzer *as, const struct expr *row, int *n)
{
	struct rtcol *cols = ARENA_ARRAY(as->arena, struct rtcol, MAX(row->list.nargs, 1));
	*n = row->list.nargs;
	for (int i = 0; i < *n; i++) {
		const struct expr *f = row->list.args[i];
		const char *name = row->list.names ? row->list.names[i]
						   : arena_printf(as->arena, "f%d", i + 1);
		cols[i] = (struct rtcol){.name = name,
					 .type = f->type,
					 .typmod = f->typmod,
					 .collation = f->collation};
	}
	return cols;
}

struct rtcol *
record_out_columns(struct analyzer *as, const struct expr *call, int *n)
{
	const struct proc *p = call->func.proc;
	struct rtcol *cols = ARENA_ARRAY(as->arena, struct rtcol, MAX(p->nallargs, 1));
	int nargs = MIN(call->func.nargs, p->nargs);
	oid_t actual[PROC_MAX_ARGS], declared[PROC_MAX_ARGS];
	*n = 0;
	for (int i = 0; i < nargs; i++)
		actual[i] = call->func.args[i]->type;
	for (int i = 0; i < p->nallargs && p->argmodes; i++) {
		if (!strchr("obt", p->argmodes[i]))
			continue;
		if (nargs)
			memcpy(declared, p->argtypes, sizeof(oid_t) * (size_t)nargs);
		oid_t type =
			resolve_polymorphic(as, actual, declared, nargs, p->allargtypes[i], false);
		if (!type)
			return NULL;
		bool named = p->argnames && p->argnames[i] && *p->argnames[i];
		cols[*n] =
			(struct rtcol){.name = named ? p->argnames[i]
						     : arena_printf(as->arena, "column%d", *n + 1),
				       .type = type,
				       .typmod = -1,
				       .collation = type_collation(as, type)};
		(*n)++;
	}
	return *n ? cols : NULL;
}

struct expr *
row_of_entry(struct analyzer *as, const struct expr *whole)
{
	struct rte *rte = whole->var.rte;
	struct expr *row = expr_new(as, EX_ROW, T_RECORD, whole->location);

	row->list.args = ARENA_ARRAY(as->arena, struct expr *, MAX(rte->ncols, 1));
	for (int i = 0; i < rte->ncols; i++)
		if (!rte->cols[i].hidden)
			row->list.args[row->list.nargs++] = rte_column_expr(as, rte, i, -1);
	return row;
}

struct rtcol *
record_columns(struct analyzer *as, struct expr *e, int *n)
{
	const struct relation *rel = type_relation(as, e->type);
	if (rel)
		return relation_columns(as, rel, n);
	if (e->type != T_RECORD)
		return NULL;
	if (e->kind == EX_ROW)
		return row_columns(as, e, n);
	if (e->kind == EX_FUNC)
		return record_out_columns(as, e, n);
	if (e->kind == EX_VAR && e->var.col < 0) {
		*n = e->var.rte->ncols;
		return e->var.rte->cols;
	}
	if (e->kind == EX_VAR && e->var.rte->subquery &&
	    e->var.col < query_ncols(e->var.rte->subquery))
		return record_columns(as, query_col(e->var.rte->subquery, e->var.col)->expr, n);
	if (e->kind == EX_VAR && e->var.rte->cte && e->var.rte->cte->query &&
	    e->var.col < cte_targets(e->var.rte->cte->query)->n)
		return record_columns(
			as,
			VEC_AT(struct target, cte_targets(e->var.rte->cte->query), e->var.col)
				->expr,
			n);
	if (e->kind == EX_SUBLINK && e->sublink.kind == SUBLINK_EXPR)
		return record_columns(as, query_col(e->sublink.query, 0)->expr, n);
	return NULL;
}

struct expr *
row_field(struct analyzer *as, struct expr *row, const struct rtcol *cols, int i, int location)
{
	if (row->kind == EX_ROW && row->type == T_RECORD && !as->as_written)
		return row->list.args[i];
	if (row->kind == EX_VAR && row->var.col == -1)
		return rte_column_expr(as, row->var.rte, i, location);
	if (as->env->types)
		watch_field(as, row->type, cols[i].name);
	struct expr *e = expr_new(as, EX_FIELD, cols[i].type, location);
	e->typmod = cols[i].typmod;
	e->collation = cols[i].collation;
	e->field.arg = row;
	e->field.field = i;
	e->field.name = cols[i].name;
	return e;
}

struct expr *
complex_projection(struct analyzer *as, const char *name, struct expr *arg, int location)
{
	int n, found = -1;
	arg = coerce_to_base(as, arg);
	if (arg->kind == EX_VAR && arg->var.col < 0) {
		found = rte_find_column(as, arg->var.rte, name, location);
		return found >= 0 ? rte_column_expr(as, arg->var.rte, found, location) : NULL;
	}
	struct rtcol *cols = record_columns(as, arg, &n);
	for (int i = 0; cols && i < n && found < 0; i++) {
		if (strcmp(cols[i].name, name) == 0)
			found = i;
	}
	return found < 0 ? NULL : row_field(as, arg, cols, found, location);
}

struct expr *
analyze_indirection(struct analyzer *as, const PgQuery__AIndirection *ind)
{
	struct expr *e = analyze_expr_inner(as, ind->arg);
	size_t i = 0;
	while (e && i < ind->n_indirection) {
		const PgQuery__Node *n = ind->indirection[i];
		if (n->node_case == PG_QUERY__NODE__NODE_A_STAR) {
			err_set(as->env->err, ERR_FEATURE_NOT_SUPPORTED, e->location,
				"row expansion via \"*\" is not supported here");
			return NULL;
		}
		if (n->node_case == PG_QUERY__NODE__NODE_A_INDICES) {
			size_t k = i;
			while (k < ind->n_indirection &&
			       ind->indirection[k]->node_case == PG_QUERY__NODE__NODE_A_INDICES)
				k++;
			e = subscript(as, e, &ind->indirection[i], k - i);
			i = k;
			continue;
		}
		struct expr *f = func_or_column(as, node_str(n), e, e->location);
		if (!f && !err_is_set(as->env->err))
			return unknown_field(as, node_str(n), e);
		e = f;
		i++;
	}
	return e;
}
