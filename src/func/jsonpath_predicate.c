/*
 * Predicates. Their operands never throw: an error makes them unknown. In strict mode all items are
 * looked at, for an error among them decides.
 */
#include "func/jsonpath_exec.h"
#include "func/regex.h"
#include "types/numeric.h"

/* ---- one pair of items ---- */

static int
compare_strings(const struct json *a, const struct json *b)
{
	size_t n = MIN(a->n, b->n);
	int r = n ? memcmp(a->p, b->p, n) : 0;

	return r ? r : (a->n > b->n) - (a->n < b->n);
}

static bool
order_fits(enum jsonpath_kind op, int order)
{
	switch (op) {
	case JP_EQUAL:
		return order == 0;
	case JP_NOT_EQUAL:
		return order != 0;
	case JP_LESS:
		return order < 0;
	case JP_GREATER:
		return order > 0;
	case JP_LESS_EQUAL:
		return order <= 0;
	default:
		return order >= 0;
	}
}

static enum jsonpath_truth
compare(struct jsonpath_exec *x, const struct jsonpath_item *i, const struct json *a,
	const struct json *b)
{
	int order = 0;

	if (a->kind != b->kind) {
		if (a->kind != JSON_NULL && b->kind != JSON_NULL)
			return JSONPATH_UNKNOWN;
		return i->kind == JP_NOT_EQUAL ? JSONPATH_TRUE : JSONPATH_FALSE;
	}
	switch (a->kind) {
	case JSON_NULL:
		break;
	case JSON_BOOL:
		order = a->truth - b->truth;
		break;
	case JSON_NUMBER:
		order = numeric_collate(NULL, a->p, a->n, b->p, b->n);
		break;
	case JSON_STRING:
		order = compare_strings(a, b);
		break;
	case JSON_DATETIME:
		if (!jsonpath_datetime_compare(x, a, b, &order))
			return JSONPATH_UNKNOWN;
		break;
	default:
		return JSONPATH_UNKNOWN;
	}
	return order_fits(i->kind, order) ? JSONPATH_TRUE : JSONPATH_FALSE;
}

static enum jsonpath_truth
starts_with(const struct json *whole, const struct json *start)
{
	if (whole->kind != JSON_STRING || start->kind != JSON_STRING)
		return JSONPATH_UNKNOWN;
	if (whole->n < start->n || (start->n && memcmp(whole->p, start->p, start->n) != 0))
		return JSONPATH_FALSE;
	return JSONPATH_TRUE;
}

static bool
regex_new(struct err *e, const char *s, size_t n, unsigned flags, struct regex **out)
{
	unsigned f = flags & JP_REGEX_ICASE ? REGEX_ICASE : 0;

	if (flags & JP_REGEX_QUOTE)
		return regex_compile(e, s, n, f | REGEX_LITERAL, out);
	if (flags & JP_REGEX_WSPACE)
		return err_set(
			e, ERR_FEATURE_NOT_SUPPORTED, -1,
			"XQuery \"x\" flag (expanded regular expressions) is not implemented");
	f |= flags & JP_REGEX_DOTALL ? 0 : REGEX_NLSTOP;
	f |= flags & JP_REGEX_MLINE ? REGEX_NLANCHOR : 0;
	return regex_compile(e, s, n, f, out);
}

static bool
check_regex(struct err *e, const char *s, size_t n, unsigned flags)
{
	struct regex *r = NULL;

	if (!regex_new(e, s, n, flags, &r))
		return false;
	regex_free(r);
	return true;
}

static void __attribute__((constructor)) check_regex_init(void)
{
	jsonpath_check_regex = check_regex;
}

static enum jsonpath_truth
like_regex(struct jsonpath_exec *x, struct jsonpath_item *i, const struct json *v)
{
	struct regex *r = i->compiled;
	int got;

	if (v->kind != JSON_STRING)
		return JSONPATH_UNKNOWN;
	if (!r && !regex_new(x->c->err, i->p, i->n, i->flags, &r))
		return JSONPATH_UNKNOWN;
	i->compiled = r;
	got = regex_match(x->c->err, r, v->p ? v->p : "", v->n, 0, true, NULL, 0);
	return got < 0 ? JSONPATH_UNKNOWN : got ? JSONPATH_TRUE : JSONPATH_FALSE;
}

