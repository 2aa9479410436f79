/*
 * Range table entries and the names of columns: what a.b.c means here.
 */
#include "sql/analyze_expr.h"
#include "sql/analyze_int.h"

/* ---- relations ---- */

const struct relation *
find_relation(struct analyzer *as, const PgQuery__RangeVar *rv, bool missing_ok)
{
	const struct compile_env *env = as->env;
	const char *database = env->fenv ? env->fenv->database : NULL;
	bool qualified = rv->schemaname && *rv->schemaname;
	const struct relation *rel = NULL;
	if (rv->catalogname && *rv->catalogname &&
	    (!database || strcmp(rv->catalogname, database) != 0)) {
		err_set(env->err, ERR_FEATURE_NOT_SUPPORTED, rv->location,
			"cross-database references are not implemented: \"%s.%s.%s\"",
			rv->catalogname, rv->schemaname, rv->relname);
		return NULL;
	}
	if (qualified) {
		const struct schema *s = snapshot_schema(env->snapshot, rv->schemaname);
		rel = s ? snapshot_relation(env->snapshot, s, rv->relname) : NULL;
	} else {
		rel = snapshot_search(env->snapshot, env->search_path, rv->relname);
	}
	if (!rel && !missing_ok) {
		if (qualified)
			err_set(env->err, ERR_UNDEFINED_TABLE, rv->location,
				"relation \"%s.%s\" does not exist", rv->schemaname, rv->relname);
		else
			err_set(env->err, ERR_UNDEFINED_TABLE, rv->location,
				"relation \"%s\" does not exist", rv->relname);
	}
	return rel;
}

/* ---- entries ---- */

struct rte *
rte_new(struct analyzer *as, enum rte_kind kind)
{
	struct rte *rte = ARENA_NEW(as->arena, struct rte);
	rte->kind = kind;
	rte->id = ++as->next_rte;
	if (as->scope) {
		rte->level = as->scope->query;
		vec_push(as->arena, &as->scope->made, rte);
	}
	return rte;
}

static struct query *
analyze_view_text(struct analyzer *as, const struct relation *view)
{
	static const char *const builtin_path[] = {"pg_catalog", "information_schema", NULL};
	struct parse_tree tree;
	struct compile_env *env = as->env;
	struct query *q = NULL;
	struct analyzer saved = *as;
	const char *const *path = env->search_path;
	struct name_watch *watch = env->watch;
	struct type_watch *types = env->types;
	if (!parse_sql(as->arena, view->view_def, &tree, env->err) || tree.n != 1) {
		if (!err_is_set(env->err))
			err_set(env->err, ERR_INTERNAL_ERROR, -1, "view \"%s\" has no definition",
				view->name);
		return NULL;
	}
	as->scope = NULL;
	as->inlining = NULL;
	as->source = view->view_def;
	as->nparams = 0;
	as->variadic_params = false;
	if (view->builtin || view->kind == 'S')
		env->search_path = builtin_path;
	env->watch = NULL;
	env->types = NULL;
	if (analyze_enter(as)) {
		q = analyze_subquery(as, tree.stmts[0].node);
		analyze_leave(as);
	}
	env->search_path = path;
	env->watch = watch;
	env->types = types;
	as->scope = saved.scope;
	as->inlining = saved.inlining;
	as->source = saved.source;
	as->params = saved.params;
	as->nparams = saved.nparams;
	as->max_params = saved.max_params;
	as->variadic_params = saved.variadic_params;
	as->last_srf = saved.last_srf;
	if (!q)
		env->err->location = -1;
	return q;
}

static bool
view_columns(struct analyzer *as, struct rte *rte)
{
	struct query *q = analyze_view_text(as, rte->rel);
	if (!q)
		return false;
	rte->kind = RTE_SUBQUERY;
	rte->subquery = q;
	int n = query_ncols(q);
	for (int i = 0, k = 0; i < rte->rel->ncols && k < n; i++) {
		if (rte->rel->cols[i].dropped)
			continue;
		const struct expr *e = query_col(q, k)->expr;
		rte->cols[k].type = e->type;
		rte->cols[k].typmod = e->typmod;
		rte->cols[k].collation = e->collation;
		k++;
	}
	return rte->ncols == n ||
	       err_set(as->env->err, ERR_INTERNAL_ERROR, -1,
		       "view \"%s\" does not match its definition", rte->rel->name);
}

