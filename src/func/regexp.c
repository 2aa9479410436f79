/*
 * ~ and the regexp_* functions. Offsets are bytes inside and characters outside.
 */
#include "func/args.h"
#include "func/pattern.h"
#include "func/regex.h"
#include "func/tables.h"
#include "types/utf8.h"

#include <inttypes.h>
#include <stdlib.h>
#include <strings.h>

/* What a call site keeps: its last pattern, compiled. */
struct cached {
	struct regex *re;
	char *text;
	size_t n;
	unsigned flags;
};

static void
cached_free(void *p)
{
	struct cached *k = p;

	regex_free(k->re);
	free(k->text);
	free(k);
}

/* The compiled pattern: the call site's when it has a cache, else *own, which the caller frees. */
static bool
compile(struct fcall *c, const struct datum *pattern, unsigned flags, struct regex **re,
	struct regex **own)
{
	size_t n;
	const char *s = arg_text(c, pattern, &n);
	struct cached *k = c->cache ? *c->cache : NULL;

	*own = NULL;
	if (k && k->flags == flags && k->n == n && memcmp(k->text, s, n) == 0) {
		*re = k->re;
		return true;
	}
	if (!regex_compile(c->err, s, n, flags, re))
		return false;
	if (!c->cache) {
		*own = *re;
		return true;
	}
	if (k)
		cached_free(k);
	k = xcalloc(1, sizeof(*k));
	*k = (struct cached){.re = *re, .text = xmalloc(n), .n = n, .flags = flags};
	memcpy(k->text, s, n);
	*c->cache = k;
	*c->cache_free = cached_free;
	return true;
}

static bool
matches(struct fcall *c, const struct datum *args, unsigned flags, bool want, struct datum *out)
{
	struct regex *re, *own;
	size_t n;
	const char *s = arg_text(c, &args[0], &n);
	int rc;

	if (!compile(c, &args[1], flags, &re, &own))
		return false;
	rc = regex_match(c->err, re, s, n, 0, false, NULL, 0);
	regex_free(own);
	*out = datum_int((rc == 1) == want);
	return rc >= 0;
}

static bool
regex_eq(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	return matches(c, args, 0, true, out);
}

static bool
regex_ne(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	return matches(c, args, 0, false, out);
}

static bool
regex_ieq(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	return matches(c, args, REGEX_ICASE, true, out);
}

static bool
regex_ine(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	return matches(c, args, REGEX_ICASE, false, out);
}

static bool
parse_flags(struct fcall *c, const struct datum *arg, unsigned *flags, bool *global)
{
	size_t n;
	const char *s = arg_text(c, arg, &n);

	*flags = 0;
	*global = false;
	for (size_t i = 0; i < n; i++) {
		switch (s[i]) {
		case 'g':
			*global = true;
			break;
		case 'c':
			*flags &= ~(unsigned)REGEX_ICASE;
			break;
		case 'i':
			*flags |= REGEX_ICASE;
			break;
		case 'm':
		case 'n':
			*flags |= REGEX_NLSTOP | REGEX_NLANCHOR;
			break;
		case 'p':
			*flags = (*flags | REGEX_NLSTOP) & ~(unsigned)REGEX_NLANCHOR;
			break;
		case 'w':
			*flags = (*flags | REGEX_NLANCHOR) & ~(unsigned)REGEX_NLSTOP;
			break;
		case 's':
			*flags &= ~(unsigned)(REGEX_NLSTOP | REGEX_NLANCHOR);
			break;
		case 'x':
			*flags |= REGEX_EXPANDED;
			break;
		case 't':
			*flags &= ~(unsigned)REGEX_EXPANDED;
			break;
		case 'q':
			*flags |= REGEX_LITERAL;
			break;
		case 'e':
			break;
		case 'b':
			return err_unsupported(c->err, -1, "a basic regular expression");
		default:
			return err_set(c->err, ERR_INVALID_PARAMETER_VALUE, -1,
				       "invalid regular expression option: \"%.*s\"",
				       (int)MIN(utf8_len(s[i]), n - i), s + i);
		}
	}
	return true;
}

