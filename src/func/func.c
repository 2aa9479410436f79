/*
 * The bodies of all areas in one index by key, put together before main and never changed
 * afterwards.
 */
#include "func/func.h"
#include "base/map.h"
#include "catalog/snapshot.h"
#include "func/tables.h"

#include <inttypes.h>
#include <stdlib.h>

static const struct func *const tables[] = {
	func_record,
	func_coerce,
	func_bool,
	func_int,
	func_float,
	func_numeric,
	func_math,
	func_text,
	func_string,
	func_pattern,
	func_regexp,
	func_bytea,
	func_digest,
	func_format,
	func_numfmt,
	func_misc,
	func_series,
	func_agg_basic,
	func_agg_stats,
	func_agg_ordered,
	func_datetime,
	func_datetime_arith,
	func_datetime_extract,
	func_datetime_trunc,
	func_datetime_make,
	func_datetime_now,
	func_datetime_zone,
	func_datetime_agg,
	func_datetime_fmt,
	func_datetime_fmt_in,
	func_array,
	func_array_subscript,
	func_assign,
	func_check_option,
	func_array_search,
	func_array_text,
	func_array_agg,
	func_json_build,
	func_json_ops,
	func_jsonb_ops,
	func_jsonb_edit,
	func_json_agg,
	func_json_srf,
	func_catalog,
	func_admin,
	func_money,
	func_bit,
	func_network,
	func_mac,
	func_range,
	func_range_ops,
	func_multirange,
	func_range_agg,
	func_jsonpath,
	func_json_record,
	func_record_value,
	func_enum,
	func_xml,
	func_xml_path,
	func_xml_table,
	func_xml_map,
	func_xml_schema,
	func_hypothetical,
	func_xact_snapshot,
	func_hash,
	func_typmod,
	func_encoding,
	func_ident,
	func_lsn,
	func_object_address,
	func_vector,
	func_window_frame,
	func_acl,
	func_size,
	func_datum_size,
	func_record_image,
	func_accumulate,
	func_stat,
	func_server_rows,
	func_rows,
};

static struct map by_key;
static const struct func **all;
static int nall;

static void __attribute__((constructor)) func_index_init(void)
{
	int n = 0;

	for (size_t t = 0; t < COUNTOF(tables); t++)
		for (const struct func *f = tables[t]; f->key; f++)
			n++;
	all = xcalloc((size_t)n, sizeof(struct func *));
	for (size_t t = 0; t < COUNTOF(tables); t++)
		for (const struct func *f = tables[t]; f->key; f++) {
			if (map_gets(&by_key, f->key))
				continue;
			map_puts(&by_key, f->key, (void *)(uintptr_t)f);
			all[nall++] = f;
		}
}

const struct func *
func_by_key(const char *key)
{
	return map_gets(&by_key, key);
}

const struct func *
func_at(int i)
{
	return i >= 0 && i < nall ? all[i] : NULL;
}

static const struct func *
by_signature(const struct proc *p)
{
	struct buf b = BUF_INIT;
	const struct func *f;

	buf_printf(&b, "%s(", p->name);
	for (int i = 0; i < p->nargs; i++) {
		const struct type *t = type_builtin(p->argtypes[i]);

		buf_printf(&b, "%s%s", i ? "," : "", t ? t->name : "?");
	}
	buf_putc(&b, ')');
	f = func_by_key(buf_str(&b));
	buf_release(&b);
	return f;
}

const struct func *
func_for(const struct proc *p)
{
	const struct func *f = by_signature(p);

	if (f || !p->prosrc || (p->language != 12 && p->language != 13))
		return f;
	return func_by_key(p->prosrc);
}