static bool
check_relkind(struct analyzer *as, const struct relation *rel, int location)
{
	const char *what = rel->kind == 'i' || rel->kind == 'I' ? "an index"
			   : rel->kind == 'c'                   ? "a composite type"
								: NULL;
	return !what || err_set(as->env->err, ERR_WRONG_OBJECT_TYPE, location, "\"%s\" is %s",
				rel->name, what);
}

struct rte *
rte_for_relation(struct analyzer *as, const struct relation *rel, const PgQuery__Alias *alias,
		 int location)
{
	if (!check_relkind(as, rel, location))
		return NULL;
	struct rte *rte = rte_new(as, RTE_RELATION);
	rte->rel = rel;
	rte->alias = alias ? arena_strdup(as->arena, alias->aliasname) : rel->name;
	rte->schema = alias ? NULL : rel->schema;
	rte->aliased = alias != NULL;
	rte->cols = ARENA_ARRAY(as->arena, struct rtcol, MAX(rel->ncols, 1));
	for (int i = 0; i < rel->ncols; i++) {
		const struct column *c = &rel->cols[i];
		if (!c->dropped)
			rte->cols[rte->ncols++] = (struct rtcol){.name = c->name,
								 .type = c->type->oid,
								 .typmod = c->typmod,
								 .collation = c->collation,
								 .attr = c,
								 .origin = rel,
								 .not_null = c->not_null};
	}
	if ((rel->kind == 'v' || rel->kind == 'S') && !view_columns(as, rte))
		return NULL;
	return analyze_alias_columns(as, rte, alias) ? rte : NULL;
}

struct rte *
rte_for_subquery(struct analyzer *as, struct query *q, const PgQuery__Alias *alias, bool lateral,
		 int location UNUSED)
{
	struct rte *rte = rte_new(as, RTE_SUBQUERY);
	rte->subquery = q;
	rte->lateral = lateral;
	rte->alias = alias ? arena_strdup(as->arena, alias->aliasname) : NULL;
	rte->ncols = query_ncols(q);
	rte->cols = ARENA_ARRAY(as->arena, struct rtcol, MAX(rte->ncols, 1));
	for (int i = 0; i < rte->ncols; i++) {
		const struct target *t = query_col(q, i);
		rte->cols[i] = (struct rtcol){.name = t->name,
					      .type = t->expr->type,
					      .typmod = t->expr->typmod,
					      .collation = t->expr->collation,
					      .attr = t->origin_col,
					      .origin = t->origin,
					      .not_null = expr_not_null(t->expr)};
	}
	return analyze_alias_columns(as, rte, alias) ? rte : NULL;
}

void
scope_add(struct analyzer *as, struct rte *rte, bool names, bool columns)
{
	if (names && name_conflict(as, &as->scope->names, rte))
		return;
	if (names)
		vec_push(as->arena, &as->scope->names, rte);
	if (columns)
		vec_push(as->arena, &as->scope->columns, rte);
}

/* ---- columns of an entry ---- */

static bool
has_system_columns(const struct rte *rte)
{
	const struct on_conflict *oc = rte->level ? rte->level->on_conflict : NULL;
	return rte->kind == RTE_RELATION && rte->rel->kind != 'd' && !rte->written &&
	       !(oc && oc->excluded == rte);
}

/* System columns join the entry when first asked for, hidden and without attr. */
static int
find_system_column(struct analyzer *as, struct rte *rte, const char *name)
{
	const struct system_column *c = has_system_columns(rte) ? system_column(name) : NULL;
	if (!c)
		return -1;
	struct rtcol *cols = ARENA_ARRAY(as->arena, struct rtcol, rte->ncols + 1);
	memcpy(cols, rte->cols, sizeof(*cols) * (size_t)rte->ncols);
	cols[rte->ncols] =
		(struct rtcol){.name = c->name, .type = c->type, .typmod = -1, .hidden = true};
	rte->cols = cols;
	return rte->ncols++;
}

