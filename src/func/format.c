/*
 * Making text for people and for SQL: format, quote_*, to_hex, Unicode escapes and normal forms.
 */
#include "func/array_args.h"
#include "catalog/catalog.h"
#include "func/string_util.h"
#include "func/tables.h"
#include "types/utf8.h"

#include <ctype.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <strings.h>
#include <utf8proc.h>

static bool
plain_ident(const char *s, size_t n)
{
	char word[64];
	const struct keyword_row *k;

	if (n == 0 || !((*s >= 'a' && *s <= 'z') || *s == '_'))
		return false;
	for (size_t i = 0; i < n; i++)
		if (!((s[i] >= 'a' && s[i] <= 'z') || (s[i] >= '0' && s[i] <= '9') || s[i] == '_'))
			return false;
	if (n >= sizeof(word))
		return true;
	memcpy(word, s, n);
	word[n] = '\0';
	k = keyword_find(word);
	return !k || k->code == 'U';
}

static void
quote_with(struct buf *b, const char *s, size_t n, char q, bool backslashes)
{
	buf_putc(b, q);
	for (size_t i = 0; i < n; i++) {
		if (s[i] == q || (backslashes && s[i] == '\\'))
			buf_putc(b, s[i]);
		buf_putc(b, s[i]);
	}
	buf_putc(b, q);
}

void
quote_ident(struct buf *b, const char *s, size_t n)
{
	if (plain_ident(s, n))
		buf_add(b, s, n);
	else
		quote_with(b, s, n, '"', false);
}

void
quote_literal(struct buf *b, const char *s, size_t n)
{
	if (memchr(s, '\\', n))
		buf_putc(b, 'E');
	quote_with(b, s, n, '\'', true);
}

static bool
quote_ident_f(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	size_t n;
	const char *s = arg_text(c, &args[0], &n);
	struct buf b = BUF_INIT;

	quote_ident(&b, s, n);
	return ret_buf(c, &b, out);
}

static bool
quote_literal_f(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	size_t n;
	const char *s = arg_text(c, &args[0], &n);
	struct buf b = BUF_INIT;

	quote_literal(&b, s, n);
	return ret_buf(c, &b, out);
}

static bool
quote_nullable(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	return arg_null(&args[0]) ? ret_text(c, "NULL", out) : quote_literal_f(c, args, nargs, out);
}

static bool
quote_any(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct buf text = BUF_INIT, b = BUF_INIT;

	if (!value_text(c, c->types->args[0], c->types->typmods[0], &args[0], &text)) {
		buf_release(&text);
		return false;
	}
	quote_literal(&b, buf_str(&text), text.len);
	buf_release(&text);
	return ret_buf(c, &b, out);
}

static bool
quote_any_nullable(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	return arg_null(&args[0]) ? ret_text(c, "NULL", out) : quote_any(c, args, nargs, out);
}

static bool
to_hex(struct fcall *c, const struct datum *args, uint64_t mask, struct datum *out)
{
	int64_t v;
	struct buf b = BUF_INIT;

	if (!arg_int(c, &args[0], &v))
		return false;
	buf_printf(&b, "%" PRIx64, (uint64_t)v & mask);
	return ret_buf(c, &b, out);
}

static bool
to_hex32(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	return to_hex(c, args, UINT32_MAX, out);
}

static bool
to_hex64(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	return to_hex(c, args, UINT64_MAX, out);
}

/* One format() call in progress. pos, end: what is left of the format. next: the argument after the
 * last one used. */
struct formatter {
	struct fcall *call;
	const struct datum *args;
	int nargs, next;
	const char *pos, *end;
	struct buf out;
};

/* One "%…" directive. */
struct directive {
	int arg;       /* position given before "$", or -1 */
	int width_arg; /* -1: none; 0: the next argument; else its position */
	int width;
	bool left;
	char type;
};

static bool
unterminated(struct formatter *f)
{
	err_set(f->call->err, ERR_INVALID_PARAMETER_VALUE, -1,
		"unterminated format() type specifier");
	return err_hint(f->call->err, "For a single \"%%\" use \"%%%%\".");
}

