/*
 * Function calls: which function a name and its arguments mean, and the call's node. A name with
 * one argument may also be a cast or a column.
 */
#include "sql/analyze_expr.h"

/* One call while it is being resolved. */
struct call {
	const PgQuery__FuncCall *fc;
	bool attribute; /* written (arg).name: a column first, and no error when it is neither */
	const char *schema, *name, *display;
	struct expr **args;
	oid_t *types;
	int nargs;
	const char **names; /* of the named arguments, which come last */
	int nnames;
	struct expr *filter;
	bool variadic; /* written VARIADIC */
	int location;
};

/* ---- what is supported ---- */

static const char *
proc_signature(struct analyzer *as, const struct proc *p)
{
	struct buf b = BUF_INIT;
	buf_printf(&b, "%s(", p->name);
	for (int i = 0; i < p->nargs; i++)
		buf_printf(&b, "%s%s", i ? "," : "", type_display(as, p->argtypes[i]));
	buf_putc(&b, ')');
	char *s = buf_dup(&b, as->arena);
	buf_release(&b);
	return s;
}

bool
proc_supported(struct analyzer *as, const struct proc *p, int location)
{
	/* Window functions are SQLite's own: emit knows them. */
	if (p->sqlbody || p->kind == 'w' || func_for(p))
		return true;
	return err_set(as->env->err, ERR_FEATURE_NOT_SUPPORTED, location,
		       "function %s is not supported", proc_signature(as, p));
}

bool
proc_writes(const struct proc *p)
{
	static const char *const writers[] = {
		"nextval_oid",
		"setval_oid",
		"setval3_oid",
		"be_lo_creat",
		"be_lo_create",
		"be_lo_unlink",
		"be_lo_import",
		"be_lo_import_with_oid",
		"be_lo_from_bytea",
		"be_lo_put",
		"be_lowrite",
		"be_lo_truncate",
		"be_lo_truncate64",
		"be_lo_open",
		"pg_import_system_collations",
		"pg_truncate_visibility_map",
	};
	for (size_t i = 0; i < COUNTOF(writers); i++) {
		if (strcmp(p->prosrc, writers[i]) == 0)
			return true;
	}
	return false;
}

/* ---- set-returning calls ---- */

static const char *
srf_refusal(enum expr_place place)
{
	switch (place) {
	case PLACE_JOIN_ON:
	case PLACE_JOIN_USING:
		return "JOIN conditions";
	case PLACE_WINDOW_FRAME:
		return "window definitions";
	case PLACE_CHECK:
		return "check constraints";
	case PLACE_DEFAULT:
		return "DEFAULT expressions";
	case PLACE_INDEX_EXPR:
		return "index expressions";
	case PLACE_INDEX_PREDICATE:
		return "index predicates";
	case PLACE_USING:
		return "transform expressions";
	case PLACE_GENERATED:
		return "column generation expressions";
	case PLACE_EXECUTE_PARAM:
		return "EXECUTE parameters";
	case PLACE_CALL:
		return "CALL arguments";
	case PLACE_FROM_SUBSELECT:
	case PLACE_WHERE:
	case PLACE_HAVING:
	case PLACE_FILTER:
	case PLACE_UPDATE_SOURCE:
	case PLACE_UPDATE_TARGET:
	case PLACE_LIMIT:
	case PLACE_OFFSET:
	case PLACE_RETURNING:
	case PLACE_VALUES:
		return place_name(place);
	case PLACE_SELECT:
	case PLACE_FROM_FUNCTION:
	case PLACE_WINDOW_PARTITION:
	case PLACE_WINDOW_ORDER:
	case PLACE_INSERT_TARGET:
	case PLACE_GROUP_BY:
	case PLACE_ORDER_BY:
	case PLACE_DISTINCT_ON:
	case PLACE_VALUES_SINGLE:
	case PLACE_OTHER:
		break;
	}
	return NULL;
}

