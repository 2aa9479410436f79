/*
 * CREATE TYPE AS RANGE: the range, its multirange and the arrays over both. A range here is ordered
 * by its subtype's default operator class under the database's collation; nothing else is kept.
 */
#include "ddl/names.h"
#include "ddl/usertype_rows.h"

enum { BTREE = 403 };

struct range_draft {
	struct ddl *d;
	struct type_place place, multirange;
	const PgQuery__DefElem *subtype, *opclass, *collation, *canonical, *diff, *multi;
	const struct type *of;
	oid_t opclass_oid, collation_oid;
};

static bool
take_parameter(struct range_draft *t, const PgQuery__DefElem *def)
{
	const struct {
		const char *name;
		const PgQuery__DefElem **slot;
	} known[] = {{"subtype", &t->subtype},     {"subtype_opclass", &t->opclass},
		     {"collation", &t->collation}, {"canonical", &t->canonical},
		     {"subtype_diff", &t->diff},   {"multirange_type_name", &t->multi}};

	for (size_t i = 0; i < COUNTOF(known); i++) {
		if (strcmp(def->defname, known[i].name))
			continue;
		if (*known[i].slot)
			return err_set(t->d->err, ERR_SYNTAX_ERROR, def->location,
				       "conflicting or redundant options");
		if (!def->arg)
			return err_set(t->d->err, ERR_SYNTAX_ERROR, -1, "%s requires a parameter",
				       def->defname);
		*known[i].slot = def;
		return true;
	}
	return err_set(t->d->err, ERR_SYNTAX_ERROR, -1, "type attribute \"%s\" not recognized",
		       def->defname);
}

/* The dotted name that a parameter's value is: a type name, as the grammar reads it, or a string.
 */
static bool
parameter_name(struct range_draft *t, const PgQuery__DefElem *def, PgQuery__Node *const **names,
	       size_t *n)
{
	switch (def->arg->node_case) {
	case PG_QUERY__NODE__NODE_TYPE_NAME:
		*names = def->arg->type_name->names;
		*n = def->arg->type_name->n_names;
		return true;
	case PG_QUERY__NODE__NODE_LIST:
		*names = def->arg->list->items;
		*n = def->arg->list->n_items;
		return true;
	case PG_QUERY__NODE__NODE_STRING:
		*names = &def->arg;
		*n = 1;
		return true;
	default:
		return err_set(t->d->err, ERR_SYNTAX_ERROR, -1, "argument of %s must be a name",
			       def->defname);
	}
}

static bool
find_subtype(struct range_draft *t)
{
	struct ddl *d = t->d;
	PgQuery__TypeName plain = PG_QUERY__TYPE_NAME__INIT;
	const PgQuery__TypeName *name = &plain;
	PgQuery__Node *const *names;
	int32_t typmod;

	if (!t->subtype)
		return err_set(d->err, ERR_SYNTAX_ERROR, -1,
			       "type attribute \"subtype\" is required");
	if (t->subtype->arg->node_case == PG_QUERY__NODE__NODE_TYPE_NAME) {
		name = t->subtype->arg->type_name;
	} else {
		if (!parameter_name(t, t->subtype, &names, &plain.n_names))
			return false;
		plain.names = (PgQuery__Node **)(uintptr_t)names;
		plain.typemod = plain.location = -1;
	}
	if (!usertype_part(d, name, &t->of, &typmod))
		return false;
	if (t->of->typtype == 'p')
		return err_set(d->err, ERR_DATATYPE_MISMATCH, -1, "range subtype cannot be %s",
			       usertype_display(d, t->of));
	return true;
}

static bool
find_opclass(struct range_draft *t)
{
	oid_t own = default_opclass(snapshot_operator_type(t->d->compile->snapshot, t->of->oid),
				    BTREE, NULL, NULL);
	PgQuery__Node *const *names;
	const char *name;
	oid_t found, intype;
	size_t n;

	if (!own && !t->opclass) {
		err_set(t->d->err, ERR_UNDEFINED_OBJECT, -1,
			"data type %s has no default operator class for access method \"btree\"",
			usertype_display(t->d, t->of));
		return err_hint(t->d->err,
				"You must specify an operator class for the range type or define a "
				"default operator class for the subtype.");
	}
	t->opclass_oid = own;
	if (!t->opclass)
		return true;
	if (!parameter_name(t, t->opclass, &names, &n))
		return false;
	name = usertype_written(t->d, names, n);
	if (!(found = catalog_opclass_named(node_string(names[n - 1]), BTREE, &intype)))
		return err_set(t->d->err, ERR_UNDEFINED_OBJECT, -1,
			       "operator class \"%s\" does not exist for access method \"btree\"",
			       name);
	if (found == own)
		return true;
	if (intype != snapshot_operator_type(t->d->compile->snapshot, t->of->oid))
		return err_set(t->d->err, ERR_DATATYPE_MISMATCH, -1,
			       "operator class \"%s\" does not accept data type %s", name,
			       usertype_display(t->d, t->of));
	return err_unsupported(t->d->err, -1, "subtype_opclass \"%s\" of a range over type %s",
			       name, usertype_display(t->d, t->of));
}

