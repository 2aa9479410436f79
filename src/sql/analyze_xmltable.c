/*
 * analyze_xmltable: XMLTABLE in FROM: transformRangeTableFunc. It becomes a call of the body
 * "xmltable" (func/xml_table.c), a function without a row in pg_proc. A volatile default
 * is worked out for every row that wants it: then the entry is
 *     (SELECT coalesce(x.column, default), … FROM the call AS x)
 */
#include "sql/analyze_expr.h"
#include "sql/analyze_int.h"

static const struct proc xmltable_proc = {
	.name = "xmltable",
	.prosrc = "xmltable",
	.language = 12,
	.kind = 'f',
	.volatility = 'i',
	.parallel = 's',
	.retset = true,
	.cost = 100,
	.rows = 100,
	.rettype = T_RECORD,
};

static struct expr *
typed(struct analyzer *as, const PgQuery__Node *node, oid_t type, int32_t typmod)
{
	struct expr *e = analyze_expr(as, node, PLACE_FROM_FUNCTION);

	return e ? coerce_to_specific_typmod(as, e, type, typmod, "XMLTABLE") : NULL;
}

/* ---- columns ---- */

static bool
column_type(struct analyzer *as, const PgQuery__RangeTableFuncCol *c, bool ordinality_seen,
	    struct xmltable_column *out)
{
	const struct type *t;

	if (c->for_ordinality) {
		if (ordinality_seen)
			return err_set(as->env->err, ERR_SYNTAX_ERROR, c->location,
				       "only one FOR ORDINALITY column is allowed");
		out->ordinality = true;
		out->type = T_INT4;
		out->typmod = -1;
		return true;
	}
	if (c->type_name->setof)
		return err_set(as->env->err, ERR_INVALID_TABLE_DEFINITION, c->location,
			       "column \"%s\" cannot be declared SETOF", c->colname);
	if (!analyze_type_name(as, c->type_name, &t, &out->typmod))
		return false;
	out->type = t->oid;
	return true;
}

static bool
column(struct analyzer *as, const PgQuery__RangeTableFuncCol *c, struct xmltable *x)
{
	struct xmltable_column *out = &x->cols[x->ncols];
	bool ordinality_seen = false;

	for (int i = 0; i < x->ncols; i++)
		ordinality_seen = ordinality_seen || x->cols[i].ordinality;
	out->name = arena_strdup(as->arena, c->colname);
	out->not_null = c->is_not_null;
	if (!column_type(as, c, ordinality_seen, out) ||
	    (c->colexpr && !(out->path = typed(as, c->colexpr, T_TEXT, -1))) ||
	    (c->coldefexpr && !(out->def = typed(as, c->coldefexpr, out->type, out->typmod))))
		return false;
	for (int i = 0; i < x->ncols; i++)
		if (strcmp(x->cols[i].name, out->name) == 0)
			return err_set(as->env->err, ERR_SYNTAX_ERROR, c->location,
				       "column name \"%s\" is not unique", out->name);
	x->ncols++;
	return true;
}

/* ---- namespaces ---- */

static bool
unique_name(struct analyzer *as, const struct xmltable *x, const char *name, int location)
{
	for (int i = 0; i < x->nnamespaces; i++) {
		if (!name && !x->prefixes[i])
			return err_set(as->env->err, ERR_SYNTAX_ERROR, location,
				       "only one default namespace is allowed");
		if (name && x->prefixes[i] && strcmp(name, x->prefixes[i]) == 0)
			return err_set(as->env->err, ERR_SYNTAX_ERROR, location,
				       "namespace name \"%s\" is not unique", name);
	}
	return true;
}

static bool
namespaces(struct analyzer *as, const PgQuery__RangeTableFunc *rtf, struct xmltable *x)
{
	x->uris = ARENA_ARRAY(as->arena, struct expr *, rtf->n_namespaces + 1);
	x->prefixes = ARENA_ARRAY(as->arena, const char *, rtf->n_namespaces + 1);
	for (size_t i = 0; i < rtf->n_namespaces; i++) {
		const PgQuery__ResTarget *r = rtf->namespaces[i]->res_target;
		const char *name = r->name && *r->name ? arena_strdup(as->arena, r->name) : NULL;
		struct expr *uri = typed(as, r->val, T_TEXT, -1);

		if (!uri || !unique_name(as, x, name, r->location))
			return false;
		x->uris[x->nnamespaces] = uri;
		x->prefixes[x->nnamespaces++] = name;
	}
	return true;
}

