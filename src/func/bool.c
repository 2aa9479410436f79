/*
 * bool: comparison and casts.
 */
#include "func/args.h"
#include "func/tables.h"

static bool
bool_text(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	int64_t v;

	if (!arg_int(c, &args[0], &v))
		return false;
	*out = v ? datum_text("true", 4) : datum_text("false", 5);
	return true;
}

static bool
bool_cmp(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	int64_t a, b;

	if (!arg_int(c, &args[0], &a) || !arg_int(c, &args[1], &b))
		return false;
	*out = datum_int((a != 0) - (b != 0));
	return true;
}

const struct func func_bool[] = {
	FUNC_NATIVE("booleq", "$1 = $2"),
	FUNC_NATIVE("boolne", "$1 <> $2"),
	FUNC_NATIVE("boollt", "$1 < $2"),
	FUNC_NATIVE("boolle", "$1 <= $2"),
	FUNC_NATIVE("boolgt", "$1 > $2"),
	FUNC_NATIVE("boolge", "$1 >= $2"),
	FUNC_NATIVE("booland_statefunc", "$1 & $2"),
	FUNC_NATIVE("boolor_statefunc", "$1 | $2"),
	FUNC_NATIVE("bool_int4", "$1"),
	FUNC_NATIVE("int4_bool", "$1 <> 0"),
	FUNC("booltext", bool_text),
	FUNC("btboolcmp", bool_cmp),
	FUNC_END,
};
