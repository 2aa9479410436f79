/*
 * Type names, type modifiers and the small facts about types that analysis asks for.
 */
#include "sql/analyze_expr.h"

#include <stdlib.h>

const struct type_env *
analyze_type_env(struct analyzer *as)
{
	return as->env->fenv ? &as->env->fenv->types : &type_env_canonical;
}

struct type_ctx
analyze_type_ctx(struct analyzer *as)
{
	return (struct type_ctx){
		.arena = as->arena,
		.err = as->env->err,
		.env = analyze_type_env(as),
		.find = snapshot_type_find,
		.find_arg = (void *)(uintptr_t)as->env->snapshot,
	};
}

const struct type *
type_of(struct analyzer *as, oid_t oid)
{
	return snapshot_type(as->env->snapshot, oid);
}

const char *
type_display(struct analyzer *as, oid_t oid)
{
	const struct type *t = type_of(as, oid);
	if (!t)
		return oid ? "???" : "-";
	return snapshot_type_name(as->arena, as->env->snapshot, as->env->search_path, t);
}

char
type_category(struct analyzer *as, oid_t type, bool *preferred)
{
	const struct type *t = type_of(as, type);
	if (preferred)
		*preferred = t && t->preferred;
	return t ? t->category : 0;
}

oid_t
type_element(struct analyzer *as, oid_t type)
{
	const struct type *t = type_of(as, type);
	return t ? t->elem_oid : 0;
}

oid_t
type_array(struct analyzer *as, oid_t type)
{
	const struct type *t = type_of(as, type);
	return t ? t->array_oid : 0;
}

oid_t
type_collation(struct analyzer *as, oid_t type)
{
	switch (type) {
	case T_TEXT:
	case T_VARCHAR:
	case T_BPCHAR:
	case T_TEXTARRAY:
		return COLLATION_DEFAULT;
	case T_NAME:
	case T_NAMEARRAY:
		return COLLATION_C;
	case T_UNKNOWN:
	case T_INT4:
	case T_INT8:
	case T_BOOL:
	case 0:
		return 0;
	default:
		break;
	}
	const struct type *t = type_of(as, type);
	if (t && !type_builtin(type))
		return snapshot_type_collation(as->env->snapshot, t);
	if (!t || t->category != 'A')
		return 0;
	return t->elem_oid == T_BPCHAR || t->elem_oid == T_VARCHAR ? COLLATION_DEFAULT : 0;
}

bool
type_is_row(struct analyzer *as, oid_t type)
{
	const struct type *t = type_of(as, type);
	return t && t->typtype == 'c';
}

const struct relation *
type_relation(struct analyzer *as, oid_t type)
{
	const struct snapshot *s = as->env->snapshot;
	if (!type_is_row(as, type))
		return NULL;
	for (int i = 0; i < s->relations.n; i++) {
		const struct relation *r = s->relations.v[i];
		if (r->type_oid == type)
			return r;
	}
	const struct relation *r;
	for (int i = 0; (r = builtin_relation_at(i)); i++) {
		if (r->type_oid == type)
			return r;
	}
	return NULL;
}

/* ---- names ---- */

const char *
name_list(struct analyzer *as, PgQuery__Node *const *name, size_t n)
{
	struct buf b = BUF_INIT;
	for (size_t i = 0; i < n; i++) {
		const char *s = node_str(name[i]);
		if (i)
			buf_putc(&b, '.');
		buf_puts(&b, s ? s : "*");
	}
	char *out = buf_dup(&b, as->arena);
	buf_release(&b);
	return out;
}

bool
split_name(struct analyzer *as, PgQuery__Node *const *name, size_t n, const char **schema,
	   const char **object, int location)
{
	struct err *err = as->env->err;
	*schema = NULL;
	if (n == 0 || n > 3)
		return err_set(err, ERR_SYNTAX_ERROR, location,
			       "improper qualified name (too many dotted names): %s",
			       name_list(as, name, n));
	*object = node_str(name[n - 1]);
	if (n >= 2)
		*schema = node_str(name[n - 2]);
	const char *database = as->env->fenv ? as->env->fenv->database : NULL;
	if (n == 3 && (!database || strcmp(node_str(name[0]), database) != 0))
		return err_set(err, ERR_FEATURE_NOT_SUPPORTED, location,
			       "cross-database references are not implemented: %s",
			       name_list(as, name, n));
	return true;
}

