/*
 * Character strings. Lengths and positions count characters; text is UTF-8.
 */
#include "func/array_args.h"
#include "func/string_util.h"
#include "func/tables.h"
#include "types/text.h"
#include "types/utf8.h"

#include <utf8proc.h>

enum { MAX_RESULT = 0x3fffffff };

static bool
too_large(struct fcall *c)
{
	return err_set(c->err, ERR_PROGRAM_LIMIT_EXCEEDED, -1, "requested length too large");
}

static int32_t
fold_lower(uint32_t cp)
{
	return utf8proc_tolower((int32_t)cp);
}

static int32_t
fold_upper(uint32_t cp)
{
	/* As towupper: the one-character capital of sharp s is no upper case of it. */
	return cp == 0xdf ? (int32_t)cp : utf8proc_toupper((int32_t)cp);
}

static void
fold_into(struct buf *b, const char *s, size_t n, int32_t (*fold)(uint32_t))
{
	size_t used;
	char enc[4];

	buf_reserve(b, n + 4);
	for (; n; s += used, n -= used) {
		uint32_t cp = utf8_decode(s, n, &used);

		if (used == 1 && cp >= 0x80)
			buf_putc(b, *s);
		else
			buf_add(b, enc, utf8_encode((uint32_t)fold(cp), enc));
	}
}

void
text_lower(struct buf *b, const char *s, size_t n)
{
	fold_into(b, s, n, fold_lower);
}

static bool
ascii_fold(struct fcall *c, const char *s, size_t n, char from, int delta, struct datum *out)
{
	char *to;

	for (size_t i = 0; i < n; i++)
		if ((uint8_t)s[i] >= 0x80)
			return false;
	to = arena_alloc(c->arena, n + 1);
	for (size_t i = 0; i < n; i++)
		to[i] = s[i] >= from && s[i] < from + 26 ? (char)(s[i] + delta) : s[i];
	*out = datum_text(to, n);
	return true;
}

static bool
lower(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	size_t n;
	const char *s = arg_text(c, &args[0], &n);
	struct buf b = BUF_INIT;

	if (ascii_fold(c, s, n, 'A', 'a' - 'A', out))
		return true;
	fold_into(&b, s, n, fold_lower);
	return ret_buf(c, &b, out);
}

static bool
upper(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	size_t n;
	const char *s = arg_text(c, &args[0], &n);
	struct buf b = BUF_INIT;

	if (ascii_fold(c, s, n, 'a', 'A' - 'a', out))
		return true;
	fold_into(&b, s, n, fold_upper);
	return ret_buf(c, &b, out);
}

static bool
is_alnum(uint32_t cp)
{
	utf8proc_category_t cat = utf8proc_category((int32_t)cp);

	return (cat >= UTF8PROC_CATEGORY_LU && cat <= UTF8PROC_CATEGORY_LO) ||
	       cat == UTF8PROC_CATEGORY_ND || cat == UTF8PROC_CATEGORY_NL;
}

static bool
initcap(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	size_t n, used;
	const char *s = arg_text(c, &args[0], &n);
	struct buf b = BUF_INIT;
	bool inside = false;
	char enc[4];

	for (; n; s += used, n -= used) {
		uint32_t cp = utf8_decode(s, n, &used);

		buf_add(&b, enc,
			utf8_encode((uint32_t)(inside ? fold_lower(cp) : fold_upper(cp)), enc));
		inside = is_alnum(cp);
	}
	return ret_buf(c, &b, out);
}

/* A character type's octets, with the padding that a bpchar's typmod stands for. */
static bool
bpchar_octets(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	size_t n, chars;
	const char *s = arg_text(c, &args[0], &n);
	int32_t typmod = c->types && c->types->nargs > 0 ? c->types->typmods[0] : -1;

	chars = utf8_count(s, n);
	if (typmod >= 4 && chars < (size_t)typmod - 4)
		n += (size_t)typmod - 4 - chars;
	*out = datum_int((int64_t)n);
	return true;
}

/* Characters from, from+1 … of s, as SQL's substring counts: from may lie before the string. */
static bool
substring(struct fcall *c, const struct datum *args, int64_t from, int64_t len, bool has_len,
	  struct datum *out)
{
	size_t n, a, b;
	const char *s = arg_text(c, &args[0], &n);
	int64_t end;

	if (has_len && __builtin_add_overflow(from, len, &end))
		has_len = false;
	if (has_len && len < 0)
		return err_set(c->err, ERR_SUBSTRING_ERROR, -1,
			       "negative substring length not allowed");
	from = MAX(from, 1);
	if (has_len && end <= from) {
		*out = datum_text("", 0);
		return true;
	}
	a = utf8_offset(s, n, (size_t)from - 1);
	b = has_len ? utf8_offset(s + a, n - a, (size_t)(end - from)) : n - a;
	*out = datum_text(s + a, b);
	return true;
}

