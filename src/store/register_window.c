/*
 * Window functions that find their frames by themselves: "pg_KEY__window" (window_spec.h), for
 * frames and arguments that SQLite's own windows do not have. SQLite steps a partition's rows in
 * order, then asks for one value a row, in the same order: the i-th value is the i-th row's.
 *
 * SQLite owns the memory of a struct partition and calls xFinal for every partition that began:
 * what it has is released there and nowhere else.
 */
#include "store/agg_state.h"
#include "store/window_spec.h"

#include <stdio.h>
#include <stdlib.h>

enum kind { KIND_AGG, KIND_FIRST, KIND_LAST, KIND_NTH, KIND_LAG, KIND_LEAD, KIND_NTILE };

/* What SQLite keeps with each function. */
struct window_func {
	struct conn *conn;
	struct binding *b; /* KIND_AGG's */
	enum kind kind;
	char name[32];
};

struct partition {
	bool begun; /* the first value was asked for: all rows are here */
	struct window_spec *spec;
	struct agg_state st;
	struct arena cells;
	struct datum **rows; /* malloc'ed; cells: arguments, filter, keys, offsets */
	int n, cap, ncells;
	int at;     /* the row whose value is asked for */
	int *peers; /* malloc'ed: where each group of peers begins, and n */
	int npeers, peer;
	const struct type *keys[SORTED_MAX];
	const struct func *start_in_range, *end_in_range;
	int range_from, range_to; /* a RANGE's bounds only ever advance */
	int from, to;             /* the current row's frame, [from, to) … */
	int out_from, out_to;     /* … without these, but with row at when ties is set */
	bool ties;
	int agg_from, agg_to; /* the rows that st has; from -1: none */
	/* ntile */
	int64_t tile, tile_rows, tile_size, tile_more;
};

/* ---- cells ---- */

static const struct datum *
filter_cell(const struct partition *p, int row)
{
	return &p->rows[row][p->spec->cells.nargs];
}

static const struct datum *
key_cell(const struct partition *p, int row, int key)
{
	return &p->rows[row][p->spec->cells.nargs + p->spec->filter + key];
}

static const struct datum *
start_cell(const struct partition *p)
{
	return key_cell(p, 0, p->spec->cells.nkeys);
}

static const struct datum *
end_cell(const struct partition *p)
{
	return key_cell(p, 0, p->spec->cells.nkeys + bound_has_offset(p->spec->start));
}

static int
cells_wanted(const struct window_spec *s)
{
	return s->cells.nargs + s->filter + s->cells.nkeys + bound_has_offset(s->start) +
	       bound_has_offset(s->end);
}

/* ---- rows come in ---- */

static void
partition_release(const struct window_func *w, struct partition *p)
{
	if (w->b)
		agg_state_release(w->b, &p->st);
	free(p->rows);
	free(p->peers);
	free(p->spec);
	arena_release(&p->cells);
	*p = (struct partition){0};
}

static bool
read_spec(const struct window_func *w, struct partition *p, const struct datum *text)
{
	if (p->spec)
		return true;
	p->spec = xcalloc(1, sizeof(*p->spec));
	if (text->class == DATUM_TEXT && window_spec_parse(text->p, text->n, p->spec))
		return true;
	return err_set(w->conn->env->err, ERR_INTERNAL_ERROR, -1,
		       "invalid window specification of %s", w->name);
}

static void
keep_row(struct partition *p, const struct datum *args, int n)
{
	if (p->n == p->cap) {
		p->cap = p->cap ? p->cap * 2 : 16;
		p->rows = xrealloc(p->rows, sizeof(*p->rows) * (size_t)p->cap);
	}
	p->rows[p->n] = arena_alloc(&p->cells, sizeof(**p->rows) * (size_t)MAX(n, 1));
	for (int i = 0; i < n; i++)
		p->rows[p->n][i] = datum_dup(&p->cells, &args[i]);
	p->ncells = n;
	p->n++;
}