/* Digits at pos, if any. */
static bool
number(struct formatter *f, int *v, bool *any)
{
	int64_t n = 0;

	for (*any = false; f->pos < f->end && *f->pos >= '0' && *f->pos <= '9'; f->pos++) {
		*any = true;
		n = n * 10 + (*f->pos - '0');
		if (n > INT_MAX)
			return err_set(f->call->err, ERR_NUMERIC_VALUE_OUT_OF_RANGE, -1,
				       "number is out of range");
	}
	if (*any && f->pos == f->end)
		return unterminated(f);
	*v = (int)n;
	return true;
}

static bool
zero_position(struct formatter *f)
{
	return err_set(f->call->err, ERR_INVALID_PARAMETER_VALUE, -1,
		       "format specifies argument 0, but arguments are numbered from 1");
}

static bool
parse_star(struct formatter *f, struct directive *d)
{
	bool any;
	int n;

	if (++f->pos == f->end)
		return unterminated(f);
	if (!number(f, &n, &any))
		return false;
	if (!any) {
		d->width_arg = 0;
		return true;
	}
	if (*f->pos != '$') {
		err_set(f->call->err, ERR_INVALID_PARAMETER_VALUE, -1,
			"width argument position must be ended by \"$\"");
		return false;
	}
	if (n == 0)
		return zero_position(f);
	d->width_arg = n;
	return ++f->pos < f->end || unterminated(f);
}

static bool
parse_directive(struct formatter *f, struct directive *d)
{
	bool any;
	int n;

	*d = (struct directive){.arg = -1, .width_arg = -1};
	if (!number(f, &n, &any))
		return false;
	if (any && *f->pos != '$') {
		d->width = n;
	} else {
		if (any) {
			if (n == 0)
				return zero_position(f);
			d->arg = n;
			if (++f->pos == f->end)
				return unterminated(f);
		}
		while (*f->pos == '-') {
			d->left = true;
			if (++f->pos == f->end)
				return unterminated(f);
		}
		if (*f->pos == '*') {
			if (!parse_star(f, d))
				return false;
		} else if (!number(f, &d->width, &any)) {
			return false;
		}
	}
	d->type = *f->pos;
	return true;
}

static bool
pick(struct formatter *f, int position, int *index)
{
	if (position > 0)
		f->next = position;
	*index = f->next++;
	if (*index >= f->nargs)
		return err_set(f->call->err, ERR_INVALID_PARAMETER_VALUE, -1,
			       "too few arguments for format()");
	return true;
}

static bool
arg_value(struct formatter *f, int i, struct buf *b)
{
	return value_out(f->call, f->call->types->args[i], f->call->types->typmods[i], &f->args[i],
			 b);
}

static bool
take_width(struct formatter *f, struct directive *d)
{
	struct buf b = BUF_INIT;
	struct type_ctx tc = fcall_type_ctx(f->call);
	struct datum v;
	bool ok;
	int i;

	if (!pick(f, d->width_arg, &i))
		return false;
	if (arg_null(&f->args[i]))
		return true;
	ok = arg_value(f, i, &b) &&
	     type_text_in(&tc, type_builtin(T_INT4), buf_str(&b), b.len, -1, &v);
	buf_release(&b);
	if (!ok)
		return false;
	d->left = d->left || v.i < 0;
	d->width = (int)(v.i < 0 ? -v.i : v.i);
	return true;
}

static void
pad_add(struct buf *b, const char *s, size_t n, const struct directive *d)
{
	size_t chars = utf8_count(s, n),
	       more = (size_t)d->width > chars ? (size_t)d->width - chars : 0;

	if (!d->left)
		buf_pad(b, ' ', more);
	buf_add(b, s, n);
	if (d->left)
		buf_pad(b, ' ', more);
}