static struct xmltable *
analyze_parts(struct analyzer *as, const PgQuery__RangeTableFunc *rtf)
{
	struct xmltable *x = ARENA_NEW(as->arena, struct xmltable);

	x->rows = typed(as, rtf->rowexpr, T_TEXT, -1);
	x->document = x->rows ? typed(as, rtf->docexpr, T_XML, -1) : NULL;
	if (!x->document)
		return NULL;
	x->cols = ARENA_ARRAY(as->arena, struct xmltable_column, rtf->n_columns + 1);
	for (size_t i = 0; i < rtf->n_columns; i++)
		if (!column(as, rtf->columns[i]->range_table_func_col, x))
			return NULL;
	return namespaces(as, rtf, x) ? x : NULL;
}

/* ---- the call ---- */

static struct expr *
array_of(struct analyzer *as, struct expr **items, int n)
{
	struct expr *e;

	if (!n)
		return expr_text_array(as, NULL, 0);
	e = expr_new(as, EX_ARRAY, T_TEXTARRAY, -1);
	e->list.args = items;
	e->list.nargs = n;
	return e;
}

static struct expr *
paths(struct analyzer *as, const struct xmltable *x)
{
	struct expr **v = ARENA_ARRAY(as->arena, struct expr *, x->ncols + 1);

	for (int i = 0; i < x->ncols; i++)
		v[i] = x->cols[i].path ? x->cols[i].path : expr_text(as, x->cols[i].name, -1);
	return array_of(as, v, x->ncols);
}

/* A volatile default is worked out for every row that wants it. */
static bool
defaults_are_stable(const struct xmltable *x)
{
	for (int i = 0; i < x->ncols; i++)
		if (x->cols[i].def && expr_is_volatile(x->cols[i].def))
			return false;
	return true;
}

static struct expr *
defaults(struct analyzer *as, const struct xmltable *x)
{
	struct expr *row = expr_new(as, EX_ROW, T_RECORD, -1);

	row->list.args = ARENA_ARRAY(as->arena, struct expr *, x->ncols + 1);
	for (int i = 0; i < x->ncols; i++)
		if (x->cols[i].def)
			row->list.args[row->list.nargs++] = x->cols[i].def;
	return row->list.nargs ? row : expr_const(as, T_RECORD, -1, datum_null(), -1);
}

/* A letter for each column: 'A' and what func/xml_table.c's bits say. */
static struct expr *
letters(struct analyzer *as, const struct xmltable *x, bool with_defaults)
{
	char *s = ARENA_ARRAY(as->arena, char, x->ncols + 1);

	for (int i = 0; i < x->ncols; i++) {
		const struct xmltable_column *c = &x->cols[i];
		bool later = c->def && !with_defaults;

		s[i] = (char)('A' + c->ordinality + 2 * (c->not_null && !later) +
			      4 * (c->def && with_defaults));
	}
	return expr_text(as, s, -1);
}

static struct expr *
make_call(struct analyzer *as, const struct xmltable *x, bool with_defaults)
{
	struct expr *e = expr_new(as, EX_FUNC, T_RECORD, -1);

	e->func.proc = &xmltable_proc;
	e->func.form = 's';
	e->func.args = ARENA_ARRAY(as->arena, struct expr *, 8);
	e->func.args[e->func.nargs++] = x->document;
	e->func.args[e->func.nargs++] = x->rows;
	e->func.args[e->func.nargs++] = expr_text_array(as, x->prefixes, x->nnamespaces);
	e->func.args[e->func.nargs++] = array_of(as, x->uris, x->nnamespaces);
	e->func.args[e->func.nargs++] = paths(as, x);
	e->func.args[e->func.nargs++] = letters(as, x, with_defaults);
	e->func.args[e->func.nargs++] =
		with_defaults ? defaults(as, x) : expr_const(as, T_RECORD, -1, datum_null(), -1);
	return e;
}

