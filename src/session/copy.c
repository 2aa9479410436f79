#include "session/copy.h"

#include <pg_query.pb-c.h>

#include "session/session.h"
#include "session/utility.h"

bool setting_bool(const char *value, bool *out);

static const char *
text_of(const PgQuery__DefElem *d)
{
	if (!d->arg)
		return NULL;
	switch (d->arg->node_case) {
	case PG_QUERY__NODE__NODE_STRING:
		return d->arg->string->sval;
	case PG_QUERY__NODE__NODE_INTEGER:
		return d->arg->integer->ival ? "1" : "0";
	case PG_QUERY__NODE__NODE_BOOLEAN:
		return d->arg->boolean->boolval ? "true" : "false";
	default:
		return NULL;
	}
}

static bool
need_text(struct session *s, const PgQuery__DefElem *d, const char **out)
{
	*out = text_of(d);
	return *out || err_set(&s->err, ERR_SYNTAX_ERROR, d->location, "%s requires a parameter",
			       d->defname);
}

static bool
boolean(struct session *s, const PgQuery__DefElem *d, bool *out)
{
	const char *v = text_of(d);

	*out = true;
	return !v || setting_bool(v, out) ||
	       err_set(&s->err, ERR_SYNTAX_ERROR, d->location, "%s requires a Boolean value",
		       d->defname);
}

static bool
format(struct session *s, const PgQuery__DefElem *d, struct copy_options *o)
{
	const char *v;

	if (!need_text(s, d, &v))
		return false;
	if (strcmp(v, "text") == 0)
		o->format = COPY_TEXT;
	else if (strcmp(v, "csv") == 0)
		o->format = COPY_CSV;
	else if (strcmp(v, "binary") == 0)
		o->format = COPY_BINARY;
	else
		return err_set(&s->err, ERR_INVALID_PARAMETER_VALUE, d->location,
			       "COPY format \"%s\" not recognized", v);
	return true;
}

static bool
header(struct session *s, const PgQuery__DefElem *d, bool is_from, struct copy_options *o)
{
	const char *v = text_of(d);
	bool on = true;

	if (v && strcmp(v, "match") == 0) {
		if (!is_from)
			return err_set(&s->err, ERR_FEATURE_NOT_SUPPORTED, -1,
				       "cannot use \"match\" with HEADER in COPY TO");
		o->header = HEADER_MATCH;
		return true;
	}
	if (v && !setting_bool(v, &on))
		return err_set(&s->err, ERR_SYNTAX_ERROR, -1,
			       "header requires a Boolean value or \"match\"");
	o->header = on ? HEADER_YES : HEADER_NO;
	return true;
}

static bool
one_byte(struct session *s, const PgQuery__DefElem *d, const char *message, char *out)
{
	const char *v;

	if (!need_text(s, d, &v))
		return false;
	if (strlen(v) != 1)
		return err_set(&s->err,
			       strncmp(message, "COPY delimiter", 14) == 0
				       ? ERR_FEATURE_NOT_SUPPORTED
				       : ERR_FEATURE_NOT_SUPPORTED,
			       -1, "%s", message);
	*out = *v;
	return true;
}

static bool
names(struct session *s, const PgQuery__DefElem *d, struct vec *out)
{
	const PgQuery__Node *arg = d->arg;

	if (!arg || arg->node_case != PG_QUERY__NODE__NODE_LIST)
		return err_set(&s->err, ERR_INVALID_PARAMETER_VALUE, d->location,
			       "argument to option \"%s\" must be a list of column names",
			       d->defname);
	for (size_t i = 0; i < arg->list->n_items; i++)
		vec_push(&s->msg, out, arg->list->items[i]->string->sval);
	return true;
}

