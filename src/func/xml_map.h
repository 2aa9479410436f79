/*
 * xml_map: tables as XML and XML Schema, shared by table_to_xml, query_to_xml and kin.
 * Mirrors: PostgreSQL's xml.c, which follows SQL/XML:2008, 9.11 and 9.15.
 */
#ifndef FUNC_XML_MAP_H
#define FUNC_XML_MAP_H

#include "base/vec.h"
#include "catalog/snapshot.h"
#include "func/xml_args.h"

/* What the callers say. Queries that run meanwhile empty the arena that the connection's calls
 * share: from xml_mapping_begin to xml_mapping_end the call has one of its own. */
struct xml_mapping {
	struct fcall *c;
	struct arena own, *shared;
	bool nulls;  /* a NULL is an element with xsi:nil, else nothing */
	bool forest; /* rows are not inside an element of the table */
	const char *ns;
};

/* The three arguments from args on; false: err is set. After either answer xml_mapping_end is due.
 */
bool xml_mapping_begin(struct xml_mapping *m, struct fcall *c, const struct datum *args) MUSTCHECK;
/* b, released, becomes the result if ok says so. */
bool xml_mapping_end(struct xml_mapping *m, bool ok, struct buf *b, struct datum *out) MUSTCHECK;

/* Where a schema is declared to be found. */
void xml_root_open(const struct xml_mapping *m, const char *name, bool schema, bool top,
		   struct buf *b);
void xml_root_close(const char *name, struct buf *b);

/* An identifier as a full name, in the call's arena. */
const char *xml_mapped(const struct xml_mapping *m, const char *identifier);
/* "SELECT * FROM" the relation. */
const char *xml_table_query(const struct xml_mapping *m, oid_t rel);
/* NULL: err is set (XX000, 42809). */
const struct relation *xml_open_relation(const struct xml_mapping *m, oid_t rel);
/* By a name argument; NULL: 3F000. */
const struct schema *xml_find_schema(const struct xml_mapping *m, const struct datum *name);
/* The OIDs (pointers to oid_t) of the tables and views that can be read, of a schema (0: of all
 * that database_to_xml shows); of those schemas. */
bool xml_visible_tables(const struct xml_mapping *m, oid_t schema, struct vec *out) MUSTCHECK;
bool xml_visible_schemas(const struct xml_mapping *m, struct vec *out) MUSTCHECK;

/* -- xml_schema.c: appends <xsd:schema …> -- */
struct xml_columns { /* of one table or query */
	const struct query_column *cols;
	int n;
};
/* The columns of a query, or of a cursor. */
bool xml_query_columns(const struct xml_mapping *m, const char *query, bool as_cursor,
		       struct xml_columns *out) MUSTCHECK;
bool xml_table_schema(const struct xml_mapping *m, oid_t rel, struct buf *b) MUSTCHECK;
bool xml_query_schema(const struct xml_mapping *m, const char *query, struct buf *b) MUSTCHECK;
bool xml_schema_schema(const struct xml_mapping *m, const struct schema *s,
		       struct buf *b) MUSTCHECK;
bool xml_database_schema(const struct xml_mapping *m, struct buf *b) MUSTCHECK;

#endif
