/*
 * The character types, uuid: comparison, casts, length coercion.
 */
#include "func/args.h"
#include "func/tables.h"
#include "types/text.h"
#include "types/utf8.h"

/* The difference of the first bytes that differ, which PostgreSQL's comparison functions show. */
static int
order(const char *a, size_t an, const char *b, size_t bn)
{
	size_t n = MIN(an, bn);

	for (size_t i = 0; i < n; i++)
		if (a[i] != b[i])
			return (uint8_t)a[i] - (uint8_t)b[i];
	return (an > bn) - (an < bn);
}

static bool
text_cmp(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	size_t an, bn;
	const char *a = arg_text(c, &args[0], &an), *b = arg_text(c, &args[1], &bn);

	*out = datum_int(order(a, an, b, bn));
	return true;
}

/* Names end with a NUL, which is compared, too. */
static bool
name_cmp(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	size_t an, bn;
	const char *a = arg_text(c, &args[0], &an), *b = arg_text(c, &args[1], &bn);
	int r = order(a, an, b, bn);

	if (an != bn && !memcmp(a, b, MIN(an, bn)))
		r = an > bn ? (uint8_t)a[bn] : -(uint8_t)b[an];
	*out = datum_int(r);
	return true;
}

static bool
uuid_cmp(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct type_ctx tc = fcall_type_ctx(c);
	struct buf b = BUF_INIT;
	bool ok = type_binary_out(&tc, type_builtin(T_UUID), &args[0], -1, &b) &&
		  type_binary_out(&tc, type_builtin(T_UUID), &args[1], -1, &b);

	if (ok)
		*out = datum_int(order(b.data, 16, b.data + 16, 16));
	buf_release(&b);
	return ok;
}

static bool
bpchar_cmp(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	size_t an, bn;
	const char *a = arg_text(c, &args[0], &an), *b = arg_text(c, &args[1], &bn);

	*out = datum_int(order(a, text_rtrim(a, an), b, text_rtrim(b, bn)));
	return true;
}

static bool
text_larger(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	size_t an, bn;
	const char *a = arg_text(c, &args[0], &an), *b = arg_text(c, &args[1], &bn);

	*out = order(a, an, b, bn) > 0 ? datum_text(a, an) : datum_text(b, bn);
	return true;
}

static bool
text_smaller(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	size_t an, bn;
	const char *a = arg_text(c, &args[0], &an), *b = arg_text(c, &args[1], &bn);

	*out = order(a, an, b, bn) < 0 ? datum_text(a, an) : datum_text(b, bn);
	return true;
}

static bool
to_name(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	size_t n;
	const char *s = arg_text(c, &args[0], &n);

	*out = datum_text(s, utf8_clip(s, n, NAME_MAX_BYTES));
	return true;
}

static bool
bpchar_to_name(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	size_t n;
	const char *s = arg_text(c, &args[0], &n);

	*out = datum_text(s, text_rtrim(s, utf8_clip(s, n, NAME_MAX_BYTES)));
	return true;
}

static bool
text_to_char(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	size_t n;
	const char *s = arg_text(c, &args[0], &n);

	*out = datum_text(s, MIN(n, 1));
	return true;
}

static bool
char_to_int(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	size_t n;
	const char *s = arg_text(c, &args[0], &n);

	*out = datum_int(n ? (signed char)*s : 0);
	return true;
}

static bool
int_to_char(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	char *p = arena_alloc(c->arena, 1);
	int64_t v;

	if (!arg_int(c, &args[0], &v))
		return false;
	if (v < -128 || v > 127)
		return err_set(c->err, ERR_NUMERIC_VALUE_OUT_OF_RANGE, -1, "\"char\" out of range");
	*p = (char)v;
	*out = datum_text(p, v ? 1 : 0);
	return true;
}

static bool
length_coercion(struct fcall *c, const struct datum *args, bool blank, struct datum *out)
{
	size_t n;
	const char *s = arg_text(c, &args[0], &n);
	int64_t typmod, is_explicit;

	if (!arg_int(c, &args[1], &typmod) || !arg_int(c, &args[2], &is_explicit))
		return false;
	if (!text_fit(c->err, blank ? "character" : "character varying", s, n, (int32_t)typmod,
		      is_explicit, &n))
		return false;
	*out = datum_text(s, blank && typmod >= 4 ? text_rtrim(s, n) : n);
	return true;
}

