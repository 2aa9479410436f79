/*
 * Walking: where paths start, accessors, filters. Every step recurs into what is behind it;
 * EXEC_DEPTH bounds that.
 */
#include "func/jsonpath_exec.h"
#include "types/numeric.h"

#include <limits.h>
#include <stdarg.h>

enum { EXEC_DEPTH = 4000 };

/* ---- results ---- */

void
jsonpath_add(struct jsonpath_exec *x, struct jsonpath_items *to, const struct json *v)
{
	if (to->n == to->cap) {
		int cap = to->cap ? to->cap * 2 : 4;
		const struct json **more = arena_alloc(x->c->arena, sizeof(*more) * (size_t)cap);

		if (to->n)
			memcpy(more, to->v, sizeof(*more) * (size_t)to->n);
		to->v = more;
		to->cap = cap;
	}
	to->v[to->n++] = v;
}

enum jsonpath_result
jsonpath_fail(struct jsonpath_exec *x, const char *sqlstate, const char *fmt, ...)
{
	va_list ap;

	if (x->throws) {
		va_start(ap, fmt);
		err_set(x->c->err, sqlstate, -1, "%s", arena_vprintf(x->c->arena, fmt, ap));
		va_end(ap);
	}
	return JSONPATH_ERROR;
}

/* A step on something of the wrong kind: an error, unless such errors are forgiven. */
static enum jsonpath_result
misfit(struct jsonpath_exec *x, const char *sqlstate, const char *message)
{
	return x->ignore_structural ? JSONPATH_NOT_FOUND
				    : jsonpath_fail(x, sqlstate, "%s", message);
}

enum jsonpath_result
jsonpath_next(struct jsonpath_exec *x, const struct jsonpath_item *i, const struct json *v,
	      struct jsonpath_items *found)
{
	if (i && i->next)
		return jsonpath_item(x, i->next, v, found);
	if (found)
		jsonpath_add(x, found, v);
	return JSONPATH_OK;
}

static enum jsonpath_result item(struct jsonpath_exec *x, struct jsonpath_item *i,
				 const struct json *v, bool unwrap, struct jsonpath_items *found);

/* ---- going down ---- */

struct descent {
	struct jsonpath_item *i; /* for each that counts; NULL: it is a result */
	uint32_t first, last;    /* levels that count */
	bool forgive, unwrap;
	struct jsonpath_items *found;
};

static bool
is_container(const struct json *v)
{
	return v->kind == JSON_ARRAY || v->kind == JSON_OBJECT;
}

static enum jsonpath_result
visit(struct jsonpath_exec *x, const struct descent *d, const struct json *v)
{
	bool saved = x->ignore_structural;
	enum jsonpath_result r;

	if (!d->i) {
		if (!d->found)
			return JSONPATH_OK;
		jsonpath_add(x, d->found, v);
		return JSONPATH_NOT_FOUND;
	}
	x->ignore_structural |= d->forgive;
	r = item(x, d->i, v, d->unwrap, d->found);
	x->ignore_structural = saved;
	return r;
}

static bool
stops(enum jsonpath_result r, const struct jsonpath_items *found)
{
	return r == JSONPATH_ERROR || (r == JSONPATH_OK && !found);
}

static enum jsonpath_result
descend(struct jsonpath_exec *x, const struct descent *d, const struct json *v, uint32_t level)
{
	enum jsonpath_result r = JSONPATH_NOT_FOUND;
	bool leaves = d->first == JSONPATH_LAST_LEVEL && d->last == JSONPATH_LAST_LEVEL;

	if (level > d->last)
		return r;
	for (int k = 0; k < v->count; k++) {
		const struct json *e = &v->items[k];

		if (level >= d->first || (leaves && !is_container(e))) {
			enum jsonpath_result at = visit(x, d, e);

			if (d->i || at == JSONPATH_OK)
				r = at;
			if (stops(at, d->found))
				return at;
		}
		if (level < d->last && is_container(e)) {
			r = descend(x, d, e, level + 1);
			if (stops(r, d->found))
				return r;
		}
	}
	return r;
}

