/*
 * The JSON lexer and parser.
 *
 * One token is looked ahead: consuming one lexes the next, so that errors come in PostgreSQL's
 * order. There is no recursion: open containers are frames on a stack, finished values wait on
 * another until their container closes.
 */
#include "types/json.h"
#include "types/utf8.h"

#include <stdarg.h>
#include <stdlib.h>

enum token {
	END,
	STRING,
	NUMBER,
	WORD_TRUE,
	WORD_FALSE,
	WORD_NULL,
	OPEN_OBJECT,
	CLOSE_OBJECT,
	OPEN_ARRAY,
	CLOSE_ARRAY,
	COMMA,
	COLON
};

struct frame {
	int first; /* place of its first value on the stack of values */
	bool object;
	const char *start, *key;
	size_t key_n;
};

struct parser {
	struct arena *arena; /* NULL: only check */
	struct err *err;
	bool decode;
	const char *input, *end, *at;
	const char *line;
	int line_number;
	enum token token;
	const char *from, *to; /* the token */
	const char *text;      /* STRING: its value */
	size_t text_n;
	struct frame *frames;
	int depth, frames_cap;
	struct json *values;
	int nvalues, values_cap;
};

/* ---- errors ---- */

/* The line up to where the trouble is, at most its last 50 bytes. */
static void
add_context(struct parser *p)
{
	const char *from = p->line, *to = p->to;
	bool more = p->token != END && to < p->end && *to != '\n' && *to != '\r';

	while (to - from >= 50)
		from += MIN((ptrdiff_t)utf8_len(*from), to - from);
	if (from - p->line <= 3)
		from = p->line;
	p->err->context = arena_printf(&p->err->arena, "JSON data, line %d: %s%.*s%s",
				       p->line_number, from > p->line ? "..." : "",
				       (int)(to - from), from, more ? "..." : "");
}

static bool PRINTF(2, 3) fail(struct parser *p, const char *fmt, ...)
{
	va_list ap;

	if (err_is_set(p->err))
		return false;
	err_set(p->err, ERR_INVALID_TEXT_REPRESENTATION, -1, "invalid input syntax for type %s",
		"json");
	va_start(ap, fmt);
	p->err->detail = arena_vprintf(&p->err->arena, fmt, ap);
	va_end(ap);
	add_context(p);
	return false;
}

static bool
invalid_token(struct parser *p, const char *to)
{
	p->to = to;
	return fail(p, "Token \"%.*s\" is invalid.", (int)(p->to - p->from), p->from);
}

static bool
expected(struct parser *p, const char *what)
{
	if (p->token == END)
		return fail(p, "The input string ended unexpectedly.");
	return fail(p, "Expected %s, but found \"%.*s\".", what, (int)(p->to - p->from), p->from);
}

static const char *
after_char(const struct parser *p, const char *s)
{
	return s + MIN((ptrdiff_t)utf8_len(*s), p->end - s);
}

/* ---- strings ---- */

struct decoder {
	char *out; /* NULL: nothing is kept */
	size_t n;
	uint32_t high; /* a high surrogate that waits for its low one, or 0 */
};

static bool
lone_surrogate(struct parser *p, const char *to)
{
	p->to = to;
	return fail(p, "Unicode low surrogate must follow a high surrogate.");
}

static bool
zero_code_point(struct parser *p, const char *to)
{
	p->to = to;
	if (err_is_set(p->err))
		return false;
	err_set(p->err, ERR_UNTRANSLATABLE_CHARACTER, -1, "unsupported Unicode escape sequence");
	err_detail(p->err, "\\u0000 cannot be converted to text.");
	add_context(p);
	return false;
}

static int
hex_digit(char ch)
{
	return ch >= '0' && ch <= '9'   ? ch - '0'
	       : ch >= 'a' && ch <= 'f' ? ch - 'a' + 10
	       : ch >= 'A' && ch <= 'F' ? ch - 'A' + 10
					: -1;
}

static bool
put_code_point(struct parser *p, struct decoder *d, uint32_t cp, const char *last)
{
	if (cp >= 0xd800 && cp <= 0xdbff) {
		if (d->high) {
			p->to = last + 1;
			return fail(p, "Unicode high surrogate must not follow a high surrogate.");
		}
		d->high = cp;
		return true;
	}
	if ((cp >= 0xdc00 && cp <= 0xdfff) != (d->high != 0))
		return lone_surrogate(p, last + 1);
	if (d->high)
		cp = 0x10000 + ((d->high & 0x3ff) << 10) + (cp & 0x3ff);
	d->high = 0;
	if (cp == 0)
		return zero_code_point(p, last + 1);
	d->n += utf8_encode(cp, d->out + d->n);
	return true;
}

