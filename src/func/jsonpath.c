/*
 * jsonb_path_exists and kin. A path is parsed once per call site.
 */
#include "func/jsonpath_exec.h"
#include "func/regex.h"
#include "func/tables.h"

#include <stdlib.h>

/* ---- parsed paths ---- */

struct parsed {
	struct arena arena;
	const char *text;
	size_t n;
	struct jsonpath path;
};

static void
free_regexes(const struct jsonpath *path)
{
	for (struct jsonpath_item *i = path->regexes; i; i = i->with_regex)
		regex_free(i->compiled);
}

static void
parsed_free(void *p)
{
	struct parsed *parsed = p;

	free_regexes(&parsed->path);
	arena_release(&parsed->arena);
	free(parsed);
}

/* From the call site's cache, or into it. NULL: err is set. */
static const struct jsonpath *
cached_path(struct fcall *c, const char *s, size_t n)
{
	struct parsed *p = *c->cache;

	if (p && p->n == n && memcmp(p->text, s, n) == 0)
		return &p->path;
	p = xcalloc(1, sizeof(*p));
	p->text = arena_strndup(&p->arena, s, n);
	p->n = n;
	if (!jsonpath_parse(&p->arena, c->err, p->text, n, &p->path)) {
		parsed_free(p);
		return NULL;
	}
	if (*c->cache && *c->cache_free)
		(*c->cache_free)(*c->cache);
	*c->cache = p;
	*c->cache_free = parsed_free;
	return &p->path;
}

/* ---- running ---- */

struct query {
	struct fcall *c;
	const struct datum *args;
	int nargs;
	bool throws, use_tz;
	struct json value, vars;
};

static bool
query_init(struct query *q, struct fcall *c, const struct datum *args, int nargs, bool use_tz)
{
	int64_t silent = nargs < 4;

	*q = (struct query){.c = c, .args = args, .nargs = nargs, .use_tz = use_tz};
	if (!arg_jsonb(c, &args[0], &q->value))
		return false;
	if (nargs > 2 && !arg_jsonb(c, &args[2], &q->vars))
		return false;
	if (nargs > 3 && !arg_int(c, &args[3], &silent))
		return false;
	q->throws = !silent;
	if (nargs > 2 && q->vars.kind != JSON_OBJECT) {
		err_set(c->err, ERR_INVALID_PARAMETER_VALUE, -1,
			"\"vars\" argument is not an object");
		return err_detail(c->err, "Jsonpath parameters should be encoded as key-value "
					  "pairs of \"vars\" object.");
	}
	return true;
}

static enum jsonpath_result
run(struct query *q, const struct jsonpath *path, struct jsonpath_items *found)
{
	bool vars = q->nargs > 2;
	struct jsonpath_items all = {0};
	struct jsonpath_exec x = {
		.c = q->c,
		.lax = !path->strict,
		.throws = q->throws,
		.use_tz = q->use_tz,
		.ignore_structural = !path->strict,
		.root = &q->value,
		.current = &q->value,
		.vars = vars ? &q->vars : NULL,
		.last_id = vars ? 2 : 1,
		.array_size = -1,
	};
	enum jsonpath_result r;

	if (found || !path->strict)
		return jsonpath_item(&x, path->root, &q->value, found);
	r = jsonpath_item(&x, path->root, &q->value, &all);
	return r == JSONPATH_ERROR ? r : all.n ? JSONPATH_OK : JSONPATH_NOT_FOUND;
}

/* found may be NULL, when only *r counts. What is found may lie in the cached path. */
static bool
execute(struct query *q, struct jsonpath_items *found, enum jsonpath_result *r)
{
	struct fcall *c = q->c;
	const struct jsonpath *path;
	struct jsonpath own;
	size_t n;
	const char *s = arg_text(c, &q->args[1], &n);

	if (c->cache && c->cache_free) {
		path = cached_path(c, s, n);
		if (!path)
			return false;
		*r = run(q, path, found);
	} else {
		if (!jsonpath_parse(c->arena, c->err, s, n, &own))
			return false;
		*r = run(q, &own, found);
		free_regexes(&own);
	}
	return !err_is_set(c->err);
}

/* ---- results ---- */

/* Dates and times become strings. */
static struct json
printable(struct fcall *c, const struct json *v)
{
	struct json s = {.kind = JSON_STRING};
	struct buf b = BUF_INIT;

	if (v->kind != JSON_DATETIME)
		return *v;
	jsonpath_datetime_text(v, &b);
	s.p = buf_dup(&b, c->arena);
	s.n = b.len;
	buf_release(&b);
	return s;
}

static bool
exists(struct fcall *c, const struct datum *args, int nargs, bool use_tz, struct datum *out)
{
	struct query q;
	enum jsonpath_result r;

	if (!query_init(&q, c, args, nargs, use_tz) || !execute(&q, NULL, &r))
		return false;
	if (r != JSONPATH_ERROR)
		*out = datum_int(r == JSONPATH_OK);
	return true;
}

