/*
 * table_to_xml, query_to_xml, cursor_to_xml, schema_to_xml, database_to_xml, and the same with
 * their schemas in front.
 */
#include "func/xml_map.h"

#include <inttypes.h>

#include "func/tables.h"

#define XSI "http://www.w3.org/2001/XMLSchema-instance"

enum { RESULT_MAX = 0x3fffffff };

/* ---- what is asked for ---- */

bool
xml_mapping_begin(struct xml_mapping *m, struct fcall *c, const struct datum *args)
{
	int64_t nulls, forest;
	size_t n;

	*m = (struct xml_mapping){.c = c, .shared = c->arena};
	c->arena = &m->own;
	if (!arg_int(c, &args[0], &nulls) || !arg_int(c, &args[1], &forest))
		return false;
	m->nulls = nulls;
	m->forest = forest;
	m->ns = xml_text(c, &args[2], &n);
	if (!c->env || !c->env->ops || !c->env->ops->run_query || !c->env->snapshot)
		return err_unsupported(c->err, -1, "running a query here");
	return true;
}

bool
xml_mapping_end(struct xml_mapping *m, bool ok, struct buf *b, struct datum *out)
{
	m->c->arena = m->shared;
	arena_release(&m->own);
	if (ok)
		return ret_xml(m->c, b, out);
	buf_release(b);
	return false;
}

const char *
xml_mapped(const struct xml_mapping *m, const char *identifier)
{
	struct buf b = BUF_INIT;
	const char *name;

	xml_name(identifier, true, false, &b);
	name = buf_dup(&b, m->c->arena);
	buf_release(&b);
	return name;
}

/* ---- the root ---- */

void
xml_root_open(const struct xml_mapping *m, const char *name, bool schema, bool top, struct buf *b)
{
	buf_printf(b, "<%s", name);
	if (top)
		buf_puts(b, " xmlns:xsi=\"" XSI "\"");
	if (top && *m->ns)
		buf_printf(b, " xmlns=\"%s\"", m->ns);
	if (schema && *m->ns)
		buf_printf(b, " xsi:schemaLocation=\"%s #\"", m->ns);
	else if (schema)
		buf_puts(b, " xsi:noNamespaceSchemaLocation=\"#\"");
	buf_puts(b, ">\n");
}

void
xml_root_close(const char *name, struct buf *b)
{
	buf_printf(b, "</%s>\n", name);
}

/* ---- which tables ---- */

const char *
xml_table_query(const struct xml_mapping *m, oid_t rel)
{
	const struct type_env *env = &m->c->env->types;
	struct buf b = BUF_INIT;
	const char *query;

	buf_puts(&b, "SELECT * FROM ");
	if (env->reg && rel)
		env->reg->name(env->reg_arg, T_REGCLASS, rel, &b);
	else
		buf_puts(&b, "-");
	query = buf_dup(&b, m->c->arena);
	buf_release(&b);
	return query;
}

const struct relation *
xml_open_relation(const struct xml_mapping *m, oid_t oid)
{
	const struct relation *r = snapshot_relation_by_oid(m->c->env->snapshot, oid);
	char kind = !r ? 0 : r->builtin ? builtin_relkind(r) : r->kind;

	if (!r) {
		err_set(m->c->err, ERR_INTERNAL_ERROR, -1,
			"could not open relation with OID %" PRIu32, oid);
		return NULL;
	}
	if (kind != 'i' && kind != 'c')
		return r;
	err_set(m->c->err, ERR_WRONG_OBJECT_TYPE, -1, "\"%s\" is %s", r->name,
		kind == 'i' ? "an index" : "a composite type");
	return NULL;
}

const struct schema *
xml_find_schema(const struct xml_mapping *m, const struct datum *name)
{
	size_t n;
	const char *s = xml_text(m->c, name, &n);
	const struct schema *found = snapshot_schema(m->c->env->snapshot, s);

	if (!found)
		err_set(m->c->err, ERR_INVALID_SCHEMA_NAME, -1, "schema \"%s\" does not exist", s);
	return found;
}

