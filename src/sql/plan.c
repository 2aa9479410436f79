/*
 * plan: the way from one parsed statement to what the session runs, and the entry points of ddl/.
 */
#include "base/deep_stack.h"
#include "sql/analyze_expr.h"
#include "sql/emit.h"
#include "sql/fold.h"

#include <stdlib.h>

static _Atomic uint64_t next_plan_id;

/* ---- the object ---- */

struct plan *
plan_ref(struct plan *p)
{
	p->refs++;
	return p;
}

void
plan_unref(struct plan *p)
{
	struct arena a;

	if (!p || --p->refs > 0)
		return;
	if (p->snapshot)
		snapshot_unref((struct snapshot *)(uintptr_t)p->snapshot);
	a = p->arena;
	free(p);
	arena_release(&a);
}

static uint64_t
next_id(void)
{
	return ++next_plan_id;
}

static struct plan *
plan_new(struct compile_env *env)
{
	struct plan *p = xcalloc(1, sizeof(*p));

	p->refs = 1;
	p->id = next_id();
	arena_init(&p->arena);
	p->snapshot =
		env->snapshot ? snapshot_ref((struct snapshot *)(uintptr_t)env->snapshot) : NULL;
	return p;
}

static void *
arena_alloc_cb(void *arg, size_t n)
{
	return arena_alloc(arg, n);
}

static void
arena_free_cb(void *arg UNUSED, void *p UNUSED)
{
}

/* The parse tree's arena ends before the plan does. */
static const PgQuery__Node *
node_copy(struct arena *a, const PgQuery__Node *node)
{
	ProtobufCAllocator alloc = {arena_alloc_cb, arena_free_cb, a};
	size_t n = pg_query__node__get_packed_size(node);
	uint8_t *bytes = xmalloc(n + 1);
	PgQuery__Node *copy;

	pg_query__node__pack(node, bytes);
	copy = pg_query__node__unpack(&alloc, n, bytes);
	free(bytes);
	return copy;
}

/* ---- description ---- */

static bool
describe_columns(struct analyzer *as, const struct vec *targets, const struct plan_column **cols,
		 int *ncols)
{
	struct plan_column *out = ARENA_ARRAY(as->arena, struct plan_column, targets->n + 1);
	int n = 0;

	for (int i = 0; i < targets->n; i++) {
		const struct target *t = targets->v[i];

		if (t->junk)
			continue;
		out[n].name = t->name ? t->name : "?column?";
		out[n].type = type_of(as, t->expr->type);
		out[n].typmod = t->expr->typmod;
		if (t->origin) {
			out[n].table_oid = t->origin->oid;
			out[n].attnum = t->origin_col ? t->origin_col->attnum : 0;
		}
		if (!out[n++].type)
			return false;
	}
	*cols = out;
	*ncols = n;
	return true;
}

static bool
describe_params(struct analyzer *as, struct plan *p)
{
	if (!params_check(as))
		return false;
	p->nparams = as->nparams;
	p->params = (const struct type **)ARENA_ARRAY(as->arena, struct type *, as->nparams + 1);
	for (int i = 0; i < as->nparams; i++) {
		p->params[i] = type_of(as, as->params[i]);
		if (!p->params[i])
			return false;
	}
	return true;
}

/* ---- compiling ---- */

void
analyzer_init(struct analyzer *as, struct compile_env *env, struct arena *a, const char *source)
{
	*as = (struct analyzer){
		.env = env, .arena = a, .source = source, .max_depth = ANALYZE_MAX_DEPTH};
}

static void
set_params(struct analyzer *as, const oid_t *params, int nparams, bool variadic)
{
	as->params = ARENA_ARRAY(as->arena, oid_t, nparams + 8);
	if (nparams)
		memcpy(as->params, params, sizeof(oid_t) * (size_t)nparams);
	as->nparams = nparams;
	as->max_params = nparams + 8;
	as->variadic_params = variadic;
}

/* A prepared statement may be older than the end of a type that its parameters had. */
static bool
params_exist(struct analyzer *as)
{
	for (int i = 0; i < as->nparams; i++)
		if (as->params[i] && !type_of(as, as->params[i]))
			return err_set(as->env->err, ERR_INTERNAL_ERROR, -1,
				       "cache lookup failed for type %u", as->params[i]);
	return true;
}