static struct rte *
make_entry(struct analyzer *as, const struct xmltable *x, bool with_defaults)
{
	struct rte *rte = rte_new(as, RTE_FUNCTION);
	struct rtcol *defs = ARENA_ARRAY(as->arena, struct rtcol, x->ncols + 1);

	rte->lateral = true;
	rte->xmltable = x;
	for (int i = 0; i < x->ncols; i++)
		defs[i] = (struct rtcol){.name = x->cols[i].name,
					 .type = x->cols[i].type,
					 .typmod = x->cols[i].typmod,
					 .collation = type_collation(as, x->cols[i].type)};
	rte->ncols = x->ncols;
	rte->cols = arena_memdup(as->arena, defs, sizeof(*defs) * (size_t)(x->ncols + 1));
	rte->items = ARENA_NEW(as->arena, struct func_item);
	rte->items->ncols = x->ncols;
	rte->items->defs = defs;
	vec_push(as->arena, &rte->funcs, make_call(as, x, with_defaults));
	return rte;
}

/* ---- defaults that are worked out per row ---- */

static struct expr *
checked(struct analyzer *as, struct expr *value, const char *column)
{
	static const oid_t any[2] = {T_ANY, T_TEXT};
	static const struct proc proc = {
		.name = "xml_not_null",
		.prosrc = "xml_not_null",
		.language = 12,
		.kind = 'f',
		.volatility = 'i',
		.parallel = 's',
		.rettype = T_ANY,
		.nargs = 2,
		.argtypes = any,
	};
	struct expr *e = expr_new(as, EX_FUNC, value->type, -1);

	e->typmod = value->typmod;
	e->collation = value->collation;
	e->func.proc = &proc;
	e->func.form = 's';
	e->func.args = ARENA_ARRAY(as->arena, struct expr *, 2);
	e->func.args[0] = value;
	e->func.args[1] = expr_text(as, column, -1);
	e->func.nargs = 2;
	return e;
}

static struct expr *
column_or_default(struct analyzer *as, struct rte *call, const struct xmltable *x, int i)
{
	const struct xmltable_column *c = &x->cols[i];
	struct expr *var = expr_var(as, call, i, -1), *e;

	if (!c->def)
		return var;
	e = expr_new(as, EX_COALESCE, var->type, -1);
	e->typmod = var->typmod;
	e->collation = var->collation;
	e->list.args = ARENA_ARRAY(as->arena, struct expr *, 2);
	e->list.args[0] = var;
	e->list.args[1] = c->def;
	e->list.nargs = 2;
	return c->not_null ? checked(as, e, c->name) : e;
}

static struct rte *
wrap_entry(struct analyzer *as, const struct xmltable *x)
{
	struct query *q = query_new(as, CMD_SELECT);
	struct rte *call = make_entry(as, x, false);

	call->level = q;
	vec_push(as->arena, &q->from, from_rte(as, call));
	for (int i = 0; i < x->ncols; i++)
		target_new(as, &q->targets, column_or_default(as, call, x, i), x->cols[i].name);
	return rte_for_subquery(as, q, NULL, true, -1);
}

/* ---- the entry ---- */

static bool
alias_columns(struct analyzer *as, struct rte *rte, const PgQuery__Alias *alias)
{
	rte->aliased = alias != NULL;
	rte->alias = alias ? arena_strdup(as->arena, alias->aliasname) : "xmltable";
	if (alias && alias->n_colnames > (size_t)rte->ncols)
		return err_set(as->env->err, ERR_INVALID_COLUMN_REFERENCE, -1,
			       "%s function has %d columns available but %zu columns specified",
			       "XMLTABLE", rte->ncols, alias->n_colnames);
	return analyze_alias_columns(as, rte, alias);
}

struct rte *
rte_for_xmltable(struct analyzer *as, const PgQuery__RangeTableFunc *rtf)
{
	const struct xmltable *x = analyze_parts(as, rtf);
	struct rte *rte;

	if (!x)
		return NULL;
	rte = as->as_written || defaults_are_stable(x) ? make_entry(as, x, true)
						       : wrap_entry(as, x);
	if (as->as_written)
		rte->lateral = rtf->lateral || expr_has_var_of(rte->funcs.v[0], as->scope->query);
	return alias_columns(as, rte, rtf->alias) ? rte : NULL;
}
