/*
 * The reg* types: names of catalog objects to OIDs and back.
 */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <strings.h>

#include "catalog/builtin.h"
#include "catalog/rows.h"

enum { NAMES_MAX = 8, NAME_LEN = 63, OPER_ARGS_MAX = 100 };

/* What a look-up works with. Memory: a is dropped when it is over. */
struct lookup {
	const struct fenv *env;
	const struct snapshot *s;
	struct arena *a;
	struct err *err;
	const char *text;
	const char *names[NAMES_MAX];
	int n;
};

static bool
name_syntax(struct lookup *l)
{
	return err_set(l->err, ERR_INVALID_NAME, -1, "invalid name syntax");
}

/* Splits "a.\"B c\".d"; unquoted parts are folded, all are cut at 63 bytes. */
static bool
split_names(struct lookup *l, const char *p)
{
	l->n = 0;
	for (;;) {
		char *word, *to;

		while (isspace((unsigned char)*p))
			p++;
		to = word = arena_alloc(l->a, strlen(p) + 1);
		if (*p == '"') {
			for (p++; *p && (*p != '"' || p[1] == '"'); p++) {
				if (*p == '"')
					p++;
				*to++ = *p;
			}
			if (!*p++)
				return name_syntax(l);
		} else {
			while (*p && *p != '.' && !isspace((unsigned char)*p))
				*to++ = (char)(*p >= 'A' && *p <= 'Z' ? *p + 32 : *p), p++;
			if (to == word)
				return name_syntax(l);
		}
		*to = '\0';
		if (to - word > NAME_LEN)
			word[NAME_LEN] = '\0';
		while (isspace((unsigned char)*p))
			p++;
		if (l->n == NAMES_MAX)
			return name_syntax(l);
		l->names[l->n++] = word;
		if (!*p)
			return true;
		if (*p++ != '.')
			return name_syntax(l);
	}
}

static char *
joined(struct lookup *l)
{
	struct buf b = BUF_INIT;
	char *text;

	for (int i = 0; i < l->n; i++)
		buf_printf(&b, "%s%s", i ? "." : "", l->names[i]);
	text = buf_dup(&b, l->a);
	buf_release(&b);
	return text;
}

/* The schema of a qualified name; *schema NULL: there is none given. */
static bool
explicit_schema(struct lookup *l, const struct schema **schema)
{
	*schema = NULL;
	if (l->n == 1)
		return true;
	if (l->n > 3)
		return err_set(l->err, ERR_SYNTAX_ERROR, -1,
			       "improper qualified name (too many dotted names): %s", joined(l));
	if (l->n == 3 && (!l->env->database || strcmp(l->names[0], l->env->database)))
		return err_set(l->err, ERR_FEATURE_NOT_SUPPORTED, -1,
			       "cross-database references are not implemented: %s", joined(l));
	*schema = snapshot_schema(l->s, l->names[l->n - 2]);
	if (*schema)
		return true;
	return err_set(l->err, ERR_UNDEFINED_SCHEMA, -1, "schema \"%s\" does not exist",
		       l->names[l->n - 2]);
}

static bool
find_class(struct lookup *l, oid_t *oid)
{
	const struct schema *schema;
	const struct relation *r;

	if (!split_names(l, l->text))
		return false;
	if (l->n > 3)
		return err_set(l->err, ERR_SYNTAX_ERROR, -1,
			       "improper relation name (too many dotted names): %s", joined(l));
	if (l->n == 3 && (!l->env->database || strcmp(l->names[0], l->env->database)))
		return err_set(l->err, ERR_FEATURE_NOT_SUPPORTED, -1,
			       "cross-database references are not implemented: \"%s\"", joined(l));
	if (!explicit_schema(l, &schema))
		return false;
	if (schema)
		r = snapshot_relation(l->s, schema, l->names[l->n - 1]);
	else
		r = snapshot_search(l->s, l->env->search_path, l->names[0]);
	if (!r)
		return err_set(l->err, ERR_UNDEFINED_TABLE, -1, "relation \"%s\" does not exist",
			       joined(l));
	*oid = r->oid;
	return true;
}

