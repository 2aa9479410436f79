/*
 * The literal form of arrays.
 *
 * Reading takes two passes, as PostgreSQL's does, so that the same texts fail in the same way: the
 * first walks the braces, checks what may follow what and counts the dimensions; the second puts
 * each element where the running indexes point. What the first lets through with uneven nesting
 * ({{1},{{2}}}) thereby lands where PostgreSQL puts it.
 */
#include "types/array_value.h"
#include "types/read.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <strings.h>

/* What has just been read, as bits. */
enum {
	START = 1,        /* nothing */
	OPENED = 2,       /* { */
	ELEMENT = 4,      /* part of an unquoted element */
	QUOTED = 8,       /* inside quotes */
	UNQUOTED = 16,    /* a closing quote */
	ELEMENT_SEP = 32, /* the delimiter behind an element */
	CLOSED = 64,      /* } */
	CLOSED_SEP = 128  /* the delimiter behind a } */
};

struct literal {
	struct err *err;
	const char *whole;
	size_t whole_n;
	const char *p, *end;
	char delim;
};

static bool
malformed(struct literal *l)
{
	return err_set(l->err, ERR_INVALID_TEXT_REPRESENTATION, -1,
		       "malformed array literal: \"%.*s\"", (int)l->whole_n, l->whole);
}

static bool PRINTF(2, 3) malformed_why(struct literal *l, const char *fmt, ...)
{
	char why[100];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(why, sizeof(why), fmt, ap);
	va_end(ap);
	malformed(l);
	return err_detail(l->err, "%s", why);
}

static bool
too_many_dimensions(struct err *e, int n)
{
	return err_set(e, ERR_PROGRAM_LIMIT_EXCEEDED, -1,
		       "number of array dimensions (%d) exceeds the maximum allowed (%d)", n,
		       ARRAY_MAX_DIM);
}

static void
skip_space(struct literal *l)
{
	while (l->p < l->end && ascii_space(*l->p))
		l->p++;
}

static char
peek(const struct literal *l)
{
	return l->p < l->end ? *l->p : '\0';
}

/* ---- [l:u][l:u]= ---- */

/* Digits and signs, valued as far as they make a number, of which 32 bits are kept. */
static bool
bound(struct literal *l, int *v)
{
	const char *from = l->p, *q = from;
	int64_t n = 0;
	bool neg = false;

	while (l->p < l->end && ((*l->p >= '0' && *l->p <= '9') || *l->p == '-' || *l->p == '+'))
		l->p++;
	if (q < l->p && (*q == '-' || *q == '+'))
		neg = *q++ == '-';
	for (; q < l->p && *q >= '0' && *q <= '9'; q++)
		if (__builtin_mul_overflow(n, 10, &n) || __builtin_add_overflow(n, *q - '0', &n))
			n = INT64_MAX;
	*v = (int)(neg ? -n : n);
	return l->p > from;
}

static bool
dimension(struct literal *l, struct array *out)
{
	int lower = 1, upper;
	int64_t size;

	if (out->ndim >= ARRAY_MAX_DIM)
		return too_many_dimensions(l->err, out->ndim + 1);
	if (!bound(l, &upper))
		return malformed_why(l,
				     "\"[\" must introduce explicitly-specified array dimensions.");
	if (peek(l) == ':') {
		l->p++;
		lower = upper;
		if (!bound(l, &upper))
			return malformed_why(l, "Missing array dimension value.");
	}
	if (peek(l) != ']')
		return malformed_why(l, "Missing \"%s\" after array dimensions.", "]");
	l->p++;
	if (upper < lower)
		return err_set(l->err, ERR_ARRAY_SUBSCRIPT_ERROR, -1,
			       "upper bound cannot be less than lower bound");
	size = (int64_t)upper - lower + 1;
	out->lower[out->ndim] = lower;
	out->dims[out->ndim++] = (int)MIN(size, INT_MAX);
	return true;
}