enum jsonpath_result
jsonpath_unwrap(struct jsonpath_exec *x, struct jsonpath_item *i, const struct json *v,
		struct jsonpath_items *found, bool unwrap_elements)
{
	struct descent d = {i, 1, 1, false, unwrap_elements, found};

	return descend(x, &d, v, 1);
}

enum jsonpath_result
jsonpath_operand(struct jsonpath_exec *x, struct jsonpath_item *i, const struct json *v,
		 bool unwrap, struct jsonpath_items *found)
{
	struct jsonpath_items seq = {0};
	enum jsonpath_result r;

	if (!unwrap || !x->lax)
		return jsonpath_item(x, i, v, found);
	r = jsonpath_item(x, i, v, &seq);
	if (r == JSONPATH_ERROR)
		return r;
	for (int k = 0; k < seq.n; k++) {
		const struct json *e = seq.v[k];

		if (e->kind != JSON_ARRAY)
			jsonpath_add(x, found, e);
		for (int m = 0; e->kind == JSON_ARRAY && m < e->count; m++)
			jsonpath_add(x, found, &e->items[m]);
	}
	return JSONPATH_OK;
}

/* ---- accessors ---- */

static enum jsonpath_result
key(struct jsonpath_exec *x, struct jsonpath_item *i, const struct json *v, bool unwrap,
    struct jsonpath_items *found)
{
	const struct json *m;

	if (v->kind == JSON_ARRAY && unwrap)
		return jsonpath_unwrap(x, i, v, found, false);
	if (v->kind != JSON_OBJECT)
		return misfit(x, ERR_SQL_JSON_MEMBER_NOT_FOUND,
			      "jsonpath member accessor can only be applied to an object");
	m = json_member(v, i->p, i->n);
	if (m)
		return jsonpath_next(x, i, m, found);
	if (x->ignore_structural)
		return JSONPATH_NOT_FOUND;
	return jsonpath_fail(x, ERR_SQL_JSON_MEMBER_NOT_FOUND,
			     "JSON object does not contain key \"%.*s\"", (int)i->n, i->p);
}

static enum jsonpath_result
any_key(struct jsonpath_exec *x, struct jsonpath_item *i, const struct json *v, bool unwrap,
	struct jsonpath_items *found)
{
	if (v->kind == JSON_OBJECT)
		return jsonpath_unwrap(x, i->next, v, found, x->lax);
	if (v->kind == JSON_ARRAY && unwrap)
		return jsonpath_unwrap(x, i, v, found, false);
	return misfit(x, ERR_SQL_JSON_OBJECT_NOT_FOUND,
		      "jsonpath wildcard member accessor can only be applied to an object");
}

static enum jsonpath_result
any_array(struct jsonpath_exec *x, struct jsonpath_item *i, const struct json *v,
	  struct jsonpath_items *found)
{
	if (v->kind == JSON_ARRAY)
		return jsonpath_unwrap(x, i->next, v, found, x->lax);
	if (x->lax)
		return jsonpath_next(x, i, v, found);
	return misfit(x, ERR_SQL_JSON_ARRAY_NOT_FOUND,
		      "jsonpath wildcard array accessor can only be applied to an array");
}

static enum jsonpath_result
array_index(struct jsonpath_exec *x, struct jsonpath_item *i, const struct json *v, int *index)
{
	struct jsonpath_items found = {0};
	struct num n;
	int64_t at;
	bool ok;

	if (jsonpath_item(x, i, v, &found) == JSONPATH_ERROR)
		return JSONPATH_ERROR;
	if (found.n != 1 || found.v[0]->kind != JSON_NUMBER)
		return jsonpath_fail(x, ERR_INVALID_SQL_JSON_SUBSCRIPT,
				     "jsonpath array subscript is not a single numeric value");
	if (!num_parse(x->c->err, found.v[0]->p, found.v[0]->n, &n))
		return JSONPATH_ERROR;
	num_trunc(&n, 0);
	ok = num_to_int64(&n, &at) && at >= INT_MIN && at <= INT_MAX;
	num_release(&n);
	if (!ok)
		return jsonpath_fail(x, ERR_INVALID_SQL_JSON_SUBSCRIPT,
				     "jsonpath array subscript is out of integer range");
	*index = (int)at;
	return JSONPATH_OK;
}

