/*
 * XML Schema for tables, queries and cursors, schemas and databases.
 */
#include "func/tables.h"
#include "func/xml_map.h"
#include "types/domain.h"

/* ---- names of types ---- */

/* first.a.b.c, those that are there. */
static void
put_path(const char *first, const char *a, const char *b, const char *c, struct buf *out)
{
	const char *parts[] = {a, b, c};

	buf_puts(out, first);
	for (size_t i = 0; i < COUNTOF(parts) && parts[i]; i++) {
		buf_putc(out, '.');
		xml_name(parts[i], true, true, out);
	}
}

static const char *
path_name(const struct xml_mapping *m, const char *first, const char *schema, const char *object)
{
	struct buf b = BUF_INIT;
	const char *name;

	put_path(first, m->c->env->database, schema, object, &b);
	name = buf_dup(&b, m->c->arena);
	buf_release(&b);
	return name;
}

static const char *
type_schema(const struct xml_mapping *m, const struct type *t)
{
	const struct user_type *u = snapshot_user_type(m->c->env->snapshot, t->oid);
	const struct type *base = t->elem_oid && t->of ? t->of : t;

	if (u && u->schema)
		return u->schema->name;
	return base->typtype == 'd' ? "information_schema" : "pg_catalog";
}

static const struct sql_name {
	oid_t oid;
	const char *name;
} sql_names[] = {
	{T_BPCHAR, "CHAR"},
	{T_VARCHAR, "VARCHAR"},
	{T_NUMERIC, "NUMERIC"},
	{T_INT4, "INTEGER"},
	{T_INT2, "SMALLINT"},
	{T_INT8, "BIGINT"},
	{T_FLOAT4, "REAL"},
	{T_FLOAT8, "DOUBLE"},
	{T_BOOL, "BOOLEAN"},
	{T_TIME, "TIME"},
	{T_TIMETZ, "TIME_WTZ"},
	{T_TIMESTAMP, "TIMESTAMP"},
	{T_TIMESTAMPTZ, "TIMESTAMP_WTZ"},
	{T_DATE, "DATE"},
	{T_XML, "XML"},
};

static void
put_typmod(oid_t type, int32_t typmod, struct buf *b)
{
	switch (type) {
	case T_BPCHAR:
	case T_VARCHAR:
		buf_printf(b, "_%d", typmod - 4);
		break;
	case T_NUMERIC:
		buf_printf(b, "_%d_%d", (typmod - 4) >> 16 & 0xffff, (typmod - 4) & 0xffff);
		break;
	case T_TIME:
	case T_TIMETZ:
	case T_TIMESTAMP:
	case T_TIMESTAMPTZ:
		buf_printf(b, "_%d", typmod);
		break;
	default:
		break;
	}
}

static void
put_type_name(const struct xml_mapping *m, const struct type *t, int32_t typmod, struct buf *b)
{
	for (size_t i = 0; i < COUNTOF(sql_names); i++) {
		if (sql_names[i].oid != t->oid)
			continue;
		buf_puts(b, sql_names[i].name);
		if (typmod != -1)
			put_typmod(t->oid, typmod, b);
		return;
	}
	put_path(t->typtype == 'd' ? "Domain" : "UDT", m->c->env->database, type_schema(m, t),
		 t->name, b);
}

/* ---- definitions of types ---- */

#define DAY "\\p{Nd}{4}-\\p{Nd}{2}-\\p{Nd}{2}"
#define CLOCK "\\p{Nd}{2}:\\p{Nd}{2}:\\p{Nd}{2}(.\\p{Nd}+)?"
#define ZONE "(\\+|-)\\p{Nd}{2}:\\p{Nd}{2}"

static void
put_restriction(const char *base, const char *facets, struct buf *b)
{
	buf_printf(b, "  <xsd:restriction base=\"xsd:%s\">\n%s  </xsd:restriction>\n", base,
		   facets);
}

static void
put_pattern(const char *base, const char *pattern, struct buf *b)
{
	buf_printf(b,
		   "  <xsd:restriction base=\"xsd:%s\">\n"
		   "    <xsd:pattern value=\"%s\"/>\n"
		   "  </xsd:restriction>\n",
		   base, pattern);
}

static void
put_bounds(const char *base, const char *max, const char *min, struct buf *b)
{
	buf_printf(b,
		   "  <xsd:restriction base=\"xsd:%s\">\n"
		   "    <xsd:maxInclusive value=\"%s\"/>\n"
		   "    <xsd:minInclusive value=\"%s\"/>\n"
		   "  </xsd:restriction>\n",
		   base, max, min);
}

