/*
 * Polymorphic types: do the actual types agree with the declared ones, and what do the declared
 * ones then mean. Two families: any* (all the same type) and anycompatible* (a common type is
 * chosen).
 */
#include "sql/analyze_expr.h"

static oid_t
range_subtype(struct analyzer *as, oid_t range)
{
	const struct type *t = type_of(as, range);

	return t && t->typtype == 'r' && t->of ? t->of->oid : 0;
}

static oid_t
range_multirange(struct analyzer *as, oid_t range)
{
	const struct type *t = type_of(as, range);

	return t && t->typtype == 'r' ? t->multirange_oid : 0;
}

static oid_t
multirange_range(struct analyzer *as, oid_t multirange)
{
	const struct type *t = type_of(as, multirange);

	return t && t->typtype == 'm' && t->of ? t->of->oid : 0;
}

static bool
is_array_domain(struct analyzer *as, oid_t type)
{
	return type_element(as, base_type(as, type, NULL)) != 0;
}

static bool
family1(oid_t t)
{
	return t == T_ANYELEMENT || t == T_ANYARRAY || t == T_ANYNONARRAY || t == T_ANYENUM ||
	       t == T_ANYRANGE || t == T_ANYMULTIRANGE;
}

static bool
family2(oid_t t)
{
	return t == T_ANYCOMPATIBLE || t == T_ANYCOMPATIBLEARRAY || t == T_ANYCOMPATIBLENONARRAY ||
	       t == T_ANYCOMPATIBLERANGE || t == T_ANYCOMPATIBLEMULTIRANGE;
}

bool
is_polymorphic(oid_t type)
{
	return family1(type) || family2(type);
}

/* select_common_type over types alone. A domain comes out only if all are that domain. */
oid_t
common_type_of(struct analyzer *as, const oid_t *types, int n, bool noerror)
{
	oid_t p = T_UNKNOWN;
	bool preferred = false, alike = n > 0 && types[0] != T_UNKNOWN;
	char category = 0;

	for (int i = 1; i < n && alike; i++)
		alike = types[i] == types[0];
	if (alike)
		return types[0];
	for (int i = 0; i < n; i++) {
		oid_t t = base_type(as, types[i], NULL);
		bool t_preferred;
		char c;

		if (t == T_UNKNOWN || t == p)
			continue;
		c = type_category(as, t, &t_preferred);
		if (p != T_UNKNOWN && c != category) {
			if (!noerror)
				err_set(as->env->err, ERR_DATATYPE_MISMATCH, -1,
					"argument types %s and %s cannot be matched",
					type_display(as, p), type_display(as, types[i]));
			return 0;
		}
		if (p == T_UNKNOWN ||
		    (!preferred && can_coerce_type(as, 1, &p, &t, COERCE_IMPLICIT) &&
		     !can_coerce_type(as, 1, &t, &p, COERCE_IMPLICIT))) {
			p = t;
			preferred = t_preferred;
			category = c;
		}
	}
	return p == T_UNKNOWN ? T_TEXT : p;
}

/* What the arguments of one call say about the polymorphic types. */
struct poly {
	struct analyzer *as;
	bool quiet;      /* whether they agree is all that is asked */
	bool allow_poly; /* actual types may be polymorphic themselves */
	int n1, n2;      /* how many arguments of each family */
	bool unknowns;   /* some of the first family have no type yet */
	bool nonarray, enumeration, has_multirange;
	bool c_nonarray, c_has_array, c_has_range, c_has_multirange;
	oid_t elem, array, range, multirange; /* the first family's meaning */
	oid_t c_elem, c_array, c_range, c_multirange;
	oid_t votes[PROC_MAX_ARGS + 3]; /* c_elem is the common type of these */
	int nvotes;
};

/* The errors of this file: all are 42804, all return false, none is told when quiet. */
#define MISMATCH(p, ...)                                                                           \
	((p)->quiet ? false : err_set((p)->as->env->err, ERR_DATATYPE_MISMATCH, -1, __VA_ARGS__))

static bool
versus(struct poly *p, oid_t a, oid_t b)
{
	return !p->quiet && err_detail(p->as->env->err, "%s versus %s", type_display(p->as, a),
				       type_display(p->as, b));
}

