/*
 * object_fn: objects of the catalogs, by class and OID, in the words of pg_describe_object,
 * pg_identify_object and pg_get_object_address. Private to func/.
 */
#ifndef FUNC_OBJECT_FN_H
#define FUNC_OBJECT_FN_H

#include "base/vec.h"
#include "func/catalog_row.h"

/* Memory: the call's arena. */
struct object {
	oid_t class, oid;
	int sub;
	bool found;
	const char *type;        /* "table", "function" … */
	const char *description; /* as pg_describe_object has it */
	const char *schema;      /* or NULL */
	const char *name;        /* or NULL: schema and name together do not say it */
	const char *identity;
	struct vec names, args; /* char *: what pg_get_object_address takes */
};

/* False: err is set, there is no such class of objects. An object that is not there has its type
 * set and found false. */
bool object_read(struct fcall *c, oid_t class, oid_t oid, int sub, struct object *o) MUSTCHECK;

/* A type's name, with its schema wherever it has none of SQL's own names. */
char *object_type_name(struct fcall *c, oid_t type);

/* Classes whose objects are found by name, or by schema and name. */
struct object_class {
	oid_t class;
	const char *type, *catalog, *name, *schema, *method; /* columns; NULL: none */
};
extern const struct object_class object_classes[]; /* ends with class 0 */

enum {
	CLASS_TABLESPACE = 1213,
	CLASS_AM = 2601,
	CLASS_AMOP = 2602,
	CLASS_AMPROC = 2603,
	CLASS_CAST = 2605,
	CLASS_CONVERSION = 2607,
	CLASS_LANGUAGE = 2612,
	CLASS_OPCLASS = 2616,
	CLASS_OPERATOR = 2617,
	CLASS_REWRITE = 2618,
	CLASS_OPFAMILY = 2753,
	CLASS_EXTENSION = 3079,
	CLASS_COLLATION = 3456,
	CLASS_TS_DICT = 3600,
	CLASS_TS_PARSER = 3601,
	CLASS_TS_CONFIG = 3602,
	CLASS_TS_TEMPLATE = 3764
};

#endif
