/*
 * ALTER DOMAIN. A new constraint is held against the columns that the domain, or a domain over it,
 * has in tables; values inside arrays, rows and ranges are not looked for, so such columns stand in
 * the way.
 */
#include "ddl/domain_check.h"
#include "ddl/sqlite_text.h"
#include "ddl/usertype_rows.h"

struct alter_domain {
	struct ddl *d;
	const struct user_type *u;
	const struct domain *dom;
	bool temp;
};

/* ---- the columns that a new constraint concerns ---- */

/* The domain's own columns. False: a column holds it inside something else. */
static bool
find_columns(struct alter_domain *a, struct vec *out)
{
	const struct type_user *inside = usertype_domain_columns(a->d, a->u->type, out);

	return !inside || usertype_in_use(a->d, a->u->type, inside);
}

static bool
some_row(void *arg, const struct datum *cols, int ncols)
{
	(void)cols;
	(void)ncols;
	*(bool *)arg = true;
	return true;
}

/* Is there a row of the column's table for which the condition, over the column, holds? */
static bool
some_value(struct ddl *d, const struct type_user *user, const char *condition, bool *found)
{
	struct buf sql = BUF_INIT;
	bool ok;

	*found = false;
	buf_puts(&sql, "SELECT 1 FROM (SELECT ");
	sqlite_identifier(&sql, user->col->physical);
	buf_printf(&sql, " AS value FROM %s.", user->rel->schema->temp ? "temp" : "main");
	sqlite_identifier(&sql, user->rel->physical);
	buf_printf(&sql, ") WHERE %s LIMIT 1", condition);
	ok = conn_query(d->conn, buf_str(&sql), NULL, 0, some_row, found);
	buf_release(&sql);
	return ok;
}

static bool
column_error(struct ddl *d, const struct type_user *user)
{
	return err_object(d->err, user->rel->schema->name, user->rel->name, user->col->name, NULL);
}

static bool
check_nulls(struct alter_domain *a)
{
	struct vec columns = {0};
	bool found;

	if (!find_columns(a, &columns))
		return false;
	for (int i = 0; i < columns.n; i++) {
		const struct type_user *user = columns.v[i];

		if (!some_value(a->d, user, "value IS NULL", &found))
			return false;
		if (!found)
			continue;
		err_set(a->d->err, ERR_NOT_NULL_VIOLATION, -1,
			"column \"%s\" of table \"%s\" contains null values", user->col->name,
			user->rel->name);
		return column_error(a->d, user);
	}
	return true;
}

static bool
check_values(struct alter_domain *a, const char *expr)
{
	const struct relation *value =
		domain_value_relation(a->d->arena, a->d->compile->snapshot, a->u->type->base_oid,
				      a->dom->typmod, a->dom->collation);
	struct vec columns = {0};
	char *condition;
	bool found;

	if (!find_columns(a, &columns))
		return false;
	if (!columns.n)
		return true;
	if (!sqlite_expr(a->d, STANDALONE_CHECK, expr, value, T_BOOL, -1, &condition, NULL))
		return usertype_fail(a->d);
	condition = arena_printf(a->d->arena, "NOT (%s)", condition);
	for (int i = 0; i < columns.n; i++) {
		const struct type_user *user = columns.v[i];

		if (!some_value(a->d, user, condition, &found))
			return false;
		if (!found)
			continue;
		err_set(a->d->err, ERR_CHECK_VIOLATION, -1,
			"column \"%s\" of table \"%s\" contains values that violate the new "
			"constraint",
			user->col->name, user->rel->name);
		return column_error(a->d, user);
	}
	return true;
}

/* ---- DEFAULT, NOT NULL ---- */

static bool
set_default(struct alter_domain *a, const PgQuery__AlterDomainStmt *s)
{
	const char *text = NULL;

	return domain_default_text(a->d, a->u->type->name, s->def, a->u->type->of, a->dom->typmod,
				   &text) &&
	       ROWS_EXEC(a->d, a->temp,
			 "UPDATE %s.\"litephant.pg_type\" SET typdefault = ?2 WHERE oid = ?1",
			 datum_int(a->u->type->oid), row_text(text));
}

