/*
 * Aggregates as SQLite's window functions, in up to four forms:
 *     pg_KEY          plain, and in window frames whose start stays or whose body has an inverse
 *     pg_KEY__frame   for bodies without an inverse, in frames whose start moves: keeps the frame's
 *                     rows and steps them anew
 *     pg_KEY__sorted  sorts its rows and drops duplicates first (sorted_spec.h)
 *     pg_KEY__window  finds its frames by itself (register_window.c)
 *
 * SQLite owns the memory of a group's struct group and calls xFinal for every group that began,
 * also when the statement is given up: what the group has is released there and nowhere else.
 */
#include "store/agg_state.h"
#include "store/sorted_spec.h"

#include <stdlib.h>

struct agg_row {
	struct datum *cells;
	uint64_t seq; /* order of arrival */
};

struct group {
	bool failed;
	struct agg_state st;
	/* frame and sorted: the rows as they came */
	struct agg_row *rows;
	int first, nrows, cap;
	int ncells;
	struct arena cells; /* the rows' */
	struct sorted_spec *spec;
};

/* ---- the body's state ---- */

static struct agg_call
make_call(struct binding *b, struct agg_state *s)
{
	struct agg_call a = {.arena = &s->arena, .state = s->state};

	a.call = (struct fcall){&b->conn->scratch,
				b->conn->env->err,
				b->conn->env,
				b->info->proc,
				s->types ? &s->types->types : NULL,
				NULL,
				NULL};
	if (s->site) {
		a.call.cache = &s->site->cache;
		a.call.cache_free = &s->site->cache_free;
	}
	return a;
}

static void
state_begin(const struct agg_ops *ops, struct agg_state *s)
{
	if (!s->state)
		s->state = xcalloc(1, MAX(ops->size, 1));
}

void
agg_state_clear(struct binding *b, struct agg_state *s)
{
	const struct agg_ops *ops = b->info->f->agg;

	if (s->state && ops->release)
		ops->release(s->state);
	free(s->state);
	s->state = NULL;
	arena_release(&s->arena);
}

void
agg_state_release(struct binding *b, struct agg_state *s)
{
	agg_state_clear(b, s);
	typeset_unref(s->types);
	s->types = NULL;
}

static bool
has_null(const struct datum *args, int n)
{
	for (int i = 0; i < n; i++)
		if (args[i].class == DATUM_NULL)
			return true;
	return false;
}

bool
agg_state_types(struct binding *b, struct agg_state *s, const void *key, struct datum **args,
		int *n)
{
	if (!s->site)
		s->site = binding_site(b, key);
	if (!(b->info->f->flags & F_TYPES))
		return true;
	if (*n < 1)
		return false;
	if (!s->types) {
		if (!site_types(b, s->site, *args))
			return false;
		s->types = s->site->types;
		s->types->refs++;
	}
	++*args;
	--*n;
	return true;
}

bool
agg_state_step(struct binding *b, struct agg_state *s, const struct datum *args, int n)
{
	const struct agg_ops *ops = b->info->f->agg;
	struct agg_call a;
	bool ok;

	if (ops->strict && has_null(args, n))
		return true;
	state_begin(ops, s);
	a = make_call(b, s);
	ok = ops->step(&a, args, n);
	arena_clear(&b->conn->scratch);
	return ok;
}

bool
agg_state_inverse(struct binding *b, struct agg_state *s, const struct datum *args, int n)
{
	const struct agg_ops *ops = b->info->f->agg;
	struct agg_call a;
	bool ok;

	if (ops->strict && has_null(args, n))
		return true;
	state_begin(ops, s);
	a = make_call(b, s);
	ok = ops->inverse(&a, args, n);
	arena_clear(&b->conn->scratch);
	return ok;
}

bool
agg_state_give(sqlite3_context *ctx, struct binding *b, struct agg_state *s)
{
	const struct agg_ops *ops = b->info->f->agg;
	struct datum out = datum_null();
	struct agg_call a;
	bool ok;

	state_begin(ops, s);
	a = make_call(b, s);
	ok = ops->final(&a, &out);
	if (ok)
		result_datum(ctx, &out);
	arena_clear(&b->conn->scratch);
	return ok;
}

