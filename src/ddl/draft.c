#include "ddl/draft.h"

#include "ddl/names.h"
#include "ddl/rows.h"
#include "ddl/sequence.h"
#include "ddl/sqlite_text.h"
#include "ddl/usertype.h"

struct draft *
draft_new(struct ddl *d, const struct schema *schema, const char *name, char kind, char persistence)
{
	struct draft *t = ARENA_NEW(d->arena, struct draft);
	struct relation *rel = ARENA_NEW(d->arena, struct relation);

	if (!snapshot_relation(d->compile->snapshot, schema, name) &&
	    !usertype_name_free(d, schema, name)) {
		if (kind != 'c')
			err_hint(d->err,
				 "A relation has an associated type of the same name, so you must "
				 "use a name that doesn't conflict with any existing type.");
		return NULL;
	}
	t->d = d;
	t->rel = rel;
	rel->schema = schema;
	rel->name = arena_strdup(d->arena, name);
	rel->kind = kind;
	rel->persistence = persistence;
	rel->owner = d->fenv->user_oid;
	rel->oid = ddl_new_oid(d);
	if (!rel->oid || !(rel->type_oid = ddl_new_oid(d)) ||
	    !(rel->array_type_oid = ddl_new_oid(d)))
		return NULL;
	rows_promise_name(d, schema, rel->name);
	if (kind != 'v' && kind != 'c')
		rel->physical =
			snapshot_physical_name(d->arena, d->compile->snapshot, schema, name);
	return t;
}

struct draft *
draft_copy(struct ddl *d, const struct relation *rel)
{
	struct draft *t = ARENA_NEW(d->arena, struct draft);

	t->d = d;
	t->rel = arena_memdup(d->arena, rel, sizeof(*rel));
	t->cap = rel->ncols + 8;
	t->cols = ARENA_ARRAY(d->arena, struct column, t->cap);
	if (rel->ncols)
		memcpy(t->cols, rel->cols, sizeof(*t->cols) * (size_t)rel->ncols);
	t->rel->cols = t->cols;
	t->rel->constraints = (struct vec){0};
	vec_append(d->arena, &t->rel->constraints, &rel->constraints);
	t->rel->indexes = (struct vec){0};
	vec_append(d->arena, &t->rel->indexes, &rel->indexes);
	return t;
}

struct column *
draft_column(struct draft *t, const char *name)
{
	for (int i = 0; i < t->rel->ncols; i++)
		if (!t->cols[i].dropped && !strcmp(t->cols[i].name, name))
			return &t->cols[i];
	return NULL;
}

/* SQLite folds case in column names even when they are quoted. */
static char *
physical_column(struct draft *t, const char *name)
{
	char *physical = arena_strdup(t->d->arena, name);

	for (int n = 2;; n++) {
		bool taken = false;

		for (int i = 0; i < t->rel->ncols; i++)
			taken |= !t->cols[i].dropped && !strcasecmp(t->cols[i].physical, physical);
		if (!taken)
			return physical;
		physical = arena_printf(t->d->arena, "%s_%d", name, n);
	}
}