static const char *
command_tag(enum query_cmd cmd)
{
	switch (cmd) {
	case CMD_INSERT:
		return "INSERT";
	case CMD_UPDATE:
		return "UPDATE";
	case CMD_DELETE:
		return "DELETE";
	case CMD_MERGE:
		return "MERGE";
	default:
		return "SELECT";
	}
}

static bool
emit_plan(struct analyzer *as, struct plan *p, struct query *q)
{
	struct buf out = BUF_INIT;
	bool ok = fold_query(as, q, p->nparams + 1, &p->computed) && lower_query(as, q);

	if (ok && query_modifies_in_with(q))
		return emit_with_steps(as, q, p, next_id);
	ok = ok && emit_query(as, q, &out) && !err_is_set(as->env->err);
	if (ok)
		p->sqlite = buf_dup(&out, &p->arena);
	buf_release(&out);
	return ok;
}

static const char *
first_table(const struct query *q)
{
	const struct from_item *f = q->from.n ? q->from.v[0] : NULL;

	while (f && f->kind == FROM_JOIN)
		f = f->left;
	return f && f->rte->rel ? f->rte->rel->name : "";
}

/* An analyzed query becomes p. */
static bool
finish_query(struct analyzer *as, struct plan *p, struct query *q)
{
	if (!q || err_is_set(as->env->err) || !describe_params(as, p))
		return false;
	p->kind = PLAN_QUERY;
	p->cmd = q->cmd;
	p->tag = command_tag(q->cmd);
	if (q->locking)
		p->locking = arena_printf(as->arena, "SELECT %s", q->locking);
	if (q->lock_wait == 'n')
		p->nowait = first_table(q);
	p->upsert = emit_upsert_once(q);
	p->target = q->target ? q->target->rel : NULL;
	if (!describe_columns(as, q->cmd == CMD_SELECT ? &q->targets : &q->returning, &p->cols,
			      &p->ncols))
		return false;
	if (!emit_plan(as, p, q))
		return false;
	p->writes = as->writes;
	p->session_literals = as->session_literals;
	return true;
}

static bool
compile_query(struct analyzer *as, struct plan *p, const PgQuery__Node *node)
{
	return finish_query(as, p, analyze_query(as, node));
}

static bool
is_query(const PgQuery__Node *node)
{
	switch (node->node_case) {
	case PG_QUERY__NODE__NODE_SELECT_STMT:
	case PG_QUERY__NODE__NODE_INSERT_STMT:
	case PG_QUERY__NODE__NODE_UPDATE_STMT:
	case PG_QUERY__NODE__NODE_DELETE_STMT:
	case PG_QUERY__NODE__NODE_MERGE_STMT:
		return true;
	default:
		return false;
	}
}

static bool
select_into(const PgQuery__Node *node)
{
	const PgQuery__SelectStmt *s;

	if (node->node_case != PG_QUERY__NODE__NODE_SELECT_STMT)
		return false;
	for (s = node->select_stmt; s->larg; s = s->larg)
		;
	return s->into_clause != NULL;
}

/* SELECT ... INTO is CREATE TABLE AS in another order. */
static const PgQuery__Node *
create_table_as(struct arena *a, const PgQuery__Node *select)
{
	PgQuery__CreateTableAsStmt *ctas = ARENA_NEW(a, PgQuery__CreateTableAsStmt);
	PgQuery__Node *node = ARENA_NEW(a, PgQuery__Node);
	PgQuery__SelectStmt *s;

	pg_query__create_table_as_stmt__init(ctas);
	pg_query__node__init(node);
	ctas->query = (PgQuery__Node *)node_copy(a, select);
	for (s = ctas->query->select_stmt; s->larg; s = s->larg)
		;
	ctas->into = s->into_clause;
	s->into_clause = NULL;
	ctas->objtype = PG_QUERY__OBJECT_TYPE__OBJECT_TABLE;
	ctas->is_select_into = true;
	node->node_case = PG_QUERY__NODE__NODE_CREATE_TABLE_AS_STMT;
	node->create_table_as_stmt = ctas;
	return node;
}

enum { MAX_UTILITY_DEPTH = 4800 /* messages; to copy one takes about 1 kB */ };

