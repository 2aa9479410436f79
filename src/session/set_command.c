/*
 * SET, RESET, SHOW.
 */
#include <pg_query.pb-c.h>
#include <stdio.h>
#include <stdlib.h>

#include "session/row_encode.h"
#include "session/session.h"
#include "session/utility.h"
#include "session/xact.h"

static const char *
constant(struct arena *a, const PgQuery__AConst *c)
{
	switch (c->val_case) {
	case PG_QUERY__A__CONST__VAL_IVAL:
		return arena_printf(a, "%d", c->ival->ival);
	case PG_QUERY__A__CONST__VAL_FVAL:
		return c->fval->fval;
	case PG_QUERY__A__CONST__VAL_SVAL:
		return c->sval->sval;
	case PG_QUERY__A__CONST__VAL_BOOLVAL:
		return c->boolval->boolval ? "true" : "false";
	default:
		return NULL;
	}
}

/* SET TIME ZONE INTERVAL '…', perhaps with fields: what the parameter takes as INTERVAL '…'. NULL:
 * err is set. */
static const char *
zone_interval(struct session *s, const PgQuery__TypeCast *cast)
{
	const char *text = cast->arg->node_case == PG_QUERY__NODE__NODE_A_CONST
				   ? constant(&s->msg, cast->arg->a_const)
				   : NULL;
	const PgQuery__TypeName *type = cast->type_name;
	struct type_ctx c = {&s->msg, &s->err, &s->fenv.types, type_builtin_find, NULL};
	const char *mods[2];
	int32_t typmod = -1;
	struct datum v;
	struct buf b = BUF_INIT;
	const char *out;

	if (!text || type->n_typmods > 2) {
		err_unsupported(&s->err, -1, "this form of SET TIME ZONE");
		return NULL;
	}
	for (size_t i = 0; i < type->n_typmods; i++)
		mods[i] = constant(&s->msg, type->typmods[i]->a_const);
	if ((type->n_typmods &&
	     !type_builtin(T_INTERVAL)
		      ->typmodin(&s->err, -1, mods, (int)type->n_typmods, &typmod)) ||
	    !type_text_in(&c, type_builtin(T_INTERVAL), text, strlen(text), typmod, &v))
		return NULL;
	buf_puts(&b, "INTERVAL '");
	out = type_text_out(&c, type_builtin(T_INTERVAL), &v, -1, &b) ? "" : NULL;
	buf_putc(&b, '\'');
	out = out ? arena_strndup(&s->msg, b.data, b.len) : NULL;
	buf_release(&b);
	return out;
}

/* The arguments as one text; those of list parameters are identifiers. NULL: err is set. */
static const char *
flatten(struct session *s, const PgQuery__VariableSetStmt *v)
{
	const struct setting *def = settings_find(v->name);
	bool list = def && def->hook && (def->hook->flags & HOOK_LIST),
	     quoted = list && strcmp(def->row->name, "DateStyle") != 0;
	struct buf b = BUF_INIT;
	char *out;

	if (v->n_args > 1 && !list) {
		err_set(&s->err, ERR_INVALID_PARAMETER_VALUE, -1, "SET %s takes only one argument",
			v->name);
		return NULL;
	}
	for (size_t i = 0; i < v->n_args; i++) {
		const char *one = NULL;
		if (v->args[i]->node_case == PG_QUERY__NODE__NODE_A_CONST)
			one = constant(&s->msg, v->args[i]->a_const);
		else if (v->args[i]->node_case == PG_QUERY__NODE__NODE_TYPE_CAST)
			one = zone_interval(s, v->args[i]->type_cast);
		if (!one) {
			buf_release(&b);
			if (!err_is_set(&s->err))
				err_unsupported(&s->err, -1, "this form of SET %s", v->name);
			return NULL;
		}
		buf_printf(&b, "%s%s", i ? ", " : "",
			   quoted ? quote_identifier(&s->msg, one) : one);
	}
	out = arena_strndup(&s->msg, b.data ? b.data : "", b.len);
	buf_release(&b);
	return out;
}