static void
window_step(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
	const struct window_func *w = sqlite3_user_data(ctx);
	struct partition *p = sqlite3_aggregate_context(ctx, sizeof(*p));
	struct datum values[MAX_ARGS], *args = values + 1;
	int n = argc - 1;
	bool ok;

	if (!p || argc < 1) {
		sqlite3_result_error_nomem(ctx);
		return;
	}
	for (int i = 0; i < argc; i++)
		value_datum(argv[i], &values[i]);
	ok = read_spec(w, p, &values[0]) &&
	     (!w->b || agg_state_types(w->b, &p->st, argv[0], &args, &n));
	if (ok && n == cells_wanted(p->spec))
		keep_row(p, args, n);
	else
		result_failed(ctx, w->conn, w->name);
}

/* ---- peers ---- */

static bool
are_peers(const struct partition *p, int a, int b)
{
	const struct sorted_spec *s = &p->spec->cells;

	for (int k = 0; k < s->nkeys; k++)
		if (compare_cells(p->keys[k], key_cell(p, a, k), key_cell(p, b, k), s->desc[k],
				  s->nulls_first[k]) != 0)
			return false;
	return true;
}

static void
find_peers(struct partition *p)
{
	p->peers = xmalloc(sizeof(*p->peers) * ((size_t)p->n + 1));
	for (int i = 0; i < p->n; i++)
		if (i == 0 || !are_peers(p, i - 1, i))
			p->peers[p->npeers++] = i;
	p->peers[p->npeers] = p->n;
}

/* ---- the first value ---- */

static bool
offset_error(const struct window_func *w, bool null, const char *which)
{
	return err_set(w->conn->env->err,
		       null ? ERR_NULL_VALUE_NOT_ALLOWED : ERR_INVALID_PRECEDING_OR_FOLLOWING_SIZE,
		       -1, "frame %s offset must not be %s", which, null ? "null" : "negative");
}

static bool
check_offset(const struct window_func *w, const struct partition *p, int bound,
	     const struct datum *offset, const char *which)
{
	if (!bound_has_offset(bound))
		return true;
	if (offset->class == DATUM_NULL)
		return offset_error(w, true, which);
	if (p->spec->mode != 'r' && (offset->class != DATUM_INT || offset->i < 0))
		return offset_error(w, false, which);
	return true;
}

static const struct func *
in_range_body(const char *key)
{
	return *key ? func_by_key(key) : NULL;
}

static bool
partition_begin(const struct window_func *w, struct partition *p)
{
	const struct window_spec *s = p->spec;

	p->begun = true;
	p->agg_from = -1;
	for (int k = 0; k < s->cells.nkeys; k++)
		if (!(p->keys[k] = spec_type(w->conn, s->cells.keys[k])))
			return false;
	find_peers(p);
	p->start_in_range = in_range_body(s->start_in_range);
	p->end_in_range = in_range_body(s->end_in_range);
	if (s->mode == 'r' && ((bound_has_offset(s->start) && !p->start_in_range) ||
			       (bound_has_offset(s->end) && !p->end_in_range)))
		return err_set(w->conn->env->err, ERR_INTERNAL_ERROR, -1,
			       "missing in_range function of window function %s", w->name);
	return check_offset(w, p, s->start, start_cell(p), "starting") &&
	       check_offset(w, p, s->end, end_cell(p), "ending");
}

/* ---- frames ---- */