static bool
varchar(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	return length_coercion(c, args, false, out);
}

static bool
bpchar(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	return length_coercion(c, args, true, out);
}

static bool
bpchar_larger(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	if (!bpchar_cmp(c, args, nargs, out))
		return false;
	*out = out->i >= 0 ? args[0] : args[1];
	return true;
}

static bool
bpchar_smaller(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	if (!bpchar_cmp(c, args, nargs, out))
		return false;
	*out = out->i <= 0 ? args[0] : args[1];
	return true;
}

#define COMPARISONS(eq, ne, lt, le, gt, ge)                                                        \
	FUNC_NATIVE(eq, "$1 = $2"), FUNC_NATIVE(ne, "$1 <> $2"), FUNC_NATIVE(lt, "$1 < $2"),       \
		FUNC_NATIVE(le, "$1 <= $2"), FUNC_NATIVE(gt, "$1 > $2"),                           \
		FUNC_NATIVE(ge, "$1 >= $2")

const struct func func_text[] = {
	COMPARISONS("texteq", "textne", "text_lt", "text_le", "text_gt", "text_ge"),
	COMPARISONS("nameeq", "namene", "namelt", "namele", "namegt", "namege"),
	COMPARISONS("nameeqtext", "namenetext", "namelttext", "nameletext", "namegttext",
		    "namegetext"),
	COMPARISONS("texteqname", "textnename", "textltname", "textlename", "textgtname",
		    "textgename"),
	COMPARISONS("chareq", "charne", "charlt", "charle", "chargt", "charge"),
	COMPARISONS("uuid_eq", "uuid_ne", "uuid_lt", "uuid_le", "uuid_gt", "uuid_ge"),
	FUNC_NATIVE("text_pattern_lt", "$1 < $2"),
	FUNC_NATIVE("text_pattern_le", "$1 <= $2"),
	FUNC_NATIVE("text_pattern_gt", "$1 > $2"),
	FUNC_NATIVE("text_pattern_ge", "$1 >= $2"),
	FUNC_NATIVE("bpchareq", "$1 = $2 COLLATE RTRIM"),
	FUNC_NATIVE("bpcharne", "$1 <> $2 COLLATE RTRIM"),
	FUNC_NATIVE("bpcharlt", "$1 < $2 COLLATE RTRIM"),
	FUNC_NATIVE("bpcharle", "$1 <= $2 COLLATE RTRIM"),
	FUNC_NATIVE("bpchargt", "$1 > $2 COLLATE RTRIM"),
	FUNC_NATIVE("bpcharge", "$1 >= $2 COLLATE RTRIM"),
	FUNC_NATIVE("bpchar_pattern_lt", "$1 < $2 COLLATE RTRIM"),
	FUNC_NATIVE("bpchar_pattern_le", "$1 <= $2 COLLATE RTRIM"),
	FUNC_NATIVE("bpchar_pattern_gt", "$1 > $2 COLLATE RTRIM"),
	FUNC_NATIVE("bpchar_pattern_ge", "$1 >= $2 COLLATE RTRIM"),
	FUNC("bttextcmp", text_cmp),
	FUNC("bttext_pattern_cmp", text_cmp),
	FUNC("btnamecmp", name_cmp),
	FUNC("btnametextcmp", text_cmp),
	FUNC("bttextnamecmp", text_cmp),
	FUNC("btcharcmp", name_cmp),
	FUNC("uuid_cmp", uuid_cmp),
	FUNC("bpcharcmp", bpchar_cmp),
	FUNC("btbpchar_pattern_cmp", bpchar_cmp),
	FUNC("text_larger", text_larger),
	FUNC("text_smaller", text_smaller),
	FUNC("bpchar_larger", bpchar_larger),
	FUNC("bpchar_smaller", bpchar_smaller),
	FUNC("text_name", to_name),
	FUNC_NATIVE("name_text", "$1"),
	FUNC_NATIVE("name_bpchar", "$1"),
	FUNC("bpchar_name", bpchar_to_name),
	FUNC_NATIVE("char_text", "$1"),
	FUNC_NATIVE("char_bpchar", "$1"),
	FUNC("text_char", text_to_char),
	FUNC("chartoi4", char_to_int),
	FUNC("i4tochar", int_to_char),
	FUNC("varchar", varchar),
	FUNC("bpchar", bpchar),
	FUNC_END,
};
