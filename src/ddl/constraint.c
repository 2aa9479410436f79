/*
 * Constraints of a draft. Clauses are collected while columns are read and resolved when all
 * columns are known: keys first, then checks, then foreign keys, because a foreign key may point at
 * its own table's key.
 */
#include "ddl/constraint.h"

#include "ddl/names.h"
#include "ddl/rows.h"
#include "ddl/sqlite_text.h"
#include "types/domain.h"

struct duplicate {
	struct ddl *d;
	const struct index *ix;
	const struct type **types; /* of its keys */
	int32_t *typmods;
	struct buf names, values;
	bool found;
};

bool
draft_add_constraint(struct draft *t, const PgQuery__Constraint *node, int attnum, bool deferrable,
		     bool deferred)
{
	struct pending_constraint *p = ARENA_NEW(t->d->arena, struct pending_constraint);

	*p = (struct pending_constraint){node, attnum, deferrable, deferred};
	vec_push(t->d->arena, &t->pending, p);
	return true;
}

static bool
constraint_name_taken(struct ddl *d, const char *name, const void *arg)
{
	const struct draft *t = arg;

	(void)d;
	for (int i = 0; i < t->rel->constraints.n; i++)
		if (!strcmp(VEC_AT(struct constraint, &t->rel->constraints, i)->name, name))
			return true;
	/* A name that a later clause writes out is not ours to choose. */
	for (int i = 0; i < t->pending.n; i++) {
		const char *given =
			VEC_AT(struct pending_constraint, &t->pending, i)->node->conname;

		if (given && !strcmp(given, name))
			return true;
	}
	return false;
}

static bool
key_name_taken(struct ddl *d, const char *name, const void *arg)
{
	const struct draft *t = arg;

	return relation_name_taken(d, name, t->rel->schema) || constraint_name_taken(d, name, t);
}

static struct constraint *
constraint_new(struct draft *t, char kind, const char *name)
{
	struct constraint *c = ARENA_NEW(t->d->arena, struct constraint);

	for (int i = 0; i < t->rel->constraints.n; i++) {
		if (strcmp(VEC_AT(struct constraint, &t->rel->constraints, i)->name, name) != 0)
			continue;
		if (kind == 'c' &&
		    VEC_AT(struct constraint, &t->rel->constraints, i)->kind == 'c' &&
		    vec_has(&t->new_constraints, t->rel->constraints.v[i]))
			err_set(t->d->err, ERR_DUPLICATE_OBJECT, -1,
				"check constraint \"%s\" already exists", name);
		else
			err_set(t->d->err, ERR_DUPLICATE_OBJECT, -1,
				"constraint \"%s\" for relation \"%s\" already exists", name,
				t->rel->name);
		return NULL;
	}
	c->kind = kind;
	c->name = arena_strdup(t->d->arena, name);
	c->rel = t->rel;
	c->validated = true;
	if (!(c->oid = ddl_new_oid(t->d)))
		return NULL;
	vec_push(t->d->arena, &t->rel->constraints, c);
	vec_push(t->d->arena, &t->new_constraints, c);
	return c;
}

static int16_t *
attnums_of(struct draft *t, PgQuery__Node *const *names, size_t n, int location, const char *fmt)
{
	int16_t *cols = ARENA_ARRAY(t->d->arena, int16_t, n + 1);

	for (size_t i = 0; i < n; i++) {
		const struct column *col = draft_column(t, node_string(names[i]));

		if (!col) {
			err_set(t->d->err, ERR_UNDEFINED_COLUMN, location, fmt,
				node_string(names[i]));
			return NULL;
		}
		cols[i] = col->attnum;
	}
	return cols;
}

/* "a_b": the column names that go into a chosen name. */
static char *
joined_names(struct draft *t, const int16_t *cols, int n)
{
	struct buf b = BUF_INIT;
	char *s;

	for (int i = 0; i < n && b.len < NAME_MAX_BYTES; i++)
		buf_printf(&b, "%s%s", i ? "_" : "", t->cols[cols[i] - 1].name);
	s = buf_dup(&b, t->d->arena);
	buf_release(&b);
	return s;
}