bool
check_srf_place(struct analyzer *as, int location)
{
	enum expr_place place = as->scope ? as->scope->place : PLACE_OTHER;
	const char *refused = srf_refusal(place);
	if (refused)
		return err_set(as->env->err, ERR_FEATURE_NOT_SUPPORTED, location,
			       "set-returning functions are not allowed in %s", refused);
	if (place != PLACE_FROM_FUNCTION && as->scope && as->scope->query)
		as->scope->query->has_srf = true;
	return true;
}

/* ---- building the call ---- */

struct expr *
func_expr(struct analyzer *as, const struct proc *p, struct expr **args, int nargs, oid_t rettype,
	  bool variadic, char form, int location)
{
	if (!proc_supported(as, p, location))
		return NULL;
	if (p->sqlbody && !p->retset && !func_for(p) && !as->as_written)
		return inline_func(as, p, args, nargs, rettype, location);
	if (p->retset && !check_srf_place(as, location))
		return NULL;
	if (p->retset && !func_for(p) && !as->as_written && as->scope &&
	    as->scope->place != PLACE_FROM_FUNCTION) {
		err_set(as->env->err, ERR_FEATURE_NOT_SUPPORTED, location,
			"function %s is not supported", proc_signature(as, p));
		return NULL;
	}
	if (proc_writes(p))
		as->writes = true;
	struct expr *e = expr_new(as, EX_FUNC, rettype, location);
	if (e->collation && nargs) {
		oid_t c = select_common_collation(as, args, nargs);
		e->collation = c ? c : e->collation;
	}
	if (err_is_set(as->env->err))
		return NULL;
	e->func.proc = p;
	e->func.args = args;
	e->func.nargs = nargs;
	e->func.variadic = variadic;
	e->func.form = form;
	if (p->retset)
		as->last_srf = e;
	return e;
}

/* The elements of a VARIADIC parameter as one array. */
static bool
collect_variadic(struct analyzer *as, struct expr **args, int *nargs, int nvariadic)
{
	struct expr **elems = args + (*nargs - nvariadic);
	oid_t array = type_array(as, elems[0]->type);
	if (!array)
		return err_set(as->env->err, ERR_UNDEFINED_OBJECT, elems[0]->location,
			       "could not find array type for data type %s",
			       type_display(as, elems[0]->type));
	struct expr *a = expr_new(as, EX_ARRAY, array, elems[0]->location);
	a->list.args = arena_memdup(as->arena, elems, sizeof(*elems) * (size_t)nvariadic);
	a->list.nargs = nvariadic;
	elems[0] = a;
	*nargs -= nvariadic - 1;
	return true;
}

/* Appends the default expressions of the parameters that the call leaves out, in the order of the
 * candidate's args. */
static bool
add_defaults(struct analyzer *as, const struct candidate *c, struct call *call)
{
	const struct proc *p = c->proc;
	for (int i = call->nargs; i < c->nargs; i++) {
		const PgQuery__Node *node;
		int param = c->numbers ? c->numbers[i] : i;
		const char *text = p->defaults[param - (p->nargs - p->ndefaults)];
		if (!parse_expr(as->arena, text, &node, as->env->err))
			return false;
		struct expr *e = analyze_expr_inner(as, node);
		if (!e)
			return false;
		e->location = -1;
		call->args[i] = e;
		call->types[i] = e->type;
	}
	return true;
}

/* From the call's order to the parameters' order. */
static void
reorder_named(struct analyzer *as, const struct candidate *c, struct expr **args)
{
	struct expr **copy = arena_memdup(as->arena, args, sizeof(*args) * (size_t)c->nargs);
	for (int i = 0; i < c->nargs; i++)
		args[c->numbers[i]] = copy[i];
}

static bool
has_decoration(const struct call *c)
{
	const PgQuery__FuncCall *fc = c->fc;
	return fc->agg_star || fc->agg_distinct || fc->agg_within_group || fc->n_agg_order ||
	       c->filter || fc->over;
}

static bool
not_aggregate(struct analyzer *as, const struct call *c, const char *what)
{
	return err_set(as->env->err, ERR_WRONG_OBJECT_TYPE, c->location,
		       "%s specified, but %s is not an aggregate function", what, c->display);
}