static bool
dimensions(struct literal *l, struct array *out)
{
	out->ndim = 0;
	for (skip_space(l); peek(l) == '['; skip_space(l)) {
		l->p++;
		if (!dimension(l, out))
			return false;
	}
	if (out->ndim == 0)
		return peek(l) == '{' ||
		       malformed_why(l,
				     "Array value must start with \"{\" or dimension information.");
	if (peek(l) != '=')
		return malformed_why(l, "Missing \"%s\" after array dimensions.", "=");
	l->p++;
	skip_space(l);
	return peek(l) == '{' || malformed_why(l, "Array contents must start with \"{\".");
}

/* ---- the first pass ---- */

struct count {
	int state, level, ndim;
	bool any; /* an element has been seen */
	int dims[ARRAY_MAX_DIM];
	int here[ARRAY_MAX_DIM], before[ARRAY_MAX_DIM]; /* parts of the open brace of each level,
							   and of the one before it */
};

static bool
unexpected(struct literal *l, char ch)
{
	return malformed_why(l, "Unexpected \"%c\" character.", ch);
}

static bool
count_open(struct literal *l, struct count *k)
{
	if (!(k->state & (START | OPENED | CLOSED_SEP)))
		return unexpected(l, '{');
	k->state = OPENED;
	if (k->level >= ARRAY_MAX_DIM)
		return too_many_dimensions(l->err, k->level + 1);
	k->dims[k->level] = 0;
	k->here[k->level++] = 1;
	k->ndim = MAX(k->ndim, k->level);
	return true;
}

static bool
count_close(struct literal *l, struct count *k)
{
	if (!(k->state & (ELEMENT | UNQUOTED | CLOSED)) && !(k->level == 1 && k->state == OPENED))
		return unexpected(l, '}');
	k->state = CLOSED;
	k->level--;
	if (k->before[k->level] && k->before[k->level] != k->here[k->level])
		return malformed_why(
			l,
			"Multidimensional arrays must have sub-arrays with matching dimensions.");
	k->before[k->level] = k->here[k->level];
	k->here[k->level] = 1;
	if (k->level)
		k->dims[k->level - 1]++;
	else
		k->dims[k->ndim - 1]++;
	return true;
}

static bool
count_delim(struct literal *l, struct count *k)
{
	if (!(k->state & (ELEMENT | UNQUOTED | CLOSED)))
		return unexpected(l, l->delim);
	k->state = k->state == CLOSED ? CLOSED_SEP : ELEMENT_SEP;
	k->here[k->level - 1]++;
	k->dims[k->ndim - 1]++;
	return true;
}

static bool
count_quote(struct literal *l, struct count *k)
{
	if (!(k->state & (OPENED | QUOTED | ELEMENT_SEP)))
		return malformed_why(l, "Unexpected array element.");
	k->state = k->state == QUOTED ? UNQUOTED : QUOTED;
	k->any = true;
	return true;
}

static bool
count_escape(struct literal *l, struct count *k)
{
	if (!(k->state & (OPENED | ELEMENT | QUOTED | ELEMENT_SEP)))
		return unexpected(l, '\\');
	if (k->state != QUOTED)
		k->state = ELEMENT;
	k->any = true;
	return ++l->p < l->end || malformed_why(l, "Unexpected end of input.");
}

static bool
count_plain(struct literal *l, struct count *k, char ch)
{
	if (ascii_space(ch))
		return true;
	if (!(k->state & (OPENED | ELEMENT | ELEMENT_SEP)))
		return malformed_why(l, "Unexpected array element.");
	k->state = ELEMENT;
	k->any = true;
	return true;
}

static bool
count_char(struct literal *l, struct count *k, char ch)
{
	if (ch == '\\')
		return count_escape(l, k);
	if (ch == '"')
		return count_quote(l, k);
	if (k->state == QUOTED)
		return true;
	if (ch == '{')
		return count_open(l, k);
	if (ch == '}')
		return count_close(l, k);
	return ch == l->delim ? count_delim(l, k) : count_plain(l, k, ch);
}