/* The flags argument of a function that has no use for g. */
static bool
flags_without_g(struct fcall *c, const struct datum *args, int nargs, int at, const char *function,
		unsigned *flags)
{
	bool global;

	*flags = 0;
	if (nargs <= at)
		return true;
	if (!parse_flags(c, &args[at], flags, &global))
		return false;
	if (!global)
		return true;
	err_set(c->err, ERR_INVALID_PARAMETER_VALUE, -1,
		"%s does not support the \"global\" option", function);
	if (strcmp(function, "regexp_match()") == 0)
		err_hint(c->err, "Use the regexp_matches function instead.");
	return false;
}

static bool
bad_argument(struct fcall *c, const char *name, int64_t v)
{
	return err_set(c->err, ERR_INVALID_PARAMETER_VALUE, -1,
		       "invalid value for parameter \"%s\": %" PRId64, name, v);
}

/* An int4 argument with a default and a lower bound. */
static bool
int_arg(struct fcall *c, const struct datum *args, int nargs, int at, const char *name,
	int64_t dflt, int64_t min, int64_t *v)
{
	*v = dflt;
	if (nargs <= at)
		return true;
	if (!arg_int(c, &args[at], v))
		return false;
	return *v >= min || bad_argument(c, name, *v);
}

/* A run over all matches in a text. */
struct scan {
	struct regex *re;
	const char *s;
	size_t n, next;
	bool checked, done;
	int nspan;
	long *span; /* nspan pairs */
};

static void
scan_init(struct scan *k, struct arena *a, struct regex *re, const char *s, size_t n, size_t start)
{
	*k = (struct scan){.re = re, .s = s, .n = n, .next = start, .nspan = regex_groups(re) + 1};
	k->span = ARENA_ARRAY(a, long, 2 * k->nspan);
	k->done = start > n;
}

/* 1: span holds the next match. After an empty one the search moves on by a character. */
static int
scan_next(struct err *e, struct scan *k)
{
	int rc;

	if (k->done)
		return 0;
	rc = regex_match(e, k->re, k->s, k->n, k->next, k->checked, k->span, k->nspan);
	k->checked = true;
	if (rc <= 0) {
		k->done = true;
		return rc;
	}
	k->next = (size_t)k->span[1];
	if (k->span[0] == k->span[1]) {
		if (k->next >= k->n)
			k->done = true;
		else
			k->next += MIN(utf8_len(k->s[k->next]), k->n - k->next);
	}
	return 1;
}

static void
span_datum(const struct scan *k, int64_t group, struct datum *out)
{
	if (group < k->nspan && k->span[2 * group] >= 0)
		*out = datum_text(k->s + k->span[2 * group],
				  (size_t)(k->span[2 * group + 1] - k->span[2 * group]));
	else
		*out = datum_null();
}

/* substring(text from pattern) */
static bool
regex_substr(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct regex *re, *own;
	struct scan k;
	size_t n;
	const char *s = arg_text(c, &args[0], &n);
	int rc;

	if (!compile(c, &args[1], 0, &re, &own))
		return false;
	scan_init(&k, c->arena, re, s, n, 0);
	rc = scan_next(c->err, &k);
	if (rc > 0)
		span_datum(&k, k.nspan > 1 ? 1 : 0, out);
	regex_free(own);
	return rc >= 0;
}

/* substring(text from pattern for escape): the SQL-standard form. */
static bool
similar_substr(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	size_t n;
	const char *esc = arg_text(c, &args[2], &n);
	struct datum regex_args[2] = {args[0], datum_null()};

	return similar_pattern(c, &args[1], esc, n, false, &regex_args[1]) &&
	       regex_substr(c, regex_args, 2, out);
}

