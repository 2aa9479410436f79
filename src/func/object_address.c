/*
 * pg_describe_object, pg_identify_object, pg_identify_object_as_address.
 */
#include "func/object_fn.h"
#include "func/tables.h"
#include "types/domain.h"
#include "types/record.h"

static const char *
text_array(struct fcall *c, const struct vec *words)
{
	struct array v;
	struct buf b = BUF_INIT;
	const char *text;

	array_init(&v, c->arena, words->n);
	for (int i = 0; i < words->n; i++)
		v.items[i] = (struct array_item){words->v[i], strlen(words->v[i])};
	array_print(&v, ',', &b);
	text = buf_dup(&b, c->arena);
	buf_release(&b);
	return text;
}

static bool
fn_describe_object(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct object o;

	if (!args[0].i && !args[1].i)
		return true;
	if (!object_read(c, catalog_oid(&args[0]), catalog_oid(&args[1]), (int)args[2].i, &o))
		return false;
	return !o.found || ret_text(c, o.description, out);
}

static bool
fn_identify_object(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	static const struct record_column cols[] = {
		RECORD_COLUMN("type", T_TEXT), RECORD_COLUMN("schema", T_TEXT),
		RECORD_COLUMN("name", T_TEXT), RECORD_COLUMN("identity", T_TEXT)};
	struct object o;

	if (!object_read(c, catalog_oid(&args[0]), catalog_oid(&args[1]), (int)args[2].i, &o))
		return false;
	return catalog_ret_row(c, cols, (const char *const[]){o.type, o.schema, o.name, o.identity},
			       4, out);
}

static bool
fn_identify_as_address(struct fcall *c, const struct datum *args, int nargs UNUSED,
		       struct datum *out)
{
	static const struct record_column cols[] = {RECORD_COLUMN("type", T_TEXT),
						    RECORD_COLUMN("object_names", T_TEXTARRAY),
						    RECORD_COLUMN("object_args", T_TEXTARRAY)};
	struct object o;

	if (!object_read(c, catalog_oid(&args[0]), catalog_oid(&args[1]), (int)args[2].i, &o))
		return false;
	return catalog_ret_row(c, cols,
			       (const char *const[]){o.type,
						     o.found ? text_array(c, &o.names) : NULL,
						     o.found ? text_array(c, &o.args) : NULL},
			       3, out);
}

/* ---- the way back: pg_get_object_address ---- */

struct address {
	struct fcall *c;
	const char *type;
	struct array names, args;
	oid_t class, oid;
	int sub;
};

static char *
word(struct address *a, const struct array *list, int i)
{
	return arena_strndup(a->c->arena, list->items[i].p, list->items[i].n);
}

static bool
lists(struct address *a, const char *what, int have, int want, bool exact)
{
	if (exact ? have == want : have >= want)
		return true;
	return err_set(a->c->err, ERR_INVALID_PARAMETER_VALUE, -1, "%s list length must be %s %d",
		       what, exact ? "exactly" : "at least", want);
}

/* The first n names as SQL writes them. */
static struct datum
joined(struct address *a, int n)
{
	struct buf b = BUF_INIT;
	struct datum d;

	for (int i = 0; i < n; i++)
		buf_printf(&b, "%s%s", i ? "." : "",
			   quote_identifier(a->c->arena, word(a, &a->names, i)));
	d = datum_text(buf_dup(&b, a->c->arena), b.len);
	buf_release(&b);
	return d;
}

static bool
find_relation(struct address *a, int n, const struct relation **r)
{
	struct datum name = joined(a, n);

	*r = catalog_relation_named(a->c, &name);
	return *r != NULL;
}

/* Relations by the words of their kinds. */
static const struct {
	const char *type, *what;
	char kinds[3];
} relation_kinds[] = {
	{"table", "a table", "r"},
	{"index", "an index", "i"},
	{"sequence", "a sequence", "S"},
	{"view", "a view", "v"},
	{"materialized view", "a materialized view", "m"},
	{"composite type", "a composite type", "c"},
};

