/*
 * emit_dml: INSERT, UPDATE, DELETE. RETURNING and ON CONFLICT's target name the table's columns
 * unqualified, as SQLite wants them.
 */
#include "sql/analyze_expr.h"
#include "sql/emit.h"
#include "types/domain.h"

static bool
put_returning(struct emit *em, const struct query *q)
{
	const struct rte *outer = em->unqualified;

	em->unqualified = q->target;
	em->upserted = emit_upsert_once(q) ? q->target : NULL;
	for (int i = 0; i < q->returning.n; i++) {
		buf_puts(em->b, i ? ", " : " RETURNING ");
		if (!emit_expr(em, VEC_AT(struct target, &q->returning, i)->expr, P_NONE))
			return false;
	}
	em->unqualified = outer;
	em->upserted = NULL;
	return true;
}

static bool
put_set(struct emit *em, const struct vec *set)
{
	for (int i = 0; i < set->n; i++) {
		const struct target *t = set->v[i];

		buf_puts(em->b, i ? ", " : " SET ");
		emit_ident(em, t->column->physical);
		buf_puts(em->b, " = ");
		if (!emit_expr(em, t->expr, P_NONE))
			return false;
	}
	return true;
}

static bool
put_where(struct emit *em, const struct query *q)
{
	if (q->where) {
		buf_puts(em->b, " WHERE ");
		if (!emit_filter(em, q->where, table_image(em, q->target->rel) ? P_AND : P_NONE))
			return false;
	}
	return emit_untouched(em, q->target, q->where ? " AND " : " WHERE ");
}

/* ---- INSERT ---- */

static bool
is_xmax(struct expr **slot, void *target)
{
	const struct expr *e = *slot;

	return !(e->kind == EX_VAR && e->var.rte == target && e->var.col >= 0 &&
		 !e->var.rte->cols[e->var.col].attr && e->type == T_XID &&
		 strcmp(e->var.rte->cols[e->var.col].name, "xmax") == 0);
}

static bool
returns_xmax(const struct query *q)
{
	for (int i = 0; i < q->returning.n; i++)
		if (!expr_visit(&VEC_AT(struct target, &q->returning, i)->expr, is_xmax, q->target,
				true))
			return true;
	return false;
}

bool
emit_upsert_once(const struct query *q)
{
	const struct query *src = q->source;

	return q->on_conflict && q->on_conflict->do_update && src && rowid_name(q->target->rel) &&
	       (!(src->values && src->values->values->n == 1) || returns_xmax(q));
}

static bool
put_conflict(struct emit *em, const struct query *q)
{
	const struct on_conflict *oc = q->on_conflict;

	buf_puts(em->b, " ON CONFLICT ");
	em->unqualified = q->target;
	for (int i = 0; i < oc->infer.n; i++) {
		buf_puts(em->b, i ? ", " : "(");
		if (!emit_expr(em, oc->infer.v[i], P_NONE))
			return false;
	}
	if (oc->infer.n)
		buf_puts(em->b, ") ");
	if (oc->infer_where) {
		buf_puts(em->b, "WHERE ");
		if (!emit_expr(em, oc->infer_where, P_NONE))
			return false;
		buf_putc(em->b, ' ');
	}
	em->unqualified = NULL;
	if (!oc->do_update) {
		buf_puts(em->b, "DO NOTHING");
		return true;
	}
	buf_puts(em->b, "DO UPDATE");
	em->excluded = oc->excluded;
	if (!put_set(em, &oc->set))
		return false;
	if (emit_upsert_once(q))
		buf_printf(em->b, " WHERE pg_upsert_row(t%d.%s)", q->target->id,
			   rowid_name(q->target->rel));
	if (oc->where) {
		buf_puts(em->b, emit_upsert_once(q) ? " AND " : " WHERE ");
		if (!emit_filter(em, oc->where, emit_upsert_once(q) ? P_AND : P_NONE))
			return false;
	}
	em->excluded = NULL;
	return true;
}

/* SQLite reads SELECT … FROM t ON CONFLICT as a join's ON unless there is a WHERE. */
static bool
put_source(struct emit *em, const struct query *q)
{
	struct query *src = q->source;
	struct query copy;

	if (!q->on_conflict || src->values || src->setop || src->where || !src->from.n ||
	    src->group.n || src->order.n || src->limit)
		return emit_select(em, src, 0);
	copy = *src;
	copy.where = expr_const(em->as, T_BOOL, -1, datum_int(1), -1);
	return emit_select(em, &copy, 0);
}

bool
emit_insert(struct emit *em, const struct query *q)
{
	if (!emit_ctes(em, q))
		return false;
	buf_puts(em->b, "INSERT INTO ");
	if (!emit_table(em, q->target))
		return false;
	if (!q->source) {
		buf_puts(em->b, " DEFAULT VALUES");
	} else {
		for (int i = 0; i < q->targets.n; i++) {
			buf_puts(em->b, i ? ", " : " (");
			emit_ident(em, VEC_AT(struct target, &q->targets, i)->column->physical);
		}
		buf_puts(em->b, ") ");
		if (!put_source(em, q))
			return false;
	}
	if (q->on_conflict && !put_conflict(em, q))
		return false;
	return put_returning(em, q);
}

/* ---- UPDATE ---- */