static bool
refuse_key_clauses(struct ddl *d, const struct pending_constraint *p)
{
	const PgQuery__Constraint *c = p->node;

	if (p->deferrable)
		return err_unsupported(d->err, c->location, "DEFERRABLE on a %s constraint",
				       c->contype == PG_QUERY__CONSTR_TYPE__CONSTR_PRIMARY
					       ? "PRIMARY KEY"
					       : "UNIQUE");
	if (c->nulls_not_distinct)
		return err_unsupported(d->err, c->location, "UNIQUE NULLS NOT DISTINCT");
	if (c->n_options)
		return err_unsupported(d->err, c->location,
				       "WITH (storage parameters) of a constraint");
	if (c->indexspace && *c->indexspace)
		return err_unsupported(d->err, c->location, "USING INDEX TABLESPACE");
	return true;
}

static struct index *
index_for_key(struct draft *t, const char *name, const int16_t *cols, int n, bool primary)
{
	struct arena *a = t->d->arena;
	struct relation *self = ARENA_NEW(a, struct relation);
	struct index *ix = ARENA_NEW(a, struct index);

	*self = (struct relation){
		.schema = t->rel->schema,
		.name = name,
		.kind = 'i',
		.persistence = t->rel->persistence,
		.owner = t->rel->owner,
		.index = ix,
		.physical =
			snapshot_physical_name(a, t->d->compile->snapshot, t->rel->schema, name),
	};
	*ix = (struct index){
		.self = self,
		.rel = t->rel,
		.unique = true,
		.primary = primary,
		.immediate = true,
		.valid = true,
		.nkeys = n,
		.ncols = n,
		.cols = cols,
		.options = ARENA_ARRAY(a, int16_t, n),
		.method = "btree",
	};
	if (!(self->oid = ddl_new_oid(t->d)))
		return NULL;
	return ix;
}

/* ADD CONSTRAINT … USING INDEX: an existing unique index becomes the key's. */
static const struct index *
existing_index(struct draft *t, const PgQuery__Constraint *node)
{
	for (int i = 0; i < t->rel->indexes.n; i++) {
		const struct index *ix = t->rel->indexes.v[i];

		if (strcmp(ix->self->name, node->indexname) != 0)
			continue;
		if (!ix->unique || ix->predicate || ix->nexprs) {
			err_set(t->d->err, ERR_WRONG_OBJECT_TYPE, node->location, "%s\"%s\" %s",
				ix->unique && !ix->predicate ? "index " : "", ix->self->name,
				!ix->unique     ? "is not a unique index"
				: ix->predicate ? "is a partial index"
						: "contains expressions");
			err_detail(t->d->err, "Cannot create a primary key or unique constraint "
					      "using such an index.");
			return NULL;
		}
		return ix;
	}
	err_set(t->d->err, ERR_UNDEFINED_OBJECT, node->location, "index \"%s\" does not exist",
		node->indexname);
	return NULL;
}

static bool
check_key_columns(struct draft *t, const PgQuery__Constraint *node, const int16_t *cols, int n,
		  bool primary)
{
	for (int i = 0; i < n; i++)
		for (int j = 0; j < i; j++)
			if (cols[i] == cols[j])
				return err_set(t->d->err, ERR_DUPLICATE_COLUMN, node->location,
					       "column \"%s\" appears twice in %s constraint",
					       t->cols[cols[i] - 1].name,
					       primary ? "primary key" : "unique");
	if (!primary)
		return true;
	for (int i = 0; i < t->rel->constraints.n; i++)
		if (VEC_AT(struct constraint, &t->rel->constraints, i)->kind == 'p')
			return err_set(t->d->err, ERR_INVALID_TABLE_DEFINITION,
				       vec_has(&t->new_constraints, t->rel->constraints.v[i])
					       ? node->location
					       : -1,
				       "multiple primary keys for table \"%s\" are not allowed",
				       t->rel->name);
	return true;
}