/* A slot that must be the same in all arguments. */
static bool
same(struct poly *p, const char *declared, oid_t *slot, oid_t actual)
{
	if (*slot && *slot != actual) {
		MISMATCH(p, "arguments declared \"%s\" are not all alike", declared);
		return versus(p, *slot, actual);
	}
	*slot = actual;
	return true;
}

static bool
not_consistent(struct poly *p, const char *a, const char *b, oid_t ta, oid_t tb)
{
	MISMATCH(p, "argument declared %s is not consistent with argument declared %s", a, b);
	return versus(p, ta, tb);
}

static bool
not_a(struct poly *p, const char *declared, const char *what, oid_t t)
{
	return MISMATCH(p, "argument declared %s is not %s but type %s", declared, what,
			type_display(p->as, t));
}

static bool
from_unknown(struct poly *p, const char *declared)
{
	return MISMATCH(p, "could not determine polymorphic type %s because input has type %s",
			declared, "unknown");
}

static bool
no_array_type(struct poly *p, oid_t elem)
{
	return !p->quiet &&
	       err_set(p->as->env->err, ERR_UNDEFINED_OBJECT, -1,
		       "could not find array type for data type %s", type_display(p->as, elem));
}

/* ---- what each argument says ---- */

static void
note_declared(struct poly *p, oid_t declared)
{
	p->n1 += family1(declared);
	p->n2 += family2(declared);
	p->nonarray |= declared == T_ANYNONARRAY;
	p->enumeration |= declared == T_ANYENUM;
	p->has_multirange |= declared == T_ANYMULTIRANGE;
	p->c_nonarray |= declared == T_ANYCOMPATIBLENONARRAY;
	p->c_has_array |= declared == T_ANYCOMPATIBLEARRAY;
	p->c_has_range |= declared == T_ANYCOMPATIBLERANGE;
	p->c_has_multirange |= declared == T_ANYCOMPATIBLEMULTIRANGE;
}

static bool
take_compatible_array(struct poly *p, oid_t actual)
{
	oid_t elem = type_element(p->as, actual);

	if (!elem)
		return not_a(p, "anycompatiblearray", "an array", actual);
	p->votes[p->nvotes++] = elem;
	return true;
}

static bool
take_compatible_range(struct poly *p, oid_t actual)
{
	if (p->c_range)
		return same(p, "anycompatiblerange", &p->c_range, actual);
	p->c_range = actual;
	if (!range_subtype(p->as, actual))
		return not_a(p, "anycompatiblerange", "a range type", actual);
	p->votes[p->nvotes++] = range_subtype(p->as, actual);
	return true;
}

static bool
take_compatible_multirange(struct poly *p, oid_t actual)
{
	if (!same(p, "anycompatiblemultirange", &p->c_multirange, actual))
		return false;
	return multirange_range(p->as, actual) ||
	       not_a(p, "anycompatiblemultirange", "a multirange type", actual);
}

static bool
take_argument(struct poly *p, oid_t declared, oid_t actual)
{
	oid_t base;

	note_declared(p, declared);
	if (actual == T_UNKNOWN) {
		p->unknowns |= family1(declared);
		return true;
	}
	if (!is_polymorphic(declared) || (p->allow_poly && declared == actual))
		return true;
	base = base_type(p->as, actual, NULL);
	switch (declared) {
	case T_ANYARRAY:
		return same(p, "anyarray", &p->array, base);
	case T_ANYRANGE:
		return same(p, "anyrange", &p->range, base);
	case T_ANYMULTIRANGE:
		return same(p, "anymultirange", &p->multirange, base);
	case T_ANYCOMPATIBLE:
	case T_ANYCOMPATIBLENONARRAY:
		p->votes[p->nvotes++] = actual;
		return true;
	case T_ANYCOMPATIBLEARRAY:
		return take_compatible_array(p, base);
	case T_ANYCOMPATIBLERANGE:
		return take_compatible_range(p, base);
	case T_ANYCOMPATIBLEMULTIRANGE:
		return take_compatible_multirange(p, base);
	default:
		return same(p, "anyelement", &p->elem, actual);
	}
}

/* ---- the first family ---- */

static bool
elem_from_array(struct poly *p)
{
	oid_t elem;

	if (!p->array || p->array == T_ANYARRAY)
		return true;
	elem = type_element(p->as, p->array);
	if (!elem)
		return not_a(p, "anyarray", "an array", p->array);
	if (p->elem && p->elem != elem)
		return not_consistent(p, "anyarray", "anyelement", p->array, p->elem);
	p->elem = elem;
	return true;
}