/* What only aggregates and window functions may have. */
static bool
check_plain_call(struct analyzer *as, const struct call *c)
{
	const PgQuery__FuncCall *fc = c->fc;
	if (!has_decoration(c))
		return true;
	if (fc->agg_star)
		return not_aggregate(as, c, arena_printf(as->arena, "%s(*)", c->display));
	if (fc->agg_distinct)
		return not_aggregate(as, c, "DISTINCT");
	if (fc->agg_within_group)
		return not_aggregate(as, c, "WITHIN GROUP");
	if (fc->n_agg_order)
		return not_aggregate(as, c, "ORDER BY");
	if (c->filter)
		return not_aggregate(as, c, "FILTER");
	return err_set(as->env->err, ERR_WRONG_OBJECT_TYPE, c->location,
		       "OVER specified, but %s is not a window function nor an aggregate function",
		       c->display);
}

/* ---- which function ---- */

static const char *
call_signature(struct analyzer *as, const struct call *c)
{
	struct buf b = BUF_INIT;
	int positional = c->nargs - c->nnames;
	buf_printf(&b, "%s(", c->display);
	for (int i = 0; i < c->nargs; i++) {
		if (i)
			buf_puts(&b, ", ");
		if (i >= positional)
			buf_printf(&b, "%s => ", c->names[i - positional]);
		buf_puts(&b, type_display(as, c->types[i]));
	}
	buf_putc(&b, ')');
	char *s = buf_dup(&b, as->arena);
	buf_release(&b);
	return s;
}

static struct expr *
call_not_found(struct analyzer *as, const struct call *c, const char *hint)
{
	struct err *err = as->env->err;
	if (err_is_set(err))
		return NULL;
	err_set(err, ERR_UNDEFINED_FUNCTION, c->location, "function %s does not exist",
		call_signature(as, c));
	if (!hint && c->fc->n_agg_order > 1 && !c->fc->agg_within_group)
		hint = "No aggregate function matches the given name and argument types. Perhaps "
		       "you misplaced ORDER BY; ORDER BY must "
		       "appear after all regular arguments of the aggregate.";
	if (!hint)
		hint = "No function matches the given name and argument types. You might need to "
		       "add explicit type casts.";
	err_hint(err, "%s", hint);
	return NULL;
}

static struct expr *
call_ambiguous(struct analyzer *as, const struct call *c)
{
	err_set(as->env->err, ERR_AMBIGUOUS_FUNCTION, c->location, "function %s is not unique",
		call_signature(as, c));
	err_hint(as->env->err, "Could not choose a best candidate function. You might need to add "
			       "explicit type casts.");
	return NULL;
}

/* name(arg) as a cast to the type of that name: only the cases that need no function of the name.
 * *type 0: it is none. */
static void
call_as_cast(struct analyzer *as, const struct call *c, oid_t *type)
{
	oid_t from = c->types[0], func;
	*type = 0;
	const struct type *t =
		snapshot_type_by_name(as->env->snapshot, as->env->search_path, c->schema, c->name);
	if (!t || t->typtype == 'c')
		return;
	if (from != T_UNKNOWN) {
		enum coercion_path path =
			find_coercion_pathway(as, t->oid, from, COERCE_EXPLICIT, &func);
		bool row = from == T_RECORD || type_is_row(as, from);
		if (path != PATH_RELABEL && (path != PATH_IO || (row && t->category == 'S')))
			return;
	}
	*type = t->oid;
}

/* NULL: none or too many (*many), or a cast to *cast. */
static struct candidate *
choose(struct analyzer *as, const struct call *c, bool *many, oid_t *cast)
{
	int n = 0;
	*many = false;
	*cast = 0;
	struct candidate *list = func_candidates(as, c->schema, c->name, c->nargs, c->names,
						 c->nnames, !c->variadic, true);
	for (struct candidate *k = list; k; k = k->next) {
		if (c->nargs == 0 ||
		    memcmp(k->args, c->types, sizeof(oid_t) * (size_t)c->nargs) == 0) {
			*many = k->ambiguous;
			return k->ambiguous ? NULL : k;
		}
	}
	if (c->nargs == 1 && !c->attribute && !c->nnames) {
		call_as_cast(as, c, cast);
		if (*cast)
			return NULL;
	}
	list = match_candidates(as, c->nargs, c->types, list, &n);
	if (n > 1)
		list = select_candidate(as, c->nargs, c->types, list);
	*many = n > 0 && (!list || list->ambiguous);
	return *many ? NULL : list;
}

