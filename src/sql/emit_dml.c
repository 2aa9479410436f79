/*
 * emit_dml: INSERT, UPDATE, DELETE. RETURNING and ON CONFLICT's target name the table's columns
 * unqualified, as SQLite wants them.
 */
#include "sql/emit.h"

static bool
put_returning(struct emit *em, const struct query *q)
{
	const struct rte *outer = em->unqualified;

	em->unqualified = q->target;
	for (int i = 0; i < q->returning.n; i++) {
		buf_puts(em->b, i ? ", " : " RETURNING ");
		if (!emit_expr(em, VEC_AT(struct target, &q->returning, i)->expr, P_NONE))
			return false;
	}
	em->unqualified = outer;
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

/* ---- INSERT ---- */

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
	if (oc->where) {
		buf_puts(em->b, " WHERE ");
		if (!emit_filter(em, oc->where, P_NONE))
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
	if (q->where) {
		buf_puts(em->b, " WHERE ");
		if (!emit_filter(em, q->where, P_NONE))
			return false;
	}
	return put_returning(em, q);
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
	if (q->where) {
		buf_puts(em->b, " WHERE ");
		if (!emit_filter(em, q->where, P_NONE))
			return false;
	}
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
	if (q->where) {
		buf_puts(em->b, " WHERE ");
		if (!emit_filter(em, q->where, P_NONE))
			return false;
	}
	return put_returning(em, q);
}
