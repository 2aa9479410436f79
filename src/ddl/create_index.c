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

/* Operator classes choose an order; only the default one, by whichever name, is ours. */
static bool
check_opclass(struct ddl *d, const PgQuery__IndexElem *e)
{
	static const char *const pattern[] = {"text_pattern_ops",   "varchar_pattern_ops",
					      "bpchar_pattern_ops", "text_ops",
					      "varchar_ops",        "int4_ops",
					      "int8_ops",           "int2_ops",
					      "numeric_ops",        "bool_ops",
					      "uuid_ops",           "date_ops",
					      "timestamp_ops",      "timestamptz_ops",
					      "bytea_ops",          "float8_ops",
					      "float4_ops",         "bpchar_ops",
					      "name_ops",           "oid_ops"};
	const char *name;

	if (e->n_opclassopts)
		return err_unsupported(d->err, -1, "operator class parameters");
	if (!e->n_opclass)
		return true;
	name = node_string(e->opclass[e->n_opclass - 1]);
	for (size_t i = 0; i < COUNTOF(pattern); i++)
		if (!strcmp(pattern[i], name))
			return true;
	return err_unsupported(d->err, -1, "operator class \"%s\"", name);
}

static bool
check_collation(struct ddl *d, const PgQuery__IndexElem *e)
{
	const char *name;

	if (!e->n_collation)
		return true;
	name = node_string(e->collation[e->n_collation - 1]);
	if (!strcmp(name, "C") || !strcmp(name, "POSIX") || !strcmp(name, "default"))
		return true;
	return err_unsupported(d->err, -1, "collation \"%s\"", name);
}

static bool
add_column_key(struct index_build *b, int i, const char *name)
{
	const struct column *col = relation_column(b->rel, name);

	if (!col)
		return err_set(b->d->err, ERR_UNDEFINED_COLUMN, -1, "column \"%s\" does not exist",
			       name);
	b->cols[i] = col->attnum;
	buf_printf(&b->name, "%s%s", b->name.len ? "_" : "", name);
	return true;
}

static bool
add_expr_key(struct index_build *b, int i, const PgQuery__Node *node)
{
	struct expr *e = NULL;
	char *text;

	if (!compile_expr(b->d->compile, b->d->arena, STANDALONE_INDEX, node, b->rel, 0, -1, &text,
			  NULL, &e))
		return false;
	if (e && e->kind == EX_VAR && e->var.col >= 0)
		return add_column_key(b, i, b->rel->cols[e->var.col].name);
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

	if (!check_opclass(b->d, e) || !check_collation(b->d, e))
		return false;
	b->options[i] = (int16_t)(desc | (first ? 2 : 0));
	return e->name && *e->name ? add_column_key(b, i, e->name) : add_expr_key(b, i, e->expr);
}

static bool
read_keys(struct index_build *b, const PgQuery__IndexStmt *s)
{
	size_t n = s->n_index_params + s->n_index_including_params;

	b->cols = ARENA_ARRAY(b->d->arena, int16_t, n);
	b->options = ARENA_ARRAY(b->d->arena, int16_t, n);
	b->exprs = ARENA_ARRAY(b->d->arena, const char *, n);
	b->ix->cols = b->cols;
	b->ix->options = b->options;
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
