/*
 * Definitions as SQL: views, indexes, constraints, functions.
 */
#include "func/catalog_fn.h"
#include "types/domain.h"

static bool
definition(struct fcall *c, const char *text, struct datum *out)
{
	return text ? ret_text(c, text, out) : true;
}

/* SQLite's own text of a view that was found in the file: what follows AS. */
static const char *
foreign_text(const struct relation *r)
{
	const char *as = r->foreign_decl ? strcasestr(r->foreign_decl, " as ") : NULL;

	return as ? as + 4 : NULL;
}

/* A view's query, with a blank in front and a semicolon; NULL without error: r is none. */
static bool
view_query(struct fcall *c, const struct relation *r, bool pretty, int wrap, char **text)
{
	const struct session_ops *ops = c->env->ops;
	const char *stored;
	size_t n;

	*text = NULL;
	if (!r || (r->kind != 'v' && builtin_relkind(r) != 'v'))
		return true;
	stored = foreign_text(r) ? foreign_text(r) : r->view_def;
	if (!foreign_text(r) && r->view_def && ops && ops->view_definition) {
		if (!ops->view_definition(c->env->ops_arg, r, pretty, wrap, c->arena, text, c->err))
			return false;
		*text = arena_printf(c->arena, "%s;", *text);
		return true;
	}
	if (!stored)
		stored = arena_printf(c->arena, "SELECT * FROM pg_catalog.%s",
				      quote_identifier(c->arena, r->name));
	n = strlen(stored);
	while (n && strchr("; \n", stored[n - 1]))
		n--;
	*text = arena_printf(c->arena, " %.*s;", (int)n, stored);
	return true;
}

static bool
view_text(struct fcall *c, const struct relation *r, bool pretty, int wrap, struct datum *out)
{
	char *text;

	return view_query(c, r, pretty, wrap, &text) && definition(c, text, out);
}

bool
fn_get_viewdef(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	return view_text(c, catalog_relation(c, &args[0]), false, 0, out);
}

bool
fn_get_viewdef_ext(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	return view_text(c, catalog_relation(c, &args[0]), args[1].i != 0, 0, out);
}

bool
fn_get_viewdef_wrap(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	return view_text(c, catalog_relation(c, &args[0]), true, (int)args[1].i, out);
}

bool
fn_get_viewdef_name(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	const struct relation *r = catalog_relation_named(c, &args[0]);

	return r && view_text(c, r, false, 0, out);
}

bool
fn_get_viewdef_name_ext(struct fcall *c, const struct datum *args, int nargs UNUSED,
			struct datum *out)
{
	const struct relation *r = catalog_relation_named(c, &args[0]);

	return r && view_text(c, r, args[1].i != 0, 0, out);
}

static bool
rule_text(struct fcall *c, const struct datum *oid, bool pretty, struct datum *out)
{
	/* A rule has the OID of its view's row type (pg_rewrite's rows). */
	const struct relation *r = snapshot_relation_of_type(c->env->snapshot, catalog_oid(oid));
	char *text;

	if (!r || r->type_oid != catalog_oid(oid))
		return true;
	if (!view_query(c, r, pretty, 0, &text))
		return false;
	if (!text)
		return true;
	return ret_text(
		c,
		arena_printf(c->arena,
			     "CREATE RULE \"_RETURN\" AS\n    ON SELECT TO %s DO INSTEAD %s",
			     snapshot_relation_name(c->arena, c->env->snapshot,
						    pretty ? c->env->search_path : NULL, r),
			     text),
		out);
}

bool
fn_get_ruledef(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	return rule_text(c, &args[0], false, out);
}

bool
fn_get_ruledef_ext(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	return rule_text(c, &args[0], args[1].i != 0, out);
}

static bool
index_text(struct fcall *c, const struct datum *oid, int column, bool pretty, struct datum *out)
{
	const struct relation *r = catalog_relation(c, oid);

	if (!r || !r->index)
		return true;
	return definition(c,
			  index_definition_in(c->arena, c->env->snapshot, c->env->search_path,
					      r->index, column, pretty),
			  out);
}

bool
fn_get_indexdef(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	return index_text(c, &args[0], 0, false, out);
}

bool
fn_get_indexdef_ext(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	return index_text(c, &args[0], (int)args[1].i, args[2].i != 0, out);
}

static bool
constraint_text(struct fcall *c, const struct datum *oid, bool pretty, struct datum *out)
{
	const struct constraint *k = snapshot_constraint_by_oid(c->env->snapshot, catalog_oid(oid));

	if (!k) {
		const struct domain_constraint *check;
		bool found = snapshot_domain_constraint(c->env->snapshot, catalog_oid(oid), &check);

		return !found ||
		       definition(c,
				  domain_constraint_definition(c->arena, c->env->snapshot,
							       c->env->search_path, check, pretty),
				  out);
	}
	return definition(c,
			  constraint_definition_in(c->arena, c->env->snapshot, c->env->search_path,
						   k, pretty),
			  out);
}