static void
put_domain(const struct xml_mapping *m, const struct type *t, struct buf *b)
{
	int32_t typmod;
	const struct type *base = domain_base(t, &typmod);

	if (t->typtype != 'd')
		return;
	buf_puts(b, "  <xsd:restriction base=\"");
	put_type_name(m, base, typmod, b);
	buf_puts(b, "\"/>\n");
}

static void
put_simple_type(const struct xml_mapping *m, const struct type *t, struct buf *b)
{
	switch (t->oid) {
	case T_BPCHAR:
	case T_VARCHAR:
	case T_TEXT:
		put_restriction("string", "", b);
		break;
	case T_BYTEA:
		put_restriction(m->c->env->types.xml_hex ? "hexBinary" : "base64Binary", "", b);
		break;
	case T_NUMERIC:
		break;
	case T_INT2:
		put_bounds("short", "32767", "-32768", b);
		break;
	case T_INT4:
		put_bounds("int", "2147483647", "-2147483648", b);
		break;
	case T_INT8:
		put_bounds("long", "9223372036854775807", "-9223372036854775808", b);
		break;
	case T_FLOAT4:
		buf_puts(b, "  <xsd:restriction base=\"xsd:float\"></xsd:restriction>\n");
		break;
	case T_FLOAT8:
		buf_puts(b, "  <xsd:restriction base=\"xsd:double\"></xsd:restriction>\n");
		break;
	case T_BOOL:
		buf_puts(b, "  <xsd:restriction base=\"xsd:boolean\"></xsd:restriction>\n");
		break;
	case T_TIME:
		put_pattern("time", CLOCK, b);
		break;
	case T_TIMETZ:
		put_pattern("time", CLOCK ZONE, b);
		break;
	case T_TIMESTAMP:
		put_pattern("dateTime", DAY "T" CLOCK, b);
		break;
	case T_TIMESTAMPTZ:
		put_pattern("dateTime", DAY "T" CLOCK ZONE, b);
		break;
	case T_DATE:
		put_pattern("date", DAY, b);
		break;
	default:
		put_domain(m, t, b);
		break;
	}
}

static void
put_type(const struct xml_mapping *m, const struct type *t, struct buf *b)
{
	if (t->oid == T_XML) {
		buf_puts(b, "<xsd:complexType mixed=\"true\">\n"
			    "  <xsd:sequence>\n"
			    "    <xsd:any name=\"element\" minOccurs=\"0\" "
			    "maxOccurs=\"unbounded\" processContents=\"skip\"/>\n"
			    "  </xsd:sequence>\n"
			    "</xsd:complexType>\n");
	} else {
		buf_puts(b, "<xsd:simpleType name=\"");
		put_type_name(m, t, -1, b);
		buf_puts(b, "\">\n");
		put_simple_type(m, t, b);
		buf_puts(b, "</xsd:simpleType>\n");
	}
	buf_putc(b, '\n');
}

static void
add_type(const struct xml_mapping *m, const struct type *t, struct vec *types)
{
	for (int i = 0; i < types->n; i++)
		if (VEC_AT(const struct type, types, i)->oid == t->oid)
			return;
	vec_push(m->c->arena, types, (void *)(uintptr_t)t);
}

/* Every type once, then what domains among them are made of. */
static void
put_types(const struct xml_mapping *m, const struct xml_columns *tables, int n, struct buf *b)
{
	struct vec types = {0};

	for (int i = 0; i < n; i++)
		for (int k = 0; k < tables[i].n; k++)
			add_type(m, tables[i].cols[k].type, &types);
	for (int i = 0; i < types.n; i++) {
		const struct type *t = types.v[i];

		if (t->typtype == 'd')
			add_type(m, domain_base(t, NULL), &types);
	}
	for (int i = 0; i < types.n; i++)
		put_type(m, types.v[i], b);
}

/* ---- tables ---- */

static void
open_schema(const struct xml_mapping *m, struct buf *b)
{
	buf_puts(b, "<xsd:schema\n    xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\"");
	if (*m->ns)
		buf_printf(b,
			   "\n    targetNamespace=\"%s\"\n"
			   "    elementFormDefault=\"qualified\"",
			   m->ns);
	buf_puts(b, ">\n\n");
}

static void
close_schema(struct buf *b)
{
	buf_puts(b, "</xsd:schema>");
}

static void
put_row_type(const struct xml_mapping *m, const struct xml_columns *cols, const char *name,
	     struct buf *b)
{
	buf_printf(b, "<xsd:complexType name=\"%s\">\n  <xsd:sequence>\n", name);
	for (int i = 0; i < cols->n; i++) {
		buf_printf(b, "    <xsd:element name=\"%s\" type=\"",
			   xml_mapped(m, cols->cols[i].name));
		put_type_name(m, cols->cols[i].type, -1, b);
		buf_printf(b, "\"%s></xsd:element>\n",
			   m->nulls ? " nillable=\"true\"" : " minOccurs=\"0\"");
	}
	buf_puts(b, "  </xsd:sequence>\n</xsd:complexType>\n\n");
}

