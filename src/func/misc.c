/*
 * num_nulls, num_nonnulls; types' input, output and send functions called by name.
 */
#include "func/array_args.h"
#include "func/tables.h"

static bool
count_nonnulls(struct fcall *c UNUSED, const struct datum *args, int nargs, struct datum *out)
{
	int64_t n = 0;

	for (int i = 0; i < nargs; i++)
		n += !arg_null(&args[i]);
	*out = datum_int(n);
	return true;
}

static bool
count_nulls(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	if (!count_nonnulls(c, args, nargs, out))
		return false;
	out->i = nargs - out->i;
	return true;
}

static bool
num_nonnulls(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	return call_spread(c, args, nargs, count_nonnulls, false, out);
}

static bool
num_nulls(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	return call_spread(c, args, nargs, count_nulls, false, out);
}

/* Bodies that convert: the types say between what. */
static bool
io_in(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	struct type_ctx tc = fcall_type_ctx(c);
	size_t n;
	const char *s = arg_text(c, &args[0], &n);
	int64_t typmod = -1;

	if (nargs > 2 && !arg_null(&args[2]) && !arg_int(c, &args[2], &typmod))
		return false;
	return type_text_in(&tc, c->types->ret, s, n, (int32_t)typmod, out);
}

static bool
io_out(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct buf b = BUF_INIT;

	if (value_out(c, c->types->args[0], c->types->typmods[0], &args[0], &b))
		return ret_buf(c, &b, out);
	buf_release(&b);
	return false;
}

static bool
io_send(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct type_ctx tc = fcall_type_ctx(c);
	struct buf b = BUF_INIT;
	bool ok = type_binary_out(&tc, c->types->args[0], &args[0], c->types->typmods[0], &b);

	if (ok)
		*out = datum_blob(arena_memdup(c->arena, b.data, b.len), b.len);
	buf_release(&b);
	return ok;
}

#define IO(name) FUNC_T(name "in", io_in), FUNC_T(name "out", io_out), FUNC_T(name "send", io_send)

#define IO_ANY(name) FUNC_T(name "out", io_out), FUNC_T(name "send", io_send)

const struct func func_misc[] = {
	FUNC_T("pg_num_nonnulls", num_nonnulls),
	FUNC_T("pg_num_nulls", num_nulls),
	IO("bool"),
	IO("bytea"),
	IO("char"),
	IO("name"),
	IO("int2"),
	IO("int4"),
	IO("int8"),
	IO("text"),
	IO("varchar"),
	IO("bpchar"),
	IO("oid"),
	IO("tid"),
	IO("xid"),
	IO("cid"),
	IO("xid8"),
	IO("float4"),
	IO("float8"),
	IO("int2vector"),
	IO("oidvector"),
	IO("unknown"),
	IO("cstring_"),
	IO("numeric_"),
	IO("uuid_"),
	IO("pg_lsn_"),
	IO("date_"),
	IO("time_"),
	IO("timetz_"),
	IO("timestamp_"),
	IO("timestamptz_"),
	IO("interval_"),
	IO("json_"),
	IO("jsonb_"),
	IO("cash_"),
	IO("bit_"),
	IO("varbit_"),
	IO("inet_"),
	IO("cidr_"),
	IO("macaddr_"),
	IO("macaddr8_"),
	IO("regproc"),
	IO("regprocedure"),
	IO("regoper"),
	IO("regoperator"),
	IO("regclass"),
	IO("regtype"),
	IO("regnamespace"),
	IO("regrole"),
	IO("regcollation"),
	IO("regconfig"),
	IO("regdictionary"),
	IO("bit_"),
	IO("varbit_"),
	IO("cash_"),
	IO("inet_"),
	IO("cidr_"),
	IO("macaddr_"),
	IO("macaddr8_"),
	IO("jsonpath_"),
	IO("xml_"),
	IO("pg_snapshot_"),
	IO("void_"),
	FUNC_T("aclitemin", io_in),
	FUNC_T("aclitemout", io_out),
	IO_ANY("array_"),
	IO_ANY("anyarray_"),
	IO_ANY("anycompatiblearray_"),
	IO_ANY("record_"),
	IO_ANY("range_"),
	IO_ANY("multirange_"),
	IO_ANY("pg_node_tree_"),
	FUNC_END,
};
