/*
 * Functions over the catalog: names and OIDs, visibility, properties; and the table of all of them.
 */
#include <ctype.h>
#include <stdlib.h>
#include <strings.h>

#include "catalog/roles.h"
#include "func/catalog_row.h"
#include "func/tables.h"

char *
catalog_text(struct fcall *c, const struct datum *d)
{
	size_t n;
	const char *p = arg_text(c, d, &n);

	return arena_strndup(c->arena, p, n);
}

oid_t
catalog_oid(const struct datum *d)
{
	return d->class == DATUM_INT ? (oid_t)d->i : 0;
}

const struct relation *
catalog_relation(struct fcall *c, const struct datum *oid)
{
	return snapshot_relation_by_oid(c->env->snapshot, catalog_oid(oid));
}

bool
catalog_lookup(struct fcall *c, oid_t kind, const struct datum *name, oid_t *oid)
{
	size_t n;
	const char *text = arg_text(c, name, &n);

	return catalog_reg_ops.lookup(c->env, kind, text, n, oid, c->err);
}

const struct relation *
catalog_relation_named(struct fcall *c, const struct datum *name)
{
	const struct relation *r;
	oid_t oid;

	if (!catalog_lookup(c, T_REGCLASS, name, &oid))
		return NULL;
	r = snapshot_relation_by_oid(c->env->snapshot, oid);
	if (!r)
		err_set(c->err, ERR_UNDEFINED_TABLE, -1, "relation \"%s\" does not exist",
			catalog_text(c, name));
	return r;
}

/* format_type(oid, typmod): NULL says "no modifier known", a given -1 that it has none. */
static bool
fn_format_type(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	int32_t typmod = args[1].class == DATUM_INT ? (int32_t)args[1].i : -1;
	oid_t oid = catalog_oid(&args[0]);

	if (arg_null(&args[0]))
		return true;
	if (args[1].class == DATUM_INT && typmod < 0 && (oid == T_BPCHAR || oid == T_BIT))
		return ret_text(c, oid == T_BPCHAR ? "bpchar" : "\"bit\"", out);
	return ret_text(
		c,
		snapshot_format_type(c->arena, c->env->snapshot, c->env->search_path, oid, typmod),
		out);
}

static bool
fn_get_userbyid(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct role_info role;
	oid_t oid = catalog_oid(&args[0]);

	if (catalog_role_by_oid(c->env, oid, c->arena, &role))
		return ret_text(c, role.name, out);
	return ret_text(c, arena_printf(c->arena, "unknown (OID=%u)", oid), out);
}

/* to_reg*: NULL where there is no such object, or more than one; only nonsense is an error. */
static bool
to_reg(struct fcall *c, oid_t kind, const struct datum *name, struct datum *out)
{
	static const char *const absent[] = {ERR_UNDEFINED_TABLE, ERR_UNDEFINED_OBJECT,
					     ERR_UNDEFINED_FUNCTION, ERR_UNDEFINED_SCHEMA,
					     ERR_AMBIGUOUS_FUNCTION};
	struct err err;
	size_t n;
	const char *text = arg_text(c, name, &n);
	oid_t oid;
	bool ok;

	if (n && (strspn(text, "0123456789-") >= n))
		return (kind != T_REGPROCEDURE && kind != T_REGOPERATOR) ||
		       err_set(c->err, ERR_INVALID_TEXT_REPRESENTATION, -1,
			       "expected a left parenthesis");
	err_init(&err);
	ok = catalog_reg_ops.lookup(c->env, kind, text, n, &oid, &err);
	if (ok)
		*out = datum_int(oid);
	for (size_t i = 0; !ok && i < COUNTOF(absent); i++)
		ok = !strcmp(err.sqlstate, absent[i]);
	if (!ok) {
		err_set(c->err, err.sqlstate, -1, "%s", err.message);
		if (err.hint)
			err_hint(c->err, "%s", err.hint);
		if (err.context)
			c->err->context = arena_strdup(&c->err->arena, err.context);
	}
	err_release(&err);
	return ok;
}

#define TO_REG(name, kind)                                                                         \
	static bool name(struct fcall *c, const struct datum *args, int nargs UNUSED,              \
			 struct datum *out)                                                        \
	{                                                                                          \
		return to_reg(c, kind, &args[0], out);                                             \
	}

