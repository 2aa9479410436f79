/*
 * Operators: the choice among those of a name, and the nodes made of it.
 */
#include "sql/analyze_expr.h"

static const char *
oper_signature(struct analyzer *as, const char *name, bool prefix, oid_t left, oid_t right)
{
	if (prefix)
		return arena_printf(as->arena, "%s %s", name, type_display(as, right));
	return arena_printf(as->arena, "%s %s %s", type_display(as, left), name,
			    type_display(as, right));
}

static const struct oper *
oper_error(struct analyzer *as, const char *name, bool prefix, oid_t left, oid_t right,
	   bool ambiguous, int location)
{
	struct err *err = as->env->err;
	const char *signature = oper_signature(as, name, prefix, left, right);
	if (ambiguous) {
		err_set(err, ERR_AMBIGUOUS_FUNCTION, location, "operator is not unique: %s",
			signature);
		err_hint(err, "Could not choose a best candidate operator. You might need to add "
			      "explicit type casts.");
	} else {
		err_set(err, ERR_UNDEFINED_FUNCTION, location, "operator does not exist: %s",
			signature);
		err_hint(err, prefix ? "No operator matches the given name and argument type. You "
				       "might need to add an explicit type cast."
				     : "No operator matches the given name and argument types. You "
				       "might need to add explicit type casts.");
	}
	return NULL;
}

static const struct oper *
oper_exact(const struct oper *const *ops, int n, bool prefix, oid_t left, oid_t right)
{
	for (int i = 0; i < n; i++) {
		if (ops[i]->kind == (prefix ? 'l' : 'b') && (prefix || ops[i]->left == left) &&
		    ops[i]->right == right)
			return ops[i];
	}
	return NULL;
}

static struct candidate *
oper_candidates(struct analyzer *as, const struct oper *const *ops, int n, bool prefix)
{
	struct candidate *list = NULL;
	for (int i = 0; i < n; i++) {
		if (ops[i]->kind != (prefix ? 'l' : 'b'))
			continue;
		struct candidate *c = ARENA_NEW(as->arena, struct candidate);
		c->op = ops[i];
		c->nargs = prefix ? 1 : 2;
		c->args = ARENA_ARRAY(as->arena, oid_t, 2);
		c->args[0] = prefix ? ops[i]->right : ops[i]->left;
		c->args[1] = ops[i]->right;
		c->next = list;
		list = c;
	}
	return list;
}

/* display: the name as written, for messages. Prefix: left is 0. */
static const struct oper *
oper_choose(struct analyzer *as, const char *schema, const char *name, const char *display,
	    bool prefix, oid_t left, oid_t right, int location)
{
	int n = 0, fitting = 0;
	const struct oper *const *ops = opers_by_name(name, &n);
	if (schema && strcmp(schema, "pg_catalog") != 0)
		n = 0;
	/* a literal beside a known type is first taken to be of that type */
	oid_t l = left == T_UNKNOWN && !prefix && right != T_UNKNOWN ? right : left;
	oid_t r = right == T_UNKNOWN && !prefix && left != T_UNKNOWN ? left : right;
	const struct oper *op = oper_exact(ops, n, prefix, l, r);
	oid_t base = prefix || l != r ? 0 : base_type(as, l, NULL);
	if (!op && base && base != l)
		op = oper_exact(ops, n, prefix, base, base);
	if (op)
		return op;
	oid_t types[2] = {prefix ? right : left, right};
	int nargs = prefix ? 1 : 2;
	struct candidate *list =
		match_candidates(as, nargs, types, oper_candidates(as, ops, n, prefix), &fitting);
	if (fitting > 1)
		list = select_candidate(as, nargs, types, list);
	if (fitting == 0 || !list)
		return oper_error(as, display, prefix, left, right, fitting > 0, location);
	return list->op;
}

static struct expr *
make_op_schema(struct analyzer *as, const char *schema, const char *name, const char *display,
	       struct expr *left, struct expr *right, int location)
{
	const struct oper *op = oper_choose(as, schema, name, display, !left, left ? left->type : 0,
					    right->type, location);
	if (!op)
		return NULL;
	const struct proc *p = proc_find(op->code);
	if (!p) {
		err_set(as->env->err, ERR_UNDEFINED_FUNCTION, location,
			"operator is only a shell: %s",
			oper_signature(as, display, !left, left ? left->type : 0, right->type));
		return NULL;
	}
	struct expr *args[2] = {left ? left : right, right};
	oid_t actual[2] = {args[0]->type, right->type};
	oid_t declared[2] = {left ? op->left : op->right, op->right};
	int nargs = left ? 2 : 1;
	oid_t ret = resolve_polymorphic(as, actual, declared, nargs, op->result, false);
	if (!ret || !make_fn_arguments(as, args, nargs, actual, declared))
		return NULL;
	if (op->result == T_BOOL && type_collation(as, args[0]->type)) {
		select_common_collation(as, args, nargs);
		if (err_is_set(as->env->err))
			return NULL;
	}
	if (!proc_supported(as, p, location))
		return NULL;
	if (p->sqlbody && !func_for(p) && !as->as_written)
		return inline_func(as, p, arena_memdup(as->arena, args, sizeof(args)), nargs, ret,
				   location);
	struct expr *e = expr_new(as, EX_OP, ret, location);
	if (e->collation)
		e->collation = select_common_collation(as, args, nargs);
	if (e->collation == 0)
		e->collation = type_collation(as, ret);
	e->op.op = op;
	e->op.proc = p;
	e->op.args[0] = left ? args[0] : NULL;
	e->op.args[1] = left ? args[1] : args[0];
	return e;
}

