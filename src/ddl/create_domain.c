/*
 * CREATE DOMAIN.
 */
#include "ddl/domain_check.h"
#include "ddl/names.h"
#include "ddl/usertype_rows.h"

struct domain_draft {
	struct ddl *d;
	struct type_place place;
	const struct type *base;
	struct domain dom;
	bool null_seen, default_seen;
	struct vec checks; /* struct domain_constraint */
};

static bool
refuse(struct ddl *d, const char *sqlstate, const char *message)
{
	return err_set(d->err, sqlstate, -1, "%s", message);
}

static bool
take_default(struct domain_draft *t, const PgQuery__Constraint *c)
{
	if (t->default_seen)
		return refuse(t->d, ERR_SYNTAX_ERROR, "multiple default expressions");
	t->default_seen = true;
	return domain_default_text(t->d, t->place.name, c->raw_expr, t->base, t->dom.typmod,
				   &t->dom.default_expr);
}

static bool
take_null(struct domain_draft *t, bool not_null)
{
	if (t->null_seen && t->dom.not_null != not_null)
		return refuse(t->d, ERR_SYNTAX_ERROR, "conflicting NULL/NOT NULL constraints");
	t->null_seen = true;
	t->dom.not_null = not_null;
	return true;
}

/* All clauses but CHECK, whose expressions are read when the rest is known. */
static bool
take_clause(struct domain_draft *t, const PgQuery__Constraint *c)
{
	switch (c->contype) {
	case PG_QUERY__CONSTR_TYPE__CONSTR_DEFAULT:
		return take_default(t, c);
	case PG_QUERY__CONSTR_TYPE__CONSTR_NOTNULL:
		return take_null(t, true);
	case PG_QUERY__CONSTR_TYPE__CONSTR_NULL:
		return take_null(t, false);
	default:
		return domain_clause_allowed(t->d, c);
	}
}

static bool
take_check(struct domain_draft *t, const PgQuery__Constraint *node)
{
	struct domain_constraint *c = ARENA_NEW(t->d->arena, struct domain_constraint);

	if (!domain_check_new(t->d, &t->place, &t->checks, node, t->base, t->dom.typmod, c))
		return false;
	vec_push(t->d->arena, &t->checks, c);
	return true;
}

static bool
valid_base(struct domain_draft *t, const PgQuery__CreateDomainStmt *s)
{
	const struct type *b = t->base;

	if (b->typtype == 'p')
		return err_set(t->d->err, ERR_DATATYPE_MISMATCH, -1,
			       "\"%s\" is not a valid base type for a domain",
			       usertype_written(t->d, s->type_name->names, s->type_name->n_names));
	if (!b->in || !b->out)
		return err_unsupported(t->d->err, -1, "type %s", usertype_display(t->d, b));
	if (b->typtype == 'd' && b->domain)
		t->dom.default_expr = b->domain->default_expr;
	return usertype_collation(t->d, s->coll_clause, b, &t->dom.collation);
}

static bool
write_domain(struct domain_draft *t)
{
	struct ddl *d = t->d;
	struct type_row row = {.typtype = 'd', .base = t->base->oid, .domain = &t->dom};

	if (!(row.array_oid = ddl_new_oid(d)) || !(row.oid = ddl_new_oid(d)) ||
	    !type_rows_add(d, &t->place, &row))
		return false;
	for (int i = 0; i < t->checks.n; i++)
		if (!type_rows_add_check(d, t->place.schema->temp, row.oid, t->checks.v[i]))
			return false;
	return true;
}

static bool
create_domain(struct ddl *d, const PgQuery__Node *node)
{
	const PgQuery__CreateDomainStmt *s = node->create_domain_stmt;
	struct domain_draft t = {.d = d, .dom.typmod = -1};

	if (!usertype_place(d, s->domainname, s->n_domainname, &t.place) ||
	    !usertype_name_free(d, t.place.schema, t.place.name) ||
	    !usertype_part(d, s->type_name, &t.base, &t.dom.typmod) || !valid_base(&t, s))
		return false;
	for (size_t i = 0; i < s->n_constraints; i++)
		if (!take_clause(&t, s->constraints[i]->constraint))
			return false;
	for (size_t i = 0; i < s->n_constraints; i++)
		if (s->constraints[i]->constraint->contype == PG_QUERY__CONSTR_TYPE__CONSTR_CHECK &&
		    !take_check(&t, s->constraints[i]->constraint))
			return false;
	return write_domain(&t);
}

const struct ddl_command ddl_create_domain = {PG_QUERY__NODE__NODE_CREATE_DOMAIN_STMT,
					      DDL_TRANSACTION, "CREATE DOMAIN", create_domain,
					      NULL};
