/*
 * generate_series over integers and numeric, string_to_table.
 */
#include "func/args.h"
#include "func/tables.h"

#include <stdlib.h>

struct ints {
	int64_t next, stop, step;
	bool done;
};

static bool
ints_open(struct fcall *c, const struct datum *args, int nargs, void **state)
{
	struct ints v = {.step = 1};
	struct ints *s;

	if (!arg_int(c, &args[0], &v.next) || !arg_int(c, &args[1], &v.stop) ||
	    (nargs > 2 && !arg_int(c, &args[2], &v.step)))
		return false;
	if (v.step == 0)
		return err_set(c->err, ERR_INVALID_PARAMETER_VALUE, -1,
			       "step size cannot equal zero");
	s = xmalloc(sizeof(*s));
	*s = v;
	*state = s;
	return true;
}

static int
ints_next(struct fcall *c UNUSED, void *state, struct datum *cols)
{
	struct ints *s = state;

	if (s->done || (s->step > 0 ? s->next > s->stop : s->next < s->stop))
		return 0;
	cols[0] = datum_int(s->next);
	s->done = __builtin_add_overflow(s->next, s->step, &s->next);
	return 1;
}

static const struct srf_ops ints = {
	.open = ints_open, .next = ints_next, .close = free, .ncols = 1};

struct nums {
	struct num next, stop, step;
};

static void
nums_close(void *state)
{
	struct nums *s = state;

	num_release(&s->next);
	num_release(&s->stop);
	num_release(&s->step);
	free(s);
}

static bool
not_finite(struct fcall *c, const struct num *n, const char *what)
{
	if (n->kind == NUM_FINITE)
		return false;
	err_set(c->err, ERR_INVALID_PARAMETER_VALUE, -1, "%s cannot be %s", what,
		n->kind == NUM_NAN ? "NaN" : "infinity");
	return true;
}

static bool
nums_read(struct fcall *c, const struct datum *args, int nargs, struct nums *s)
{
	num_from_int(&s->step, 1);
	if (!arg_num(c, &args[0], &s->next) || not_finite(c, &s->next, "start value") ||
	    !arg_num(c, &args[1], &s->stop) || not_finite(c, &s->stop, "stop value"))
		return false;
	if (nargs > 2 && (!arg_num(c, &args[2], &s->step) || not_finite(c, &s->step, "step size")))
		return false;
	return !num_is_zero(&s->step) ||
	       err_set(c->err, ERR_INVALID_PARAMETER_VALUE, -1, "step size cannot equal zero");
}

static bool
nums_open(struct fcall *c, const struct datum *args, int nargs, void **state)
{
	struct nums *s = xcalloc(1, sizeof(*s));

	if (!nums_read(c, args, nargs, s)) {
		nums_close(s);
		return false;
	}
	*state = s;
	return true;
}

static int
nums_next(struct fcall *c, void *state, struct datum *cols)
{
	struct nums *s = state;
	struct num t;
	int order = num_cmp(&s->next, &s->stop);

	if (num_sign(&s->step) > 0 ? order > 0 : order < 0)
		return 0;
	cols[0] = num_datum(&s->next, c->arena);
	num_add(&t, &s->next, &s->step);
	num_release(&s->next);
	s->next = t;
	return 1;
}

static const struct srf_ops nums = {
	.open = nums_open, .next = nums_next, .close = nums_close, .ncols = 1};

/* string_to_table: each is false when the separator is not NULL; null_text may be missing. */
struct pieces {
	struct arena arena;
	const char *s, *sep, *null;
	size_t n, sep_len, null_len;
	bool each_char, has_null, done;
};

static bool
pieces_open(struct fcall *c, const struct datum *args, int nargs, void **state)
{
	struct pieces *p = xcalloc(1, sizeof(*p));
	const char *s;

	arena_init(&p->arena);
	p->done = arg_null(&args[0]);
	p->each_char = arg_null(&args[1]);
	p->has_null = nargs > 2 && !arg_null(&args[2]);
	if (!p->done) {
		s = arg_text(c, &args[0], &p->n);
		p->s = arena_memdup(&p->arena, s, p->n);
		p->done = p->n == 0;
	}
	if (!p->each_char) {
		s = arg_text(c, &args[1], &p->sep_len);
		p->sep = arena_memdup(&p->arena, s, p->sep_len);
	}
	if (p->has_null) {
		s = arg_text(c, &args[2], &p->null_len);
		p->null = arena_memdup(&p->arena, s, p->null_len);
	}
	*state = p;
	return true;
}

static size_t
char_bytes(const char *s, size_t n)
{
	size_t len = 1;

	while (len < n && ((uint8_t)s[len] & 0xc0) == 0x80)
		len++;
	return len;
}

static int
pieces_next(struct fcall *c UNUSED, void *state, struct datum *cols)
{
	struct pieces *p = state;
	const char *at = NULL;
	size_t len, skip = 0;

	if (p->done)
		return 0;
	len = p->n;
	if (p->each_char) {
		len = char_bytes(p->s, p->n);
		p->done = len == p->n;
	} else if (p->sep_len && (at = memmem(p->s, p->n, p->sep, p->sep_len))) {
		len = (size_t)(at - p->s);
		skip = p->sep_len;
	} else {
		p->done = true;
	}
	cols[0] = datum_text(p->s, len);
	if (p->has_null && len == p->null_len && memcmp(p->s, p->null, len) == 0)
		cols[0] = datum_null();
	p->s += len + skip;
	p->n -= len + skip;
	return 1;
}

static void
pieces_close(void *state)
{
	struct pieces *p = state;

	arena_release(&p->arena);
	free(p);
}

static const struct srf_ops pieces = {
	.open = pieces_open, .next = pieces_next, .close = pieces_close, .ncols = 1};

const struct func func_series[] = {
	FUNC_SRF("generate_series_int4", &ints),
	FUNC_SRF("generate_series_step_int4", &ints),
	FUNC_SRF("generate_series_int8", &ints),
	FUNC_SRF("generate_series_step_int8", &ints),
	FUNC_SRF("generate_series_numeric", &nums),
	FUNC_SRF("generate_series_step_numeric", &nums),
	FUNC_SRF("text_to_table", &pieces),
	FUNC_SRF("text_to_table_null", &pieces),
	FUNC_END,
};