static int
tree_depth(const ProtobufCMessage *m)
{
	int deepest = 0;

	for (unsigned i = 0; i < m->descriptor->n_fields; i++) {
		const ProtobufCFieldDescriptor *f = &m->descriptor->fields[i];
		const char *at = (const char *)m + f->offset;
		bool oneof = f->flags & PROTOBUF_C_FIELD_FLAG_ONEOF;
		bool list = f->label == PROTOBUF_C_LABEL_REPEATED;
		size_t n = list ? *(const size_t *)((const char *)m + f->quantifier_offset) : 1;

		if (f->type != PROTOBUF_C_TYPE_MESSAGE ||
		    (oneof && *(const uint32_t *)((const char *)m + f->quantifier_offset) != f->id))
			continue;
		for (size_t k = 0; k < n; k++) {
			const ProtobufCMessage *sub = list ? (*(ProtobufCMessage *const *const *)at)[k]
							   : *(ProtobufCMessage *const *)at;
			int depth = sub ? tree_depth(sub) : 0;

			deepest = MAX(deepest, depth);
		}
	}
	return deepest + 1;
}

/* Commands walk their trees on a worker's stack. */
static bool
check_utility_depth(struct analyzer *as, const struct raw_stmt *stmt)
{
	if (!stmt->deep || tree_depth(&stmt->node->base) <= MAX_UTILITY_DEPTH)
		return true;
	as->depth = as->max_depth;
	return analyze_enter(as);
}

static bool
compile_statement(struct analyzer *as, struct plan *p, const struct raw_stmt *stmt)
{
	if (!stmt->node || stmt->node->node_case == PG_QUERY__NODE__NODE__NOT_SET) {
		p->kind = PLAN_EMPTY;
		return true;
	}
	if ((!is_query(stmt->node) || select_into(stmt->node)) && !check_utility_depth(as, stmt))
		return false;
	if (select_into(stmt->node)) {
		p->kind = PLAN_UTILITY;
		p->node = create_table_as(&p->arena, stmt->node);
		return describe_params(as, p);
	}
	if (is_query(stmt->node))
		return compile_query(as, p, stmt->node);
	p->kind = PLAN_UTILITY;
	p->node = node_copy(&p->arena, stmt->node);
	return describe_params(as, p);
}

struct compile_job {
	struct analyzer *as;
	struct plan *p;
	const struct raw_stmt *stmt;
	bool ok;
};

static void
compile_run(void *arg)
{
	struct compile_job *j = arg;

	j->ok = compile_statement(j->as, j->p, j->stmt);
}

static bool
compile_deep(struct analyzer *as, struct plan *p, const struct raw_stmt *stmt)
{
	struct compile_job j = {as, p, stmt, false};

	if (!stmt->deep)
		return compile_statement(as, p, stmt);
	as->max_depth = ANALYZE_DEEP;
	if (deep_stack_run(DEEP_STACK, compile_run, &j))
		return j.ok;
	as->depth = as->max_depth;
	return analyze_enter(as);
}

struct plan *
plan_compile(struct compile_env *env, const char *source, const struct raw_stmt *stmt,
	     const oid_t *params, int nparams, bool variadic_params)
{
	struct plan *p = plan_new(env);
	struct analyzer as;
	size_t len = strlen(source), start = MIN((size_t)MAX(stmt->location, 0), len);

	analyzer_init(&as, env, &p->arena, source);
	set_params(&as, params, nparams, variadic_params);
	p->source =
		arena_strndup(&p->arena, source + start,
			      stmt->len > 0 ? MIN((size_t)stmt->len, len - start) : len - start);
	p->source_location = (int)start;
	if (params_exist(&as) && compile_deep(&as, p, stmt))
		return p;
	plan_unref(p);
	return NULL;
}

/* ---- EXECUTE ---- */

static struct query *
argument_query(struct analyzer *as, const PgQuery__Node *node, const struct type *t, int number)
{
	struct query *q = query_new(as, CMD_SELECT);
	struct expr *e, *given;

	scope_push(as, q);
	given = analyze_expr(as, node, PLACE_EXECUTE_PARAM);
	scope_pop(as);
	if (!given)
		return NULL;
	e = coerce_to_target_type(as, given, t->oid, -1, COERCE_ASSIGNMENT, -1);
	if (e) {
		target_new(as, &q->targets, e, "?column?");
		return q;
	}
	if (err_is_set(as->env->err))
		return NULL;
	err_set(as->env->err, ERR_DATATYPE_MISMATCH, expr_location(given),
		"parameter $%d of type %s cannot be coerced to the expected type %s", number,
		type_display(as, given->type), type_display(as, t->oid));
	err_hint(as->env->err, "You will need to rewrite or cast the expression.");
	return NULL;
}

