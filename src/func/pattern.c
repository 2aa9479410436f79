/*
 * LIKE, ILIKE and the rewriting of SIMILAR TO patterns into regular expressions.
 */
#include "catalog/catalog.h"
#include "func/args.h"
#include "func/pattern.h"
#include "func/string_util.h"
#include "func/tables.h"
#include "types/utf8.h"

enum match { NO, YES, BROKEN };

static size_t
step(const char *s, const char *end, bool chars)
{
	return chars ? MIN(utf8_len(*s), (size_t)(end - s)) : 1;
}

/* The last % with text after it is where a mismatch resumes; earlier ones need no second look. */
static enum match
like(const char *s, size_t sn, const char *p, size_t pn, bool chars)
{
	const char *send = s + sn, *pend = p + pn, *star = NULL, *resume = NULL;

	for (;;) {
		if (s == send) {
			while (p < pend && *p == '%')
				p++;
			return p == pend ? YES : NO;
		}
		if (p < pend && *p == '%') {
			for (; p < pend && (*p == '%' || *p == '_'); p++) {
				if (*p == '%')
					continue;
				if (s == send)
					return NO;
				s += step(s, send, chars);
			}
			if (p == pend)
				return YES;
			if (*p == '\\' && p + 1 == pend)
				return BROKEN;
			star = p;
			resume = s;
			continue;
		}
		if (p < pend) {
			if (*p == '_') {
				s += step(s, send, chars);
				p++;
				continue;
			}
			if (*p == '\\' && p + 1 == pend)
				return BROKEN;
			if (p[*p == '\\'] == *s) {
				p += *p == '\\' ? 2 : 1;
				s++;
				continue;
			}
		}
		if (!star || resume >= send)
			return NO;
		resume += step(resume, send, chars);
		s = resume;
		p = star;
	}
}

static bool
answer(struct fcall *c, enum match m, bool want, struct datum *out)
{
	if (m == BROKEN)
		return err_set(c->err, ERR_INVALID_ESCAPE_SEQUENCE, -1,
			       "LIKE pattern must not end with escape character");
	*out = datum_int((m == YES) == want);
	return true;
}

static bool
like_op(struct fcall *c, const struct datum *args, bool chars, bool want, struct datum *out)
{
	size_t sn, pn;
	const char *s = arg_text(c, &args[0], &sn), *p = arg_text(c, &args[1], &pn);

	return answer(c, like(s, sn, p, pn, chars), want, out);
}

static bool
ilike_op(struct fcall *c, const struct datum *args, bool want, struct datum *out)
{
	size_t sn, pn;
	const char *s = arg_text(c, &args[0], &sn), *p = arg_text(c, &args[1], &pn);
	struct buf ls = BUF_INIT, lp = BUF_INIT;
	enum match m;

	text_lower(&ls, s, sn);
	text_lower(&lp, p, pn);
	m = like(buf_str(&ls), ls.len, buf_str(&lp), lp.len, true);
	buf_release(&ls);
	buf_release(&lp);
	return answer(c, m, want, out);
}

static bool
text_like(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	return like_op(c, args, true, true, out);
}

static bool
text_not_like(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	return like_op(c, args, true, false, out);
}

static bool
bytea_like(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	return like_op(c, args, false, true, out);
}

static bool
bytea_not_like(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	return like_op(c, args, false, false, out);
}

static bool
text_ilike(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	return ilike_op(c, args, true, out);
}

static bool
text_not_ilike(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	return ilike_op(c, args, false, out);
}

static bool
bad_escape(struct fcall *c)
{
	err_set(c->err, ERR_INVALID_ESCAPE_SEQUENCE, -1, "invalid escape string");
	return err_hint(c->err, "Escape string must be empty or one character.");
}

