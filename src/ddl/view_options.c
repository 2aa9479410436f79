#include "ddl/view_options.h"

#include <ctype.h>
#include <strings.h>

struct option {
	const char *name, *value;
};

static const char *
option_value(struct ddl *d, const PgQuery__DefElem *o)
{
	const PgQuery__Node *arg = o->arg;

	switch (arg ? arg->node_case : PG_QUERY__NODE__NODE__NOT_SET) {
	case PG_QUERY__NODE__NODE_STRING:
		return arg->string->sval;
	case PG_QUERY__NODE__NODE_INTEGER:
		return arena_printf(d->arena, "%d", arg->integer->ival);
	case PG_QUERY__NODE__NODE_FLOAT:
		return arg->float_->fval;
	case PG_QUERY__NODE__NODE_BOOLEAN:
		return arg->boolean->boolval ? "true" : "false";
	case PG_QUERY__NODE__NODE_TYPE_NAME: /* a word */
		return node_string(arg->type_name->names[arg->type_name->n_names - 1]);
	default:
		return "true";
	}
}

static void
push(struct ddl *d, struct vec *list, const char *name, const char *value)
{
	struct option *o = ARENA_NEW(d->arena, struct option);

	*o = (struct option){name, value};
	vec_push(d->arena, list, o);
}

/* {a=b,c=d}: neither names nor values that are valid need quotes. */
static void
read_old(struct ddl *d, const char *old, struct vec *out)
{
	while (old && *old && strchr("{,", *old)) {
		const char *name = old + 1, *eq = strchr(name, '='),
			   *end = eq ? eq + strcspn(eq, ",}") : NULL;

		if (!end)
			return;
		push(d, out, arena_strndup(d->arena, name, (size_t)(eq - name)),
		     arena_strndup(d->arena, eq + 1, (size_t)(end - eq - 1)));
		old = end;
	}
}

static bool
is_bool(const char *s)
{
	static const char *const words[] = {"true", "false", "yes", "no", "on", "off"};
	size_t n = strlen(s);

	if (n == 1 && strchr("01", *s))
		return true;
	for (size_t i = 0; n && i < COUNTOF(words); i++)
		if (!strncasecmp(words[i], s, n))
			return n > 1 || tolower((unsigned char)*s) != 'o';
	return false;
}

static bool
check_option(struct ddl *d, const struct vec *list, int i)
{
	const struct option *o = list->v[i];

	for (int k = 0; k < i; k++)
		if (!strcmp(VEC_AT(struct option, list, k)->name, o->name))
			return err_set(d->err, ERR_INVALID_PARAMETER_VALUE, -1,
				       "parameter \"%s\" specified more than once", o->name);
	if (!strcmp(o->name, "check_option")) {
		if (!strcasecmp(o->value, "local") || !strcasecmp(o->value, "cascaded"))
			return true;
		err_set(d->err, ERR_INVALID_PARAMETER_VALUE, -1,
			"invalid value for enum option \"check_option\": %s", o->value);
		return err_detail(d->err, "Valid values are \"local\" and \"cascaded\".");
	}
	if (strcmp(o->name, "security_barrier") != 0 && strcmp(o->name, "security_invoker") != 0)
		return err_set(d->err, ERR_INVALID_PARAMETER_VALUE, -1,
			       "unrecognized parameter \"%s\"", o->name);
	return is_bool(o->value) ||
	       err_set(d->err, ERR_INVALID_PARAMETER_VALUE, -1,
		       "invalid value for boolean option \"%s\": %s", o->name, o->value);
}

static bool
in_list(PgQuery__Node *const *list, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(list[i]->def_elem->defname, name))
			return true;
	return false;
}

static bool
merge(struct ddl *d, const struct vec *old, PgQuery__Node *const *list, size_t n, bool reset,
      char check, struct vec *out)
{
	for (int i = 0; i < old->n; i++)
		if (!in_list(list, n, VEC_AT(struct option, old, i)->name))
			vec_push(d->arena, out, old->v[i]);
	for (size_t i = 0; i < n; i++) {
		const PgQuery__DefElem *o = list[i]->def_elem;

		if (reset && o->arg)
			return err_set(d->err, ERR_SYNTAX_ERROR, -1,
				       "RESET must not include values for parameters");
		if (o->defnamespace && *o->defnamespace)
			return err_set(d->err, ERR_INVALID_PARAMETER_VALUE, -1,
				       "unrecognized parameter namespace \"%s\"", o->defnamespace);
		if (!reset)
			push(d, out, o->defname, option_value(d, o));
	}
	if (check)
		push(d, out, "check_option", check == 'l' ? "local" : "cascaded");
	for (int i = 0; i < out->n; i++)
		if (!check_option(d, out, i))
			return false;
	return true;
}

bool
view_options(struct ddl *d, const char *old, PgQuery__Node *const *list, size_t n, bool reset,
	     char check, char **out)
{
	struct vec before = {0}, after = {0};
	struct buf b = BUF_INIT;

	*out = NULL;
	read_old(d, old, &before);
	if (!merge(d, &before, list, n, reset, check, &after))
		return false;
	for (int i = 0; i < after.n; i++) {
		const struct option *o = after.v[i];

		buf_printf(&b, "%c%s=%s", i ? ',' : '{', o->name, o->value);
	}
	if (after.n) {
		buf_putc(&b, '}');
		*out = buf_dup(&b, d->arena);
	}
	buf_release(&b);
	return true;
}

bool
view_options_check(const char *options)
{
	return options && strstr(options, "check_option=");
}

bool
view_check_possible(struct ddl *d, const PgQuery__Node *query, const struct relation *view)
{
	const char *why;
	struct parse_tree tree;

	if (!query) {
		if (!parse_sql(d->arena, view->view_def, &tree, d->err))
			return false;
		query = tree.stmts[0].node;
	}
	if (!compile_query_writable(d->compile, d->arena, query, &why))
		return false;
	if (!why)
		return true;
	err_set(d->err, ERR_FEATURE_NOT_SUPPORTED, -1,
		"WITH CHECK OPTION is supported only on automatically updatable views");
	return err_hint(d->err, "%s", why);
}