int
rte_find_column(struct analyzer *as, struct rte *rte, const char *name, int location)
{
	int found = -1;
	for (int i = 0; i < rte->ncols; i++) {
		if (strcmp(rte->cols[i].name, name) != 0 ||
		    (rte->kind == RTE_JOIN && rte->cols[i].hidden))
			continue;
		if (found >= 0) {
			err_set(as->env->err, ERR_AMBIGUOUS_COLUMN, location,
				"column reference \"%s\" is ambiguous", name);
			return -2;
		}
		found = i;
	}
	return found >= 0 ? found : find_system_column(as, rte, name);
}

struct expr *
rte_column_expr(struct analyzer *as, struct rte *rte, int col, int location)
{
	const struct rtcol *c = &rte->cols[col];
	if (as->as_written)
		return expr_var(as, rte, col, location);
	if (!c->join_expr)
		return expr_var(as, rte, col, location);
	struct expr *e = expr_copy(as->arena, c->join_expr);
	e->location = location;
	return e;
}

struct expr *
whole_row(struct analyzer *as, struct rte *rte, int location)
{
	/* a function's lone scalar column is its row */
	if (rte->kind == RTE_FUNCTION && rte->ncols == 1 && !rte->with_ordinality &&
	    rte->cols[0].type == VEC_AT(struct expr, &rte->funcs, 0)->type)
		return expr_var(as, rte, 0, location);
	if ((rte->kind == RTE_JOIN || rte->written) && !as->as_written) {
		struct expr *row = expr_new(
			as, EX_ROW, rte->written ? written_relation(rte)->type_oid : T_RECORD, location);
		row->list.args = ARENA_ARRAY(as->arena, struct expr *, MAX(rte->ncols, 1));
		row->list.names = ARENA_ARRAY(as->arena, const char *, MAX(rte->ncols, 1));
		for (int i = 0; i < rte->ncols; i++) {
			if (rte->cols[i].hidden)
				continue;
			row->list.names[row->list.nargs] = rte->cols[i].name;
			row->list.args[row->list.nargs++] = rte_column_expr(as, rte, i, location);
		}
		return row;
	}
	oid_t type = rte->rel && rte->rel->type_oid ? rte->rel->type_oid : T_RECORD;
	if (rte->kind == RTE_FUNCTION && rte->funcs.n == 1 && !rte->with_ordinality)
		type = VEC_AT(struct expr, &rte->funcs, 0)->type;
	struct expr *e = expr_new(as, EX_VAR, type_of(as, type) ? type : T_RECORD, location);
	e->var.rte = rte;
	e->var.col = -1;
	return e;
}

/* ---- qualified names ---- */

static bool
rte_is_named(struct analyzer *as, const struct rte *rte, const char *schema, const char *name)
{
	if (!rte->alias || strcmp(rte->alias, name) != 0)
		return false;
	if (!schema)
		return true;
	const struct schema *s = snapshot_schema(as->env->snapshot, schema);
	return s && rte->schema && rte->schema->oid == s->oid;
}

/* An entry that was found in s: may it be referred to from where we are? */
static bool
check_lateral(struct analyzer *as, const struct scope *s, const struct rte *rte, int location)
{
	struct err *err = as->env->err;
	if (!vec_has(&s->barred, rte))
		return true;
	err_set(err, ERR_INVALID_COLUMN_REFERENCE, location,
		"invalid reference to FROM-clause entry for table \"%s\"",
		rte->alias ? rte->alias : "unnamed_join");
	if (rte == s->query->target)
		return err_hint(err,
				"There is an entry for table \"%s\", but it cannot be referenced "
				"from this part of the query.",
				rte->alias);
	return err_detail(err, "The combining JOIN type must be INNER or LEFT for a LATERAL "
			       "reference.");
}

/* NULL without error: none of the name is visible. */
struct rte *
find_rte(struct analyzer *as, const char *schema, const char *name, int location)
{
	for (struct scope *s = as->scope; s; s = s->outer) {
		struct rte *found = NULL;
		for (int i = 0; i < s->names.n; i++) {
			struct rte *rte = s->names.v[i];
			if (!rte_is_named(as, rte, schema, name))
				continue;
			if (found) {
				err_set(as->env->err, ERR_AMBIGUOUS_ALIAS, location,
					"table reference \"%s\" is ambiguous", name);
				return NULL;
			}
			found = rte;
		}
		if (found)
			return check_lateral(as, s, found, location) ? found : NULL;
	}
	return NULL;
}