struct column *
draft_add_plain_column(struct draft *t, const char *name, const struct type *type, int32_t typmod,
		       oid_t collation)
{
	struct ddl *d = t->d;
	const struct type *row =
		t->rel->type_oid ? snapshot_type(d->compile->snapshot, t->rel->type_oid) : NULL;
	struct column *col;

	if (draft_column(t, name)) {
		if (t->rel->oid && snapshot_relation_by_oid(d->compile->snapshot, t->rel->oid))
			err_set(d->err, ERR_DUPLICATE_COLUMN, -1,
				"column \"%s\" of relation \"%s\" already exists", name,
				t->rel->name);
		else
			err_set(d->err, ERR_DUPLICATE_COLUMN, -1,
				"column \"%s\" specified more than once", name);
		return NULL;
	}
	if (system_column(name) && t->rel->kind != 'v' && t->rel->kind != 'c') {
		err_set(d->err, ERR_DUPLICATE_COLUMN, -1,
			"column name \"%s\" conflicts with a system column name", name);
		return NULL;
	}
	if (type->typtype == 'p') {
		err_set(d->err, ERR_INVALID_TABLE_DEFINITION, -1,
			"column \"%s\" has pseudo-type %s", name,
			format_type(d->arena, type, -1, snapshot_type_find,
				    (void *)d->compile->snapshot));
		return NULL;
	}
	if (row && snapshot_type_contains(d->compile->snapshot, type, row)) {
		err_set(d->err, ERR_INVALID_TABLE_DEFINITION, -1,
			"composite type %s cannot be made a member of itself", t->rel->name);
		return NULL;
	}
	if (!type->in || !type->out) {
		err_unsupported(d->err, -1, "type %s of column \"%s\"", type->name, name);
		return NULL;
	}
	if (t->rel->ncols == 1600) {
		err_set(d->err, ERR_TOO_MANY_COLUMNS, -1, "tables can have at most 1600 columns");
		return NULL;
	}
	if (t->rel->ncols == t->cap) {
		int cap = t->cap ? t->cap * 2 : 16;
		struct column *grown = ARENA_ARRAY(d->arena, struct column, cap);

		if (t->rel->ncols)
			memcpy(grown, t->cols, sizeof(*grown) * (size_t)t->rel->ncols);
		t->cols = grown;
		t->cap = cap;
		t->rel->cols = grown;
	}
	col = &t->cols[t->rel->ncols];
	*col = (struct column){
		.name = arena_strdup(d->arena, name),
		.physical = physical_column(t, name),
		.attnum = (int16_t)(t->rel->ncols + 1),
		.type = type,
		.typmod = typmod,
		.collation = collation,
	};
	t->rel->ncols++;
	return col;
}

/* serial, bigserial … are no types: they stand for an integer with a sequence. */
static oid_t
serial_type(const PgQuery__TypeName *tn)
{
	static const struct {
		const char *name;
		oid_t type;
	} serials[] = {{"smallserial", T_INT2}, {"serial2", T_INT2},   {"serial", T_INT4},
		       {"serial4", T_INT4},     {"bigserial", T_INT8}, {"serial8", T_INT8}};

	if (tn->n_names != 1 || tn->n_typmods)
		return 0;
	for (size_t i = 0; i < COUNTOF(serials); i++)
		if (!strcmp(node_string(tn->names[0]), serials[i].name))
			return serials[i].type;
	return 0;
}

static oid_t
column_collation(struct ddl *d, const PgQuery__ColumnDef *def, const struct type *type)
{
	bool collatable = type->category == 'S' || (type->elem_oid && type->category == 'A');
	const char *name;

	if (!def->coll_clause)
		return collatable ? COLLATION_DEFAULT : 0;
	name = node_string(def->coll_clause->collname[def->coll_clause->n_collname - 1]);
	if (!collatable)
		err_set(d->err, ERR_DATATYPE_MISMATCH, def->coll_clause->location,
			"collations are not supported by type %s",
			format_type(d->arena, type, -1, snapshot_type_find,
				    (void *)d->compile->snapshot));
	else if (!strcmp(name, "C"))
		return COLLATION_C;
	else if (!strcmp(name, "POSIX"))
		return COLLATION_POSIX;
	else if (!strcmp(name, "default"))
		return COLLATION_DEFAULT;
	else
		err_unsupported(d->err, def->coll_clause->location, "collation \"%s\"", name);
	return 0;
}