static bool
text_substr(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	int64_t from, len = 0;

	if (!arg_int(c, &args[1], &from) || (nargs > 2 && !arg_int(c, &args[2], &len)))
		return false;
	return substring(c, args, from, len, nargs > 2, out);
}

static bool
text_left(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	size_t n;
	const char *s = arg_text(c, &args[0], &n);
	int64_t k;

	if (!arg_int(c, &args[1], &k))
		return false;
	if (k < 0)
		k = MAX((int64_t)utf8_count(s, n) + k, 0);
	*out = datum_text(s, utf8_offset(s, n, (size_t)k));
	return true;
}

static bool
text_right(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	size_t n, skip;
	const char *s = arg_text(c, &args[0], &n);
	int64_t k;

	if (!arg_int(c, &args[1], &k))
		return false;
	k = k < 0 ? -k : MAX((int64_t)utf8_count(s, n) - k, 0);
	skip = utf8_offset(s, n, (size_t)k);
	*out = datum_text(s + skip, n - skip);
	return true;
}

const char *
text_find(const char *s, size_t n, const char *what, size_t wn)
{
	return wn ? memmem(s, n, what, wn) : s;
}

static bool
text_position(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	size_t n, wn;
	const char *s = arg_text(c, &args[0], &n), *w = arg_text(c, &args[1], &wn),
		   *at = text_find(s, n, w, wn);

	*out = datum_int(at ? (int64_t)utf8_count(s, (size_t)(at - s)) + 1 : 0);
	return true;
}

static bool
starts_with(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	size_t n, wn;
	const char *s = arg_text(c, &args[0], &n), *w = arg_text(c, &args[1], &wn);

	*out = datum_int(n >= wn && memcmp(s, w, wn) == 0);
	return true;
}

static bool
overlay(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	size_t n, rn, a, z;
	const char *s = arg_text(c, &args[0], &n), *r = arg_text(c, &args[1], &rn);
	int64_t from, len, end;
	struct buf b = BUF_INIT;

	if (!arg_int(c, &args[2], &from))
		return false;
	len = (int64_t)utf8_count(r, rn);
	if (nargs > 3 && !arg_int(c, &args[3], &len))
		return false;
	if (from <= 0)
		return err_set(c->err, ERR_SUBSTRING_ERROR, -1,
			       "negative substring length not allowed");
	end = from + len;
	if (end > INT32_MAX || end < INT32_MIN)
		return out_of_range(c, "integer");
	a = utf8_offset(s, n, (size_t)from - 1);
	z = utf8_offset(s, n, (size_t)MAX(end - 1, 0));
	buf_add(&b, s, a);
	buf_add(&b, r, rn);
	buf_add(&b, s + z, n - z);
	return ret_buf(c, &b, out);
}

static bool
replace(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	size_t n, fn, tn;
	const char *s = arg_text(c, &args[0], &n), *f = arg_text(c, &args[1], &fn),
		   *t = arg_text(c, &args[2], &tn), *at;
	struct buf b = BUF_INIT;

	if (fn == 0 || !text_find(s, n, f, fn)) {
		*out = datum_text(s, n);
		return true;
	}
	while ((at = text_find(s, n, f, fn))) {
		buf_add(&b, s, (size_t)(at - s));
		buf_add(&b, t, tn);
		n -= (size_t)(at - s) + fn;
		s = at + fn;
		if (b.len > MAX_RESULT) {
			buf_release(&b);
			return too_large(c);
		}
	}
	buf_add(&b, s, n);
	return ret_buf(c, &b, out);
}

static bool
translate(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	size_t n, fn, tn, len, at, to;
	const char *s = arg_text(c, &args[0], &n), *f = arg_text(c, &args[1], &fn),
		   *t = arg_text(c, &args[2], &tn);
	struct buf b = BUF_INIT;

	for (; n; s += len, n -= len) {
		len = MIN(utf8_len(*s), n);
		at = to = 0;
		while (at < fn &&
		       !(utf8_len(f[at]) == len && at + len <= fn && memcmp(f + at, s, len) == 0)) {
			at += utf8_len(f[at]);
			to += to < tn ? utf8_len(t[to]) : 0;
		}
		if (at >= fn)
			buf_add(&b, s, len);
		else if (to < tn)
			buf_add(&b, t + to, MIN(utf8_len(t[to]), tn - to));
	}
	return ret_buf(c, &b, out);
}