static bool
find_type(struct lookup *l, oid_t *oid)
{
	const struct type *t;

	if (!snapshot_parse_type(l->s, l->env->search_path, l->text, strlen(l->text), &t, NULL,
				 l->err))
		return false;
	*oid = t->oid;
	return true;
}

static bool
is_visible(const struct lookup *l, oid_t schema_oid)
{
	const struct schema *schema = snapshot_schema_by_oid(l->s, schema_oid);

	if (schema_oid == NS_PG_CATALOG)
		return true;
	for (const char *const *p = l->env->search_path; schema && *p; p++)
		if (strcmp(*p, schema->name) == 0)
			return true;
	return false;
}

/* All functions that a name means. */
static bool
named_procs(struct lookup *l, const struct proc *const **procs, int *n)
{
	const struct proc *const *all, **found;
	const struct schema *schema;
	int nall;

	if (!split_names(l, l->text) || !explicit_schema(l, &schema))
		return false;
	all = snapshot_procs_by_name(l->s, l->a, l->names[l->n - 1], &nall);
	found = ARENA_ARRAY(l->a, const struct proc *, MAX(nall, 1));
	*n = 0;
	for (int i = 0; i < nall; i++)
		if (schema ? all[i]->namespace_oid == schema->oid
			   : is_visible(l, all[i]->namespace_oid))
			found[(*n)++] = all[i];
	*procs = found;
	return true;
}

static bool
find_proc(struct lookup *l, oid_t *oid)
{
	const struct proc *const *procs;
	int n;

	if (!named_procs(l, &procs, &n))
		return false;
	if (!n)
		return err_set(l->err, ERR_UNDEFINED_FUNCTION, -1, "function \"%s\" does not exist",
			       l->text);
	if (n > 1)
		return err_set(l->err, ERR_AMBIGUOUS_FUNCTION, -1,
			       "more than one function named \"%s\"", l->text);
	*oid = procs[0]->oid;
	return true;
}

static bool
named_opers(struct lookup *l, const struct oper *const **opers, int *n)
{
	const struct schema *schema;

	if (!split_names(l, l->text) || !explicit_schema(l, &schema))
		return false;
	*n = 0;
	if (!schema || schema->oid == NS_PG_CATALOG)
		*opers = opers_by_name(l->names[l->n - 1], n);
	return true;
}

static bool
find_oper(struct lookup *l, oid_t *oid)
{
	const struct oper *const *opers;
	int n;

	if (!named_opers(l, &opers, &n))
		return false;
	if (!n)
		return err_set(l->err, ERR_UNDEFINED_FUNCTION, -1, "operator does not exist: %s",
			       l->text);
	if (n > 1)
		return err_set(l->err, ERR_AMBIGUOUS_FUNCTION, -1,
			       "more than one operator named %s", l->text);
	*oid = opers[0]->oid;
	return true;
}

/* Where a character is outside quotes; NULL: nowhere. */
static char *
outside_quotes(char *p, const char *stops)
{
	bool quoted = false;
	int depth = 0;

	for (; *p; p++) {
		if (*p == '"')
			quoted = !quoted;
		else if (!quoted && depth == 0 && strchr(stops, *p))
			return p;
		else if (!quoted && (*p == '(' || *p == '['))
			depth++;
		else if (!quoted && (*p == ')' || *p == ']'))
			depth--;
	}
	return NULL;
}