/* A pattern with its own escape character → one with backslashes. */
static bool
like_escape(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	size_t n, en, len;
	const char *p = arg_text(c, &args[0], &n), *e = arg_text(c, &args[1], &en);
	struct buf b = BUF_INIT;
	bool after = false;

	if (en && utf8_count(e, en) != 1)
		return bad_escape(c);
	if (en == 1 && *e == '\\') {
		*out = datum_text(p, n);
		return true;
	}
	for (; n; p += len, n -= len) {
		len = MIN(utf8_len(*p), n);
		if (en && !after && len == en && memcmp(p, e, en) == 0) {
			buf_putc(&b, '\\');
			after = true;
			continue;
		}
		if (*p == '\\' && !after)
			buf_putc(&b, '\\');
		buf_add(&b, p, len);
		after = false;
	}
	return ret_buf(c, &b, out);
}

/* A SIMILAR TO pattern on its way to a regular expression. */
struct similar {
	struct buf out;
	const char *esc;
	size_t esc_len;
	bool lazy;      /* in the first of three parts */
	int separators; /* escape-double-quotes so far */
};

static bool
is_escape(const struct similar *s, const char *p, size_t len)
{
	return s->esc_len && len == s->esc_len && memcmp(p, s->esc, len) == 0;
}

static int
count_separators(const struct similar *s, const char *p, size_t n)
{
	int k = 0;
	size_t len;

	for (; n; p += len, n -= len) {
		len = MIN(utf8_len(*p), n);
		if (is_escape(s, p, len) && len < n) {
			k += p[len] == '"';
			len += MIN(utf8_len(p[len]), n - len);
		}
	}
	return k;
}

static void
quantifier(struct similar *s, const char *q, size_t n)
{
	buf_add(&s->out, q, n);
	if (s->lazy)
		buf_putc(&s->out, '?');
}

/* One member of a bracket expression at p; its bytes. */
static size_t
bracket_member(struct similar *s, const char *p, size_t n)
{
	size_t len = MIN(utf8_len(*p), n), i = 0;

	if (is_escape(s, p, len)) {
		if (len == n)
			return len;
		if (!((p[len] >= 'a' && p[len] <= 'z') || (p[len] >= 'A' && p[len] <= 'Z') ||
		      (p[len] >= '0' && p[len] <= '9') || (uint8_t)p[len] >= 0x80))
			buf_putc(&s->out, '\\');
		buf_putc(&s->out, p[len]);
		return len + 1;
	}
	if (*p == '[' && n > 1 && p[1] == ':') {
		while (i < n && !(p[i] == ':' && i + 1 < n && p[i + 1] == ']'))
			buf_putc(&s->out, p[i++]);
		for (int k = 0; k < 2 && i < n; k++)
			buf_putc(&s->out, p[i++]);
		return i;
	}
	if (*p == '\\')
		buf_putc(&s->out, '\\');
	buf_putc(&s->out, *p);
	return 1;
}

/* The bracket expression at p; its bytes. */
static size_t
bracket(struct similar *s, const char *p, size_t n)
{
	size_t i = 1;

	buf_putc(&s->out, '[');
	if (i < n && p[i] == '^')
		buf_putc(&s->out, p[i++]);
	if (i < n && p[i] == ']')
		buf_putc(&s->out, p[i++]);
	while (i < n && p[i] != ']')
		i += bracket_member(s, p + i, n - i);
	if (i < n)
		buf_putc(&s->out, p[i++]);
	return i;
}

