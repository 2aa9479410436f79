/*
 * Printing and reading under a number template. Positions count the digit items; blanks of them
 * come before the number begins.
 */
#include "func/numfmt.h"
#include "types/utf8.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

struct printer {
	struct err *err;
	struct numfmt *f;
	struct buf *out;
	const char *digits, *next; /* the number; what is left of it */
	const char *last; /* the last digit of the fraction that FM keeps, or the point; NULL: keep
			     all */
	char sign;
	bool signed_already, inside; /* inside: a digit has been printed */
	int blanks, at, count;
	size_t cut; /* 1 + the length to which the output is cut at the end; 0: none */
};

static bool
has(const struct printer *p, unsigned flag)
{
	return (p->f->flags & flag) != 0;
}

/* The last digit after the point that is not 0, or the point itself. */
static const char *
last_relevant(const char *digits)
{
	const char *at = strchr(digits, '.'), *last = at;

	if (!at)
		return NULL;
	while (*++at)
		if (*at != '0')
			last = at;
	return last;
}

static void
prepare_sign(struct printer *p)
{
	struct numfmt *f = p->f;

	if (has(p, NFF_PLUS | NFF_MINUS)) {
		p->signed_already = !(has(p, NFF_PLUS) && !has(p, NFF_MINUS));
		return;
	}
	if (p->sign != '-' && has(p, NFF_FILL))
		f->flags &= ~(unsigned)NFF_BRACKET;
	p->signed_already = p->sign == '+' && has(p, NFF_FILL) && !has(p, NFF_SIGN);
	if (f->sign_at == SIGN_FRONT && f->pre == f->digits_before_sign)
		f->sign_at = SIGN_BACK;
}

static void
prepare_fill(struct printer *p)
{
	size_t zero_end;

	if (!has(p, NFF_FILL) || !has(p, NFF_DECIMAL))
		return;
	p->last = last_relevant(p->digits);
	if (!p->last || p->f->zero_end <= p->blanks)
		return;
	zero_end = MIN(strlen(p->digits) - 1, (size_t)(p->f->zero_end - p->blanks));
	if (p->last < p->digits + zero_end)
		p->last = p->digits + zero_end;
}

static void
put_sign(struct printer *p)
{
	if (has(p, NFF_SIGN)) {
		if (p->f->sign_at != SIGN_FRONT)
			return;
		buf_putc(p->out, p->sign);
	} else if (has(p, NFF_BRACKET)) {
		buf_putc(p->out, p->sign == '+' ? ' ' : '<');
	} else if (p->sign == '-') {
		buf_putc(p->out, '-');
	} else if (!has(p, NFF_FILL)) {
		buf_putc(p->out, ' ');
	}
	p->signed_already = true;
}

/* A lone 0 before the point is left out where the template has only 9s there. */
static bool
hidden_zero(const struct printer *p)
{
	return !has(p, NFF_ZERO) && p->next == p->digits && *p->next == '0' && p->f->post != 0;
}

static bool
point_is_last(const struct printer *p)
{
	return p->last && *p->last == '.';
}

static void
put_digit(struct printer *p, enum numfmt_key key)
{
	if (*p->next == '.') {
		if (!point_is_last(p) || has(p, NFF_FILL))
			buf_putc(p->out, '.');
	} else if (p->last && p->next > p->last && key != NF_ZERO) {
		return;
	} else if (hidden_zero(p)) {
		if (!has(p, NFF_FILL))
			buf_putc(p->out, ' ');
		else if (point_is_last(p))
			buf_putc(p->out, '0');
	} else {
		/* Past the end of a short text like NaN: what follows is not shown. */
		if (!*p->next && !p->cut)
			p->cut = p->out->len + 1;
		if (*p->next)
			buf_putc(p->out, *p->next);
		p->inside = true;
	}
}

static void
put_end(struct printer *p)
{
	int end = p->count + (p->blanks ? 1 : 0) + (has(p, NFF_DECIMAL) ? 1 : 0);

	if (p->last && p->last == p->next)
		end = p->at;
	if (p->at + 1 != end)
		return;
	if (p->signed_already && has(p, NFF_BRACKET))
		buf_putc(p->out, p->sign == '+' ? ' ' : '>');
	else if (has(p, NFF_SIGN) && p->f->sign_at == SIGN_BACK)
		buf_putc(p->out, p->sign);
}