oid_t
schema_oid(struct analyzer *as, const char *schema, int location)
{
	const struct schema *s = snapshot_schema(as->env->snapshot, schema);
	if (s)
		return s->oid;
	if (strcmp(schema, "pg_catalog") == 0)
		return NS_PG_CATALOG;
	err_set(as->env->err, ERR_INVALID_SCHEMA_NAME, location, "schema \"%s\" does not exist",
		schema);
	return 0;
}

/* ---- collations ---- */

bool
collation_find(struct analyzer *as, PgQuery__Node *const *name, size_t n, int location, oid_t *out)
{
	static const struct {
		const char *name;
		oid_t oid;
	} known[] = {
		{"default", COLLATION_DEFAULT}, {"C", COLLATION_C},
		{"POSIX", COLLATION_POSIX},     {"ucs_basic", COLLATION_C},
		{"C.utf8", COLLATION_DEFAULT},  {"C.UTF-8", COLLATION_DEFAULT},
	};
	const char *schema, *object;
	if (!split_name(as, name, n, &schema, &object, location))
		return false;
	if (schema && !schema_oid(as, schema, location))
		return false;
	if (!schema || strcmp(schema, "pg_catalog") == 0) {
		for (size_t i = 0; i < COUNTOF(known); i++) {
			if (strcmp(object, known[i].name) == 0) {
				*out = known[i].oid;
				return true;
			}
		}
		size_t len = strlen(object);
		if (len > 6 && strcmp(object + len - 6, "-x-icu") == 0)
			return err_unsupported(as->env->err, location, "collation \"%s\"", object);
	}
	return err_set(as->env->err, ERR_UNDEFINED_OBJECT, location,
		       "collation \"%s\" for encoding \"UTF8\" does not exist",
		       name_list(as, name, n));
}

/* ---- TypeName ---- */

static bool
array_over(struct analyzer *as, const struct type **type, const char *name, int location)
{
	const struct type *array = (*type)->array_oid ? type_of(as, (*type)->array_oid) : NULL;
	if (!array)
		return err_set(as->env->err, ERR_UNDEFINED_OBJECT, location,
			       "type \"%s[]\" does not exist", name);
	*type = array;
	return true;
}

static const char *
typmod_text(struct analyzer *as, const PgQuery__Node *n)
{
	if (n->node_case == PG_QUERY__NODE__NODE_A_CONST) {
		const PgQuery__AConst *c = n->a_const;
		if (c->isnull)
			return NULL;
		switch (c->val_case) {
		case PG_QUERY__A__CONST__VAL_IVAL:
			return arena_printf(as->arena, "%d", (int)c->ival->ival);
		case PG_QUERY__A__CONST__VAL_FVAL:
			return c->fval->fval;
		case PG_QUERY__A__CONST__VAL_SVAL:
			return c->sval->sval;
		default:
			return NULL;
		}
	}
	if (n->node_case == PG_QUERY__NODE__NODE_COLUMN_REF && n->column_ref->n_fields == 1)
		return node_str(n->column_ref->fields[0]);
	return NULL;
}

/* More than six digits of a second are taken as six. */
static void
warn_precision(struct analyzer *as, const struct type *t, const char *digits, int n, int location)
{
	bool zone = t->oid == T_TIMETZ || t->oid == T_TIMESTAMPTZ;
	bool stamp = t->oid == T_TIMESTAMP || t->oid == T_TIMESTAMPTZ;
	bool interval = t->oid == T_INTERVAL && n == 2;

	if ((!zone && !stamp && !interval && t->oid != T_TIME) || !as->env->notice ||
	    atoi(digits) <= 6)
		return;
	as->env->notice(as->env->notice_arg, "WARNING", ERR_INVALID_PARAMETER_VALUE,
			arena_printf(as->arena, "%s(%d)%s precision reduced to maximum allowed, 6",
				     interval ? "INTERVAL"
				     : stamp  ? "TIMESTAMP"
					      : "TIME",
				     atoi(digits), zone ? " WITH TIME ZONE" : ""),
			location);
}

