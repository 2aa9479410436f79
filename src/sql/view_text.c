/*
 * view_text: a view's definition as it is stored, and as renames change it.
 *
 * What is stored must go on meaning the same whatever happens around it: every * is written out,
 * every table has its schema, and the view's own column names stand in the text. A rename analyzes
 * the stored text once more while the analyzer tells which names it has resolved to what, and
 * changes those in the tree.
 */
#include "sql/view_text.h"

#include <stdlib.h>

#include "sql/analyze_int.h"

enum { VIEW_MAX_DEPTH = 20000 };

struct star_column {
	const char *qualifier, *name,
		*label; /* label: the result's name, where it is another one */
};

struct star {
	const PgQuery__ColumnRef *ref;
	struct vec columns; /* struct star_column */
};

struct named_relation {
	const PgQuery__RangeVar *rv;
	const struct relation *rel;
};

struct named_column {
	const PgQuery__ColumnRef *ref;
	const struct relation *rel;
	int attnum;
};

struct name_watch {
	struct arena *arena;
	struct vec stars, relations, columns;
};

/* ---- what the analyzer tells ---- */

void
watch_star_column(struct analyzer *as, const PgQuery__ColumnRef *ref, const struct rte *rte,
		  int col)
{
	struct name_watch *w = as->env->watch;
	struct star *s = w->stars.n ? w->stars.v[w->stars.n - 1] : NULL;
	struct star_column *c = ARENA_NEW(w->arena, struct star_column);
	const char *label = rte->cols[col].name;

	if (!s || s->ref != ref) {
		s = ARENA_NEW(w->arena, struct star);
		s->ref = ref;
		vec_push(w->arena, &w->stars, s);
	}
	while (!rte->alias && rte->kind == RTE_JOIN && rte->cols[col].join_expr &&
	       rte->cols[col].join_expr->kind == EX_VAR) {
		const struct expr *e = rte->cols[col].join_expr;

		rte = e->var.rte;
		col = e->var.col;
	}
	c->qualifier = rte->alias;
	c->name = rte->cols[col].name;
	c->label = strcmp(c->name, label) == 0 ? NULL : label;
	vec_push(w->arena, &s->columns, c);
}

void
watch_relation(struct analyzer *as, const PgQuery__RangeVar *rv, const struct relation *rel)
{
	struct name_watch *w = as->env->watch;
	struct named_relation *n = ARENA_NEW(w->arena, struct named_relation);

	*n = (struct named_relation){rv, rel};
	vec_push(w->arena, &w->relations, n);
}

void
watch_column(struct analyzer *as, const PgQuery__ColumnRef *ref, const struct expr *e)
{
	struct name_watch *w = as->env->watch;
	struct named_column *n;

	if (e->kind != EX_VAR || e->var.col < 0 || !e->var.rte->cols[e->var.col].attr ||
	    !e->var.rte->cols[e->var.col].origin)
		return;
	n = ARENA_NEW(w->arena, struct named_column);
	*n = (struct named_column){ref, e->var.rte->cols[e->var.col].origin,
				   e->var.rte->cols[e->var.col].attr->attnum};
	if (e->var.rte->kind == RTE_RELATION || e->var.rte->rel)
		vec_push(w->arena, &w->columns, n);
}

static const struct star *
find_star(const struct name_watch *w, const PgQuery__ColumnRef *ref)
{
	for (int i = 0; i < w->stars.n; i++)
		if (VEC_AT(struct star, &w->stars, i)->ref == ref)
			return w->stars.v[i];
	return NULL;
}

/* ---- changing the tree ---- */

struct rewrite {
	struct analyzer *as;
	struct name_watch *watch;
	struct arena *arena;
	const struct view_rename *rename; /* NULL: the first writing down */
	bool merged;                      /* a join by the name of the column was seen */
	bool changed;
};

static bool rewrite_message(struct rewrite *r, ProtobufCMessage *m, int depth);

