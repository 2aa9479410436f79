/*
 * tables: the bodies of each area; func.c joins them. Every table ends with FUNC_END.
 */
#ifndef FUNC_TABLES_H
#define FUNC_TABLES_H

#include "func/func.h"

extern const struct func func_coerce[], func_bool[], func_int[], func_float[], func_numeric[],
	func_math[], func_text[], func_string[], func_pattern[], func_regexp[], func_bytea[],
	func_digest[], func_format[], func_numfmt[], func_misc[], func_series[], func_agg_basic[],
	func_agg_stats[], func_agg_ordered[];
extern const struct func func_datetime[], func_datetime_arith[], func_datetime_extract[],
	func_datetime_trunc[], func_datetime_make[], func_datetime_now[], func_datetime_zone[],
	func_datetime_agg[];
extern const struct func func_datetime_fmt[], func_datetime_fmt_in[];
extern const struct func func_array[], func_array_subscript[], func_array_search[],
	func_array_text[], func_array_agg[], func_assign[], func_check_option[];
extern const struct func func_json_build[];
extern const struct func func_json_ops[];
extern const struct func func_jsonb_ops[];
extern const struct func func_jsonb_edit[];
extern const struct func func_json_agg[];
extern const struct func func_json_srf[];
extern const struct func func_record[];
extern const struct func func_catalog[];
extern const struct func func_admin[];
extern const struct func func_encoding[], func_ident[], func_lsn[], func_accumulate[],
	func_window_frame[], func_acl[], func_object_address[], func_stat[], func_server_rows[],
	func_datum_size[], func_vector[], func_record_image[], func_size[];
extern const struct func func_money[], func_bit[], func_network[], func_mac[], func_range[],
	func_range_ops[], func_multirange[], func_range_agg[], func_jsonpath[], func_json_record[],
	func_record_value[], func_enum[], func_hypothetical[], func_xact_snapshot[],
	func_hash[], func_typmod[], func_rows[];
extern const struct func func_xml[], func_xml_path[], func_xml_table[],
	func_xml_map[], func_xml_schema[];

#endif