static bool
type_modifier(struct analyzer *as, const PgQuery__TypeName *tn, const struct type *t,
	      int32_t *typmod)
{
	const struct type *base = type_element(as, t->oid) ? type_of(as, t->elem_oid) : t;
	*typmod = tn->typemod;
	if (tn->n_typmods == 0)
		return true;
	if (!base->typmodin && !base->in)
		return err_unsupported(as->env->err, tn->location, "type %s",
				       type_display(as, base->oid));
	if (!base->typmodin)
		return err_set(as->env->err, ERR_SYNTAX_ERROR, tn->location,
			       "type modifier is not allowed for type \"%s\"",
			       name_list(as, tn->names, tn->n_names));
	const char **args = ARENA_ARRAY(as->arena, const char *, tn->n_typmods);
	for (size_t i = 0; i < tn->n_typmods; i++) {
		args[i] = typmod_text(as, tn->typmods[i]);
		if (!args[i])
			return err_set(as->env->err, ERR_SYNTAX_ERROR, tn->location,
				       "type modifiers must be simple constants or identifiers");
	}
	if (!base->typmodin(as->env->err, tn->location, args, (int)tn->n_typmods, typmod)) {
		if (as->env->err->location < 0)
			as->env->err->location = tn->location;
		return false;
	}
	warn_precision(as, base, args[tn->n_typmods - 1], (int)tn->n_typmods,
		       tn->location);
	return true;
}

/* name.column%TYPE */
static bool
percent_type(struct analyzer *as, const PgQuery__TypeName *tn, const struct type **type)
{
	PgQuery__RangeVar rv = PG_QUERY__RANGE_VAR__INIT;
	size_t n = tn->n_names;
	if (n < 2 || n > 4)
		return err_set(as->env->err, ERR_SYNTAX_ERROR, tn->location,
			       n < 2 ? "improper %%TYPE reference (too few dotted names): %s"
				     : "improper %%TYPE reference (too many dotted names): %s",
			       name_list(as, tn->names, n));
	char empty[] = "";
	rv.relname = tn->names[n - 2]->string->sval;
	rv.schemaname = n >= 3 ? tn->names[n - 3]->string->sval : empty;
	rv.catalogname = n == 4 ? tn->names[0]->string->sval : empty;
	rv.location = tn->location;
	const struct relation *rel = find_relation(as, &rv, false);
	if (!rel)
		return false;
	const char *column = node_str(tn->names[n - 1]);
	const struct column *c = relation_column(rel, column);
	if (!c)
		return err_set(as->env->err, ERR_UNDEFINED_COLUMN, tn->location,
			       "column \"%s\" of relation \"%s\" does not exist", column,
			       rv.relname);
	*type = c->type;
	return true;
}

/* SETOF is the caller's concern, where it means anything. */
bool
analyze_type_name(struct analyzer *as, const PgQuery__TypeName *tn, const struct type **type,
		  int32_t *typmod)
{
	const char *schema, *object;
	struct err *err = as->env->err;
	if (tn->type_oid) {
		*type = type_of(as, tn->type_oid);
	} else if (tn->pct_type) {
		*type = NULL;
		if (tn->n_names < 2)
			return err_set(err, ERR_UNDEFINED_OBJECT, tn->location,
				       "type \"%s\" does not exist",
				       name_list(as, tn->names, tn->n_names));
		if (!percent_type(as, tn, type))
			return false;
	} else {
		if (!split_name(as, tn->names, tn->n_names, &schema, &object, -1))
			return false;
		if (schema && !schema_oid(as, schema, tn->location))
			return false;
		*type = snapshot_type_by_name(as->env->snapshot, as->env->search_path, schema,
					      object);
	}
	if (!*type) {
		const char *array = tn->n_array_bounds ? "[]" : "";
		return err_set(err, ERR_UNDEFINED_OBJECT, tn->location,
			       "type \"%s%s\" does not exist",
			       name_list(as, tn->names, tn->n_names), array);
	}
	if (as->env->types && !tn->pct_type)
		watch_type_name(as, tn, *type);
	if (!type_modifier(as, tn, *type, typmod))
		return false;
	return tn->n_array_bounds == 0 ||
	       array_over(as, type, name_list(as, tn->names, tn->n_names), tn->location);
}