/* "name(type, type)": leaves the name in l->text. With none, NONE is type 0. */
static bool
split_arguments(struct lookup *l, bool none, oid_t *args, int *nargs)
{
	char *text = arena_strdup(l->a, l->text), *open = outside_quotes(text, "("), *end, *p;

	*nargs = 0;
	if (!open)
		return err_set(l->err, ERR_INVALID_TEXT_REPRESENTATION, -1,
			       "expected a left parenthesis");
	end = text + strlen(text);
	while (end > open && isspace((unsigned char)end[-1]))
		end--;
	if (end[-1] != ')' || end - 1 == open - 1)
		return err_set(l->err, ERR_INVALID_TEXT_REPRESENTATION, -1,
			       "expected a right parenthesis");
	end[-1] = '\0';
	*open = '\0';
	l->text = text;
	for (p = open + 1; isspace((unsigned char)*p); p++)
		;
	while (*p) {
		char *comma = outside_quotes(p, ",");
		const struct type *t;
		size_t n = comma ? (size_t)(comma - p) : strlen(p);

		while (n && isspace((unsigned char)*p))
			p++, n--;
		while (n && isspace((unsigned char)p[n - 1]))
			n--;
		if (!n)
			return err_set(l->err, ERR_INVALID_TEXT_REPRESENTATION, -1,
				       "expected a type name");
		if (*nargs == OPER_ARGS_MAX)
			return err_set(l->err, ERR_TOO_MANY_ARGUMENTS, -1, "too many arguments");
		if (none && n == 4 && !strncasecmp(p, "none", 4))
			args[(*nargs)++] = 0;
		else if (!snapshot_parse_type(l->s, l->env->search_path, p, n, &t, NULL, l->err))
			return false;
		else
			args[(*nargs)++] = t->oid;
		if (!comma)
			break;
		p = comma + 1;
		if (!*p)
			return err_set(l->err, ERR_INVALID_TEXT_REPRESENTATION, -1,
				       "expected a type name");
	}
	return true;
}

static bool
find_procedure(struct lookup *l, oid_t *oid)
{
	const struct proc *const *procs;
	const char *whole = l->text;
	oid_t args[OPER_ARGS_MAX];
	int nargs, n;

	if (!split_arguments(l, false, args, &nargs) || !named_procs(l, &procs, &n))
		return false;
	for (int i = 0; i < n; i++) {
		if (procs[i]->nargs != nargs ||
		    (nargs && memcmp(procs[i]->argtypes, args, (size_t)nargs * sizeof(*args))))
			continue;
		*oid = procs[i]->oid;
		return true;
	}
	return err_set(l->err, ERR_UNDEFINED_FUNCTION, -1, "function \"%s\" does not exist", whole);
}

static bool
find_operator(struct lookup *l, oid_t *oid)
{
	const struct oper *const *opers;
	const char *whole = l->text;
	oid_t args[OPER_ARGS_MAX];
	int nargs, n;

	if (!split_arguments(l, true, args, &nargs))
		return false;
	if (nargs == 1) {
		err_set(l->err, ERR_UNDEFINED_PARAMETER, -1, "missing argument");
		return err_hint(l->err,
				"Use NONE to denote the missing argument of a unary operator.");
	}
	if (nargs != 2) {
		err_set(l->err, ERR_TOO_MANY_ARGUMENTS, -1, "too many arguments");
		return err_hint(l->err, "Provide two argument types for operator.");
	}
	if (!named_opers(l, &opers, &n))
		return false;
	for (int i = 0; i < n; i++) {
		if (opers[i]->left != args[0] || opers[i]->right != args[1])
			continue;
		*oid = opers[i]->oid;
		return true;
	}
	return err_set(l->err, ERR_UNDEFINED_FUNCTION, -1, "operator does not exist: %s", whole);
}

static bool
find_namespace(struct lookup *l, oid_t *oid)
{
	const struct schema *schema;

	if (!split_names(l, l->text))
		return false;
	if (l->n != 1)
		return name_syntax(l);
	schema = snapshot_schema(l->s, l->names[0]);
	if (!schema)
		return err_set(l->err, ERR_UNDEFINED_SCHEMA, -1, "schema \"%s\" does not exist",
			       l->names[0]);
	*oid = schema->oid;
	return true;
}

static bool
find_role(struct lookup *l, oid_t *oid)
{
	struct role_info role;

	if (!split_names(l, l->text))
		return false;
	if (l->n != 1)
		return name_syntax(l);
	if (!catalog_role_by_name(l->env, l->names[0], l->a, &role))
		return err_set(l->err, ERR_UNDEFINED_OBJECT, -1, "role \"%s\" does not exist",
			       l->names[0]);
	*oid = role.oid;
	return true;
}

/* A row of a constant relation by its name, which is in the second cell. */
static oid_t
static_by_name(const char *relation, const char *name)
{
	const struct builtin_rows *rows = builtin_rows;

	while (strcmp(rows->name, relation))
		rows++;
	for (int i = 0; i < rows->nrows; i++)
		if (!strcmp(rows->cells[i * rows->ncols + 1], name))
			return (oid_t)strtoul(rows->cells[i * rows->ncols], NULL, 10);
	return 0;
}

