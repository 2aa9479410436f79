/*
 * catalog_fn: what the catalog's function files share; the bodies that catalog.c lists. Private to
 * func/.
 */
#ifndef FUNC_CATALOG_FN_H
#define FUNC_CATALOG_FN_H

#include "catalog/snapshot.h"
#include "func/args.h"

/* Is there a session operation to call? False: the error says that the function is called outside a
 * session. */
#define NEED(c, op)                                                                                \
	((c)->env->ops && (c)->env->ops->op                                                        \
		 ? true                                                                            \
		 : err_unsupported((c)->err, -1, "%s outside a session",                           \
				   (c)->proc ? (c)->proc->name : "this function"))

/* A terminated copy of a text argument, in the call's arena. */
char *catalog_text(struct fcall *c, const struct datum *d);
/* An OID argument. */
oid_t catalog_oid(const struct datum *d);
const struct relation *catalog_relation(struct fcall *c, const struct datum *oid); /* NULL: none */
/* A relation by its name as a text; NULL: the error is set. */
const struct relation *catalog_relation_named(struct fcall *c, const struct datum *name);
/* A reg* look-up of a text argument. False: the error is set. */
bool catalog_lookup(struct fcall *c, oid_t kind, const struct datum *name, oid_t *oid) MUSTCHECK;

/* catalog_def.c */
func_fn fn_get_viewdef, fn_get_viewdef_ext, fn_get_viewdef_wrap, fn_get_viewdef_name,
	fn_get_viewdef_name_ext, fn_get_ruledef, fn_get_ruledef_ext, fn_get_indexdef, fn_get_indexdef_ext,
	fn_get_constraintdef, fn_get_constraintdef_ext, fn_get_expr, fn_get_expr_ext,
	fn_get_serial_sequence, fn_function_arguments, fn_function_identity, fn_function_result,
	fn_function_arg_default, fn_functiondef, fn_function_sqlbody;
/* privilege.c */
func_fn fn_has_table, fn_has_sequence, fn_has_database, fn_has_schema, fn_has_function,
	fn_has_language, fn_has_type, fn_has_tablespace, fn_has_fdw, fn_has_server, fn_has_column,
	fn_has_any_column, fn_has_parameter, fn_has_role, fn_acldefault;
/* catalog_srf.c */
extern const struct srf_ops srf_options_to_table, srf_aclexplode, srf_get_keywords, srf_no_rows_1,
	srf_no_rows_4;

#endif