/* ---- one group ---- */

static void
group_release(struct binding *b, struct group *g)
{
	agg_state_release(b, &g->st);
	free(g->rows);
	free(g->spec);
	arena_release(&g->cells);
	*g = (struct group){0};
}

static void
group_failed(sqlite3_context *ctx, struct binding *b, struct group *g)
{
	g->failed = true;
	result_failed(ctx, b->conn, b->info->name);
}

static bool
give_result(sqlite3_context *ctx, struct binding *b, struct group *g)
{
	if (agg_state_give(ctx, b, &g->st))
		return true;
	group_failed(ctx, b, g);
	return false;
}

static void
read_args(int argc, sqlite3_value **argv, struct datum *args)
{
	for (int i = 0; i < argc; i++)
		value_datum(argv[i], &args[i]);
}

/* ---- pg_KEY ---- */

static void
plain_row(sqlite3_context *ctx, int argc, sqlite3_value **argv, bool inverse)
{
	struct binding *b = sqlite3_user_data(ctx);
	struct group *g = sqlite3_aggregate_context(ctx, sizeof(*g));
	struct datum values[MAX_ARGS], *args = values;

	if (!g) {
		sqlite3_result_error_nomem(ctx);
		return;
	}
	read_args(argc, argv, values);
	if (!agg_state_types(b, &g->st, argc ? argv[0] : NULL, &args, &argc) ||
	    !(inverse ? agg_state_inverse(b, &g->st, args, argc)
		      : agg_state_step(b, &g->st, args, argc)))
		group_failed(ctx, b, g);
}

static void
plain_step(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
	plain_row(ctx, argc, argv, false);
}

static void
plain_inverse(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
	struct binding *b = sqlite3_user_data(ctx);

	if (b->info->f->agg->inverse) {
		plain_row(ctx, argc, argv, true);
		return;
	}
	err_unsupported(b->conn->env->err, -1, "aggregate %s in a moving window frame",
			b->info->f->key);
	result_failed(ctx, b->conn, b->info->name);
}

static void
plain_value(sqlite3_context *ctx)
{
	struct binding *b = sqlite3_user_data(ctx);
	struct group *g = sqlite3_aggregate_context(ctx, sizeof(*g));

	if (!g)
		sqlite3_result_error_nomem(ctx);
	else
		give_result(ctx, b, g);
}

/* A group without rows has no context: it gets a fresh state here. */
static void
plain_final(sqlite3_context *ctx)
{
	struct binding *b = sqlite3_user_data(ctx);
	struct group *g = sqlite3_aggregate_context(ctx, 0), empty = {0};

	if (!g)
		g = &empty;
	if (!g->failed && !err_is_set(b->conn->env->err))
		give_result(ctx, b, g);
	group_release(b, g);
}

/* ---- rows kept ---- */

/* The rows that have left the frame give their memory back. */
static void
drop_left_rows(struct group *g)
{
	struct arena kept = ARENA_INIT;

	memmove(g->rows, g->rows + g->first, sizeof(*g->rows) * (size_t)g->nrows);
	g->first = 0;
	for (int i = 0; i < g->nrows; i++) {
		struct datum *cells =
			arena_alloc(&kept, sizeof(*cells) * (size_t)MAX(g->ncells, 1));

		for (int k = 0; k < g->ncells; k++)
			cells[k] = datum_dup(&kept, &g->rows[i].cells[k]);
		g->rows[i].cells = cells;
	}
	arena_release(&g->cells);
	g->cells = kept;
}

