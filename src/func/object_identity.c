/*
 * What an object is called: one function per class of objects, each filling a struct object.
 */
#include "func/object_fn.h"
#include "types/domain.h"

const struct object_class object_classes[] = {
	{CLASS_COLLATION, "collation", "pg_collation", "collname", "collnamespace", NULL},
	{CLASS_CONVERSION, "conversion", "pg_conversion", "conname", "connamespace", NULL},
	{CLASS_LANGUAGE, "language", "pg_language", "lanname", NULL, NULL},
	{CLASS_OPCLASS, "operator class", "pg_opclass", "opcname", "opcnamespace", "opcmethod"},
	{CLASS_OPFAMILY, "operator family", "pg_opfamily", "opfname", "opfnamespace", "opfmethod"},
	{CLASS_AM, "access method", "pg_am", "amname", NULL, NULL},
	{CLASS_PG_DATABASE, "database", "pg_database", "datname", NULL, NULL},
	{CLASS_PG_AUTHID, "role", "pg_authid", "rolname", NULL, NULL},
	{CLASS_TABLESPACE, "tablespace", "pg_tablespace", "spcname", NULL, NULL},
	{CLASS_PG_NAMESPACE, "schema", "pg_namespace", "nspname", NULL, NULL},
	{CLASS_TS_CONFIG, "text search configuration", "pg_ts_config", "cfgname", "cfgnamespace",
	 NULL},
	{CLASS_TS_DICT, "text search dictionary", "pg_ts_dict", "dictname", "dictnamespace", NULL},
	{CLASS_TS_PARSER, "text search parser", "pg_ts_parser", "prsname", "prsnamespace", NULL},
	{CLASS_TS_TEMPLATE, "text search template", "pg_ts_template", "tmplname", "tmplnamespace",
	 NULL},
	{CLASS_EXTENSION, "extension", "pg_extension", "extname", NULL, NULL},
	{0},
};

static const char *
quoted(struct fcall *c, const char *name)
{
	return quote_identifier(c->arena, name);
}

static void
add(struct fcall *c, struct vec *v, const char *word)
{
	vec_push(c->arena, v, arena_strdup(c->arena, word));
}

char *
object_type_name(struct fcall *c, oid_t oid)
{
	const struct type *t = snapshot_type(c->env->snapshot, oid);

	if (!t || !type_builtin(oid))
		return snapshot_format_type(c->arena, c->env->snapshot, NULL, oid, -1);
	if (t->elem_oid && *t->name == '_')
		return arena_printf(c->arena, "%s[]", object_type_name(c, t->elem_oid));
	if (t->sql_name && *t->sql_name != '"')
		return arena_strdup(c->arena, t->sql_name);
	if (oid == T_NUMERIC || oid == T_INTERVAL || oid == T_BIT)
		return arena_strdup(c->arena, t->name);
	return arena_printf(c->arena, "pg_catalog.%s", quoted(c, t->name));
}

static char *
shown_type(struct fcall *c, oid_t oid)
{
	return snapshot_format_type(c->arena, c->env->snapshot, c->env->search_path, oid, -1);
}

static const char *
schema_name(struct fcall *c, oid_t oid)
{
	const struct schema *s = snapshot_schema_by_oid(c->env->snapshot, oid);

	return s ? s->name : "???";
}

static char *
reg_name(struct fcall *c, oid_t kind, oid_t oid)
{
	struct buf b = BUF_INIT;
	char *text;

	catalog_reg_ops.name(c->env, kind, oid, &b);
	text = buf_dup(&b, c->arena);
	buf_release(&b);
	return text;
}

/* ---- relations and their columns ---- */

static const char *
kind_word(const struct relation *r)
{
	switch (builtin_relkind(r)) {
	case 'i':
		return "index";
	case 'S':
		return "sequence";
	case 'v':
		return "view";
	case 'm':
		return "materialized view";
	case 'c':
		return "composite type";
	default:
		return "table";
	}
}

static char *
shown_relation(struct fcall *c, const struct relation *r)
{
	return snapshot_relation_name(c->arena, c->env->snapshot, c->env->search_path, r);
}

static char *
full_name(struct fcall *c, const struct relation *r)
{
	return snapshot_relation_name(c->arena, c->env->snapshot, NULL, r);
}

static void
add_relation(struct fcall *c, struct vec *names, const struct relation *r)
{
	add(c, names, r->schema->name);
	add(c, names, r->name);
}