/* rel NULL: of a query. */
static void
put_table_schema(const struct xml_mapping *m, const struct xml_columns *cols,
		 const struct relation *rel, struct buf *b)
{
	const char *name = rel         ? xml_mapped(m, rel->name)
			   : m->forest ? "row"
				       : "table",
		   *table = "TableType", *row = "RowType";

	if (rel) {
		table = path_name(m, table, rel->schema->name, rel->name);
		row = path_name(m, row, rel->schema->name, rel->name);
	}
	open_schema(m, b);
	put_types(m, cols, 1, b);
	put_row_type(m, cols, row, b);
	if (!m->forest)
		buf_printf(b,
			   "<xsd:complexType name=\"%s\">\n"
			   "  <xsd:sequence>\n"
			   "    <xsd:element name=\"row\" type=\"%s\" minOccurs=\"0\" "
			   "maxOccurs=\"unbounded\"/>\n"
			   "  </xsd:sequence>\n"
			   "</xsd:complexType>\n\n",
			   table, row);
	buf_printf(b, "<xsd:element name=\"%s\" type=\"%s\"/>\n\n", name, m->forest ? row : table);
	close_schema(b);
}

struct columns_out {
	struct arena *arena;
	struct xml_columns *out;
};

static bool
take_columns(void *arg, const struct query_column *cols, int n)
{
	struct columns_out *o = arg;
	struct query_column *copy = ARENA_ARRAY(o->arena, struct query_column, n + 1);

	for (int i = 0; i < n; i++) {
		copy[i] = cols[i];
		copy[i].name = arena_strdup(o->arena, cols[i].name);
	}
	*o->out = (struct xml_columns){copy, n};
	return true;
}

bool
xml_query_columns(const struct xml_mapping *m, const char *query, bool as_cursor,
		  struct xml_columns *out)
{
	struct fcall *c = m->c;
	struct columns_out o = {c->arena, out};
	struct query_sink sink = {.arg = &o, .columns = take_columns};

	return c->env->ops->run_query(c->env->ops_arg, query, as_cursor, &sink, c->err);
}

static bool
table_columns(const struct xml_mapping *m, oid_t oid, struct xml_columns *out)
{
	return xml_query_columns(m, xml_table_query(m, oid), false, out);
}

bool
xml_table_schema(const struct xml_mapping *m, oid_t oid, struct buf *b)
{
	const struct relation *rel = xml_open_relation(m, oid);
	struct xml_columns cols;

	if (!rel || !table_columns(m, oid, &cols))
		return false;
	put_table_schema(m, &cols, rel, b);
	return true;
}

bool
xml_query_schema(const struct xml_mapping *m, const char *query, struct buf *b)
{
	struct xml_columns cols;

	if (!xml_query_columns(m, query, true, &cols))
		return false;
	put_table_schema(m, &cols, NULL, b);
	return true;
}

/* ---- schemas and databases ---- */

static bool
put_types_of(const struct xml_mapping *m, const struct vec *tables, struct buf *b)
{
	struct xml_columns *cols = ARENA_ARRAY(m->c->arena, struct xml_columns, tables->n + 1);

	for (int i = 0; i < tables->n; i++)
		if (!table_columns(m, *VEC_AT(oid_t, tables, i), &cols[i]))
			return false;
	put_types(m, cols, tables->n, b);
	return true;
}

static void
put_schema_type(const struct xml_mapping *m, const struct schema *s, const struct vec *tables,
		struct buf *b)
{
	const char *type = path_name(m, "SchemaType", s->name, NULL),
		   *group = m->forest ? "sequence" : "all";

	buf_printf(b, "<xsd:complexType name=\"%s\">\n  <xsd:%s>\n", type, group);
	for (int i = 0; i < tables->n; i++) {
		const struct relation *r =
			snapshot_relation_by_oid(m->c->env->snapshot, *VEC_AT(oid_t, tables, i));

		if (!r)
			continue;
		buf_printf(b, "    <xsd:element name=\"%s\" type=\"%s\"%s/>\n",
			   xml_mapped(m, r->name),
			   path_name(m, m->forest ? "RowType" : "TableType", s->name, r->name),
			   m->forest ? " minOccurs=\"0\" maxOccurs=\"unbounded\"" : "");
	}
	buf_printf(b, "  </xsd:%s>\n</xsd:complexType>\n\n", group);
	buf_printf(b, "<xsd:element name=\"%s\" type=\"%s\"/>\n\n", xml_mapped(m, s->name), type);
}