TO_REG(fn_to_regclass, T_REGCLASS)
TO_REG(fn_to_regtype, T_REGTYPE)
TO_REG(fn_to_regproc, T_REGPROC)
TO_REG(fn_to_regprocedure, T_REGPROCEDURE)
TO_REG(fn_to_regoper, T_REGOPER)
TO_REG(fn_to_regoperator, T_REGOPERATOR)
TO_REG(fn_to_regnamespace, T_REGNAMESPACE)
TO_REG(fn_to_regrole, T_REGROLE)
TO_REG(fn_to_regcollation, T_REGCOLLATION)

/* Casts of text to reg types and regclass(text). */
static bool
fn_text_regclass(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	size_t n;
	const char *text = arg_text(c, &args[0], &n);
	oid_t oid;

	if (n && strspn(text, "0123456789-") >= n)
		return err_set(c->err, ERR_UNDEFINED_TABLE, -1, "relation \"%.*s\" does not exist",
			       (int)n, text);
	if (!catalog_lookup(c, T_REGCLASS, &args[0], &oid))
		return false;
	*out = datum_int(oid);
	return true;
}

/* Visibility: NULL where there is no such object. */

static bool
fn_table_is_visible(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	const struct relation *r = catalog_relation(c, &args[0]);

	if (r)
		*out = datum_int(
			snapshot_relation_visible(c->env->snapshot, c->env->search_path, r));
	return true;
}

static bool
fn_type_is_visible(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	const struct type *t = snapshot_type(c->env->snapshot, catalog_oid(&args[0]));

	if (t)
		*out = datum_int(snapshot_type_by_name(c->env->snapshot, c->env->search_path, NULL,
						       t->name) == t);
	return true;
}

/* pg_KIND_is_visible for what there is in pg_catalog only. */
static bool
fn_object_is_visible(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	const char *name = c->proc->name, *end = strstr(name, "_is_visible");
	struct catalog_row row;

	if (!catalog_row_find(c, arena_strndup(c->arena, name, (size_t)(end - name)),
			      catalog_oid(&args[0]), &row))
		return true;
	catalog_row_close(&row);
	*out = datum_int(1);
	return true;
}

static bool
fn_function_is_visible(struct fcall *c, const struct datum *args, int nargs UNUSED,
		       struct datum *out)
{
	if (snapshot_proc(c->env->snapshot, catalog_oid(&args[0])))
		*out = datum_int(1);
	return true;
}

static bool
fn_operator_is_visible(struct fcall *c UNUSED, const struct datum *args, int nargs UNUSED,
		       struct datum *out)
{
	if (oper_find(catalog_oid(&args[0])))
		*out = datum_int(1);
	return true;
}

/* What exists only in pg_catalog is visible. */
static bool
fn_always_false(struct fcall *c UNUSED, const struct datum *args UNUSED, int nargs UNUSED,
		struct datum *out)
{
	*out = datum_int(0);
	return true;
}

static bool
fn_always_null(struct fcall *c UNUSED, const struct datum *args UNUSED, int nargs UNUSED,
	       struct datum *out UNUSED)
{
	return true;
}

static bool
fn_my_temp_schema(struct fcall *c, const struct datum *args UNUSED, int nargs UNUSED,
		  struct datum *out)
{
	*out = datum_int(c->env->snapshot->temp_schema);
	return true;
}

static bool
fn_typeof(struct fcall *c, const struct datum *args UNUSED, int nargs UNUSED, struct datum *out)
{
	*out = datum_int(c->types->args[0]->oid);
	return true;
}

static bool
fn_collation_for(struct fcall *c, const struct datum *args UNUSED, int nargs UNUSED,
		 struct datum *out)
{
	const struct type *t = c->types->args[0];

	if (t->oid == T_UNKNOWN)
		return true;
	if (t->oid == T_NAME)
		return ret_text(c, "\"C\"", out);
	if (t->category == 'S')
		return ret_text(c, "\"default\"", out);
	return err_set(
		c->err, ERR_DATATYPE_MISMATCH, -1, "collations are not supported by type %s",
		snapshot_format_type(c->arena, c->env->snapshot, c->env->search_path, t->oid, -1));
}

/* Properties of access methods and indexes. */

static bool
property(const char *name, const char *const *names, bool *known)
{
	*known = false;
	for (; *names; names++)
		*known |= !strcasecmp(*names, name);
	return *known;
}