/* An entry that is there but cannot be seen, or goes by another name. */
static const struct rte *
find_unseen(struct analyzer *as, const char *name, bool *aliased)
{
	for (struct scope *s = as->scope; s; s = s->outer) {
		for (int i = 0; i < s->made.n; i++) {
			const struct rte *rte = s->made.v[i];
			bool other = rte->rel && rte->alias &&
				     strcmp(rte->alias, rte->rel->name) != 0 &&
				     strcmp(rte->rel->name, name) == 0;
			if (!other && (!rte->alias || strcmp(rte->alias, name) != 0))
				continue;
			*aliased = other && vec_has(&s->names, rte);
			return rte;
		}
	}
	return NULL;
}

static bool
missing_rte(struct analyzer *as, const char *name, int location)
{
	struct err *err = as->env->err;
	bool aliased = false;
	const struct rte *rte = find_unseen(as, name, &aliased);
	if (err_is_set(err))
		return false;
	if (!rte)
		return err_set(err, ERR_UNDEFINED_TABLE, location,
			       "missing FROM-clause entry for table \"%s\"", name);
	err_set(err, ERR_UNDEFINED_TABLE, location,
		"invalid reference to FROM-clause entry for table \"%s\"", name);
	if (aliased)
		return err_hint(err, "Perhaps you meant to reference the table alias \"%s\".",
				rte->alias);
	return err_hint(err,
			"There is an entry for table \"%s\", but it cannot be referenced from this "
			"part of the query.",
			rte->alias);
}

/* ---- hints for misspelt columns ---- */

enum { MAX_FUZZY = 3, MAX_FUZZY_NAME = 64 };

static int
levenshtein(const char *a, const char *b)
{
	size_t na = strlen(a), nb = strlen(b);
	int row[MAX_FUZZY_NAME + 1];
	if (na > MAX_FUZZY_NAME || nb > MAX_FUZZY_NAME)
		return MAX_FUZZY_NAME;
	for (size_t j = 0; j <= nb; j++)
		row[j] = (int)j;
	for (size_t i = 1; i <= na; i++) {
		int diagonal = row[0];
		row[0] = (int)i;
		for (size_t j = 1; j <= nb; j++) {
			int up = row[j], replace = diagonal + (a[i - 1] != b[j - 1]);
			row[j] = MIN(replace, MIN(up, row[j - 1]) + 1);
			diagonal = up;
		}
	}
	return row[nb];
}

struct fuzzy {
	int distance;
	const struct rte *first, *second;
	const char *first_col, *second_col; /* first_col NULL: an exact match that cannot be seen */
};

static void
fuzzy_try(struct fuzzy *f, const struct rte *rte, const char *col, const char *name, int penalty)
{
	int distance = levenshtein(name, col);
	if (distance > (int)strlen(name) / 2)
		return;
	distance += penalty;
	if (distance < f->distance) {
		*f = (struct fuzzy){.distance = distance, .first = rte, .first_col = col};
	} else if (distance == f->distance) {
		if (f->second)
			*f = (struct fuzzy){.distance = distance - 1};
		else if (f->first) {
			f->second = rte;
			f->second_col = col;
		} else if (distance <= MAX_FUZZY) {
			f->first = rte;
			f->first_col = col;
		}
	}
}

/* True: an exact match ends the search. */
static bool
fuzzy_rte(struct fuzzy *f, const struct rte *rte, const char *qualifier, const char *name)
{
	int penalty = 0;
	if (rte->kind == RTE_JOIN || !rte->alias)
		return false;
	if (qualifier)
		penalty = MIN(levenshtein(qualifier, rte->alias), MAX_FUZZY + 1);
	for (int i = 0; i < rte->ncols; i++) {
		if (penalty == 0 && strcmp(rte->cols[i].name, name) == 0) {
			*f = (struct fuzzy){.first = rte};
			return true;
		}
	}
	if (penalty == 0 && has_system_columns(rte) && system_column(name)) {
		*f = (struct fuzzy){.first = rte};
		return true;
	}
	for (int i = 0; i < rte->ncols; i++)
		fuzzy_try(f, rte, rte->cols[i].name, name, penalty);
	return false;
}

