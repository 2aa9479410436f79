/*
 * pg_type, pg_enum, pg_range: the constant rows, then the user's.
 */
#include <stdlib.h>

#include "catalog/rows.h"
#include "types/domain.h"
#include "types/enum.h"

/* pg_proc OIDs of a kind of type's conversions. */
struct io_functions {
	char typtype; /* A: arrays */
	oid_t in, out, recv, send, analyze;
};

static const struct io_functions io[] = {
	{'A', 750, 751, 2400, 2401, 3816},   {'c', 2290, 2291, 2402, 2403, 0},
	{'e', 3506, 3507, 3532, 3533, 0},    {'r', 3834, 3835, 3836, 3837, 3916},
	{'m', 4231, 4232, 4233, 4234, 4242},
};

enum { ARRAY_SUBSCRIPT = 6179, DOMAIN_IN = 2597, DOMAIN_RECV = 2598 };

/* Columns of pg_type's constant rows. */
enum {
	TYPBYVAL = 5,
	TYPOUTPUT = 16,
	TYPRECEIVE = 17,
	TYPSEND = 18,
	TYPANALYZE = 21,
	TYPALIGN = 22,
	TYPSTORAGE = 23
};

static const struct io_functions *
functions_of(const struct type *t)
{
	char kind = t->elem_oid ? 'A' : t->typtype;

	for (size_t i = 0; i < COUNTOF(io); i++)
		if (io[i].typtype == kind)
			return &io[i];
	return &io[0];
}

static oid_t
builtin_oid_cell(oid_t type, int col)
{
	const char *text = static_text("pg_type", type, col);

	return text ? (oid_t)strtoul(text, NULL, 10) : 0;
}

static char
builtin_char_cell(oid_t type, int col, char otherwise)
{
	const char *text = static_text("pg_type", type, col);

	return text && *text ? *text : otherwise;
}

/* typalign of what a type is made of: a composite is aligned as double precision is, everything
 * over it too. */
static char
alignment(const struct type *t)
{
	for (; t->oid >= FIRST_USER_OID; t = t->of) {
		if (t->typtype == 'c')
			return 'd';
		if (!t->of)
			return 'i';
	}
	return builtin_char_cell(t->oid, TYPALIGN, 'i') == 'd' ? 'd' : 'i';
}

/* A domain is laid out as its base. */
struct type_layout
type_layout(const struct type *t)
{
	t = domain_base(t, NULL);
	if (t->oid < FIRST_USER_OID)
		return (struct type_layout){builtin_char_cell(t->oid, TYPBYVAL, '0') == '1',
					    builtin_char_cell(t->oid, TYPALIGN, 'd'),
					    builtin_char_cell(t->oid, TYPSTORAGE, 'x')};
	if (t->typtype == 'e')
		return (struct type_layout){true, 'i', 'p'};
	return (struct type_layout){false, alignment(t), 'x'};
}

static void
put_functions(struct catrow *r, const struct type *t)
{
	const struct type *base = domain_base(t, NULL);
	const struct io_functions *f = functions_of(base);
	bool builtin = base->oid < FIRST_USER_OID;

	row_int(r, base != t ? DOMAIN_IN : f->in);
	row_int(r, builtin ? builtin_oid_cell(base->oid, TYPOUTPUT) : f->out);
	row_int(r, base != t ? DOMAIN_RECV : f->recv);
	row_int(r, builtin ? builtin_oid_cell(base->oid, TYPSEND) : f->send);
	row_int(r, 0);
	row_int(r, 0);
	row_int(r, builtin ? builtin_oid_cell(base->oid, TYPANALYZE) : f->analyze);
}

static void
put_user_type(struct catrow *r, const struct user_type *u)
{
	const struct type *t = u->type;
	const struct domain *dom = t->typtype == 'd' ? t->domain : NULL;
	struct type_layout layout = type_layout(t);

	row_int(r, t->oid);
	row_text(r, t->name);
	row_int(r, u->schema->oid);
	row_int(r, u->owner);
	row_int(r, t->len);
	row_int(r, layout.by_value);
	row_char(r, t->typtype);
	row_char(r, t->category ? t->category : 'X');
	row_int(r, 0);
	row_int(r, 1);
	row_char(r, t->delim);
	row_int(r, !t->elem_oid && u->rel ? u->rel->oid : 0);
	row_int(r, t->elem_oid ? ARRAY_SUBSCRIPT : 0);
	row_int(r, t->elem_oid);
	row_int(r, t->array_oid);
	put_functions(r, t);
	row_char(r, layout.align);
	row_char(r, layout.storage);
	row_int(r, dom && dom->not_null);
	row_int(r, dom ? t->base_oid : 0);
	row_int(r, dom ? dom->typmod : -1);
	row_int(r, dom && t->of && t->of->category == 'A');
	row_int(r, t->typtype == 'r' ? 0 : u->collation);
	row_text(r, dom ? dom->default_expr : NULL);
	row_text(r, dom && dom->default_expr
			    ? shown_types(r->scan->row, r->scan->snap,
					  r->scan->env ? r->scan->env->search_path : NULL,
					  dom->default_expr)
			    : NULL);
	row_null(r, 1);
}

/* r->at: 0 while in the constant rows, then 1 + the place among the user's types. */
static bool
pg_type_row(struct catscan *s, struct catrow *r)
{
	if (!r->at) {
		if (static_row(s, r, "pg_type"))
			return true;
		r->at = 1;
	}
	while (r->at <= s->snap->types.n) {
		const struct user_type *u = VEC_AT(struct user_type, &s->snap->types, r->at++ - 1);

		if (s->has_key && u->type->oid != s->key)
			continue;
		put_user_type(r, u);
		return true;
	}
	return false;
}
CATREL(pg_type, 32, 0);

/* Keyed by the type (enumtypid). */
static bool
pg_enum_row(struct catscan *s, struct catrow *r)
{
	for (; r->at < s->snap->types.n; r->at++, r->sub = 0) {
		const struct type *t = VEC_AT(struct user_type, &s->snap->types, r->at)->type;
		const struct enum_label *label;

		if (t->typtype != 'e' || !t->labels || r->sub >= t->labels->n ||
		    (s->has_key && t->oid != s->key))
			continue;
		label = &t->labels->at[r->sub++];
		row_int(r, label->oid);
		row_int(r, t->oid);
		row_real(r, label->sort_order);
		row_text(r, label->name);
		return true;
	}
	return false;
}
CATREL(pg_enum, 4, 1);

static bool
pg_range_row(struct catscan *s, struct catrow *r)
{
	if (!r->at) {
		if (static_row(s, r, "pg_range"))
			return true;
		r->at = 1;
	}
	while (r->at <= s->snap->types.n) {
		const struct user_type *u = VEC_AT(struct user_type, &s->snap->types, r->at++ - 1);
		const struct type *t = u->type;

		if (t->typtype != 'r' || !t->of || (s->has_key && t->oid != s->key))
			continue;
		row_int(r, t->oid);
		row_int(r, t->of->oid);
		row_int(r, t->multirange_oid);
		row_int(r, u->collation);
		row_int(r, u->opclass);
		row_int(r, 0);
		row_int(r, 0);
		return true;
	}
	return false;
}
CATREL(pg_range, 7, 0);