static PgQuery__Node *
string_node(struct arena *a, const char *s)
{
	PgQuery__Node *n = ARENA_NEW(a, PgQuery__Node);

	pg_query__node__init(n);
	n->node_case = PG_QUERY__NODE__NODE_STRING;
	n->string = ARENA_NEW(a, PgQuery__String);
	pg_query__string__init(n->string);
	n->string->sval = arena_strdup(a, s);
	return n;
}

static PgQuery__Node *
star_reference(struct arena *a, const struct star_column *c)
{
	PgQuery__Node *n = ARENA_NEW(a, PgQuery__Node);
	PgQuery__ColumnRef *ref = ARENA_NEW(a, PgQuery__ColumnRef);

	pg_query__node__init(n);
	pg_query__column_ref__init(ref);
	n->node_case = PG_QUERY__NODE__NODE_COLUMN_REF;
	n->column_ref = ref;
	ref->fields = ARENA_ARRAY(a, PgQuery__Node *, 2);
	if (c->qualifier)
		ref->fields[ref->n_fields++] = string_node(a, c->qualifier);
	ref->fields[ref->n_fields++] = string_node(a, c->name);
	ref->location = -1;
	return n;
}

static PgQuery__Node *
star_target(struct arena *a, const struct star_column *c)
{
	PgQuery__Node *n = ARENA_NEW(a, PgQuery__Node);

	pg_query__node__init(n);
	n->node_case = PG_QUERY__NODE__NODE_RES_TARGET;
	n->res_target = ARENA_NEW(a, PgQuery__ResTarget);
	pg_query__res_target__init(n->res_target);
	n->res_target->val = star_reference(a, c);
	n->res_target->location = -1;
	if (c->label)
		n->res_target->name = arena_strdup(a, c->label);
	return n;
}

static const struct star *
star_item(const struct name_watch *w, const PgQuery__Node *n, bool *target)
{
	*target = n->node_case == PG_QUERY__NODE__NODE_RES_TARGET;
	if (*target)
		n = n->res_target->val;
	return node_star(n) ? find_star(w, n->column_ref) : NULL;
}

/* A list in which a * stands: it becomes the columns that it stood for. */
static void
expand_list(struct rewrite *r, PgQuery__Node ***items, size_t *n)
{
	struct vec out = {0};
	bool found = false, target;

	for (size_t i = 0; i < *n; i++) {
		const struct star *s =
			(*items)[i] ? star_item(r->watch, (*items)[i], &target) : NULL;

		found |= s != NULL;
		for (int j = 0; s && j < s->columns.n; j++)
			vec_push(r->arena, &out,
				 target ? star_target(r->arena, s->columns.v[j])
					: star_reference(r->arena, s->columns.v[j]));
		if (!s)
			vec_push(r->arena, &out, (*items)[i]);
	}
	if (!found)
		return;
	*items = (PgQuery__Node **)out.v;
	*n = (size_t)out.n;
}

static void
rewrite_range_var(struct rewrite *r, PgQuery__RangeVar *rv)
{
	const struct view_rename *ren = r->rename;

	for (int i = 0; i < r->watch->relations.n; i++) {
		const struct named_relation *n = r->watch->relations.v[i];

		if (n->rv != rv || n->rel->builtin)
			continue;
		if (!ren) {
			rv->schemaname = arena_strdup(
				r->arena, n->rel->schema->temp ? "pg_temp" : n->rel->schema->name);
			return;
		}
		if (ren->schema && n->rel->schema == ren->schema) {
			rv->schemaname = arena_strdup(r->arena, ren->schema_name);
			r->changed = true;
		}
		if (ren->rel != n->rel || ren->attnum)
			return;
		if (!rv->alias) {
			rv->alias = ARENA_NEW(r->arena, PgQuery__Alias);
			pg_query__alias__init(rv->alias);
			rv->alias->aliasname = arena_strdup(r->arena, rv->relname);
		}
		rv->relname = arena_strdup(r->arena, ren->name);
		rv->schemaname = arena_strdup(r->arena, ren->schema_name);
		r->changed = true;
		return;
	}
}

