/*
 * The hash functions of scalar types: lookup3 by Bob Jenkins, as PostgreSQL seeds it, over the
 * bytes that PostgreSQL keeps for a value (on a little-endian machine).
 */
#include "catalog/catalog.h"
#include "func/hash.h"
#include "func/tables.h"
#include "types/datetime.h"
#include "types/enum.h"
#include "types/text.h"

#include <math.h>

enum { OID_CIDR = 650, OID_MACADDR8 = 774, OID_MACADDR = 829, OID_INET = 869 };

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

uint64_t
hash_data(const void *bytes, size_t n, uint64_t seed)
{
	const uint8_t *p = bytes;
	uint32_t v[3];

	start(v, n, seed);
	for (; n >= 12; p += 12, n -= 12) {
		for (int i = 0; i < 3; i++)
			v[i] += word(p + 4 * i, 4);
		mix(v);
	}
	v[0] += word(p, n);
	v[1] += n > 4 ? word(p + 4, n - 4) : 0;
	/* the lowest byte of the third word is left to the length */
	v[2] += n > 8 ? word(p + 8, n - 8) << 8 : 0;
	return digest(v);
}

uint64_t
hash_word(uint32_t k, uint64_t seed)
{
	uint32_t v[3];

	start(v, 4, seed);
	v[0] += k;
	return digest(v);
}

uint64_t
hash_int64(int64_t v, uint64_t seed)
{
	uint32_t half = (uint32_t)((uint64_t)v >> 32);

	return hash_word((uint32_t)v ^ (v >= 0 ? half : ~half), seed);
}

/* ---- per type ---- */

static bool
of_word(struct fcall *c, const struct datum *d, uint64_t seed, uint64_t *hash)
{
	int64_t v;

	if (!arg_int(c, d, &v))
		return false;
	*hash = hash_word((uint32_t)v, seed);
	return true;
}

static bool
of_int64(struct fcall *c, const struct datum *d, uint64_t seed, uint64_t *hash)
{
	int64_t v;

	if (!arg_int(c, d, &v))
		return false;
	*hash = hash_int64(v, seed);
	return true;
}

static bool
of_uint64(struct fcall *c, const struct datum *d, uint64_t seed, uint64_t *hash)
{
	uint64_t v;

	if (!arg_uint(c, d, &v))
		return false;
	*hash = hash_int64((int64_t)v, seed);
	return true;
}

static bool
of_text(struct fcall *c, const struct type *t, const struct datum *d, uint64_t seed, uint64_t *hash)
{
	size_t n;
	const char *s = arg_text(c, d, &n);

	*hash = hash_data(s, t->oid == T_BPCHAR ? text_rtrim(s, n) : n, seed);
	return true;
}

static bool
of_char(struct fcall *c, const struct datum *d, uint64_t seed, uint64_t *hash)
{
	size_t n;
	const char *s = arg_text(c, d, &n);

	*hash = hash_word(n ? (uint32_t)(int32_t)(signed char)*s : 0, seed);
	return true;
}

static bool
of_float(struct fcall *c, const struct datum *d, uint64_t seed, uint64_t *hash)
{
	double r;

	if (!arg_float(c, d, &r))
		return false;
	if (isnan(r))
		r = NAN;
	*hash = r == 0 ? seed : hash_data(&r, sizeof(r), seed);
	return true;
}

/* The digits of base 10000 and the weight, from the binary form: ndigits, weight, sign, dscale, the
 * digits. */
static void
of_numeric(const char *p, uint64_t seed, uint64_t *hash)
{
	int ndigits = be16_get(p), sign = be16_get(p + 4);
	int16_t weight = (int16_t)be16_get(p + 2);
	uint8_t digits[2];
	struct buf b = BUF_INIT;

	*hash = seed;
	if (sign & 0x8000) /* NaN and the infinities */
		return;
	*hash = seed - 1;
	if (ndigits == 0)
		return;
	for (int i = 0; i < ndigits; i++) {
		digits[0] = (uint8_t)p[8 + 2 * i + 1];
		digits[1] = (uint8_t)p[8 + 2 * i];
		buf_add(&b, digits, 2);
	}
	*hash = hash_data(b.data, b.len, seed) ^ (uint64_t)(int64_t)weight;
	buf_release(&b);
}

/* Block number (high half first) and offset, each half little-endian. */
static void
of_tid(const char *p, uint64_t seed, uint64_t *hash)
{
	char bytes[6] = {p[1], p[0], p[3], p[2], p[5], p[4]};

	*hash = hash_data(bytes, sizeof(bytes), seed);
}