/* Moves *pos on to the first row that is not before the frame (end: that is behind it). */
static bool
scan_range(const struct window_func *w, const struct partition *p, bool end, int *pos)
{
	const struct sorted_spec *s = &p->spec->cells;
	const struct func *f = end ? p->end_in_range : p->start_in_range;
	int bound = end ? p->spec->end : p->spec->start;
	bool sub = (bound == BOUND_OFFSET_PRECEDING) != s->desc[0], less = end != s->desc[0], ok;
	const struct datum *base = key_cell(p, p->at, 0);
	struct fcall call = {
		.arena = &w->conn->scratch, .err = w->conn->env->err, .env = w->conn->env};

	for (; *pos < p->n; ++*pos) {
		const struct datum *v = key_cell(p, *pos, 0);
		bool null = v->class == DATUM_NULL, base_null = base->class == DATUM_NULL;
		struct datum args[5] = {*v, *base, end ? *end_cell(p) : *start_cell(p),
					datum_int(sub), datum_int(less)},
			     out = datum_null();

		if (null || base_null) {
			if (end ? (s->nulls_first[0] ? !null : !base_null)
				: (s->nulls_first[0] ? !null || base_null : null || !base_null))
				break;
			continue;
		}
		ok = f->fn(&call, args, 5, &out);
		arena_clear(&w->conn->scratch);
		if (!ok)
			return false;
		if ((out.class == DATUM_INT && out.i) != end)
			break;
	}
	return true;
}

/* base + offset, kept within [0, n]. */
static int
clamp(int base, int64_t offset, bool back, int n)
{
	if (back)
		return offset > base ? 0 : base - (int)offset;
	return offset > n - base ? n : base + (int)offset;
}

static bool
find_from(const struct window_func *w, struct partition *p)
{
	const struct window_spec *s = p->spec;
	bool back = s->start == BOUND_OFFSET_PRECEDING;

	switch (s->start) {
	case BOUND_UNBOUNDED_PRECEDING:
		p->from = 0;
		return true;
	case BOUND_CURRENT_ROW:
		p->from = s->mode == 'o' ? p->at : p->peers[p->peer];
		return true;
	default:
		break;
	}
	if (s->mode == 'o') {
		p->from = clamp(p->at, start_cell(p)->i, back, p->n);
	} else if (s->mode == 'g') {
		p->from = p->peers[clamp(p->peer, start_cell(p)->i, back, p->npeers)];
	} else {
		if (!scan_range(w, p, false, &p->range_from))
			return false;
		p->from = p->range_from;
	}
	return true;
}

/* How many of n units, of which the current one is at, a frame that ends at an offset reaches. */
static int
reach(int at, int64_t offset, bool back, int n)
{
	if (back)
		return offset > at ? 0 : at - (int)offset + 1;
	return offset >= n - at ? n : at + (int)offset + 1;
}

static bool
find_to(const struct window_func *w, struct partition *p)
{
	const struct window_spec *s = p->spec;
	bool back = s->end == BOUND_OFFSET_PRECEDING;

	switch (s->end) {
	case BOUND_UNBOUNDED_FOLLOWING:
		p->to = p->n;
		return true;
	case BOUND_CURRENT_ROW:
		p->to = s->mode == 'o' ? p->at + 1 : p->peers[p->peer + 1];
		return true;
	default:
		break;
	}
	if (s->mode == 'o') {
		p->to = reach(p->at, end_cell(p)->i, back, p->n);
	} else if (s->mode == 'g') {
		p->to = p->peers[reach(p->peer, end_cell(p)->i, back, p->npeers)];
	} else {
		if (!scan_range(w, p, true, &p->range_to))
			return false;
		p->to = p->range_to;
	}
	return true;
}

static void
find_exclusion(struct partition *p)
{
	char what = p->spec->exclude;
	bool one = what == 'c';

	p->ties = what == 't';
	p->out_from = what == '-' ? p->to : one ? p->at : p->peers[p->peer];
	p->out_to = what == '-' ? p->to : one ? p->at + 1 : p->peers[p->peer + 1];
}

static bool
find_frame(const struct window_func *w, struct partition *p)
{
	while (p->at >= p->peers[p->peer + 1])
		p->peer++;
	if (!find_from(w, p) || !find_to(w, p))
		return false;
	p->to = MAX(p->from, p->to);
	find_exclusion(p);
	return true;
}

/* The frame as up to three runs of rows. */
struct runs {
	int from[3], n[3];
};

static struct runs
frame_runs(const struct partition *p)
{
	int before = MAX(MIN(p->to, p->out_from) - p->from, 0), behind = MAX(p->from, p->out_to);
	bool self = p->ties && p->at >= p->from && p->at < p->to;

	return (struct runs){{p->from, p->at, behind}, {before, self, MAX(p->to - behind, 0)}};
}

