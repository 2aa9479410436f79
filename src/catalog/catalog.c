/*
 * Look-ups in the constant tables. Every table is ordered by its key, so each look-up is a binary
 * search and nothing is built at start.
 */
#include "catalog/catalog.h"

#include <stdlib.h>
#include <strings.h>

#include "catalog/builtin.h"

/* The position in a table of rows whose first member is the OID; -1: none. */
static int
search_oid(const void *rows, int n, size_t size, oid_t oid)
{
	int low = 0, high = n;

	while (low < high) {
		int mid = low + (high - low) / 2;
		oid_t at;

		memcpy(&at, (const char *)rows + (size_t)mid * size, sizeof(at));
		if (at == oid)
			return mid;
		if (at < oid)
			low = mid + 1;
		else
			high = mid;
	}
	return -1;
}

const struct proc *
proc_find(oid_t oid)
{
	int i = search_oid(builtin_procs, builtin_nprocs, sizeof(struct proc), oid);

	return i < 0 ? NULL : &builtin_procs[i];
}

const struct oper *
oper_find(oid_t oid)
{
	int i = search_oid(builtin_opers, builtin_nopers, sizeof(struct oper), oid);

	return i < 0 ? NULL : &builtin_opers[i];
}

const struct aggregate *
aggregate_find(oid_t fnoid)
{
	int i = search_oid(builtin_aggregates, builtin_naggregates, sizeof(struct aggregate),
			   fnoid);

	return i < 0 ? NULL : &builtin_aggregates[i];
}

const struct cast *
cast_find(oid_t source, oid_t target)
{
	int low = 0, high = builtin_ncasts;

	while (low < high) {
		int mid = low + (high - low) / 2;
		const struct cast *c = &builtin_casts[mid];

		if (c->source == source && c->target == target)
			return c;
		if (c->source < source || (c->source == source && c->target < target))
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

const struct proc *const *
procs_by_name(const char *name, int *n)
{
	int low = 0, high = builtin_nprocs;

	while (low < high) {
		int mid = low + (high - low) / 2;

		if (strcmp(builtin_proc_by_name[mid]->name, name) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	for (*n = 0; low + *n < builtin_nprocs; ++*n)
		if (strcmp(builtin_proc_by_name[low + *n]->name, name))
			break;
	return *n ? &builtin_proc_by_name[low] : NULL;
}

const struct oper *const *
opers_by_name(const char *name, int *n)
{
	int low = 0, high = builtin_nopers;

	while (low < high) {
		int mid = low + (high - low) / 2;

		if (strcmp(builtin_oper_by_name[mid]->name, name) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	for (*n = 0; low + *n < builtin_nopers; ++*n)
		if (strcmp(builtin_oper_by_name[low + *n]->name, name))
			break;
	return *n ? &builtin_oper_by_name[low] : NULL;
}

const struct proc *
proc_at(int i)
{
	return i >= 0 && i < builtin_nprocs ? &builtin_procs[i] : NULL;
}

const struct oper *
oper_at(int i)
{
	return i >= 0 && i < builtin_nopers ? &builtin_opers[i] : NULL;
}

const struct cast *
cast_at(int i)
{
	return i >= 0 && i < builtin_ncasts ? &builtin_casts[i] : NULL;
}

const struct aggregate *
aggregate_at(int i)
{
	return i >= 0 && i < builtin_naggregates ? &builtin_aggregates[i] : NULL;
}

const struct setting_row *
setting_at(int i)
{
	return i >= 0 && i < builtin_nsettings ? &builtin_settings[i] : NULL;
}

const struct setting_row *
setting_find(const char *name)
{
	/* Few and rarely asked for; the table's order is by exact case ("DateStyle" before
	 * "allow_…"). */
	for (int i = 0; i < builtin_nsettings; i++)
		if (!strcasecmp(builtin_settings[i].name, name))
			return &builtin_settings[i];
	return NULL;
}

const struct keyword_row *
keyword_at(int i)
{
	return i >= 0 && i < builtin_nkeywords ? &builtin_keywords[i] : NULL;
}

const struct keyword_row *
keyword_find(const char *word)
{
	int low = 0, high = builtin_nkeywords;

	while (low < high) {
		int mid = low + (high - low) / 2, order = strcmp(builtin_keywords[mid].word, word);

		if (!order)
			return &builtin_keywords[mid];
		if (order < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}