struct oids {
	struct arena *arena;
	struct vec *out;
};

static bool
take_oid(void *arg, const struct datum *values)
{
	struct oids *o = arg;
	oid_t *oid = ARENA_NEW(o->arena, oid_t);

	*oid = (oid_t)values[0].i;
	vec_push(o->arena, o->out, oid);
	return true;
}

static bool
list_oids(const struct xml_mapping *m, const char *query, struct vec *out)
{
	struct fcall *c = m->c;
	struct oids o = {c->arena, out};
	struct query_sink sink = {.arg = &o, .row = take_oid};

	return c->env->ops->run_query(c->env->ops_arg, query, false, &sink, c->err);
}

#define SCHEMAS                                                                                    \
	"SELECT oid FROM pg_catalog.pg_namespace WHERE "                                           \
	"pg_catalog.has_schema_privilege(oid, 'USAGE') AND nspname OPERATOR(pg_catalog.!~) "       \
	"'^pg_' AND nspname OPERATOR(pg_catalog.<>) 'information_schema'"
#define TABLES                                                                                     \
	"SELECT oid FROM pg_catalog.pg_class WHERE relkind IN ('r', 'm', 'v') AND "                \
	"pg_catalog.has_table_privilege(oid, 'SELECT') AND relnamespace IN ("

bool
xml_visible_tables(const struct xml_mapping *m, oid_t schema, struct vec *out)
{
	const char *query =
		schema ? arena_printf(m->c->arena, TABLES "%" PRIu32 ") ORDER BY relname", schema)
		       : TABLES SCHEMAS ")";

	return list_oids(m, query, out);
}

bool
xml_visible_schemas(const struct xml_mapping *m, struct vec *out)
{
	return list_oids(m, SCHEMAS, out);
}

/* ---- rows ---- */

struct rows_out {
	const struct xml_mapping *m;
	const char *table; /* its XML name, or NULL */
	bool top;
	struct buf *b;
	const struct type **types;
	int32_t *typmods;
	const char **names;
	int ncols;
};

static bool
take_columns(void *arg, const struct query_column *cols, int n)
{
	struct rows_out *o = arg;
	struct arena *a = o->m->c->arena;

	o->types = (const struct type **)ARENA_ARRAY(a, struct type *, n + 1);
	o->typmods = ARENA_ARRAY(a, int32_t, n + 1);
	o->names = (const char **)ARENA_ARRAY(a, char *, n + 1);
	o->ncols = n;
	for (int i = 0; i < n; i++) {
		o->types[i] = cols[i].type;
		o->typmods[i] = cols[i].typmod;
		o->names[i] = xml_mapped(o->m, cols[i].name);
	}
	return true;
}

static bool
put_columns(struct rows_out *o, const struct datum *values)
{
	struct buf *b = o->b;

	for (int i = 0; i < o->ncols; i++) {
		if (values[i].class == DATUM_NULL) {
			if (o->m->nulls)
				buf_printf(b, "  <%s xsi:nil=\"true\"/>\n", o->names[i]);
			continue;
		}
		buf_printf(b, "  <%s>", o->names[i]);
		if (!xml_value(o->m->c, o->types[i], o->typmods[i], &values[i], true, b))
			return false;
		buf_printf(b, "</%s>\n", o->names[i]);
	}
	return true;
}

static bool
too_long(struct rows_out *o)
{
	err_set(o->m->c->err, ERR_PROGRAM_LIMIT_EXCEEDED, -1, "out of memory");
	return err_detail(o->m->c->err,
			  "Cannot enlarge string buffer containing %zu bytes by 1 more bytes.",
			  o->b->len);
}

