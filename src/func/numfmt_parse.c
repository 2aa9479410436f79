#include "func/numfmt.h"
#include "types/utf8.h"

#include <strings.h>

static const struct {
	const char *word;
	enum numfmt_key key;
	bool exact; /* this case only */
} words[] = {
	{",", NF_COMMA, false},      {".", NF_POINT, false},   {"0", NF_ZERO, false},
	{"9", NF_NINE, false},       {"EEEE", NF_EEEE, false}, {"B", NF_B, false},
	{"C", NF_CURRENCY_C, false}, {"D", NF_D, false},       {"FM", NF_FM, false},
	{"G", NF_G, false},          {"L", NF_L, false},       {"MI", NF_MI, false},
	{"PL", NF_PL, false},        {"PR", NF_PR, false},     {"RN", NF_RN, true},
	{"rn", NF_RN_LOWER, true},   {"SG", NF_SG, false},     {"SP", NF_SP, false},
	{"S", NF_S, false},          {"TH", NF_TH, true},      {"th", NF_TH_LOWER, true},
	{"V", NF_V, false},
};

static bool
syntax(struct err *e, const char *what)
{
	return err_set(e, ERR_SYNTAX_ERROR, -1, "%s", what);
}

static bool
on_nine(struct err *e, struct numfmt *f)
{
	if (f->flags & NFF_BRACKET)
		return syntax(e, "\"9\" must be ahead of \"PR\"");
	if (f->flags & NFF_MULTI)
		f->multi++;
	else if (f->flags & NFF_DECIMAL)
		f->post++;
	else
		f->pre++;
	return true;
}

static bool
on_zero(struct err *e, struct numfmt *f)
{
	if (f->flags & NFF_BRACKET)
		return syntax(e, "\"0\" must be ahead of \"PR\"");
	if (!(f->flags & (NFF_ZERO | NFF_DECIMAL))) {
		f->flags |= NFF_ZERO;
		f->zero_start = f->pre + 1;
	}
	if (f->flags & NFF_DECIMAL)
		f->post++;
	else
		f->pre++;
	f->zero_end = f->pre + f->post;
	return true;
}

static bool
on_point(struct err *e, struct numfmt *f)
{
	if (f->flags & NFF_DECIMAL)
		return syntax(e, "multiple decimal points");
	if (f->flags & NFF_MULTI)
		return syntax(e, "cannot use \"V\" and decimal point together");
	f->flags |= NFF_DECIMAL;
	return true;
}

static bool
on_sign(struct err *e, struct numfmt *f)
{
	if (f->flags & NFF_SIGN)
		return syntax(e, "cannot use \"S\" twice");
	if (f->flags & (NFF_PLUS | NFF_MINUS | NFF_BRACKET))
		return syntax(e, "cannot use \"S\" and \"PL\"/\"MI\"/\"SG\"/\"PR\" together");
	if (!(f->flags & NFF_DECIMAL)) {
		f->sign_at = SIGN_FRONT;
		f->digits_before_sign = f->pre;
	} else if (f->sign_at == SIGN_NONE) {
		f->sign_at = SIGN_BACK;
	}
	f->flags |= NFF_SIGN;
	return true;
}

static bool
on_other_sign(struct err *e, struct numfmt *f, unsigned flags, const char *clash)
{
	if (f->flags & NFF_SIGN)
		return syntax(e, clash);
	f->flags |= flags;
	return true;
}

static bool
on_bracket(struct err *e, struct numfmt *f)
{
	if (f->flags & (NFF_SIGN | NFF_PLUS | NFF_MINUS))
		return syntax(e, "cannot use \"PR\" and \"S\"/\"PL\"/\"MI\"/\"SG\" together");
	f->flags |= NFF_BRACKET;
	return true;
}

static bool
on_multi(struct err *e, struct numfmt *f)
{
	if (f->flags & NFF_DECIMAL)
		return syntax(e, "cannot use \"V\" and decimal point together");
	f->flags |= NFF_MULTI;
	return true;
}

