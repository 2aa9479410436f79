/*
 * Functions over the catalog: names and OIDs, visibility, properties; and the table of all of them.
 */
#include <ctype.h>
#include <stdlib.h>
#include <strings.h>

#include "catalog/roles.h"
#include "func/catalog_fn.h"
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
	oid_t oid;

	return catalog_lookup(c, T_REGCLASS, name, &oid)
		       ? snapshot_relation_by_oid(c->env->snapshot, oid)
		       : NULL;
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
		return true;
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
	oid_t oid;

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

static bool
fn_function_is_visible(struct fcall *c UNUSED, const struct datum *args, int nargs UNUSED,
		       struct datum *out)
{
	if (proc_find(catalog_oid(&args[0])))
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
fn_always_true(struct fcall *c UNUSED, const struct datum *args UNUSED, int nargs UNUSED,
	       struct datum *out)
{
	*out = datum_int(1);
	return true;
}

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
fn_zero(struct fcall *c UNUSED, const struct datum *args UNUSED, int nargs UNUSED,
	struct datum *out)
{
	*out = datum_int(0);
	return true;
}

static bool
fn_zero_real(struct fcall *c UNUSED, const struct datum *args UNUSED, int nargs UNUSED,
	     struct datum *out)
{
	*out = datum_real(0);
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

/* Encodings, by PostgreSQL's numbers. */

static const struct {
	const char *name;
	int max_length;
} encodings[] = {
	{"SQL_ASCII", 1},  {"EUC_JP", 3},        {"EUC_CN", 3},
	{"EUC_KR", 3},     {"EUC_TW", 4},        {"EUC_JIS_2004", 3},
	{"UTF8", 4},       {"MULE_INTERNAL", 4}, {"LATIN1", 1},
	{"LATIN2", 1},     {"LATIN3", 1},        {"LATIN4", 1},
	{"LATIN5", 1},     {"LATIN6", 1},        {"LATIN7", 1},
	{"LATIN8", 1},     {"LATIN9", 1},        {"LATIN10", 1},
	{"WIN1256", 1},    {"WIN1258", 1},       {"WIN866", 1},
	{"WIN874", 1},     {"KOI8R", 1},         {"WIN1251", 1},
	{"WIN1252", 1},    {"ISO_8859_5", 1},    {"ISO_8859_6", 1},
	{"ISO_8859_7", 1}, {"ISO_8859_8", 1},    {"WIN1250", 1},
	{"WIN1253", 1},    {"WIN1254", 1},       {"WIN1255", 1},
	{"WIN1257", 1},    {"KOI8U", 1},         {"SJIS", 2},
	{"BIG5", 2},       {"GBK", 2},           {"UHC", 2},
	{"GB18030", 4},    {"JOHAB", 3},         {"SHIFT_JIS_2004", 2},
};

static const struct {
	const char *alias;
	int encoding;
} encoding_aliases[] = {
	{"unicode", 6},      {"iso88591", 8},     {"iso88592", 9},     {"iso88593", 10},
	{"iso88594", 11},    {"iso88599", 12},    {"iso885910", 13},   {"iso885913", 14},
	{"iso885914", 15},   {"iso885915", 16},   {"iso885916", 17},   {"abc", 19},
	{"alt", 20},         {"koi8", 22},        {"mskanji", 35},     {"shiftjis", 35},
	{"tcvn", 19},        {"tcvn5712", 19},    {"vscii", 19},       {"win", 23},
	{"win932", 35},      {"win936", 37},      {"win949", 38},      {"win950", 36},
	{"windows1250", 29}, {"windows1251", 23}, {"windows1252", 24}, {"windows1253", 30},
	{"windows1254", 31}, {"windows1255", 32}, {"windows1256", 18}, {"windows1257", 33},
	{"windows1258", 19}, {"windows866", 20},  {"windows874", 21},  {"windows932", 35},
	{"windows936", 37},  {"windows949", 38},  {"windows950", 36},
};

static bool
fn_encoding_to_char(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	int64_t i = args[0].i;

	return ret_text(c, i >= 0 && i < (int64_t)COUNTOF(encodings) ? encodings[i].name : "", out);
}

static bool
fn_encoding_max_length(struct fcall *c UNUSED, const struct datum *args, int nargs UNUSED,
		       struct datum *out)
{
	int64_t i = args[0].i;