static void
rewrite_column_ref(struct rewrite *r, PgQuery__ColumnRef *ref)
{
	const struct view_rename *ren = r->rename;
	PgQuery__Node *last;

	if (!ren || !ren->attnum)
		return;
	for (int i = 0; i < r->watch->columns.n; i++) {
		const struct named_column *n = r->watch->columns.v[i];

		last = ref->fields[ref->n_fields - 1];
		if (n->ref != ref || n->rel != ren->rel || n->attnum != ren->attnum ||
		    last->node_case != PG_QUERY__NODE__NODE_STRING ||
		    strcmp(last->string->sval, ren->rel->cols[ren->attnum - 1].name) != 0)
			continue;
		ref->fields[ref->n_fields - 1] = string_node(r->arena, ren->name);
		r->changed = true;
		return;
	}
}

/* Result columns keep the names that their expressions gave them. */
static bool
rewrite_targets(struct rewrite *r, PgQuery__SelectStmt *s, int depth)
{
	expand_list(r, &s->target_list, &s->n_target_list);
	for (size_t i = 0; i < s->n_target_list; i++) {
		PgQuery__ResTarget *rt = s->target_list[i]->res_target;
		bool named = rt->name && *rt->name;
		const char *before = named ? NULL : figure_colname(r->as, rt->val);

		if (!rewrite_message(r, &rt->base, depth + 1))
			return false;
		if (!named && strcmp(before, figure_colname(r->as, rt->val)) != 0)
			rt->name = arena_strdup(r->arena, before);
	}
	return true;
}

/* A column that a join merges by its name cannot get another one. */
static bool
merges(const struct rewrite *r, const PgQuery__JoinExpr *j)
{
	const struct view_rename *ren = r->rename;

	if (!ren || !ren->attnum)
		return false;
	for (size_t i = 0; i < j->n_using_clause; i++)
		if (!strcmp(j->using_clause[i]->string->sval, ren->rel->cols[ren->attnum - 1].name))
			return true;
	return j->is_natural;
}

static bool
reads(const struct name_watch *w, const struct relation *rel)
{
	for (int i = 0; i < w->relations.n; i++)
		if (VEC_AT(struct named_relation, &w->relations, i)->rel == rel)
			return true;
	return false;
}

static bool
rewrite_node(struct rewrite *r, PgQuery__Node *n)
{
	switch (n->node_case) {
	case PG_QUERY__NODE__NODE_COLUMN_REF:
		rewrite_column_ref(r, n->column_ref);
		return true;
	case PG_QUERY__NODE__NODE_RANGE_VAR:
		rewrite_range_var(r, n->range_var);
		return true;
	case PG_QUERY__NODE__NODE_JOIN_EXPR:
		r->merged |= merges(r, n->join_expr);
		return true;
	default:
		return true;
	}
}

static bool
rewrite_list(struct rewrite *r, ProtobufCMessage *m, const ProtobufCFieldDescriptor *f, int depth)
{
	char *base = (char *)m;
	size_t *n = (size_t *)(base + f->quantifier_offset);
	ProtobufCMessage ***items = (ProtobufCMessage ***)(base + f->offset);

	if (f->descriptor == &pg_query__node__descriptor)
		expand_list(r, (PgQuery__Node ***)items, n);
	for (size_t i = 0; i < *n; i++)
		if ((*items)[i] && !rewrite_message(r, (*items)[i], depth + 1))
			return false;
	return true;
}