static bool
set_not_null(struct alter_domain *a, bool on)
{
	if (a->dom->not_null == on)
		return true;
	return (!on || check_nulls(a)) &&
	       ROWS_EXEC(a->d, a->temp,
			 "UPDATE %s.\"litephant.pg_type\" SET typnotnull = ?2 WHERE oid = ?1",
			 datum_int(a->u->type->oid), datum_int(on));
}

/* ---- constraints ---- */

static const struct domain_constraint *
check_named(const struct domain *dom, const char *name)
{
	for (int i = 0; i < dom->nchecks; i++)
		if (!strcmp(dom->checks[i].name, name))
			return &dom->checks[i];
	return NULL;
}

static const char *
no_constraint(struct alter_domain *a, const char *name)
{
	return arena_printf(a->d->arena, "constraint \"%s\" of domain \"%s\" does not exist", name,
			    a->u->type->name);
}

static bool
add_constraint(struct alter_domain *a, const PgQuery__AlterDomainStmt *s)
{
	const PgQuery__Constraint *node = s->def->constraint;
	struct type_place place = {a->u->schema, a->u->type->name};
	struct domain_constraint c;
	struct vec others = {0};

	/* NO INHERIT means nothing to a domain; PostgreSQL refuses it in CREATE DOMAIN only. */
	if (node->contype != PG_QUERY__CONSTR_TYPE__CONSTR_CHECK)
		return domain_clause_allowed(a->d, node);
	for (int i = 0; i < a->dom->nchecks; i++)
		vec_push(a->d->arena, &others, (void *)(uintptr_t)&a->dom->checks[i]);
	return domain_check_new(a->d, &place, &others, node, a->u->type->of, a->dom->typmod, &c) &&
	       (!c.validated || check_values(a, c.expr)) &&
	       type_rows_add_check(a->d, a->temp, a->u->type->oid, &c);
}

static bool
drop_constraint(struct alter_domain *a, const PgQuery__AlterDomainStmt *s)
{
	const struct domain_constraint *c = check_named(a->dom, s->name);

	if (c)
		return type_rows_drop_check(a->d, a->temp, c->oid);
	if (!s->missing_ok)
		return err_set(a->d->err, ERR_UNDEFINED_OBJECT, -1, "%s",
			       no_constraint(a, s->name));
	a->d->host->notice(a->d->host->arg, "NOTICE", ERR_SUCCESSFUL_COMPLETION,
			   arena_printf(a->d->arena, "%s, skipping", no_constraint(a, s->name)),
			   NULL);
	return true;
}

static bool
validate_constraint(struct alter_domain *a, const PgQuery__AlterDomainStmt *s)
{
	const struct domain_constraint *c = check_named(a->dom, s->name);

	if (!c)
		return err_set(a->d->err, ERR_UNDEFINED_OBJECT, -1, "%s",
			       no_constraint(a, s->name));
	return check_values(a, c->expr) &&
	       ROWS_EXEC(a->d, a->temp,
			 "UPDATE %s.\"litephant.domain_constraint\" SET convalidated = 1 WHERE oid "
			 "= ?1",
			 datum_int(c->oid));
}

static bool
alter_domain(struct ddl *d, const PgQuery__Node *node)
{
	const PgQuery__AlterDomainStmt *s = node->alter_domain_stmt;
	struct alter_domain a = {.d = d};
	const struct type *t;

	if (!rows_init(d, false) || !usertype_named(d, s->type_name, s->n_type_name, &t))
		return false;
	a.u = snapshot_user_type(d->compile->snapshot, t->oid);
	if (t->typtype != 'd' || !a.u || !t->domain)
		return err_set(d->err, ERR_WRONG_OBJECT_TYPE, -1, "%s is not a domain",
			       usertype_display(d, t));
	a.dom = t->domain;
	a.temp = a.u->schema->temp;
	switch (*s->subtype) {
	case 'T':
		return set_default(&a, s);
	case 'N':
		return set_not_null(&a, false);
	case 'O':
		return set_not_null(&a, true);
	case 'C':
		return add_constraint(&a, s);
	case 'X':
		return drop_constraint(&a, s);
	case 'V':
		return validate_constraint(&a, s);
	default:
		return err_unsupported(d->err, -1, "this form of ALTER DOMAIN");
	}
}

const struct ddl_command ddl_alter_domain = {PG_QUERY__NODE__NODE_ALTER_DOMAIN_STMT,
					     DDL_TRANSACTION, "ALTER DOMAIN", alter_domain, NULL};