static bool
resolve_key(struct draft *t, const struct pending_constraint *p)
{
	const PgQuery__Constraint *node = p->node;
	bool primary = node->contype == PG_QUERY__CONSTR_TYPE__CONSTR_PRIMARY;
	int n = p->attnum ? 1 : (int)node->n_keys;
	const struct index *ix = NULL;
	const int16_t *cols;
	struct constraint *c;
	const char *name;

	if (!refuse_key_clauses(t->d, p))
		return false;
	if (node->indexname && *node->indexname) {
		if (!(ix = existing_index(t, node)))
			return false;
		cols = ix->cols;
		n = ix->nkeys;
	} else if (p->attnum) {
		cols = arena_memdup(t->d->arena, &(int16_t){(int16_t)p->attnum}, sizeof(int16_t));
	} else if (!(cols = attnums_of(t, node->keys, node->n_keys, node->location,
				       "column \"%s\" named in key does not exist"))) {
		return false;
	}
	if (!check_key_columns(t, node, cols, n, primary))
		return false;
	if (node->conname && *node->conname)
		name = node->conname;
	else if (ix)
		name = ix->self->name;
	else if (primary)
		name = choose_name(t->d, t->rel->name, NULL, "pkey", key_name_taken, t);
	else
		name = choose_name(t->d, t->rel->name, joined_names(t, cols, n), "key",
				   key_name_taken, t);
	for (int i = 0; !ix && i < n; i++)
		if (!index_orders(t->d, t->cols[cols[i] - 1].type, "btree"))
			return false;
	if (!ix && relation_name_taken(t->d, name, t->rel->schema))
		return err_set(t->d->err, ERR_DUPLICATE_TABLE, -1, "relation \"%s\" already exists",
			       name);
	if (!(c = constraint_new(t, primary ? 'p' : 'u', name)))
		return false;
	c->cols = cols;
	c->ncols = n;
	if (!ix) {
		struct index *made = index_for_key(t, c->name, cols, n, primary);

		if (!made)
			return false;
		rows_promise_name(t->d, t->rel->schema, c->name);
		vec_push(t->d->arena, &t->rel->indexes, made);
		vec_push(t->d->arena, &t->new_indexes, made);
		ix = made;
	}
	c->index = ix;
	for (int i = 0; primary && i < n; i++)
		t->cols[cols[i] - 1].not_null = true;
	return true;
}

struct find_columns {
	bool seen[1601];
	int location[1601];
	int n;
	int16_t first;
};

static bool
find_column(struct expr **child, void *arg)
{
	struct find_columns *f = arg;
	struct expr *e = *child;

	if (!e)
		return true;
	if (e->kind == EX_VAR && e->var.col >= 0 && e->var.col < 1600 && !f->seen[e->var.col]) {
		f->seen[e->var.col] = true;
		f->location[e->var.col] = e->location;
		f->n++;
		f->first = (int16_t)(e->var.col + 1);
	}
	return expr_walk(e, find_column, arg);
}

static bool
resolve_check(struct draft *t, const struct pending_constraint *p)
{
	const PgQuery__Constraint *node = p->node;
	struct find_columns used = {0};
	struct expr *e = NULL;
	struct constraint *c;
	int16_t *cols;
	char *text;

	if (!compile_expr(t->d->compile, t->d->arena, STANDALONE_CHECK, node->raw_expr, t->rel,
			  T_BOOL, -1, &text, NULL, &e))
		return false;
	find_column(&e, &used);
	cols = ARENA_ARRAY(t->d->arena, int16_t, used.n + 1);
	for (int i = 0, n = 0; i < t->rel->ncols; i++)
		if (used.seen[i])
			cols[n++] = (int16_t)(i + 1);
	c = constraint_new(t, 'c',
			   node->conname && *node->conname
				   ? node->conname
				   : choose_name(t->d, t->rel->name,
						 used.n == 1 ? t->cols[used.first - 1].name : NULL,
						 "check", constraint_name_taken, t));
	if (!c)
		return false;
	c->cols = cols;
	c->ncols = used.n;
	c->expr = text;
	c->no_inherit = node->is_no_inherit;
	c->validated = !node->skip_validation;
	return true;
}