static bool
rewrite_message(struct rewrite *r, ProtobufCMessage *m, int depth)
{
	if (depth > VIEW_MAX_DEPTH)
		return err_set(r->as->env->err, ERR_STATEMENT_TOO_COMPLEX, -1,
			       "stack depth limit exceeded");
	if (m->descriptor == &pg_query__node__descriptor && !rewrite_node(r, (PgQuery__Node *)m))
		return false;
	if (m->descriptor == &pg_query__select_stmt__descriptor &&
	    !rewrite_targets(r, (PgQuery__SelectStmt *)m, depth))
		return false;
	for (unsigned i = 0; i < m->descriptor->n_fields; i++) {
		const ProtobufCFieldDescriptor *f = &m->descriptor->fields[i];
		ProtobufCMessage *child;

		if (f->type != PROTOBUF_C_TYPE_MESSAGE ||
		    (m->descriptor == &pg_query__select_stmt__descriptor &&
		     !strcmp(f->name, "target_list")))
			continue;
		if (f->label == PROTOBUF_C_LABEL_REPEATED) {
			if (!rewrite_list(r, m, f, depth))
				return false;
			continue;
		}
		if ((f->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) &&
		    *(uint32_t *)((char *)m + f->quantifier_offset) != f->id)
			continue;
		child = *(ProtobufCMessage **)((char *)m + f->offset);
		if (child && !rewrite_message(r, child, depth + 1))
			return false;
	}
	return true;
}

/* ---- analysis under watch ---- */

static bool
watch_query(struct compile_env *env, struct arena *a, const char *text, struct parse_tree *tree,
	    struct name_watch *w, struct analyzer *as, struct query **q)
{
	struct name_watch *outer = env->watch;

	*w = (struct name_watch){.arena = a};
	if (!parse_sql(a, text, tree, env->err))
		return false;
	analyzer_init(as, env, a, text);
	env->watch = w;
	*q = analyze_query(as, tree->stmts[0].node);
	env->watch = outer;
	return *q && !err_is_set(env->err);
}

/* The select whose target list names the columns of a query. */
static PgQuery__SelectStmt *
naming_select(PgQuery__SelectStmt *s)
{
	while (s->larg)
		s = s->larg;
	return s->n_values_lists ? NULL : s;
}

static void
label_targets(struct arena *a, const PgQuery__Node *node, const char *const *names, int n)
{
	PgQuery__SelectStmt *s = node->node_case == PG_QUERY__NODE__NODE_SELECT_STMT
					 ? naming_select(node->select_stmt)
					 : NULL;

	for (int i = 0; s && i < n && i < (int)s->n_target_list; i++) {
		PgQuery__ResTarget *rt = s->target_list[i]->res_target;

		if (names[i])
			rt->name = arena_strdup(a, names[i]);
	}
}

bool
view_write_down(struct compile_env *env, struct arena *a, const PgQuery__Node *query,
		const char *const *names, int n, char **text, bool *temp)
{
	struct name_watch w;
	struct parse_tree tree;
	struct analyzer as;
	struct query *q;
	struct rewrite r = {.as = &as, .watch = &w, .arena = a};

	if (!parse_deparse(a, query, text, env->err) ||
	    !watch_query(env, a, *text, &tree, &w, &as, &q))
		return false;
	*temp = false;
	for (int i = 0; i < w.relations.n; i++)
		*temp |= VEC_AT(struct named_relation, &w.relations, i)->rel->schema->temp;
	if (!rewrite_message(&r, (ProtobufCMessage *)&tree.stmts[0].node->base, 0))
		return false;
	label_targets(a, tree.stmts[0].node, names, n);
	return parse_deparse(a, tree.stmts[0].node, text, env->err);
}

bool
view_renamed(struct compile_env *env, struct arena *a, const struct relation *view,
	     const struct view_rename *rename, char **text)
{
	struct name_watch w;
	struct parse_tree tree;
	struct analyzer as;
	struct query *q;
	struct rewrite r = {.as = &as, .watch = &w, .arena = a, .rename = rename};

	*text = NULL;
	if (!watch_query(env, a, view->view_def, &tree, &w, &as, &q) ||
	    !rewrite_message(&r, (ProtobufCMessage *)&tree.stmts[0].node->base, 0))
		return false;
	if (r.merged && reads(&w, rename->rel))
		return err_unsupported(env->err, -1, "renaming a column by which view \"%s\" joins",
				       view->name);
	return !r.changed || parse_deparse(a, tree.stmts[0].node, text, env->err);
}