struct plan *
plan_argument(struct compile_env *env, const char *source, const PgQuery__Node *node,
	      const struct type *t, int number)
{
	struct plan *p = plan_new(env);
	struct analyzer as;

	analyzer_init(&as, env, &p->arena, source);
	set_params(&as, NULL, 0, false);
	p->source = arena_strdup(&p->arena, source);
	if (finish_query(&as, p, argument_query(&as, node, t, number)))
		return p;
	plan_unref(p);
	return NULL;
}

/* ---- COPY FROM ---- */

static PgQuery__Node *
copy_rte_row(struct analyzer *as, int n)
{
	PgQuery__Node *row = ARENA_NEW(as->arena, PgQuery__Node);
	PgQuery__List *list = ARENA_NEW(as->arena, PgQuery__List);

	pg_query__node__init(row);
	pg_query__list__init(list);
	row->node_case = PG_QUERY__NODE__NODE_LIST;
	row->list = list;
	list->n_items = (size_t)n;
	list->items = ARENA_ARRAY(as->arena, PgQuery__Node *, n + 1);
	for (int i = 0; i < n; i++) {
		PgQuery__ParamRef *ref = ARENA_NEW(as->arena, PgQuery__ParamRef);

		list->items[i] = ARENA_NEW(as->arena, PgQuery__Node);
		pg_query__node__init(list->items[i]);
		pg_query__param_ref__init(ref);
		ref->number = i + 1;
		ref->location = -1;
		list->items[i]->node_case = PG_QUERY__NODE__NODE_PARAM_REF;
		list->items[i]->param_ref = ref;
	}
	return row;
}

static PgQuery__Node *
copy_column(struct analyzer *as, const struct column *col)
{
	PgQuery__Node *n = ARENA_NEW(as->arena, PgQuery__Node);
	PgQuery__ResTarget *rt = ARENA_NEW(as->arena, PgQuery__ResTarget);

	pg_query__node__init(n);
	pg_query__res_target__init(rt);
	rt->name = arena_strdup(as->arena, col->name);
	rt->location = -1;
	n->node_case = PG_QUERY__NODE__NODE_RES_TARGET;
	n->res_target = rt;
	return n;
}

/* INSERT INTO rel (columns) OVERRIDING SYSTEM VALUE VALUES ($1, …), the parameters being of the
 * columns' types. */
static void
copy_statement(struct analyzer *as, const struct relation *rel, const int16_t *attnums, int n,
	       PgQuery__InsertStmt *s)
{
	PgQuery__SelectStmt *values = ARENA_NEW(as->arena, PgQuery__SelectStmt);
	PgQuery__RangeVar *rv = ARENA_NEW(as->arena, PgQuery__RangeVar);
	oid_t *types = ARENA_ARRAY(as->arena, oid_t, rel->ncols + 1);
	int count = 0;

	s->cols = ARENA_ARRAY(as->arena, PgQuery__Node *, rel->ncols + 1);
	for (int i = 0; i < (attnums ? n : rel->ncols); i++) {
		const struct column *col = relation_column_at(rel, attnums ? attnums[i] : i + 1);

		if (!col || (!attnums && col->generated))
			continue;
		types[count] = col->type->oid;
		s->cols[count++] = copy_column(as, col);
	}
	set_params(as, types, count, false);
	pg_query__select_stmt__init(values);
	pg_query__range_var__init(rv);
	rv->schemaname = arena_strdup(as->arena, rel->schema->name);
	rv->relname = arena_strdup(as->arena, rel->name);
	rv->location = -1;
	s->relation = rv;
	s->n_cols = (size_t)count;
	s->override = PG_QUERY__OVERRIDING_KIND__OVERRIDING_SYSTEM_VALUE;
	values->n_values_lists = 1;
	values->values_lists = ARENA_ARRAY(as->arena, PgQuery__Node *, 1);
	values->values_lists[0] = copy_rte_row(as, count);
	if (!count) /* DEFAULT VALUES */
		return;
	s->select_stmt = ARENA_NEW(as->arena, PgQuery__Node);
	pg_query__node__init(s->select_stmt);
	s->select_stmt->node_case = PG_QUERY__NODE__NODE_SELECT_STMT;
	s->select_stmt->select_stmt = values;
}