static bool
is_relation(struct address *a, bool *done)
{
	const struct relation *r;

	for (size_t i = 0; i < COUNTOF(relation_kinds); i++) {
		if (strcmp(relation_kinds[i].type, a->type))
			continue;
		*done = true;
		if (!lists(a, "name", a->names.n, 1, false) || !find_relation(a, a->names.n, &r))
			return false;
		if (!strchr(relation_kinds[i].kinds, builtin_relkind(r)))
			return err_set(a->c->err, ERR_WRONG_OBJECT_TYPE, -1, "\"%s\" is not %s",
				       r->name, relation_kinds[i].what);
		a->class = CLASS_PG_CLASS;
		a->oid = r->oid;
	}
	return true;
}

/* Things in a relation: its columns, their defaults, its constraints, its rule. */
static bool
in_relation(struct address *a, bool *done)
{
	const char *tail = strstr(a->type, " column"), *last;
	bool column = tail && !tail[7], fallback = !strcmp(a->type, "default value");
	const struct relation *r;
	const struct column *col;

	if (!column && !fallback && strcmp(a->type, "table constraint") && strcmp(a->type, "rule"))
		return true;
	*done = true;
	if (!lists(a, "name", a->names.n, 2, false) || !find_relation(a, a->names.n - 1, &r))
		return false;
	last = word(a, &a->names, a->names.n - 1);
	if (column || fallback) {
		col = relation_column(r, last);
		if (!col || (fallback && !col->default_oid))
			return err_set(
				a->c->err, ERR_UNDEFINED_COLUMN, -1,
				fallback && col ? "default value for column \"%s\" of relation "
						  "\"%s\" does not exist"
						: "column \"%s\" of relation \"%s\" does not "
						  "exist",
				last,
				fallback && !col
					? r->name
					: snapshot_relation_name(a->c->arena, a->c->env->snapshot,
								 NULL, r));
		a->class = column ? CLASS_PG_CLASS : CLASS_PG_ATTRDEF;
		a->oid = column ? r->oid : col->default_oid;
		a->sub = column ? col->attnum : 0;
		return true;
	}
	a->class = CLASS_PG_CONSTRAINT;
	for (int i = 0; !strcmp(a->type, "table constraint") && i < r->constraints.n; i++)
		if (!strcmp(VEC_AT(struct constraint, &r->constraints, i)->name, last))
			a->oid = VEC_AT(struct constraint, &r->constraints, i)->oid;
	return a->oid ||
	       err_set(a->c->err, ERR_UNDEFINED_OBJECT, -1,
		       *a->type == 'r' ? "rule \"%s\" for relation \"%s\" does not exist"
				       : "constraint \"%s\" for table \"%s\" does not exist",
		       last, r->name);
}

static bool
type_named(struct address *a, const struct array *list, oid_t *oid)
{
	const struct type *t;
	char *text = word(a, list, 0);

	if (!snapshot_parse_type(a->c->env->snapshot, a->c->env->search_path, text, strlen(text),
				 &t, NULL, a->c->err))
		return false;
	*oid = t->oid;
	return true;
}

static bool
cast_named(struct address *a)
{
	oid_t source, target;
	const struct cast *k;

	if (!lists(a, "name", a->names.n, 1, true) || !lists(a, "argument", a->args.n, 1, true) ||
	    !type_named(a, &a->names, &source) || !type_named(a, &a->args, &target))
		return false;
	k = snapshot_cast(a->c->env->snapshot, source, target);
	if (!k)
		return err_set(a->c->err, ERR_UNDEFINED_OBJECT, -1,
			       "cast from type %s to type %s does not exist",
			       snapshot_format_type(a->c->arena, a->c->env->snapshot,
						    a->c->env->search_path, source, -1),
			       snapshot_format_type(a->c->arena, a->c->env->snapshot,
						    a->c->env->search_path, target, -1));
	a->class = CLASS_CAST;
	a->oid = k->oid;
	return true;
}

static bool
domain_constraint_named(struct address *a)
{
	const struct type *t;
	const char *name;
	oid_t oid;

	if (!lists(a, "name", a->names.n, 1, true) || !lists(a, "argument", a->args.n, 1, true) ||
	    !type_named(a, &a->names, &oid))
		return false;
	name = word(a, &a->args, 0);
	t = snapshot_type(a->c->env->snapshot, oid);
	a->class = CLASS_PG_CONSTRAINT;
	for (int i = 0; t->domain && i < t->domain->nchecks; i++)
		if (!strcmp(t->domain->checks[i].name, name))
			a->oid = t->domain->checks[i].oid;
	return a->oid || err_set(a->c->err, ERR_UNDEFINED_OBJECT, -1,
				 "constraint \"%s\" for domain %s does not exist", name,
				 snapshot_type_name(a->c->arena, a->c->env->snapshot,
						    a->c->env->search_path, t));
}