/* ---- the call of a chosen function ---- */

static const char *
ordered_set_hint(struct analyzer *as, const struct call *c, const struct candidate *k,
		 const struct aggregate *agg)
{
	int nordered = (int)c->fc->n_agg_order, ndirect = c->nargs - nordered;
	int pronargs = c->nargs - (k->nvariadic > 1 ? k->nvariadic - 1 : 0);
	if (!k->proc->variadic || agg->ndirectargs < pronargs) {
		if (ndirect == agg->ndirectargs)
			return NULL;
		return arena_printf(as->arena,
				    "There is an ordered-set aggregate %s, but it requires %d "
				    "direct argument%s, not %d.",
				    c->display, agg->ndirectargs, agg->ndirectargs == 1 ? "" : "s",
				    ndirect);
	}
	if (agg->kind == 'h')
		return k->nvariadic == 2 * nordered
			       ? NULL
			       : arena_printf(as->arena,
					      "To use the hypothetical-set aggregate %s, the "
					      "number of hypothetical direct arguments "
					      "(here %d) must match the number of ordering columns "
					      "(here %d).",
					      c->display, k->nvariadic - nordered, nordered);
	return k->nvariadic > nordered ? NULL
				       : arena_printf(as->arena,
						      "There is an ordered-set aggregate %s, but "
						      "it requires at least %d direct argument%s.",
						      c->display, agg->ndirectargs,
						      agg->ndirectargs == 1 ? "" : "s");
}

/* The hypothetical row's values and the sorted ones get common types. */
static bool
unify_hypothetical(struct analyzer *as, const struct call *c, const struct candidate *k)
{
	int n = (int)c->fc->n_agg_order, first = c->nargs - 2 * n;
	for (int i = MAX(first, 0); i < c->nargs - n; i++) {
		struct expr *pair[2] = {c->args[i + n], c->args[i]};
		if (k->args[i] != T_ANY)
			continue;
		oid_t common = select_common_type(as, pair, 2, "WITHIN GROUP", NULL);
		if (!common)
			return false;
		if (type_collation(as, common)) {
			struct expr *both[2] = {pair[1], pair[0]};
			select_common_collation(as, both, 2);
			if (err_is_set(as->env->err))
				return false;
		}
		for (int j = 0; j < 2; j++) {
			pair[j] = coerce_type(as, pair[j], common,
					      select_common_typmod(pair, 2, common),
					      COERCE_IMPLICIT, -1);
			if (!pair[j])
				return false;
		}
		c->args[i + n] = pair[0];
		c->args[i] = pair[1];
		c->types[i] = c->types[i + n] = common;
	}
	return true;
}

static bool
wrong_kind(struct analyzer *as, const struct call *c, const char *sqlstate, const char *fmt)
{
	return err_set(as->env->err, sqlstate, c->location, fmt, c->display);
}

static bool
check_aggregate_call(struct analyzer *as, const struct call *c, const struct candidate *k)
{
	const struct aggregate *agg = aggregate_find(k->proc->oid);
	bool within = c->fc->agg_within_group;
	if (!agg || agg->kind == 'n') {
		return !within || wrong_kind(as, c, ERR_WRONG_OBJECT_TYPE,
					     "%s is not an ordered-set aggregate, so it cannot "
					     "have WITHIN GROUP");
	}
	if (!within)
		return wrong_kind(as, c, ERR_WRONG_OBJECT_TYPE,
				  "WITHIN GROUP is required for ordered-set aggregate %s");
	if (c->fc->over)
		return wrong_kind(as, c, ERR_FEATURE_NOT_SUPPORTED,
				  "OVER is not supported for ordered-set aggregate %s");
	const char *hint = ordered_set_hint(as, c, k, agg);
	if (hint) {
		call_not_found(as, c, hint);
		return false;
	}
	return agg->kind != 'h' || unify_hypothetical(as, c, k);
}

