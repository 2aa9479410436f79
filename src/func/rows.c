/*
 * Sets of rows as one value: what a sub-select that sees its siblings in FROM gives for one of their
 * rows (sql/lower_lateral.c).
 *     rows_collect(c1, …)        aggregate: all rows
 *     rows_pack(c1, …)           part of a row too wide for one call
 *     rows_collect_packed(p, …)  aggregate: all rows, in parts
 *     rows_spread(rows[, limit, offset])  the rows again; _wide for more than ROWS_NARROW columns
 * Never stored: a blob of rows, each its length in bytes and then its values; a value is its class
 * and 8 bytes, which are a number or the length of the bytes that follow.
 */
#include "func/args.h"
#include "func/tables.h"

#include <stdlib.h>

static void
put_value(struct buf *b, const struct datum *d)
{
	uint64_t word = 0;

	buf_putc(b, (char)d->class);
	if (d->class == DATUM_INT)
		word = (uint64_t)d->i;
	else if (d->class == DATUM_REAL)
		memcpy(&word, &d->r, sizeof(word));
	else if (d->class != DATUM_NULL)
		word = d->n;
	else
		return;
	buf_add(b, &word, sizeof(word));
	if (d->class == DATUM_TEXT || d->class == DATUM_BLOB)
		buf_add(b, d->p, d->n);
}

bool
rows_take_value(const char **p, const char *end, struct datum *out)
{
	uint64_t word;

	if (*p >= end)
		return false;
	*out = (struct datum){.class = (enum datum_class) * (*p)++};
	if (out->class == DATUM_NULL)
		return true;
	memcpy(&word, *p, sizeof(word));
	*p += sizeof(word);
	if (out->class == DATUM_INT) {
		out->i = (int64_t)word;
	} else if (out->class == DATUM_REAL) {
		memcpy(&out->r, &word, sizeof(word));
	} else {
		out->p = *p;
		out->n = word;
		*p += word;
	}
	return true;
}

/* ---- together ---- */

static bool
fn_pack(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	struct buf b = BUF_INIT;

	for (int i = 0; i < nargs; i++)
		put_value(&b, &args[i]);
	*out = datum_blob(arena_memdup(c->arena, b.data, b.len), b.len);
	buf_release(&b);
	return true;
}

static void
row_end(struct buf *b, size_t start)
{
	uint32_t n = (uint32_t)(b->len - start);

	memcpy(b->data + start - sizeof(n), &n, sizeof(n));
}

static size_t
row_begin(struct buf *b)
{
	uint32_t n = 0;

	buf_add(b, &n, sizeof(n));
	return b->len;
}

static bool
collect_step(struct agg_call *a, const struct datum *args, int nargs)
{
	struct buf *b = a->state;
	size_t start = row_begin(b);

	for (int i = 0; i < nargs; i++)
		put_value(b, &args[i]);
	row_end(b, start);
	return true;
}

static bool
packed_step(struct agg_call *a, const struct datum *args, int nargs)
{
	struct buf *b = a->state;
	size_t start = row_begin(b);

	for (int i = 0; i < nargs; i++)
		buf_add(b, args[i].p, args[i].n);
	row_end(b, start);
	return true;
}

static bool
collect_final(struct agg_call *a, struct datum *out)
{
	struct buf *b = a->state;

	*out = datum_blob(b->len ? b->data : "", b->len);
	return true;
}

static void
collect_release(void *state)
{
	buf_release(state);
}

static const struct agg_ops collect = {.size = sizeof(struct buf),
				       .step = collect_step,
				       .final = collect_final,
				       .release = collect_release};
static const struct agg_ops collect_packed = {.size = sizeof(struct buf),
					      .step = packed_step,
					      .final = collect_final,
					      .release = collect_release};

/* ---- apart ---- */

struct spread {
	const char *at, *end;
	int64_t left; /* negative: all */
};

/* Where its values end. */
static const char *
begin_row(struct spread *s)
{
	uint32_t n;

	memcpy(&n, s->at, sizeof(n));
	s->at += sizeof(n);
	return s->at + n;
}

static bool
spread_open(struct fcall *c UNUSED, const struct datum *args, int nargs, void **state)
{
	struct spread *s = xcalloc(1, sizeof(*s));

	if (nargs && args[0].class == DATUM_BLOB) {
		s->at = args[0].p;
		s->end = args[0].p + args[0].n;
	}
	s->left = nargs > 1 && args[1].class == DATUM_INT ? args[1].i : -1;
	for (int64_t skip = nargs > 2 && args[2].class == DATUM_INT ? args[2].i : 0;
	     skip > 0 && s->at < s->end; skip--)
		s->at = begin_row(s);
	*state = s;
	return true;
}

static int
spread_next(struct fcall *c UNUSED, void *state, struct datum *cols)
{
	struct spread *s = state;
	const char *end;

	if (s->at >= s->end || s->left == 0)
		return 0;
	s->left -= s->left > 0;
	end = begin_row(s);
	for (int i = 0; rows_take_value(&s->at, end, &cols[i]); i++)
		;
	return 1;
}

static const struct srf_ops spread = {spread_open, spread_next, free, ROWS_NARROW};
static const struct srf_ops spread_wide = {spread_open, spread_next, free, 0};

const struct func func_rows[] = {
	FUNC_AGG("rows_collect", &collect),
	FUNC_AGG("rows_collect_packed", &collect_packed),
	FUNC("rows_pack", fn_pack),
	FUNC_SRF("rows_spread", &spread),
	FUNC_SRF("rows_spread_wide", &spread_wide),
	FUNC_END,
};