bool
fn_get_constraintdef(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	return constraint_text(c, &args[0], false, out);
}

bool
fn_get_constraintdef_ext(struct fcall *c, const struct datum *args, int nargs UNUSED,
			 struct datum *out)
{
	return constraint_text(c, &args[0], args[1].i != 0, out);
}

/* A pg_node_tree is the expression's text itself; of is the relation that it is about. */
static bool
expression_text(struct fcall *c, const char *text, const struct datum *of, struct datum *out)
{
	const struct relation *r = catalog_relation(c, of);

	if (r)
		text = shown_relations(c->arena, c->env->snapshot, default_names_path(c->arena, r),
				       c->env->search_path, text);
	return ret_text(c, shown_types(c->arena, c->env->snapshot, c->env->search_path, text), out);
}

bool
fn_get_expr(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	return expression_text(c, catalog_text(c, &args[0]), &args[1], out);
}

bool
fn_get_expr_ext(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	if (!args[2].i)
		return fn_get_expr(c, args, nargs, out);
	return expression_text(c, pretty_expression(c->arena, catalog_text(c, &args[0])), &args[1],
			       out);
}

bool
fn_get_serial_sequence(struct fcall *c, const struct datum *args, int nargs UNUSED,
		       struct datum *out)
{
	const struct relation *r = catalog_relation_named(c, &args[0]), *q;
	const char *name = catalog_text(c, &args[1]);
	const struct column *col = r ? relation_column(r, name) : NULL;
	const struct snapshot *s = c->env->snapshot;

	if (!r)
		return false;
	if (!col)
		return err_set(c->err, ERR_UNDEFINED_COLUMN, -1,
			       "column \"%s\" of relation \"%s\" does not exist", name, r->name);
	for (int i = 0; i < s->relations.n; i++) {
		q = VEC_AT(struct relation, &s->relations, i);
		if (q->sequence && q->sequence->owner_rel == r->oid &&
		    q->sequence->owner_col == col->attnum)
			return ret_text(c, snapshot_relation_name(c->arena, s, NULL, q), out);
	}
	return true;
}

/* Functions. */

static char *
type_text(struct fcall *c, oid_t oid)
{
	return snapshot_format_type(c->arena, c->env->snapshot, c->env->search_path, oid, -1);
}

static bool
is_input(char mode)
{
	return mode == 'i' || mode == 'b' || mode == 'v';
}

static const char *
mode_word(char mode)
{
	switch (mode) {
	case 'o':
		return "OUT ";
	case 'b':
		return "INOUT ";
	case 'v':
		return "VARIADIC ";
	default:
		return "";
	}
}

static void
put_argument(struct fcall *c, struct buf *b, const struct proc *p, int i, char mode)
{
	oid_t type = p->nallargs ? p->allargtypes[i] : p->argtypes[i];

	buf_puts(b, mode_word(mode));
	if (p->argnames && *p->argnames[i])
		buf_printf(b, "%s ", quote_identifier(c->arena, p->argnames[i]));
	buf_puts(b, type_text(c, type));
}

/* The argument list; an ordered-set aggregate's has ORDER BY before its aggregated arguments, and a
 * variadic last argument that is both direct and aggregated is written twice. */
static void
put_arguments(struct fcall *c, struct buf *b, const struct proc *p, bool table, bool defaults)
{
	const struct aggregate *agg = p->kind == 'a' ? aggregate_find(p->oid) : NULL;
	int order_at = agg && agg->kind != 'n' ? agg->ndirectargs : -1,
	    n = p->nallargs ? p->nallargs : p->nargs;
	int printed = 0, input = 0;

	for (int i = 0; i < n; i++) {
		char mode = p->nallargs ? p->argmodes[i] : (p->variadic && i == n - 1 ? 'v' : 'i');
		int nth = is_input(mode) ? input++ : -1;

		if (table != (mode == 't'))
			continue;
		if (printed == order_at)
			buf_puts(b, printed ? " ORDER BY " : "ORDER BY ");
		else if (printed)
			buf_puts(b, ", ");
		put_argument(c, b, p, i, mode);
		if (defaults && nth >= p->nargs - p->ndefaults)
			buf_printf(b, " DEFAULT %s", p->defaults[nth - (p->nargs - p->ndefaults)]);
		printed++;
		if (printed == order_at && i == n - 1 && mode == 'v') {
			buf_puts(b, " ORDER BY ");
			put_argument(c, b, p, i, mode);
		}
	}
}

static void
put_result(struct fcall *c, struct buf *b, const struct proc *p)
{
	if (p->argmodes && strchr(p->argmodes, 't')) {
		buf_puts(b, "TABLE(");
		put_arguments(c, b, p, true, false);
		buf_putc(b, ')');
		return;
	}
	buf_printf(b, "%s%s", p->retset ? "SETOF " : "", type_text(c, p->rettype));
}

