/*
 * families: the tables of conversions, one per family file, that type.c joins to the facts of
 * types.def. A row names its OID, stored class, declared type, collation and conversions;
 * everything else comes from types.def. A table ends with oid 0.
 */
#ifndef TYPES_FAMILIES_H
#define TYPES_FAMILIES_H

#include "types/type.h"

extern const struct type types_bool[], types_int[], types_float[], types_numeric[], types_text[],
	types_bytea[], types_uuid[], types_oid[], types_vector[], types_pseudo[];
extern const struct type types_datetime[];
extern const struct type types_json[];
extern const struct type types_record[];
extern const struct type types_money[], types_bit[], types_network[], types_mac[];
extern const struct type types_range[], types_jsonpath[], types_xml[], types_xact_snapshot[],
	types_acl[];

#endif
