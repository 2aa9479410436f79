/*
 * analyze_dml: UPDATE, DELETE, and what they share with INSERT: the target table, column defaults,
 * SET lists, RETURNING.
 */
#include "sql/analyze_expr.h"
#include "sql/analyze_int.h"
#include "types/domain.h"

/* ---- target ---- */

static bool
target_kind_ok(struct analyzer *as, const struct relation *rel, int location)
{
	if (rel->builtin && rel->kind != 'v')
		return err_set(as->env->err, ERR_INSUFFICIENT_PRIVILEGE, location,
			       "permission denied: \"%s\" is a system catalog", rel->name);
	switch (rel->kind) {
	case 'r':
		return true;
	case 'v':
		return true;
	case 'm':
		return err_set(as->env->err, ERR_WRONG_OBJECT_TYPE, location,
			       "cannot change materialized view \"%s\"", rel->name);
	case 'S':
		return err_set(as->env->err, ERR_WRONG_OBJECT_TYPE, location,
			       "cannot change sequence \"%s\"", rel->name);
	case 'i':
		return err_set(as->env->err, ERR_WRONG_OBJECT_TYPE, location, "\"%s\" is an index",
			       rel->name);
	default:
		return err_set(as->env->err, ERR_WRONG_OBJECT_TYPE, location,
			       "\"%s\" is a composite type", rel->name);
	}
}

static bool
names_a_cte(struct analyzer *as, const PgQuery__RangeVar *rv)
{
	if (rv->schemaname && *rv->schemaname)
		return false;
	for (struct scope *s = as->scope; s; s = s->outer)
		for (int i = 0; i < s->ctes.n; i++)
			if (strcmp(VEC_AT(struct cte, &s->ctes, i)->name, rv->relname) == 0)
				return true;
	return false;
}

struct rte *
analyze_dml_target(struct analyzer *as, const PgQuery__RangeVar *rv, struct query *q)
{
	const struct relation *rel;
	struct rte *rte;

	if (names_a_cte(as, rv)) {
		err_set(as->env->err, ERR_FEATURE_NOT_SUPPORTED, rv->location,
			"relation \"%s\" cannot be the target of a modifying statement",
			rv->relname);
		return NULL;
	}
	rel = find_relation(as, rv, false);
	if (!rel || !target_kind_ok(as, rel, rv->location))
		return NULL;
	rte = rel->kind == 'v' ? rte_for_written_view(as, rel, rv->alias, rv->location)
			       : rte_for_relation(as, rel, rv->alias, rv->location);
	if (!rte ||
	    (rel->kind == 'v' && rte->rel != rel && !target_kind_ok(as, rte->rel, rv->location)))
		return NULL;
	rte->level = q;
	q->target = rte;
	return rte;
}

const struct column *
target_column(struct analyzer *as, const struct relation *rel, const char *name, int location)
{
	const struct rte *target = as->scope->query->target;
	const struct relation *written = target && target->written ? written_relation(target) : rel;
	const struct column *col = relation_column(written, name);

	if (col)
		return target ? written_column(target, col) : col;
	if (system_column(name)) {
		err_set(as->env->err, ERR_FEATURE_NOT_SUPPORTED, location,
			"cannot assign to system column \"%s\"", name);
		return NULL;
	}
	err_set(as->env->err, ERR_UNDEFINED_COLUMN, location,
		"column \"%s\" of relation \"%s\" does not exist", name, written->name);
	return NULL;
}

/* ---- defaults ---- */

struct expr *
typed_null(struct analyzer *as, oid_t type, int32_t typmod)
{
	return expr_const(as, type, typmod, datum_null(), -1);
}

/* nextval of the sequence that an identity column owns; NULL without error: it has none. */
static struct expr *
identity_nextval(struct analyzer *as, const struct relation *rel, const struct column *col)
{
	const struct vec *rels = &as->env->snapshot->relations;

	for (int i = 0; i < rels->n; i++) {
		const struct relation *s = rels->v[i];
		struct expr *arg;

		if (s->kind != 'S' || !s->sequence || s->sequence->owner_rel != rel->oid ||
		    s->sequence->owner_col != col->attnum)
			continue;
		arg = expr_const(as, T_REGCLASS, -1, datum_int(s->oid), -1);
		return make_func(as, "nextval", &arg, 1, -1);
	}
	return NULL;
}