/* *s is at the u of \uXXXX; left at the last digit. */
static bool
unicode_escape(struct parser *p, struct decoder *d, const char **s)
{
	uint32_t cp = 0;

	for (int i = 0; i < 4; i++) {
		if (++*s == p->end)
			return invalid_token(p, *s);
		if (hex_digit(**s) < 0) {
			p->to = after_char(p, *s);
			return fail(p, "\"\\u\" must be followed by four hexadecimal digits.");
		}
		cp = cp << 4 | (uint32_t)hex_digit(**s);
	}
	return !d->out || put_code_point(p, d, cp, *s);
}

static bool
escape(struct parser *p, struct decoder *d, const char **s)
{
	static const char names[] = "\"\\/bfnrt", values[] = "\"\\/\b\f\n\r\t";
	const char *found;

	if (++*s == p->end)
		return invalid_token(p, *s);
	if (**s == 'u')
		return unicode_escape(p, d, s);
	if (d->high)
		return lone_surrogate(p, after_char(p, *s));
	if (!**s || !(found = strchr(names, **s))) {
		p->from = *s;
		p->to = after_char(p, *s);
		return fail(p, "Escape sequence \"\\%.*s\" is invalid.", (int)(p->to - p->from),
			    p->from);
	}
	if (d->out)
		d->out[d->n++] = values[found - names];
	return true;
}

static bool
plain_char(struct parser *p, struct decoder *d, const char *s)
{
	if ((unsigned char)*s < 32) {
		p->to = s;
		return fail(p, "Character with value 0x%02x must be escaped.", (unsigned char)*s);
	}
	if (d->high)
		return lone_surrogate(p, after_char(p, s));
	if (d->out)
		d->out[d->n++] = *s;
	return true;
}

/* How far the text runs without anything to look at. */
static const char *
plain_run(const char *s, const char *end)
{
	while (s < end && *s != '"' && *s != '\\' && (unsigned char)*s >= 32)
		s++;
	return s;
}

static bool
lex_string(struct parser *p)
{
	const char *s = plain_run(p->at + 1, p->end);
	struct decoder d = {0};

	p->token = STRING;
	p->text = p->at + 1;
	p->text_n = (size_t)(s - p->text);
	if (s < p->end && *s == '"') {
		p->to = p->at = s + 1;
		return true;
	}
	if (p->decode && p->arena) {
		const char *close = memchr(s, '"', (size_t)(p->end - s));
		size_t room;

		/* An escape is never shorter than what it stands for; the closing quote is at most
		 * what escaped ones hide. */
		for (; close && close[-1] == '\\';
		     close = memchr(close + 1, '"', (size_t)(p->end - close - 1)))
			;
		room = (size_t)((close ? close : p->end) - p->text);
		d.out = arena_alloc(p->arena, room + 1);
		memcpy(d.out, p->text, p->text_n);
		d.n = p->text_n;
	} else if (p->decode) {
		d.out = NULL;
	}
	for (;; s++) {
		if (s == p->end)
			return invalid_token(p, s);
		if (*s == '"')
			break;
		if (!(*s == '\\' ? escape(p, &d, &s) : plain_char(p, &d, s)))
			return false;
	}
	if (d.high)
		return lone_surrogate(p, s + 1);
	if (d.out)
		p->text = d.out;
	p->text_n = d.out ? d.n : (size_t)(s - p->text);
	p->to = p->at = s + 1;
	return true;
}

/* ---- other tokens ---- */

static bool
word_char(char ch)
{
	return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9') ||
	       ch == '_' || (ch & 0x80);
}

static const char *
digits(const char *s, const char *end)
{
	while (s < end && *s >= '0' && *s <= '9')
		s++;
	return s;
}

/* The end of the number at s; *ok: it is one so far. */
static const char *
scan_number(const char *s, const char *end, bool *ok)
{
	const char *from;

	*ok = true;
	if (s < end && *s == '-')
		s++;
	from = s;
	s = s < end && *s == '0' ? s + 1 : digits(s, end);
	*ok = s > from;
	if (s < end && *s == '.') {
		from = ++s;
		s = digits(s, end);
		*ok = *ok && s > from;
	}
	if (s < end && (*s == 'e' || *s == 'E')) {
		s++;
		if (s < end && (*s == '+' || *s == '-'))
			s++;
		from = s;
		s = digits(s, end);
		*ok = *ok && s > from;
	}
	return s;
}

