#include "ddl/constraint.h"
#include "ddl/names.h"
#include "ddl/rows.h"
#include "ddl/sqlite_text.h"
#include "ddl/table.h"

struct index_build {
	struct ddl *d;
	const struct relation *rel;
	struct index *ix;
	struct buf name; /* column names joined, for a chosen name */
	int16_t *cols, *options;
	oid_t *classes, *collations;
	const char **exprs;
};

static bool
refuse_clauses(struct ddl *d, const PgQuery__IndexStmt *s)
{
	if (s->nulls_not_distinct)
		return err_unsupported(d->err, -1, "NULLS NOT DISTINCT");
	if (s->access_method && *s->access_method && strcmp(s->access_method, "btree") != 0 &&
	    strcmp(s->access_method, "hash") != 0)
		return err_unsupported(d->err, -1, "access method \"%s\"", s->access_method);
	if (s->table_space && *s->table_space && strcmp(s->table_space, "pg_default") != 0)
		return err_unsupported(d->err, -1, "TABLESPACE \"%s\"", s->table_space);
	for (size_t i = 0; i < s->n_options; i++) {
		const char *name = s->options[i]->def_elem->defname;

		if (strcmp(name, "fillfactor") != 0 && strcmp(name, "deduplicate_items") != 0)
			return err_set(d->err, ERR_INVALID_PARAMETER_VALUE, -1,
				       "unrecognized parameter \"%s\"", name);
	}
	return true;
}

/* What a key is over. */
struct key_facts {
	const struct type *type;
	oid_t collation;
};

/* Operator classes choose an order; only those of the default order are ours. *chosen gets the
 * class if it is not the type's default one. */
static bool
read_opclass(struct index_build *b, const PgQuery__IndexElem *e, const struct type *t,
	     oid_t *chosen)
{
	struct ddl *d = b->d;
	oid_t method = strcmp(b->ix->method, "hash") ? 403 : 405, class, wanted, intype = 0,
	      own = 0;
	const char *name;

	*chosen = 0;
	if (e->n_opclassopts)
		return err_unsupported(d->err, -1, "operator class parameters");
	if (!e->n_opclass)
		return true;
	name = node_string(e->opclass[e->n_opclass - 1]);
	if (!(class = catalog_opclass_named(name, method, &intype)))
		return err_set(d->err, ERR_UNDEFINED_OBJECT, -1,
			       "operator class \"%s\" does not exist for access method \"%s\"",
			       name, b->ix->method);
	wanted = default_opclass(snapshot_operator_type(d->compile->snapshot, t->oid), method, &own,
				 NULL);
	if (!wanted || own != intype)
		return err_set(d->err, ERR_DATATYPE_MISMATCH, -1,
			       "operator class \"%s\" does not accept data type %s", name,
			       snapshot_format_type(d->arena, d->compile->snapshot,
						    d->compile->search_path, t->oid, -1));
	if (!strcmp(name, "record_image_ops"))
		return err_unsupported(d->err, -1, "operator class \"%s\"", name);
	*chosen = class == wanted ? 0 : class;
	return true;
}

/* *chosen gets the collation if it is not the key's own one. */
static bool
read_collation(struct index_build *b, const PgQuery__IndexElem *e, const struct key_facts *key,
	       oid_t *chosen)
{
	struct ddl *d = b->d;
	const char *name;
	oid_t oid;

	*chosen = 0;
	if (!e->n_collation)
		return true;
	name = node_string(e->collation[e->n_collation - 1]);
	oid = !strcmp(name, "C")         ? COLLATION_C
	      : !strcmp(name, "POSIX")   ? COLLATION_POSIX
	      : !strcmp(name, "default") ? COLLATION_DEFAULT
					 : 0;
	if (!oid)
		return err_unsupported(d->err, -1, "collation \"%s\"", name);
	if (!key->collation)
		return err_set(d->err, ERR_DATATYPE_MISMATCH, -1,
			       "collations are not supported by type %s",
			       snapshot_format_type(d->arena, d->compile->snapshot,
						    d->compile->search_path, key->type->oid, -1));
	*chosen = oid == key->collation ? 0 : oid;
	return true;
}

