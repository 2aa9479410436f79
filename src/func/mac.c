/*
 * macaddr and macaddr8: comparison, logic, casts.
 */
#include "func/args.h"
#include "func/tables.h"
#include "types/mac.h"

enum { MAC6 = 6, MAC8 = 8 };

static bool
arg_mac(struct fcall *c, const struct datum *d, int size, uint8_t octets[8])
{
	struct type_ctx tc = fcall_type_ctx(c);

	return mac_read(&tc, type_builtin(size == MAC6 ? T_MACADDR : T_MACADDR8), d, octets);
}

static bool
two(struct fcall *c, const struct datum *args, int size, uint8_t a[8], uint8_t b[8])
{
	return arg_mac(c, &args[0], size, a) && arg_mac(c, &args[1], size, b);
}

static bool
ret_mac(struct fcall *c, const uint8_t *octets, int size, struct datum *out)
{
	*out = mac_datum(c->arena, octets, size);
	return true;
}

static bool
compare(struct fcall *c, const struct datum *args, int size, struct datum *out)
{
	uint8_t a[8], b[8];
	int r;

	if (!two(c, args, size, a, b))
		return false;
	r = memcmp(a, b, (size_t)size);
	*out = datum_int((r > 0) - (r < 0));
	return true;
}

/* The maker's octets stay. */
static bool
truncate_to_maker(struct fcall *c, const struct datum *args, int size, struct datum *out)
{
	uint8_t a[8];

	if (!arg_mac(c, &args[0], size, a))
		return false;
	memset(a + 3, 0, (size_t)size - 3);
	return ret_mac(c, a, size, out);
}

static bool not(struct fcall * c, const struct datum *args, int size, struct datum *out)
{
	uint8_t a[8];

	if (!arg_mac(c, &args[0], size, a))
		return false;
	for (int i = 0; i < size; i++)
		a[i] = (uint8_t)~a[i];
	return ret_mac(c, a, size, out);
}

static bool and (struct fcall * c, const struct datum *args, int size, struct datum *out)
{
	uint8_t a[8], b[8];

	if (!two(c, args, size, a, b))
		return false;
	for (int i = 0; i < size; i++)
		a[i] &= b[i];
	return ret_mac(c, a, size, out);
}

static bool or (struct fcall * c, const struct datum *args, int size, struct datum *out)
{
	uint8_t a[8], b[8];

	if (!two(c, args, size, a, b))
		return false;
	for (int i = 0; i < size; i++)
		a[i] |= b[i];
	return ret_mac(c, a, size, out);
}

#define BOTH(name)                                                                                 \
	static bool name##6(struct fcall * c, const struct datum *args, int nargs UNUSED,          \
			    struct datum *out)                                                     \
	{                                                                                          \
		return name(c, args, MAC6, out);                                                   \
	}                                                                                          \
	static bool name##8(struct fcall * c, const struct datum *args, int nargs UNUSED,          \
			    struct datum *out)                                                     \
	{                                                                                          \
		return name(c, args, MAC8, out);                                                   \
	}
BOTH(compare)
BOTH(truncate_to_maker)
BOTH(not )
BOTH(and)
BOTH(or)

static bool
set_7th_bit(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	uint8_t a[8];

	if (!arg_mac(c, &args[0], MAC8, a))
		return false;
	a[0] |= 0x02;
	return ret_mac(c, a, MAC8, out);
}

static bool
widen(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	uint8_t a[8];

	if (!arg_mac(c, &args[0], MAC6, a))
		return false;
	mac_widen(a, a);
	return ret_mac(c, a, MAC8, out);
}

static bool
narrow(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	uint8_t a[8];

	if (!arg_mac(c, &args[0], MAC8, a))
		return false;
	if (a[3] != 0xff || a[4] != 0xfe) {
		err_set(c->err, ERR_NUMERIC_VALUE_OUT_OF_RANGE, -1,
			"macaddr8 data out of range to convert to macaddr");
		return err_hint(c->err, "Only addresses that have FF and FE as values in the 4th "
					"and 5th bytes from the left, for example "
					"xx:xx:xx:ff:fe:xx:xx:xx, are eligible to be converted "
					"from macaddr8 to macaddr.");
	}
	memmove(a + 3, a + 5, 3);
	return ret_mac(c, a, MAC6, out);
}

#define COMPARISONS(type)                                                                          \
	FUNC_NATIVE(type "_eq", "$1 = $2"), FUNC_NATIVE(type "_ne", "$1 <> $2"),                   \
		FUNC_NATIVE(type "_lt", "$1 < $2"), FUNC_NATIVE(type "_le", "$1 <= $2"),           \
		FUNC_NATIVE(type "_gt", "$1 > $2"), FUNC_NATIVE(type "_ge", "$1 >= $2")

const struct func func_mac[] = {
	COMPARISONS("macaddr"),
	COMPARISONS("macaddr8"),
	FUNC("macaddr_cmp", compare6),
	FUNC("macaddr8_cmp", compare8),
	FUNC("macaddr_trunc", truncate_to_maker6),
	FUNC("macaddr8_trunc", truncate_to_maker8),
	FUNC("macaddr_not", not6),
	FUNC("macaddr8_not", not8),
	FUNC("macaddr_and", and6),
	FUNC("macaddr8_and", and8),
	FUNC("macaddr_or", or6),
	FUNC("macaddr8_or", or8),
	FUNC("macaddr8_set7bit", set_7th_bit),
	FUNC("macaddrtomacaddr8", widen),
	FUNC("macaddr8tomacaddr", narrow),
	FUNC_END,
};