bool
emit_update(struct emit *em, const struct query *q)
{
	if (!emit_ctes(em, q))
		return false;
	buf_puts(em->b, "UPDATE ");
	if (!emit_table(em, q->target))
		return false;
	if (q->targets.n) {
		if (!put_set(em, &q->targets))
			return false;
	} else { /* only SET generated = DEFAULT: rows are matched and counted all the same */
		const char *rowid = rowid_name(q->target->rel);

		if (!rowid)
			return err_unsupported(em->as->env->err, -1,
					       "UPDATE of generated columns only");
		buf_printf(em->b, " SET %s = %s", rowid, rowid);
	}
	if (q->from.n) {
		buf_puts(em->b, " FROM ");
		if (!emit_from(em, &q->from))
			return false;
	}
	return put_where(em, q) && put_returning(em, q);
}

/* ---- DELETE ---- */

/* The row's identity under an alias: the rowid, or the primary key of a table that has none. */
static bool
put_row_id(struct emit *em, const struct relation *rel, const char *alias, int id)
{
	const char *rowid = rowid_name(rel);

	if (rowid) {
		buf_printf(em->b, "%s%d.%s", alias, id, rowid);
		return true;
	}
	for (int i = 0; i < rel->constraints.n; i++) {
		const struct constraint *c = rel->constraints.v[i];

		if (c->kind != 'p')
			continue;
		for (int k = 0; k < c->ncols; k++) {
			buf_printf(em->b, "%s%s%d.", k ? ", " : "(", alias, id);
			emit_ident(em, rel->cols[c->cols[k] - 1].physical);
		}
		buf_putc(em->b, ')');
		return true;
	}
	return err_unsupported(em->as->env->err, -1, "DELETE USING on table \"%s\"", rel->name);
}

/* The joined rows are found by a sub-select over the table under its own name; the outer one is uN.
 */
static bool
put_delete_using(struct emit *em, const struct query *q)
{
	int name = ++em->next_name;

	buf_puts(em->b, "DELETE FROM ");
	emit_ident(em, q->target->rel->physical);
	buf_printf(em->b, " AS u%d WHERE ", name);
	if (!put_row_id(em, q->target->rel, "u", name))
		return false;
	buf_puts(em->b, " IN (SELECT ");
	if (rowid_name(q->target->rel)) {
		if (!put_row_id(em, q->target->rel, "t", q->target->id))
			return false;
	} else {
		const struct relation *rel = q->target->rel;

		for (int i = 0; i < rel->constraints.n; i++) {
			const struct constraint *c = rel->constraints.v[i];

			for (int k = 0; c->kind == 'p' && k < c->ncols; k++) {
				buf_printf(em->b, "%st%d.", k ? ", " : "", q->target->id);
				emit_ident(em, rel->cols[c->cols[k] - 1].physical);
			}
		}
	}
	buf_puts(em->b, " FROM ");
	if (!emit_table(em, q->target))
		return false;
	buf_puts(em->b, ", ");
	if (!emit_from(em, &q->from))
		return false;
	if (!put_where(em, q))
		return false;
	buf_putc(em->b, ')');
	return put_returning(em, q);
}

bool
emit_delete(struct emit *em, const struct query *q)
{
	if (!emit_ctes(em, q))
		return false;
	if (q->from.n)
		return put_delete_using(em, q);
	buf_puts(em->b, "DELETE FROM ");
	if (!emit_table(em, q->target))
		return false;
	return put_where(em, q) && put_returning(em, q);
}

/* ---- parts of columns, domains ---- */

/* A step's subscripts go into args; its name into path. */
static void
put_step(struct buf *path, const struct assign_step *s, struct expr **args, int *n)
{
	buf_putc(path, s->what);
	if (s->what == 'f')
		buf_printf(path, "%d", s->field);
	else if (s->what != 's')
		buf_printf(path, "%d", s->n);
	for (int i = 0; i < s->n; i++) {
		if (s->what == 's')
			buf_puts(path, s->lower[i] && s->upper[i] ? "lu"
				       : s->lower[i]              ? "l-"
				       : s->upper[i]              ? "-u"
								  : "--");
		if (s->lower && s->lower[i])
			args[(*n)++] = s->lower[i];
		if (s->upper[i])
			args[(*n)++] = s->upper[i];
	}
	buf_putc(path, ';');
}

int
emit_assign(struct emit *em, const struct expr *e)
{
	struct buf path = BUF_INIT;
	struct expr **args;
	int n = 3, most = 3;

	for (int i = 0; i < e->assign.nsteps; i++)
		most += 2 * e->assign.steps[i].n;
	args = ARENA_ARRAY(em->as->arena, struct expr *, most);
	for (int i = 0; i < e->assign.nsteps; i++)
		put_step(&path, &e->assign.steps[i], args, &n);
	args[0] = expr_const(em->as, T_TEXT, -1,
			     datum_text(buf_dup(&path, em->as->arena), path.len), -1);
	buf_release(&path);
	args[1] = e->assign.base;
	args[2] = e->assign.value;
	return emit_key(em, "assign_part", e->type, args, n);
}

static bool
has_constraints(const struct type *t)
{
	for (; t && t->typtype == 'd'; t = t->of)
		if (t->domain && (t->domain->not_null || t->domain->nchecks))
			return true;
	return false;
}

int
emit_coerce_domain(struct emit *em, const struct expr *e)
{
	if (!has_constraints(type_of(em->as, e->type)))
		return emit_expr(em, e->unary.arg, P_ATOM) ? P_ATOM : -1;
	return emit_key(em, "coerce_to_domain", e->type, (struct expr *const *)&e->unary.arg, 1);
}