bool
index_orders(struct ddl *d, const struct type *t, const char *method)
{
	method = strcmp(method, "hash") ? "btree" : "hash";
	if (!t || default_opclass(t->oid, *method == 'h' ? 405 : 403, NULL, NULL) || t->elem_oid ||
	    t->typtype != 'b')
		return true;
	err_set(d->err, ERR_UNDEFINED_OBJECT, -1,
		"data type %s has no default operator class for access method \"%s\"",
		snapshot_format_type(d->arena, d->compile->snapshot, d->compile->search_path,
				     t->oid, -1),
		method);
	return err_hint(d->err, "You must specify an operator class for the index or define a "
				"default operator class for the data type.");
}

static bool
add_column_key(struct index_build *b, int i, const char *name)
{
	const struct column *col = relation_column(b->rel, name);

	if (!col && system_column(name))
		return err_set(b->d->err, ERR_FEATURE_NOT_SUPPORTED, -1,
			       "index creation on system columns is not supported");
	if (!col)
		return err_set(b->d->err, ERR_UNDEFINED_COLUMN, -1, "column \"%s\" does not exist",
			       name);
	b->cols[i] = col->attnum;
	buf_printf(&b->name, "%s%s", b->name.len ? "_" : "", name);
	return true;
}

static bool
add_expr_key(struct index_build *b, int i, const PgQuery__Node *node, struct key_facts *key)
{
	struct expr *e = NULL;
	char *text;

	if (!compile_expr(b->d->compile, b->d->arena, STANDALONE_INDEX, node, b->rel, 0, -1, &text,
			  NULL, &e))
		return false;
	if (e && e->kind == EX_VAR && e->var.col >= 0)
		return add_column_key(b, i, b->rel->cols[e->var.col].name);
	if (e)
		*key = (struct key_facts){snapshot_type(b->d->compile->snapshot, e->type),
					  e->collation};
	b->exprs[b->ix->nexprs++] = text;
	buf_printf(&b->name, "%s%s", b->name.len ? "_" : "",
		   e && e->kind == EX_FUNC ? e->func.proc->name : "expr");
	return true;
}

static bool
add_key(struct index_build *b, int i, const PgQuery__IndexElem *e)
{
	bool desc = e->ordering == PG_QUERY__SORT_BY_DIR__SORTBY_DESC;
	bool first = e->nulls_ordering == PG_QUERY__SORT_BY_NULLS__SORTBY_NULLS_FIRST ||
		     (desc && e->nulls_ordering != PG_QUERY__SORT_BY_NULLS__SORTBY_NULLS_LAST);
	struct key_facts key = {NULL, 0};

	b->options[i] = (int16_t)(desc | (first ? 2 : 0));
	if (!(e->name && *e->name ? add_column_key(b, i, e->name)
				  : add_expr_key(b, i, e->expr, &key)))
		return false;
	if (b->cols[i]) {
		const struct column *c = relation_column_at(b->rel, b->cols[i]);

		key = (struct key_facts){c->type, c->collation};
	}
	if (!key.type)
		return true;
	return read_collation(b, e, &key, &b->collations[i]) &&
	       read_opclass(b, e, key.type, &b->classes[i]) &&
	       (!b->cols[i] || e->n_opclass || index_orders(b->d, key.type, b->ix->method));
}

