/*
 * view_text: a view's definition as it is stored, and as renames change it.
 *
 * What is stored is what pg_get_viewdef prints, with every name's schema: it goes on meaning the
 * same whatever happens around it. A rename prints the definition once more with the new names, as
 * PostgreSQL would from then on.
 */
#include "sql/view_text.h"

#include "sql/deparse.h"

enum { VIEW_MAX_DEPTH = 20000 };

struct named_column {
	const struct relation *rel;
	int attnum;
};

struct name_watch {
	struct arena *arena;
	struct vec relations; /* struct relation */
	struct vec columns;   /* struct named_column */
};

/* ---- what the analyzer tells ---- */

void
watch_relation(struct analyzer *as, const struct relation *rel)
{
	struct name_watch *w = as->env->watch;

	vec_push(w->arena, &w->relations, (struct relation *)(uintptr_t)rel);
}

void
watch_column(struct analyzer *as, const struct expr *e)
{
	struct name_watch *w = as->env->watch;
	struct named_column *n;

	if (e->kind != EX_VAR || e->var.col < 0 || !e->var.rte->cols[e->var.col].attr ||
	    !e->var.rte->cols[e->var.col].origin)
		return;
	n = ARENA_NEW(w->arena, struct named_column);
	*n = (struct named_column){e->var.rte->cols[e->var.col].origin,
				   e->var.rte->cols[e->var.col].attr->attnum};
	if (e->var.rte->kind == RTE_RELATION || e->var.rte->rel)
		vec_push(w->arena, &w->columns, n);
}

/* ---- analysis ---- */

/* NULL: env->err is set. */
static struct query *
analyze_text(struct analyzer *as, struct compile_env *env, struct arena *a, const char *text)
{
	static const char *const path[] = {"pg_catalog", "information_schema", NULL};
	const char *const *outer = env->search_path;
	struct parse_tree tree;
	struct query *q;

	if (!parse_sql(a, text, &tree, env->err))
		return NULL;
	analyzer_init(as, env, a, text);
	as->as_written = as->defining = true;
	env->search_path = path; /* everything else has its schema */
	q = analyze_query(as, tree.stmts[0].node);
	env->search_path = outer;
	return q;
}

static bool
print(struct deparse *d, const struct query *q, const char *const *names, char **text)
{
	struct buf b = BUF_INIT;
	bool ok;

	d->b = &b;
	ok = deparse_query(d, q, names, true);
	if (ok)
		*text = buf_dup(&b, d->as->arena);
	buf_release(&b);
	return ok;
}

/* The names of the view's columns, as the rename leaves them. */
static const char **
result_names(struct arena *a, const struct relation *view)
{
	const char **names = ARENA_ARRAY(a, const char *, view->ncols + 1);
	int n = 0;

	for (int i = 0; i < view->ncols; i++)
		if (!view->cols[i].dropped)
			names[n++] = view->cols[i].name;
	return names;
}

bool
compile_view_definition(struct compile_env *env, struct arena *a, const struct relation *view,
			const struct view_print *how, char **text)
{
	struct analyzer as;
	struct query *q = analyze_text(&as, env, a, view->view_def);
	struct deparse d = {
		.as = &as, .path = env->search_path, .pretty = how->pretty, .wrap = how->wrap};

	return q && print(&d, q, result_names(a, view), text);
}

/* ---- what is stored ---- */

/* As PostgreSQL prints it, for comparison. */
static bool
print_plain(struct analyzer *as, const struct query *q, const struct view_rename *rename,
	    const char *const *names, char **text)
{
	struct deparse d = {.as = as, .rename = rename};

	return print(&d, q, names, text);
}

/* Does the text read back as the query that is printed as plain? False with err clear: no. */
static bool
reads_back(struct compile_env *env, struct arena *a, const char *text, const char *const *names,
	   const char *plain)
{
	struct analyzer as;
	struct query *q = analyze_text(&as, env, a, text);
	char *again;

	if (!q || !print_plain(&as, q, NULL, names, &again))
		return false;
	return !strcmp(plain, again);
}

/* The query as a text that gives this very tree again. If there is none, one that has the same
 * conversions. */
static bool
write_down(struct analyzer *as, const struct query *q, const struct view_rename *rename,
	   const char *const *names, char **text)
{
	struct compile_env *env = as->env;
	char *plain;

	if (!print_plain(as, q, rename, names, &plain))
		return false;
	for (int i = 0; i < 2; i++) {
		struct deparse d = {
			.as = as, .exact = true, .conversions = i == 1, .rename = rename};

		if (!print(&d, q, names, text))
			return false;
		/* The new names cannot be read yet. */
		if (rename || reads_back(env, as->arena, *text, names, plain))
			return true;
		if (err_is_set(env->err))
			return false;
	}
	return err_unsupported(env->err, -1, "a view of this query, which does not read back,");
}

bool
view_write_down(struct compile_env *env, struct arena *a, const PgQuery__Node *query,
		const char *const *names, int n, char **text, bool *temp)
{
	struct name_watch w = {.arena = a}, *outer = env->watch;
	const char **labels;
	struct analyzer as;
	struct query *q;

	analyzer_init(&as, env, a, "");
	as.as_written = as.defining = true;
	env->watch = &w;
	q = analyze_query(&as, query);
	env->watch = outer;
	if (!q || err_is_set(env->err))
		return false;
	labels = ARENA_ARRAY(a, const char *, query_ncols(q) + 1);
	for (int i = 0; i < query_ncols(q); i++)
		labels[i] = i < n && names[i] ? names[i] : query_col(q, i)->name;
	*temp = false;
	for (int i = 0; i < w.relations.n; i++)
		*temp |= VEC_AT(struct relation, &w.relations, i)->schema->temp;
	return write_down(&as, q, NULL, labels, text);
}

bool
view_renamed(struct compile_env *env, struct arena *a, const struct relation *view,
	     const struct view_rename *rename, char **text)
{
	struct analyzer as;
	struct query *q = analyze_text(&as, env, a, view->view_def);
	const char **names = result_names(a, view);
	char *before, *after;

	*text = NULL;
	if (!q || !print_plain(&as, q, NULL, names, &before) ||
	    !print_plain(&as, q, rename, names, &after))
		return false;
	return !strcmp(before, after) || write_down(&as, q, rename, names, text);
}

bool
view_labelled(struct compile_env *env, struct arena *a, const struct relation *view, int column,
	      const char *name, char **text)
{
	struct analyzer as;
	struct query *q = analyze_text(&as, env, a, view->view_def);
	const char **names = result_names(a, view);

	names[column] = name;
	return q && write_down(&as, q, NULL, names, text);
}

bool
view_uses_column(struct compile_env *env, struct arena *a, const struct relation *view,
		 const struct relation *rel, int attnum, bool *uses)
{
	struct name_watch w = {.arena = a}, *outer = env->watch;
	struct parse_tree tree;
	struct analyzer as;
	struct query *q;

	*uses = false;
	if (!parse_sql(a, view->view_def, &tree, env->err))
		return false;
	analyzer_init(&as, env, a, view->view_def);
	env->watch = &w;
	q = analyze_query(&as, tree.stmts[0].node);
	env->watch = outer;
	for (int i = 0; i < w.columns.n; i++) {
		const struct named_column *c = w.columns.v[i];

		*uses |= c->rel->oid == rel->oid && c->attnum == attnum;
	}
	return q && !err_is_set(env->err);
}

/* ---- expressions of a table's own ---- */

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