static bool
count_items(struct literal *l, struct count *k)
{
	*k = (struct count){.state = START, .ndim = 1, .here = {1, 1, 1, 1, 1, 1}};
	l->whole = l->p; /* errors about the braces quote no more */
	l->whole_n = (size_t)(l->end - l->p);
	do {
		if (l->p == l->end)
			return malformed_why(l, "Unexpected end of input.");
		if (!count_char(l, k, *l->p))
			return false;
		l->p++;
	} while (k->level || k->state != CLOSED);
	for (; l->p < l->end; l->p++)
		if (!ascii_space(*l->p))
			return malformed_why(l, "Junk after closing right brace.");
	return true;
}

/* ---- the second pass ---- */

struct place {
	int level, index[ARRAY_MAX_DIM], stride[ARRAY_MAX_DIM];
	int64_t slot;
	bool quoted, last;
	char *text;      /* the element so far */
	size_t n, solid; /* bytes of it; those up to the last that is no trailing space */
};

static int64_t
offset(const struct array *v, const struct place *k)
{
	int64_t at = 0;

	for (int i = 0; i < v->ndim; i++)
		at += (int64_t)k->index[i] * k->stride[i];
	return at;
}

static void
take_char(struct place *k, char ch, bool solid)
{
	if (!solid && k->n == 0 && !k->quoted)
		return;
	k->text[k->n++] = ch;
	if (solid)
		k->solid = k->n;
}

/* One structural character outside quotes. *done: the element is complete. */
static bool
place_mark(struct literal *l, const struct array *v, struct place *k, char ch, bool *done)
{
	if (ch == '{') {
		if (k->level >= v->ndim)
			return malformed(l);
		k->index[k->level++] = 0;
		return true;
	}
	if (k->slot < 0)
		k->slot = offset(v, k);
	*done = true;
	if (ch == l->delim) {
		k->index[v->ndim - 1]++;
		return true;
	}
	k->index[--k->level] = 0;
	k->last = k->level == 0;
	if (!k->last)
		k->index[k->level - 1]++;
	*done = k->last;
	return true;
}

/* Reads on to the end of one element. */
static bool
place_item(struct literal *l, const struct array *v, struct place *k)
{
	bool in_quotes = false, done = false;

	for (; !done; l->p++) {
		char ch = *l->p;

		if (ch == '\\') {
			take_char(k, *++l->p, true);
			k->quoted = true;
		} else if (ch == '"') {
			in_quotes = !in_quotes;
			k->quoted = true;
			k->solid = k->n;
		} else if (in_quotes) {
			take_char(k, ch, true);
		} else if (ch == '{' || ch == '}' || ch == l->delim) {
			if (!place_mark(l, v, k, ch, &done))
				return false;
		} else {
			take_char(k, ch, !ascii_space(ch));
		}
	}
	return true;
}

static bool
place_items(struct literal *l, struct arena *a, struct array *v)
{
	struct place k = {.text = arena_alloc(a, (size_t)(l->end - l->p) + 1)};
	int stride = 1;

	for (int i = v->ndim - 1; i >= 0; i--) {
		k.stride[i] = stride;
		stride *= v->dims[i];
	}
	while (!k.last) {
		k.slot = -1;
		k.n = k.solid = 0;
		k.quoted = false;
		if (!place_item(l, v, &k))
			return false;
		if (k.slot < 0 || k.slot >= v->n)
			return malformed(l);
		v->items[k.slot] = k.quoted || k.solid != 4 || strncasecmp(k.text, "null", 4) != 0
					   ? (struct array_item){k.text, k.solid}
					   : (struct array_item){NULL, 0};
		k.text += k.n;
	}
	return true;
}

static bool
check_bounds(struct err *e, const struct array *v)
{
	int top;

	for (int i = 0; i < v->ndim; i++)
		if (__builtin_add_overflow(v->lower[i], v->dims[i], &top))
			return err_set(e, ERR_PROGRAM_LIMIT_EXCEEDED, -1,
				       "array lower bound is too large: %d", v->lower[i]);
	return true;
}