bool
view_labelled(struct compile_env *env, struct arena *a, const struct relation *view, int column,
	      const char *name, char **text)
{
	const char **names = ARENA_ARRAY(a, const char *, column + 1);
	struct parse_tree tree;

	memset(names, 0, sizeof(*names) * (size_t)(column + 1));
	names[column] = name;
	if (!parse_sql(a, view->view_def, &tree, env->err))
		return false;
	label_targets(a, tree.stmts[0].node, names, column + 1);
	return parse_deparse(a, tree.stmts[0].node, text, env->err);
}

bool
view_uses_column(struct compile_env *env, struct arena *a, const struct relation *view,
		 const struct relation *rel, int attnum, bool *uses)
{
	struct name_watch w;
	struct parse_tree tree;
	struct analyzer as;
	struct query *q;

	*uses = false;
	if (!watch_query(env, a, view->view_def, &tree, &w, &as, &q))
		return false;
	for (int i = 0; i < w.columns.n; i++) {
		const struct named_column *c = w.columns.v[i];

		*uses |= c->rel->oid == rel->oid && c->attnum == attnum;
	}
	return true;
}

/* ---- expressions of a table's own ---- */

/* Column references called from become to (NULL: are counted only). */
static int
rename_in_message(struct arena *a, ProtobufCMessage *m, const char *from, const char *to, int depth)
{
	int n = 0;

	if (depth > VIEW_MAX_DEPTH)
		return 0;
	if (m->descriptor == &pg_query__column_ref__descriptor) {
		PgQuery__ColumnRef *ref = (PgQuery__ColumnRef *)m;
		PgQuery__Node **last = &ref->fields[ref->n_fields - 1];

		if ((*last)->node_case != PG_QUERY__NODE__NODE_STRING ||
		    strcmp((*last)->string->sval, from) != 0)
			return 0;
		if (to)
			*last = string_node(a, to);
		return 1;
	}
	for (unsigned i = 0; i < m->descriptor->n_fields; i++) {
		const ProtobufCFieldDescriptor *f = &m->descriptor->fields[i];
		char *at = (char *)m + f->offset;

		if (f->type != PROTOBUF_C_TYPE_MESSAGE)
			continue;
		if (f->label == PROTOBUF_C_LABEL_REPEATED) {
			for (size_t j = 0; j < *(size_t *)((char *)m + f->quantifier_offset); j++)
				n += rename_in_message(a, (*(ProtobufCMessage ***)at)[j], from, to,
						       depth + 1);
			continue;
		}
		if ((f->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) &&
		    *(uint32_t *)((char *)m + f->quantifier_offset) != f->id)
			continue;
		if (*(ProtobufCMessage **)at)
			n += rename_in_message(a, *(ProtobufCMessage **)at, from, to, depth + 1);
	}
	return n;
}

bool
expression_uses(struct compile_env *env, struct arena *a, const char *text, const char *column,
		bool *uses)
{
	const PgQuery__Node *node;

	*uses = false;
	if (!parse_expr(a, text, &node, env->err))
		return false;
	*uses = rename_in_message(a, (ProtobufCMessage *)&node->base, column, NULL, 0) > 0;
	return true;
}

bool
expression_renamed(struct compile_env *env, struct arena *a, const char *text, const char *from,
		   const char *to, const PgQuery__Node **node)
{
	if (!parse_expr(a, text, node, env->err))
		return false;
	rename_in_message(a, (ProtobufCMessage *)&(*node)->base, from, to, 0);
	return true;
}