static bool
check_kind(struct analyzer *as, const struct call *c, const struct candidate *k)
{
	switch (k->proc->kind) {
	case 'p':
		wrong_kind(as, c, ERR_WRONG_OBJECT_TYPE, "%s is a procedure");
		return err_hint(as->env->err, "To call a procedure, use CALL.");
	case 'a':
		return check_aggregate_call(as, c, k);
	case 'w':
		if (!c->fc->over)
			return wrong_kind(as, c, ERR_WRONG_OBJECT_TYPE,
					  "window function %s requires an OVER clause");
		if (c->fc->agg_within_group)
			return wrong_kind(as, c, ERR_WRONG_OBJECT_TYPE,
					  "window function %s cannot have WITHIN GROUP");
		return true;
	default:
		return check_plain_call(as, c);
	}
}

static bool
check_variadic_any(struct analyzer *as, const struct call *c, const struct candidate *k)
{
	if (k->proc->variadic != T_ANY || !c->variadic || c->nargs == 0)
		return true;
	struct expr *last = c->args[c->nargs - 1];
	if (type_element(as, last->type))
		return true;
	return err_set(as->env->err, ERR_DATATYPE_MISMATCH, last->location,
		       "VARIADIC argument must be an array");
}

static bool
check_agg_usage(struct analyzer *as, const struct call *c, const struct candidate *k)
{
	bool star = c->fc->agg_star, within = c->fc->agg_within_group;
	if (k->proc->kind == 'a' && c->nargs == 0 && !star && !within)
		return wrong_kind(as, c, ERR_WRONG_OBJECT_TYPE,
				  "%s(*) must be used to call a parameterless aggregate function");
	if (!c->nnames)
		return true;
	return wrong_kind(as, c, ERR_FEATURE_NOT_SUPPORTED,
			  k->proc->kind == 'a' ? "aggregates cannot use named arguments"
					       : "window functions cannot use named arguments");
}

/* Literals for parameters of type "any" are text to all but the functions that look at the type
 * itself. */
static bool
settle_any(struct analyzer *as, const struct proc *p, const struct candidate *k, struct expr **args)
{
	static const char *const lookers[] = {"pg_typeof", "pg_column_size", "pg_collation_for"};

	for (size_t i = 0; i < COUNTOF(lookers); i++)
		if (strcmp(p->prosrc, lookers[i]) == 0)
			return true;
	for (int i = 0; i < k->nargs; i++) {
		if (k->args[i] != T_ANY || args[i]->type != T_UNKNOWN || args[i]->kind != EX_CONST)
			continue;
		args[i] = resolve_unknown(as, args[i]);
		if (!args[i])
			return false;
	}
	return true;
}

static struct expr *
call_chosen(struct analyzer *as, struct call *c, struct candidate *k)
{
	const struct proc *p = k->proc;
	if (!check_kind(as, c, k) || !add_defaults(as, k, c))
		return NULL;
	oid_t *declared =
		arena_memdup(as->arena, k->args, sizeof(oid_t) * (size_t)MAX(k->nargs, 1));
	oid_t ret = resolve_polymorphic(as, c->types, declared, k->nargs, p->rettype, false);
	if (!ret || !make_fn_arguments(as, c->args, k->nargs, c->types, declared))
		return NULL;
	if (!as->as_written && !settle_any(as, p, k, c->args))
		return NULL;
	if (k->numbers && !as->as_written)
		reorder_named(as, k, c->args);
	if (!check_variadic_any(as, c, k))
		return NULL;
	int nargs = as->as_written ? c->nargs : k->nargs;
	bool variadic = c->variadic;
	if (k->nvariadic > 0 && p->variadic != T_ANY) {
		if (!collect_variadic(as, c->args, &nargs, k->nvariadic))
			return NULL;
		variadic = true;
	}
	if (p->kind != 'a' && p->kind != 'w') {
		struct expr *e = func_expr(
			as, p, c->args, nargs, ret, variadic,
			c->fc->funcformat == PG_QUERY__COERCION_FORM__COERCE_SQL_SYNTAX ? 's' : 'f',
			c->location);
		if (e && as->as_written) {
			e->func.names = c->names;
			e->func.nnames = c->nnames;
		}
		return e;
	}
	if (!check_agg_usage(as, c, k) || !proc_supported(as, p, c->location))
		return NULL;
	struct agg_call_parts parts = {c->fc, c->args, c->types, nargs, c->filter, ret, variadic};
	return c->fc->over ? make_window(as, p, &parts) : make_agg(as, p, &parts, k->nvariadic);
}