static void
keep_row(struct group *g, const struct datum *args, int n)
{
	struct agg_row *r;

	if (g->first + g->nrows == g->cap) {
		if (g->first > g->nrows) {
			drop_left_rows(g);
		} else {
			g->cap = g->cap ? g->cap * 2 : 16;
			g->rows = xrealloc(g->rows, sizeof(*g->rows) * (size_t)g->cap);
		}
	}
	r = &g->rows[g->first + g->nrows];
	*r = (struct agg_row){arena_alloc(&g->cells, sizeof(*r->cells) * (size_t)MAX(n, 1)),
			      (uint64_t)g->nrows};
	for (int i = 0; i < n; i++)
		r->cells[i] = datum_dup(&g->cells, &args[i]);
	g->ncells = n;
	g->nrows++;
}

/* ---- pg_KEY__frame ---- */

static void
frame_step(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
	struct binding *b = sqlite3_user_data(ctx);
	struct group *g = sqlite3_aggregate_context(ctx, sizeof(*g));
	struct datum values[MAX_ARGS], *args = values;

	if (!g) {
		sqlite3_result_error_nomem(ctx);
		return;
	}
	read_args(argc, argv, values);
	if (agg_state_types(b, &g->st, argc ? argv[0] : NULL, &args, &argc))
		keep_row(g, args, argc);
	else
		group_failed(ctx, b, g);
}

static void
frame_inverse(sqlite3_context *ctx, int argc UNUSED, sqlite3_value **argv UNUSED)
{
	struct group *g = sqlite3_aggregate_context(ctx, sizeof(*g));

	if (!g || g->nrows == 0)
		return;
	g->first++;
	if (--g->nrows == 0) {
		g->first = 0;
		arena_clear(&g->cells);
	}
}

static void
frame_value(sqlite3_context *ctx)
{
	struct binding *b = sqlite3_user_data(ctx);
	struct group *g = sqlite3_aggregate_context(ctx, sizeof(*g));

	if (!g) {
		sqlite3_result_error_nomem(ctx);
		return;
	}
	agg_state_clear(b, &g->st);
	for (int i = 0; i < g->nrows; i++) {
		if (agg_state_step(b, &g->st, g->rows[g->first + i].cells, g->ncells))
			continue;
		group_failed(ctx, b, g);
		return;
	}
	give_result(ctx, b, g);
}

static void
frame_final(sqlite3_context *ctx)
{
	struct binding *b = sqlite3_user_data(ctx);
	struct group *g = sqlite3_aggregate_context(ctx, 0), empty = {0};

	if (!g)
		give_result(ctx, b, g = &empty);
	else if (!g->failed && !err_is_set(b->conn->env->err))
		frame_value(ctx);
	group_release(b, g);
}

/* ---- pg_KEY__sorted ---- */

struct ordering {
	const struct sorted_spec *spec;
	const struct type *keys[SORTED_MAX], *args[SORTED_MAX];
};

int
compare_cells(const struct type *t, const struct datum *a, const struct datum *b, bool desc,
	      bool nulls_first)
{
	int c;

	if (a->class == DATUM_NULL || b->class == DATUM_NULL) {
		if (a->class == b->class)
			return 0;
		return (a->class == DATUM_NULL) == nulls_first ? -1 : 1;
	}
	c = type_compare(t, a, b);
	return desc ? -c : c;
}

static int
compare_args(const struct ordering *o, const struct agg_row *a, const struct agg_row *b)
{
	int c = 0;

	for (int i = 0; i < o->spec->nargs && c == 0; i++)
		c = compare_cells(o->args[i], &a->cells[i], &b->cells[i], false, false);
	return c;
}

static int
compare_rows(const void *x, const void *y, void *arg)
{
	const struct ordering *o = arg;
	const struct agg_row *a = x, *b = y;
	int n = o->spec->nargs, c = 0;

	for (int i = 0; i < o->spec->nkeys && c == 0; i++)
		c = compare_cells(o->keys[i], &a->cells[n + i], &b->cells[n + i], o->spec->desc[i],
				  o->spec->nulls_first[i]);
	if (c == 0 && o->spec->distinct)
		c = compare_args(o, a, b);
	if (c == 0)
		c = a->seq < b->seq ? -1 : a->seq > b->seq;
	return c;
}