/* Values are worked out in an arena of the row's own. */
static bool
take_row(void *arg, const struct datum *values)
{
	struct rows_out *o = arg;
	struct fcall *c = o->m->c;
	struct arena row = ARENA_INIT, *whole = c->arena;
	const char *name = o->table ? o->table : o->m->forest ? "row" : "table";
	bool ok;

	if (o->m->forest)
		xml_root_open(o->m, name, false, o->top, o->b);
	else
		buf_puts(o->b, "<row>\n");
	c->arena = &row;
	ok = put_columns(o, values);
	c->arena = whole;
	arena_release(&row);
	if (o->m->forest)
		xml_root_close(name, o->b);
	buf_puts(o->b, o->m->forest ? "\n" : "</row>\n\n");
	return ok && (o->b->len < RESULT_MAX || too_long(o));
}

/* ---- a query's result ---- */

struct source {
	const char *query;  /* or */
	const char *cursor; /* count rows of it */
	int64_t count;
	const char *table; /* its XML name, or NULL */
};

static bool
run(const struct xml_mapping *m, const struct source *from, struct rows_out *o)
{
	struct fcall *c = m->c;
	struct query_sink sink = {.arg = o, .columns = take_columns, .row = take_row};

	if (from->cursor)
		return c->env->ops->fetch_cursor(c->env->ops_arg, from->cursor, from->count, &sink,
						 c->err);
	return c->env->ops->run_query(c->env->ops_arg, from->query, false, &sink, c->err);
}

/* schema: the XML Schema to put in front, or NULL. */
static bool
put_query(const struct xml_mapping *m, const struct source *from, const struct buf *schema,
	  bool top, struct buf *b)
{
	struct rows_out o = {.m = m, .table = from->table, .top = top, .b = b};
	const char *root = from->table ? from->table : "table";

	if (!m->forest) {
		xml_root_open(m, root, schema != NULL, top, b);
		buf_putc(b, '\n');
	}
	if (schema) {
		buf_add(b, schema->data, schema->len);
		buf_puts(b, "\n\n");
	}
	if (!run(m, from, &o))
		return false;
	if (!m->forest)
		xml_root_close(root, b);
	return true;
}

static bool
put_table(const struct xml_mapping *m, oid_t oid, const struct buf *schema, bool top, struct buf *b)
{
	const struct relation *r = snapshot_relation_by_oid(m->c->env->snapshot, oid);
	struct source from = {.query = xml_table_query(m, oid),
			      .table = r ? xml_mapped(m, r->name) : NULL};

	return put_query(m, &from, schema, top, b);
}

static bool
put_schema(const struct xml_mapping *m, const struct schema *s, const struct buf *schema, bool top,
	   struct buf *b)
{
	const char *name = xml_mapped(m, s->name);
	struct vec tables = {0};

	if (!xml_visible_tables(m, s->oid, &tables))
		return false;
	xml_root_open(m, name, schema != NULL, top, b);
	buf_putc(b, '\n');
	if (schema) {
		buf_add(b, schema->data, schema->len);
		buf_puts(b, "\n\n");
	}
	for (int i = 0; i < tables.n; i++) {
		if (!put_table(m, *VEC_AT(oid_t, &tables, i), NULL, false, b))
			return false;
		buf_putc(b, '\n');
	}
	xml_root_close(name, b);
	return true;
}

static bool
put_database(const struct xml_mapping *m, const struct buf *schema, struct buf *b)
{
	const char *name = xml_mapped(m, m->c->env->database);
	struct vec schemas = {0};

	if (!xml_visible_schemas(m, &schemas))
		return false;
	xml_root_open(m, name, schema != NULL, true, b);
	buf_putc(b, '\n');
	if (schema) {
		buf_add(b, schema->data, schema->len);
		buf_puts(b, "\n\n");
	}
	for (int i = 0; i < schemas.n; i++) {
		const struct schema *s =
			snapshot_schema_by_oid(m->c->env->snapshot, *VEC_AT(oid_t, &schemas, i));

		if (s && !put_schema(m, s, NULL, false, b))
			return false;
		buf_putc(b, '\n');
	}
	xml_root_close(name, b);
	return true;
}

/* ---- the functions ---- */

static bool
finish(struct xml_mapping *m, bool ok, struct buf *b, struct buf *schema, struct datum *out)
{
	buf_release(schema);
	return xml_mapping_end(m, ok, b, out);
}

