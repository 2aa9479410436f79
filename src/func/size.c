/*
 * Sizes of relations, databases and tablespaces; sizes as people write them; the files that things
 * would be in.
 */
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <strings.h>

#include "catalog/roles.h"
#include "func/catalog_fn.h"
#include "func/tables.h"

enum { TABLESPACE_DEFAULT = 1663, TABLESPACE_GLOBAL = 1664 };

static bool
size_of(struct fcall *c, const struct datum *d, const char *kind, struct datum *out)
{
	const struct relation *r = catalog_relation(c, d);
	int64_t bytes = 0;

	if (!r)
		return true;
	if (r->physical && !r->builtin &&
	    (!NEED(c, relation_size) ||
	     !c->env->ops->relation_size(c->env->ops_arg, r->oid, kind, &bytes, c->err)))
		return false;
	*out = datum_int(bytes);
	return true;
}

static bool
fn_relation_size(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	const char *fork = catalog_text(c, &args[1]);

	if (!strcmp(fork, "main"))
		return size_of(c, &args[0], "main", out);
	if (strcmp(fork, "fsm") && strcmp(fork, "vm") && strcmp(fork, "init")) {
		err_set(c->err, ERR_INVALID_PARAMETER_VALUE, -1, "invalid fork name");
		return err_hint(c->err,
				"Valid fork names are \"main\", \"fsm\", \"vm\", and \"init\".");
	}
	if (catalog_relation(c, &args[0]))
		*out = datum_int(0);
	return true;
}

static bool
fn_table_size(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	return size_of(c, &args[0], "main", out);
}

static bool
fn_indexes_size(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	return size_of(c, &args[0], "index", out);
}

static bool
fn_total_size(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	return size_of(c, &args[0], "total", out);
}

static bool
fn_database_size_name(struct fcall *c, const struct datum *args, int nargs UNUSED,
		      struct datum *out)
{
	*out = datum_int(0);
	return NEED(c, database_size) &&
	       c->env->ops->database_size(c->env->ops_arg, catalog_text(c, &args[0]), &out->i,
					  c->err);
}

static bool
fn_database_size_oid(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct database_info info;

	for (int i = 0; catalog_database_at(c->env, i, c->arena, &info); i++) {
		if (info.oid != catalog_oid(&args[0]))
			continue;
		*out = datum_int(0);
		return NEED(c, database_size) &&
		       c->env->ops->database_size(c->env->ops_arg, info.name, &out->i, c->err);
	}
	return true;
}

static const char *const size_units[] = {"bytes", "kB", "MB", "GB", "TB", "PB"};

/* Half of x, rounded away from zero: what is carried between units has one bit more than is
 * printed. */
static int64_t
half(int64_t x)
{
	return x >= 0 ? (x + 1) / 2 : (x - 1) / 2;
}

static char *
pretty_size(struct arena *a, int64_t size)
{
	size_t unit = 0;

	if (size > -10240 && size < 10240)
		return arena_printf(a, "%lld bytes", (long long)size);
	size /= 512;
	for (unit = 1; unit + 1 < COUNTOF(size_units) && llabs(size) >= 20 * 1024 - 1; unit++)
		size /= 1024;
	return arena_printf(a, "%lld %s", (long long)half(size), size_units[unit]);
}

static bool
fn_size_pretty(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	return ret_text(c, pretty_size(c->arena, args[0].i), out);
}

static bool
fn_size_pretty_numeric(struct fcall *c, const struct datum *args, int nargs UNUSED,
		       struct datum *out)
{
	const char *text = args[0].class == DATUM_INT
				   ? arena_printf(c->arena, "%lld", (long long)args[0].i)
				   : catalog_text(c, &args[0]);
	long double value = strtold(text, NULL);
	long double limit = 9.2e18L;

	if (isnan(value) || isinf(value))
		return ret_text(c, arena_printf(c->arena, "%s PB", text), out);
	if (value > -10240 && value < 10240)
		return ret_text(c, arena_printf(c->arena, "%s bytes", text), out);
	if (value >= limit || value <= -limit)
		return ret_text(
			c, arena_printf(c->arena, "%.0Lf PB", roundl(value / 1125899906842624.0L)),
			out);
	return ret_text(c, pretty_size(c->arena, (int64_t)value), out);
}

static bool
bad_size(struct fcall *c, const char *text, const char *unit)
{
	err_set(c->err, ERR_INVALID_PARAMETER_VALUE, -1, "invalid size: \"%s\"", text);
	if (!unit)
		return false;
	err_detail(c->err, "Invalid size unit: \"%s\".", unit);
	return err_hint(c->err,
			"Valid units are \"bytes\", \"kB\", \"MB\", \"GB\", \"TB\", and \"PB\".");
}