/* \1 … \9, \& and \\ in a replacement. */
static void
add_replacement(struct buf *b, const struct scan *k, const char *r, size_t rn)
{
	for (size_t i = 0; i < rn; i++) {
		struct datum part = datum_null();

		if (r[i] != '\\' || i + 1 == rn) {
			buf_putc(b, r[i]);
			continue;
		}
		i++;
		if (r[i] >= '1' && r[i] <= '9') {
			span_datum(k, r[i] - '0', &part);
		} else if (r[i] == '&') {
			span_datum(k, 0, &part);
		} else if (r[i] == '\\') {
			buf_putc(b, '\\');
		} else {
			buf_putc(b, '\\');
			i--;
		}
		if (part.class == DATUM_TEXT)
			buf_add(b, part.p, part.n);
	}
}

/* Replaces match number nth from character start on; nth 0: all of them. */
static bool
replace(struct fcall *c, const struct datum *args, unsigned flags, int64_t start, int64_t nth,
	struct datum *out)
{
	struct regex *re, *own;
	struct scan k;
	struct buf b = BUF_INIT;
	size_t n, rn, copied = 0;
	const char *s = arg_text(c, &args[0], &n), *r = arg_text(c, &args[2], &rn);
	int64_t seen = 0;
	int rc = 0;

	if (!compile(c, &args[1], flags, &re, &own))
		return false;
	scan_init(&k, c->arena, re, s, n,
		  utf8_count(s, n) + 1 < (size_t)start ? n + 1
						       : utf8_offset(s, n, (size_t)start - 1));
	while ((nth == 0 || seen < nth) && (rc = scan_next(c->err, &k)) > 0) {
		if (++seen < nth)
			continue;
		buf_add(&b, s + copied, (size_t)k.span[0] - copied);
		add_replacement(&b, &k, r, rn);
		copied = (size_t)k.span[1];
	}
	buf_add(&b, s + copied, n - copied);
	regex_free(own);
	if (rc < 0) {
		buf_release(&b);
		return false;
	}
	return ret_buf(c, &b, out);
}

static bool
replace_noopt(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	return replace(c, args, 0, 1, 1, out);
}

static bool
replace_opt(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	unsigned flags;
	bool global;
	size_t n;
	const char *s = arg_text(c, &args[3], &n);

	if (n && *s >= '0' && *s <= '9') {
		err_set(c->err, ERR_INVALID_PARAMETER_VALUE, -1,
			"invalid regular expression option: \"%.1s\"", s);
		return err_hint(c->err, "If you meant to use regexp_replace() with a start "
					"parameter, cast the fourth argument to integer "
					"explicitly.");
	}
	return parse_flags(c, &args[3], &flags, &global) &&
	       replace(c, args, flags, 1, global ? 0 : 1, out);
}

static bool
replace_extended(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	unsigned flags = 0;
	bool global = false;
	int64_t start, nth;

	if (!int_arg(c, args, nargs, 3, "start", 1, 1, &start) ||
	    !int_arg(c, args, nargs, 4, "n", 1, 0, &nth))
		return false;
	if (nargs > 5 && !parse_flags(c, &args[5], &flags, &global))
		return false;
	if (nargs < 5)
		nth = global ? 0 : 1;
	return replace(c, args, flags, start, nth, out);
}

/* One element of a text[] literal. */
static void
array_element(struct buf *b, const struct datum *d)
{
	bool quote = d->class == DATUM_TEXT &&
		     (d->n == 0 || (d->n == 4 && strncasecmp(d->p, "null", 4) == 0));

	if (b->len > 1)
		buf_putc(b, ',');
	if (d->class == DATUM_NULL) {
		buf_puts(b, "NULL");
		return;
	}
	for (size_t i = 0; i < d->n && !quote; i++)
		quote = strchr("{}\",\\ \t\n\v\f\r", d->p[i]) != NULL;
	if (quote)
		buf_putc(b, '"');
	for (size_t i = 0; i < d->n; i++) {
		if (d->p[i] == '"' || d->p[i] == '\\')
			buf_putc(b, '\\');
		buf_putc(b, d->p[i]);
	}
	if (quote)
		buf_putc(b, '"');
}