static enum jsonpath_truth
pair(struct jsonpath_exec *x, struct jsonpath_item *i, const struct json *a, const struct json *b)
{
	if (i->kind == JP_LIKE_REGEX)
		return like_regex(x, i, a);
	return i->kind == JP_STARTS_WITH ? starts_with(a, b) : compare(x, i, a, b);
}

/* ---- sequences ---- */

static enum jsonpath_result
quiet_operand(struct jsonpath_exec *x, struct jsonpath_item *i, const struct json *v, bool unwrap,
	      struct jsonpath_items *found)
{
	bool saved = x->throws;
	enum jsonpath_result r;

	x->throws = false;
	r = jsonpath_operand(x, i, v, unwrap, found);
	x->throws = saved;
	return r;
}

/* Some pair of items fits. The right operand of comparisons is unwrapped like the left one, that
 * of starts with is not; like_regex has none. */
static enum jsonpath_truth
some_pair(struct jsonpath_exec *x, struct jsonpath_item *i, const struct json *v)
{
	struct jsonpath_items left = {0}, right = {0};
	bool found = false, error = false;

	if (quiet_operand(x, i->left, v, true, &left) == JSONPATH_ERROR)
		return JSONPATH_UNKNOWN;
	if (!i->right)
		jsonpath_add(x, &right, v);
	else if (quiet_operand(x, i->right, v, i->kind != JP_STARTS_WITH, &right) == JSONPATH_ERROR)
		return JSONPATH_UNKNOWN;
	for (int a = 0; a < left.n; a++)
		for (int b = 0; b < right.n; b++) {
			enum jsonpath_truth t = pair(x, i, left.v[a], right.v[b]);

			if (err_is_set(x->c->err) || (t == JSONPATH_UNKNOWN && !x->lax))
				return JSONPATH_UNKNOWN;
			if (t == JSONPATH_TRUE && x->lax)
				return JSONPATH_TRUE;
			error |= t == JSONPATH_UNKNOWN;
			found |= t == JSONPATH_TRUE;
		}
	return found ? JSONPATH_TRUE : error ? JSONPATH_UNKNOWN : JSONPATH_FALSE;
}

static enum jsonpath_truth
exists(struct jsonpath_exec *x, struct jsonpath_item *i, const struct json *v)
{
	struct jsonpath_items all = {0};
	enum jsonpath_result r = quiet_operand(x, i->left, v, false, x->lax ? NULL : &all);

	if (r == JSONPATH_ERROR)
		return JSONPATH_UNKNOWN;
	return (x->lax ? r == JSONPATH_OK : all.n > 0) ? JSONPATH_TRUE : JSONPATH_FALSE;
}

enum jsonpath_truth
jsonpath_bool(struct jsonpath_exec *x, struct jsonpath_item *i, const struct json *v)
{
	enum jsonpath_truth a, b;

	switch (i->kind) {
	case JP_AND:
		a = jsonpath_bool(x, i->left, v);
		if (a == JSONPATH_FALSE)
			return a;
		b = jsonpath_bool(x, i->right, v);
		return b == JSONPATH_TRUE ? a : b;
	case JP_OR:
		a = jsonpath_bool(x, i->left, v);
		if (a == JSONPATH_TRUE)
			return a;
		b = jsonpath_bool(x, i->right, v);
		return b == JSONPATH_FALSE ? a : b;
	case JP_NOT:
		a = jsonpath_bool(x, i->left, v);
		return a == JSONPATH_UNKNOWN ? a
		       : a == JSONPATH_TRUE  ? JSONPATH_FALSE
					     : JSONPATH_TRUE;
	case JP_IS_UNKNOWN:
		a = jsonpath_bool(x, i->left, v);
		return a == JSONPATH_UNKNOWN ? JSONPATH_TRUE : JSONPATH_FALSE;
	case JP_EXISTS:
		return exists(x, i, v);
	default:
		return some_pair(x, i, v);
	}
}

enum jsonpath_truth
jsonpath_filter(struct jsonpath_exec *x, struct jsonpath_item *i, const struct json *v)
{
	const struct json *saved = x->current;
	enum jsonpath_truth t;

	x->current = v;
	t = jsonpath_bool(x, i, v);
	x->current = saved;
	return t;
}