static bool
convert(struct formatter *f, const struct directive *d, int i)
{
	struct buf text = BUF_INIT, quoted = BUF_INIT;
	bool null = arg_null(&f->args[i]);

	if (null && d->type == 'I')
		return err_set(f->call->err, ERR_NULL_VALUE_NOT_ALLOWED, -1,
			       "null values cannot be formatted as an SQL identifier");
	if (!null && !arg_value(f, i, &text)) {
		buf_release(&text);
		return false;
	}
	if (d->type == 'L' && null)
		buf_puts(&quoted, "NULL");
	else if (d->type == 'L')
		quote_literal(&quoted, buf_str(&text), text.len);
	else if (d->type == 'I')
		quote_ident(&quoted, buf_str(&text), text.len);
	else
		buf_add(&quoted, text.data, text.len);
	pad_add(&f->out, buf_str(&quoted), quoted.len, d);
	buf_release(&text);
	buf_release(&quoted);
	return true;
}

static bool
directive(struct formatter *f)
{
	struct directive d;
	int i;

	if (f->pos == f->end)
		return unterminated(f);
	if (*f->pos == '%') {
		buf_putc(&f->out, '%');
		f->pos++;
		return true;
	}
	if (!parse_directive(f, &d))
		return false;
	if (!strchr("sIL", d.type) || !d.type) {
		err_set(f->call->err, ERR_INVALID_PARAMETER_VALUE, -1,
			"unrecognized format() type specifier \"%.*s\"",
			(int)MIN(utf8_len(*f->pos), (size_t)(f->end - f->pos)), f->pos);
		return err_hint(f->call->err, "For a single \"%%\" use \"%%%%\".");
	}
	f->pos++;
	if (d.width_arg >= 0 && !take_width(f, &d))
		return false;
	return pick(f, d.arg, &i) && convert(f, &d, i);
}

static bool
format_all(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	struct formatter f = {.call = c, .args = args, .nargs = nargs, .next = 1};
	size_t n;

	if (arg_null(&args[0]))
		return true;
	f.pos = arg_text(c, &args[0], &n);
	f.end = f.pos + n;
	while (f.pos < f.end) {
		if (*f.pos != '%') {
			buf_putc(&f.out, *f.pos++);
			continue;
		}
		f.pos++;
		if (!directive(&f)) {
			buf_release(&f.out);
			return false;
		}
	}
	return ret_buf(c, &f.out, out);
}

static bool
format(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	return call_spread(c, args, nargs, format_all, true, out);
}

static bool
hex_run(const char *s, size_t n, size_t want, uint32_t *v)
{
	*v = 0;
	if (n < want)
		return false;
	for (size_t i = 0; i < want; i++) {
		if (!isxdigit((unsigned char)s[i]))
			return false;
		*v = *v << 4 | (uint32_t)(isdigit((unsigned char)s[i]) ? s[i] - '0'
								       : (s[i] | 0x20) - 'a' + 10);
	}
	return true;
}

/* Bytes of the escape after a backslash; 0: none. */
static size_t
unicode_escape(const char *s, size_t n, uint32_t *cp)
{
	if (hex_run(s, n, 4, cp))
		return 4;
	if (n && *s == 'u' && hex_run(s + 1, n - 1, 4, cp))
		return 5;
	if (n && *s == '+' && hex_run(s + 1, n - 1, 6, cp))
		return 7;
	if (n && *s == 'U' && hex_run(s + 1, n - 1, 8, cp))
		return 9;
	return 0;
}

static bool
bad_pair(struct fcall *c)
{
	return err_set(c->err, ERR_SYNTAX_ERROR, -1, "invalid Unicode surrogate pair");
}