/* The binary form: family, bits, is_cidr, length, the address. */
static void
of_inet(const char *p, size_t n, uint64_t seed, uint64_t *hash)
{
	char bytes[18] = {p[0], p[1]};
	size_t len = MIN(n - 4, sizeof(bytes) - 2);

	memcpy(bytes + 2, p + 4, len);
	*hash = hash_data(bytes, len + 2, seed);
}

static void
of_binary(oid_t type, const char *p, size_t n, uint64_t seed, uint64_t *hash)
{
	if (type == T_NUMERIC && n >= 8)
		of_numeric(p, seed, hash);
	else if (type == T_TID && n == 6)
		of_tid(p, seed, hash);
	else if ((type == OID_INET || type == OID_CIDR) && n >= 4)
		of_inet(p, n, seed, hash);
	else
		*hash = hash_data(p, n, seed);
}

static bool
by_binary(struct fcall *c, const struct type *t, const struct datum *d, uint64_t seed,
	  uint64_t *hash)
{
	struct type_ctx tc = fcall_type_ctx(c);
	struct buf b = BUF_INIT;
	bool ok = type_binary_out(&tc, t, d, -1, &b);

	if (ok)
		of_binary(t->oid, b.data, b.len, seed, hash);
	buf_release(&b);
	return ok;
}

static bool
of_time(struct fcall *c, const struct type *t, const struct datum *d, uint64_t seed, uint64_t *hash)
{
	struct type_ctx tc = fcall_type_ctx(c);
	struct interval span;
	struct timetz tz;
	int64_t v = 0;
	int32_t day;

	switch (t->oid) {
	case T_DATE:
		if (!date_get(&tc, d, &day))
			return false;
		*hash = hash_word((uint32_t)day, seed);
		return true;
	case T_TIMETZ:
		if (!timetz_get(&tc, d, &tz))
			return false;
		*hash = hash_int64(tz.usec, seed) ^ hash_word((uint32_t)tz.zone, seed);
		return true;
	case T_INTERVAL:
		if (!interval_get(&tc, d, &span))
			return false;
		v = (int64_t)interval_span(&span);
		break;
	case T_TIME:
		if (!time_get(&tc, d, &v))
			return false;
		break;
	default:
		if (!(t->oid == T_TIMESTAMP ? ts_get(&tc, d, &v) : tstz_get(&tc, d, &v)))
			return false;
	}
	*hash = hash_int64(v, seed);
	return true;
}

static bool
of_enum(struct fcall *c, const struct type *t, const struct datum *d, uint64_t seed, uint64_t *hash)
{
	size_t n;
	const char *s = arg_text(c, d, &n);
	const struct enum_label *label = enum_label(t, s, n);

	*hash = hash_word(label ? label->oid : 0, seed);
	return true;
}

static bool
no_hash(struct fcall *c, const struct type *t)
{
	struct type_ctx tc = fcall_type_ctx(c);

	return err_set(c->err, ERR_UNDEFINED_FUNCTION, -1, "could not identify %s for type %s",
		       c->proc && strstr(c->proc->name, "extended") ? "an extended hash function"
								    : "a hash function",
		       format_type(c->arena, t, -1, tc.find, tc.find_arg));
}

static bool
hash_builtin(struct fcall *c, const struct type *t, const struct datum *d, uint64_t seed,
	     uint64_t *hash)
{
	switch (t->oid) {
	case T_BOOL:
	case T_OID:
	case T_XID:
	case T_CID:
	case T_REGPROC:
	case T_REGPROCEDURE:
	case T_REGOPER:
	case T_REGOPERATOR:
	case T_REGCLASS:
	case T_REGTYPE:
	case T_REGROLE:
	case T_REGNAMESPACE:
	case T_REGCOLLATION:
	case T_REGCONFIG:
	case T_REGDICTIONARY:
		return of_word(c, d, seed, hash);
	case T_INT2:
	case T_INT4:
	case T_INT8:
		return of_int64(c, d, seed, hash);
	case T_XID8:
	case T_PG_LSN:
		return of_uint64(c, d, seed, hash);
	case T_FLOAT4:
	case T_FLOAT8:
		return of_float(c, d, seed, hash);
	case T_TEXT:
	case T_VARCHAR:
	case T_BPCHAR:
	case T_NAME:
	case T_BYTEA:
		return of_text(c, t, d, seed, hash);
	case T_CHAR:
		return of_char(c, d, seed, hash);
	case T_NUMERIC:
	case T_TID:
	case OID_INET:
	case OID_CIDR:
	case OID_MACADDR:
	case OID_MACADDR8:
	case T_UUID:
		return by_binary(c, t, d, seed, hash);
	case T_DATE:
	case T_TIME:
	case T_TIMETZ:
	case T_TIMESTAMP:
	case T_TIMESTAMPTZ:
	case T_INTERVAL:
		return of_time(c, t, d, seed, hash);
	case T_JSONB:
		return hash_jsonb_value(c, d, seed, hash);
	default:
		return no_hash(c, t);
	}
}

