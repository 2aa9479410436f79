#include "ddl/drop.h"
#include "ddl/names.h"
#include "ddl/rows.h"
#include "ddl/usertype.h"

static const struct relation *
relation_of(struct ddl *d, const PgQuery__List *names, size_t n)
{
	PgQuery__RangeVar rv = PG_QUERY__RANGE_VAR__INIT;

	rv.relname = (char *)node_string(names->items[n - 1]);
	rv.schemaname = n > 1 ? (char *)node_string(names->items[n - 2]) : (char *)"";
	rv.catalogname = (char *)"";
	rv.location = -1;
	return ddl_relation(d, &rv, false);
}

static bool
comment_relation(struct ddl *d, const PgQuery__CommentStmt *s, char kind, const char *word)
{
	const struct relation *rel = relation_of(d, s->object->list, s->object->list->n_items);

	if (!rel)
		return false;
	if (rel->kind != kind)
		return err_set(d->err, ERR_WRONG_OBJECT_TYPE, -1, "\"%s\" is not %s %s", rel->name,
			       kind == 'i' ? "an" : "a", word);
	return rows_adopt(d, rel->kind == 'i' ? rel->index->rel : rel) &&
	       rows_set_comment(d, rel->oid, CLASS_PG_CLASS, 0, s->comment, rel->schema->temp);
}

static bool
comment_column(struct ddl *d, const PgQuery__CommentStmt *s)
{
	const PgQuery__List *l = s->object->list;
	const struct relation *rel = relation_of(d, l, l->n_items - 1);
	const struct column *col;

	if (!rel)
		return false;
	col = relation_column(rel, node_string(l->items[l->n_items - 1]));
	if (!col)
		return err_set(d->err, ERR_UNDEFINED_COLUMN, -1,
			       "column \"%s\" of relation \"%s\" does not exist",
			       node_string(l->items[l->n_items - 1]), rel->name);
	return rows_adopt(d, rel) && rows_set_comment(d, rel->oid, CLASS_PG_CLASS, col->attnum,
						      s->comment, rel->schema->temp);
}

static bool
comment_constraint(struct ddl *d, const PgQuery__CommentStmt *s)
{
	const PgQuery__List *l = s->object->list;
	const struct relation *rel = relation_of(d, l, l->n_items - 1);
	const char *name = node_string(l->items[l->n_items - 1]);

	if (!rel)
		return false;
	for (int i = 0; i < rel->constraints.n; i++) {
		const struct constraint *c = rel->constraints.v[i];

		if (!strcmp(c->name, name))
			return rows_adopt(d, rel) &&
			       rows_set_comment(d, c->oid, CLASS_PG_CONSTRAINT, 0, s->comment,
						rel->schema->temp);
	}
	return err_set(d->err, ERR_UNDEFINED_OBJECT, -1,
		       "constraint \"%s\" for table \"%s\" does not exist", name, rel->name);
}

static bool
comment_type(struct ddl *d, const PgQuery__CommentStmt *s)
{
	const PgQuery__TypeName *name = s->object->type_name;
	const struct user_type *u;
	const struct type *t;

	if (!usertype_find_type(d, name, false, &t))
		return false;
	if (s->objtype == PG_QUERY__OBJECT_TYPE__OBJECT_DOMAIN && t->typtype != 'd')
		return err_set(d->err, ERR_WRONG_OBJECT_TYPE, -1, "\"%s\" is not a domain",
			       usertype_written(d, name->names, name->n_names));
	u = snapshot_user_type(d->compile->snapshot, t->oid);
	return rows_set_comment(d, t->oid, CLASS_PG_TYPE, 0, s->comment, u && u->schema->temp);
}

static bool
comment_domain_constraint(struct ddl *d, const PgQuery__CommentStmt *s)
{
	const PgQuery__List *l = s->object->list;
	const char *name = node_string(l->items[1]);
	const struct type *t;

	if (!usertype_find_type(d, l->items[0]->type_name, false, &t))
		return false;
	for (int i = 0; t->typtype == 'd' && t->domain && i < t->domain->nchecks; i++)
		if (!strcmp(t->domain->checks[i].name, name))
			return rows_set_comment(
				d, t->domain->checks[i].oid, CLASS_PG_CONSTRAINT, 0, s->comment,
				snapshot_user_type(d->compile->snapshot, t->oid)->schema->temp);
	return err_set(d->err, ERR_UNDEFINED_OBJECT, -1,
		       "constraint \"%s\" for domain %s does not exist", name,
		       usertype_display(d, t));
}

static bool
comment_schema(struct ddl *d, const PgQuery__CommentStmt *s)
{
	const struct schema *schema = schema_or_error(d, node_string(s->object), -1);

	return schema && rows_set_comment(d, schema->oid, CLASS_PG_NAMESPACE, 0, s->comment, false);
}

static bool
comment(struct ddl *d, const PgQuery__Node *node)
{
	const PgQuery__CommentStmt *s = node->comment_stmt;

	if (!rows_init(d, false))
		return false;
	switch (s->objtype) {
	case PG_QUERY__OBJECT_TYPE__OBJECT_TABLE:
		return comment_relation(d, s, 'r', "table");
	case PG_QUERY__OBJECT_TYPE__OBJECT_VIEW:
		return comment_relation(d, s, 'v', "view");
	case PG_QUERY__OBJECT_TYPE__OBJECT_INDEX:
		return comment_relation(d, s, 'i', "index");
	case PG_QUERY__OBJECT_TYPE__OBJECT_SEQUENCE:
		return comment_relation(d, s, 'S', "sequence");
	case PG_QUERY__OBJECT_TYPE__OBJECT_COLUMN:
		return comment_column(d, s);
	case PG_QUERY__OBJECT_TYPE__OBJECT_TABCONSTRAINT:
		return comment_constraint(d, s);
	case PG_QUERY__OBJECT_TYPE__OBJECT_SCHEMA:
		return comment_schema(d, s);
	case PG_QUERY__OBJECT_TYPE__OBJECT_TYPE:
	case PG_QUERY__OBJECT_TYPE__OBJECT_DOMAIN:
		return comment_type(d, s);
	case PG_QUERY__OBJECT_TYPE__OBJECT_DOMCONSTRAINT:
		return comment_domain_constraint(d, s);
	default:
		return err_unsupported(d->err, -1, "COMMENT ON this kind of object");
	}
}

const struct ddl_command ddl_comment = {PG_QUERY__NODE__NODE_COMMENT_STMT, DDL_TRANSACTION,
					"COMMENT", comment, NULL};