/* The frame's i-th row from 0; below 0: from its end, -1 the last. -1: there is none. */
static int
frame_row(const struct partition *p, int64_t i)
{
	struct runs r = frame_runs(p);

	if (i < 0)
		i += r.n[0] + r.n[1] + r.n[2];
	for (int k = 0; k < 3 && i >= 0; k++) {
		if (i < r.n[k])
			return r.from[k] + (int)i;
		i -= r.n[k];
	}
	return -1;
}

/* ---- aggregates ---- */

static bool
passes(const struct partition *p, int row)
{
	const struct datum *f = filter_cell(p, row);

	return !p->spec->filter || (f->class == DATUM_INT && f->i);
}

static bool
add_rows(const struct window_func *w, struct partition *p, int from, int to)
{
	for (int i = from; i < to; i++)
		if (passes(p, i) && !agg_state_step(w->b, &p->st, p->rows[i], p->spec->cells.nargs))
			return false;
	return true;
}

static bool
remove_rows(const struct window_func *w, struct partition *p, int from, int to)
{
	for (int i = from; i < to; i++)
		if (passes(p, i) &&
		    !agg_state_inverse(w->b, &p->st, p->rows[i], p->spec->cells.nargs))
			return false;
	return true;
}

/* Rows that the state has are kept where the body can take out those that have left. */
static bool
aggregate_run(const struct window_func *w, struct partition *p)
{
	bool moves = p->agg_from != p->from, keeps = p->agg_from >= 0 && p->agg_from <= p->from &&
						     p->agg_to >= p->from && p->agg_to <= p->to &&
						     (!moves || w->b->info->f->agg->inverse);

	if (!keeps) {
		agg_state_clear(w->b, &p->st);
		p->agg_from = p->agg_to = p->from;
	} else if (moves && !remove_rows(w, p, p->agg_from, p->from)) {
		return false;
	}
	if (!add_rows(w, p, p->agg_to, p->to))
		return false;
	p->agg_from = p->from;
	p->agg_to = p->to;
	return true;
}

static bool
aggregate_value(sqlite3_context *ctx, const struct window_func *w, struct partition *p)
{
	struct runs r;

	if (p->spec->exclude == '-') {
		if (!aggregate_run(w, p))
			return false;
	} else {
		agg_state_clear(w->b, &p->st);
		r = frame_runs(p);
		for (int k = 0; k < 3; k++)
			if (!add_rows(w, p, r.from[k], r.from[k] + r.n[k]))
				return false;
	}
	return agg_state_give(ctx, w->b, &p->st);
}

/* ---- window functions ---- */

static void
give_cell(sqlite3_context *ctx, const struct partition *p, int row, int cell)
{
	if (row >= 0)
		result_datum(ctx, &p->rows[row][cell]);
}

static bool
nth_value(sqlite3_context *ctx, const struct window_func *w, const struct partition *p)
{
	const struct datum *n = &p->rows[p->at][1];

	if (n->class == DATUM_NULL)
		return true;
	if (n->class != DATUM_INT || n->i <= 0)
		return err_set(w->conn->env->err, ERR_INVALID_ARGUMENT_FOR_NTH_VALUE, -1,
			       "argument of nth_value must be greater than zero");
	give_cell(ctx, p, frame_row(p, n->i - 1), 0);
	return true;
}

static void
neighbour(sqlite3_context *ctx, const struct window_func *w, const struct partition *p)
{
	const struct datum *row = p->rows[p->at];
	int nargs = p->spec->cells.nargs;
	int64_t offset = nargs > 1 ? row[1].i : 1, to;

	if (nargs > 1 && row[1].class != DATUM_INT)
		return;
	to = p->at + (w->kind == KIND_LAG ? -offset : offset);
	if (to >= 0 && to < p->n)
		give_cell(ctx, p, (int)to, 0);
	else if (nargs > 2)
		give_cell(ctx, p, p->at, 2);
}