static bool
match_array(struct fcall *c, const struct scan *k, struct datum *out)
{
	struct buf b = BUF_INIT;
	struct datum d;

	buf_putc(&b, '{');
	for (int g = k->nspan > 1 ? 1 : 0; g < k->nspan; g++) {
		span_datum(k, g, &d);
		array_element(&b, &d);
	}
	buf_putc(&b, '}');
	return ret_buf(c, &b, out);
}

static bool
regexp_match(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	struct regex *re, *own;
	struct scan k;
	unsigned flags;
	size_t n;
	const char *s = arg_text(c, &args[0], &n);
	int rc;

	if (!flags_without_g(c, args, nargs, 2, "regexp_match()", &flags))
		return false;
	if (!compile(c, &args[1], flags, &re, &own))
		return false;
	scan_init(&k, c->arena, re, s, n, 0);
	rc = scan_next(c->err, &k);
	if (rc > 0)
		match_array(c, &k, out);
	regex_free(own);
	return rc >= 0;
}

/* regexp_matches and regexp_split_to_table in progress. The text is copied: arguments do not
 * outlive open. */
struct rows {
	struct arena arena;
	struct regex *re;
	struct scan scan;
	bool global, ended;
	size_t from;   /* split: where the next piece begins */
	long last_end; /* end of the match before */
};

static bool
rows_open(struct fcall *c, const struct datum *args, int nargs, bool split, void **state)
{
	struct rows *r;
	struct regex *re;
	unsigned flags = 0;
	bool global = false;
	size_t n, pn;
	const char *s = arg_text(c, &args[0], &n), *p = arg_text(c, &args[1], &pn);

	if (split) {
		if (!flags_without_g(c, args, nargs, 2, "regexp_split_to_table()", &flags))
			return false;
		global = true;
	} else if (nargs > 2 && !parse_flags(c, &args[2], &flags, &global)) {
		return false;
	}
	if (!regex_compile(c->err, p, pn, flags, &re))
		return false;
	r = xcalloc(1, sizeof(*r));
	r->re = re;
	r->global = global;
	arena_init(&r->arena);
	scan_init(&r->scan, &r->arena, re, arena_memdup(&r->arena, s, n), n, 0);
	*state = r;
	return true;
}

static void
rows_close(void *state)
{
	struct rows *r = state;

	regex_free(r->re);
	arena_release(&r->arena);
	free(r);
}

static bool
matches_open(struct fcall *c, const struct datum *args, int nargs, void **state)
{
	return rows_open(c, args, nargs, false, state);
}

static int
matches_next(struct fcall *c, void *state, struct datum *cols)
{
	struct rows *r = state;
	int rc = r->ended ? 0 : scan_next(c->err, &r->scan);

	r->ended = !r->global;
	if (rc > 0)
		match_array(c, &r->scan, &cols[0]);
	return rc;
}

static const struct srf_ops matches_rows = {
	.open = matches_open, .next = matches_next, .close = rows_close, .ncols = 1};

/* The next match that separates: not empty at either end of the text or right after another match.
 */
static int
next_separator(struct err *e, struct scan *k, long *last_end)
{
	int rc;

	while ((rc = scan_next(e, k)) > 0) {
		bool counts = (size_t)k->span[0] < k->n && k->span[1] > *last_end;

		*last_end = k->span[1];
		if (counts)
			return 1;
	}
	return rc;
}

static bool
split_open(struct fcall *c, const struct datum *args, int nargs, void **state)
{
	return rows_open(c, args, nargs, true, state);
}