static bool
resolve_generated(struct draft *t, const struct pending_constraint *p)
{
	struct column *col = &t->cols[p->attnum - 1];
	struct find_columns used = {0};
	struct expr *e = NULL;
	char *text;

	if (!compile_expr(t->d->compile, t->d->arena, STANDALONE_GENERATED, p->node->raw_expr,
			  t->rel, col->type->oid, col->typmod, &text, NULL, &e))
		return false;
	find_column(&e, &used);
	for (int i = 0; i < t->rel->ncols; i++) {
		if (!used.seen[i] || !t->cols[i].generated)
			continue;
		err_set(t->d->err, ERR_INVALID_OBJECT_DEFINITION, used.location[i],
			"cannot use generated column \"%s\" in column generation expression",
			t->cols[i].name);
		return err_detail(t->d->err,
				  "A generated column cannot reference another generated column.");
	}
	if (!(col->default_oid = ddl_new_oid(t->d)))
		return false;
	col->default_expr = text;
	return true;
}

/* The unique index of parent over exactly these columns (any order), so that a foreign key may
 * point at them. */
static const struct index *
referenced_index(const struct relation *parent, const int16_t *cols, int n)
{
	for (int i = 0; i < parent->indexes.n; i++) {
		const struct index *ix = parent->indexes.v[i];
		int matched = 0;

		if (!ix->unique || ix->predicate || ix->nexprs || ix->nkeys != n)
			continue;
		for (int j = 0; j < n; j++)
			for (int k = 0; k < n; k++)
				matched += ix->cols[j] == cols[k];
		if (matched == n)
			return ix;
	}
	return NULL;
}

static const struct index *
primary_index(const struct relation *rel)
{
	for (int i = 0; i < rel->indexes.n; i++) {
		const struct index *ix = rel->indexes.v[i];

		if (ix->primary)
			return ix;
	}
	return NULL;
}

static char
action_char(const char *s)
{
	return s && *s ? *s : 'a';
}

static bool
foreign_columns(struct draft *t, const PgQuery__Constraint *node, const struct relation *parent,
		struct constraint *c, int n)
{
	int16_t *cols = ARENA_ARRAY(t->d->arena, int16_t, n + 1);
	const struct index *pk = primary_index(parent);

	if (!node->n_pk_attrs) {
		if (!pk)
			return err_set(t->d->err, ERR_UNDEFINED_OBJECT, -1,
				       "there is no primary key for referenced table \"%s\"",
				       parent->name);
		if (pk->nkeys != n)
			return err_set(t->d->err, ERR_INVALID_FOREIGN_KEY, -1,
				       "number of referencing and referenced columns for foreign "
				       "key disagree");
		c->fcols = pk->cols;
		c->index = pk;
		return true;
	}
	if ((int)node->n_pk_attrs != n)
		return err_set(
			t->d->err, ERR_INVALID_FOREIGN_KEY, -1,
			"number of referencing and referenced columns for foreign key disagree");
	for (int i = 0; i < n; i++) {
		const struct column *col = relation_column(parent, node_string(node->pk_attrs[i]));

		if (!col)
			return err_set(
				t->d->err, ERR_UNDEFINED_COLUMN, -1,
				"column \"%s\" referenced in foreign key constraint does not exist",
				node_string(node->pk_attrs[i]));
		cols[i] = col->attnum;
	}
	c->fcols = cols;
	c->index = referenced_index(parent, cols, n);
	if (!c->index)
		return err_set(t->d->err, ERR_INVALID_FOREIGN_KEY, -1,
			       "there is no unique constraint matching given keys for referenced "
			       "table \"%s\"",
			       parent->name);
	return true;
}