static bool
find_static(struct lookup *l, const char *relation, const char *what, const char *tail, oid_t *oid)
{
	const struct schema *schema;

	if (!split_names(l, l->text) || !explicit_schema(l, &schema))
		return false;
	*oid = !schema || schema->oid == NS_PG_CATALOG
		       ? static_by_name(relation, l->names[l->n - 1])
		       : 0;
	if (*oid)
		return true;
	return err_set(l->err, ERR_UNDEFINED_OBJECT, -1, "%s \"%s\"%s does not exist", what,
		       joined(l), tail);
}

static bool
find_object(struct lookup *l, oid_t kind, oid_t *oid)
{
	switch (kind) {
	case T_REGCLASS:
		return find_class(l, oid);
	case T_REGTYPE:
		return find_type(l, oid);
	case T_REGPROC:
		return find_proc(l, oid);
	case T_REGPROCEDURE:
		return find_procedure(l, oid);
	case T_REGOPER:
		return find_oper(l, oid);
	case T_REGOPERATOR:
		return find_operator(l, oid);
	case T_REGNAMESPACE:
		return find_namespace(l, oid);
	case T_REGROLE:
		return find_role(l, oid);
	case T_REGCOLLATION:
		return find_static(l, "pg_collation", "collation", " for encoding \"UTF8\"", oid);
	case T_REGCONFIG:
		return find_static(l, "pg_ts_config", "text search configuration", "", oid);
	case T_REGDICTIONARY:
		return find_static(l, "pg_ts_dict", "text search dictionary", "", oid);
	default:
		return err_set(l->err, ERR_INTERNAL_ERROR, -1,
			       "unexpected type %u of a catalog name", kind);
	}
}

static bool
reg_lookup(void *arg, oid_t kind, const char *text, size_t n, oid_t *oid, struct err *err)
{
	struct fenv *env = arg;
	struct arena scratch = ARENA_INIT;
	struct lookup l = {.env = env, .s = env->snapshot, .a = &scratch, .err = err};
	bool ok;

	l.text = arena_strndup(&scratch, text, n);
	*oid = 0;
	if (n == 1 && *text == '-') {
		ok = true;
	} else if (n && strspn(l.text, "0123456789") == n) {
		unsigned long long number;

		errno = 0;
		number = strtoull(l.text, NULL, 10);
		*oid = (oid_t)number;
		ok = (!errno && number <= UINT32_MAX) ||
		     err_set(err, ERR_NUMERIC_VALUE_OUT_OF_RANGE, -1,
			     "value \"%s\" is out of range for type oid", l.text);
	} else {
		ok = find_object(&l, kind, oid);
	}
	arena_release(&scratch);
	return ok;
}

/* Names. Each returns false when there is no such object. */

static bool
class_name(struct arena *a, const struct fenv *env, oid_t oid, struct buf *b)
{
	const struct relation *r = snapshot_relation_by_oid(env->snapshot, oid);

	if (r)
		buf_puts(b, snapshot_relation_name(a, env->snapshot, env->search_path, r));
	return r != NULL;
}

static bool
type_name(struct arena *a, const struct fenv *env, oid_t oid, struct buf *b)
{
	if (!snapshot_type(env->snapshot, oid))
		return false;
	buf_puts(b, snapshot_format_type(a, env->snapshot, env->search_path, oid, -1));
	return true;
}

static void
qualified(struct arena *a, const struct fenv *env, const struct proc *p, struct buf *b)
{
	const struct schema *schema = snapshot_schema_by_oid(env->snapshot, p->namespace_oid);

	buf_printf(b, "%s.", quote_identifier(a, schema ? schema->name : "pg_catalog"));
}