static bool
fn_indexam_has_property(struct fcall *c, const struct datum *args, int nargs UNUSED,
			struct datum *out)
{
	static const char *const btree[] = {"can_order",   "can_unique",  "can_multi_col",
					    "can_exclude", "can_include", NULL};
	static const char *const hash[] = {"can_exclude", NULL};
	oid_t am = catalog_oid(&args[0]);
	const char *name = catalog_text(c, &args[1]);
	bool known, has;

	if ((am != 403 && am != 405) || !property(name, btree, &known))
		return true;
	has = am == 403 || property(name, hash, &known);
	*out = datum_int(has);
	return true;
}

static bool
fn_index_has_property(struct fcall *c, const struct datum *args, int nargs UNUSED,
		      struct datum *out)
{
	static const char *const names[] = {"clusterable", "index_scan", "bitmap_scan",
					    "backward_scan", NULL};
	const struct relation *r = catalog_relation(c, &args[0]);
	const char *name = catalog_text(c, &args[1]);
	bool known;

	if (r && r->index && property(name, names, &known))
		*out = datum_int(!strcmp(r->index->method, "btree") ||
				 strcasecmp(name, "clusterable"));
	return true;
}

static bool
fn_index_column_has_property(struct fcall *c, const struct datum *args, int nargs UNUSED,
			     struct datum *out)
{
	static const char *const always[] = {"orderable", "returnable", "search_array",
					     "search_nulls", NULL};
	static const char *const never[] = {"distance_orderable", NULL};
	const struct relation *r = catalog_relation(c, &args[0]);
	const char *name = catalog_text(c, &args[2]);
	const struct index *ix = r ? r->index : NULL;
	int64_t i = args[1].i - 1;
	bool known, btree;
	int option;

	if (!ix || i < 0 || i >= ix->ncols)
		return true;
	btree = !strcmp(ix->method, "btree");
	option = i < ix->nkeys ? ix->options[i] : 0;
	if (property(name, always, &known))
		*out = datum_int(btree && i < ix->nkeys);
	else if (property(name, never, &known))
		*out = datum_int(0);
	else if (!strcasecmp(name, "asc") || !strcasecmp(name, "desc"))
		*out = datum_int(btree && i < ix->nkeys &&
				 ((option & 1) != 0) == !strcasecmp(name, "desc"));
	else if (!strcasecmp(name, "nulls_first") || !strcasecmp(name, "nulls_last"))
		*out = datum_int(btree && i < ix->nkeys &&
				 ((option & 2) != 0) == !strcasecmp(name, "nulls_first"));
	return true;
}

/* INSERT, UPDATE and DELETE are bits 3, 2 and 4 of the result. */
enum { EVENT_UPDATE = 4, EVENT_INSERT = 8, EVENT_DELETE = 16 };

/* What can be done with r, or (attnum not 0) with that column of it. */
static bool
updatable_events(struct fcall *c, const struct relation *r, int attnum, int *events)
{
	const struct session_ops *ops = c->env->ops;
	const struct relation *base;
	bool *cols, any = false;

	*events = 0;
	if (!r)
		return true;
	if (r->kind == 'r') {
		*events = EVENT_UPDATE | EVENT_INSERT | EVENT_DELETE;
		return true;
	}
	if (r->kind != 'v' || r->builtin || !ops || !ops->view_updatable)
		return true;
	if (!ops->view_updatable(c->env->ops_arg, r, c->arena, &base, &cols, c->err))
		return false;
	for (int i = 0; base && i < r->ncols; i++)
		any |= cols[i] && (!attnum || attnum == i + 1);
	*events = !base ? 0 : any ? EVENT_UPDATE | EVENT_INSERT | EVENT_DELETE : EVENT_DELETE;
	return true;
}

static bool
fn_relation_is_updatable(struct fcall *c, const struct datum *args, int nargs UNUSED,
			 struct datum *out)
{
	int events;

	if (!updatable_events(c, catalog_relation(c, &args[0]), 0, &events))
		return false;
	*out = datum_int(events);
	return true;
}

static bool
fn_column_is_updatable(struct fcall *c, const struct datum *args, int nargs UNUSED,
		       struct datum *out)
{
	const struct relation *r = catalog_relation(c, &args[0]);
	int events = 0, attnum = (int)args[1].i;

	if (attnum > 0 && !updatable_events(c, r, attnum, &events))
		return false;
	*out = datum_int((events & (EVENT_UPDATE | EVENT_DELETE)) == (EVENT_UPDATE | EVENT_DELETE));
	return true;
}