static bool
read_keys(struct index_build *b, const PgQuery__IndexStmt *s)
{
	size_t n = s->n_index_params + s->n_index_including_params;

	b->cols = ARENA_ARRAY(b->d->arena, int16_t, n);
	b->options = ARENA_ARRAY(b->d->arena, int16_t, n);
	b->classes = ARENA_ARRAY(b->d->arena, oid_t, n);
	b->collations = ARENA_ARRAY(b->d->arena, oid_t, n);
	b->exprs = ARENA_ARRAY(b->d->arena, const char *, n);
	b->ix->cols = b->cols;
	b->ix->options = b->options;
	b->ix->classes = b->classes;
	b->ix->collations = b->collations;
	b->ix->exprs = b->exprs;
	b->ix->nkeys = (int)s->n_index_params;
	b->ix->ncols = (int)n;
	for (size_t i = 0; i < n; i++) {
		bool key = i < s->n_index_params;
		const PgQuery__IndexElem *e =
			(key ? s->index_params[i]
			     : s->index_including_params[i - s->n_index_params])
				->index_elem;

		if (!key && (!e->name || !*e->name))
			return err_set(b->d->err, ERR_FEATURE_NOT_SUPPORTED, -1,
				       "expressions are not supported in included columns");
		if (key ? !add_key(b, (int)i, e) : !add_column_key(b, (int)i, e->name))
			return false;
	}
	if (!s->where_clause)
		return true;
	return compile_expr(b->d->compile, b->d->arena, STANDALONE_PREDICATE, s->where_clause,
			    b->rel, T_BOOL, -1, (char **)&b->ix->predicate, NULL, NULL);
}

static bool
name_index(struct index_build *b, const PgQuery__IndexStmt *s, bool *skip)
{
	struct ddl *d = b->d;
	struct relation *self = (struct relation *)b->ix->self;

	*skip = false;
	if (s->idxname && *s->idxname) {
		self->name = arena_strdup(d->arena, s->idxname);
		return table_exists_notice(d, b->rel->schema, s->idxname, s->if_not_exists, skip);
	}
	self->name = choose_name(d, b->rel->name, buf_str(&b->name), "idx", relation_name_taken,
				 b->rel->schema);
	return true;
}

static bool
build(struct index_build *b, const PgQuery__IndexStmt *s)
{
	struct ddl *d = b->d;
	struct relation *self = ARENA_NEW(d->arena, struct relation);
	bool skip;

	b->ix = ARENA_NEW(d->arena, struct index);
	b->ix->self = self;
	b->ix->rel = b->rel;
	b->ix->unique = s->unique;
	b->ix->immediate = b->ix->valid = true;
	b->ix->method = s->access_method && *s->access_method ? s->access_method : "btree";
	if (!read_keys(b, s) || !name_index(b, s, &skip))
		return false;
	if (skip)
		return true;
	self->schema = b->rel->schema;
	self->kind = 'i';
	self->persistence = b->rel->persistence;
	self->owner = d->fenv->user_oid;
	self->index = b->ix;
	self->physical =
		snapshot_physical_name(d->arena, d->compile->snapshot, b->rel->schema, self->name);
	return (self->oid = ddl_new_oid(d)) && rows_adopt(d, b->rel) && index_write(d, b->ix);
}

static bool
create_index(struct ddl *d, const PgQuery__Node *node)
{
	const PgQuery__IndexStmt *s = node->index_stmt;
	struct index_build b = {.d = d};
	bool ok;

	if (!refuse_clauses(d, s) || !(b.rel = ddl_relation(d, s->relation, false)))
		return false;
	if (b.rel->kind == 'c')
		return err_set(d->err, ERR_WRONG_OBJECT_TYPE, -1, "\"%s\" is a composite type",
			       b.rel->name);
	if (b.rel->kind != 'r' || b.rel->builtin) {
		err_set(d->err, ERR_WRONG_OBJECT_TYPE, -1, "cannot create index on relation \"%s\"",
			b.rel->name);
		if (b.rel->kind == 'v')
			err_detail(d->err, "This operation is not supported for views.");
		return false;
	}
	ok = build(&b, s);
	buf_release(&b.name);
	return ok;
}

const struct ddl_command ddl_create_index = {PG_QUERY__NODE__NODE_INDEX_STMT, DDL_TRANSACTION,
					     "CREATE INDEX", create_index, NULL};