/* What a default names without a schema is first of all in its table's. */
static const char *const *
default_path(struct analyzer *as, const struct relation *rel)
{
	int n = 0;
	const char **path;

	while (as->env->search_path[n])
		n++;
	path = ARENA_ARRAY(as->arena, const char *, n + 2);
	path[0] = rel->schema->name;
	memcpy(path + 1, as->env->search_path, sizeof(*path) * (size_t)(n + 1));
	return path;
}

/* The default's text is analyzed where nothing of the statement is visible. */
static struct expr *
default_from_text(struct analyzer *as, const char *text, const struct relation *rel)
{
	const char *const *path = as->env->search_path, *const *fpath = as->env->fenv->search_path;
	struct scope *scope = as->scope;
	const char *source = as->source;
	const PgQuery__Node *node;
	struct expr *e = NULL;

	if (!parse_expr(as->arena, text, &node, as->env->err))
		return NULL;
	as->scope = NULL;
	as->source = text;
	as->env->search_path = as->env->fenv->search_path = default_path(as, rel);
	e = analyze_expr(as, node, PLACE_DEFAULT);
	as->env->search_path = path;
	as->env->fenv->search_path = fpath;
	as->scope = scope;
	as->source = source;
	return e;
}

/* No value at all: the domain of the column may object. */
static struct expr *
null_for_column(struct analyzer *as, const struct column *col)
{
	int32_t typmod = col->typmod;
	oid_t base = base_type(as, col->type->oid, &typmod);

	return coerce_to_domain(as, typed_null(as, base, typmod), col->type->oid, COERCE_IMPLICIT,
				-1);
}

struct expr *
column_default(struct analyzer *as, const struct relation *rel, const struct column *col)
{
	struct expr *e = NULL;

	if (col->identity)
		e = identity_nextval(as, rel, col);
	if (!e && col->default_expr && !col->generated)
		e = default_from_text(as, col->default_expr, rel);
	if (!e && !err_is_set(as->env->err) && !col->generated && col->type->domain &&
	    col->type->domain->default_expr)
		e = default_from_text(as, col->type->domain->default_expr, rel);
	if (err_is_set(as->env->err))
		return NULL;
	if (!e)
		return null_for_column(as, col);
	if (expr_is_volatile(e))
		as->writes = true;
	return coerce_for_column(as, col, e, -1);
}

/* ---- SET ---- */

static bool
only_default_error(struct analyzer *as, const struct column *col, int location)
{
	err_set(as->env->err, ERR_GENERATED_ALWAYS, location,
		"column \"%s\" can only be updated to DEFAULT", col->name);
	if (col->generated)
		return err_detail(as->env->err, "Column \"%s\" is a generated column.", col->name);
	return err_detail(as->env->err,
			  "Column \"%s\" is an identity column defined as GENERATED ALWAYS.",
			  col->name);
}

/* Leaves result column i as the only one. */
static void
query_keep_col(struct analyzer *as, struct query *q, int i)
{
	struct target *keep;

	if (q->setop || q->values || q->distinct || q->distinct_on.n)
		query_wrap(as, q);
	keep = query_col(q, i);
	for (int k = 0; k < q->targets.n; k++)
		if (q->targets.v[k] != keep)
			VEC_AT(struct target, &q->targets, k)->junk = true;
}