static bool
one_option(struct session *s, const PgQuery__DefElem *d, bool is_from, struct copy_options *o)
{
	const char *n = d->defname, *v;
	bool flag;

	if (strcmp(n, "format") == 0)
		return format(s, d, o);
	if (strcmp(n, "header") == 0)
		return header(s, d, is_from, o);
	if (strcmp(n, "delimiter") == 0)
		return one_byte(s, d, "COPY delimiter must be a single one-byte character",
				&o->delim);
	if (strcmp(n, "quote") == 0)
		return one_byte(s, d, "COPY quote must be a single one-byte character", &o->quote);
	if (strcmp(n, "escape") == 0)
		return one_byte(s, d, "COPY escape must be a single one-byte character",
				&o->escape);
	if (strcmp(n, "null") == 0)
		return need_text(s, d, &o->null);
	if (strcmp(n, "freeze") ==
	    0) /* rows here carry no transaction ids: they are frozen always */
		return boolean(s, d, &flag);
	if (strcmp(n, "encoding") == 0) {
		if (!need_text(s, d, &v))
			return false;
		o->encoding = encoding_find(v);
		return (o->encoding && o->encoding->supported) ||
		       err_set(&s->err, ERR_INVALID_PARAMETER_VALUE, d->location,
			       "argument to option \"%s\" must be a valid encoding name", n);
	}
	if (strcmp(n, "force_quote") == 0) {
		if (d->arg && d->arg->node_case == PG_QUERY__NODE__NODE_A_STAR) {
			o->force_quote_all = true;
			return true;
		}
		return names(s, d, &o->force_quote);
	}
	if (strcmp(n, "force_not_null") == 0)
		return names(s, d, &o->force_not_null);
	if (strcmp(n, "force_null") == 0)
		return names(s, d, &o->force_null);
	return err_set(&s->err, ERR_SYNTAX_ERROR, d->location, "option \"%s\" not recognized", n);
}

static bool
consistent(struct session *s, const struct copy_options *o, bool is_from, bool own_delim,
	   bool own_null)
{
	const char *what = NULL;

	if (o->format == COPY_BINARY && own_delim)
		return err_set(&s->err, ERR_SYNTAX_ERROR, -1,
			       "cannot specify DELIMITER in BINARY mode");
	if (o->format == COPY_BINARY && own_null)
		return err_set(&s->err, ERR_SYNTAX_ERROR, -1, "cannot specify NULL in BINARY mode");
	if (o->format == COPY_BINARY && o->header)
		return err_set(&s->err, ERR_SYNTAX_ERROR, -1,
			       "cannot specify HEADER in BINARY mode");
	if (o->delim == '\r' || o->delim == '\n')
		return err_set(&s->err, ERR_INVALID_PARAMETER_VALUE, -1,
			       "COPY delimiter cannot be newline or carriage return");
	if (strpbrk(o->null, "\r\n"))
		return err_set(&s->err, ERR_INVALID_PARAMETER_VALUE, -1,
			       "COPY null representation cannot use newline or carriage return");
	if (o->format == COPY_TEXT && strchr("\\.abcdefghijklmnopqrstuvwxyz0123456789", o->delim))
		return err_set(&s->err, ERR_INVALID_PARAMETER_VALUE, -1,
			       "COPY delimiter cannot be \"%c\"", o->delim);
	if (o->format != COPY_CSV) {
		what = o->quote                                 ? "quote"
		       : o->escape                              ? "escape"
		       : o->force_quote.n || o->force_quote_all ? "force quote"
		       : o->force_not_null.n                    ? "force not null"
		       : o->force_null.n                        ? "force null"
								: NULL;
		if (what)
			return err_set(&s->err, ERR_FEATURE_NOT_SUPPORTED, -1,
				       "COPY %s available only in CSV mode", what);
	}
	if (is_from && (o->force_quote.n || o->force_quote_all))
		return err_set(&s->err, ERR_FEATURE_NOT_SUPPORTED, -1,
			       "COPY force quote only available using COPY TO");
	if (!is_from && o->force_not_null.n)
		return err_set(&s->err, ERR_FEATURE_NOT_SUPPORTED, -1,
			       "COPY force not null only available using COPY FROM");
	if (!is_from && o->force_null.n)
		return err_set(&s->err, ERR_FEATURE_NOT_SUPPORTED, -1,
			       "COPY force null only available using COPY FROM");
	if (o->format == COPY_CSV && o->quote && o->quote == o->delim)
		return err_set(&s->err, ERR_INVALID_PARAMETER_VALUE, -1,
			       "COPY delimiter and quote must be different");
	if (o->format != COPY_BINARY && strchr(o->null, o->delim))
		return err_set(&s->err, ERR_FEATURE_NOT_SUPPORTED, -1,
			       "COPY delimiter must not appear in the NULL specification");
	return true;
}