struct plan *
plan_copy_from(struct compile_env *env, const struct relation *rel, const int16_t *attnums, int n)
{
	struct plan *p = plan_new(env);
	PgQuery__InsertStmt s = PG_QUERY__INSERT_STMT__INIT;
	PgQuery__Node node = PG_QUERY__NODE__INIT;
	struct analyzer as;

	analyzer_init(&as, env, &p->arena, "");
	as.copying = true;
	node.node_case = PG_QUERY__NODE__NODE_INSERT_STMT;
	node.insert_stmt = &s;
	p->source = "";
	copy_statement(&as, rel, attnums, n, &s);
	if (compile_query(&as, p, &node)) {
		p->tag = "COPY";
		return p;
	}
	plan_unref(p);
	return NULL;
}

/* ---- standalone expressions ---- */

static enum expr_place
standalone_place(enum standalone_kind kind)
{
	switch (kind) {
	case STANDALONE_DEFAULT:
		return PLACE_DEFAULT;
	case STANDALONE_CHECK:
		return PLACE_CHECK;
	case STANDALONE_INDEX:
		return PLACE_INDEX_EXPR;
	case STANDALONE_PREDICATE:
		return PLACE_INDEX_PREDICATE;
	case STANDALONE_GENERATED:
		return PLACE_GENERATED;
	default:
		return PLACE_USING;
	}
}

static bool
standalone_scope(struct analyzer *as, const struct relation *rel, struct query *q)
{
	struct rte *rte;

	scope_push(as, q);
	as->defining = true;
	if (!rel)
		return true;
	rte = rte_for_relation(as, rel, NULL, -1);
	if (!rte)
		return false;
	rte->level = q;
	as->scope->standalone = rte;
	scope_add(as, rte, true, true);
	return !err_is_set(as->env->err);
}

static bool
standalone_type_error(struct analyzer *as, enum standalone_kind kind, const struct expr *e,
		      oid_t type)
{
	const char *what =
		kind == STANDALONE_DEFAULT ? "default expression" : "generation expression";

	if (err_is_set(as->env->err))
		return false;
	if (kind == STANDALONE_USING)
		err_set(as->env->err, ERR_DATATYPE_MISMATCH, -1,
			"result of USING clause for column \"%s\" cannot be cast automatically to "
			"type %s",
			as->env->column ? as->env->column : "?", type_display(as, type));
	else
		err_set(as->env->err, ERR_DATATYPE_MISMATCH, -1,
			"column \"%s\" is of type %s but %s is of type %s",
			as->env->column ? as->env->column : "?", type_display(as, type), what,
			type_display(as, e->type));
	return err_hint(as->env->err, kind == STANDALONE_USING
					      ? "You might need to add an explicit cast."
					      : "You will need to rewrite or cast the expression.");
}

static bool
find_mutable(struct expr **slot, void *found)
{
	const struct expr *e = *slot;
	const struct proc *p = e->kind == EX_FUNC ? e->func.proc
			       : e->kind == EX_OP ? e->op.proc
						  : NULL;

	/* The texts of users' types: labels may get other names. */
	if ((p && p->volatility != 'i') || e->kind == EX_SQLVALUE ||
	    (e->kind == EX_COERCE_IO &&
	     (e->type >= FIRST_USER_OID || e->unary.arg->type >= FIRST_USER_OID)))
		*(bool *)found = true;
	return !*(bool *)found;
}

/* What must be the same for ever: keys and stored values. */
static bool
check_immutable(struct analyzer *as, enum standalone_kind kind, struct expr *e)
{
	const char *what = kind == STANDALONE_INDEX
				   ? "functions in index expression must be marked IMMUTABLE"
			   : kind == STANDALONE_PREDICATE
				   ? "functions in index predicate must be marked IMMUTABLE"
			   : kind == STANDALONE_GENERATED ? "generation expression is not immutable"
							  : NULL;
	bool found = false;

	if (!what)
		return true;
	expr_visit(&e, find_mutable, &found, true);
	return !found || err_set(as->env->err, ERR_INVALID_OBJECT_DEFINITION, -1, "%s", what);
}