bool
json_is_number(const char *s, size_t n)
{
	bool ok;

	return scan_number(s, s + n, &ok) == s + n && ok;
}

static bool
lex_number(struct parser *p)
{
	bool ok;
	const char *s = scan_number(p->at, p->end, &ok);

	for (; s < p->end && word_char(*s); s++)
		ok = false;
	if (!ok)
		return invalid_token(p, s);
	p->token = NUMBER;
	p->to = p->at = s;
	return true;
}

static bool
lex_word(struct parser *p)
{
	static const struct {
		const char *word;
		enum token token;
	} words[] = {{"true", WORD_TRUE}, {"false", WORD_FALSE}, {"null", WORD_NULL}};
	const char *s = p->at;
	size_t n;

	while (s < p->end && word_char(*s))
		s++;
	if (s == p->at)
		return invalid_token(p, s + 1);
	n = (size_t)(s - p->at);
	p->to = s;
	for (size_t i = 0; i < COUNTOF(words); i++) {
		if (n != strlen(words[i].word) || memcmp(p->at, words[i].word, n) != 0)
			continue;
		p->token = words[i].token;
		p->at = s;
		return true;
	}
	return invalid_token(p, s);
}

static bool
lex_mark(struct parser *p, enum token token)
{
	p->token = token;
	p->to = ++p->at;
	return true;
}

static bool
advance(struct parser *p)
{
	for (; p->at < p->end &&
	       (*p->at == ' ' || *p->at == '\t' || *p->at == '\n' || *p->at == '\r');
	     p->at++)
		if (*p->at == '\n') {
			p->line_number++;
			p->line = p->at + 1;
		}
	p->from = p->to = p->at;
	if (p->at == p->end) {
		p->token = END;
		return true;
	}
	p->token = STRING; /* anything but END, for errors */
	switch (*p->at) {
	case '{':
		return lex_mark(p, OPEN_OBJECT);
	case '}':
		return lex_mark(p, CLOSE_OBJECT);
	case '[':
		return lex_mark(p, OPEN_ARRAY);
	case ']':
		return lex_mark(p, CLOSE_ARRAY);
	case ',':
		return lex_mark(p, COMMA);
	case ':':
		return lex_mark(p, COLON);
	case '"':
		return lex_string(p);
	case '-':
	case '0' ... '9':
		return lex_number(p);
	default:
		return lex_word(p);
	}
}

/* ---- values ---- */

static void
finish(struct parser *p, const struct json *j)
{
	struct json *v;

	if (!p->arena)
		return;
	if (p->nvalues == p->values_cap) {
		p->values_cap = p->values_cap ? p->values_cap * 2 : 16;
		p->values = xrealloc(p->values, sizeof(*p->values) * (size_t)p->values_cap);
	}
	v = &p->values[p->nvalues++];
	*v = *j;
	if (p->depth) {
		v->key = p->frames[p->depth - 1].key;
		v->key_n = p->frames[p->depth - 1].key_n;
	}
}

static bool
scalar(struct parser *p)
{
	struct json j = {.src = p->from, .src_n = (size_t)(p->to - p->from)};

	switch (p->token) {
	case STRING:
		j.kind = JSON_STRING;
		j.p = p->text;
		j.n = p->text_n;
		break;
	case NUMBER:
		j.kind = JSON_NUMBER;
		j.p = j.src;
		j.n = j.src_n;
		break;
	case WORD_TRUE:
	case WORD_FALSE:
		j.kind = JSON_BOOL;
		j.truth = p->token == WORD_TRUE;
		break;
	case WORD_NULL:
		j.kind = JSON_NULL;
		break;
	default:
		return expected(p, "JSON value");
	}
	finish(p, &j);
	return advance(p);
}

static bool
push(struct parser *p)
{
	if (p->depth == JSON_MAX_DEPTH) {
		err_set(p->err, ERR_STATEMENT_TOO_COMPLEX, -1, "stack depth limit exceeded");
		return err_hint(p->err, "The nesting of a JSON value cannot exceed %d.",
				JSON_MAX_DEPTH);
	}
	if (p->depth == p->frames_cap) {
		p->frames_cap = p->frames_cap ? p->frames_cap * 2 : 16;
		p->frames = xrealloc(p->frames, sizeof(*p->frames) * (size_t)p->frames_cap);
	}
	p->frames[p->depth++] =
		(struct frame){p->nvalues, p->token == OPEN_OBJECT, p->from, NULL, 0};
	return advance(p);
}

