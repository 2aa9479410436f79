#include "ddl/domain_check.h"

#include "ddl/names.h"

static bool
impossible(struct ddl *d, const char *what)
{
	return err_set(d->err, ERR_SYNTAX_ERROR, -1, "%s constraints not possible for domains",
		       what);
}

bool
domain_clause_allowed(struct ddl *d, const PgQuery__Constraint *c)
{
	switch (c->contype) {
	case PG_QUERY__CONSTR_TYPE__CONSTR_CHECK:
		return !c->is_no_inherit ||
		       err_set(d->err, ERR_INVALID_OBJECT_DEFINITION, -1,
			       "check constraints for domains cannot be marked NO INHERIT");
	case PG_QUERY__CONSTR_TYPE__CONSTR_UNIQUE:
		return impossible(d, "unique");
	case PG_QUERY__CONSTR_TYPE__CONSTR_PRIMARY:
		return impossible(d, "primary key");
	case PG_QUERY__CONSTR_TYPE__CONSTR_EXCLUSION:
		return impossible(d, "exclusion");
	case PG_QUERY__CONSTR_TYPE__CONSTR_FOREIGN:
		return impossible(d, "foreign key");
	case PG_QUERY__CONSTR_TYPE__CONSTR_ATTR_DEFERRABLE:
	case PG_QUERY__CONSTR_TYPE__CONSTR_ATTR_NOT_DEFERRABLE:
	case PG_QUERY__CONSTR_TYPE__CONSTR_ATTR_DEFERRED:
	case PG_QUERY__CONSTR_TYPE__CONSTR_ATTR_IMMEDIATE:
		return err_set(d->err, ERR_FEATURE_NOT_SUPPORTED, -1,
			       "specifying constraint deferrability not supported for domains");
	default:
		return err_unsupported(d->err, -1, "this constraint of a domain");
	}
}

bool
domain_default_text(struct ddl *d, const char *domain, const PgQuery__Node *expr,
		    const struct type *base, int32_t typmod, const char **text)
{
	struct expr *e = NULL;
	char *printed = NULL;
	bool ok;

	*text = NULL;
	if (!expr)
		return true;
	d->compile->column = domain;
	ok = compile_expr(d->compile, d->arena, STANDALONE_DEFAULT, expr, NULL, base->oid, typmod,
			  &printed, NULL, &e);
	d->compile->column = NULL;
	if (!ok)
		return usertype_fail(d);
	if (!e || e->kind != EX_CONST || e->con.value.class != DATUM_NULL)
		*text = printed;
	return true;
}

/* A constraint's name is chosen to be the only one of its schema. */
struct names {
	const struct schema *schema;
	const struct vec *others;
};

static bool
in_list(const struct vec *list, const char *name)
{
	for (int i = 0; i < list->n; i++)
		if (!strcmp(VEC_AT(struct domain_constraint, list, i)->name, name))
			return true;
	return false;
}

static bool
of_domain(const struct type *t, const char *name)
{
	for (int i = 0; t->typtype == 'd' && t->domain && i < t->domain->nchecks; i++)
		if (!strcmp(t->domain->checks[i].name, name))
			return true;
	return false;
}

static bool
of_relation(const struct relation *rel, const char *name)
{
	for (int i = 0; i < rel->constraints.n; i++)
		if (!strcmp(VEC_AT(struct constraint, &rel->constraints, i)->name, name))
			return true;
	return false;
}

static bool
name_taken(struct ddl *d, const char *name, const void *arg)
{
	const struct snapshot *s = d->compile->snapshot;
	const struct names *n = arg;

	if (in_list(n->others, name))
		return true;
	for (int i = 0; i < s->types.n; i++) {
		const struct user_type *u = s->types.v[i];

		if (u->schema->oid == n->schema->oid && of_domain(u->type, name))
			return true;
	}
	for (int i = 0; i < s->relations.n; i++) {
		const struct relation *rel = s->relations.v[i];

		if (rel->schema->oid == n->schema->oid && of_relation(rel, name))
			return true;
	}
	return false;
}

bool
domain_check_new(struct ddl *d, const struct type_place *place, const struct vec *others,
		 const PgQuery__Constraint *node, const struct type *base, int32_t typmod,
		 struct domain_constraint *out)
{
	struct names names = {place->schema, others};
	char *text;

	*out = (struct domain_constraint){.validated = !node->skip_validation};
	if (node->conname && *node->conname) {
		if (in_list(others, node->conname))
			return err_set(d->err, ERR_DUPLICATE_OBJECT, -1,
				       "constraint \"%s\" for domain \"%s\" already exists",
				       node->conname, place->name);
		out->name = node->conname;
	} else {
		out->name = choose_name(d, place->name, NULL, "check", name_taken, &names);
	}
	if (!usertype_check_text(d, node->raw_expr, base->oid, typmod, &text))
		return false;
	out->expr = text;
	return true;
}