static void
warn_outside(struct session *s, const char *command)
{
	if (s->block == BLOCK_NONE && !s->implicit_many)
		report_noticef(s, "WARNING", ERR_NO_ACTIVE_SQL_TRANSACTION,
			       "%s can only be used in transaction blocks", command);
}

static bool
set_multi(struct session *s, const PgQuery__VariableSetStmt *v)
{
	if (strcmp(v->name, "TRANSACTION") == 0) {
		warn_outside(s, "SET TRANSACTION");
		return xact_set_list(s, v, false);
	}
	if (strcmp(v->name, "SESSION CHARACTERISTICS") == 0)
		return xact_set_list(s, v, true);
	return err_unsupported(&s->err, -1, "SET %s", v->name);
}

static bool
set_value(struct session *s, const PgQuery__VariableSetStmt *v)
{
	const char *value = flatten(s, v);

	if (!value)
		return false;
	if (v->is_local)
		warn_outside(s, "SET LOCAL");
	return settings_set(&s->settings, v->name, value, v->is_local ? SET_LOCAL : SET_SESSION,
			    &s->err);
}

static bool
set_current(struct session *s, const PgQuery__VariableSetStmt *v)
{
	return err_unsupported(&s->err, -1, "SET %s FROM CURRENT outside CREATE FUNCTION", v->name);
}

bool
set_command(struct session *s, const void *stmt, const char **tag)
{
	const PgQuery__VariableSetStmt *v = stmt;

	*tag = "SET";
	switch (v->kind) {
	case PG_QUERY__VARIABLE_SET_KIND__VAR_SET_VALUE:
		return set_value(s, v);
	case PG_QUERY__VARIABLE_SET_KIND__VAR_SET_MULTI:
		return set_multi(s, v);
	case PG_QUERY__VARIABLE_SET_KIND__VAR_SET_CURRENT:
		return set_current(s, v);
	case PG_QUERY__VARIABLE_SET_KIND__VAR_RESET:
		*tag = "RESET";
		return settings_set(&s->settings, v->name, NULL, SET_SESSION, &s->err);
	case PG_QUERY__VARIABLE_SET_KIND__VAR_RESET_ALL:
		*tag = "RESET";
		return settings_reset_all(&s->settings, &s->err);
	default:
		if (v->is_local)
			warn_outside(s, "SET LOCAL");
		return settings_set(&s->settings, v->name, NULL,
				    v->is_local ? SET_LOCAL : SET_SESSION, &s->err);
	}
}

static bool
show_all(struct session *s)
{
	const struct setting *def;

	for (int i = 0; (def = settings_at(i)) != NULL; i++) {
		const char *cells[3] = {def->row->name, NULL, def->row->short_desc};
		if ((def->hook && (def->hook->flags & HOOK_HIDDEN)) ||
		    (def->row->flags && strstr(def->row->flags, "NO_SHOW_ALL")))
			continue;
		cells[1] = setting_format(def, &s->msg, settings_get(&s->settings, def, &s->msg));
		row_send_texts(s, cells, 3);
	}
	return true;
}

bool
show_command(struct session *s, const void *stmt, struct utility *u)
{
	const PgQuery__VariableShowStmt *v = stmt;
	const struct plan_column *cols;
	const char *value = NULL;
	int n;
	bool all = strcmp(v->name, "all") == 0;

	u->tag = "SHOW";
	if (!all && !settings_show(&s->settings, v->name, false, &s->msg, &value, &s->err))
		return false;
	if (!utility_columns(s, &s->msg, u->stmt.node, &cols, &n))
		return false;
	if (u->describe)
		row_describe(s, cols, n, u->formats);
	if (all)
		return show_all(s);
	row_send_texts(s, &value, 1);
	return true;
}