/* The first row's argument counts; while it is NULL, the next one's. */
static bool
ntile(sqlite3_context *ctx, const struct window_func *w, struct partition *p)
{
	const struct datum *n = &p->rows[p->at][0];

	if (!p->tile) {
		if (n->class == DATUM_NULL)
			return true;
		if (n->class != DATUM_INT || n->i <= 0)
			return err_set(w->conn->env->err, ERR_INVALID_ARGUMENT_FOR_NTILE, -1,
				       "argument of ntile must be greater than zero");
		p->tile = 1;
		p->tile_size = p->n / n->i;
		p->tile_more = p->tile_size ? p->n % n->i : 0;
		p->tile_size += p->tile_more || !p->tile_size;
	}
	if (++p->tile_rows > p->tile_size) {
		if (p->tile_more && p->tile == p->tile_more) {
			p->tile_more = 0;
			p->tile_size--;
		}
		p->tile++;
		p->tile_rows = 1;
	}
	sqlite3_result_int64(ctx, p->tile);
	return true;
}

static bool
give_value(sqlite3_context *ctx, const struct window_func *w, struct partition *p)
{
	switch (w->kind) {
	case KIND_AGG:
		return aggregate_value(ctx, w, p);
	case KIND_FIRST:
		give_cell(ctx, p, frame_row(p, 0), 0);
		return true;
	case KIND_LAST:
		give_cell(ctx, p, frame_row(p, -1), 0);
		return true;
	case KIND_NTH:
		return nth_value(ctx, w, p);
	case KIND_LAG:
	case KIND_LEAD:
		neighbour(ctx, w, p);
		return true;
	case KIND_NTILE:
		return ntile(ctx, w, p);
	}
	return false;
}

static void
window_value(sqlite3_context *ctx)
{
	const struct window_func *w = sqlite3_user_data(ctx);
	struct partition *p = sqlite3_aggregate_context(ctx, sizeof(*p));

	if (!p) {
		sqlite3_result_error_nomem(ctx);
		return;
	}
	if (p->at < p->n && (p->begun || partition_begin(w, p)) && find_frame(w, p) &&
	    give_value(ctx, w, p))
		p->at++;
	else
		result_failed(ctx, w->conn, w->name);
}

static void
window_inverse(sqlite3_context *ctx UNUSED, int argc UNUSED, sqlite3_value **argv UNUSED)
{
}

static void
window_final(sqlite3_context *ctx)
{
	struct partition *p = sqlite3_aggregate_context(ctx, 0);

	if (p)
		partition_release(sqlite3_user_data(ctx), p);
}

/* ---- registration ---- */

static bool
register_one(struct conn *c, const char *name, enum kind kind, struct binding *b)
{
	struct window_func *w = xcalloc(1, sizeof(*w));
	struct arena a = ARENA_INIT;
	int rc;

	*w = (struct window_func){.conn = c, .b = b, .kind = kind};
	snprintf(w->name, sizeof(w->name), "%s", name);
	/* SQLite frees w, also when this fails. */
	rc = sqlite3_create_window_function(c->sq, arena_printf(&a, "%s__window", name), -1,
					    SQLITE_UTF8 | SQLITE_INNOCUOUS, w, window_step,
					    window_final, window_value, window_inverse, free);
	arena_release(&a);
	return rc == SQLITE_OK;
}

bool
register_window_aggregate(struct conn *c, struct binding *b)
{
	return register_one(c, b->info->name, KIND_AGG, b);
}

bool
register_windows(struct conn *c)
{
	static const struct {
		const char *name;
		enum kind kind;
	} all[] = {{"pg_first_value", KIND_FIRST}, {"pg_last_value", KIND_LAST},
		   {"pg_nth_value", KIND_NTH},     {"pg_lag", KIND_LAG},
		   {"pg_lead", KIND_LEAD},         {"pg_ntile", KIND_NTILE}};

	for (size_t i = 0; i < COUNTOF(all); i++)
		if (!register_one(c, all[i].name, all[i].kind, NULL))
			return false;
	return true;
}
