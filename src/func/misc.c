/*
 * num_nulls, num_nonnulls, and the hash functions of the common types (lookup3 by Bob Jenkins, as PostgreSQL seeds it).
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

static uint32_t
hash_any(const char *s, size_t n)
{
	const uint8_t *p = (const uint8_t *)s;
	uint32_t v[3];

	v[0] = v[1] = v[2] = 0x9e3779b9u + (uint32_t)n + 3923095u;
	for (; n >= 12; p += 12, n -= 12) {
		for (int i = 0; i < 3; i++)
			v[i] += word(p + 4 * i, 4);
		mix(v);
	}
	v[0] += word(p, n);
	v[1] += n > 4 ? word(p + 4, n - 4) : 0;
	v[2] += n > 8 ? word(p + 8, n - 8) << 8 : 0; /* the lowest byte of the third word is left to the length */
	finish(v);
	return v[2];
}

static uint32_t
hash_uint32(uint32_t k)
{
	uint32_t v[3];

	v[0] = v[1] = v[2] = 0x9e3779b9u + 4 + 3923095u;
	v[0] += k;
	finish(v);
	return v[2];
}

static bool
hash_text(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	size_t n;
	const char *s = arg_text(c, &args[0], &n);

	*out = datum_int((int32_t)hash_any(s, n));
	return true;
}

static bool
hash_bpchar(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	size_t n;
	const char *s = arg_text(c, &args[0], &n);

	*out = datum_int((int32_t)hash_any(s, text_rtrim(s, n)));
	return true;
}

static bool
hash_int(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	int64_t v;
	uint32_t half;

	if (!arg_int(c, &args[0], &v))
		return false;
	half = (uint32_t)((uint64_t)v >> 32);
	*out = datum_int((int32_t)hash_uint32((uint32_t)v ^ (v >= 0 ? half : ~half)));
	return true;
}

static bool
hash_oid(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	int64_t v;

	if (!arg_int(c, &args[0], &v))
		return false;
	*out = datum_int((int32_t)hash_uint32((uint32_t)v));
	return true;
}

static bool
hash_float(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	double r;

	if (!arg_float(c, &args[0], &r))
		return false;
	if (isnan(r))
		r = NAN;
	*out = datum_int(r == 0 ? 0 : (int32_t)hash_any((const char *)&r, sizeof(r)));
	return true;
}

static bool
hash_char(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	size_t n;
	const char *s = arg_text(c, &args[0], &n);

	*out = datum_int((int32_t)hash_uint32(n ? (uint32_t)(int32_t)(signed char)*s : 0));
	return true;
}

const struct func func_misc[] = {
	FUNC("pg_num_nonnulls", num_nonnulls),
	FUNC("pg_num_nulls", num_nulls),
	FUNC("hashtext", hash_text),
	FUNC("hashname", hash_text),
	FUNC("hashvarlena", hash_text),
	FUNC("hashbpchar", hash_bpchar),
	FUNC("hashint2", hash_int),
	FUNC("hashint4", hash_int),
	FUNC("hashint8", hash_int),
	FUNC("hashoid", hash_oid),
	FUNC("hashfloat4", hash_float),
	FUNC("hashfloat8", hash_float),
	FUNC("hashchar", hash_char),
	FUNC_END,
};