bool
xml_schema_schema(const struct xml_mapping *m, const struct schema *s, struct buf *b)
{
	struct vec tables = {0};

	open_schema(m, b);
	if (!xml_visible_tables(m, s->oid, &tables) || !put_types_of(m, &tables, b))
		return false;
	put_schema_type(m, s, &tables, b);
	close_schema(b);
	return true;
}

static void
put_catalog_type(const struct xml_mapping *m, const struct vec *schemas, struct buf *b)
{
	const char *type = path_name(m, "CatalogType", NULL, NULL);

	buf_printf(b, "<xsd:complexType name=\"%s\">\n  <xsd:all>\n", type);
	for (int i = 0; i < schemas->n; i++) {
		const struct schema *s =
			snapshot_schema_by_oid(m->c->env->snapshot, *VEC_AT(oid_t, schemas, i));

		if (s)
			buf_printf(b, "    <xsd:element name=\"%s\" type=\"%s\"/>\n",
				   xml_mapped(m, s->name),
				   path_name(m, "SchemaType", s->name, NULL));
	}
	buf_puts(b, "  </xsd:all>\n</xsd:complexType>\n\n");
	buf_printf(b, "<xsd:element name=\"%s\" type=\"%s\"/>\n\n",
		   xml_mapped(m, m->c->env->database), type);
}

bool
xml_database_schema(const struct xml_mapping *m, struct buf *b)
{
	struct vec tables = {0}, schemas = {0};

	open_schema(m, b);
	if (!xml_visible_tables(m, 0, &tables) || !xml_visible_schemas(m, &schemas) ||
	    !put_types_of(m, &tables, b))
		return false;
	put_catalog_type(m, &schemas, b);
	close_schema(b);
	return true;
}

/* ---- the functions ---- */

static bool
table_to_xmlschema(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct buf b = BUF_INIT;
	struct xml_mapping m;
	int64_t oid;
	bool ok = xml_mapping_begin(&m, c, args + 1) && arg_int(c, &args[0], &oid) &&
		  xml_table_schema(&m, (oid_t)oid, &b);

	return xml_mapping_end(&m, ok, &b, out);
}

static bool
query_to_xmlschema(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct buf b = BUF_INIT;
	struct xml_mapping m;
	size_t n;
	bool ok = xml_mapping_begin(&m, c, args + 1) &&
		  xml_query_schema(&m, xml_text(c, &args[0], &n), &b);

	return xml_mapping_end(&m, ok, &b, out);
}

static bool
cursor_columns(const struct xml_mapping *m, const char *cursor, struct xml_columns *out)
{
	struct fcall *c = m->c;
	struct columns_out o = {c->arena, out};
	struct query_sink sink = {.arg = &o, .columns = take_columns};

	return c->env->ops->fetch_cursor(c->env->ops_arg, cursor, 0, &sink, c->err);
}

static bool
cursor_to_xmlschema(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct buf b = BUF_INIT;
	struct xml_mapping m;
	struct xml_columns cols = {0};
	size_t n;
	bool ok = xml_mapping_begin(&m, c, args + 1) &&
		  cursor_columns(&m, xml_text(c, &args[0], &n), &cols);

	if (ok)
		put_table_schema(&m, &cols, NULL, &b);
	return xml_mapping_end(&m, ok, &b, out);
}

static bool
schema_to_xmlschema(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct buf b = BUF_INIT;
	struct xml_mapping m;
	const struct schema *s;
	bool ok = xml_mapping_begin(&m, c, args + 1) && (s = xml_find_schema(&m, &args[0])) &&
		  xml_schema_schema(&m, s, &b);

	return xml_mapping_end(&m, ok, &b, out);
}

static bool
database_to_xmlschema(struct fcall *c, const struct datum *args, int nargs UNUSED,
		      struct datum *out)
{
	struct buf b = BUF_INIT;
	struct xml_mapping m;
	bool ok = xml_mapping_begin(&m, c, args) && xml_database_schema(&m, &b);

	return xml_mapping_end(&m, ok, &b, out);
}

const struct func func_xml_schema[] = {
	FUNC_S("table_to_xmlschema", table_to_xmlschema),
	FUNC_S("query_to_xmlschema", query_to_xmlschema),
	FUNC_S("cursor_to_xmlschema", cursor_to_xmlschema),
	FUNC_S("schema_to_xmlschema", schema_to_xmlschema),
	FUNC_S("database_to_xmlschema", database_to_xmlschema),
	FUNC_END,
};