static struct expr *
call_resolve(struct analyzer *as, struct call *c)
{
	bool many;
	oid_t cast;
	bool projection = c->nargs == 1 && !c->nnames && !has_decoration(c) && !c->variadic &&
			  !c->schema &&
			  (c->types[0] == T_RECORD ||
			   type_is_row(as, base_type(as, c->types[0], NULL)));
	if (projection && c->attribute) {
		struct expr *e = complex_projection(as, c->name, c->args[0], c->location);
		if (e || err_is_set(as->env->err))
			return e;
	}
	struct candidate *k = choose(as, c, &many, &cast);
	if (k)
		return call_chosen(as, c, k);
	if (cast) {
		if (!check_plain_call(as, c))
			return NULL;
		return coerce_type(as, c->args[0], cast, -1, COERCE_EXPLICIT, c->location);
	}
	if (many && !c->attribute)
		return call_ambiguous(as, c);
	if (projection && !c->attribute) {
		struct expr *e = complex_projection(as, c->name, c->args[0], c->location);
		if (e || err_is_set(as->env->err))
			return e;
	}
	return c->attribute ? NULL : call_not_found(as, c, NULL);
}

/* ---- reading a FuncCall ---- */

static bool
read_named(struct analyzer *as, const PgQuery__FuncCall *fc, struct call *c)
{
	c->names = ARENA_ARRAY(as->arena, const char *, MAX(fc->n_args, 1));
	for (size_t i = 0; i < fc->n_args; i++) {
		const PgQuery__Node *n = fc->args[i];
		if (n->node_case != PG_QUERY__NODE__NODE_NAMED_ARG_EXPR) {
			if (c->nnames)
				return err_set(as->env->err, ERR_SYNTAX_ERROR, c->args[i]->location,
					       "positional argument cannot follow named argument");
			continue;
		}
		const char *name = n->named_arg_expr->name;
		for (int k = 0; k < c->nnames; k++) {
			if (strcmp(c->names[k], name) == 0)
				return err_set(as->env->err, ERR_SYNTAX_ERROR,
					       n->named_arg_expr->location,
					       "argument name \"%s\" used more than once", name);
		}
		c->names[c->nnames++] = name;
	}
	return true;
}

static bool
add_arg(struct analyzer *as, struct call *c, const PgQuery__Node *n)
{
	if (n->node_case == PG_QUERY__NODE__NODE_NAMED_ARG_EXPR)
		n = n->named_arg_expr->arg;
	struct expr *e = analyze_expr_inner(as, n);
	if (!e)
		return false;
	c->args[c->nargs] = e;
	c->types[c->nargs++] = e->type;
	return true;
}