static bool
missing_column(struct analyzer *as, const char *qualifier, const char *name, int location)
{
	struct err *err = as->env->err;
	struct fuzzy f = {.distance = MAX_FUZZY + 1};
	bool exact = false;
	for (struct scope *s = as->scope; s && !exact; s = s->outer) {
		for (int i = 0; i < s->made.n && !exact; i++)
			exact = fuzzy_rte(&f, s->made.v[i], qualifier, name);
		if (s->standalone && !vec_has(&s->made, s->standalone) && !exact)
			exact = fuzzy_rte(&f, s->standalone, qualifier, name);
	}
	if (qualifier)
		err_set(err, ERR_UNDEFINED_COLUMN, location, "column %s.%s does not exist",
			qualifier, name);
	else
		err_set(err, ERR_UNDEFINED_COLUMN, location, "column \"%s\" does not exist", name);
	if (!f.first || (f.first->rel && f.first->rel->kind == 'd'))
		return false;
	if (!f.first_col)
		return err_hint(err,
				"There is a column named \"%s\" in table \"%s\", but it cannot be "
				"referenced from this part of "
				"the query.",
				name, f.first->alias);
	if (!f.second)
		return err_hint(err, "Perhaps you meant to reference the column \"%s.%s\".",
				f.first->alias, f.first_col);
	return err_hint(
		err, "Perhaps you meant to reference the column \"%s.%s\" or the column \"%s.%s\".",
		f.first->alias, f.first_col, f.second->alias, f.second_col);
}

/* ---- column references ---- */

/* NULL without error: no such column is visible. */
static struct expr *
unqualified_column(struct analyzer *as, const char *name, int location)
{
	for (struct scope *s = as->scope; s; s = s->outer) {
		struct rte *found = NULL;
		int col = -1,
		    n = s->columns.n + (s->standalone && !vec_has(&s->columns, s->standalone));
		for (int i = 0; i < n; i++) {
			struct rte *rte = i < s->columns.n ? s->columns.v[i] : s->standalone;
			int k = rte_find_column(as, rte, name, location);
			if (k == -2)
				return NULL;
			if (k < 0)
				continue;
			if (found) {
				err_set(as->env->err, ERR_AMBIGUOUS_COLUMN, location,
					"column reference \"%s\" is ambiguous", name);
				return NULL;
			}
			found = rte;
			col = k;
		}
		if (found && !check_lateral(as, s, found, location))
			return NULL;
		if (found)
			return rte_column_expr(as, found, col, location);
	}
	return NULL;
}

static struct expr *
name_alone(struct analyzer *as, const char *name, int location)
{
	struct expr *e = unqualified_column(as, name, location);
	if (e || err_is_set(as->env->err))
		return e;
	struct rte *rte = find_rte(as, NULL, name, location);
	if (rte)
		return whole_row(as, rte, location);
	if (!err_is_set(as->env->err) && as->inlining && (e = inline_named(as, name, location)))
		return e;
	if (!err_is_set(as->env->err))
		missing_column(as, NULL, name, location);
	return NULL;
}

static struct expr *
name_in(struct analyzer *as, struct rte *rte, const PgQuery__Node *last, int location)
{
	const char *name = node_str(last);
	if (!name) /* t.* where rows do not expand */
		return whole_row(as, rte, location);
	int col = rte_find_column(as, rte, name, location);
	if (col >= 0)
		return rte_column_expr(as, rte, col, location);
	if (col == -2)
		return NULL;
	struct expr *row = whole_row(as, rte, location);
	struct expr *e = func_or_column(as, name, row, location);
	if (!e && !err_is_set(as->env->err))
		missing_column(as, rte->alias, name, location);
	return e;
}

/* Splits the qualifiers of a reference, all fields but the last: false with err set. */
static bool
split_qualifiers(struct analyzer *as, const PgQuery__ColumnRef *ref, const char **schema,
		 const char **table)
{
	size_t n = ref->n_fields;
	struct err *err = as->env->err;
	*schema = NULL;
	if (n > 4)
		return err_set(err, ERR_SYNTAX_ERROR, ref->location,
			       "improper qualified name (too many dotted names): %s",
			       name_list(as, ref->fields, n));
	*table = node_str(ref->fields[n - 2]);
	if (n >= 3)
		*schema = node_str(ref->fields[n - 3]);
	const char *database = as->env->fenv ? as->env->fenv->database : NULL;
	if (n == 4 && (!database || strcmp(node_str(ref->fields[0]), database) != 0))
		return err_set(err, ERR_FEATURE_NOT_SUPPORTED, ref->location,
			       "cross-database references are not implemented: %s",
			       name_list(as, ref->fields, n));
	return true;
}