bool
fn_function_arguments(struct fcall *c, const struct datum *args, int nargs UNUSED,
		      struct datum *out)
{
	const struct proc *p = snapshot_proc(c->env->snapshot, catalog_oid(&args[0]));
	struct buf b = BUF_INIT;

	if (!p)
		return true;
	put_arguments(c, &b, p, false, true);
	return ret_buf(c, &b, out);
}

bool
fn_function_identity(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	const struct proc *p = snapshot_proc(c->env->snapshot, catalog_oid(&args[0]));
	struct buf b = BUF_INIT;

	if (!p)
		return true;
	put_arguments(c, &b, p, false, false);
	return ret_buf(c, &b, out);
}

bool
fn_function_result(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	const struct proc *p = snapshot_proc(c->env->snapshot, catalog_oid(&args[0]));
	struct buf b = BUF_INIT;

	if (!p || p->kind == 'p')
		return true;
	put_result(c, &b, p);
	return ret_buf(c, &b, out);
}

bool
fn_function_arg_default(struct fcall *c, const struct datum *args, int nargs UNUSED,
			struct datum *out)
{
	const struct proc *p = snapshot_proc(c->env->snapshot, catalog_oid(&args[0]));
	int n, input = 0;

	if (!p)
		return true;
	n = p->nallargs ? p->nallargs : p->nargs;
	for (int i = 0; i < n; i++) {
		int nth = !p->nallargs || is_input(p->argmodes[i]) ? input++ : -1;

		if (i + 1 == args[1].i && nth >= p->nargs - p->ndefaults && nth >= 0)
			return ret_text(c, p->defaults[nth - (p->nargs - p->ndefaults)], out);
	}
	return true;
}

/* "RETURN …" for a single expression, as the deparser gives it; other bodies have statements. */
static char *
body_text(struct fcall *c, const struct proc *p)
{
	if (strstr(p->sqlbody, "\n    FROM "))
		return arena_printf(c->arena, "BEGIN ATOMIC\n %s;\nEND", p->sqlbody);
	return arena_printf(c->arena, "RETURN %s", p->sqlbody + strlen("SELECT "));
}

bool
fn_function_sqlbody(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	const struct proc *p = snapshot_proc(c->env->snapshot, catalog_oid(&args[0]));

	return !p || !p->sqlbody || *p->prosrc || ret_text(c, body_text(c, p), out);
}

static void
put_properties(struct fcall *c, struct buf *b, const struct proc *p)
{
	size_t start;

	buf_printf(b, " LANGUAGE %s\n",
		   p->language == 12   ? "internal"
		   : p->language == 13 ? "c"
				       : "sql");
	start = b->len;
	if (p->kind == 'w')
		buf_puts(b, " WINDOW");
	if (p->volatility != 'v')
		buf_puts(b, p->volatility == 'i' ? " IMMUTABLE" : " STABLE");
	if (p->parallel != 'u')
		buf_puts(b, p->parallel == 's' ? " PARALLEL SAFE" : " PARALLEL RESTRICTED");
	if (p->strict)
		buf_puts(b, " STRICT");
	if (p->security_definer)
		buf_puts(b, " SECURITY DEFINER");
	if (p->leakproof)
		buf_puts(b, " LEAKPROOF");
	if (p->cost != (p->language == 14 ? 100 : 1))
		buf_printf(b, " COST %g", (double)p->cost);
	if (p->rows > 0 && p->rows != 1000)
		buf_printf(b, " ROWS %g", (double)p->rows);
	if (p->support)
		buf_printf(b, " SUPPORT %s",
			   quote_identifier(c->arena, proc_find(p->support)->name));
	if (b->len > start)
		buf_putc(b, '\n');
}

bool
fn_functiondef(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	const struct proc *p = snapshot_proc(c->env->snapshot, catalog_oid(&args[0]));
	struct buf b = BUF_INIT;

	if (!p)
		return true;
	if (p->kind == 'a')
		return err_set(c->err, ERR_WRONG_OBJECT_TYPE, -1, "\"%s\" is an aggregate function",
			       p->name);
	buf_printf(&b, "CREATE OR REPLACE FUNCTION pg_catalog.%s(",
		   quote_identifier(c->arena, p->name));
	put_arguments(c, &b, p, false, true);
	buf_puts(&b, ")\n RETURNS ");
	put_result(c, &b, p);
	buf_putc(&b, '\n');
	put_properties(c, &b, p);
	if (p->sqlbody && !*p->prosrc)
		buf_printf(&b, "%s\n", body_text(c, p));
	else
		buf_printf(&b, "AS $function$%s$function$\n", p->prosrc);
	return ret_buf(c, &b, out);
}