static bool
match(struct fcall *c, const struct datum *args, int nargs, bool use_tz, struct datum *out)
{
	struct jsonpath_items found = {0};
	enum jsonpath_result r;
	struct query q;

	if (!query_init(&q, c, args, nargs, use_tz) || !execute(&q, &found, &r))
		return false;
	if (found.n == 1 && found.v[0]->kind == JSON_BOOL) {
		*out = datum_int(found.v[0]->truth);
		return true;
	}
	if ((found.n == 1 && found.v[0]->kind == JSON_NULL) || !q.throws)
		return true;
	return err_set(c->err, ERR_SINGLETON_SQL_JSON_ITEM_REQUIRED, -1,
		       "single boolean result is expected");
}

static bool
query_array(struct fcall *c, const struct datum *args, int nargs, bool use_tz, struct datum *out)
{
	struct jsonpath_items found = {0};
	struct json all = {.kind = JSON_ARRAY};
	enum jsonpath_result r;
	struct query q;

	if (!query_init(&q, c, args, nargs, use_tz) || !execute(&q, &found, &r))
		return false;
	all.count = found.n;
	all.items = ARENA_ARRAY(c->arena, struct json, found.n + 1);
	for (int i = 0; i < found.n; i++)
		all.items[i] = printable(c, found.v[i]);
	return ret_jsonb_tree(c, &all, out);
}

static bool
query_first(struct fcall *c, const struct datum *args, int nargs, bool use_tz, struct datum *out)
{
	struct jsonpath_items found = {0};
	enum jsonpath_result r;
	struct json first;
	struct query q;

	if (!query_init(&q, c, args, nargs, use_tz) || !execute(&q, &found, &r))
		return false;
	if (!found.n)
		return true;
	first = printable(c, found.v[0]);
	return ret_jsonb_tree(c, &first, out);
}

#define BOTH(name, body)                                                                           \
	static bool name(struct fcall *c, const struct datum *args, int nargs, struct datum *out)  \
	{                                                                                          \
		return body(c, args, nargs, false, out);                                           \
	}                                                                                          \
	static bool name##_tz(struct fcall *c, const struct datum *args, int nargs,                \
			      struct datum *out)                                                   \
	{                                                                                          \
		return body(c, args, nargs, true, out);                                            \
	}
BOTH(jsonb_path_exists, exists)
BOTH(jsonb_path_match, match)
BOTH(jsonb_path_query_array, query_array)
BOTH(jsonb_path_query_first, query_first)

/* ---- rows ---- */

struct rows {
	struct query q;
	struct jsonpath_items found;
	int at;
};

/* Literals lie in the path, which the cache may drop before all rows are read. */
static const struct json *
keep(struct arena *a, const struct json *v)
{
	struct json *copy;

	if (v->kind != JSON_STRING && v->kind != JSON_NUMBER)
		return v;
	copy = arena_memdup(a, v, sizeof(*v));
	copy->p = arena_strndup(a, v->p ? v->p : "", v->n);
	return copy;
}

static bool
rows_open(struct fcall *c, const struct datum *args, int nargs, bool use_tz, void **state)
{
	struct rows *s = ARENA_NEW(c->arena, struct rows);
	enum jsonpath_result r;

	*state = s;
	if (!query_init(&s->q, c, args, nargs, use_tz) || !execute(&s->q, &s->found, &r))
		return false;
	for (int i = 0; i < s->found.n; i++)
		s->found.v[i] = keep(c->arena, s->found.v[i]);
	return true;
}

static bool
query_open(struct fcall *c, const struct datum *args, int nargs, void **state)
{
	return rows_open(c, args, nargs, false, state);
}

static bool
query_tz_open(struct fcall *c, const struct datum *args, int nargs, void **state)
{
	return rows_open(c, args, nargs, true, state);
}

static int
rows_next(struct fcall *c, void *state, struct datum *cols)
{
	struct rows *s = state;
	struct json v;

	if (s->at == s->found.n)
		return 0;
	v = printable(c, s->found.v[s->at++]);
	return ret_jsonb_tree(c, &v, cols) ? 1 : -1;
}

/* The state lies in the call's arena. */
static void
rows_close(void *state UNUSED)
{
}

static const struct srf_ops query_ops = {query_open, rows_next, rows_close, 1};
static const struct srf_ops query_tz_ops = {query_tz_open, rows_next, rows_close, 1};

const struct func func_jsonpath[] = {
	FUNC("jsonb_path_exists", jsonb_path_exists),
	FUNC("jsonb_path_exists_opr", jsonb_path_exists),
	FUNC("jsonb_path_match", jsonb_path_match),
	FUNC("jsonb_path_match_opr", jsonb_path_match),
	FUNC("jsonb_path_query_array", jsonb_path_query_array),
	FUNC("jsonb_path_query_first", jsonb_path_query_first),
	FUNC_SRF("jsonb_path_query", &query_ops),
	FUNC_S("jsonb_path_exists_tz", jsonb_path_exists_tz),
	FUNC_S("jsonb_path_match_tz", jsonb_path_match_tz),
	FUNC_S("jsonb_path_query_array_tz", jsonb_path_query_array_tz),
	FUNC_S("jsonb_path_query_first_tz", jsonb_path_query_first_tz),
	{"jsonb_path_query_tz", NULL, NULL, &query_tz_ops, NULL, F_SESSION},
	FUNC_END,
};