/* A 9, 0, point or D. */
static void
put_position(struct printer *p, enum numfmt_key key)
{
	bool zero_here = has(p, NFF_ZERO) && p->f->zero_start == p->at;
	bool zeros_begun = has(p, NFF_ZERO) && p->f->zero_start <= p->at;

	p->inside = false;
	if (!p->signed_already && (p->at >= p->blanks || zero_here) &&
	    (!hidden_zero(p) || point_is_last(p)))
		put_sign(p);
	if (p->at < p->blanks && !zeros_begun) {
		if (!has(p, NFF_FILL))
			buf_putc(p->out, ' ');
	} else if (p->at < p->blanks) {
		buf_putc(p->out, '0');
		p->inside = true;
	} else {
		bool passed = p->last && p->next > p->last && *p->next != '.' && key != NF_ZERO;

		if (!passed)
			put_digit(p, key);
		if (*p->next)
			p->next++;
	}
	put_end(p);
	p->at++;
}

static void
put_group(struct printer *p)
{
	if (p->inside)
		buf_putc(p->out, ',');
	else if (!has(p, NFF_FILL))
		buf_putc(p->out, ' ');
}

static const char *
ordinal(const char *digits)
{
	size_t n = strlen(digits);

	if (n == 0 || (n > 1 && digits[n - 2] == '1'))
		return "th";
	switch (digits[n - 1]) {
	case '1':
		return "st";
	case '2':
		return "nd";
	case '3':
		return "rd";
	default:
		return "th";
	}
}

static bool
put_ordinal(struct printer *p, bool upper)
{
	const char *s = ordinal(p->digits);
	size_t n = strlen(p->digits);

	if (has(p, NFF_ROMAN | NFF_DECIMAL) || *p->digits == '#' || p->sign == '-')
		return true;
	if (n == 0 || !isdigit((unsigned char)p->digits[n - 1]))
		return err_set(p->err, ERR_INVALID_TEXT_REPRESENTATION, -1,
			       "\"%s\" is not a number", p->digits);
	for (; *s; s++)
		buf_putc(p->out, upper ? (char)toupper((unsigned char)*s) : *s);
	return true;
}

static void
put_roman(struct printer *p, bool lower)
{
	size_t n = strlen(p->digits);

	if (!has(p, NFF_FILL) && n < 15)
		buf_pad(p->out, ' ', 15 - n);
	for (const char *s = p->digits; *s; s++)
		buf_putc(p->out, lower ? (char)tolower((unsigned char)*s) : *s);
}

static bool
put_item(struct printer *p, const struct numfmt_item *item)
{
	bool fill = has(p, NFF_FILL);

	switch (item->key) {
	case NF_LITERAL:
		buf_add(p->out, item->text, item->n);
		break;
	case NF_NINE:
	case NF_ZERO:
	case NF_POINT:
	case NF_D:
		if (!has(p, NFF_ROMAN))
			put_position(p, item->key);
		break;
	case NF_COMMA:
	case NF_G:
		put_group(p);
		break;
	case NF_L:
		buf_putc(p->out, ' ');
		break;
	case NF_RN:
	case NF_RN_LOWER:
		put_roman(p, item->key == NF_RN_LOWER);
		break;
	case NF_TH:
	case NF_TH_LOWER:
		return put_ordinal(p, item->key == NF_TH);
	case NF_MI:
		if (p->sign == '-' || !fill)
			buf_putc(p->out, p->sign == '-' ? '-' : ' ');
		break;
	case NF_PL:
		if (p->sign == '+' || !fill)
			buf_putc(p->out, p->sign == '+' ? '+' : ' ');
		break;
	case NF_SG:
		if (!p->sign && !p->cut)
			p->cut = p->out->len + 1;
		buf_putc(p->out, p->sign);
		break;
	default:
		break;
	}
	return true;
}

bool
numfmt_print(struct err *e, struct numfmt *f, const char *digits, bool negative, int blanks,
	     struct buf *out)
{
	struct printer p = {.err = e,
			    .f = f,
			    .out = out,
			    .digits = digits,
			    .next = digits,
			    .sign = negative ? '-' : '+',
			    .blanks = blanks};

	if (f->zero_start)
		f->zero_start--;
	if (f->flags & NFF_EEEE) {
		buf_puts(out, digits);
		return true;
	}
	if (f->flags & NFF_ROMAN) {
		f->sign_at = SIGN_NONE;
		f->digits_before_sign = f->post = f->pre = p.blanks = 0;
		f->flags &= NFF_FILL | NFF_ROMAN;
		p.sign = '\0'; /* ends the text where SG puts it */
	}
	prepare_sign(&p);
	p.count = f->post + f->pre - 1;
	prepare_fill(&p);
	if (!p.signed_already && p.blanks == 0)
		p.count++;
	for (int i = 0; i < f->nitems; i++)
		if (!put_item(&p, &f->items[i]))
			return false;
	if (p.cut)
		out->len = p.cut - 1;
	return true;
}