static void
read_relation(struct fcall *c, struct object *o)
{
	const struct relation *r = snapshot_relation_by_oid(c->env->snapshot, o->oid);
	const struct column *col = r && o->sub ? relation_column_at(r, o->sub) : NULL;

	o->type = r ? kind_word(r) : "relation";
	if (r && o->sub)
		o->type = arena_printf(c->arena, "%s column", o->type);
	if (!r || (o->sub && !col))
		return;
	o->found = true;
	o->schema = quoted(c, r->schema->name);
	o->name = quoted(c, r->name);
	o->description = arena_printf(c->arena, "%s %s", kind_word(r), shown_relation(c, r));
	o->identity = full_name(c, r);
	add_relation(c, &o->names, r);
	if (!col)
		return;
	o->description = arena_printf(c->arena, "column %s of %s", col->name, o->description);
	o->identity = arena_printf(c->arena, "%s.%s", o->identity, quoted(c, col->name));
	add(c, &o->names, col->name);
}

static void
read_default(struct fcall *c, struct object *o)
{
	const struct snapshot *s = c->env->snapshot;

	o->type = "default value";
	for (int i = 0; i < s->relations.n; i++) {
		const struct relation *r = VEC_AT(struct relation, &s->relations, i);

		for (int k = 0; k < r->ncols; k++) {
			const struct column *col = &r->cols[k];

			if (col->dropped || !col->default_oid || col->default_oid != o->oid)
				continue;
			o->found = true;
			o->description =
				arena_printf(c->arena, "default value for column %s of %s %s",
					     col->name, kind_word(r), shown_relation(c, r));
			o->identity = arena_printf(c->arena, "for %s.%s", full_name(c, r),
						   quoted(c, col->name));
			add_relation(c, &o->names, r);
			add(c, &o->names, col->name);
			return;
		}
	}
}

static void
read_domain_constraint(struct fcall *c, struct object *o)
{
	const struct domain_constraint *check;
	const struct type *t = snapshot_domain_constraint(c->env->snapshot, o->oid, &check);
	const struct user_type *u = t ? snapshot_user_type(c->env->snapshot, t->oid) : NULL;

	o->type = "constraint";
	if (!u)
		return;
	o->found = true;
	o->type = "domain constraint";
	o->schema = quoted(c, u->schema->name);
	o->description = arena_printf(c->arena, "constraint %s", check->name);
	o->identity = arena_printf(c->arena, "%s on %s", quoted(c, check->name),
				   object_type_name(c, t->oid));
	add(c, &o->names, object_type_name(c, t->oid));
	add(c, &o->args, check->name);
}

static void
read_constraint(struct fcall *c, struct object *o)
{
	const struct constraint *k = snapshot_constraint_by_oid(c->env->snapshot, o->oid);

	if (!k) {
		read_domain_constraint(c, o);
		return;
	}
	o->found = true;
	o->type = "table constraint";
	o->schema = quoted(c, k->rel->schema->name);
	o->description = arena_printf(c->arena, "constraint %s on %s %s", k->name,
				      kind_word(k->rel), shown_relation(c, k->rel));
	o->identity = arena_printf(c->arena, "%s on %s", quoted(c, k->name), full_name(c, k->rel));
	add_relation(c, &o->names, k->rel);
	add(c, &o->names, k->name);
}

static void
read_rule(struct fcall *c, struct object *o)
{
	struct catalog_row row;
	const struct relation *r;

	o->type = "rule";
	if (!catalog_row_find(c, "pg_rewrite", o->oid, &row))
		return;
	r = snapshot_relation_by_oid(c->env->snapshot, catalog_row_oid(&row, "ev_class"));
	catalog_row_close(&row);
	if (!r)
		return;
	o->found = true;
	o->description =
		arena_printf(c->arena, "rule _RETURN on %s %s", kind_word(r), shown_relation(c, r));
	o->identity = arena_printf(c->arena, "\"_RETURN\" on %s", full_name(c, r));
	add_relation(c, &o->names, r);
	add(c, &o->names, "_RETURN");
}

/* ---- types, functions, operators, casts ---- */

static void
read_type(struct fcall *c, struct object *o)
{
	const struct type *t = snapshot_type(c->env->snapshot, o->oid);
	const struct user_type *u = snapshot_user_type(c->env->snapshot, o->oid);

	o->type = "type";
	if (!t)
		return;
	o->found = true;
	o->schema = u ? quoted(c, u->schema->name) : "pg_catalog";
	o->name = quoted(c, t->name);
	o->description = arena_printf(c->arena, "type %s", shown_type(c, o->oid));
	o->identity = object_type_name(c, o->oid);
	add(c, &o->names, o->identity);
}