static size_t
count_fields(const char *s, size_t n, const char *sep, size_t sn)
{
	const char *at;
	size_t k = 1;

	while ((at = memmem(s, n, sep, sn))) {
		n -= (size_t)(at - s) + sn;
		s = at + sn;
		k++;
	}
	return k;
}

static bool
split_part(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	size_t n, sn;
	const char *s = arg_text(c, &args[0], &n), *sep = arg_text(c, &args[1], &sn), *at;
	int64_t k;

	if (!arg_int(c, &args[2], &k))
		return false;
	if (k == 0)
		return err_set(c->err, ERR_INVALID_PARAMETER_VALUE, -1,
			       "field position must not be zero");
	*out = datum_text("", 0);
	if (n == 0)
		return true;
	if (sn == 0) {
		if (k == 1 || k == -1)
			*out = datum_text(s, n);
		return true;
	}
	if (k < 0 && (k += (int64_t)count_fields(s, n, sep, sn) + 1) <= 0)
		return true;
	while ((at = memmem(s, n, sep, sn)) && --k) {
		n -= (size_t)(at - s) + sn;
		s = at + sn;
	}
	if (at)
		*out = datum_text(s, (size_t)(at - s));
	else if (k == 1)
		*out = datum_text(s, n);
	return true;
}

static bool
pad(struct fcall *c, const struct datum *args, int nargs, bool left, struct datum *out)
{
	size_t n, fn = 1, chars, want, at = 0;
	const char *s = arg_text(c, &args[0], &n),
		   *f = nargs > 2 ? arg_text(c, &args[2], &fn) : " ";
	struct buf b = BUF_INIT;
	int64_t len;

	if (!arg_int(c, &args[1], &len))
		return false;
	len = MAX(len, 0);
	if (len > MAX_RESULT / 4)
		return too_large(c);
	chars = utf8_count(s, n);
	if (chars >= (size_t)len || fn == 0) {
		*out = datum_text(s, utf8_offset(s, n, (size_t)len));
		return true;
	}
	if (!left)
		buf_add(&b, s, n);
	for (want = (size_t)len - chars; want; want--) {
		size_t one = MIN(utf8_len(f[at]), fn - at);

		buf_add(&b, f + at, one);
		at = at + one < fn ? at + one : 0;
	}
	if (left)
		buf_add(&b, s, n);
	return ret_buf(c, &b, out);
}

static bool
lpad(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	return pad(c, args, nargs, true, out);
}

static bool
rpad(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	return pad(c, args, nargs, false, out);
}

static bool
repeat(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	size_t n;
	const char *s = arg_text(c, &args[0], &n);
	struct buf b = BUF_INIT;
	int64_t k;

	if (!arg_int(c, &args[1], &k))
		return false;
	k = MAX(k, 0);
	if (n && k > MAX_RESULT / (int64_t)n)
		return too_large(c);
	buf_reserve(&b, n * (size_t)k + 1);
	while (k--)
		buf_add(&b, s, n);
	return ret_buf(c, &b, out);
}

static bool
reverse(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	size_t n, len;
	const char *s = arg_text(c, &args[0], &n);
	char *to = arena_alloc(c->arena, n + 1);

	for (size_t i = 0; i < n; i += len) {
		len = MIN(utf8_len(s[i]), n - i);
		memcpy(to + n - i - len, s + i, len);
	}
	*out = datum_text(to, n);
	return true;
}

static bool
ascii(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	size_t n, used;
	const char *s = arg_text(c, &args[0], &n);

	*out = datum_int(n ? (int64_t)utf8_decode(s, n, &used) : 0);
	return true;
}

static bool
chr(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	char *to = arena_alloc(c->arena, 4);
	int64_t v;

	if (!arg_int(c, &args[0], &v))
		return false;
	if (v < 0)
		return err_set(c->err, ERR_INVALID_PARAMETER_VALUE, -1,
			       "character number must be positive");
	if (v == 0)
		return err_set(c->err, ERR_PROGRAM_LIMIT_EXCEEDED, -1,
			       "null character not permitted");
	if (v > 0x10ffff)
		return err_set(c->err, ERR_PROGRAM_LIMIT_EXCEEDED, -1,
			       "requested character too large for encoding: %u", (unsigned)v);
	if (v >= 0xd800 && v <= 0xdfff)
		return err_set(c->err, ERR_PROGRAM_LIMIT_EXCEEDED, -1,
			       "requested character not valid for encoding: %u", (unsigned)v);
	*out = datum_text(to, utf8_encode((uint32_t)v, to));
	return true;
}