struct reader {
	struct numfmt *f;
	const char *s, *end;
	struct buf *out; /* out->data[0] is the sign or a blank */
	int pre, post;
	bool point;
};

static void
set_sign(struct reader *r, char sign)
{
	r->out->data[0] = sign;
}

static bool
unsigned_yet(const struct reader *r)
{
	return r->out->data[0] == ' ';
}

static bool
any_flag(const struct reader *r, unsigned flags)
{
	return (r->f->flags & flags) != 0;
}

static void
sign_before(struct reader *r)
{
	if (any_flag(r, NFF_SIGN) && r->f->sign_at == SIGN_FRONT) {
		if (*r->s == '-' || *r->s == '+')
			set_sign(r, *r->s++);
	} else if (*r->s == '-' || (any_flag(r, NFF_BRACKET) && *r->s == '<')) {
		set_sign(r, '-');
		r->s++;
	} else if (*r->s == '+') {
		set_sign(r, '+');
		r->s++;
	}
}

static void
sign_behind(struct reader *r, bool took)
{
	if (any_flag(r, NFF_SIGN)) {
		if (took && r->s + 1 < r->end && (r->s[1] == '-' || r->s[1] == '+'))
			set_sign(r, *++r->s);
	} else if (!took && any_flag(r, NFF_PLUS | NFF_MINUS) && (*r->s == '-' || *r->s == '+')) {
		set_sign(r, *r->s);
	}
}

/* A 9, 0, point or D of the template; the caller steps over the character it used. False: it used
 * none. */
static bool
read_position(struct reader *r, enum numfmt_key key)
{
	bool took = false;

	if (*r->s == ' ')
		r->s++;
	if (r->s < r->end && unsigned_yet(r) && (key == NF_ZERO || key == NF_NINE) &&
	    r->pre + r->post == 0)
		sign_before(r);
	if (r->s >= r->end)
		return true;
	if (isdigit((unsigned char)*r->s)) {
		if (r->point && r->post == r->f->post)
			return true;
		buf_putc(r->out, *r->s);
		*(r->point ? &r->post : &r->pre) += 1;
		took = true;
	} else if (any_flag(r, NFF_DECIMAL) && !r->point && *r->s == '.') {
		buf_putc(r->out, '.');
		r->point = took = true;
	}
	if (unsigned_yet(r) && r->pre + r->post > 0)
		sign_behind(r, took);
	return true;
}

static void
skip_noise(struct reader *r, int n)
{
	while (n-- > 0 && r->s < r->end && !strchr("0123456789.,+-", *r->s))
		r->s += MIN(utf8_len(*r->s), (size_t)(r->end - r->s));
}

/* True: one character of the input was used up by the item. */
static bool
read_item(struct reader *r, const struct numfmt_item *item)
{
	switch (item->key) {
	case NF_NINE:
	case NF_ZERO:
	case NF_POINT:
	case NF_D:
		return read_position(r, item->key);
	case NF_COMMA:
	case NF_G:
		return *r->s == ',' && !any_flag(r, NFF_FILL);
	case NF_L:
		skip_noise(r, 1);
		return false;
	case NF_MI:
		if (*r->s == '-') {
			set_sign(r, '-');
			return true;
		}
		skip_noise(r, 1);
		return false;
	case NF_PL:
		if (*r->s == '+') {
			set_sign(r, '+');
			return true;
		}
		skip_noise(r, 1);
		return false;
	case NF_SG:
		if (*r->s == '-' || *r->s == '+') {
			set_sign(r, *r->s);
			return true;
		}
		skip_noise(r, 1);
		return false;
	case NF_TH:
	case NF_TH_LOWER:
		if (!any_flag(r, NFF_DECIMAL))
			skip_noise(r, 2);
		return false;
	case NF_LITERAL:
		r->s += MIN(utf8_len(*r->s), (size_t)(r->end - r->s));
		return false;
	default:
		return false;
	}
}

void
numfmt_read(struct numfmt *f, const char *s, size_t n, struct buf *out, int *scale)
{
	struct reader r = {.f = f, .s = s, .end = s + n, .out = out};

	buf_putc(out, ' ');
	for (int i = 0; i < f->nitems && r.s < r.end; i++)
		if (read_item(&r, &f->items[i]) && r.s < r.end)
			r.s++;
	if (out->len && out->data[out->len - 1] == '.')
		out->len--;
	*scale = r.post;
}