/* "name(type,type)", every type with its schema; the types are added to args, too. */
static const char *
signature(struct fcall *c, const char *schema, const char *name, const oid_t *types, int n,
	  struct vec *args)
{
	struct buf b = BUF_INIT;
	const char *text;

	buf_printf(&b, "%s.%s(", schema, name);
	for (int i = 0; i < n; i++) {
		buf_printf(&b, "%s%s", i ? "," : "",
			   types[i] ? object_type_name(c, types[i]) : "NONE");
		if (types[i] && args)
			add(c, args, object_type_name(c, types[i]));
	}
	buf_putc(&b, ')');
	text = buf_dup(&b, c->arena);
	buf_release(&b);
	return text;
}

static void
read_proc(struct fcall *c, struct object *o)
{
	const struct proc *p = snapshot_proc(c->env->snapshot, o->oid);

	o->type = !p               ? "routine"
		  : p->kind == 'a' ? "aggregate"
		  : p->kind == 'p' ? "procedure"
				   : "function";
	if (!p)
		return;
	o->found = true;
	o->schema = schema_name(c, p->namespace_oid);
	o->description = arena_printf(c->arena, "function %s", reg_name(c, T_REGPROCEDURE, o->oid));
	o->identity = signature(c, o->schema, quoted(c, p->name), p->argtypes, p->nargs, &o->args);
	add(c, &o->names, o->schema);
	add(c, &o->names, p->name);
}

static void
read_operator(struct fcall *c, struct object *o)
{
	const struct oper *op = oper_find(o->oid);

	o->type = "operator";
	if (!op)
		return;
	o->found = true;
	o->schema = "pg_catalog";
	o->description = arena_printf(c->arena, "operator %s", reg_name(c, T_REGOPERATOR, o->oid));
	o->identity =
		signature(c, "pg_catalog", op->name, (oid_t[]){op->left, op->right}, 2, &o->args);
	add(c, &o->names, "pg_catalog");
	add(c, &o->names, op->name);
}

static void
read_cast(struct fcall *c, struct object *o)
{
	const struct cast *k;

	o->type = "cast";
	for (int i = 0; (k = cast_at(i)); i++) {
		if (k->oid != o->oid)
			continue;
		o->found = true;
		o->description = arena_printf(c->arena, "cast from %s to %s",
					      shown_type(c, k->source), shown_type(c, k->target));
		o->identity = arena_printf(c->arena, "(%s AS %s)", object_type_name(c, k->source),
					   object_type_name(c, k->target));
		add(c, &o->names, object_type_name(c, k->source));
		add(c, &o->args, object_type_name(c, k->target));
		return;
	}
}

/* ---- members of operator families ---- */

struct family {
	const char *schema, *name, *method;
};

static bool
read_family(struct fcall *c, oid_t oid, struct family *f)
{
	struct catalog_row row, am;
	oid_t method;

	if (!catalog_row_find(c, "pg_opfamily", oid, &row))
		return false;
	f->name = catalog_row_text(c, &row, "opfname");
	f->schema = schema_name(c, catalog_row_oid(&row, "opfnamespace"));
	method = catalog_row_oid(&row, "opfmethod");
	catalog_row_close(&row);
	if (!catalog_row_find(c, "pg_am", method, &am))
		return false;
	f->method = catalog_row_text(c, &am, "amname");
	catalog_row_close(&am);
	return true;
}

static void
describe_member(struct fcall *c, struct object *o, const struct family *f, int number,
		const oid_t types[2], const char *what)
{
	const char *word = o->class == CLASS_AMOP ? "operator" : "function";

	o->found = true;
	o->description = arena_printf(
		c->arena, "%s %d (%s, %s) of operator family %s for access method %s: %s", word,
		number, shown_type(c, types[0]), shown_type(c, types[1]), quoted(c, f->name),
		f->method, what);
	o->identity = arena_printf(c->arena, "%s %d (%s, %s) of %s.%s USING %s", word, number,
				   object_type_name(c, types[0]), object_type_name(c, types[1]),
				   quoted(c, f->schema), quoted(c, f->name), f->method);
	add(c, &o->names, f->method);
	add(c, &o->names, f->schema);
	add(c, &o->names, f->name);
	add(c, &o->names, arena_printf(c->arena, "%d", number));
	add(c, &o->args, object_type_name(c, types[0]));
	add(c, &o->args, object_type_name(c, types[1]));
}