static int
split_next(struct fcall *c, void *state, struct datum *cols)
{
	struct rows *r = state;
	int rc;

	if (r->ended)
		return 0;
	rc = next_separator(c->err, &r->scan, &r->last_end);
	if (rc < 0)
		return -1;
	if (rc == 0) {
		r->ended = true;
		cols[0] = datum_text(r->scan.s + r->from, r->scan.n - r->from);
		return 1;
	}
	cols[0] = datum_text(r->scan.s + r->from, (size_t)r->scan.span[0] - r->from);
	r->from = (size_t)r->scan.span[1];
	return 1;
}

static const struct srf_ops split_rows = {
	.open = split_open, .next = split_next, .close = rows_close, .ncols = 1};

static bool
split_to_array(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	struct regex *re, *own;
	struct scan k;
	struct buf b = BUF_INIT;
	struct datum d;
	unsigned flags;
	size_t n, from = 0;
	const char *s = arg_text(c, &args[0], &n);
	long last_end = 0;
	int rc;

	if (!flags_without_g(c, args, nargs, 2, "regexp_split_to_array()", &flags) ||
	    !compile(c, &args[1], flags, &re, &own))
		return false;
	scan_init(&k, c->arena, re, s, n, 0);
	buf_putc(&b, '{');
	while ((rc = next_separator(c->err, &k, &last_end)) > 0) {
		d = datum_text(s + from, (size_t)k.span[0] - from);
		array_element(&b, &d);
		from = (size_t)k.span[1];
	}
	d = datum_text(s + from, n - from);
	array_element(&b, &d);
	buf_putc(&b, '}');
	regex_free(own);
	if (rc < 0) {
		buf_release(&b);
		return false;
	}
	return ret_buf(c, &b, out);
}

static bool
regexp_like(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	unsigned flags;

	return flags_without_g(c, args, nargs, 2, "regexp_like()", &flags) &&
	       matches(c, args, flags, true, out);
}

/* Finds match number nth from character start on; rc as scan_next. *own keeps the compiled pattern
 * when there is no cache. */
static int
find_nth(struct fcall *c, const struct datum *args, unsigned flags, int64_t start, int64_t nth,
	 struct scan *k, struct regex **own)
{
	struct regex *re;
	size_t n;
	const char *s = arg_text(c, &args[0], &n);
	int rc = 0;

	if (!compile(c, &args[1], flags, &re, own))
		return -1;
	scan_init(k, c->arena, re, s, n,
		  utf8_count(s, n) + 1 < (size_t)start ? n + 1
						       : utf8_offset(s, n, (size_t)start - 1));
	while (nth-- > 0 && (rc = scan_next(c->err, k)) > 0)
		;
	return rc;
}

/* Without groups, the whole match counts as the first one. */
static int64_t
wanted_group(const struct scan *k, int rc, int64_t group)
{
	return rc > 0 && k->nspan == 1 && group == 1 ? 0 : group;
}

static bool
regexp_count(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	struct regex *own;
	struct scan k;
	unsigned flags;
	int64_t start, count = 0;
	int rc;

	if (!int_arg(c, args, nargs, 2, "start", 1, 1, &start) ||
	    !flags_without_g(c, args, nargs, 3, "regexp_count()", &flags))
		return false;
	rc = find_nth(c, args, flags, start, 1, &k, &own);
	for (; rc > 0; count++)
		rc = scan_next(c->err, &k);
	regex_free(own);
	*out = datum_int(count);
	return rc >= 0;
}