static bool
range_from_multirange(struct poly *p)
{
	oid_t range;

	if (!p->multirange) {
		if (p->has_multirange && p->range)
			p->multirange = range_multirange(p->as, p->range);
		return true;
	}
	range = multirange_range(p->as, p->multirange);
	if (!range)
		return not_a(p, "anymultirange", "a multirange type", p->multirange);
	if (p->range && p->range != range)
		return not_consistent(p, "anymultirange", "anyrange", p->multirange, p->range);
	p->range = range;
	return true;
}

static bool
elem_from_range(struct poly *p)
{
	oid_t sub;

	if (!p->range)
		return true;
	sub = range_subtype(p->as, p->range);
	if (!sub)
		return not_a(p, "anyrange", "a range type", p->range);
	if (p->elem && p->elem != sub)
		return not_consistent(p, "anyrange", "anyelement", p->range, p->elem);
	p->elem = sub;
	return true;
}

static bool
is_enum(struct poly *p, oid_t oid)
{
	const struct type *t = oid ? type_of(p->as, oid) : NULL;

	return t && t->typtype == 'e';
}

static bool
elem_is_fit(struct poly *p)
{
	if (p->elem == T_ANYELEMENT)
		return true;
	if (p->nonarray && p->elem && is_array_domain(p->as, p->elem))
		return MISMATCH(p, "type matched to anynonarray is an array type: %s",
				type_display(p->as, p->elem));
	if (p->enumeration && !is_enum(p, p->elem))
		return MISMATCH(p, "type matched to anyenum is not an enum type: %s",
				type_display(p->as, p->elem));
	return true;
}

/* A column of type anyarray itself says nothing of its elements. */
static bool
elem_of_anyarray(struct poly *p, oid_t ret)
{
	if (p->array != T_ANYARRAY)
		return true;
	if (p->n1 != 1 || (ret != T_ANYARRAY && family1(ret)))
		return MISMATCH(p, "cannot determine element type of \"anyarray\" argument");
	p->elem = T_ANYELEMENT;
	return true;
}

/* Nothing but unknowns: the caller's own polymorphic types, or an error. */
static bool
elem_is_known(struct poly *p)
{
	if (p->elem)
		return true;
	if (!p->allow_poly)
		return MISMATCH(p, "could not determine polymorphic type because input has type %s",
				"unknown");
	p->elem = T_ANYELEMENT;
	p->array = T_ANYARRAY;
	p->range = T_ANYRANGE;
	p->multirange = T_ANYMULTIRANGE;
	return true;
}

static bool
solve_family1(struct poly *p, oid_t ret)
{
	if (!p->n1)
		return true;
	if (!elem_from_array(p) || (!p->quiet && !elem_of_anyarray(p, ret)) ||
	    !range_from_multirange(p) || !elem_from_range(p))
		return false;
	return (p->quiet || elem_is_known(p)) && elem_is_fit(p);
}

/* ---- the second family ---- */

static bool
compatible_range(struct poly *p)
{
	oid_t range;

	if (!p->c_multirange) {
		if (p->c_has_multirange && p->c_range)
			p->c_multirange = range_multirange(p->as, p->c_range);
		return true;
	}
	range = multirange_range(p->as, p->c_multirange);
	if (p->c_range)
		return p->c_range == range ||
		       not_consistent(p, "anycompatiblemultirange", "anycompatiblerange",
				      p->c_multirange, p->c_range);
	p->c_range = range;
	p->votes[p->nvotes++] = range_subtype(p->as, range);
	return true;
}

static bool
compatible_elem(struct poly *p)
{
	p->c_elem = common_type_of(p->as, p->votes, p->nvotes, p->quiet);
	if (!p->c_elem)
		return false;
	for (int i = 0; i < p->nvotes; i++)
		if (!can_coerce_type(p->as, 1, &p->votes[i], &p->c_elem, COERCE_IMPLICIT))
			return MISMATCH(p, "arguments of anycompatible family cannot be cast to a "
					   "common type");
	p->c_array = type_array(p->as, p->c_elem);
	return true;
}