static bool
table(struct fcall *c, const struct datum *args, bool with_schema, struct datum *out)
{
	struct buf b = BUF_INIT, schema = BUF_INIT;
	struct xml_mapping m;
	int64_t oid;
	bool ok = xml_mapping_begin(&m, c, args + 1) && arg_int(c, &args[0], &oid);

	ok = ok && (!with_schema || xml_table_schema(&m, (oid_t)oid, &schema)) &&
	     put_table(&m, (oid_t)oid, with_schema ? &schema : NULL, true, &b);
	return finish(&m, ok, &b, &schema, out);
}

static bool
query(struct fcall *c, const struct datum *args, bool with_schema, struct datum *out)
{
	struct buf b = BUF_INIT, schema = BUF_INIT;
	struct xml_mapping m;
	struct source from = {0};
	size_t n;
	bool ok = xml_mapping_begin(&m, c, args + 1);

	from.query = xml_text(c, &args[0], &n);
	ok = ok && (!with_schema || xml_query_schema(&m, from.query, &schema)) &&
	     put_query(&m, &from, with_schema ? &schema : NULL, true, &b);
	return finish(&m, ok, &b, &schema, out);
}

static bool
cursor_to_xml(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct buf b = BUF_INIT, schema = BUF_INIT;
	struct xml_mapping m;
	struct source from = {0};
	size_t n;
	bool ok = xml_mapping_begin(&m, c, args + 2) && arg_int(c, &args[1], &from.count);

	from.cursor = xml_text(c, &args[0], &n);
	ok = ok && put_query(&m, &from, NULL, true, &b);
	return finish(&m, ok, &b, &schema, out);
}

static bool
schema(struct fcall *c, const struct datum *args, bool with_schema, struct datum *out)
{
	struct buf b = BUF_INIT, text = BUF_INIT;
	struct xml_mapping m;
	const struct schema *s = NULL;
	bool ok = xml_mapping_begin(&m, c, args + 1) && (s = xml_find_schema(&m, &args[0]));

	ok = ok && (!with_schema || xml_schema_schema(&m, s, &text)) &&
	     put_schema(&m, s, with_schema ? &text : NULL, true, &b);
	return finish(&m, ok, &b, &text, out);
}

static bool
database(struct fcall *c, const struct datum *args, bool with_schema, struct datum *out)
{
	struct buf b = BUF_INIT, text = BUF_INIT;
	struct xml_mapping m;
	bool ok = xml_mapping_begin(&m, c, args);

	ok = ok && (!with_schema || xml_database_schema(&m, &text)) &&
	     put_database(&m, with_schema ? &text : NULL, &b);
	return finish(&m, ok, &b, &text, out);
}

#define BOTH(name)                                                                                 \
	static bool name##_to_xml(struct fcall *c, const struct datum *args, int nargs UNUSED,     \
				  struct datum *out)                                               \
	{                                                                                          \
		return name(c, args, false, out);                                                  \
	}                                                                                          \
	static bool name##_to_xml_and_xmlschema(struct fcall *c, const struct datum *args,         \
						int nargs UNUSED, struct datum *out)               \
	{                                                                                          \
		return name(c, args, true, out);                                                   \
	}
BOTH(table)
BOTH(query)
BOTH(schema)
BOTH(database)

const struct func func_xml_map[] = {
	FUNC_S("table_to_xml", table_to_xml),
	FUNC_S("table_to_xml_and_xmlschema", table_to_xml_and_xmlschema),
	FUNC_S("query_to_xml", query_to_xml),
	FUNC_S("query_to_xml_and_xmlschema", query_to_xml_and_xmlschema),
	FUNC_S("cursor_to_xml", cursor_to_xml),
	FUNC_S("schema_to_xml", schema_to_xml),
	FUNC_S("schema_to_xml_and_xmlschema", schema_to_xml_and_xmlschema),
	FUNC_S("database_to_xml", database_to_xml),
	FUNC_S("database_to_xml_and_xmlschema", database_to_xml_and_xmlschema),
	FUNC_END,
};
