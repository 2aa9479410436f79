/*
 * pg_proc.
 */
#include "catalog/builtin.h"
#include "catalog/rows.h"

static void
row_modes(struct catrow *r, const struct proc *p)
{
	struct buf b = BUF_INIT;

	if (!p->argmodes) {
		row_null(r, 1);
		return;
	}
	for (const char *m = p->argmodes; *m; m++)
		buf_printf(&b, "%c%c", m == p->argmodes ? '{' : ',', *m);
	buf_putc(&b, '}');
	row_text(r, buf_dup(&b, r->scan->row));
	buf_release(&b);
}

static void
row_defaults(struct catrow *r, const struct proc *p)
{
	struct buf b = BUF_INIT;

	if (!p->ndefaults) {
		row_null(r, 1);
		return;
	}
	for (int i = 0; i < p->ndefaults; i++)
		buf_printf(&b, "%s%s", i ? ", " : "", p->defaults[i]);
	row_text(r, buf_dup(&b, r->scan->row));
	buf_release(&b);
}

/* Behind the built-in ones; pos counts on. */
static const struct proc *
user_proc(const struct catscan *s)
{
	int64_t i = s->pos - 1 - builtin_nprocs;

	return i < s->snap->procs.n ? s->snap->procs.v[i] : NULL;
}

static bool
pg_proc_row(struct catscan *s, struct catrow *r)
{
	const struct proc *p;

	if (s->has_key)
		p = s->pos++ ? NULL : snapshot_proc(s->snap, s->key);
	else if (!(p = proc_at((int)s->pos++)))
		p = user_proc(s);
	if (!p)
		return false;
	row_int(r, p->oid);
	row_text(r, p->name);
	row_int(r, p->namespace_oid);
	row_int(r, BOOTSTRAP_SUPERUSER);
	row_int(r, p->language);
	row_real(r, p->cost);
	row_real(r, p->rows);
	row_int(r, p->variadic);
	row_int(r, p->support);
	row_char(r, p->kind);
	row_int(r, p->security_definer);
	row_int(r, p->leakproof);
	row_int(r, p->strict);
	row_int(r, p->retset);
	row_char(r, p->volatility);
	row_char(r, p->parallel);
	row_int(r, p->nargs);
	row_int(r, p->ndefaults);
	row_int(r, p->rettype);
	row_oids(r, p->argtypes, p->nargs, false);
	if (p->nallargs)
		row_oids(r, p->allargtypes, p->nallargs, true);
	else
		row_null(r, 1);
	row_modes(r, p);
	if (p->argnames)
		row_texts(r, p->argnames, MAX(p->nargs, p->nallargs));
	else
		row_null(r, 1);
	row_defaults(r, p);
	row_null(r, 1); /* protrftypes */
	row_text(r, p->prosrc);
	row_null(r, 1);
	row_text(r, p->sqlbody && !*p->prosrc ? p->sqlbody : NULL);
	row_null(r, 2);
	return true;
}
CATREL(pg_proc, 30, 0);
