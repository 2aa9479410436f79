/*
 * Aggregates as SQLite's window functions, in up to three forms:
 *     pg_KEY          plain, and in window frames whose start stays or whose body has an inverse
 *     pg_KEY__frame   for bodies without an inverse, in frames whose start moves: keeps the frame's
 * rows and steps them anew pg_KEY__sorted  sorts its rows and drops duplicates first
 * (sorted_spec.h)
 *
 * SQLite owns the memory of a group's struct group and calls xFinal for every group that began,
 * also when the statement is given up: what the group has is released there and nowhere else.
 */
#include "store/private.h"
#include "store/sorted_spec.h"

#include <stdlib.h>

struct agg_row {
	struct datum *cells;
	uint64_t seq; /* order of arrival */
};

struct group {
	bool begun, failed;
	void *state;           /* the body's; malloc'ed */
	struct arena arena;    /* the body's, for the group's life */
	struct typeset *types; /* a reference, or NULL */
	struct site *site;     /* where the call's cache is */
	/* frame and sorted: the rows as they came */
	struct agg_row *rows;
	int first, nrows, cap;
	int ncells;
	struct arena cells; /* sorted: the rows' cells; frame: each row is malloc'ed by itself */
	struct sorted_spec *spec;
};

/* ---- one group's state ---- */

static struct agg_call
make_call(struct binding *b, struct group *g)
{
	struct agg_call a = {.arena = &g->arena, .state = g->state};

	a.call = (struct fcall){&b->conn->scratch,
				b->conn->env->err,
				b->conn->env,
				b->info->proc,
				g->types ? &g->types->types : NULL,
				NULL,
				NULL};
	if (g->site) {
		a.call.cache = &g->site->cache;
		a.call.cache_free = &g->site->cache_free;
	}
	return a;
}

static void
state_begin(const struct agg_ops *ops, struct group *g)
{
	if (!g->state)
		g->state = xcalloc(1, MAX(ops->size, 1));
}

static void
state_end(const struct agg_ops *ops, struct group *g)
{
	if (g->state && ops->release)
		ops->release(g->state);
	free(g->state);
	g->state = NULL;
	arena_release(&g->arena);
}

static void
group_release(const struct agg_ops *ops, struct group *g)
{
	state_end(ops, g);
	typeset_unref(g->types);
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
has_null(const struct datum *args, int n)
{
	for (int i = 0; i < n; i++)
		if (args[i].class == DATUM_NULL)
			return true;
	return false;
}

/* Takes the types' text off the front of the arguments. */
static bool
take_types(struct binding *b, struct group *g, const void *key, struct datum **args, int *n)
{
	if (!g->site)
		g->site = binding_site(b, key);
	if (!(b->info->f->flags & F_TYPES))
		return true;
	if (*n < 1)
		return false;
	if (!g->types) {
		if (!site_types(b, g->site, *args))
			return false;
		g->types = g->site->types;
		g->types->refs++;
	}
	++*args;
	--*n;
	return true;
}

static bool
step_row(struct binding *b, struct group *g, const struct datum *args, int n)
{
	const struct agg_ops *ops = b->info->f->agg;
	struct agg_call a;
	bool ok;

	if (ops->strict && has_null(args, n))
		return true;
	state_begin(ops, g);
	a = make_call(b, g);
	ok = ops->step(&a, args, n);
	arena_clear(&b->conn->scratch);
	return ok;
}

static bool
give_result(sqlite3_context *ctx, struct binding *b, struct group *g)
{
	const struct agg_ops *ops = b->info->f->agg;
	struct datum out = datum_null();
	struct agg_call a;
	bool ok;

	state_begin(ops, g);
	a = make_call(b, g);
	ok = ops->final(&a, &out);
	if (ok)
		result_datum(ctx, &out);
	else
		group_failed(ctx, b, g);
	arena_clear(&b->conn->scratch);
	return ok;
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
	const struct agg_ops *ops = b->info->f->agg;
	struct group *g = sqlite3_aggregate_context(ctx, sizeof(*g));
	struct datum values[MAX_ARGS], *args = values;
	struct agg_call a;
	bool ok;

	if (!g) {
		sqlite3_result_error_nomem(ctx);
		return;
	}
	g->begun = true;
	read_args(argc, argv, values);
	ok = take_types(b, g, argc ? argv[0] : NULL, &args, &argc);
	if (ok && !inverse) {
		ok = step_row(b, g, args, argc);
	} else if (ok && !(ops->strict && has_null(args, argc))) {
		state_begin(ops, g);
		a = make_call(b, g);
		ok = ops->inverse(&a, args, argc);
		arena_clear(&b->conn->scratch);
	}
	if (!ok)
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
	group_release(b->info->f->agg, g);
}

/* ---- rows kept ---- */

static struct agg_row *
keep_row(struct group *g, const struct datum *args, int n)
{
	struct agg_row *r;

	if (g->first + g->nrows == g->cap) {
		if (g->first > g->nrows) {
			memmove(g->rows, g->rows + g->first, sizeof(*g->rows) * (size_t)g->nrows);
			g->first = 0;
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
	return r;
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
	if (take_types(b, g, argc ? argv[0] : NULL, &args, &argc))
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
	state_end(b->info->f->agg, g);
	for (int i = 0; i < g->nrows; i++) {
		if (step_row(b, g, g->rows[g->first + i].cells, g->ncells))
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
	group_release(b->info->f->agg, g);
}

/* ---- pg_KEY__sorted ---- */

struct ordering {
	const struct sorted_spec *spec;
	const struct type *keys[SORTED_MAX], *args[SORTED_MAX];
};

static int
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

static const struct type *
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
	if (read_spec(b, g, &values[0]) && take_types(b, g, argv[0], &args, &n) &&
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
		if (!step_row(b, g, g->rows[i].cells, g->spec->nargs))
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
	group_release(b->info->f->agg, g);
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
	return ok;
}
