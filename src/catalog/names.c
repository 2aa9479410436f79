/*
 * Physical names: what an object is called in SQLite, which folds case even inside quotes and has
 * one name space for tables, views and indexes.
 */
#include <strings.h>

#include "catalog/load.h"
#include "catalog/persist.h"

static bool
reserved_prefix(const char *name)
{
	return !strncasecmp(name, "sqlite_", 7) ||
	       !strncasecmp(name, PERSIST_PREFIX, strlen(PERSIST_PREFIX));
}

char *
snapshot_physical_name(struct arena *a, const struct snapshot *s, const struct schema *schema,
		       const char *name)
{
	const char *prefix = schema->temp ? "pg_temp" : schema->name;
	char *base, *candidate;

	if (schema->oid == NS_PUBLIC && !reserved_prefix(name))
		base = arena_strdup(a, name);
	else
		base = arena_printf(a, "%s.%s", prefix, name);
	if (reserved_prefix(base))
		base = arena_printf(a, "_%s", base);
	candidate = base;
	for (int suffix = 1; map_gets(&s->physical_names, fold_name(a, candidate)); suffix++)
		candidate = arena_printf(a, "%s_%d", base, suffix);
	return candidate;
}