const char *
func_sqlite_name(struct arena *a, const struct func *f)
{
	char *name = arena_printf(a, "pg_%s", f->key);

	for (char *p = name; *p; p++)
		if (!((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') ||
		      (*p >= '0' && *p <= '9')))
			*p = '_';
	return name;
}

char *
func_types_text(struct arena *a, oid_t ret, const oid_t *args, const int32_t *typmods, int nargs)
{
	struct buf b = BUF_INIT;
	char *s;

	buf_printf(&b, "%" PRIu32 "/-1", ret);
	for (int i = 0; i < nargs; i++)
		buf_printf(&b, ",%" PRIu32 "/%" PRId32, args[i], typmods ? typmods[i] : -1);
	s = buf_dup(&b, a);
	buf_release(&b);
	return s;
}

/* One "oid/typmod" at *s; false at the end or when it is not one. */
static bool
next_pair(const char **s, const char *end, oid_t *oid, int32_t *typmod)
{
	int64_t v[2] = {0, 0};
	bool neg = false;

	for (int part = 0; part < 2; part++) {
		if (part == 1 && (*s == end || *(*s)++ != '/'))
			return false;
		if (part == 1 && *s < end && **s == '-') {
			neg = true;
			(*s)++;
		}
		if (*s == end || **s < '0' || **s > '9')
			return false;
		for (; *s < end && **s >= '0' && **s <= '9' && v[part] < INT64_MAX / 16; (*s)++)
			v[part] = v[part] * 10 + (**s - '0');
	}
	if (*s < end && **s == ',')
		(*s)++;
	*oid = (oid_t)v[0];
	*typmod = (int32_t)(neg ? -v[1] : v[1]);
	return true;
}

bool
func_types_parse(struct arena *a, const char *text, size_t n,
		 const struct type *(*find)(void *, oid_t), void *find_arg, struct ftypes *out)
{
	const char *s = text, *end = text + n;
	int commas = 0, i = -1;
	oid_t oid;
	int32_t typmod;

	out->variadic = n && end[-1] == 'v';
	end -= out->variadic;
	for (const char *p = s; p < end; p++)
		commas += *p == ',';
	out->nargs = commas;
	out->args = (const struct type **)ARENA_ARRAY(a, struct type *, commas + 1);
	out->typmods = ARENA_ARRAY(a, int32_t, commas + 1);
	for (; s < end && i < commas; i++) {
		const struct type *t;

		if (!next_pair(&s, end, &oid, &typmod) || !(t = find(find_arg, oid)))
			return false;
		if (i < 0) {
			out->ret = t;
		} else {
			out->args[i] = t;
			out->typmods[i] = typmod;
		}
	}
	return i == commas && s == end;
}

struct type_ctx
fcall_type_ctx(struct fcall *c)
{
	return (struct type_ctx){
		.arena = c->arena,
		.err = c->err,
		.env = c->env ? &c->env->types : &type_env_canonical,
		.find = c->env && c->env->snapshot ? snapshot_type_find : type_builtin_find,
		.find_arg = c->env ? (void *)(uintptr_t)c->env->snapshot : NULL,
	};
}

bool
func_call(const struct func *f, struct fcall *c, const struct datum *args, int nargs,
	  struct datum *out)
{
	*out = datum_null();
	for (int i = 0; c->proc && c->proc->strict && i < nargs; i++)
		if (args[i].class == DATUM_NULL)
			return true;
	if (f->fn)
		return f->fn(c, args, nargs, out);
	if (f->native && strcmp(f->native, "$1") == 0 && nargs >= 1) {
		*out = args[0];
		return true;
	}
	return err_set(c->err, ERR_INTERNAL_ERROR, -1,
		       "function %s has no body outside a statement", f->key);
}

bool
cancel_error(int reason, struct err *err)
{
	switch (reason) {
	case CANCEL_STATEMENT_TIMEOUT:
		return err_set(err, ERR_QUERY_CANCELED, -1,
			       "canceling statement due to statement timeout");
	case CANCEL_LOCK_TIMEOUT:
		return err_set(err, ERR_LOCK_NOT_AVAILABLE, -1,
			       "canceling statement due to lock timeout");
	case CANCEL_IDLE_IN_TRANSACTION:
		err_set(err, ERR_IDLE_IN_TRANSACTION_SESSION_TIMEOUT, -1,
			"terminating connection due to idle-in-transaction timeout");
		break;
	case CANCEL_TERMINATE:
		err_set(err, ERR_ADMIN_SHUTDOWN, -1,
			"terminating connection due to administrator command");
		break;
	default:
		return err_set(err, ERR_QUERY_CANCELED, -1,
			       "canceling statement due to user request");
	}
	err->severity = "FATAL";
	return false;
}
