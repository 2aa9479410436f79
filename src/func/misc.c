/*
 * num_nulls, num_nonnulls; the hash functions of the common types (lookup3 by Bob Jenkins, as
 * PostgreSQL seeds it); types' input, output and send functions called by name.
 */
#include "func/args.h"
#include "func/tables.h"
#include "types/text.h"

#include <math.h>

static bool
num_nonnulls(struct fcall *c UNUSED, const struct datum *args, int nargs, struct datum *out)
{
	int64_t n = 0;

	for (int i = 0; i < nargs; i++)
		n += !arg_null(&args[i]);
	*out = datum_int(n);
	return true;
}

static bool
num_nulls(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	if (!num_nonnulls(c, args, nargs, out))
		return false;
	out->i = nargs - out->i;
	return true;
}

static uint32_t
rot(uint32_t x, int k)
{
	return x << k | x >> (32 - k);
}

static void
mix(uint32_t v[3])
{
	static const int turns[6] = {4, 6, 8, 16, 19, 4};

	for (int i = 0; i < 6; i++) {
		uint32_t *a = &v[i % 3], *b = &v[(i + 1) % 3], *d = &v[(i + 2) % 3];

		*a -= *d;
		*a ^= rot(*d, turns[i]);
		*d += *b;
	}
}

static void
finish(uint32_t v[3])
{
	static const int turns[7] = {14, 11, 25, 16, 4, 14, 24};

	for (int i = 0; i < 7; i++) {
		uint32_t *to = &v[(i + 2) % 3];
		uint32_t from = v[(i + 1) % 3];

		*to ^= from;
		*to -= rot(from, turns[i]);
	}
}

static uint32_t
word(const uint8_t *p, size_t n)
{
	uint32_t v = 0;

	for (size_t i = 0; i < MIN(n, 4); i++)
		v |= (uint32_t)p[i] << (8 * i);
	return v;
}

/* The last two words of the state; the low one is the 32-bit hash. */
static uint64_t
digest(uint32_t v[3])
{
	finish(v);
	return (uint64_t)v[1] << 32 | v[2];
}

static void
start(uint32_t v[3], size_t n, uint64_t seed)
{
	v[0] = v[1] = v[2] = 0x9e3779b9u + (uint32_t)n + 3923095u;
	if (seed) {
		v[0] += (uint32_t)(seed >> 32);
		v[1] += (uint32_t)seed;
		mix(v);
	}
}

static uint64_t
hash_any(const char *s, size_t n, uint64_t seed)
{
	const uint8_t *p = (const uint8_t *)s;
	uint32_t v[3];

	start(v, n, seed);
	for (; n >= 12; p += 12, n -= 12) {
		for (int i = 0; i < 3; i++)
			v[i] += word(p + 4 * i, 4);
		mix(v);
	}
	v[0] += word(p, n);
	v[1] += n > 4 ? word(p + 4, n - 4) : 0;
	v[2] += n > 8 ? word(p + 8, n - 8) << 8
		      : 0; /* the lowest byte of the third word is left to the length */
	return digest(v);
}

static uint64_t
hash_word(uint32_t k, uint64_t seed)
{
	uint32_t v[3];

	start(v, 4, seed);
	v[0] += k;
	return digest(v);
}

/* With a seed as second argument, all 64 bits; without one, the low 32. */
static bool
seed_of(struct fcall *c, const struct datum *args, int nargs, uint64_t *seed)
{
	int64_t v = 0;

	if (nargs > 1 && !arg_int(c, &args[1], &v))
		return false;
	*seed = (uint64_t)v;
	return true;
}

static bool
answer(uint64_t hash, int nargs, struct datum *out)
{
	*out = datum_int(nargs > 1 ? (int64_t)hash : (int64_t)(int32_t)(uint32_t)hash);
	return true;
}

static bool
hash_text(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	size_t n;
	const char *s = arg_text(c, &args[0], &n);
	uint64_t seed;

	return seed_of(c, args, nargs, &seed) && answer(hash_any(s, n, seed), nargs, out);
}

static bool
hash_bpchar(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	size_t n;
	const char *s = arg_text(c, &args[0], &n);
	uint64_t seed;

	return seed_of(c, args, nargs, &seed) &&
	       answer(hash_any(s, text_rtrim(s, n), seed), nargs, out);
}

static bool
hash_int(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	int64_t v;
	uint64_t seed;
	uint32_t half;

	if (!arg_int(c, &args[0], &v) || !seed_of(c, args, nargs, &seed))
		return false;
	half = (uint32_t)((uint64_t)v >> 32);
	return answer(hash_word((uint32_t)v ^ (v >= 0 ? half : ~half), seed), nargs, out);
}

static bool
hash_oid(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	int64_t v;
	uint64_t seed;

	return arg_int(c, &args[0], &v) && seed_of(c, args, nargs, &seed) &&
	       answer(hash_word((uint32_t)v, seed), nargs, out);
}

static bool
hash_float(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	double r;
	uint64_t seed;

	if (!arg_float(c, &args[0], &r) || !seed_of(c, args, nargs, &seed))
		return false;
	if (isnan(r))
		r = NAN;
	return answer(r == 0 ? seed : hash_any((const char *)&r, sizeof(r), seed), nargs, out);
}

static bool
hash_char(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	size_t n;
	const char *s = arg_text(c, &args[0], &n);
	uint64_t seed;

	if (!seed_of(c, args, nargs, &seed))
		return false;
	return answer(hash_word(n ? (uint32_t)(int32_t)(signed char)*s : 0, seed), nargs, out);
}

static bool
hash_uuid(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	struct type_ctx tc = fcall_type_ctx(c);
	struct buf b = BUF_INIT;
	uint64_t seed;
	bool ok = seed_of(c, args, nargs, &seed) &&
		  type_binary_out(&tc, type_builtin(T_UUID), &args[0], -1, &b);

	if (ok)
		answer(hash_any(b.data, b.len, seed), nargs, out);
	buf_release(&b);
	return ok;
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

#define HASH(name, fn) FUNC("hash" name, fn), FUNC("hash" name "extended", fn)
#define IO(name) FUNC_T(name "in", io_in), FUNC_T(name "out", io_out), FUNC_T(name "send", io_send)

const struct func func_misc[] = {
	FUNC("pg_num_nonnulls", num_nonnulls),
	FUNC("pg_num_nulls", num_nulls),
	HASH("text", hash_text),
	HASH("name", hash_text),
	HASH("varlena", hash_text),
	HASH("bpchar", hash_bpchar),
	HASH("int2", hash_int),
	HASH("int4", hash_int),
	HASH("int8", hash_int),
	HASH("oid", hash_oid),
	HASH("float4", hash_float),
	HASH("float8", hash_float),
	HASH("char", hash_char),
	FUNC("uuid_hash", hash_uuid),
	FUNC("uuid_hash_extended", hash_uuid),
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
	IO("regproc"),
	IO("regprocedure"),
	IO("regoper"),
	IO("regoperator"),
	IO("regclass"),
	IO("regtype"),
	IO("regnamespace"),
	IO("regrole"),
	IO("regcollation"),
	FUNC_END,
};