bool
array_set_size(struct err *e, struct array *v)
{
	int64_t n = v->ndim > 0;

	for (int i = 0; i < v->ndim; i++) {
		if (v->dims[i] < 0 || (n *= v->dims[i]) > ARRAY_MAX_ITEMS)
			return err_set(e, ERR_PROGRAM_LIMIT_EXCEEDED, -1,
				       "array size exceeds the maximum allowed (%d)",
				       ARRAY_MAX_ITEMS);
	}
	v->n = (int)n;
	return check_bounds(e, v);
}

/* The written dimensions have to be those of the braces. */
static bool
agree(struct literal *l, struct array *v, const struct count *k)
{
	int ndim = k->any ? k->ndim : 0;

	if (v->ndim == 0) {
		v->ndim = ndim;
		for (int i = 0; i < ndim; i++) {
			v->dims[i] = k->dims[i];
			v->lower[i] = 1;
		}
		return true;
	}
	if (v->ndim != ndim || memcmp(v->dims, k->dims, sizeof(int) * (size_t)ndim) != 0)
		return malformed_why(l, "Specified array dimensions do not match array contents.");
	return true;
}

bool
array_parse(struct arena *a, struct err *e, char delim, const char *s, size_t n, struct array *out)
{
	struct literal l = {e, s, n, s, s + n, delim};
	struct count k;
	const char *body;

	*out = (struct array){0};
	if (!dimensions(&l, out))
		return false;
	body = l.p;
	if (!count_items(&l, &k))
		return false;
	l.whole = s;
	l.whole_n = n;
	if (!agree(&l, out, &k) || !array_set_size(e, out))
		return false;
	if (out->n == 0) {
		out->ndim = 0;
		return true;
	}
	out->items = ARENA_ARRAY(a, struct array_item, out->n);
	l.p = body;
	return place_items(&l, a, out);
}

/* ---- printing ---- */

static bool
needs_quotes(const struct array_item *i, char delim)
{
	if (i->n == 0 || (i->n == 4 && strncasecmp(i->p, "null", 4) == 0))
		return true;
	for (size_t k = 0; k < i->n; k++) {
		char ch = i->p[k];

		if (ch == '"' || ch == '\\' || ch == '{' || ch == '}' || ch == delim ||
		    ascii_space(ch))
			return true;
	}
	return false;
}

static void
print_item(const struct array_item *i, char delim, struct buf *b)
{
	if (!i->p) {
		buf_add(b, "NULL", 4);
		return;
	}
	if (!needs_quotes(i, delim)) {
		buf_add(b, i->p, i->n);
		return;
	}
	buf_putc(b, '"');
	for (size_t k = 0; k < i->n; k++) {
		if (i->p[k] == '"' || i->p[k] == '\\')
			buf_putc(b, '\\');
		buf_putc(b, i->p[k]);
	}
	buf_putc(b, '"');
}

static void
print_bounds(const struct array *v, struct buf *b)
{
	bool plain = true;

	for (int i = 0; i < v->ndim; i++)
		plain = plain && v->lower[i] == 1;
	if (plain)
		return;
	for (int i = 0; i < v->ndim; i++)
		buf_printf(b, "[%d:%d]", v->lower[i], v->lower[i] + v->dims[i] - 1);
	buf_putc(b, '=');
}

/* Level by level: bounded by ARRAY_MAX_DIM. */
static const struct array_item *
print_level(const struct array *v, int level, const struct array_item *i, char delim, struct buf *b)
{
	buf_putc(b, '{');
	for (int k = 0; k < v->dims[level]; k++) {
		if (k)
			buf_putc(b, delim);
		if (level + 1 < v->ndim)
			i = print_level(v, level + 1, i, delim, b);
		else
			print_item(i++, delim, b);
	}
	buf_putc(b, '}');
	return i;
}

void
array_print(const struct array *v, char delim, struct buf *b)
{
	if (v->ndim == 0) {
		buf_add(b, "{}", 2);
		return;
	}
	print_bounds(v, b);
	print_level(v, 0, v->items, delim, b);
}