/* One subscript. *left: x->array_size stays as it is, as PostgreSQL leaves it. */
static enum jsonpath_result
subscript(struct jsonpath_exec *x, struct jsonpath_item *i, const struct jsonpath_subscript *s,
	  const struct json *v, struct jsonpath_items *found, bool *left)
{
	int from = 0, to, size = v->kind == JSON_ARRAY ? v->count : 1;
	enum jsonpath_result r = array_index(x, s->from, v, &from);

	to = from;
	if (r == JSONPATH_OK && s->to)
		r = array_index(x, s->to, v, &to);
	if (r == JSONPATH_ERROR)
		return r;
	if (!x->ignore_structural && (from < 0 || from > to || to >= size)) {
		*left = true;
		return jsonpath_fail(x, ERR_INVALID_SQL_JSON_SUBSCRIPT,
				     "jsonpath array subscript is out of bounds");
	}
	r = JSONPATH_NOT_FOUND;
	for (int k = MAX(from, 0); k <= MIN(to, size - 1); k++) {
		if (!i->next && !found) {
			*left = true;
			return JSONPATH_OK;
		}
		r = jsonpath_next(x, i, v->kind == JSON_ARRAY ? &v->items[k] : v, found);
		if (stops(r, found))
			break;
	}
	return r;
}

static enum jsonpath_result
index_array(struct jsonpath_exec *x, struct jsonpath_item *i, const struct json *v,
	    struct jsonpath_items *found)
{
	int saved = x->array_size;
	enum jsonpath_result r = JSONPATH_NOT_FOUND;
	bool left = false;

	if (v->kind != JSON_ARRAY && !x->lax)
		return misfit(x, ERR_SQL_JSON_ARRAY_NOT_FOUND,
			      "jsonpath array accessor can only be applied to an array");
	x->array_size = v->kind == JSON_ARRAY ? v->count : 1;
	for (int k = 0; k < i->nsubs && !left; k++) {
		r = subscript(x, i, &i->subs[k], v, found, &left);
		if (stops(r, found))
			break;
	}
	if (!left)
		x->array_size = saved;
	return r;
}

static enum jsonpath_result
any(struct jsonpath_exec *x, struct jsonpath_item *i, const struct json *v,
    struct jsonpath_items *found)
{
	struct descent d = {i->next, i->first, i->last, true, x->lax, found};
	bool saved = x->ignore_structural;
	enum jsonpath_result r = JSONPATH_NOT_FOUND;

	if (i->first == 0) {
		x->ignore_structural = true;
		r = jsonpath_next(x, i, v, found);
		x->ignore_structural = saved;
		if (r == JSONPATH_OK && !found)
			return r;
	}
	return is_container(v) ? descend(x, &d, v, 1) : r;
}

/* ---- where paths start ---- */

static enum jsonpath_result
from_base(struct jsonpath_exec *x, struct jsonpath_item *i, const struct json *base, int64_t id,
	  const struct json *v, struct jsonpath_items *found)
{
	const struct json *saved = x->base;
	int64_t saved_id = x->base_id;
	enum jsonpath_result r;

	x->base = base;
	x->base_id = id;
	r = jsonpath_next(x, i, v, found);
	x->base = saved;
	x->base_id = saved_id;
	return r;
}

static enum jsonpath_result
variable(struct jsonpath_exec *x, struct jsonpath_item *i, struct jsonpath_items *found)
{
	const struct json *v = x->vars ? json_member(x->vars, i->p, i->n) : NULL;

	if (!v) {
		err_set(x->c->err, ERR_UNDEFINED_OBJECT, -1,
			"could not find jsonpath variable \"%.*s\"", (int)i->n, i->p);
		return JSONPATH_ERROR;
	}
	return from_base(x, i, x->vars, 1, v, found);
}

static enum jsonpath_result
last(struct jsonpath_exec *x, struct jsonpath_item *i, struct jsonpath_items *found)
{
	struct json *v;

	if (x->array_size < 0) {
		err_set(x->c->err, ERR_INTERNAL_ERROR, -1,
			"evaluating jsonpath LAST outside of array subscript");
		return JSONPATH_ERROR;
	}
	if (!i->next && !found)
		return JSONPATH_OK;
	v = ARENA_NEW(x->c->arena, struct json);
	v->kind = JSON_NUMBER;
	v->p = arena_printf(x->c->arena, "%d", x->array_size - 1);
	v->n = strlen(v->p);
	return jsonpath_next(x, i, v, found);
}