static bool
of_types(struct address *a, bool *done)
{
	*done = true;
	if (!strcmp(a->type, "cast"))
		return cast_named(a);
	if (!strcmp(a->type, "domain constraint"))
		return domain_constraint_named(a);
	if (!strcmp(a->type, "type") || !strcmp(a->type, "domain")) {
		a->class = CLASS_PG_TYPE;
		return lists(a, "name", a->names.n, 1, true) && type_named(a, &a->names, &a->oid);
	}
	*done = false;
	return true;
}

/* "name(type,type)", to be looked up as regprocedure or regoperator. */
static struct datum
with_arguments(struct address *a, bool quote)
{
	struct buf b = BUF_INIT;
	struct datum d;

	for (int i = 0; i < a->names.n; i++)
		buf_printf(&b, "%s%s", i ? "." : "",
			   quote || i + 1 < a->names.n
				   ? quote_identifier(a->c->arena, word(a, &a->names, i))
				   : word(a, &a->names, i));
	buf_putc(&b, '(');
	for (int i = 0; i < a->args.n; i++)
		buf_printf(&b, "%s%s", i ? "," : "", word(a, &a->args, i));
	buf_putc(&b, ')');
	d = datum_text(buf_dup(&b, a->c->arena), b.len);
	buf_release(&b);
	return d;
}

/* regprocedure's look-up, with the error of a function that is called. */
static bool
look_up(struct address *a, bool oper, const struct datum *text)
{
	struct err unused;
	bool ok;

	if (oper)
		return catalog_lookup(a->c, T_REGOPERATOR, text, &a->oid);
	err_init(&unused);
	ok = catalog_reg_ops.lookup(a->c->env, T_REGPROCEDURE, text->p, text->n, &a->oid, &unused);
	if (!ok && !strcmp(unused.sqlstate, ERR_UNDEFINED_FUNCTION))
		err_set(a->c->err, unused.sqlstate, -1, "%s %s does not exist", a->type, text->p);
	else if (!ok)
		err_set(a->c->err, unused.sqlstate, -1, "%s", unused.message);
	err_release(&unused);
	return ok;
}

static bool
of_functions(struct address *a, bool *done)
{
	bool oper = !strcmp(a->type, "operator");
	struct datum text;
	char kind;

	if (!oper && strcmp(a->type, "function") && strcmp(a->type, "aggregate") &&
	    strcmp(a->type, "procedure") && strcmp(a->type, "routine"))
		return true;
	*done = true;
	if (!lists(a, "name", a->names.n, 1, false) ||
	    (oper && !lists(a, "argument", a->args.n, 2, true)))
		return false;
	text = with_arguments(a, !oper);
	a->class = oper ? CLASS_OPERATOR : CLASS_PG_PROC;
	if (!look_up(a, oper, &text))
		return false;
	kind = oper ? 'f' : snapshot_proc(a->c->env->snapshot, a->oid)->kind;
	if ((*a->type == 'a' && kind != 'a') || (*a->type == 'p' && kind != 'p') ||
	    (*a->type == 'f' && kind == 'p')) {
		struct buf b = BUF_INIT;

		catalog_reg_ops.name(a->c->env, T_REGPROCEDURE, a->oid, &b);
		err_set(a->c->err, ERR_WRONG_OBJECT_TYPE, -1, "%s is not %s", buf_str(&b),
			*a->type == 'a'   ? "an aggregate function"
			: *a->type == 'p' ? "a procedure"
					  : "a function");
		buf_release(&b);
		return false;
	}
	return true;
}

