/*
 * numfmt: number templates of to_char and to_number, parsed.
 * Memory:  items and their text point into the template and the arena given.
 */
#ifndef FUNC_NUMFMT_H
#define FUNC_NUMFMT_H

#include "base/buf.h"
#include "base/err.h"

enum numfmt_key {
	NF_LITERAL,
	NF_COMMA,
	NF_POINT,
	NF_ZERO,
	NF_NINE,
	NF_B,
	NF_CURRENCY_C,
	NF_D,
	NF_EEEE,
	NF_FM,
	NF_G,
	NF_L,
	NF_MI,
	NF_PL,
	NF_PR,
	NF_RN,
	NF_RN_LOWER,
	NF_SG,
	NF_SP,
	NF_S,
	NF_TH,
	NF_TH_LOWER,
	NF_V,
};

struct numfmt_item {
	enum numfmt_key key;
	const char *text; /* of a literal */
	size_t n;
};

enum {
	NFF_DECIMAL = 1,
	NFF_ZERO = 2,
	NFF_BLANK = 4,
	NFF_FILL = 8,
	NFF_SIGN = 16,
	NFF_BRACKET = 32,
	NFF_MINUS = 64,
	NFF_PLUS = 128,
	NFF_ROMAN = 256,
	NFF_MULTI = 512,
	NFF_EEEE = 1024,
};

enum numfmt_sign_at { SIGN_NONE, SIGN_FRONT, SIGN_BACK };

struct numfmt {
	struct numfmt_item *items;
	int nitems;
	unsigned flags;
	int pre, post;            /* digits before and after the point */
	int multi;                /* digits after V */
	int zero_start, zero_end; /* 1-based digit positions of the first and last 0 */
	enum numfmt_sign_at sign_at;
	int digits_before_sign; /* when S stands before the point */
};

bool numfmt_parse(struct arena *a, struct err *e, const char *s, size_t n,
		  struct numfmt *f) MUSTCHECK;

/* digits: the absolute value as plain decimal text, already rounded to f->post places ("####" when
 * it does not fit); blanks: how many leading positions stay empty. f may be changed. False: 22P02,
 * an ordinal suffix after what is no number. */
bool numfmt_print(struct err *e, struct numfmt *f, const char *digits, bool negative, int blanks,
		  struct buf *out) MUSTCHECK;

/* Reads s under the template: a number's text in out; *scale digits after the point. */
void numfmt_read(struct numfmt *f, const char *s, size_t n, struct buf *out, int *scale);

#endif