static bool
find_collation(struct range_draft *t)
{
	PgQuery__CollateClause clause = PG_QUERY__COLLATE_CLAUSE__INIT;
	PgQuery__Node *const *names;

	t->collation_oid = snapshot_type_collation(t->d->compile->snapshot, t->of);
	if (!t->collation)
		return true;
	if (!t->collation_oid)
		return err_set(t->d->err, ERR_WRONG_OBJECT_TYPE, -1,
			       "range collation specified but subtype does not support collation");
	if (!parameter_name(t, t->collation, &names, &clause.n_collname))
		return false;
	clause.collname = (PgQuery__Node **)(uintptr_t)names;
	return usertype_collation(t->d, &clause, t->of, &t->collation_oid);
}

static bool
refuse_functions(struct range_draft *t)
{
	if (t->canonical) {
		err_set(t->d->err, ERR_INVALID_OBJECT_DEFINITION, -1,
			"cannot specify a canonical function without a pre-created shell type");
		return err_hint(t->d->err,
				"Create the type as a shell type, then create its canonicalization "
				"function, then do a full CREATE TYPE.");
	}
	return !t->diff || err_unsupported(t->d->err, -1, "subtype_diff of a range type");
}

/* "range" in the name becomes "multirange"; else it gets a suffix. */
static const char *
multirange_name(struct range_draft *t)
{
	const char *name = t->place.name, *range = strstr(name, "range");

	if (!range) {
		size_t room = NAME_MAX_BYTES - strlen("_multirange");
		size_t n = MIN(strlen(name), room);

		while (n < strlen(name) && n && ((unsigned char)name[n] & 0xc0) == 0x80)
			n--;
		return arena_printf(t->d->arena, "%.*s_multirange", (int)n, name);
	}
	name = arena_printf(t->d->arena, "%.*smulti%s", (int)(range - name), name, range);
	for (size_t n = NAME_MAX_BYTES; strlen(name) > NAME_MAX_BYTES; n--)
		if (((unsigned char)name[n] & 0xc0) != 0x80)
			name = arena_strndup(t->d->arena, name, n);
	return name;
}

static bool
place_multirange(struct range_draft *t)
{
	struct ddl *d = t->d;
	PgQuery__Node *const *names;
	size_t n;

	if (t->multi)
		return parameter_name(t, t->multi, &names, &n) &&
		       usertype_place(d, names, n, &t->multirange) &&
		       usertype_name_free(d, t->multirange.schema, t->multirange.name);
	t->multirange = (struct type_place){t->place.schema, multirange_name(t)};
	if (usertype_name_free(d, t->multirange.schema, t->multirange.name))
		return true;
	err_detail(d->err, "Failed while creating a multirange type for type \"%s\".",
		   t->place.name);
	return err_hint(d->err, "You can manually specify a multirange type name using the "
				"\"multirange_type_name\" attribute.");
}

/* Those of the range's functions follow its own. */
static bool
range_oids(struct ddl *d, oid_t *range)
{
	if (!(*range = ddl_new_oid(d)))
		return false;
	for (int i = 1; i <= RANGE_EXTRA_OIDS; i++)
		if (!ddl_new_oid(d))
			return false;
	return true;
}

static bool
write_range(struct range_draft *t)
{
	struct type_row range = {.typtype = 'r'}, multi = {.typtype = 'm'};
	struct ddl *d = t->d;

	return (range.array_oid = ddl_new_oid(d)) && (multi.oid = ddl_new_oid(d)) &&
	       (multi.array_oid = ddl_new_oid(d)) && range_oids(d, &range.oid) &&
	       type_rows_add(d, &t->place, &range) && type_rows_add(d, &t->multirange, &multi) &&
	       ROWS_EXEC(d, t->place.schema->temp,
			 "INSERT INTO %s.\"litephant.pg_range\"(rngtypid, rngsubtype, "
			 "rngmultitypid, rngcollation, rngsubopc) VALUES (?1, ?2, ?3, ?4, ?5)",
			 datum_int(range.oid), datum_int(t->of->oid), datum_int(multi.oid),
			 datum_int(t->collation_oid), datum_int(t->opclass_oid));
}

static bool
create_range(struct ddl *d, const PgQuery__Node *node)
{
	const PgQuery__CreateRangeStmt *s = node->create_range_stmt;
	struct range_draft t = {.d = d};

	if (!usertype_place(d, s->type_name, s->n_type_name, &t.place) ||
	    !usertype_name_free(d, t.place.schema, t.place.name))
		return false;
	for (size_t i = 0; i < s->n_params; i++)
		if (!take_parameter(&t, s->params[i]->def_elem))
			return false;
	if (!find_subtype(&t) || !refuse_functions(&t) || !find_collation(&t) ||
	    !find_opclass(&t) || !place_multirange(&t))
		return false;
	if (!t.of->in || !t.of->out)
		return err_unsupported(d->err, -1, "type %s", usertype_display(d, t.of));
	if (t.multirange.schema->temp != t.place.schema->temp)
		return err_unsupported(d->err, -1, "a multirange in another schema than its range");
	return write_range(&t);
}

const struct ddl_command ddl_create_range = {PG_QUERY__NODE__NODE_CREATE_RANGE_STMT,
					     DDL_TRANSACTION, "CREATE TYPE", create_range, NULL};