static bool
fn_size_bytes(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	const char *text = catalog_text(c, &args[0]);
	char *number = catalog_text(c, &args[0]), *end, *tail;
	long double value, scale = 1;
	size_t unit = 0;

	number += strspn(number, " \t\n");
	if (!isdigit((unsigned char)number[strspn(number, "+-.")]))
		return bad_size(c, text, NULL);
	value = strtold(number, &end);
	end += strspn(end, " \t\n");
	tail = end + strlen(end);
	while (tail > end && isspace((unsigned char)tail[-1]))
		tail--;
	end = arena_strndup(c->arena, end, (size_t)(tail - end));
	if (!strcasecmp(end, "b"))
		end[0] = '\0';
	for (; *end && unit < COUNTOF(size_units); unit++, scale *= 1024)
		if (!strcasecmp(size_units[unit], end))
			break;
	if (unit == COUNTOF(size_units))
		return bad_size(c, text, end);
	value = roundl(value * scale);
	if (value >= 9223372036854775808.0L || value < -9223372036854775808.0L)
		return err_set(c->err, ERR_NUMERIC_VALUE_OUT_OF_RANGE, -1, "bigint out of range");
	*out = datum_int((int64_t)value);
	return true;
}

static bool
fn_filenode(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	const struct relation *r = catalog_relation(c, &args[0]);

	if (r && builtin_relkind(r) != 'v')
		*out = datum_int(r->oid);
	return true;
}

static bool
fn_filepath(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	const struct relation *r = catalog_relation(c, &args[0]);

	if (!r || builtin_relkind(r) == 'v')
		return true;
	return ret_text(c, arena_printf(c->arena, "base/%u/%u", c->env->database_oid, r->oid), out);
}

static bool
fn_tablespace_location(struct fcall *c, const struct datum *args, int nargs UNUSED,
		       struct datum *out)
{
	oid_t oid = catalog_oid(&args[0]);

	if (oid && oid != 1663 && oid != 1664)
		return err_set(c->err, ERR_UNDEFINED_FILE, -1,
			       "could not stat file \"pg_tblspc/%u\": No such file or directory",
			       oid);
	return ret_text(c, "", out);
}

/* All databases are in pg_default. */
static bool
tablespace_size(struct fcall *c, oid_t tablespace, struct datum *out)
{
	const struct session_ops *ops = c->env->ops;
	struct database_info info = {0};
	int64_t bytes = 0, one;

	if (tablespace != TABLESPACE_DEFAULT && tablespace != TABLESPACE_GLOBAL)
		return true;
	if (tablespace == TABLESPACE_DEFAULT && (!ops || !ops->database_size))
		return err_unsupported(c->err, -1, "pg_tablespace_size outside a session");
	for (int i = 0;
	     tablespace == TABLESPACE_DEFAULT && catalog_database_at(c->env, i, c->arena, &info);
	     i++) {
		if (!ops->database_size(c->env->ops_arg, info.name, &one, c->err))
			return false;
		bytes += one;
	}
	*out = datum_int(bytes);
	return true;
}

static bool
fn_tablespace_size_oid(struct fcall *c, const struct datum *args, int nargs UNUSED,
		       struct datum *out)
{
	return tablespace_size(c, catalog_oid(&args[0]), out);
}

static bool
fn_tablespace_size_name(struct fcall *c, const struct datum *args, int nargs UNUSED,
			struct datum *out)
{
	const char *name = catalog_text(c, &args[0]);
	bool global = !strcmp(name, "pg_global");

	if (!global && strcmp(name, "pg_default"))
		return err_set(c->err, ERR_UNDEFINED_OBJECT, -1, "tablespace \"%s\" does not exist",
			       name);
	return tablespace_size(c, global ? TABLESPACE_GLOBAL : TABLESPACE_DEFAULT, out);
}

/* A relation's file node is its OID, in the default tablespace. */
static bool
fn_filenode_relation(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	oid_t tablespace = catalog_oid(&args[0]);
	const struct relation *r = catalog_relation(c, &args[1]);

	if (r && builtin_relkind(r) != 'v' && (!tablespace || tablespace == TABLESPACE_DEFAULT))
		*out = datum_int(r->oid);
	return true;
}

const struct func func_size[] = {
	FUNC_S("pg_relation_size", fn_relation_size),
	FUNC_S("pg_table_size", fn_table_size),
	FUNC_S("pg_indexes_size", fn_indexes_size),
	FUNC_S("pg_total_relation_size", fn_total_size),
	FUNC_S("pg_database_size_name", fn_database_size_name),
	FUNC_S("pg_database_size_oid", fn_database_size_oid),
	FUNC("pg_size_pretty", fn_size_pretty),
	FUNC("pg_size_pretty_numeric", fn_size_pretty_numeric),
	FUNC("pg_size_bytes", fn_size_bytes),
	FUNC_S("pg_relation_filenode", fn_filenode),
	FUNC_S("pg_relation_filepath", fn_filepath),
	FUNC("pg_tablespace_location", fn_tablespace_location),
	FUNC_S("pg_tablespace_size_oid", fn_tablespace_size_oid),
	FUNC_S("pg_tablespace_size_name", fn_tablespace_size_name),
	FUNC_S("pg_filenode_relation", fn_filenode_relation),
	FUNC_END,
};