/* The clauses of a column that hang on other constraints: DEFERRABLE after REFERENCES and so on. */
static void
constraint_attributes(PgQuery__Node *const *list, size_t n, size_t i, bool *deferrable,
		      bool *deferred)
{
	*deferrable = list[i]->constraint->deferrable;
	*deferred = list[i]->constraint->initdeferred;
	for (i++; i < n; i++) {
		switch (list[i]->constraint->contype) {
		case PG_QUERY__CONSTR_TYPE__CONSTR_ATTR_DEFERRABLE:
			*deferrable = true;
			break;
		case PG_QUERY__CONSTR_TYPE__CONSTR_ATTR_DEFERRED:
			*deferrable = *deferred = true;
			break;
		case PG_QUERY__CONSTR_TYPE__CONSTR_ATTR_NOT_DEFERRABLE:
		case PG_QUERY__CONSTR_TYPE__CONSTR_ATTR_IMMEDIATE:
			break;
		default:
			return;
		}
	}
}

struct column_clauses { /* what has been seen at one column */
	bool null, not_null, has_default, serial;
	int null_location, default_location;
	const PgQuery__Constraint *generated;
};

static bool
add_identity(struct draft *t, struct column *col, const PgQuery__Constraint *c,
	     struct column_clauses *seen)
{
	if (col->identity)
		return err_set(t->d->err, ERR_SYNTAX_ERROR, c->location,
			       "multiple identity specifications for column \"%s\" of table \"%s\"",
			       col->name, t->rel->name);
	if (seen->has_default)
		return err_set(
			t->d->err, ERR_SYNTAX_ERROR, c->location,
			"both default and identity specified for column \"%s\" of table \"%s\"",
			col->name, t->rel->name);
	if (col->type->oid != T_INT2 && col->type->oid != T_INT4 && col->type->oid != T_INT8)
		return err_set(t->d->err, ERR_INVALID_PARAMETER_VALUE, -1,
			       "identity column type must be smallint, integer, or bigint");
	if (!draft_owned_sequence(t, col, c->options, c->n_options))
		return false;
	col->identity = c->generated_when && *c->generated_when ? *c->generated_when : 'a';
	col->not_null = true;
	return true;
}

static bool
column_clause(struct draft *t, struct column *col, const PgQuery__ColumnDef *def, size_t i,
	      struct column_clauses *seen)
{
	const PgQuery__Constraint *c = def->constraints[i]->constraint;
	struct err *err = t->d->err;
	bool deferrable, deferred;

	switch (c->contype) {
	case PG_QUERY__CONSTR_TYPE__CONSTR_NULL:
	case PG_QUERY__CONSTR_TYPE__CONSTR_NOTNULL:
		*(c->contype == PG_QUERY__CONSTR_TYPE__CONSTR_NULL ? &seen->null
								   : &seen->not_null) = true;
		if (c->contype == PG_QUERY__CONSTR_TYPE__CONSTR_NULL)
			seen->null_location = c->location;
		if (seen->null && seen->not_null)
			return err_set(err, ERR_SYNTAX_ERROR, c->location,
				       "conflicting NULL/NOT NULL declarations for column \"%s\" "
				       "of table \"%s\"",
				       col->name, t->rel->name);
		col->not_null |= seen->not_null;
		return true;
	case PG_QUERY__CONSTR_TYPE__CONSTR_DEFAULT:
		if (seen->has_default)
			return err_set(err, ERR_SYNTAX_ERROR, seen->serial ? -1 : c->location,
				       "multiple default values specified for column \"%s\" of "
				       "table \"%s\"",
				       col->name, t->rel->name);
		if (col->identity)
			return err_set(err, ERR_SYNTAX_ERROR, c->location,
				       "both default and identity specified for column \"%s\" of "
				       "table \"%s\"",
				       col->name, t->rel->name);
		seen->has_default = true;
		seen->default_location = c->location;
		return draft_set_default(t, col, c->raw_expr, c->location);
	case PG_QUERY__CONSTR_TYPE__CONSTR_IDENTITY:
		return add_identity(t, col, c, seen);
	case PG_QUERY__CONSTR_TYPE__CONSTR_GENERATED:
		if (c->generated_when && *c->generated_when != 'a')
			return err_set(
				err, ERR_SYNTAX_ERROR, c->location,
				"for a generated column, GENERATED ALWAYS must be specified");
		if (seen->generated)
			return err_set(err, ERR_SYNTAX_ERROR, c->location,
				       "multiple generation clauses specified for column \"%s\" of "
				       "table \"%s\"",
				       col->name, t->rel->name);
		seen->generated = c;
		return true;
	case PG_QUERY__CONSTR_TYPE__CONSTR_ATTR_DEFERRABLE:
	case PG_QUERY__CONSTR_TYPE__CONSTR_ATTR_NOT_DEFERRABLE:
	case PG_QUERY__CONSTR_TYPE__CONSTR_ATTR_DEFERRED:
	case PG_QUERY__CONSTR_TYPE__CONSTR_ATTR_IMMEDIATE:
		return true; /* read by constraint_attributes */
	default:
		constraint_attributes(def->constraints, def->n_constraints, i, &deferrable,
				      &deferred);
		return draft_add_constraint(t, c, col->attnum, deferrable, deferred);
	}
}

