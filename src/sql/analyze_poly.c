/*
 * Polymorphic types: do the actual types agree with the declared ones, and what do the declared
 * ones then mean. Two families: any* (all the same type) and anycompatible* (a common type is
 * chosen).
 */
#include "sql/analyze_expr.h"

static const struct {
	oid_t range, subtype, multirange;
} ranges[] = {
	{3904, T_INT4, 4451},        {3906, T_NUMERIC, 4532}, {3908, T_TIMESTAMP, 4533},
	{3910, T_TIMESTAMPTZ, 4534}, {3912, T_DATE, 4535},    {3926, T_INT8, 4536},
};

oid_t
range_subtype(oid_t range)
{
	for (size_t i = 0; i < COUNTOF(ranges); i++) {
		if (ranges[i].range == range)
			return ranges[i].subtype;
	}
	return 0;
}

static oid_t
multirange_range(oid_t multirange)
{
	for (size_t i = 0; i < COUNTOF(ranges); i++) {
		if (ranges[i].multirange == multirange)
			return ranges[i].range;
	}
	return 0;
}

static oid_t
range_multirange(oid_t range)
{
	for (size_t i = 0; i < COUNTOF(ranges); i++) {
		if (ranges[i].range == range)
			return ranges[i].multirange;
	}
	return 0;
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

/* select_common_type over types alone. */
oid_t
common_type_of(struct analyzer *as, const oid_t *types, int n, bool noerror)
{
	oid_t p = T_UNKNOWN;
	bool preferred = false;
	char category = 0;
	for (int i = 0; i < n; i++) {
		bool t_preferred;
		if (types[i] == T_UNKNOWN || types[i] == p)
			continue;
		char c = type_category(as, types[i], &t_preferred);
		if (p != T_UNKNOWN && c != category) {
			if (!noerror)
				err_set(as->env->err, ERR_DATATYPE_MISMATCH, -1,
					"argument types %s and %s cannot be matched",
					type_display(as, p), type_display(as, types[i]));
			return 0;
		}
		if (p == T_UNKNOWN ||
		    (!preferred && can_coerce_type(as, 1, &p, &types[i], COERCE_IMPLICIT) &&
		     !can_coerce_type(as, 1, &types[i], &p, COERCE_IMPLICIT))) {
			p = types[i];
			preferred = t_preferred;
			category = c;
		}
	}
	return p == T_UNKNOWN ? T_TEXT : p;
}

/* What the arguments of one call say about the polymorphic types. */
struct poly {
	oid_t elem, array, range, multirange;         /* first family */
	oid_t c_elem, c_array, c_range, c_multirange; /* second: elem is the common type */
	oid_t votes[PROC_MAX_ARGS + 3];               /* types to find the common one of */
	int nvotes;
	bool nonarray, enumeration, c_nonarray, any1, any2, unknowns;
};

static bool
poly_mismatch(struct analyzer *as, bool quiet, const char *what, oid_t a, oid_t b)
{
	if (quiet)
		return false;
	err_set(as->env->err, ERR_DATATYPE_MISMATCH, -1,
		"arguments declared \"%s\" are not all alike", what);
	return err_detail(as->env->err, "%s versus %s", type_display(as, a), type_display(as, b));
}

/* A slot of the family that must be the same in all arguments. */
static bool
poly_same(struct analyzer *as, bool quiet, const char *what, oid_t *slot, oid_t actual)
{
	if (*slot && *slot != actual)
		return poly_mismatch(as, quiet, what, *slot, actual);
	*slot = actual;
	return true;
}

static bool
poly_collect_one(struct analyzer *as, struct poly *p, oid_t declared, oid_t actual, bool quiet)
{
	p->any1 |= family1(declared);
	p->any2 |= family2(declared);
	if (actual == T_UNKNOWN) {
		p->unknowns |= is_polymorphic(declared);
		p->nonarray |= declared == T_ANYNONARRAY;
		p->enumeration |= declared == T_ANYENUM;
		p->c_nonarray |= declared == T_ANYCOMPATIBLENONARRAY;
		return true;
	}
	switch (declared) {
	case T_ANYELEMENT:
	case T_ANYNONARRAY:
	case T_ANYENUM:
		p->nonarray |= declared == T_ANYNONARRAY;
		p->enumeration |= declared == T_ANYENUM;
		return poly_same(as, quiet, "anyelement", &p->elem, actual);
	case T_ANYARRAY:
		return poly_same(as, quiet, "anyarray", &p->array, actual);
	case T_ANYRANGE:
		return poly_same(as, quiet, "anyrange", &p->range, actual);
	case T_ANYMULTIRANGE:
		return poly_same(as, quiet, "anymultirange", &p->multirange, actual);
	case T_ANYCOMPATIBLE:
	case T_ANYCOMPATIBLENONARRAY:
		p->c_nonarray |= declared == T_ANYCOMPATIBLENONARRAY;
		p->votes[p->nvotes++] = actual;
		return true;
	case T_ANYCOMPATIBLEARRAY: {
		oid_t elem = type_element(as, actual);
		if (!elem)
			return quiet ? false
				     : err_set(as->env->err, ERR_DATATYPE_MISMATCH, -1,
					       "argument declared %s is not an array but type %s",
					       "anycompatiblearray", type_display(as, actual));
		p->c_array = actual;
		p->votes[p->nvotes++] = elem;
		return true;
	}
	case T_ANYCOMPATIBLERANGE:
		if (!poly_same(as, quiet, "anycompatiblerange", &p->c_range, actual))
			return false;
		return range_subtype(actual) ||
		       (!quiet && err_set(as->env->err, ERR_DATATYPE_MISMATCH, -1,
					  "argument declared %s is not a range type but type %s",
					  "anycompatiblerange", type_display(as, actual)));
	case T_ANYCOMPATIBLEMULTIRANGE:
		if (!poly_same(as, quiet, "anycompatiblemultirange", &p->c_multirange, actual))
			return false;
		return multirange_range(actual) ||
		       (!quiet &&
			err_set(as->env->err, ERR_DATATYPE_MISMATCH, -1,
				"argument declared %s is not a multirange type but type %s",
				"anycompatiblemultirange", type_display(as, actual)));
	default:
		return true;
	}
}

static bool
poly_not_alike(struct analyzer *as, bool quiet, const char *a, const char *b, oid_t ta, oid_t tb)
{
	if (quiet)
		return false;
	err_set(as->env->err, ERR_DATATYPE_MISMATCH, -1,
		"argument declared %s is not consistent with argument declared %s", a, b);
	return err_detail(as->env->err, "%s versus %s", type_display(as, ta), type_display(as, tb));
}

static bool
poly_not_a(struct analyzer *as, bool quiet, const char *declared, const char *what, oid_t t)
{
	return !quiet && err_set(as->env->err, ERR_DATATYPE_MISMATCH, -1,
				 "argument declared %s is not %s but type %s", declared, what,
				 type_display(as, t));
}

/* From the array, range and multirange to the element type, all of which must agree. */
static bool
poly_family1(struct analyzer *as, struct poly *p, bool quiet)
{
	if (p->array && p->array != T_ANYARRAY) {
		oid_t elem = type_element(as, p->array);
		if (!elem)
			return poly_not_a(as, quiet, "anyarray", "an array", p->array);
		if (p->elem && p->elem != elem)
			return poly_not_alike(as, quiet, "anyarray", "anyelement", p->array,
					      p->elem);
		p->elem = elem;
	}
	if (p->multirange) {
		oid_t range = multirange_range(p->multirange);
		if (!range)
			return poly_not_a(as, quiet, "anymultirange", "a multirange type",
					  p->multirange);
		if (p->range && p->range != range)
			return poly_not_alike(as, quiet, "anymultirange", "anyrange", p->multirange,
					      p->range);
		p->range = range;
	}
	if (p->range) {
		oid_t sub = range_subtype(p->range);
		if (!sub)
			return poly_not_a(as, quiet, "anyrange", "a range type", p->range);
		if (p->elem && p->elem != sub)
			return poly_not_alike(as, quiet, "anyrange", "anyelement", p->range,
					      p->elem);
		p->elem = sub;
		p->multirange = p->multirange ? p->multirange : range_multirange(p->range);
	}
	if (p->nonarray && p->elem && type_element(as, p->elem))
		return !quiet && err_set(as->env->err, ERR_DATATYPE_MISMATCH, -1,
					 "type matched to anynonarray is an array type: %s",
					 type_display(as, p->elem));
	if (p->enumeration && !p->elem && quiet)
		return false;
	const struct type *t = p->enumeration && p->elem ? type_of(as, p->elem) : NULL;
	if (t && t->typtype != 'e' && p->elem != T_ANYENUM)
		return !quiet && err_set(as->env->err, ERR_DATATYPE_MISMATCH, -1,
					 "type matched to anyenum is not an enum type: %s",
					 type_display(as, p->elem));
	return true;
}

static bool
poly_family2(struct analyzer *as, struct poly *p, bool quiet)
{
	if (p->c_multirange) {
		oid_t range = multirange_range(p->c_multirange);
		if (p->c_range && p->c_range != range)
			return poly_not_alike(as, quiet, "anycompatiblemultirange",
					      "anycompatiblerange", p->c_multirange, p->c_range);
		p->c_range = range;
	}
	if (p->c_range) {
		p->votes[p->nvotes++] = range_subtype(p->c_range);
		p->c_multirange = range_multirange(p->c_range);
	}
	if (p->nvotes == 0)
		return true;
	p->c_elem = common_type_of(as, p->votes, p->nvotes, quiet);
	if (!p->c_elem)
		return false;
	for (int i = 0; i < p->nvotes; i++) {
		if (!can_coerce_type(as, 1, &p->votes[i], &p->c_elem, COERCE_IMPLICIT))
			return !quiet &&
			       err_set(as->env->err, ERR_DATATYPE_MISMATCH, -1,
				       "argument of type %s could not be converted to type %s",
				       type_display(as, p->votes[i]), type_display(as, p->c_elem));
	}
	if (p->c_range && range_subtype(p->c_range) != p->c_elem)
		return poly_not_alike(as, quiet, "anycompatiblerange", "anycompatible", p->c_range,
				      p->c_elem);
	if (p->c_nonarray && type_element(as, p->c_elem))
		return !quiet &&
		       err_set(as->env->err, ERR_DATATYPE_MISMATCH, -1,
			       "type matched to anycompatiblenonarray is an array type: %s",
			       type_display(as, p->c_elem));
	p->c_array = type_array(as, p->c_elem);
	return true;
}

static bool
poly_collect(struct analyzer *as, struct poly *p, const oid_t *actual, const oid_t *declared, int n,
	     bool quiet)
{
	memset(p, 0, offsetof(struct poly, votes));
	p->nvotes = 0;
	p->nonarray = p->enumeration = p->c_nonarray = p->any1 = p->any2 = p->unknowns = false;
	for (int i = 0; i < n; i++) {
		if (!poly_collect_one(as, p, declared[i], actual[i], quiet))
			return false;
	}
	return poly_family1(as, p, quiet) && poly_family2(as, p, quiet);
}

bool
check_polymorphic(struct analyzer *as, const oid_t *actual, const oid_t *declared, int n)
{
	struct poly p;
	return n <= PROC_MAX_ARGS && poly_collect(as, &p, actual, declared, n, true);
}

/* The meaning of a polymorphic type in this call; 0: not known. */
static oid_t
poly_resolve(struct analyzer *as, const struct poly *p, oid_t t)
{
	switch (t) {
	case T_ANYELEMENT:
	case T_ANYNONARRAY:
	case T_ANYENUM:
		return p->elem;
	case T_ANYARRAY:
		return p->array ? p->array : p->elem ? type_array(as, p->elem) : 0;
	case T_ANYRANGE:
		return p->range;
	case T_ANYMULTIRANGE:
		return p->multirange;
	case T_ANYCOMPATIBLE:
	case T_ANYCOMPATIBLENONARRAY:
		return p->c_elem;
	case T_ANYCOMPATIBLEARRAY:
		return p->c_array;
	case T_ANYCOMPATIBLERANGE:
		return p->c_range;
	case T_ANYCOMPATIBLEMULTIRANGE:
		return p->c_multirange;
	default:
		return t;
	}
}

static oid_t
no_array_type(struct analyzer *as, oid_t elem)
{
	err_set(as->env->err, ERR_UNDEFINED_OBJECT, -1,
		"could not find array type for data type %s", type_display(as, elem));
	return 0;
}

static oid_t
poly_unresolved(struct analyzer *as, const struct poly *p, oid_t declared)
{
	if (declared == T_ANYARRAY && p->elem)
		return no_array_type(as, p->elem);
	if (declared == T_ANYCOMPATIBLEARRAY && p->c_elem)
		return no_array_type(as, p->c_elem);
	err_set(as->env->err, ERR_DATATYPE_MISMATCH, -1,
		"could not determine polymorphic type %s because input has type %s",
		type_display(as, declared), "unknown");
	return 0;
}

oid_t
resolve_polymorphic(struct analyzer *as, const oid_t *actual, oid_t *declared, int n, oid_t ret,
		    bool allow_poly)
{
	struct poly p;
	if (!poly_collect(as, &p, actual, declared, n, false))
		return 0;
	if (!p.any1 && !p.any2)
		return ret;
	if (p.any1 && !p.elem && !p.array && !p.range) {
		/* nothing but unknowns: the caller's own polymorphic types, or an error */
		if (!allow_poly && p.unknowns) {
			err_set(as->env->err, ERR_DATATYPE_MISMATCH, -1,
				"could not determine polymorphic type because input has type %s",
				"unknown");
			return 0;
		}
	}
	if (p.any2 && !p.c_elem) { /* unknowns only: text */
		p.c_elem = T_TEXT;
		p.c_array = T_TEXTARRAY;
	}
	for (int i = 0; i < n; i++) {
		if (!is_polymorphic(declared[i]))
			continue;
		oid_t t = poly_resolve(as, &p, declared[i]);
		if (!t && actual[i] != T_UNKNOWN)
			t = actual[i];
		if (!t)
			return poly_unresolved(as, &p, declared[i]);
		declared[i] = t;
	}
	if (!is_polymorphic(ret))
		return ret;
	oid_t r = poly_resolve(as, &p, ret);
	if (r)
		return r;
	if (ret == T_ANYARRAY && p.elem)
		return no_array_type(as, p.elem);
	if (ret == T_ANYCOMPATIBLEARRAY && p.c_elem)
		return no_array_type(as, p.c_elem);
	err_set(as->env->err, ERR_DATATYPE_MISMATCH, -1, "could not determine polymorphic type %s",
		type_display(as, ret));
	return 0;
}