struct expr *
make_op(struct analyzer *as, const char *name, struct expr *left, struct expr *right, int location)
{
	return make_op_schema(as, NULL, name, name, left, right, location);
}

/* OPERATOR(schema.op): false with err set when the schema does not exist. */
static bool
split_operator(struct analyzer *as, PgQuery__Node *const *name, size_t n, const char **schema,
	       const char **object, int location)
{
	if (!split_name(as, name, n, schema, object, location))
		return false;
	return !*schema || schema_oid(as, *schema, location);
}

struct expr *
make_op_named(struct analyzer *as, PgQuery__Node *const *name, size_t nname, struct expr *left,
	      struct expr *right, int location)
{
	const char *schema, *object;
	if (!split_operator(as, name, nname, &schema, &object, location))
		return NULL;
	return make_op_schema(as, schema, object, nname > 1 ? name_list(as, name, nname) : object,
			      left, right, location);
}

/* ---- x op ANY (array) ---- */

static struct expr *
scalar_array_error(struct analyzer *as, const char *message, int location)
{
	err_set(as->env->err, ERR_WRONG_OBJECT_TYPE, location, "%s", message);
	return NULL;
}

static struct expr *
scalar_array_op(struct analyzer *as, const char *schema, const char *name, const char *display,
		bool all, struct expr *left, struct expr *array, int location)
{
	oid_t atype = array->type;
	oid_t rtype = atype == T_UNKNOWN ? T_UNKNOWN
					 : type_element(as, base_type(as, atype, NULL));
	if (!rtype)
		return scalar_array_error(as, "op ANY/ALL (array) requires array on right side",
					  location);
	const struct oper *op =
		oper_choose(as, schema, name, display, false, left->type, rtype, location);
	if (!op)
		return NULL;
	const struct proc *p = proc_find(op->code);
	oid_t actual[2] = {left->type, rtype}, declared[2] = {op->left, op->right};
	oid_t ret = resolve_polymorphic(as, actual, declared, 2, op->result, false);
	if (!ret || !p)
		return NULL;
	if (ret != T_BOOL)
		return scalar_array_error(
			as, "op ANY/ALL (array) requires operator to yield boolean", location);
	if (p->retset)
		return scalar_array_error(
			as, "op ANY/ALL (array) requires operator not to return a set", location);
	oid_t want = atype;
	if (!is_polymorphic(op->right) || atype == T_UNKNOWN) {
		want = type_array(as, declared[1]);
		if (!want) {
			err_set(as->env->err, ERR_UNDEFINED_OBJECT, location,
				"could not find array type for data type %s",
				type_display(as, declared[1]));
			return NULL;
		}
	}
	struct expr *args[2] = {left, array};
	actual[1] = atype;
	declared[1] = atype == T_INT2VECTOR || atype == T_OIDVECTOR ? atype : want;
	if (!make_fn_arguments(as, args, 2, actual, declared) || !proc_supported(as, p, location))
		return NULL;
	struct expr *e = expr_new(as, EX_SCALAR_ARRAY, T_BOOL, location);
	e->sarray.op = op;
	e->sarray.proc = p;
	e->sarray.left = args[0];
	e->sarray.array = args[1];
	e->sarray.all = all;
	return e;
}

struct expr *
make_scalar_array_op(struct analyzer *as, const char *name, bool all, struct expr *left,
		     struct expr *array, int location)
{
	return scalar_array_op(as, NULL, name, name, all, left, array, location);
}

struct expr *
make_scalar_array_op_named(struct analyzer *as, PgQuery__Node *const *name, size_t nname, bool all,
			   struct expr *left, struct expr *array, int location)
{
	const char *schema, *object;
	if (!split_operator(as, name, nname, &schema, &object, location))
		return NULL;
	return scalar_array_op(as, schema, object, nname > 1 ? name_list(as, name, nname) : object,
			       all, left, array, location);
}

/* ---- sorting and grouping ---- */

bool
get_sort_group_operators(struct analyzer *as, oid_t type, bool need_lt, bool need_eq, oid_t *lt,
			 oid_t *eq, oid_t *gt, int location)
{
	struct err *err = as->env->err;
	oid_t given = type;
	type = snapshot_operator_type(as->env->snapshot, type);
	oid_t l = btree_operator(type, type, 1), e = btree_operator(type, type, 3),
	      g = btree_operator(type, type, 5);
	oid_t elem = snapshot_operator_type(as->env->snapshot,
					    type_element(as, base_type(as, given, NULL)));
	if (elem && !btree_operator(elem, elem, 1))
		l = g = 0;
	if (elem && !btree_operator(elem, elem, 3))
		e = 0;
	if (!e && !elem) { /* types that only hash: = alone */
		int n;
		const struct oper *const *ops = opers_by_name("=", &n);
		const struct oper *op = oper_exact(ops, n, false, type, type);
		e = op && op->can_hash ? op->oid : 0;
	}
	if (need_lt && !l) {
		err_set(err, ERR_UNDEFINED_FUNCTION, location,
			"could not identify an ordering operator for type %s",
			type_display(as, given));
		return err_hint(err, "Use an explicit ordering operator or modify the query.");
	}
	if (need_eq && !e)
		return err_set(err, ERR_UNDEFINED_FUNCTION, location,
			       "could not identify an equality operator for type %s",
			       type_display(as, given));
	if (lt)
		*lt = l;
	if (eq)
		*eq = e;
	if (gt)
		*gt = g;
	return true;
}