static void
read_member(struct fcall *c, struct object *o)
{
	bool op = o->class == CLASS_AMOP;
	struct catalog_row row;
	struct family f;
	oid_t types[2], family, what;
	int number;

	o->type = op ? "operator of access method" : "function of access method";
	if (!catalog_row_find(c, op ? "pg_amop" : "pg_amproc", o->oid, &row))
		return;
	types[0] = catalog_row_oid(&row, op ? "amoplefttype" : "amproclefttype");
	types[1] = catalog_row_oid(&row, op ? "amoprighttype" : "amprocrighttype");
	family = catalog_row_oid(&row, op ? "amopfamily" : "amprocfamily");
	number = (int)catalog_row_oid(&row, op ? "amopstrategy" : "amprocnum");
	what = catalog_row_oid(&row, op ? "amopopr" : "amproc");
	catalog_row_close(&row);
	if (read_family(c, family, &f))
		describe_member(c, o, &f, number, types,
				reg_name(c, op ? T_REGOPERATOR : T_REGPROCEDURE, what));
}

/* ---- the rest: a name, perhaps a schema, perhaps an access method ---- */

static const char *
method_name(struct fcall *c, oid_t oid)
{
	struct catalog_row row;
	const char *name = "???";

	if (catalog_row_find(c, "pg_am", oid, &row)) {
		name = catalog_row_text(c, &row, "amname");
		catalog_row_close(&row);
	}
	return name;
}

static void
read_named(struct fcall *c, const struct object_class *k, struct object *o)
{
	struct catalog_row row;
	const char *name, *method = NULL, *schema = NULL;

	o->type = k->type;
	if (!catalog_row_find(c, k->catalog, o->oid, &row))
		return;
	o->found = true;
	name = catalog_row_text(c, &row, k->name);
	if (k->schema)
		schema = schema_name(c, catalog_row_oid(&row, k->schema));
	if (k->method)
		method = method_name(c, catalog_row_oid(&row, k->method));
	catalog_row_close(&row);
	o->name = quoted(c, name);
	o->schema = schema ? quoted(c, schema) : NULL;
	o->description = arena_printf(c->arena, "%s %s", k->type, schema ? o->name : name);
	o->identity = schema ? arena_printf(c->arena, "%s.%s", o->schema, o->name) : o->name;
	if (method) {
		o->description =
			arena_printf(c->arena, "%s for access method %s", o->description, method);
		o->identity = arena_printf(c->arena, "%s USING %s", o->identity, method);
		add(c, &o->names, method);
	}
	if (schema)
		add(c, &o->names, schema);
	add(c, &o->names, name);
}

/* Classes that nothing here is of. */
static const char *
empty_class(oid_t class)
{
	static const struct {
		oid_t class;
		const char *type;
	} rows[] = {
		{2613, "large object"},
		{2620, "trigger"},
		{3381, "statistics object"},
		{2328, "foreign-data wrapper"},
		{1417, "server"},
		{1418, "user mapping"},
		{826, "default acl"},
		{3466, "event trigger"},
		{3256, "policy"},
		{6104, "publication"},
		{6106, "publication relation"},
		{6237, "publication namespace"},
		{6100, "subscription"},
		{3576, "transform"},
		{6243, "parameter ACL"},
	};

	for (size_t i = 0; i < COUNTOF(rows); i++)
		if (rows[i].class == class)
			return rows[i].type;
	return NULL;
}

bool
object_read(struct fcall *c, oid_t class, oid_t oid, int sub, struct object *o)
{
	static const struct {
		oid_t class;
		void (*read)(struct fcall *c, struct object *o);
	} readers[] = {
		{CLASS_PG_CLASS, read_relation},  {CLASS_PG_TYPE, read_type},
		{CLASS_PG_PROC, read_proc},       {CLASS_PG_CONSTRAINT, read_constraint},
		{CLASS_PG_ATTRDEF, read_default}, {CLASS_OPERATOR, read_operator},
		{CLASS_CAST, read_cast},          {CLASS_REWRITE, read_rule},
		{CLASS_AMOP, read_member},        {CLASS_AMPROC, read_member},
	};

	*o = (struct object){.class = class, .oid = oid, .sub = sub};
	for (size_t i = 0; i < COUNTOF(readers); i++)
		if (readers[i].class == class) {
			readers[i].read(c, o);
			return true;
		}
	for (const struct object_class *k = object_classes; k->class; k++)
		if (k->class == class) {
			read_named(c, k, o);
			return true;
		}
	o->type = empty_class(class);
	return o->type ||
	       err_set(c->err, ERR_INTERNAL_ERROR, -1, "unrecognized object class: %u", class);
}