/* The OIDs of an oidvector, without its array header. */
static bool
of_oidvector(struct fcall *c, const struct datum *d, uint64_t seed, uint64_t *hash)
{
	size_t n;
	const char *s = arg_text(c, d, &n), *end = s + n;
	struct buf b = BUF_INIT;

	while (s < end) {
		uint32_t v = 0;

		for (; s < end && *s >= '0' && *s <= '9'; s++)
			v = v * 10 + (uint32_t)(*s - '0');
		buf_add(&b, &v, sizeof(v));
		s += s < end;
	}
	*hash = hash_data(b.data ? b.data : "", b.len, seed);
	buf_release(&b);
	return true;
}

bool
hash_check(struct fcall *c, const struct type *t)
{
	static const oid_t none[] = {T_UNKNOWN, T_RECORD, T_JSON,       T_XML,     T_MONEY,
				     T_BIT,     T_VARBIT, T_INT2VECTOR, T_CSTRING, T_JSONPATH};

	while (t->typtype == 'd' && t->of)
		t = t->of;
	for (size_t i = 0; i < COUNTOF(none); i++)
		if (t->oid == none[i])
			return no_hash(c, t);
	return t->category != 'G' || no_hash(c, t);
}

bool
hash_value(struct fcall *c, const struct type *t, const struct datum *d, uint64_t seed,
	   uint64_t *hash)
{
	while (t->typtype == 'd' && t->of)
		t = t->of;
	if (t->oid == T_OIDVECTOR)
		return of_oidvector(c, d, seed, hash);
	switch (t->typtype) {
	case 'e':
		return of_enum(c, t, d, seed, hash);
	case 'r':
		return hash_range_value(c, t, d, seed, hash);
	case 'm':
		return hash_multirange_value(c, t, d, seed, hash);
	case 'c':
		return hash_record_value(c, t, d, seed, hash);
	default:
		if (t->oid == T_RECORD)
			return hash_record_value(c, t, d, seed, hash);
		if (t->elem_oid && t->category == 'A' && t->oid != T_INT2VECTOR)
			return hash_array_value(c, t, d, seed, hash);
		return hash_builtin(c, t, d, seed, hash);
	}
}

/* With a seed as second argument, all 64 bits; without one, the low 32. */
static bool
hash(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	uint64_t h;
	int64_t seed = 0;

	if ((nargs > 1 && !arg_int(c, &args[1], &seed)) ||
	    !hash_value(c, c->types->args[0], &args[0], (uint64_t)seed, &h))
		return false;
	*out = datum_int(nargs > 1 ? (int64_t)h : (int64_t)(int32_t)(uint32_t)h);
	return true;
}

#define HASH(name) FUNC_T("hash" name, hash), FUNC_T("hash" name "extended", hash)
#define HASH_(name) FUNC_T(name "_hash", hash), FUNC_T(name "_hash_extended", hash)

const struct func func_hash[] = {
	HASH("text"),
	HASH("name"),
	HASH("varlena"),
	HASH("bpchar"),
	HASH("int2"),
	HASH("int4"),
	HASH("int8"),
	HASH("oid"),
	HASH("oidvector"),
	HASH("float4"),
	HASH("float8"),
	HASH("char"),
	HASH("tid"),
	HASH("enum"),
	HASH("inet"),
	HASH("macaddr"),
	HASH("macaddr8"),
	HASH_("uuid"),
	HASH_("time"),
	HASH_("timetz"),
	HASH_("timestamp"),
	HASH_("interval"),
	HASH_("pg_lsn"),
	HASH_("jsonb"),
	FUNC_T("hash_numeric", hash),
	FUNC_T("hash_numeric_extended", hash),
	FUNC_T("hash_array", hash),
	FUNC_T("hash_array_extended", hash),
	FUNC_T("hash_record", hash),
	FUNC_T("hash_record_extended", hash),
	FUNC_T("hash_range", hash),
	FUNC_T("hash_range_extended", hash),
	FUNC_T("hash_multirange", hash),
	FUNC_T("hash_multirange_extended", hash),
	FUNC_END,
};