	if (i >= 0 && i < (int64_t)COUNTOF(encodings))
		*out = datum_int(encodings[i].max_length);
	return true;
}

/* Letters and digits only, in lower case. */
static char *
plain_name(struct arena *a, const char *name)
{
	char *plain = arena_strdup(a, name), *to = plain;

	for (; *name; name++)
		if (isalnum((unsigned char)*name))
			*to++ = (char)tolower((unsigned char)*name);
	*to = '\0';
	return plain;
}

static bool
fn_char_to_encoding(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	char *name = plain_name(c->arena, catalog_text(c, &args[0]));

	*out = datum_int(-1);
	for (size_t i = 0; i < COUNTOF(encodings); i++)
		if (!strcmp(plain_name(c->arena, encodings[i].name), name))
			*out = datum_int((int64_t)i);
	for (size_t i = 0; i < COUNTOF(encoding_aliases); i++)
		if (!strcmp(encoding_aliases[i].alias, name))
			*out = datum_int(encoding_aliases[i].encoding);
	return true;
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
static bool
fn_relation_is_updatable(struct fcall *c, const struct datum *args, int nargs UNUSED,
			 struct datum *out)
{
	const struct relation *r = catalog_relation(c, &args[0]);

	*out = datum_int(r && r->kind == 'r' && !r->scan ? 4 | 8 | 16 : 0);
	return true;
}

static bool
fn_column_is_updatable(struct fcall *c, const struct datum *args, int nargs UNUSED,
		       struct datum *out)
{
	const struct relation *r = catalog_relation(c, &args[0]);

	*out = datum_int(r && r->kind == 'r' && !r->scan && relation_column_at(r, (int)args[1].i));
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
	FUNC("pg_opclass_is_visible", fn_always_true),
	FUNC("pg_opfamily_is_visible", fn_always_true),
	FUNC("pg_collation_is_visible", fn_always_true),
	FUNC("pg_conversion_is_visible", fn_always_true),
	FUNC("pg_statistics_obj_is_visible", fn_always_true),
	FUNC("pg_ts_parser_is_visible", fn_always_true),
	FUNC("pg_ts_dict_is_visible", fn_always_true),
	FUNC("pg_ts_config_is_visible", fn_always_true),
	FUNC("pg_ts_template_is_visible", fn_always_true),
	FUNC_S("pg_my_temp_schema", fn_my_temp_schema),
	FUNC("pg_is_other_temp_schema", fn_always_false),
	FUNC_T("pg_typeof", fn_typeof),
	FUNC_T("pg_collation_for", fn_collation_for),
	FUNC("PG_encoding_to_char", fn_encoding_to_char),
	FUNC("PG_char_to_encoding", fn_char_to_encoding),
	FUNC("pg_encoding_max_length_sql", fn_encoding_max_length),
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
	FUNC_S("pg_get_viewdef_ext", fn_get_viewdef),
	FUNC_S("pg_get_viewdef_wrap", fn_get_viewdef),
	FUNC_S("pg_get_viewdef_name", fn_get_viewdef_name),
	FUNC_S("pg_get_viewdef_name_ext", fn_get_viewdef_name),
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
	FUNC_S("pg_describe_object", fn_describe_object),
	/* Objects of these kinds do not exist. */
	FUNC("pg_get_partkeydef", fn_always_null),
	FUNC("pg_get_partition_constraintdef", fn_always_null),
	FUNC("pg_get_ruledef", fn_always_null),
	FUNC("pg_get_ruledef_ext", fn_always_null),
	FUNC("pg_get_triggerdef", fn_always_null),
	FUNC("pg_get_triggerdef_ext", fn_always_null),
	FUNC("pg_get_statisticsobjdef", fn_always_null),
	FUNC("pg_get_statisticsobjdef_columns", fn_always_null),
	FUNC("pg_get_statisticsobjdef_expressions", fn_always_null),
	FUNC("pg_get_replica_identity_index", fn_always_null),
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
	/* Statistics are not kept: nothing has been counted. */
	FUNC("pg_stat_get_numscans", fn_zero),
	FUNC("pg_stat_get_tuples_returned", fn_zero),
	FUNC("pg_stat_get_tuples_fetched", fn_zero),
	FUNC("pg_stat_get_tuples_inserted", fn_zero),
	FUNC("pg_stat_get_tuples_updated", fn_zero),
	FUNC("pg_stat_get_tuples_deleted", fn_zero),
	FUNC("pg_stat_get_tuples_hot_updated", fn_zero),
	FUNC("pg_stat_get_live_tuples", fn_zero),
	FUNC("pg_stat_get_dead_tuples", fn_zero),
	FUNC("pg_stat_get_mod_since_analyze", fn_zero),
	FUNC("pg_stat_get_ins_since_vacuum", fn_zero),
	FUNC("pg_stat_get_blocks_fetched", fn_zero),
	FUNC("pg_stat_get_blocks_hit", fn_zero),
	FUNC("pg_stat_get_vacuum_count", fn_zero),
	FUNC("pg_stat_get_autovacuum_count", fn_zero),
	FUNC("pg_stat_get_analyze_count", fn_zero),
	FUNC("pg_stat_get_autoanalyze_count", fn_zero),
	FUNC("pg_stat_get_last_vacuum_time", fn_always_null),
	FUNC("pg_stat_get_last_autovacuum_time", fn_always_null),
	FUNC("pg_stat_get_last_analyze_time", fn_always_null),
	FUNC("pg_stat_get_last_autoanalyze_time", fn_always_null),
	FUNC("pg_stat_get_db_xact_commit", fn_zero),
	FUNC("pg_stat_get_db_xact_rollback", fn_zero),
	FUNC("pg_stat_get_db_blocks_fetched", fn_zero),
	FUNC("pg_stat_get_db_blocks_hit", fn_zero),
	FUNC("pg_stat_get_db_tuples_returned", fn_zero),
	FUNC("pg_stat_get_db_tuples_fetched", fn_zero),
	FUNC("pg_stat_get_db_tuples_inserted", fn_zero),
	FUNC("pg_stat_get_db_tuples_updated", fn_zero),
	FUNC("pg_stat_get_db_tuples_deleted", fn_zero),
	FUNC("pg_stat_get_db_deadlocks", fn_zero),
	FUNC("pg_stat_get_db_stat_reset_time", fn_always_null),
	FUNC("pg_stat_get_snapshot_timestamp", fn_always_null),
	FUNC("pg_notification_queue_usage", fn_zero_real),
	FUNC_END,
};
