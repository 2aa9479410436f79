/*
 * A domain's CHECKs, those of the domains below it first, are one statement of the ordinary kind,
 *     SELECT CASE WHEN NOT (check) THEN 0 WHEN NOT (check) THEN 1 … END FROM (SELECT $1 AS value)
 * which tells the first that fails; NULL: none. It is compiled once a session and schema, and runs
 * on a connection of its own: the one that the command works on is in the middle of a statement.
 */
#include "session/domain_check.h"

#include <stdlib.h>

#include "session/compile.h"
#include "session/session.h"
#include "store/store.h"
#include "types/domain.h"

enum { MAX_NESTED = 50 /* checks inside checks */ };

/* The compiled checks of one domain. Owner: the session. */
struct domain_check {
	oid_t oid;
	uint64_t version;  /* the snapshot's */
	struct plan *plan; /* NULL: there are none */
	struct vec names;  /* char: the constraints' */
	struct arena arena;
};

static void
check_free(struct domain_check *d)
{
	if (d->plan)
		plan_unref(d->plan);
	arena_release(&d->arena);
	free(d);
}

void
domain_checks_release(struct session *s)
{
	struct map_entry *e;
	size_t it = 0;

	while ((e = map_next(&s->domain_checks, &it)) != NULL)
		check_free(e->value);
	map_release(&s->domain_checks);
	s->domain_checks = (struct map)MAP_INIT;
}

/* ---- compiling ---- */

/* Appends the WHENs of t and of the domains below it; what is below comes first. */
static void
put_checks(struct domain_check *d, const struct type *t, struct buf *b)
{
	if (t->typtype != 'd')
		return;
	if (t->of)
		put_checks(d, t->of, b);
	for (int i = 0; t->domain && i < t->domain->nchecks; i++) {
		const struct domain_constraint *c = &t->domain->checks[i];

		buf_printf(b, " WHEN NOT (%s) THEN %d", c->expr, d->names.n);
		vec_push(&d->arena, &d->names, arena_strdup(&d->arena, c->name));
	}
}

static bool
compile_checks(struct session *s, struct domain_check *d, const struct type *t)
{
	struct buf b = BUF_INIT;
	oid_t param = domain_base(t, NULL)->oid;
	bool ok;

	buf_puts(&b, "SELECT CASE");
	put_checks(d, t, &b);
	buf_puts(&b, " END FROM (SELECT $1 AS value) AS d");
	ok = !d->names.n || compile_text(s, buf_dup(&b, &d->arena), &param, 1, &d->plan);
	buf_release(&b);
	return ok;
}

/* NULL: s->err is set. */
static struct domain_check *
find_check(struct session *s, const struct type *t)
{
	uint64_t version = s->fenv.snapshot ? s->fenv.snapshot->version : 0;
	struct domain_check *d = map_get(&s->domain_checks, (const char *)&t->oid, sizeof(t->oid));

	if (d && d->version == version)
		return d;
	if (d) {
		map_del(&s->domain_checks, (const char *)&t->oid, sizeof(t->oid));
		check_free(d);
	}
	d = xcalloc(1, sizeof(*d));
	d->oid = t->oid;
	d->version = version;
	if (!compile_checks(s, d, t)) {
		check_free(d);
		return NULL;
	}
	map_put(&s->domain_checks, (const char *)&d->oid, sizeof(d->oid), d);
	return d;
}

/* ---- running ---- */

/* *failed: the number of the check that value fails; -1: it passes them all. */
static bool
run_checks(struct session *s, struct conn *c, const struct plan *plan, const struct datum *value,
	   int64_t *failed)
{
	struct arena a = ARENA_INIT;
	struct datum *params = ARENA_ARRAY(&a, struct datum, 1 + plan->computed.n), result;
	struct cursor_spec spec = {.key = plan->id,
				   .sql = plan->sqlite,
				   .params = params,
				   .nparams = 1 + plan->computed.n,
				   .snapshot = plan->snapshot};
	struct cursor *cur = NULL;
	bool ok;

	params[0] = *value;
	*failed = -1;
	ok = (!plan->computed.n || plan_compute(plan, &s->fenv, &a, params, params + 1, &s->err)) &&
	     (cur = cursor_open(c, &spec)) != NULL && cursor_step(cur) == CURSOR_ROW;
	if (ok) {
		cursor_column(cur, 0, &result);
		if (result.class == DATUM_INT)
			*failed = result.i;
	}
	cursor_close(cur);
	arena_release(&a);
	return ok || err_is_set(&s->err) ||
	       err_set(&s->err, ERR_INTERNAL_ERROR, -1, "a domain's check gave no row");
}