static bool
unistr_into(struct fcall *c, const char *s, size_t n, struct buf *b)
{
	uint32_t cp, high = 0;
	char enc[4];

	for (size_t i = 0, len; i < n; i += len) {
		len = 1;
		if (s[i] != '\\' || (i + 1 < n && s[i + 1] == '\\')) {
			if (high)
				return bad_pair(c);
			len = s[i] == '\\' ? 2 : 1;
			buf_putc(b, s[i]);
			continue;
		}
		len = 1 + unicode_escape(s + i + 1, n - i - 1, &cp);
		if (len == 1) {
			err_set(c->err, ERR_SYNTAX_ERROR, -1, "invalid Unicode escape");
			return err_hint(c->err, "Unicode escapes must be \\XXXX, \\+XXXXXX, "
						"\\uXXXX, or \\UXXXXXXXX.");
		}
		if (cp == 0 || cp > 0x10ffff)
			return err_set(c->err, ERR_INVALID_PARAMETER_VALUE, -1,
				       "invalid Unicode code point: %04X", (unsigned)cp);
		if (high && !(cp >= 0xdc00 && cp <= 0xdfff))
			return bad_pair(c);
		if (high) {
			cp = 0x10000 + ((high & 0x3ff) << 10) + (cp & 0x3ff);
			high = 0;
		} else if (cp >= 0xdc00 && cp <= 0xdfff) {
			return bad_pair(c);
		} else if (cp >= 0xd800 && cp <= 0xdbff) {
			high = cp;
			continue;
		}
		buf_add(b, enc, utf8_encode(cp, enc));
	}
	return !high || bad_pair(c);
}

static bool
unistr(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	size_t n;
	const char *s = arg_text(c, &args[0], &n);
	struct buf b = BUF_INIT;

	if (unistr_into(c, s, n, &b))
		return ret_buf(c, &b, out);
	buf_release(&b);
	return false;
}

static bool
normal_form(struct fcall *c, const struct datum *args, char **text, size_t *len)
{
	static const struct {
		const char *name;
		utf8proc_option_t options;
	} forms[] = {{"NFC", UTF8PROC_STABLE | UTF8PROC_COMPOSE},
		     {"NFD", UTF8PROC_STABLE | UTF8PROC_DECOMPOSE},
		     {"NFKC", UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT},
		     {"NFKD", UTF8PROC_STABLE | UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT}};
	size_t n, fn;
	const char *s = arg_text(c, &args[0], &n), *f = arg_text(c, &args[1], &fn);
	utf8proc_uint8_t *made;
	utf8proc_ssize_t got;

	for (size_t i = 0; i < COUNTOF(forms); i++) {
		if (fn != strlen(forms[i].name) || strncasecmp(f, forms[i].name, fn) != 0)
			continue;
		got = utf8proc_map((const utf8proc_uint8_t *)s, (utf8proc_ssize_t)n, &made,
				   forms[i].options);
		if (got < 0)
			return err_set(c->err, ERR_INTERNAL_ERROR, -1, "%s", utf8proc_errmsg(got));
		*text = arena_memdup(c->arena, made, (size_t)got);
		*len = (size_t)got;
		free(made);
		return true;
	}
	return err_set(c->err, ERR_INVALID_PARAMETER_VALUE, -1, "invalid normalization form: %.*s",
		       (int)fn, f);
}

static bool
normalize(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	char *s;
	size_t n;

	if (!normal_form(c, args, &s, &n))
		return false;
	*out = datum_text(s, n);
	return true;
}

static bool
is_normalized(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	char *made;
	size_t n, mn;
	const char *s = arg_text(c, &args[0], &n);

	if (!normal_form(c, args, &made, &mn))
		return false;
	*out = datum_int(n == mn && memcmp(s, made, n) == 0);
	return true;
}

const struct func func_format[] = {
	FUNC("quote_ident", quote_ident_f),
	FUNC("quote_literal", quote_literal_f),
	FUNC("quote_nullable", quote_nullable),
	FUNC_T("quote_literal(anyelement)", quote_any),
	FUNC_T("quote_nullable(anyelement)", quote_any_nullable),
	FUNC("to_hex32", to_hex32),
	FUNC("to_hex64", to_hex64),
	FUNC_T("text_format", format),
	FUNC_T("text_format_nv", format),
	FUNC("unistr", unistr),
	FUNC("unicode_normalize_func", normalize),
	FUNC("unicode_is_normalized", is_normalized),
	FUNC_END,
};
