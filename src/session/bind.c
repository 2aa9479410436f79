/*
 * The message's bytes are copied once into the portal's arena: type input may keep pointing at
 * them.
 */
#include "session/bind.h"

#include "session/session.h"
#include "types/domain.h"

static bool
is_text(const struct type *t)
{
	return t->category == 'S' || t->oid == T_JSON;
}

static bool
one_value(struct session *s, struct portal *p, struct type_ctx *c, const struct type *t,
	  const struct pgw_value *v, struct datum *out)
{
	const char *bytes = (const char *)v->p;
	size_t n = (size_t)v->n;
	struct pgw_error e;

	if (v->n < 0) {
		*out = datum_null();
		return domain_takes_null(c, t);
	}
	if (!pgw_check_format(v->format, &e))
		return err_from_pgw(s, &e);
	if (v->format == 0 || is_text(t)) {
		bytes = session_text_in(s, &p->arena, bytes, n, &n);
		if (!bytes)
			return false;
	} else {
		bytes = arena_memdup(&p->arena, bytes, n);
	}
	return v->format == 0 ? type_text_in(c, t, bytes, n, -1, out)
			      : type_binary_in(c, t, bytes, n, -1, out);
}

/* The value itself is not repeated, as by default in PostgreSQL; that there was one in text form
 * is. */
static bool
name_parameter(struct session *s, const struct portal *p, int number, bool text)
{
	const char *value = text ? " = '...'" : "";

	if (!strcmp(s->err.sqlstate, ERR_INVALID_BINARY_REPRESENTATION) &&
	    !strcmp(s->err.message, "incorrect binary data format"))
		s->err.message = arena_printf(&s->err.arena, "%s in bind parameter %d",
					      s->err.message, number);
	if (!s->err.context)
		s->err.context =
			*p->name ? arena_printf(&s->err.arena, "portal \"%s\" parameter $%d%s",
						p->name, number, value)
				 : arena_printf(&s->err.arena, "unnamed portal parameter $%d%s",
						number, value);
	return false;
}

static bool
values(struct session *s, struct portal *p, const struct pgw_bind *m)
{
	struct type_ctx c = {.arena = &p->arena,
			     .err = &s->err,
			     .env = &s->fenv.types,
			     .find = snapshot_type_find,
			     .find_arg = (void *)(uintptr_t)p->plan->snapshot};
	struct pgw_values w;
	struct pgw_value v;

	p->nparams = (int)m->n_params;
	p->params = arena_alloc(&p->arena, sizeof(struct datum) * (m->n_params + 1));
	pgw_bind_values(m, &w);
	for (int i = 0; pgw_values_next(&w, &v); i++)
		if (!one_value(s, p, &c, p->plan->params[i], &v, &p->params[i]))
			return name_parameter(s, p, i + 1,
					      v.format == 0 &&
						      strcmp(s->err.sqlstate,
							     ERR_CHARACTER_NOT_IN_REPERTOIRE) != 0);
	return true;
}

/* ncols: of the plan, or of the utility command. */
static bool
result_formats(struct session *s, struct portal *p, const struct pgw_bind *m)
{
	struct pgw_error e;

	if (m->n_results == 0)
		return true;
	p->nformats = (int)MAX(m->n_results, (unsigned)p->plan->ncols);
	p->formats = ARENA_ARRAY(&p->arena, int16_t, p->nformats);
	for (int i = 0; i < p->nformats; i++) {
		p->formats[i] = pgw_bind_result_format(m, m->n_results == 1 ? 0 : (unsigned)i);
		if (!pgw_check_format(p->formats[i], &e))
			return err_from_pgw(s, &e);
	}
	return true;
}

bool
bind_portal(struct session *s, struct portal *p, const struct pgw_bind *m)
{
	struct pgw_error e;

	if (!values(s, p, m))
		return false;
	if (p->plan->kind == PLAN_QUERY && p->plan->ncols &&
	    !pgw_bind_check_results(m, (unsigned)p->plan->ncols, &e))
		return err_from_pgw(s, &e);
	return result_formats(s, p, m);
}