/* *shown: the part that is printed back, without the casts of the assignment. */
static struct expr *
standalone_analyze(struct analyzer *as, enum standalone_kind kind, const PgQuery__Node *node,
		   oid_t type, int32_t typmod, const struct expr **shown)
{
	enum expr_place place = standalone_place(kind);
	struct expr *e, *out;

	if (kind == STANDALONE_CHECK || kind == STANDALONE_PREDICATE) {
		out = analyze_where(as, node, place, kind == STANDALONE_CHECK ? "CHECK" : "WHERE");
		*shown = out;
		return out && check_immutable(as, kind, out) ? out : NULL;
	}
	e = analyze_expr(as, node, place);
	if (!e || !check_immutable(as, kind, e))
		return NULL;
	if (!type) {
		out = resolve_unknown(as, e);
		*shown = out;
		return out;
	}
	out = coerce_to_target_type(as, e, type, typmod, COERCE_ASSIGNMENT, -1);
	if (!out)
		standalone_type_error(as, kind, e, type);
	*shown = out ? strip_implicit(out, e) : NULL;
	return out;
}

static bool
standalone_sqlite(struct analyzer *as, struct arena *a, struct expr *e, char **sqlite)
{
	struct buf b = BUF_INIT;
	bool ok;

	e = expr_copy(as->arena, e);
	ok = lower_standalone(as, &e) && emit_standalone(as, e, &b);
	*sqlite = ok ? buf_dup(&b, a) : NULL;
	buf_release(&b);
	return ok;
}

/* The expression once more, as it is printed back. */
static bool
standalone_text(const struct compile_env *env, struct arena *a, enum standalone_kind kind,
		const PgQuery__Node *node, const struct relation *rel, oid_t type, int32_t typmod,
		char **text)
{
	struct compile_env quiet = *env;
	struct analyzer as;
	struct buf b = BUF_INIT;
	const struct expr *shown;
	bool ok;

	quiet.notice = NULL;
	quiet.types = NULL;
	quiet.watch = NULL;
	analyzer_init(&as, &quiet, a, "");
	as.as_written = true;
	ok = standalone_scope(&as, rel, query_new(&as, CMD_SELECT)) &&
	     standalone_analyze(&as, kind, node, type, typmod, &shown) &&
	     deparse_expr(&as, shown, &b);
	*text = ok ? buf_dup(&b, a) : NULL;
	buf_release(&b);
	return ok;
}

bool
compile_expr(struct compile_env *env, struct arena *a, enum standalone_kind kind,
	     const PgQuery__Node *node, const struct relation *rel, oid_t type, int32_t typmod,
	     char **text, char **sqlite, struct expr **out)
{
	struct analyzer as;
	struct query *q;
	struct expr *e;
	const struct expr *shown;

	analyzer_init(&as, env, a, "");
	q = query_new(&as, CMD_SELECT);
	if (!standalone_scope(&as, rel, q))
		return false;
	e = standalone_analyze(&as, kind, node, type, typmod, &shown);
	if (!e || err_is_set(env->err))
		return false;
	if (out)
		*out = e;
	return (!text ||
		standalone_text(env, a, kind, node, rel, type, typmod, text)) &&
	       (!sqlite || standalone_sqlite(&as, a, e, sqlite));
}

/* ---- queries of views and CREATE TABLE AS ---- */

struct depends {
	struct arena *a;
	struct vec *oids;
};

static bool collect_rels(struct query *q, struct depends *d);

static bool
collect_slot(struct expr **slot, void *arg)
{
	if (!*slot)
		return true;
	if ((*slot)->kind == EX_SUBLINK && !collect_rels((*slot)->sublink.query, arg))
		return false;
	return expr_walk(*slot, collect_slot, arg);
}

static void
collect_oid(struct depends *d, oid_t found)
{
	oid_t *oid;

	for (int i = 0; i < d->oids->n; i++)
		if (*VEC_AT(oid_t, d->oids, i) == found)
			return;
	oid = arena_alloc(d->a, sizeof(*oid));
	*oid = found;
	vec_push(d->a, d->oids, oid);
}