static struct expr *
multi_from_sublink(struct analyzer *as, const PgQuery__SubLink *s, const PgQuery__MultiAssignRef *m)
{
	struct query *sub;
	struct expr *e;

	if (s->sub_link_type != PG_QUERY__SUB_LINK_TYPE__EXPR_SUBLINK)
		return NULL;
	as->scope->place = PLACE_UPDATE_SOURCE;
	sub = analyze_subquery(as, s->subselect);
	if (!sub)
		return NULL;
	if (query_ncols(sub) != m->ncolumns) {
		err_set(as->env->err, ERR_SYNTAX_ERROR, s->location,
			"number of columns does not match number of values");
		return NULL;
	}
	query_keep_col(as, sub, m->colno - 1);
	e = expr_new(as, EX_SUBLINK, query_col(sub, 0)->expr->type, s->location);
	e->typmod = query_col(sub, 0)->expr->typmod;
	e->sublink.kind = SUBLINK_EXPR;
	e->sublink.query = sub;
	as->scope->query->has_sublinks = true;
	return e;
}

/* (a, b) = source: the part for one column; *node gets a raw node when there is one. */
static struct expr *
multi_source(struct analyzer *as, const PgQuery__MultiAssignRef *m, const PgQuery__Node **node)
{
	const PgQuery__Node *src = m->source;
	struct expr *e;

	if (src->node_case == PG_QUERY__NODE__NODE_ROW_EXPR) {
		if (src->row_expr->n_args != (size_t)m->ncolumns) {
			err_set(as->env->err, ERR_SYNTAX_ERROR, src->row_expr->location,
				"number of columns does not match number of values");
			return NULL;
		}
		*node = src->row_expr->args[m->colno - 1];
		return NULL;
	}
	e = src->node_case == PG_QUERY__NODE__NODE_SUB_LINK
		    ? multi_from_sublink(as, src->sub_link, m)
		    : NULL;
	if (!e && !err_is_set(as->env->err))
		err_set(as->env->err, ERR_FEATURE_NOT_SUPPORTED, -1,
			"source for a multiple-column UPDATE item must be a sub-SELECT or ROW() "
			"expression");
	return e;
}

/* The value that the parts of a column assigned so far make of it; at first what it is in the row.
 */
static struct expr *
value_so_far(struct analyzer *as, const struct target *prior, const struct column *col,
	     struct rte *rte, int location)
{
	struct expr *e;

	if (prior)
		return prior->expr->kind == EX_COERCE_DOMAIN ? prior->expr->unary.arg : prior->expr;
	e = rte_attnum(as, rte, col->attnum);
	e->location = location;
	return e;
}

/* The value for rt's column; prior: the assignment to other parts of it, or NULL. */
static struct expr *
set_value(struct analyzer *as, const PgQuery__ResTarget *rt, const struct column *col,
	  const struct target *prior)
{
	const PgQuery__Node *node = rt->val;
	struct expr *e = NULL;
	struct rte *rte = as->scope->query->target;
	bool restricted = col->generated || col->identity == 'a';

	if (node->node_case == PG_QUERY__NODE__NODE_MULTI_ASSIGN_REF)
		e = multi_source(as, rt->val->multi_assign_ref, &node);
	if (err_is_set(as->env->err))
		return NULL;
	if (!e && node->node_case == PG_QUERY__NODE__NODE_SET_TO_DEFAULT)
		return rt->n_indirection ? part_default_error(as, rt)
					 : updated_default(as, rte, col);
	if (!e)
		e = analyze_expr(as, node, PLACE_UPDATE_SOURCE);
	if (!e)
		return NULL;
	if (restricted) {
		only_default_error(as, col, -1);
		return NULL;
	}
	if (rt->n_indirection)
		return assign_part(as, col, value_so_far(as, prior, col, rte, rt->location), rt, e,
				   PLACE_UPDATE_TARGET);
	return coerce_for_column(as, col, e, expr_location(e));
}

static bool
is_part(const struct expr *e)
{
	return e->kind == EX_ASSIGN ||
	       (e->kind == EX_COERCE_DOMAIN && e->unary.arg->kind == EX_ASSIGN);
}

static struct target *
assigned(const struct vec *list, const struct column *col)
{
	for (int i = 0; i < list->n; i++)
		if (VEC_AT(struct target, list, i)->column == col)
			return list->v[i];
	return NULL;
}

