/*
 * pg_lsn: places in a log that is not written here, counted as PostgreSQL counts them; and xid8,
 * which is compared in the same way.
 */
#include "func/args.h"
#include "func/tables.h"
#include "types/read.h"

#include <inttypes.h>

static bool
no_lsn(struct fcall *c)
{
	return err_set(c->err, ERR_INVALID_PARAMETER_VALUE, -1, "pg_lsn out of range");
}

/* n is rounded, and released. */
static bool
ret_lsn(struct fcall *c, struct num *n, struct datum *out)
{
	mpz_t z;
	bool ok = n->kind == NUM_FINITE;

	if (!ok)
		err_set(c->err, ERR_FEATURE_NOT_SUPPORTED, -1, "cannot convert %s to pg_lsn",
			n->kind == NUM_NAN ? "NaN" : "infinity");
	mpz_init(z);
	if (ok) {
		num_round(n, 0);
		num_get_mpz(n, z);
		ok = mpz_sgn(z) >= 0 && mpz_sizeinbase(z, 2) <= 64;
		if (ok)
			*out = datum_uint(c->arena, mpz_get_ui(z));
		else
			no_lsn(c);
	}
	mpz_clear(z);
	num_release(n);
	return ok;
}

static bool
fn_numeric_lsn(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct num n;

	return arg_num(c, &args[0], &n) && ret_lsn(c, &n, out);
}

static bool
moved(struct fcall *c, const struct datum *args, bool back, struct datum *out)
{
	struct num place, by, sum;
	uint64_t at;

	if (!arg_uint(c, &args[0], &at) || !arg_num(c, &args[1], &by))
		return false;
	if (by.kind == NUM_NAN) {
		num_release(&by);
		return err_set(c->err, ERR_FEATURE_NOT_SUPPORTED, -1, "cannot %s pg_lsn",
			       back ? "subtract NaN from" : "add NaN to");
	}
	num_from_int128(&place, (int128_t)at);
	(back ? num_sub : num_add)(&sum, &place, &by);
	num_release(&place);
	num_release(&by);
	return ret_lsn(c, &sum, out);
}

static bool
fn_plus(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	return moved(c, args, false, out);
}

static bool
fn_minus(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	return moved(c, args, true, out);
}

static bool
fn_distance(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct num n;
	uint64_t a, b;

	if (!arg_uint(c, &args[0], &a) || !arg_uint(c, &args[1], &b))
		return false;
	num_from_int128(&n, (int128_t)a - (int128_t)b);
	return ret_num_release(c, &n, out);
}

static bool
fn_cmp(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	uint64_t a, b;

	if (!arg_uint(c, &args[0], &a) || !arg_uint(c, &args[1], &b))
		return false;
	*out = datum_int((a > b) - (a < b));
	return true;
}

static bool
fn_larger(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	uint64_t a, b;

	if (!arg_uint(c, &args[0], &a) || !arg_uint(c, &args[1], &b))
		return false;
	*out = args[a < b];
	return true;
}

static bool
fn_smaller(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	uint64_t a, b;

	if (!arg_uint(c, &args[0], &a) || !arg_uint(c, &args[1], &b))
		return false;
	*out = args[a >= b];
	return true;
}

static bool
fn_xid(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	uint64_t a;

	if (!arg_uint(c, &args[0], &a))
		return false;
	*out = datum_int((uint32_t)a);
	return true;
}

const struct func func_lsn[] = {
	FUNC("pg_lsn_mi", fn_distance),
	FUNC("pg_wal_lsn_diff", fn_distance),
	FUNC("pg_lsn_pli", fn_plus),
	FUNC("pg_lsn_mii", fn_minus),
	FUNC("numeric_pg_lsn", fn_numeric_lsn),
	FUNC("pg_lsn_cmp", fn_cmp),
	FUNC("pg_lsn_larger", fn_larger),
	FUNC("pg_lsn_smaller", fn_smaller),
	FUNC("xid8cmp", fn_cmp),
	FUNC("xid8_larger", fn_larger),
	FUNC("xid8_smaller", fn_smaller),
	FUNC("xid8toxid", fn_xid),
	FUNC_END,
};
