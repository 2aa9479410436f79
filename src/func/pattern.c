/*
 * LIKE, ILIKE and the rewriting of SIMILAR TO patterns into regular expressions.
 */
#include "catalog/catalog.h"
#include "func/args.h"
#include "func/like.h"
#include "func/pattern.h"
#include "func/string_util.h"
#include "func/tables.h"
#include "types/utf8.h"

/* The call's own compiled pattern; NULL where there is no place to keep one. */
static const struct like *
compiled(struct fcall *c, const char *p, size_t n)
{
	if (!c->cache)
		return NULL;
	if (*c->cache && like_is_for(*c->cache, p, n))
		return *c->cache;
	if (*c->cache && *c->cache_free)
		(*c->cache_free)(*c->cache);
	*c->cache = like_new(p, n);
	*c->cache_free = like_free;
	return *c->cache;
}

static bool
answer(struct fcall *c, enum like_match m, bool want, struct datum *out)
{
	if (m == LIKE_BROKEN)
		return err_set(c->err, ERR_INVALID_ESCAPE_SEQUENCE, -1,
			       "LIKE pattern must not end with escape character");
	*out = datum_int((m == LIKE_YES) == want);
	return true;
}

static bool
like_op(struct fcall *c, const struct datum *args, bool chars, bool want, struct datum *out)
{
	size_t sn, pn;
	const char *s = arg_text(c, &args[0], &sn), *p = arg_text(c, &args[1], &pn);
	const struct like *l = compiled(c, p, pn);

	return answer(c, l ? like_run(l, s, sn, chars) : like_walk(s, sn, p, pn, chars), want, out);
}

static bool
ilike_op(struct fcall *c, const struct datum *args, bool want, struct datum *out)
{
	size_t sn, pn;
	const char *s = arg_text(c, &args[0], &sn), *p = arg_text(c, &args[1], &pn);
	struct buf ls = BUF_INIT, lp = BUF_INIT;
	enum like_match m;

	text_lower(&ls, s, sn);
	text_lower(&lp, p, pn);
	m = like_walk(buf_str(&ls), ls.len, buf_str(&lp), lp.len, true);
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
	bool lazy;      /* its first part takes as little as it can, by ? behind each quantifier */
	bool shown;     /* or as PostgreSQL writes it: {1,1}? behind the part */
	bool in_class;  /* within [ ] */
	int separators; /* escape-double-quotes so far */
};

static bool
is_escape(const struct similar *s, const char *p, size_t len)
{
	return s->esc_len && len == s->esc_len && memcmp(p, s->esc, len) == 0;
}

static bool
separator(struct similar *s, struct err *e)
{
	static const char *const shown[] = {"){1,1}?(", "){1,1}(?:"}, *const plain[] = {")(",
											")(?:"};

	if (s->separators == 2)
		return err_set(e, ERR_INVALID_USE_OF_ESCAPE_CHARACTER, -1,
			       "SQL regular expression may not contain more than two "
			       "escape-double-quote separators");
	buf_puts(&s->out, (s->shown ? shown : plain)[s->separators++]);
	s->lazy = false;
	return true;
}

static void
quantifier(struct similar *s, const char *q)
{
	buf_puts(&s->out, q);
	if (s->lazy)
		buf_putc(&s->out, '?');
}

static void
similar_char(struct similar *s, const char *p, size_t len)
{
	const char alone[2] = {*p, '\0'};

	if (s->in_class ? *p == '\\' : strchr("\\.^$", *p) != NULL)
		buf_putc(&s->out, '\\');
	if (s->in_class)
		s->in_class = *p != ']';
	else if (*p == '[')
		s->in_class = true;
	else if (*p == '%') {
		quantifier(s, ".*");
		return;
	} else if (*p == '_') {
		buf_putc(&s->out, '.');
		return;
	} else if (*p == '(') {
		buf_puts(&s->out, "(?:");
		return;
	} else if (strchr("*+?}", *p)) {
		quantifier(s, alone);
		return;
	}
	buf_add(&s->out, p, len);
}

/* Does the pattern have parts? */
static bool
has_separator(const struct similar *s, const char *p, size_t n)
{
	size_t len;

	for (; n; p += len, n -= len) {
		len = MIN(utf8_len(*p), n);
		if (!is_escape(s, p, len) || len == n)
			continue;
		if (p[len] == '"')
			return true;
		len += MIN(utf8_len(p[len]), n - len);
	}
	return false;
}

static bool
similar_body(struct similar *s, const char *p, size_t n, struct err *e)
{
	size_t len;

	for (bool escaped = false; n; p += len, n -= len) {
		len = MIN(utf8_len(*p), n);
		if (escaped && *p == '"' && !s->in_class) {
			if (!separator(s, e))
				return false;
			escaped = false;
		} else if (escaped) {
			buf_putc(&s->out, '\\');
			buf_add(&s->out, p, len);
			escaped = false;
		} else if (is_escape(s, p, len)) {
			escaped = true;
		} else {
			similar_char(s, p, len);
		}
	}
	return true;
}

bool
similar_pattern(struct fcall *c, const struct datum *pattern, const char *esc, size_t esc_len,
		bool shown, struct datum *out)
{
	size_t n;
	const char *p = arg_text(c, pattern, &n);
	struct similar s = {.esc = esc, .esc_len = esc_len, .shown = shown};

	if (esc_len && utf8_count(esc, esc_len) != 1)
		return bad_escape(c);
	s.lazy = !shown && has_separator(&s, p, n);
	buf_puts(&s.out, "^(?:");
	if (!similar_body(&s, p, n, c->err)) {
		buf_release(&s.out);
		return false;
	}
	buf_puts(&s.out, ")$");
	return ret_buf(c, &s.out, out);
}

static bool
similar_to_escape_1(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	return similar_pattern(c, &args[0], "\\", 1, true, out);
}

static bool
similar_to_escape_2(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	size_t n;
	const char *e = arg_text(c, &args[1], &n);

	return similar_pattern(c, &args[0], e, n, true, out);
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
