/*
 * $n. With variadic_params a parameter without a declared type is of type unknown until the first
 * coercion fixes it; as->params holds 0 for one never seen, unknown for one seen and not fixed yet.
 */
#include "sql/analyze_expr.h"

enum { MAX_PARAMS = 65535 };

static bool
params_grow(struct analyzer *as, int number)
{
	if (number > as->max_params) {
		int cap = MAX(number, MAX(8, as->max_params * 2));
		oid_t *grown = ARENA_ARRAY(as->arena, oid_t, cap);
		if (as->nparams)
			memcpy(grown, as->params, sizeof(oid_t) * (size_t)as->nparams);
		as->params = grown;
		as->max_params = cap;
	}
	as->nparams = MAX(as->nparams, number);
	return true;
}

struct expr *
analyze_param(struct analyzer *as, const PgQuery__ParamRef *ref)
{
	int n = ref->number;
	if (as->inlining)
		return inline_param(as, n, ref->location);
	if (n <= 0 || n > MAX_PARAMS || (n > as->nparams && !as->variadic_params)) {
		err_set(as->env->err, ERR_UNDEFINED_PARAMETER, ref->location,
			"there is no parameter $%d", n);
		return NULL;
	}
	if (n > as->nparams)
		params_grow(as, n);
	if (as->params[n - 1] == 0) {
		if (!as->variadic_params) {
			err_set(as->env->err, ERR_UNDEFINED_PARAMETER, ref->location,
				"there is no parameter $%d", n);
			return NULL;
		}
		as->params[n - 1] = T_UNKNOWN;
	}
	struct expr *e = expr_new(as, EX_PARAM, as->params[n - 1], ref->location);
	e->param.number = n;
	vec_push(as->arena, &as->param_refs, e);
	return e;
}

bool
param_coerced(struct analyzer *as, struct expr *param, oid_t to, int location)
{
	int n = param->param.number;
	oid_t *known = &as->params[n - 1];
	if (*known == T_UNKNOWN || *known == 0) {
		*known = to;
	} else if (*known != to) {
		err_set(as->env->err, ERR_AMBIGUOUS_PARAMETER, param->location,
			"inconsistent types deduced for parameter $%d", n);
		return err_detail(as->env->err, "%s versus %s", type_display(as, *known),
				  type_display(as, to));
	}
	param->type = to;
	param->typmod = -1;
	param->collation = type_collation(as, to);
	if (location >= 0 && (param->location < 0 || location < param->location))
		param->location = location;
	return true;
}

bool
params_check(struct analyzer *as)
{
	for (int i = 0; i < as->param_refs.n; i++) {
		const struct expr *e = as->param_refs.v[i];
		if (e->type != as->params[e->param.number - 1])
			return err_set(as->env->err, ERR_AMBIGUOUS_PARAMETER, e->location,
				       "could not determine data type of parameter $%d",
				       e->param.number);
	}
	for (int i = 0; i < as->nparams; i++) {
		if (as->params[i] == 0 || as->params[i] == T_UNKNOWN)
			return err_set(as->env->err, ERR_INDETERMINATE_DATATYPE, -1,
				       "could not determine data type of parameter $%d", i + 1);
	}
	return true;
}