/* Generated columns are analyzed last: they may refer to any column of the table. */
static bool
add_generated(struct draft *t, struct column *col, const PgQuery__Constraint *c, int location)
{
	struct pending_constraint *p;

	if (col->default_expr || col->identity)
		return err_set(t->d->err, ERR_SYNTAX_ERROR, location,
			       "both %s and generation expression specified for column \"%s\" of "
			       "table \"%s\"",
			       col->identity ? "identity" : "default", col->name, t->rel->name);
	col->generated = 's';
	col->has_default = true;
	p = ARENA_NEW(t->d->arena, struct pending_constraint);
	*p = (struct pending_constraint){c, col->attnum, false, false};
	vec_push(t->d->arena, &t->pending, p);
	return true;
}

static bool
refuse_column_options(struct ddl *d, const PgQuery__ColumnDef *def)
{
	if (def->compression && *def->compression)
		return err_unsupported(d->err, def->location, "COMPRESSION");
	if (def->storage && *def->storage)
		return err_unsupported(d->err, def->location, "STORAGE");
	if (def->n_fdwoptions)
		return err_unsupported(d->err, def->location, "OPTIONS of a column");
	return true;
}

struct column *
draft_add_column(struct draft *t, const PgQuery__ColumnDef *def)
{
	struct ddl *d = t->d;
	struct column_clauses seen = {0};
	const struct type *type;
	struct column *col;
	int32_t typmod = -1;
	oid_t serial, collation;

	if (def->type_name->setof) {
		err_set(d->err, ERR_INVALID_TABLE_DEFINITION, -1,
			"column \"%s\" cannot be declared SETOF", def->colname);
		return NULL;
	}
	if (!refuse_column_options(d, def))
		return NULL;
	serial = serial_type(def->type_name);
	if (serial && def->type_name->n_array_bounds) {
		err_set(d->err, ERR_FEATURE_NOT_SUPPORTED, def->type_name->location,
			"array of serial is not implemented");
		return NULL;
	}
	if (serial)
		type = type_builtin(serial);
	else if (!compile_type_name(d->compile, def->type_name, &type, &typmod))
		return NULL;
	collation = column_collation(d, def, type);
	if (err_is_set(d->err) ||
	    !(col = draft_add_plain_column(t, def->colname, type, typmod, collation)))
		return NULL;
	if (serial) {
		struct relation *seq = draft_owned_sequence(t, col, NULL, 0);

		if (!seq || !(col->default_oid = ddl_new_oid(d)))
			return NULL;
		col->not_null = col->has_default = seen.has_default = seen.serial = true;
		col->default_expr =
			arena_printf(d->arena, "nextval('%s'::regclass)", sequence_literal(d, seq));
	}
	for (size_t i = 0; i < def->n_constraints; i++)
		if (!column_clause(t, col, def, i, &seen))
			return NULL;
	if (seen.null && col->not_null && !seen.not_null) {
		err_set(d->err, ERR_SYNTAX_ERROR, serial ? -1 : seen.null_location,
			"conflicting NULL/NOT NULL declarations for column \"%s\" of table \"%s\"",
			col->name, t->rel->name);
		return NULL;
	}
	if (seen.generated && !add_generated(t, col, seen.generated,
					     MAX(seen.generated->location, seen.default_location)))
		return NULL;
	return col;
}

