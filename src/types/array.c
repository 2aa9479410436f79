/*
 * The conversions of array types: element by element through the element type's own.
 */
#include "types/array.h"
#include "types/array_value.h"
#include "types/domain.h"
#include "types/families.h"
#include "types/read.h"
#include "types/utf8.h"

static struct type_ctx
canonical(const struct type_ctx *c)
{
	struct type_ctx k = *c;

	k.env = &type_env_canonical;
	return k;
}

bool
array_elem_is_text(const struct type *elem)
{
	switch (elem->oid) {
	case T_TEXT:
	case T_VARCHAR:
	case T_BPCHAR:
	case T_NAME:
	case T_UNKNOWN:
	case T_CSTRING:
	case T_JSON:
	case T_JSONB:
	case T_UUID:
	case T_NUMERIC:
	case T_RECORD:
	case T_XML:
	case T_ACLITEM:
	case T_PG_NODE_TREE:
		return true;
	default:
		return elem->typtype && strchr("cerm", elem->typtype);
	}
}

/* Does the element's text depend on the session, or on a length? */
static bool
prints_otherwise(const struct type *elem, int32_t typmod)
{
	elem = domain_base(elem, NULL);
	switch (elem->base_oid ? elem->base_oid : elem->oid) {
	case T_DATE:
	case T_TIMESTAMP:
	case T_TIMESTAMPTZ:
	case T_INTERVAL:
	case T_FLOAT4:
	case T_FLOAT8:
	case T_BYTEA:
	case T_REGPROC:
	case T_REGPROCEDURE:
	case T_REGOPER:
	case T_REGOPERATOR:
	case T_REGCLASS:
	case T_REGTYPE:
	case T_REGROLE:
	case T_REGNAMESPACE:
	case T_REGCOLLATION:
	case T_REGCONFIG:
	case T_REGDICTIONARY:
	case T_RECORD:
	case T_XML:
		return true;
	case T_BPCHAR:
		return typmod >= 0;
	default:
		if (elem->typtype == 'r' || elem->typtype == 'm')
			return elem->of && prints_otherwise(elem->of, -1);
		return elem->typtype == 'c';
	}
}

bool
item_datum(struct type_ctx *c, const struct type *elem, const struct array_item *i,
	   struct datum *out)
{
	struct type_ctx k = canonical(c);

	if (array_elem_is_text(elem)) {
		*out = datum_text(i->p, i->n);
		return true;
	}
	return type_text_in(&k, elem, i->p, i->n, -1, out);
}

bool
datum_item(struct type_ctx *c, const struct type *elem, const struct datum *d,
	   struct array_item *out)
{
	struct type_ctx k = canonical(c);
	struct buf b = BUF_INIT;
	bool ok;

	*out = (struct array_item){0};
	if (d->class == DATUM_NULL)
		return true;
	if (array_elem_is_text(elem)) {
		out->p = read_text(c->arena, d, &out->n);
		return true;
	}
	ok = type_text_out(&k, elem, d, -1, &b);
	out->n = b.len;
	out->p = buf_dup(&b, c->arena);
	buf_release(&b);
	return ok;
}

void
item_pad(struct arena *a, const struct type *elem, int32_t typmod, struct array_item *i)
{
	size_t chars, missing;
	char *p;

	if (elem->oid != T_BPCHAR || typmod <= 4 || !i->p)
		return;
	chars = utf8_count(i->p, i->n);
	if (chars >= (size_t)typmod - 4)
		return;
	missing = (size_t)typmod - 4 - chars;
	p = arena_alloc(a, i->n + missing);
	memcpy(p, i->p, i->n);
	memset(p + i->n, ' ', missing);
	*i = (struct array_item){p, i->n + missing};
}

void
array_init(struct array *v, struct arena *a, int n)
{
	*v = (struct array){.ndim = n > 0, .dims = {n}, .lower = {1}, .n = n};
	v->items = ARENA_ARRAY(a, struct array_item, MAX(n, 1));
}

/* ---- stored values ---- */

static void
vector_read(struct arena *a, const char *s, size_t n, struct array *out)
{
	int count = 0;

	for (size_t i = 0; i < n; i++)
		count += !ascii_space(s[i]) && (i == 0 || ascii_space(s[i - 1]));
	array_init(out, a, count);
	out->ndim = 1;
	out->lower[0] = 0;
	for (int i = 0; i < count; i++) {
		const char *from;

		for (; ascii_space(*s); s++, n--)
			;
		for (from = s; n && !ascii_space(*s); s++, n--)
			;
		out->items[i] = (struct array_item){from, (size_t)(s - from)};
	}
}

bool
array_read(struct arena *a, struct err *e, const struct type *t, const struct datum *d,
	   struct array *out)
{
	size_t n;
	const char *s = read_text(a, d, &n);

	if (t->oid != T_INT2VECTOR && t->oid != T_OIDVECTOR)
		return array_parse(a, e, t->delim, s, n, out);
	vector_read(a, s, n, out);
	return true;
}

static const struct type *
element(struct type_ctx *c, const struct type *t)
{
	const struct type *elem = c->find(c->find_arg, t->elem_oid);

	if (!elem)
		err_set(c->err, ERR_INTERNAL_ERROR, -1, "cache lookup failed for type %u",
			t->elem_oid);
	return elem;
}

/* ---- text ---- */

bool
array_in(struct type_ctx *c, const struct type *t, const char *s, size_t n, int32_t typmod,
	 struct datum *out)
{
	const struct type *elem = element(c, t);
	struct array v;
	struct datum d;
	struct buf b = BUF_INIT;

	if (!elem || !array_parse(c->arena, c->err, elem->delim, s, n, &v))
		return false;
	for (int i = 0; i < v.n; i++) {
		if (!v.items[i].p && !domain_takes_null(c, elem))
			return false;
		if (!v.items[i].p)
			continue;
		if (!type_text_in(c, elem, v.items[i].p, v.items[i].n, typmod, &d) ||
		    !datum_item(c, elem, &d, &v.items[i]))
			return false;
		item_pad(c->arena, elem, typmod, &v.items[i]);
	}
	array_print(&v, elem->delim, &b);
	*out = datum_text(buf_dup(&b, c->arena), b.len);
	buf_release(&b);
	return true;
}

static bool
out_items(struct type_ctx *c, const struct type *elem, int32_t typmod, struct array *v)
{
	for (int i = 0; i < v->n; i++) {
		struct buf b = BUF_INIT;
		struct datum d;
		bool ok;

		if (!v->items[i].p)
			continue;
		ok = item_datum(c, elem, &v->items[i], &d) &&
		     type_text_out(c, elem, &d, typmod, &b);
		v->items[i].n = b.len;
		v->items[i].p = buf_dup(&b, c->arena);
		buf_release(&b);
		if (!ok)
			return false;
	}
	return true;
}

bool
array_out(struct type_ctx *c, const struct type *t, const struct datum *d, int32_t typmod,
	  struct buf *b)
{
	const struct type *elem = element(c, t);
	struct array v;
	size_t n;
	const char *s;

	if (!elem)
		return false;
	if (!prints_otherwise(elem, typmod)) {
		s = read_text(c->arena, d, &n);
		buf_add(b, s, n);
		return true;
	}
	if (!array_read(c->arena, c->err, t, d, &v) || !out_items(c, elem, typmod, &v))
		return false;
	array_print(&v, elem->delim, b);
	return true;
}