static bool
violation(struct session *s, const struct type *t, const char *constraint)
{
	const struct snapshot *snap = s->fenv.snapshot;
	const struct user_type *u = snap ? snapshot_user_type(snap, t->oid) : NULL;
	struct err *err = &s->err;
	const char *name =
		snap ? snapshot_format_type(&err->arena, snap, s->fenv.search_path, t->oid, -1)
		     : t->name;

	if (constraint)
		err_set(err, ERR_CHECK_VIOLATION, -1,
			"value for domain %s violates check constraint \"%s\"", name, constraint);
	else
		err_set(err, ERR_NOT_NULL_VIOLATION, -1, "domain %s does not allow null values",
			name);
	err_object(err, u && u->schema ? u->schema->name : NULL, NULL, NULL, constraint);
	err->datatype = arena_strdup(&err->arena, t->name);
	return false;
}

static bool
check_constraints(struct session *s, const struct type *t, const struct datum *value)
{
	struct domain_check *d = find_check(s, t);
	struct plan *plan;
	struct conn *c;
	int64_t failed = -1;
	bool ok;

	if (!d)
		return false;
	if (!d->plan)
		return true;
	c = conn_borrow(s->db, &s->fenv, &s->err);
	if (!c)
		return false;
	plan = plan_ref(d->plan);
	ok = run_checks(s, c, plan, value, &failed) && !err_is_set(&s->err);
	plan_unref(plan);
	conn_return(c, false);
	if (!ok || failed < 0)
		return ok;
	/* A check inside it may have compiled this one anew. */
	d = find_check(s, t);
	return d && violation(s, t, failed < d->names.n ? d->names.v[failed] : "");
}

static bool
not_null(const struct type *t)
{
	for (; t && t->typtype == 'd'; t = t->of)
		if (t->domain && t->domain->not_null)
			return true;
	return false;
}

static bool
has_checks(const struct type *t)
{
	for (; t && t->typtype == 'd'; t = t->of)
		if (t->domain && t->domain->nchecks)
			return true;
	return false;
}

static bool
check(struct session *s, const struct type *t, const struct datum *value)
{
	bool ok;

	if (value->class == DATUM_NULL && not_null(t))
		return violation(s, t, NULL);
	if (!has_checks(t))
		return true;
	if (is_info_domain(t))
		return info_domain_takes(t, value) || violation(s, t, t->domain->checks[0].name);
	if (s->nested_checks >= MAX_NESTED)
		return err_set(&s->err, ERR_STATEMENT_TOO_COMPLEX, -1,
			       "stack depth limit exceeded");
	s->nested_checks++;
	ok = check_constraints(s, t, value);
	s->nested_checks--;
	return ok;
}

/* The session's own err says what is wrong; a conversion that has another gets a copy. */
static bool
session_domain_check(void *arg, const struct type *t, const struct datum *value, struct err *err)
{
	struct session *s = arg;
	struct err *was = s->fenv.err;
	bool ok;

	s->fenv.err = &s->err;
	ok = check(s, t, value);
	s->fenv.err = was;
	if (ok || err == &s->err)
		return ok;
	err_set(err, s->err.sqlstate, s->err.location, "%s", s->err.message);
	if (s->err.detail)
		err_detail(err, "%s", s->err.detail);
	if (s->err.hint)
		err_hint(err, "%s", s->err.hint);
	err_object(err, s->err.schema, s->err.table, s->err.column, s->err.constraint);
	if (s->err.datatype)
		err->datatype = arena_strdup(&err->arena, s->err.datatype);
	err_clear(&s->err);
	return false;
}

const struct domain_ops session_domain_ops = {session_domain_check};