static bool
on_exponent(struct err *e, struct numfmt *f)
{
	if (f->flags & NFF_EEEE)
		return syntax(e, "cannot use \"EEEE\" twice");
	if (f->flags & (NFF_BLANK | NFF_FILL | NFF_SIGN | NFF_BRACKET | NFF_MINUS | NFF_PLUS |
			NFF_ROMAN | NFF_MULTI)) {
		syntax(e, "\"EEEE\" is incompatible with other formats");
		return err_detail(e, "\"EEEE\" may only be used together with digit and decimal "
				     "point patterns.");
	}
	f->flags |= NFF_EEEE;
	return true;
}

static bool
note(struct err *e, struct numfmt *f, enum numfmt_key key)
{
	if (f->flags & NFF_EEEE && key != NF_EEEE)
		return syntax(e, "\"EEEE\" must be the last pattern used");
	switch (key) {
	case NF_NINE:
		return on_nine(e, f);
	case NF_ZERO:
		return on_zero(e, f);
	case NF_POINT:
	case NF_D:
		return on_point(e, f);
	case NF_S:
		return on_sign(e, f);
	case NF_MI:
		return on_other_sign(e, f, NFF_MINUS, "cannot use \"S\" and \"MI\" together");
	case NF_PL:
		return on_other_sign(e, f, NFF_PLUS, "cannot use \"S\" and \"PL\" together");
	case NF_SG:
		return on_other_sign(e, f, NFF_MINUS | NFF_PLUS,
				     "cannot use \"S\" and \"SG\" together");
	case NF_PR:
		return on_bracket(e, f);
	case NF_V:
		return on_multi(e, f);
	case NF_EEEE:
		return on_exponent(e, f);
	case NF_B:
		if (f->pre == 0 && f->post == 0 && !(f->flags & NFF_ZERO))
			f->flags |= NFF_BLANK;
		return true;
	case NF_FM:
		f->flags |= NFF_FILL;
		return true;
	case NF_RN:
	case NF_RN_LOWER:
		f->flags |= NFF_ROMAN;
		return true;
	default:
		return true;
	}
}

/* The word at s; its length, or 0. */
static size_t
find_word(const char *s, size_t n, enum numfmt_key *key)
{
	for (size_t i = 0; i < COUNTOF(words); i++) {
		size_t len = strlen(words[i].word);

		if (len > n || strncasecmp(s, words[i].word, len) != 0)
			continue;
		*key = words[i].key;
		/* Mixed case counts as upper. */
		if (words[i].exact && s[0] >= 'a' && s[0] <= 'z')
			*key = words[i].key == NF_RN || words[i].key == NF_RN_LOWER ? NF_RN_LOWER
										    : NF_TH_LOWER;
		return len;
	}
	return 0;
}

static void
add_literal(struct numfmt *f, const char *s, size_t n)
{
	f->items[f->nitems++] = (struct numfmt_item){.key = NF_LITERAL, .text = s, .n = n};
}

/* Text between double quotes, one item a character; a backslash takes the next one as it is. */
static size_t
quoted(struct numfmt *f, const char *s, size_t n)
{
	size_t i = 1, len;

	while (i < n && s[i] != '"') {
		if (s[i] == '\\' && i + 1 < n)
			i++;
		len = MIN(utf8_len(s[i]), n - i);
		add_literal(f, s + i, len);
		i += len;
	}
	return MIN(i + 1, n);
}

bool
numfmt_parse(struct arena *a, struct err *e, const char *s, size_t n, struct numfmt *f)
{
	enum numfmt_key key;
	size_t len;

	*f = (struct numfmt){0};
	f->items = ARENA_ARRAY(a, struct numfmt_item, n + 1);
	for (; n; s += len, n -= len) {
		if ((len = find_word(s, n, &key))) {
			if (!note(e, f, key))
				return false;
			f->items[f->nitems++].key = key;
		} else if (*s == '"') {
			len = quoted(f, s, n);
		} else {
			size_t skip = *s == '\\' && n > 1 && s[1] == '"';

			len = skip + MIN(utf8_len(s[skip]), n - skip);
			add_literal(f, s + skip, len - skip);
		}
	}
	return true;
}