bool
copy_options_read(struct session *s, const void *stmt, struct copy_options *o)
{
	const PgQuery__CopyStmt *c = stmt;
	bool own_delim, own_null;

	*o = (struct copy_options){0};
	for (size_t i = 0; i < c->n_options; i++) {
		for (size_t k = 0; k < i; k++)
			if (strcmp(c->options[k]->def_elem->defname,
				   c->options[i]->def_elem->defname) == 0)
				return err_set(&s->err, ERR_SYNTAX_ERROR,
					       c->options[i]->def_elem->location,
					       "conflicting or redundant options");
		if (!one_option(s, c->options[i]->def_elem, c->is_from, o))
			return false;
	}
	own_delim = o->delim;
	own_null = o->null;
	if (!o->delim)
		o->delim = o->format == COPY_CSV ? ',' : '\t';
	if (!o->null)
		o->null = o->format == COPY_CSV ? "" : "\\N";
	if (!consistent(s, o, c->is_from, own_delim, own_null))
		return false;
	if (!o->quote)
		o->quote = '"';
	if (!o->escape)
		o->escape = o->quote;
	o->null_len = strlen(o->null);
	if (!(o->encoding ? o->encoding : s->encoding)->ascii_bytes)
		return err_unsupported(&s->err, -1, "COPY in encoding \"%s\"",
				       (o->encoding ? o->encoding : s->encoding)->name);
	return true;
}

/* ---- columns ---- */

static bool
named(struct session *s, const struct relation *rel, const char *name, struct copy_column *out)
{
	const struct column *c = relation_column(rel, name);

	if (!c)
		return err_set(&s->err, ERR_UNDEFINED_COLUMN, -1,
			       "column \"%s\" of relation \"%s\" does not exist", name, rel->name);
	if (c->generated) {
		err_set(&s->err, ERR_INVALID_COLUMN_REFERENCE, -1,
			"column \"%s\" is a generated column", name);
		return err_detail(&s->err, "Generated columns cannot be used in COPY.");
	}
	*out = (struct copy_column){
		.name = c->name, .attnum = c->attnum, .type = c->type, .typmod = c->typmod};
	return true;
}

bool
copy_columns(struct session *s, const void *stmt, const struct relation *rel,
	     struct copy_column **cols, int *n)
{
	const PgQuery__CopyStmt *c = stmt;
	struct copy_column *out =
		ARENA_ARRAY(&s->msg, struct copy_column, (size_t)rel->ncols + c->n_attlist + 1);

	*cols = out;
	*n = 0;
	for (size_t i = 0; i < c->n_attlist; i++) {
		if (!named(s, rel, c->attlist[i]->string->sval, &out[*n]))
			return false;
		for (int k = 0; k < *n; k++)
			if (out[k].attnum == out[*n].attnum)
				return err_set(&s->err, ERR_DUPLICATE_COLUMN, -1,
					       "column \"%s\" specified more than once",
					       out[k].name);
		(*n)++;
	}
	if (c->n_attlist)
		return true;
	for (int i = 0; i < rel->ncols; i++)
		if (!rel->cols[i].dropped && !rel->cols[i].generated &&
		    !named(s, rel, rel->cols[i].name, &out[(*n)++]))
			return false;
	return true;
}

static bool
mark(struct session *s, const struct vec *list, const char *option, struct copy_column *cols, int n,
     size_t offset)
{
	for (int i = 0; i < list->n; i++) {
		int k = 0;
		while (k < n && strcmp(cols[k].name, list->v[i]) != 0)
			k++;
		if (k == n)
			return err_set(&s->err, ERR_INVALID_COLUMN_REFERENCE, -1,
				       "%s column \"%s\" not referenced by COPY", option,
				       (const char *)list->v[i]);
		*((bool *)((char *)&cols[k] + offset)) = true;
	}
	return true;
}

bool
copy_apply_forced(struct session *s, const struct copy_options *o, struct copy_column *cols, int n)
{
	for (int i = 0; i < n; i++)
		cols[i].force_quote = o->force_quote_all;
	return mark(s, &o->force_quote, "FORCE_QUOTE", cols, n,
		    offsetof(struct copy_column, force_quote)) &&
	       mark(s, &o->force_not_null, "FORCE_NOT_NULL", cols, n,
		    offsetof(struct copy_column, force_not_null)) &&
	       mark(s, &o->force_null, "FORCE_NULL", cols, n,
		    offsetof(struct copy_column, force_null));
}

bool
copy_command(struct session *s, const void *stmt, struct utility *u)
{
	const PgQuery__CopyStmt *c = stmt;

	u->tag = "COPY";
	if (c->is_program)
		return err_unsupported(&s->err, -1, "COPY %s PROGRAM", c->is_from ? "FROM" : "TO");
	if (c->filename && *c->filename) {
		err_unsupported(&s->err, -1, "COPY %s a file on the server",
				c->is_from ? "FROM" : "TO");
		return err_hint(&s->err,
				"Use COPY %s. psql's \\copy command also works for anyone.",
				c->is_from ? "FROM STDIN" : "TO STDOUT");
	}
	return c->is_from ? copy_from_begin(s, stmt, u) : copy_to(s, stmt, u);
}