/* The replica identity of every table is its primary key. */
static bool
fn_replica_identity(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	const struct relation *r = catalog_relation(c, &args[0]);

	if (!r)
		return err_set(c->err, ERR_INTERNAL_ERROR, -1,
			       "could not open relation with OID %u", catalog_oid(&args[0]));
	for (int i = 0; !r->builtin && i < r->indexes.n; i++) {
		const struct index *ix = VEC_AT(struct index, &r->indexes, i);

		if (ix->primary)
			*out = datum_int(ix->self->oid);
	}
	return true;
}

static bool
fn_settings_get_flags(struct fcall *c, const struct datum *args, int nargs UNUSED,
		      struct datum *out)
{
	const struct setting_row *row = setting_find(catalog_text(c, &args[0]));

	return !row ||
	       ret_text(c, arena_printf(c->arena, "{%s}", row->flags ? row->flags : ""), out);
}

const struct func func_catalog[] = {
	FUNC_S("format_type", fn_format_type),
	FUNC_S("pg_get_userbyid", fn_get_userbyid),
	FUNC_S("to_regclass", fn_to_regclass),
	FUNC_S("to_regtype", fn_to_regtype),
	FUNC_S("to_regproc", fn_to_regproc),
	FUNC_S("to_regprocedure", fn_to_regprocedure),
	FUNC_S("to_regoper", fn_to_regoper),
	FUNC_S("to_regoperator", fn_to_regoperator),
	FUNC_S("to_regnamespace", fn_to_regnamespace),
	FUNC_S("to_regrole", fn_to_regrole),
	FUNC_S("to_regcollation", fn_to_regcollation),
	FUNC_S("text_regclass", fn_text_regclass),
	FUNC_S("pg_table_is_visible", fn_table_is_visible),
	FUNC_S("pg_type_is_visible", fn_type_is_visible),
	FUNC_S("pg_function_is_visible", fn_function_is_visible),
	FUNC_S("pg_operator_is_visible", fn_operator_is_visible),
	FUNC_S("pg_opclass_is_visible", fn_object_is_visible),
	FUNC_S("pg_opfamily_is_visible", fn_object_is_visible),
	FUNC_S("pg_collation_is_visible", fn_object_is_visible),
	FUNC_S("pg_conversion_is_visible", fn_object_is_visible),
	FUNC("pg_statistics_obj_is_visible", fn_always_null),
	FUNC_S("pg_ts_parser_is_visible", fn_object_is_visible),
	FUNC_S("pg_ts_dict_is_visible", fn_object_is_visible),
	FUNC_S("pg_ts_config_is_visible", fn_object_is_visible),
	FUNC_S("pg_ts_template_is_visible", fn_object_is_visible),
	FUNC_S("pg_my_temp_schema", fn_my_temp_schema),
	FUNC("pg_is_other_temp_schema", fn_always_false),
	FUNC_T("pg_typeof", fn_typeof),
	FUNC_T("pg_collation_for", fn_collation_for),
	FUNC("pg_indexam_has_property", fn_indexam_has_property),
	FUNC_S("pg_index_has_property", fn_index_has_property),
	FUNC_S("pg_index_column_has_property", fn_index_column_has_property),
	FUNC_S("pg_relation_is_updatable", fn_relation_is_updatable),
	FUNC_S("pg_column_is_updatable", fn_column_is_updatable),
	FUNC("pg_settings_get_flags", fn_settings_get_flags),
	FUNC("pg_relation_is_publishable", fn_always_false),
	FUNC("row_security_active", fn_always_false),
	FUNC("row_security_active_name", fn_always_false),
	/* catalog_def.c */
	FUNC_S("pg_get_viewdef", fn_get_viewdef),
	FUNC_S("pg_get_viewdef_ext", fn_get_viewdef_ext),
	FUNC_S("pg_get_viewdef_wrap", fn_get_viewdef_wrap),
	FUNC_S("pg_get_viewdef_name", fn_get_viewdef_name),
	FUNC_S("pg_get_viewdef_name_ext", fn_get_viewdef_name_ext),
	FUNC_S("pg_get_ruledef", fn_get_ruledef),
	FUNC_S("pg_get_ruledef_ext", fn_get_ruledef_ext),
	FUNC_S("pg_get_indexdef", fn_get_indexdef),
	FUNC_S("pg_get_indexdef_ext", fn_get_indexdef_ext),
	FUNC_S("pg_get_constraintdef", fn_get_constraintdef),
	FUNC_S("pg_get_constraintdef_ext", fn_get_constraintdef_ext),
	FUNC_S("pg_get_expr", fn_get_expr),
	FUNC_S("pg_get_expr_ext", fn_get_expr_ext),
	FUNC_S("pg_get_serial_sequence", fn_get_serial_sequence),
	FUNC_S("pg_get_function_arguments", fn_function_arguments),
	FUNC_S("pg_get_function_identity_arguments", fn_function_identity),
	FUNC_S("pg_get_function_result", fn_function_result),
	FUNC("pg_get_function_arg_default", fn_function_arg_default),
	FUNC_S("pg_get_functiondef", fn_functiondef),
	FUNC("pg_get_function_sqlbody", fn_function_sqlbody),
	/* Objects of these kinds do not exist. */
	FUNC("pg_get_partkeydef", fn_always_null),
	FUNC("pg_get_partition_constraintdef", fn_always_null),
	FUNC("pg_get_triggerdef", fn_always_null),
	FUNC("pg_get_triggerdef_ext", fn_always_null),
	FUNC("pg_get_statisticsobjdef", fn_always_null),
	FUNC("pg_get_statisticsobjdef_columns", fn_always_null),
	FUNC("pg_get_statisticsobjdef_expressions", fn_always_null),
	FUNC_S("pg_get_replica_identity_index", fn_replica_identity),
	FUNC("pg_partition_root", fn_always_null),
	FUNC_SRF("pg_partition_ancestors", &srf_no_rows_1),
	FUNC_SRF("pg_partition_tree", &srf_no_rows_4),
	FUNC_SRF("pg_options_to_table", &srf_options_to_table),
	FUNC_SRF("aclexplode", &srf_aclexplode),
	FUNC_SRF("pg_get_keywords", &srf_get_keywords),
/* privilege.c: every form of a function has the same body. */
#define FORMS(what, fn)                                                                            \
	FUNC_S("has_" what "_privilege_name_name", fn),                                            \
		FUNC_S("has_" what "_privilege_name_id", fn),                                      \
		FUNC_S("has_" what "_privilege_id_name", fn),                                      \
		FUNC_S("has_" what "_privilege_id_id", fn),                                        \
		FUNC_S("has_" what "_privilege_name", fn), FUNC_S("has_" what "_privilege_id", fn)
	FORMS("table", fn_has_table),
	FORMS("any_column", fn_has_any_column),
	FORMS("sequence", fn_has_sequence),
	FORMS("database", fn_has_database),
	FORMS("schema", fn_has_schema),
	FORMS("function", fn_has_function),
	FORMS("language", fn_has_language),
	FORMS("type", fn_has_type),
	FORMS("tablespace", fn_has_tablespace),
	FORMS("foreign_data_wrapper", fn_has_fdw),
	FORMS("server", fn_has_server),
	FUNC_S("has_parameter_privilege_name_name", fn_has_parameter),
	FUNC_S("has_parameter_privilege_id_name", fn_has_parameter),
	FUNC_S("has_parameter_privilege_name", fn_has_parameter),
	FUNC_S("has_column_privilege_name_name_name", fn_has_column),
	FUNC_S("has_column_privilege_name_name_attnum", fn_has_column),
	FUNC_S("has_column_privilege_name_id_name", fn_has_column),
	FUNC_S("has_column_privilege_name_id_attnum", fn_has_column),
	FUNC_S("has_column_privilege_id_name_name", fn_has_column),
	FUNC_S("has_column_privilege_id_name_attnum", fn_has_column),
	FUNC_S("has_column_privilege_id_id_name", fn_has_column),
	FUNC_S("has_column_privilege_id_id_attnum", fn_has_column),
	FUNC_S("has_column_privilege_name_name", fn_has_column),
	FUNC_S("has_column_privilege_name_attnum", fn_has_column),
	FUNC_S("has_column_privilege_id_name", fn_has_column),
	FUNC_S("has_column_privilege_id_attnum", fn_has_column),
	FUNC_S("pg_has_role_name_name", fn_has_role),
	FUNC_S("pg_has_role_name_id", fn_has_role),
	FUNC_S("pg_has_role_id_name", fn_has_role),
	FUNC_S("pg_has_role_id_id", fn_has_role),
	FUNC_S("pg_has_role_name", fn_has_role),
	FUNC_S("pg_has_role_id", fn_has_role),
	FUNC_S("acldefault_sql", fn_acldefault),
	FUNC_END,
};