/* SQLite compares stored forms: both sides must have the same, and an = that PostgreSQL knows. A
 * domain is compared as its base, unless an enum or composite is below it. */
static bool
comparable(const struct type *a, const struct type *b)
{
	if (a->oid == b->oid)
		return true;
	a = domain_base(a, NULL);
	b = domain_base(b, NULL);
	if (a->oid >= FIRST_USER_OID || b->oid >= FIRST_USER_OID)
		return false;
	if (a->oid == b->oid || (btree_operator(a->oid, b->oid, 3) && a->stored == b->stored))
		return true;
	return a->category == 'S' && b->category == 'S' && !a->collation && !b->collation;
}

static bool
foreign_types(struct draft *t, const struct constraint *c)
{
	for (int i = 0; i < c->ncols; i++) {
		const struct type *a = t->cols[c->cols[i] - 1].type,
				  *b = c->frel->cols[c->fcols[i] - 1].type;
		void *snap = (void *)t->d->compile->snapshot;

		if (comparable(a, b))
			continue;
		err_set(t->d->err, ERR_DATATYPE_MISMATCH, -1,
			"foreign key constraint \"%s\" cannot be implemented", c->name);
		return err_detail(
			t->d->err,
			"Key columns \"%s\" and \"%s\" are of incompatible types: %s and %s.",
			t->cols[c->cols[i] - 1].name, c->frel->cols[c->fcols[i] - 1].name,
			format_type(t->d->arena, a, -1, snapshot_type_find, snap),
			format_type(t->d->arena, b, -1, snapshot_type_find, snap));
	}
	return true;
}

static const struct relation *
referenced_table(struct draft *t, const PgQuery__RangeVar *rv)
{
	const struct relation *parent;

	if (!strcmp(rv->relname, t->rel->name) &&
	    (!rv->schemaname || !*rv->schemaname || !strcmp(rv->schemaname, t->rel->schema->name)))
		return t->rel;
	parent = ddl_relation(t->d, rv, false);
	if (!parent)
		return NULL;
	if (parent->kind != 'r' || parent->builtin) {
		err_set(t->d->err, ERR_WRONG_OBJECT_TYPE, -1,
			"referenced relation \"%s\" is not a table", parent->name);
		return NULL;
	}
	if (parent->schema->temp != t->rel->schema->temp) {
		err_set(t->d->err, ERR_INVALID_TABLE_DEFINITION, -1,
			t->rel->schema->temp ? "constraints on temporary tables may reference only "
					       "temporary tables"
					     : "constraints on permanent tables may reference only "
					       "permanent tables");
		return NULL;
	}
	return rows_adopt(t->d, parent) ? parent : NULL;
}