/* The rest: name; schema and name; access method, schema and name. */
static bool
of_names(struct address *a, const struct object_class *k)
{
	int n = a->names.n, least = k->method ? 2 : 1;
	const char *name, *schema, *method;
	struct catalog_row row;

	if (!lists(a, "name", n, least, !k->schema))
		return false;
	name = word(a, &a->names, n - 1);
	schema = k->schema && n > least ? word(a, &a->names, n - 2) : NULL;
	method = k->method ? word(a, &a->names, 0) : NULL;
	a->class = k->class;
	if (catalog_row_open(a->c, k->catalog, &row))
		while (!a->oid && catalog_row_next(&row)) {
			struct object o;

			if (strcmp(catalog_row_text(a->c, &row, k->name), name))
				continue;
			if (!object_read(a->c, k->class, catalog_row_oid(&row, "oid"), 0, &o))
				break;
			if ((!schema || !strcmp(o.schema, schema)) &&
			    (!method || !strcmp(o.names.v[0], method)))
				a->oid = o.oid;
		}
	catalog_row_close(&row);
	if (a->oid || err_is_set(a->c->err))
		return a->oid != 0;
	return err_set(a->c->err,
		       k->class == CLASS_PG_NAMESPACE  ? ERR_UNDEFINED_SCHEMA
		       : k->class == CLASS_PG_DATABASE ? ERR_UNDEFINED_DATABASE
						       : ERR_UNDEFINED_OBJECT,
		       -1,
		       method ? "%s \"%s\" does not exist for access method \"%s\""
			      : "%s \"%s\" does not exist",
		       k->type, name, method);
}

static bool
address_of(struct address *a)
{
	static bool (*const ways[])(struct address *, bool *) = {is_relation, in_relation, of_types,
								 of_functions};
	bool done = false;

	for (size_t i = 0; i < COUNTOF(ways); i++)
		if (!ways[i](a, &done))
			return false;
		else if (done)
			return true;
	for (const struct object_class *k = object_classes; k->class; k++)
		if (!strcmp(k->type, a->type))
			return of_names(a, k);
	return err_set(a->c->err, ERR_INVALID_PARAMETER_VALUE, -1,
		       "unrecognized object type \"%s\"", a->type);
}

static bool
read_list(struct fcall *c, const struct datum *d, struct array *v)
{
	if (!array_read(c->arena, c->err, type_builtin(T_TEXTARRAY), d, v))
		return false;
	for (int i = 0; i < v->n; i++)
		if (!v->items[i].p)
			return err_set(c->err, ERR_INVALID_PARAMETER_VALUE, -1,
				       "name or argument lists may not contain nulls");
	return true;
}

static bool
is_known(struct address *a)
{
	static const char *const types[] = {"table",
					    "index",
					    "sequence",
					    "view",
					    "materialized view",
					    "composite type",
					    "table column",
					    "index column",
					    "sequence column",
					    "view column",
					    "materialized view column",
					    "composite type column",
					    "default value",
					    "table constraint",
					    "domain constraint",
					    "rule",
					    "type",
					    "domain",
					    "cast",
					    "function",
					    "aggregate",
					    "procedure",
					    "routine",
					    "operator"};

	for (size_t i = 0; i < COUNTOF(types); i++)
		if (!strcmp(types[i], a->type))
			return true;
	for (const struct object_class *k = object_classes; k->class; k++)
		if (!strcmp(k->type, a->type))
			return true;
	return err_set(a->c->err, ERR_INVALID_PARAMETER_VALUE, -1,
		       "unrecognized object type \"%s\"", a->type);
}

static bool
fn_get_object_address(struct fcall *c, const struct datum *args, int nargs UNUSED,
		      struct datum *out)
{
	static const struct record_column cols[] = {RECORD_COLUMN("classid", T_OID),
						    RECORD_COLUMN("objid", T_OID),
						    RECORD_COLUMN("objsubid", T_INT4)};
	struct address a = {.c = c, .type = catalog_text(c, &args[0])};

	if (!is_known(&a) || !read_list(c, &args[1], &a.names) ||
	    !read_list(c, &args[2], &a.args) || !address_of(&a))
		return false;
	return catalog_ret_row(c, cols,
			       (const char *const[]){arena_printf(c->arena, "%u", a.class),
						     arena_printf(c->arena, "%u", a.oid),
						     arena_printf(c->arena, "%d", a.sub)},
			       3, out);
}

const struct func func_object_address[] = {
	FUNC_S("pg_describe_object", fn_describe_object),
	FUNC_S("pg_identify_object", fn_identify_object),
	FUNC_S("pg_identify_object_as_address", fn_identify_as_address),
	FUNC_S("pg_get_object_address", fn_get_object_address),
	FUNC_END,
};