static bool
proc_name(struct arena *a, const struct fenv *env, oid_t oid, struct buf *b)
{
	const struct lookup l = {env, env->snapshot, a};
	const struct proc *p = snapshot_proc(env->snapshot, oid);
	const struct proc *const *all;
	bool alone = true;
	int n;

	if (!p)
		return false;
	all = snapshot_procs_by_name(env->snapshot, a, p->name, &n);
	for (int i = 0; i < n; i++)
		alone &= (all[i] == p) == is_visible(&l, all[i]->namespace_oid);
	if (!alone)
		qualified(a, env, p, b);
	buf_puts(b, quote_identifier(a, p->name));
	return true;
}

static bool
procedure_name(struct arena *a, const struct fenv *env, oid_t oid, struct buf *b)
{
	const struct lookup l = {env, env->snapshot, a};
	const struct proc *p = snapshot_proc(env->snapshot, oid);

	if (!p)
		return false;
	if (!is_visible(&l, p->namespace_oid))
		qualified(a, env, p, b);
	buf_printf(b, "%s(", quote_identifier(a, p->name));
	for (int i = 0; i < p->nargs; i++)
		buf_printf(b, "%s%s", i ? "," : "",
			   snapshot_format_type(a, env->snapshot, env->search_path, p->argtypes[i],
						-1));
	buf_putc(b, ')');
	return true;
}

static bool
oper_name(oid_t oid, struct buf *b)
{
	const struct oper *o = oper_find(oid);
	int n;

	if (!o)
		return false;
	opers_by_name(o->name, &n);
	buf_printf(b, "%s%s", n > 1 ? "pg_catalog." : "", o->name);
	return true;
}

static bool
operator_name(struct arena *a, const struct fenv *env, oid_t oid, struct buf *b)
{
	const struct oper *o = oper_find(oid);

	if (!o)
		return false;
	buf_printf(b, "%s(%s,%s)", o->name,
		   o->left ? snapshot_format_type(a, env->snapshot, env->search_path, o->left, -1)
			   : "NONE",
		   o->right ? snapshot_format_type(a, env->snapshot, env->search_path, o->right, -1)
			    : "NONE");
	return true;
}

static bool
plain_name(struct arena *a, const char *name, struct buf *b)
{
	if (name)
		buf_puts(b, quote_identifier(a, name));
	return name != NULL;
}

static bool
namespace_name(struct arena *a, const struct fenv *env, oid_t oid, struct buf *b)
{
	const struct schema *schema = snapshot_schema_by_oid(env->snapshot, oid);

	return plain_name(a, schema ? schema->name : NULL, b);
}

static bool
role_name(struct arena *a, const struct fenv *env, oid_t oid, struct buf *b)
{
	struct role_info role;

	return plain_name(a, catalog_role_by_oid(env, oid, a, &role) ? role.name : NULL, b);
}

static bool
object_name(struct arena *a, const struct fenv *env, oid_t kind, oid_t oid, struct buf *b)
{
	switch (kind) {
	case T_REGCLASS:
		return class_name(a, env, oid, b);
	case T_REGTYPE:
		return type_name(a, env, oid, b);
	case T_REGPROC:
		return proc_name(a, env, oid, b);
	case T_REGPROCEDURE:
		return procedure_name(a, env, oid, b);
	case T_REGOPER:
		return oper_name(oid, b);
	case T_REGOPERATOR:
		return operator_name(a, env, oid, b);
	case T_REGNAMESPACE:
		return namespace_name(a, env, oid, b);
	case T_REGROLE:
		return role_name(a, env, oid, b);
	case T_REGCOLLATION:
		return plain_name(a, static_text("pg_collation", oid, 1), b);
	case T_REGCONFIG:
		return plain_name(a, static_text("pg_ts_config", oid, 1), b);
	case T_REGDICTIONARY:
		return plain_name(a, static_text("pg_ts_dict", oid, 1), b);
	default:
		return false;
	}
}

static void
reg_name(void *arg, oid_t kind, oid_t oid, struct buf *b)
{
	struct arena scratch = ARENA_INIT;

	if (!oid)
		buf_puts(b, kind == T_REGOPER || kind == T_REGOPERATOR ? "0" : "-");
	else if (!object_name(&scratch, arg, kind, oid, b))
		buf_printf(b, "%u", oid);
	arena_release(&scratch);
}

const struct reg_ops catalog_reg_ops = {reg_lookup, reg_name};
