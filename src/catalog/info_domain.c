/*
 * The five domains of information_schema. Made with the built-in relations, immutable after that.
 */
#include "catalog/load.h"
#include "types/domain.h"

struct row {
	const char *name;
	oid_t oid, array, base, collation;
	int32_t typmod;
	const char *default_expr;
	struct domain_constraint check; /* no name: none */
};

static const struct row rows[] = {
	{.name = "cardinal_number",
	 .oid = 13221,
	 .array = 13220,
	 .base = T_INT4,
	 .typmod = -1,
	 .check = {13222, "cardinal_number_domain_check", "(VALUE >= 0)", true}},
	{.name = "character_data",
	 .oid = 13224,
	 .array = 13223,
	 .base = T_VARCHAR,
	 .collation = COLLATION_C,
	 .typmod = -1},
	{.name = "sql_identifier",
	 .oid = 13226,
	 .array = 13225,
	 .base = T_NAME,
	 .collation = COLLATION_C,
	 .typmod = -1},
	{.name = "time_stamp",
	 .oid = 13232,
	 .array = 13231,
	 .base = T_TIMESTAMPTZ,
	 .typmod = 2,
	 .default_expr = "CURRENT_TIMESTAMP(2)"},
	{.name = "yes_or_no",
	 .oid = 13234,
	 .array = 13233,
	 .base = T_VARCHAR,
	 .collation = COLLATION_C,
	 .typmod = 7,
	 .check = {13235, "yes_or_no_check",
		   "((VALUE)::text = ANY ((ARRAY['YES'::character varying, 'NO'::character "
		   "varying])::text[]))",
		   true}},
};

static struct type types[COUNTOF(rows)], *arrays[COUNTOF(rows)];
static struct domain domains[COUNTOF(rows)];
static struct user_type users[2 * COUNTOF(rows)]; /* the domains, then their arrays */

static void
make_domain(struct arena *a, size_t i)
{
	const struct row *row = &rows[i];
	const struct type *base = type_builtin(row->base);
	struct type *t = &types[i];

	domains[i] = (struct domain){.typmod = row->typmod,
				     .collation = row->collation,
				     .default_expr = row->default_expr,
				     .nchecks = row->check.name != NULL,
				     .checks = &row->check};
	*t = (struct type){.oid = row->oid,
			   .name = row->name,
			   .typtype = 'd',
			   .array_oid = row->array,
			   .category = base->category,
			   .len = base->len,
			   .delim = base->delim,
			   .stored = base->stored,
			   .decl = base->decl,
			   .collation = base->collation,
			   .collate = base->collate ? domain_collate : NULL,
			   .base_oid = row->base,
			   .of = base,
			   .domain = &domains[i],
			   .in = domain_in,
			   .out = domain_out,
			   .recv = domain_recv,
			   .send = domain_send};
	users[i] = (struct user_type){t, &schema_information_schema, BOOTSTRAP_SUPERUSER,
				      .collation = row->collation};
	arrays[i] = make_array_type(a, NULL, row->array, arena_printf(a, "_%s", row->name), t);
	users[i + COUNTOF(rows)] = users[i];
	users[i + COUNTOF(rows)].type = arrays[i];
}

void
info_domains_make(struct arena *a, struct map *by_oid)
{
	for (size_t i = 0; i < COUNTOF(rows); i++) {
		make_domain(a, i);
		map_put(by_oid, oid_key(a, types[i].oid), sizeof(oid_t), &types[i]);
		map_put(by_oid, oid_key(a, arrays[i]->oid), sizeof(oid_t), arrays[i]);
	}
}

const struct user_type *
info_domain_at(int i)
{
	builtin_row_type(0); /* they are made */
	return i >= 0 && i < INFO_DOMAINS ? &users[i] : NULL;
}

const struct user_type *
info_domain_by_oid(oid_t oid)
{
	builtin_row_type(0);
	for (size_t i = 0; i < COUNTOF(users) && oid < FIRST_USER_OID; i++)
		if (users[i].type->oid == oid)
			return &users[i];
	return NULL;
}

const struct type *
info_domain_by_name(const char *name)
{
	builtin_row_type(0);
	for (size_t i = 0; i < COUNTOF(rows); i++) {
		if (!strcmp(types[i].name, name))
			return &types[i];
		if (!strcmp(arrays[i]->name, name))
			return arrays[i];
	}
	return NULL;
}

bool
is_info_domain(const struct type *t)
{
	return t >= types && t < types + COUNTOF(types);
}

bool
info_domain_takes(const struct type *t, const struct datum *value)
{
	if (value->class == DATUM_NULL || !t->domain->nchecks)
		return true;
	if (value->class == DATUM_INT)
		return value->i >= 0;
	return (value->n == 3 && !memcmp(value->p, "YES", 3)) ||
	       (value->n == 2 && !memcmp(value->p, "NO", 2));
}