/* A range says exactly what its subtype is; it is never inferred from that. */
static bool
compatible_range_fits(struct poly *p)
{
	bool fits = p->c_range && range_subtype(p->as, p->c_range) == p->c_elem;

	if (p->quiet)
		return !p->c_range || fits;
	if (p->c_has_range && !p->c_range)
		return from_unknown(p, "anycompatiblerange");
	if (p->c_has_range && !fits)
		return MISMATCH(p,
				"anycompatiblerange type %s does not match anycompatible type %s",
				type_display(p->as, p->c_range), type_display(p->as, p->c_elem));
	if (p->c_has_multirange && !p->c_multirange)
		return from_unknown(p, "anycompatiblemultirange");
	if (p->c_has_multirange && !fits)
		return MISMATCH(
			p, "anycompatiblemultirange type %s does not match anycompatible type %s",
			type_display(p->as, p->c_multirange), type_display(p->as, p->c_elem));
	return true;
}

/* Nothing but unknowns: text, for which there is no range type. */
static bool
compatible_unknown(struct poly *p)
{
	if (p->quiet)
		return true;
	if (p->allow_poly) {
		p->c_elem = T_ANYCOMPATIBLE;
		p->c_array = T_ANYCOMPATIBLEARRAY;
		p->c_range = T_ANYCOMPATIBLERANGE;
		p->c_multirange = T_ANYCOMPATIBLEMULTIRANGE;
		return true;
	}
	p->c_elem = T_TEXT;
	p->c_array = T_TEXTARRAY;
	return compatible_range_fits(p);
}

static bool
solve_family2(struct poly *p)
{
	if (!p->n2)
		return true;
	if (!compatible_range(p))
		return false;
	if (!p->nvotes)
		return compatible_unknown(p);
	if (!compatible_elem(p))
		return false;
	if (p->c_has_array && !p->c_array && !p->quiet)
		return no_array_type(p, p->c_elem);
	if (!compatible_range_fits(p))
		return false;
	if (p->c_nonarray && is_array_domain(p->as, p->c_elem))
		return MISMATCH(p, "type matched to anycompatiblenonarray is an array type: %s",
				type_display(p->as, p->c_elem));
	return true;
}

/* ---- the answers ---- */

static bool
solve(struct poly *p, const oid_t *actual, const oid_t *declared, int n, oid_t ret)
{
	for (int i = 0; i < n; i++)
		if (!take_argument(p, declared[i], actual[i]))
			return false;
	return solve_family1(p, ret) && solve_family2(p);
}

bool
check_polymorphic(struct analyzer *as, const oid_t *actual, const oid_t *declared, int n)
{
	struct poly p = {.as = as, .quiet = true};

	return n <= PROC_MAX_ARGS && solve(&p, actual, declared, n, 0);
}

static bool
meaning_of_array(struct poly *p, oid_t elem, oid_t *array)
{
	if (!*array)
		*array = type_array(p->as, elem);
	return *array || no_array_type(p, elem);
}

/* The meaning of a polymorphic type in this call; 0: err is set. */
static oid_t
meaning(struct poly *p, oid_t t)
{
	switch (t) {
	case T_ANYELEMENT:
	case T_ANYNONARRAY:
	case T_ANYENUM:
		return p->elem;
	case T_ANYARRAY:
		return meaning_of_array(p, p->elem, &p->array) ? p->array : 0;
	case T_ANYRANGE:
		return p->range ? p->range : from_unknown(p, "anyrange");
	case T_ANYMULTIRANGE:
		if (!p->multirange && p->range)
			p->multirange = range_multirange(p->as, p->range);
		return p->multirange ? p->multirange : from_unknown(p, "anymultirange");
	case T_ANYCOMPATIBLE:
	case T_ANYCOMPATIBLENONARRAY:
		return p->c_elem;
	case T_ANYCOMPATIBLEARRAY:
		return meaning_of_array(p, p->c_elem, &p->c_array) ? p->c_array : 0;
	case T_ANYCOMPATIBLERANGE:
		return p->c_range;
	case T_ANYCOMPATIBLEMULTIRANGE:
		return p->c_multirange;
	default:
		return t;
	}
}

oid_t
resolve_polymorphic(struct analyzer *as, const oid_t *actual, oid_t *declared, int n, oid_t ret,
		    bool allow_poly)
{
	struct poly p = {.as = as, .allow_poly = allow_poly};

	if (!solve(&p, actual, declared, n, ret))
		return 0;
	if (!p.n1 && !p.n2)
		return ret;
	for (int i = 0; i < n; i++)
		if (!(declared[i] = meaning(&p, declared[i])))
			return 0;
	return meaning(&p, ret);
}