static bool
resolve_foreign(struct draft *t, const struct pending_constraint *p)
{
	const PgQuery__Constraint *node = p->node;
	int n = p->attnum ? 1 : (int)node->n_fk_attrs;
	const struct relation *parent;
	struct constraint *c;
	const int16_t *cols;

	if (node->fk_matchtype && *node->fk_matchtype == 'p')
		return err_unsupported(t->d->err, node->location, "MATCH PARTIAL");
	if (node->fk_matchtype && *node->fk_matchtype == 'f' && n > 1)
		return err_unsupported(t->d->err, node->location,
				       "MATCH FULL on more than one column");
	if (node->n_fk_del_set_cols)
		return err_unsupported(t->d->err, node->location,
				       "a column list after ON DELETE SET");
	if (p->attnum)
		cols = arena_memdup(t->d->arena, &(int16_t){(int16_t)p->attnum}, sizeof(int16_t));
	else if (!(cols = attnums_of(
			   t, node->fk_attrs, node->n_fk_attrs, -1,
			   "column \"%s\" referenced in foreign key constraint does not exist")))
		return false;
	if (!(parent = referenced_table(t, node->pktable)))
		return false;
	c = constraint_new(t, 'f',
			   node->conname && *node->conname
				   ? node->conname
				   : choose_name(t->d, t->rel->name, joined_names(t, cols, n),
						 "fkey", constraint_name_taken, t));
	if (!c)
		return false;
	c->cols = cols;
	c->ncols = n;
	c->frel = parent;
	c->deferrable = p->deferrable;
	c->deferred = p->deferred;
	c->on_update = action_char(node->fk_upd_action);
	c->on_delete = action_char(node->fk_del_action);
	c->match = node->fk_matchtype && *node->fk_matchtype ? *node->fk_matchtype : 's';
	c->validated = !node->skip_validation;
	return foreign_columns(t, node, parent, c, n) && foreign_types(t, c);
}

static bool
resolve_kind(struct draft *t, PgQuery__ConstrType type,
	     bool (*resolve)(struct draft *, const struct pending_constraint *))
{
	for (int i = 0; i < t->pending.n; i++) {
		const struct pending_constraint *p = t->pending.v[i];

		if (p->node->contype == type && !resolve(t, p))
			return false;
	}
	return true;
}

static bool
refuse(struct draft *t, const struct pending_constraint *p)
{
	return err_unsupported(t->d->err, p->node->location, "EXCLUDE constraint");
}

bool
draft_resolve(struct draft *t)
{
	bool ok = resolve_kind(t, PG_QUERY__CONSTR_TYPE__CONSTR_EXCLUSION, refuse) &&
		  resolve_kind(t, PG_QUERY__CONSTR_TYPE__CONSTR_GENERATED, resolve_generated) &&
		  resolve_kind(t, PG_QUERY__CONSTR_TYPE__CONSTR_PRIMARY, resolve_key) &&
		  resolve_kind(t, PG_QUERY__CONSTR_TYPE__CONSTR_UNIQUE, resolve_key) &&
		  resolve_kind(t, PG_QUERY__CONSTR_TYPE__CONSTR_CHECK, resolve_check) &&
		  resolve_kind(t, PG_QUERY__CONSTR_TYPE__CONSTR_FOREIGN, resolve_foreign);

	t->pending.n = 0;
	return ok;
}

/* ---- the first key that stands twice, for the detail of a failed unique index ---- */

static bool
take_key(void *arg, const struct datum *cols, int ncols)
{
	struct duplicate *dup = arg;

	for (int i = 0; i < ncols; i++) {
		struct type_ctx c = {&dup->d->compile->err->arena, dup->d->err,
				     &dup->d->fenv->types, snapshot_type_find,
				     (void *)dup->d->compile->snapshot};

		if (i)
			buf_puts(&dup->values, ", ");
		if (!type_text_out(&c, dup->types[i], &cols[i], dup->typmods[i], &dup->values))
			return false;
	}
	dup->found = true;
	return true;
}

/* Key i as SQLite reads it, with its type in dup. */
static const char *
key_text(struct duplicate *dup, int i, int *nexpr)
{
	const struct index *ix = dup->ix;
	struct buf b = BUF_INIT;
	struct expr *e = NULL;
	char *text = NULL;

	if (ix->cols[i]) {
		const struct column *col = &ix->rel->cols[ix->cols[i] - 1];

		sqlite_identifier(&b, col->physical);
		dup->types[i] = col->type;
		dup->typmods[i] = col->typmod;
	} else if (sqlite_expr(dup->d, STANDALONE_INDEX, ix->exprs[(*nexpr)++], ix->rel, 0, -1,
			       &text, &e)) {
		dup->types[i] = snapshot_type(dup->d->compile->snapshot, e->type);
		dup->typmods[i] = e->typmod;
		buf_printf(&b, "(%s)%s%s", text, dup->types[i]->collation ? " COLLATE " : "",
			   dup->types[i]->collation ? dup->types[i]->collation : "");
	}
	text = b.len ? arena_strndup(dup->d->arena, b.data, b.len) : NULL;
	buf_release(&b);
	return text;
}