static bool
pop(struct parser *p)
{
	struct frame f = p->frames[--p->depth];
	struct json j = {.kind = f.object ? JSON_OBJECT : JSON_ARRAY,
			 .count = p->nvalues - f.first,
			 .src = f.start,
			 .src_n = (size_t)(p->to - f.start)};

	if (p->arena) {
		j.items = arena_memdup(p->arena, p->values ? p->values + f.first : NULL,
				       sizeof(*p->values) * (size_t)j.count);
		p->nvalues = f.first;
	}
	finish(p, &j);
	return advance(p);
}

/* The name and the colon of a member. */
static bool
label(struct parser *p)
{
	struct frame *f = &p->frames[p->depth - 1];

	if (p->token != STRING)
		return expected(p, "string");
	f->key = p->text;
	f->key_n = p->text_n;
	if (!advance(p))
		return false;
	if (p->token != COLON)
		return expected(p, "\":\"");
	return advance(p);
}

/* Behind an opening mark. *value: a value comes next; else the container is closed. */
static bool
first_item(struct parser *p, bool *value)
{
	bool object = p->frames[p->depth - 1].object;

	*value = p->token != (object ? CLOSE_OBJECT : CLOSE_ARRAY);
	if (!*value)
		return pop(p);
	if (!object)
		return true;
	return p->token == STRING ? label(p) : expected(p, "string or \"}\"");
}

/* Behind a value inside a container: closes what ends here, until a value comes next or all is
 * done. */
static bool
next_item(struct parser *p, bool *value)
{
	*value = false;
	while (p->depth) {
		bool object = p->frames[p->depth - 1].object;

		if (p->token == COMMA) {
			*value = true;
			return advance(p) && (!object || label(p));
		}
		if (p->token != (object ? CLOSE_OBJECT : CLOSE_ARRAY))
			return expected(p, object ? "\",\" or \"}\"" : "\",\" or \"]\"");
		if (!pop(p))
			return false;
	}
	return true;
}

static bool
parse(struct parser *p)
{
	bool value = true;

	if (!advance(p))
		return false;
	while (value) {
		if (p->token == OPEN_OBJECT || p->token == OPEN_ARRAY) {
			if (!push(p) || !first_item(p, &value))
				return false;
			if (value)
				continue;
		} else if (!scalar(p)) {
			return false;
		}
		if (!next_item(p, &value))
			return false;
	}
	return p->token == END || expected(p, "end of input");
}

static bool
run(struct parser *p, const char *s, size_t n)
{
	bool ok;

	p->input = p->at = p->line = p->from = p->to = s;
	p->end = s + n;
	p->line_number = 1;
	ok = parse(p);
	free(p->frames);
	return ok;
}

bool
json_parse(struct arena *a, struct err *e, const char *s, size_t n, bool decode, struct json *out)
{
	struct parser p = {.arena = a, .err = e, .decode = decode};
	bool ok = run(&p, s, n);

	if (ok)
		*out = p.values[0];
	free(p.values);
	return ok;
}

bool
json_check(struct err *e, const char *s, size_t n)
{
	struct parser p = {.err = e};

	return run(&p, s, n);
}

/* ---- looking into trees ---- */

const struct json *
json_member(const struct json *object, const char *key, size_t n)
{
	for (int i = object->count - 1; i >= 0; i--)
		if (object->items[i].key_n == n && memcmp(object->items[i].key, key, n) == 0)
			return &object->items[i];
	return NULL;
}

const struct json *
json_element(const struct json *array, int64_t i)
{
	if (i < 0)
		i += array->count;
	return i >= 0 && i < array->count ? &array->items[i] : NULL;
}

/* ---- text out ---- */

void
json_quote(struct buf *b, const char *s, size_t n)
{
	static const char named[32] = {
		['\b'] = 'b', ['\f'] = 'f', ['\n'] = 'n', ['\r'] = 'r', ['\t'] = 't'};
	const char *end = s + n;

	buf_putc(b, '"');
	while (s < end) {
		const char *run_end = plain_run(s, end);
		unsigned char ch;

		buf_add(b, s, (size_t)(run_end - s));
		if ((s = run_end) == end)
			break;
		ch = (unsigned char)*s++;
		if (ch >= 32) {
			buf_putc(b, '\\');
			buf_putc(b, (char)ch);
		} else if (named[ch]) {
			buf_putc(b, '\\');
			buf_putc(b, named[ch]);
		} else {
			buf_printf(b, "\\u%04x", ch);
		}
	}
	buf_putc(b, '"');
}