bool
analyze_set_list(struct analyzer *as, PgQuery__Node *const *list, size_t n,
		 const struct relation *rel, struct vec *out)
{
	for (size_t i = 0; i < n; i++) {
		const PgQuery__ResTarget *rt = list[i]->res_target;
		const struct column *col = target_column(as, rel, rt->name, rt->location);
		struct target *prior;
		struct expr *e;

		if (!col)
			return false;
		prior = assigned(out, col);
		if (prior && (!rt->n_indirection || !is_part(prior->expr)))
			return err_set(as->env->err, ERR_SYNTAX_ERROR, -1,
				       "multiple assignments to same column \"%s\"", col->name);
		e = set_value(as, rt, col, prior);
		if (!e)
			return false;
		if (prior)
			prior->expr = e;
		else if (!col->generated) /* SET generated = DEFAULT says nothing */
			target_new(as, out, e, col->name)->column = col;
	}
	return true;
}

/* ---- RETURNING ---- */

bool
analyze_returning(struct analyzer *as, PgQuery__Node *const *list, size_t n, struct query *q)
{
	if (!analyze_target_list(as, list, n, PLACE_RETURNING, &q->returning))
		return false;
	for (int i = 0; i < q->returning.n; i++) {
		struct target *t = q->returning.v[i];

		t->expr = resolve_unknown(as, t->expr);
		if (!t->expr)
			return false;
		target_mark_origin(t);
	}
	return true;
}

/* ---- UPDATE, DELETE ---- */

static bool
dml_where(struct analyzer *as, const PgQuery__Node *where, struct query *q)
{
	if (!where)
		return true;
	if (where->node_case == PG_QUERY__NODE__NODE_CURRENT_OF_EXPR)
		return err_unsupported(as->env->err, -1, "WHERE CURRENT OF");
	q->where = analyze_where(as, where, PLACE_WHERE, "WHERE");
	return q->where != NULL;
}

static bool
update_body(struct analyzer *as, const PgQuery__UpdateStmt *s, struct query *q)
{
	struct rte *rte;

	if (s->with_clause && !analyze_with(as, s->with_clause, q))
		return false;
	rte = analyze_dml_target(as, s->relation, q);
	if (!rte)
		return false;
	scope_add(as, rte, true, true);
	return !err_is_set(as->env->err) && analyze_from(as, s->from_clause, s->n_from_clause, q) &&
	       dml_where(as, s->where_clause, q) &&
	       analyze_returning(as, s->returning_list, s->n_returning_list, q) &&
	       analyze_set_list(as, s->target_list, s->n_target_list, rte->rel, &q->targets) &&
	       finish_written_view(as, q);
}

struct query *
analyze_update(struct analyzer *as, const PgQuery__UpdateStmt *s)
{
	struct query *q = query_new(as, CMD_UPDATE);
	bool ok;

	as->writes = true;
	scope_push(as, q);
	ok = update_body(as, s, q);
	scope_pop(as);
	return ok ? q : NULL;
}

static bool
delete_body(struct analyzer *as, const PgQuery__DeleteStmt *s, struct query *q)
{
	struct rte *rte;

	if (s->with_clause && !analyze_with(as, s->with_clause, q))
		return false;
	rte = analyze_dml_target(as, s->relation, q);
	if (!rte)
		return false;
	scope_add(as, rte, true, true);
	return !err_is_set(as->env->err) &&
	       analyze_from(as, s->using_clause, s->n_using_clause, q) &&
	       dml_where(as, s->where_clause, q) &&
	       analyze_returning(as, s->returning_list, s->n_returning_list, q) &&
	       finish_written_view(as, q);
}

struct query *
analyze_delete(struct analyzer *as, const PgQuery__DeleteStmt *s)
{
	struct query *q = query_new(as, CMD_DELETE);
	bool ok;

	as->writes = true;
	scope_push(as, q);
	ok = delete_body(as, s, q);
	scope_pop(as);
	return ok ? q : NULL;
}