static bool
regexp_instr(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	struct regex *own = NULL;
	struct scan k;
	unsigned flags;
	int64_t start, nth, end_option, group;
	int rc;

	if (!int_arg(c, args, nargs, 2, "start", 1, 1, &start) ||
	    !int_arg(c, args, nargs, 3, "n", 1, 1, &nth) ||
	    !int_arg(c, args, nargs, 4, "endoption", 0, 0, &end_option))
		return false;
	if (end_option > 1)
		return bad_argument(c, "endoption", end_option);
	if (!int_arg(c, args, nargs, 6, "subexpr", 0, 0, &group) ||
	    !flags_without_g(c, args, nargs, 5, "regexp_instr()", &flags))
		return false;
	rc = find_nth(c, args, flags, start, nth, &k, &own);
	*out = datum_int(0);
	group = wanted_group(&k, rc, group);
	if (rc > 0 && group < k.nspan && k.span[2 * group] >= 0)
		*out = datum_int((int64_t)utf8_count(k.s, (size_t)k.span[2 * group + end_option]) +
				 1);
	regex_free(own);
	return rc >= 0;
}

static bool
regexp_substr(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	struct regex *own = NULL;
	struct scan k;
	unsigned flags;
	int64_t start, nth, group;
	int rc;

	if (!int_arg(c, args, nargs, 2, "start", 1, 1, &start) ||
	    !int_arg(c, args, nargs, 3, "n", 1, 1, &nth) ||
	    !int_arg(c, args, nargs, 5, "subexpr", 0, 0, &group) ||
	    !flags_without_g(c, args, nargs, 4, "regexp_substr()", &flags))
		return false;
	rc = find_nth(c, args, flags, start, nth, &k, &own);
	if (rc > 0)
		span_datum(&k, wanted_group(&k, rc, group), out);
	regex_free(own);
	return rc >= 0;
}

const struct func func_regexp[] = {
	FUNC("textregexeq", regex_eq),
	FUNC("textregexne", regex_ne),
	FUNC("texticregexeq", regex_ieq),
	FUNC("texticregexne", regex_ine),
	FUNC("nameregexeq", regex_eq),
	FUNC("nameregexne", regex_ne),
	FUNC("nameicregexeq", regex_ieq),
	FUNC("nameicregexne", regex_ine),
	FUNC("textregexsubstr", regex_substr),
	FUNC("substring(text,text,text)", similar_substr),
	FUNC("textregexreplace_noopt", replace_noopt),
	FUNC("textregexreplace", replace_opt),
	FUNC("textregexreplace_extended", replace_extended),
	FUNC("textregexreplace_extended_no_n", replace_extended),
	FUNC("textregexreplace_extended_no_flags", replace_extended),
	FUNC("regexp_match", regexp_match),
	FUNC("regexp_match_no_flags", regexp_match),
	FUNC_SRF("regexp_matches", &matches_rows),
	FUNC_SRF("regexp_matches_no_flags", &matches_rows),
	FUNC_SRF("regexp_split_to_table", &split_rows),
	FUNC_SRF("regexp_split_to_table_no_flags", &split_rows),
	FUNC("regexp_split_to_array", split_to_array),
	FUNC("regexp_split_to_array_no_flags", split_to_array),
	FUNC("regexp_like", regexp_like),
	FUNC("regexp_like_no_flags", regexp_like),
	FUNC("regexp_count", regexp_count),
	FUNC("regexp_count_no_start", regexp_count),
	FUNC("regexp_count_no_flags", regexp_count),
	FUNC("regexp_instr", regexp_instr),
	FUNC("regexp_instr_no_start", regexp_instr),
	FUNC("regexp_instr_no_n", regexp_instr),
	FUNC("regexp_instr_no_endoption", regexp_instr),
	FUNC("regexp_instr_no_flags", regexp_instr),
	FUNC("regexp_instr_no_subexpr", regexp_instr),
	FUNC("regexp_substr", regexp_substr),
	FUNC("regexp_substr_no_start", regexp_substr),
	FUNC("regexp_substr_no_n", regexp_substr),
	FUNC("regexp_substr_no_flags", regexp_substr),
	FUNC("regexp_substr_no_subexpr", regexp_substr),
	FUNC_END,
};