static void
collect_rte(const struct rte *rte, struct depends *d)
{
	if (rte->rel)
		collect_oid(d, rte->rel->oid);
	else if (rte->kind == RTE_SUBQUERY)
		collect_rels(rte->subquery, d);
	if (rte->grouped_key)
		collect_oid(d, rte->grouped_key->oid);
}

static void
collect_from(const struct from_item *f, struct depends *d)
{
	if (f->kind == FROM_RTE) {
		collect_rte(f->rte, d);
		return;
	}
	collect_from(f->left, d);
	collect_from(f->right, d);
}

static bool
collect_rels(struct query *q, struct depends *d)
{
	for (int i = 0; i < q->ctes.n; i++)
		collect_rels(VEC_AT(struct cte, &q->ctes, i)->query, d);
	if (q->larg) {
		collect_rels(q->larg, d);
		collect_rels(q->rarg, d);
	}
	for (int i = 0; i < q->from.n; i++)
		collect_from(q->from.v[i], d);
	return query_roots(q, collect_slot, d, false);
}

bool
compile_query_columns(struct compile_env *env, struct arena *a, const PgQuery__Node *query,
		      const char *source, struct plan_column **cols, int *ncols,
		      struct vec *depends)
{
	struct analyzer as;
	struct query *q;

	analyzer_init(&as, env, a, source);
	q = analyze_query(&as, query);
	if (!q || err_is_set(env->err))
		return false;
	if (q->cmd != CMD_SELECT)
		return err_unsupported(env->err, -1, "a data-modifying statement here");
	if (depends)
		collect_rels(q, &(struct depends){a, depends});
	return describe_columns(&as, &q->targets, (const struct plan_column **)cols, ncols);
}

/* ---- names ---- */

bool
compile_type_name(struct compile_env *env, const void *type_name, const struct type **type,
		  int32_t *typmod)
{
	struct arena a = ARENA_INIT;
	struct analyzer as;
	bool ok;

	analyzer_init(&as, env, &a, "");
	ok = analyze_type_name(&as, type_name, type, typmod);
	arena_release(&a);
	return ok && !err_is_set(env->err);
}

const struct relation *
compile_relation(struct compile_env *env, const void *range_var, bool missing_ok)
{
	struct arena a = ARENA_INIT;
	struct analyzer as;
	const struct relation *rel;

	analyzer_init(&as, env, &a, "");
	rel = find_relation(&as, range_var, missing_ok);
	arena_release(&a);
	return rel;
}

/* ---- seeing the stages ---- */

static bool
translate_steps(struct analyzer *as, struct query *q, struct buf *out)
{
	struct plan p = {0};
	bool ok;

	if (!query_modifies_in_with(q)) {
		ok = emit_query(as, q, out);
		buf_puts(out, ";\n");
		return ok;
	}
	ok = emit_with_steps(as, q, &p, next_id);
	for (int i = 0; ok && i < p.nsteps; i++)
		buf_printf(out, "%s;\n", p.steps[i].sqlite);
	return ok;
}

bool
translate_text(struct compile_env *env, const char *sql, struct buf *out)
{
	struct arena a = ARENA_INIT;
	struct parse_tree tree;
	bool ok = parse_sql(&a, sql, &tree, env->err);

	for (int i = 0; ok && i < tree.n; i++) {
		struct analyzer as;
		struct vec computed = {0};
		struct query *q;

		if (!is_query(tree.stmts[i].node)) {
			buf_puts(out, "-- utility statement\n");
			continue;
		}
		analyzer_init(&as, env, &a, sql);
		set_params(&as, NULL, 0, true);
		q = analyze_query(&as, tree.stmts[i].node);
		ok = q && params_check(&as);
		if (!ok)
			break;
		buf_printf(out, "-- analyzed\n%s-- lowered\n", query_dump(&a, q));
		ok = fold_query(&as, q, as.nparams + 1, &computed) && lower_query(&as, q);
		if (!ok)
			break;
		buf_printf(out, "%s-- SQLite\n", query_dump(&a, q));
		ok = translate_steps(&as, q, out) && !err_is_set(env->err);
	}
	arena_release(&a);
	return ok;
}