bool
draft_set_default(struct draft *t, struct column *col, const PgQuery__Node *node, int location)
{
	struct ddl *d = t->d;
	struct expr *e = NULL;
	char *text;
	bool ok;

	(void)location;
	col->default_expr = NULL;
	col->has_default = false;
	if (!node)
		return true;
	d->compile->column = col->name;
	ok = compile_expr(d->compile, d->arena, STANDALONE_DEFAULT, node, NULL, col->type->oid,
			  col->typmod, &text, NULL, &e);
	d->compile->column = NULL;
	if (!ok)
		return false;
	if (e && e->kind == EX_CONST && e->con.value.class == DATUM_NULL)
		return true; /* DEFAULT NULL is none */
	if (!(col->default_oid = ddl_new_oid(d)))
		return false;
	/* The path may be another when the default is used. */
	col->default_expr = shown_relations(d->arena, d->compile->snapshot, d->compile->search_path,
					    NULL, text);
	col->has_default = true;
	return true;
}

/* SEQUENCE NAME among the options: *name and *schema get what it says, and *kept the other options.
 */
static bool
take_sequence_name(struct draft *t, PgQuery__Node *const *options, size_t n, const char **name,
		   const struct schema **schema, PgQuery__Node **kept)
{
	for (size_t i = 0; i < n; i++) {
		const PgQuery__DefElem *o = options[i]->def_elem;
		const PgQuery__List *names;

		if (strcmp(o->defname, "sequence_name") != 0) {
			*kept++ = options[i];
			continue;
		}
		if (*name)
			return err_set(t->d->err, ERR_SYNTAX_ERROR, o->location,
				       "conflicting or redundant options");
		names = o->arg->list;
		*name = node_string(names->items[names->n_items - 1]);
		if (names->n_items > 1 &&
		    !(*schema = schema_or_error(t->d, node_string(names->items[names->n_items - 2]),
						-1)))
			return false;
	}
	if (*schema != t->rel->schema) /* it is owned by a table of its own schema */
		return err_set(t->d->err, ERR_UNDEFINED_TABLE, -1,
			       "relation \"%s.%s\" does not exist", (*schema)->name, t->rel->name);
	if (*name && relation_name_taken(t->d, *name, *schema))
		return err_set(t->d->err, ERR_DUPLICATE_TABLE, -1, "relation \"%s\" already exists",
			       *name);
	return true;
}

struct relation *
draft_owned_sequence(struct draft *t, struct column *col, PgQuery__Node *const *options, size_t n)
{
	PgQuery__Node **kept = ARENA_ARRAY(t->d->arena, PgQuery__Node *, n + 1);
	const struct schema *schema = t->rel->schema;
	const char *name = NULL;
	struct relation *seq;
	struct sequence *s;

	if (!take_sequence_name(t, options, n, &name, &schema, kept))
		return NULL;
	if (name)
		n--;
	else
		name = choose_name(t->d, t->rel->name, col->name, "seq", relation_name_taken,
				   schema);
	seq = sequence_draft(t->d, schema, name, t->rel->persistence, col->type->oid, kept, n);
	if (!seq)
		return NULL;
	s = (struct sequence *)seq->sequence;
	s->owner_rel = t->rel->oid;
	s->owner_col = col->attnum;
	vec_push(t->d->arena, &t->new_sequences, seq);
	return seq;
}

bool
draft_write_sequences(struct draft *t)
{
	for (int i = 0; i < t->new_sequences.n; i++)
		if (!sequence_write(t->d, t->new_sequences.v[i]))
			return false;
	return true;
}
