#include "ddl/names.h"

#include <stdio.h>

#include "catalog/roles.h"
#include "ddl/rows.h"

static const struct schema *
temp_schema(struct ddl *d, const PgQuery__RangeVar *rv)
{
	const struct snapshot *snap = d->compile->snapshot;
	const struct schema *s;

	if (rv->schemaname && *rv->schemaname && strncmp(rv->schemaname, "pg_temp", 7) != 0) {
		err_set(d->err, ERR_INVALID_TABLE_DEFINITION, rv->location,
			"cannot create temporary relation in non-temporary schema");
		return NULL;
	}
	if (!rows_init(d, true))
		return NULL;
	if (!snap->temp_schema && !ddl_refresh(d))
		return NULL;
	s = snapshot_schema_by_oid(d->compile->snapshot, d->compile->snapshot->temp_schema);
	if (!s)
		err_set(d->err, ERR_INTERNAL_ERROR, -1, "temporary schema is missing");
	return s;
}

const struct schema *
schema_or_error(struct ddl *d, const char *name, int location)
{
	const struct schema *s = snapshot_schema(d->compile->snapshot, name);

	if (!s)
		err_set(d->err, ERR_INVALID_SCHEMA_NAME, location, "schema \"%s\" does not exist",
			name);
	return s;
}

const struct relation *
ddl_relation(struct ddl *d, const PgQuery__RangeVar *rv, bool missing_ok)
{
	const struct relation *rel = compile_relation(d->compile, rv, missing_ok);

	if (!rel && err_is_set(d->err))
		d->err->location = -1;
	return rel;
}

bool
role_must_exist(struct ddl *d, const PgQuery__RoleSpec *spec)
{
	struct role_info role;

	if (!spec || spec->roletype != PG_QUERY__ROLE_SPEC_TYPE__ROLESPEC_CSTRING ||
	    catalog_role_by_name(d->fenv, spec->rolename, d->arena, &role))
		return true;
	return err_set(d->err, ERR_UNDEFINED_OBJECT, -1, "role \"%s\" does not exist",
		       spec->rolename);
}

static bool
may_create_in(struct ddl *d, const struct schema *s, const char *relname)
{
	if (s->oid != NS_PG_CATALOG && s->oid != NS_TOAST &&
	    strcmp(s->name, "information_schema") != 0)
		return true;
	err_set(d->err, ERR_INSUFFICIENT_PRIVILEGE, -1, "permission denied to create \"%s.%s\"",
		s->name, relname);
	return err_detail(d->err, "System catalog modifications are currently disallowed.");
}

const struct schema *
creation_schema(struct ddl *d, const PgQuery__RangeVar *rv)
{
	const struct schema *s = NULL;

	if (rv->catalogname && *rv->catalogname &&
	    strcmp(rv->catalogname, d->fenv->database) != 0) {
		err_set(d->err, ERR_FEATURE_NOT_SUPPORTED, rv->location,
			"cross-database references are not implemented: \"%s.%s.%s\"",
			rv->catalogname, rv->schemaname, rv->relname);
		return NULL;
	}
	if ((rv->relpersistence && *rv->relpersistence == 't') ||
	    (rv->schemaname && strcmp(rv->schemaname, "pg_temp") == 0))
		return temp_schema(d, rv);
	if (rv->schemaname && *rv->schemaname) {
		s = schema_or_error(d, rv->schemaname, rv->location);
		return s && may_create_in(d, s, rv->relname) ? s : NULL;
	}
	for (const char *const *p = d->compile->search_path; *p; p++) {
		if (strcmp(*p, "pg_catalog") == 0 || strncmp(*p, "pg_temp", 7) == 0)
			continue;
		s = snapshot_schema(d->compile->snapshot, *p);
		if (s)
			return s;
	}
	err_set(d->err, ERR_INVALID_SCHEMA_NAME, rv->location,
		"no schema has been selected to create in");
	return NULL;
}

/* The longest prefix of at most max bytes that does not end within a character. */
static size_t
clip(const char *s, size_t n, size_t max)
{
	if (n <= max)
		return n;
	while (max > 0 && ((unsigned char)s[max] & 0xc0) == 0x80)
		max--;
	return max;
}

static char *
make_name(struct arena *a, const char *name1, const char *name2, const char *label)
{
	size_t n1 = strlen(name1), n2 = name2 ? strlen(name2) : 0;
	size_t overhead = (label ? strlen(label) + 1 : 0) + (name2 ? 1 : 0);
	struct buf b = BUF_INIT;
	char *name;

	while (n1 + n2 > NAME_MAX_BYTES - overhead) {
		if (n1 > n2)
			n1--;
		else
			n2--;
	}
	buf_add(&b, name1, clip(name1, strlen(name1), n1));
	if (name2) {
		buf_putc(&b, '_');
		buf_add(&b, name2, clip(name2, strlen(name2), n2));
	}
	if (label)
		buf_printf(&b, "_%s", label);
	name = buf_dup(&b, a);
	buf_release(&b);
	return name;
}

char *
choose_name(struct ddl *d, const char *name1, const char *name2, const char *label,
	    bool (*taken)(struct ddl *d, const char *name, const void *arg), const void *arg)
{
	char numbered[NAME_MAX_BYTES + 1];
	char *name = make_name(d->arena, name1, name2, label);

	for (int i = 1; taken(d, name, arg); i++) {
		snprintf(numbered, sizeof(numbered), "%s%d", label ? label : "", i);
		name = make_name(d->arena, name1, name2, numbered);
	}
	return name;
}

bool
relation_name_taken(struct ddl *d, const char *name, const void *schema)
{
	return snapshot_relation(d->compile->snapshot, schema, name) ||
	       rows_name_promised(d, schema, name);
}

static bool
take_number(void *arg, const struct datum *cols, int ncols)
{
	(void)ncols;
	*(int64_t *)arg = cols[0].class == DATUM_INT ? cols[0].i : 0;
	return true;
}

oid_t
ddl_new_oid(struct ddl *d)
{
	int64_t oid = 0;

	if (!rows_init(d, false))
		return 0;
	if (!conn_query(d->conn, "SELECT value FROM main.\"litephant.meta\" WHERE key = 'next_oid'",
			NULL, 0, take_number, &oid))
		return 0;
	oid = MAX(oid, (int64_t)FIRST_USER_OID);
	if (!conn_exec(d->conn,
		       "UPDATE main.\"litephant.meta\" SET value = ?1 WHERE key = 'next_oid'",
		       &(struct datum){.class = DATUM_INT, .i = oid + 1}, 1))
		return 0;
	return (oid_t)oid;
}