/* The characters of set, wherever they are, taken off one or both ends. */
static bool
trim(struct fcall *c, const struct datum *args, int nargs, int ends, struct datum *out)
{
	size_t n, sn = 1, len;
	const char *s = arg_text(c, &args[0], &n),
		   *set = nargs > 1 ? arg_text(c, &args[1], &sn) : " ";

	while (n && ends & 1 && (len = MIN(utf8_len(*s), n)) && text_has_char(set, sn, s, len))
		s += len, n -= len;
	while (n && ends & 2) {
		for (len = 1; len < n && len < 4 && ((uint8_t)s[n - len] & 0xc0) == 0x80;)
			len++;
		if (!text_has_char(set, sn, s + n - len, len))
			break;
		n -= len;
	}
	*out = datum_text(s, n);
	return true;
}

bool
text_has_char(const char *set, size_t n, const char *ch, size_t len)
{
	for (size_t i = 0; i < n; i += utf8_len(set[i]))
		if (utf8_len(set[i]) == len && i + len <= n && memcmp(set + i, ch, len) == 0)
			return true;
	return false;
}

static bool
btrim(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	return trim(c, args, nargs, 3, out);
}

static bool
ltrim(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	return trim(c, args, nargs, 1, out);
}

static bool
rtrim(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	return trim(c, args, nargs, 2, out);
}

/* Arguments from first on, with sep between those that are not NULL. */
static bool
join(struct fcall *c, const struct datum *args, int nargs, int first, const char *sep, size_t sn,
     bool (*to_text)(struct fcall *, const struct type *, int32_t, const struct datum *,
		     struct buf *),
     struct datum *out)
{
	struct buf b = BUF_INIT;
	bool any = false;

	for (int i = first; i < nargs; i++) {
		if (arg_null(&args[i]))
			continue;
		if (any)
			buf_add(&b, sep, sn);
		any = true;
		if (!to_text(c, c->types->args[i], c->types->typmods[i], &args[i], &b)) {
			buf_release(&b);
			return false;
		}
	}
	return ret_buf(c, &b, out);
}

static bool
concat_all(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	return join(c, args, nargs, 0, "", 0, value_out, out);
}

static bool
concat(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	return call_spread(c, args, nargs, concat_all, false, out);
}

static bool
concat_ws_all(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	size_t n;
	const char *sep;

	if (arg_null(&args[0]))
		return true;
	sep = arg_text(c, &args[0], &n);
	return join(c, args, nargs, 1, sep, n, value_out, out);
}

static bool
concat_ws(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	return call_spread(c, args, nargs, concat_ws_all, false, out);
}

/* text || anything, anything || text */
static bool
any_concat(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	return join(c, args, nargs, 0, "", 0, value_text, out);
}

const struct func func_string[] = {
	FUNC("lower", lower),
	FUNC("upper", upper),
	FUNC("initcap", initcap),
	FUNC_NATIVE("textlen", "length($1)"),
	FUNC_NATIVE("bpcharlen", "length(rtrim($1, ' '))"),
	FUNC_NATIVE("textoctetlen", "length(CAST($1 AS BLOB))"),
	FUNC_T("bpcharoctetlen", bpchar_octets),
	FUNC_NATIVE("bit_length(text)", "(8 * length(CAST($1 AS BLOB)))"),
	FUNC_NATIVE("bit_length(bytea)", "(8 * length(CAST($1 AS BLOB)))"),
	FUNC_NATIVE("textcat", "$1 || $2"),
	FUNC_T("textanycat(text,anynonarray)", any_concat),
	FUNC_T("anytextcat(anynonarray,text)", any_concat),
	FUNC("text_substr", text_substr),
	FUNC("text_substr_no_len", text_substr),
	FUNC("text_left", text_left),
	FUNC("text_right", text_right),
	FUNC("textpos", text_position),
	FUNC("text_starts_with", starts_with),
	FUNC("textoverlay", overlay),
	FUNC("textoverlay_no_len", overlay),
	FUNC("replace_text", replace),
	FUNC("translate", translate),
	FUNC("split_part", split_part),
	FUNC("lpad", lpad),
	FUNC("rpad", rpad),
	FUNC("lpad(text,int4)", lpad),
	FUNC("rpad(text,int4)", rpad),
	FUNC("repeat", repeat),
	FUNC("text_reverse", reverse),
	FUNC("ascii", ascii),
	FUNC("chr", chr),
	FUNC("btrim", btrim),
	FUNC("btrim1", btrim),
	FUNC("ltrim", ltrim),
	FUNC("ltrim1", ltrim),
	FUNC("rtrim", rtrim),
	FUNC("rtrim1", rtrim),
	FUNC_T("text_concat", concat),
	FUNC_T("text_concat_ws", concat_ws),
	FUNC_END,
};