static bool
read_args(struct analyzer *as, const PgQuery__FuncCall *fc, struct call *c)
{
	size_t n = fc->n_args + (fc->agg_within_group ? fc->n_agg_order : 0);
	if (n > PROC_MAX_ARGS)
		return err_set(as->env->err, ERR_TOO_MANY_ARGUMENTS, fc->location,
			       "cannot pass more than %d arguments to a function", PROC_MAX_ARGS);
	c->args = ARENA_ARRAY(as->arena, struct expr *, PROC_MAX_ARGS);
	c->types = ARENA_ARRAY(as->arena, oid_t, PROC_MAX_ARGS);
	for (size_t i = 0; i < fc->n_args; i++) {
		if (!add_arg(as, c, fc->args[i]))
			return false;
	}
	enum expr_place saved = as->scope->place;
	as->scope->place = fc->agg_within_group ? PLACE_ORDER_BY : saved;
	bool ok = true;
	for (size_t i = 0; fc->agg_within_group && ok && i < fc->n_agg_order; i++)
		ok = add_arg(as, c, fc->agg_order[i]->sort_by->node);
	as->scope->place = saved;
	return ok && read_named(as, fc, c);
}

struct expr *
analyze_func_call(struct analyzer *as, const PgQuery__FuncCall *fc, enum expr_place place UNUSED)
{
	struct call c = {.fc = fc, .location = fc->location, .variadic = fc->func_variadic};
	struct expr *last_srf = as->last_srf;
	if (!split_name(as, fc->funcname, fc->n_funcname, &c.schema, &c.name, fc->location) ||
	    !read_args(as, fc, &c))
		return NULL;
	if (c.schema && !schema_oid(as, c.schema, fc->location))
		return NULL;
	c.display = name_list(as, fc->funcname, fc->n_funcname);
	if (c.schema && fc->funcformat == PG_QUERY__COERCION_FORM__COERCE_SQL_SYNTAX)
		c.display = arena_printf(as->arena, "%s.%s", c.schema, c.name);
	if (fc->agg_filter) {
		c.filter = analyze_where(as, fc->agg_filter, PLACE_FILTER, "FILTER");
		if (!c.filter)
			return NULL;
	}
	struct expr *nested = as->last_srf != last_srf ? as->last_srf : NULL;
	struct expr *e = call_resolve(as, &c);
	if (!e)
		return NULL;
	if (nested && as->scope->place == PLACE_FROM_FUNCTION) {
		err_set(as->env->err, ERR_FEATURE_NOT_SUPPORTED, nested->location,
			"set-returning functions must appear at top level of FROM");
		return NULL;
	}
	if (nested && (e->kind == EX_AGG || e->kind == EX_WINDOW)) {
		err_set(as->env->err, ERR_FEATURE_NOT_SUPPORTED, nested->location,
			e->kind == EX_AGG ? "aggregate function calls cannot contain set-returning "
					    "function calls"
					  : "window function calls cannot contain set-returning "
					    "function calls");
		err_hint(as->env->err, "You might be able to move the set-returning function into "
				       "a LATERAL FROM item.");
		return NULL;
	}
	return e;
}

struct expr *
func_or_column(struct analyzer *as, const char *name, struct expr *arg, int location)
{
	PgQuery__FuncCall fc = PG_QUERY__FUNC_CALL__INIT;
	struct call c = {.fc = &fc,
			 .attribute = true,
			 .name = name,
			 .display = name,
			 .location = location,
			 .nargs = 1};
	fc.location = location;
	c.args = ARENA_ARRAY(as->arena, struct expr *, PROC_MAX_ARGS);
	c.types = ARENA_ARRAY(as->arena, oid_t, PROC_MAX_ARGS);
	c.args[0] = arg;
	c.types[0] = arg->type;
	return call_resolve(as, &c);
}

struct expr *
make_func(struct analyzer *as, const char *name, struct expr **args, int nargs, int location)
{
	PgQuery__FuncCall fc = PG_QUERY__FUNC_CALL__INIT;
	struct call c = {.fc = &fc,
			 .schema = "pg_catalog",
			 .name = name,
			 .display = name,
			 .location = location,
			 .nargs = nargs};
	fc.location = location;
	c.args = ARENA_ARRAY(as->arena, struct expr *, PROC_MAX_ARGS);
	c.types = ARENA_ARRAY(as->arena, oid_t, PROC_MAX_ARGS);
	for (int i = 0; i < nargs; i++) {
		c.args[i] = args[i];
		c.types[i] = args[i]->type;
	}
	return call_resolve(as, &c);
}