static bool
duplicate_query(struct duplicate *dup, struct buf *sql)
{
	const struct index *ix = dup->ix;
	struct buf notnull = BUF_INIT, cols = BUF_INIT;
	char *where = NULL;
	int nexpr = 0;
	bool ok = true;

	for (int i = 0; i < ix->nkeys && ok; i++) {
		const char *key = key_text(dup, i, &nexpr);

		ok = key != NULL;
		buf_printf(&cols, "%s%s", i ? ", " : "", ok ? key : "");
		buf_printf(&notnull, "%s%s IS NOT NULL", i ? " AND " : "", ok ? key : "");
		buf_printf(&dup->names, "%s%s", i ? ", " : "",
			   index_definition(dup->d->arena, dup->d->compile->snapshot, ix, i + 1,
					    true));
	}
	ok = ok && (!ix->predicate || sqlite_expr(dup->d, STANDALONE_PREDICATE, ix->predicate,
						  ix->rel, T_BOOL, -1, &where, NULL));
	buf_printf(sql, "SELECT %s FROM ", buf_str(&cols));
	sqlite_identifier(sql, ix->rel->physical);
	buf_printf(sql, " WHERE %s%s%s%s GROUP BY %s HAVING count(*) > 1 LIMIT 1",
		   buf_str(&notnull), where ? " AND (" : "", where ? where : "", where ? ")" : "",
		   buf_str(&cols));
	buf_release(&notnull);
	buf_release(&cols);
	return ok;
}

static bool
duplicate_key(struct ddl *d, const struct index *ix)
{
	struct duplicate dup = {.d = d, .ix = ix};
	struct buf sql = BUF_INIT;

	err_clear(d->err);
	dup.types = (const struct type **)ARENA_ARRAY(d->arena, struct type *, ix->nkeys + 1);
	dup.typmods = ARENA_ARRAY(d->arena, int32_t, ix->nkeys + 1);
	if (!duplicate_query(&dup, &sql) ||
	    !conn_query(d->conn, buf_str(&sql), NULL, 0, take_key, &dup))
		dup.found = false;
	err_clear(d->err);
	err_set(d->err, ERR_UNIQUE_VIOLATION, -1, "could not create unique index \"%s\"",
		ix->self->name);
	if (dup.found)
		err_detail(d->err, "Key (%s)=(%s) is duplicated.", buf_str(&dup.names),
			   buf_str(&dup.values));
	err_object(d->err, ix->rel->schema->name, ix->rel->name, NULL, ix->self->name);
	buf_release(&sql);
	buf_release(&dup.names);
	buf_release(&dup.values);
	return false;
}

bool
index_write(struct ddl *d, const struct index *ix)
{
	struct buf b = BUF_INIT;
	bool ok = sqlite_create_index(d, ix, &b) && rows_add_class(d, ix->self) &&
		  rows_add_index(d, ix);

	if (ok) {
		ok = conn_exec(d->conn, buf_str(&b), NULL, 0);
		if (!ok && !strcmp(d->err->sqlstate, ERR_UNIQUE_VIOLATION))
			ok = duplicate_key(d, ix);
	}
	buf_release(&b);
	return ok;
}

bool
draft_write_constraints(struct draft *t)
{
	for (int i = 0; i < t->new_indexes.n; i++)
		if (!index_write(t->d, t->new_indexes.v[i]))
			return false;
	for (int i = 0; i < t->new_constraints.n; i++)
		if (!rows_add_constraint(t->d, t->new_constraints.v[i]))
			return false;
	t->new_indexes.n = t->new_constraints.n = 0;
	return true;
}