const struct type *
spec_type(struct conn *c, oid_t oid)
{
	const struct type *t =
		c->env->snapshot ? snapshot_type(c->env->snapshot, oid) : type_builtin(oid);

	if (!t)
		err_set(c->env->err, ERR_INTERNAL_ERROR, -1, "cache lookup failed for type %u",
			oid);
	return t;
}

static bool
resolve_types(struct conn *c, struct ordering *o)
{
	for (int i = 0; i < o->spec->nkeys; i++)
		if (!(o->keys[i] = spec_type(c, o->spec->keys[i])))
			return false;
	for (int i = 0; o->spec->distinct && i < o->spec->nargs; i++)
		if (!(o->args[i] = spec_type(c, o->spec->args[i])))
			return false;
	return true;
}

static bool
read_spec(struct binding *b, struct group *g, const struct datum *text)
{
	if (g->spec)
		return true;
	g->spec = xmalloc(sizeof(*g->spec));
	if (text->class == DATUM_TEXT && sorted_spec_parse(text->p, text->n, g->spec))
		return true;
	return err_set(b->conn->env->err, ERR_INTERNAL_ERROR, -1,
		       "invalid sort specification of aggregate %s", b->info->name);
}

static void
sorted_step(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
	struct binding *b = sqlite3_user_data(ctx);
	struct group *g = sqlite3_aggregate_context(ctx, sizeof(*g));
	struct datum values[MAX_ARGS], *args = values + 1;
	int n = argc - 1;

	if (!g || argc < 1) {
		sqlite3_result_error_nomem(ctx);
		return;
	}
	read_args(argc, argv, values);
	if (read_spec(b, g, &values[0]) && agg_state_types(b, &g->st, argv[0], &args, &n) &&
	    n == g->spec->nargs + g->spec->nkeys) {
		keep_row(g, args, n);
		return;
	}
	group_failed(ctx, b, g);
}

static bool
step_sorted(struct binding *b, struct group *g)
{
	struct ordering o = {.spec = g->spec};

	if (g->nrows == 0)
		return true;
	if (!resolve_types(b->conn, &o))
		return false;
	qsort_r(g->rows, (size_t)g->nrows, sizeof(*g->rows), compare_rows, &o);
	for (int i = 0; i < g->nrows; i++) {
		if (g->spec->distinct && i > 0 &&
		    compare_args(&o, &g->rows[i - 1], &g->rows[i]) == 0)
			continue;
		if (!agg_state_step(b, &g->st, g->rows[i].cells, g->spec->nargs))
			return false;
	}
	return true;
}

static void
sorted_final(sqlite3_context *ctx)
{
	struct binding *b = sqlite3_user_data(ctx);
	struct group *g = sqlite3_aggregate_context(ctx, 0), empty = {0};

	if (!g)
		g = &empty;
	if (!g->failed && !err_is_set(b->conn->env->err)) {
		if (step_sorted(b, g))
			give_result(ctx, b, g);
		else
			group_failed(ctx, b, g);
	}
	group_release(b, g);
}

/* ---- registration ---- */

bool
register_aggregate(struct conn *c, struct binding *b)
{
	struct arena a = ARENA_INIT;
	const char *name = b->info->name;
	const char *sorted = arena_printf(&a, "%s__sorted", name),
		   *frame = arena_printf(&a, "%s__frame", name);
	int flags = SQLITE_UTF8 | SQLITE_INNOCUOUS;
	bool ok;

	ok = sqlite3_create_window_function(c->sq, name, -1, flags, b, plain_step, plain_final,
					    plain_value, plain_inverse, NULL) == SQLITE_OK &&
	     sqlite3_create_function_v2(c->sq, sorted, -1, flags, b, NULL, sorted_step,
					sorted_final, NULL) == SQLITE_OK;
	if (ok && !b->info->f->agg->inverse)
		ok = sqlite3_create_window_function(c->sq, frame, -1, flags, b, frame_step,
						    frame_final, frame_value, frame_inverse,
						    NULL) == SQLITE_OK;
	arena_release(&a);
	return ok && register_window_aggregate(c, b);
}