static struct expr *
column_ref(struct analyzer *as, const PgQuery__ColumnRef *ref, enum expr_place place)
{
	const char *schema, *table;
	if (place == PLACE_DEFAULT) {
		err_set(as->env->err, ERR_FEATURE_NOT_SUPPORTED, ref->location,
			"cannot use column reference in DEFAULT expression");
		return NULL;
	}
	if (ref->n_fields == 1) {
		const char *name = node_str(ref->fields[0]);
		if (!name) {
			err_set(as->env->err, ERR_SYNTAX_ERROR, ref->location,
				"row expansion via \"*\" is not supported here");
			return NULL;
		}
		return name_alone(as, name, ref->location);
	}
	if (!split_qualifiers(as, ref, &schema, &table))
		return NULL;
	struct rte *rte = find_rte(as, schema, table, ref->location);
	if (rte)
		return name_in(as, rte, ref->fields[ref->n_fields - 1], ref->location);
	if (as->inlining && !schema && !err_is_set(as->env->err) && node_str(ref->fields[1]) &&
	    strcmp(table, as->inlining->name) == 0) {
		struct expr *e = inline_named(as, node_str(ref->fields[1]), ref->location);
		if (e)
			return e;
	}
	missing_rte(as, table, ref->location);
	return NULL;
}

/* A table's definition speaks of its own columns, and may speak of tableoid. */
static bool
check_system_column(struct analyzer *as, const struct expr *e, enum expr_place place)
{
	struct err *err = as->env->err;
	const struct rte *rte = e->kind == EX_VAR ? e->var.rte : NULL;
	if (!rte || rte->kind != RTE_RELATION || e->var.col < 0 || rte->cols[e->var.col].attr)
		return true;
	if (place == PLACE_INDEX_EXPR || place == PLACE_INDEX_PREDICATE)
		return err_set(err, ERR_FEATURE_NOT_SUPPORTED, -1,
			       "index creation on system columns is not supported");
	if (e->type == T_OID)
		return true;
	if (place == PLACE_CHECK)
		return err_set(err, ERR_INVALID_COLUMN_REFERENCE, -1,
			       "system column \"%s\" reference in check constraint is invalid",
			       rte->cols[e->var.col].name);
	return place != PLACE_GENERATED ||
	       err_set(err, ERR_INVALID_COLUMN_REFERENCE, e->location,
		       "cannot use system column \"%s\" in column generation expression",
		       rte->cols[e->var.col].name);
}

struct expr *
analyze_column_ref(struct analyzer *as, const PgQuery__ColumnRef *ref, enum expr_place place)
{
	struct expr *e = column_ref(as, ref, place);
	if (e && !check_system_column(as, e, place))
		return NULL;
	if (e && as->env->watch)
		watch_column(as, e);
	return e;
}

/* ---- * ---- */

static void
expand_rte(struct analyzer *as, struct rte *rte, struct vec *targets, const PgQuery__ColumnRef *ref)
{
	int n = rte->ncols; /* asking for system columns may add to it */
	for (int i = 0; i < n; i++) {
		if (rte->cols[i].hidden)
			continue;
		struct target *t = target_new(
			as, targets, rte_column_expr(as, rte, i, ref->location), rte->cols[i].name);
		target_mark_origin(t);
	}
}

bool
expand_star(struct analyzer *as, const PgQuery__ColumnRef *ref, struct vec *targets)
{
	const char *schema, *table;
	if (ref->n_fields == 1) {
		if (as->scope->columns.n == 0)
			return err_set(as->env->err, ERR_SYNTAX_ERROR, ref->location,
				       "SELECT * with no tables specified is not valid");
		for (int i = 0; i < as->scope->columns.n; i++)
			expand_rte(as, as->scope->columns.v[i], targets, ref);
		return !err_is_set(as->env->err);
	}
	if (!split_qualifiers(as, ref, &schema, &table))
		return false;
	struct rte *rte = find_rte(as, schema, table, ref->location);
	if (!rte)
		return missing_rte(as, table, ref->location);
	expand_rte(as, rte, targets, ref);
	return !err_is_set(as->env->err);
}