static size_t
after_escape(struct similar *s, const char *p, size_t n)
{
	size_t len = MIN(utf8_len(*p), n);

	if (*p == '"' && s->separators < 2) {
		buf_puts(&s->out, s->separators == 0 ? ")(" : ")(?:");
		s->separators++;
		s->lazy = false;
		return 1;
	}
	if (len == 1)
		buf_putc(&s->out, '\\');
	if (len == 1 &&
	    ((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') || (*p >= '0' && *p <= '9')))
		s->out.len--;
	buf_add(&s->out, p, len);
	return len;
}

static size_t
similar_char(struct similar *s, const char *p, size_t n)
{
	size_t len = MIN(utf8_len(*p), n);

	switch (*p) {
	case '[':
		return bracket(s, p, n);
	case '%':
		quantifier(s, ".*", 2);
		break;
	case '_':
		buf_putc(&s->out, '.');
		break;
	case '(':
		buf_puts(&s->out, "(?:");
		break;
	case '\\':
	case '.':
	case '^':
	case '$':
		buf_putc(&s->out, '\\');
		buf_putc(&s->out, *p);
		break;
	case '*':
	case '+':
	case '?':
	case '}':
		quantifier(s, p, 1);
		break;
	default:
		buf_add(&s->out, p, len);
	}
	return len;
}

bool
similar_pattern(struct fcall *c, const struct datum *pattern, const char *esc, size_t esc_len,
		struct datum *out)
{
	size_t n, len;
	const char *p = arg_text(c, pattern, &n);
	struct similar s = {.esc = esc, .esc_len = esc_len};
	int separators;

	if (esc_len && utf8_count(esc, esc_len) != 1)
		return bad_escape(c);
	separators = count_separators(&s, p, n);
	if (separators > 2)
		return err_set(c->err, ERR_INVALID_USE_OF_ESCAPE_CHARACTER, -1,
			       "SQL regular expression may not contain more than two "
			       "escape-double-quote separators");
	s.lazy = separators > 0;
	buf_puts(&s.out, "^(?:");
	for (; n; p += len, n -= len) {
		len = MIN(utf8_len(*p), n);
		if (is_escape(&s, p, len) && len < n)
			len += after_escape(&s, p + len, n - len);
		else if (!is_escape(&s, p, len))
			len = similar_char(&s, p, n);
	}
	buf_puts(&s.out, ")$");
	return ret_buf(c, &s.out, out);
}

static bool
similar_to_escape_1(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	return similar_pattern(c, &args[0], "\\", 1, out);
}

static bool
similar_to_escape_2(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	size_t n;
	const char *e = arg_text(c, &args[1], &n);

	return similar_pattern(c, &args[0], e, n, out);
}

/* The old form: not strict, and a NULL escape is a backslash. */
static bool
similar_escape(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	if (arg_null(&args[0]))
		return true;
	return arg_null(&args[1]) ? similar_to_escape_1(c, args, nargs, out)
				  : similar_to_escape_2(c, args, nargs, out);
}

/* A char(n) matches with the padding that its typmod stands for; the body is text's. */
static bool
bpchar_match(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	const struct func *text = func_by_key(c->proc->prosrc);
	int32_t typmod = c->types ? c->types->typmods[0] : -1;
	size_t n, chars;
	const char *s = arg_text(c, &args[0], &n);
	struct datum v[2] = {args[0], args[1]};

	chars = utf8_count(s, n);
	if (typmod >= 4 && chars < (size_t)typmod - 4) {
		size_t pad = (size_t)typmod - 4 - chars;
		char *p = arena_alloc(c->arena, n + pad);

		memcpy(p, s, n);
		memset(p + n, ' ', pad);
		v[0] = datum_text(p, n + pad);
	}
	return text->fn(c, v, nargs, out);
}

const struct func func_pattern[] = {
	FUNC_T("bpcharlike(bpchar,text)", bpchar_match),
	FUNC_T("bpcharnlike(bpchar,text)", bpchar_match),
	FUNC_T("bpchariclike(bpchar,text)", bpchar_match),
	FUNC_T("bpcharicnlike(bpchar,text)", bpchar_match),
	FUNC_T("bpcharregexeq(bpchar,text)", bpchar_match),
	FUNC_T("bpcharregexne(bpchar,text)", bpchar_match),
	FUNC_T("bpcharicregexeq(bpchar,text)", bpchar_match),
	FUNC_T("bpcharicregexne(bpchar,text)", bpchar_match),
	FUNC("textlike", text_like),
	FUNC("textnlike", text_not_like),
	FUNC("namelike", text_like),
	FUNC("namenlike", text_not_like),
	FUNC("bytealike", bytea_like),
	FUNC("byteanlike", bytea_not_like),
	FUNC("texticlike", text_ilike),
	FUNC("texticnlike", text_not_ilike),
	FUNC("nameiclike", text_ilike),
	FUNC("nameicnlike", text_not_ilike),
	FUNC("like_escape", like_escape),
	FUNC("like_escape_bytea", like_escape),
	FUNC("similar_to_escape_1", similar_to_escape_1),
	FUNC("similar_to_escape_2", similar_to_escape_2),
	FUNC("similar_escape", similar_escape),
	FUNC_END,
};