static enum jsonpath_result
truth(struct jsonpath_exec *x, struct jsonpath_item *i, const struct json *v,
      struct jsonpath_items *found)
{
	static const struct json values[] = {
		[JSONPATH_FALSE] = {.kind = JSON_BOOL},
		[JSONPATH_TRUE] = {.kind = JSON_BOOL, .truth = true},
		[JSONPATH_UNKNOWN] = {.kind = JSON_NULL},
	};
	enum jsonpath_truth t = jsonpath_bool(x, i, v);

	return jsonpath_next(x, i, &values[t], found);
}

/* ---- one item ---- */

static enum jsonpath_result
filter(struct jsonpath_exec *x, struct jsonpath_item *i, const struct json *v, bool unwrap,
       struct jsonpath_items *found)
{
	if (unwrap && v->kind == JSON_ARRAY)
		return jsonpath_unwrap(x, i, v, found, false);
	if (jsonpath_filter(x, i->left, v) != JSONPATH_TRUE)
		return JSONPATH_NOT_FOUND;
	return jsonpath_next(x, i, v, found);
}

static enum jsonpath_result
dispatch(struct jsonpath_exec *x, struct jsonpath_item *i, const struct json *v, bool unwrap,
	 struct jsonpath_items *found)
{
	switch (i->kind) {
	case JP_KEY:
		return key(x, i, v, unwrap, found);
	case JP_ROOT:
		return from_base(x, i, x->root, 0, x->root, found);
	case JP_CURRENT:
		return jsonpath_next(x, i, x->current, found);
	case JP_ANY_ARRAY:
		return any_array(x, i, v, found);
	case JP_INDEX_ARRAY:
		return index_array(x, i, v, found);
	case JP_LAST:
		return last(x, i, found);
	case JP_ANY_KEY:
		return any_key(x, i, v, unwrap, found);
	case JP_FILTER:
		return filter(x, i, v, unwrap, found);
	case JP_ANY:
		return any(x, i, v, found);
	case JP_NULL:
	case JP_STRING:
	case JP_NUMBER:
	case JP_BOOL:
		return jsonpath_next(x, i, &i->value, found);
	case JP_VARIABLE:
		return variable(x, i, found);
	case JP_ADD:
	case JP_SUB:
	case JP_MUL:
	case JP_DIV:
	case JP_MOD:
		return jsonpath_binary(x, i, v, found);
	case JP_PLUS:
	case JP_MINUS:
		return jsonpath_unary(x, i, v, found);
	case JP_TYPE:
	case JP_SIZE:
	case JP_ABS:
	case JP_FLOOR:
	case JP_CEILING:
	case JP_DOUBLE:
	case JP_DATETIME:
	case JP_KEYVALUE:
		return jsonpath_method(x, i, v, unwrap, found);
	default:
		return truth(x, i, v, found);
	}
}

static bool
may_go_on(struct jsonpath_exec *x)
{
	struct fcall *c = x->c;

	if (err_is_set(c->err))
		return false;
	if (x->depth >= EXEC_DEPTH)
		return err_set(c->err, ERR_STATEMENT_TOO_COMPLEX, -1, "stack depth limit exceeded");
	if ((++x->ticks & 1023) == 0 && c->env && c->env->cancel && c->env->cancel->reason)
		return cancel_error(c->env->cancel->reason, c->err);
	return true;
}

static enum jsonpath_result
item(struct jsonpath_exec *x, struct jsonpath_item *i, const struct json *v, bool unwrap,
     struct jsonpath_items *found)
{
	enum jsonpath_result r;

	if (!may_go_on(x))
		return JSONPATH_ERROR;
	x->depth++;
	r = dispatch(x, i, v, unwrap, found);
	x->depth--;
	return r;
}

enum jsonpath_result
jsonpath_item(struct jsonpath_exec *x, struct jsonpath_item *i, const struct json *v,
	      struct jsonpath_items *found)
{
	return item(x, i, v, x->lax, found);
}
