#include "types/datetime.h"

#define CONVERSIONS(name)                                                                          \
	.in = name##_in, .out = name##_out, .recv = name##_recv, .send = name##_send
#define TYPMODS(name)                                                                              \
	.typmodin = name##_typmodin, .typmodout = name##_typmodout, .apply = datetime_apply_typmod

const struct type types_datetime[] = {
	{.oid = T_DATE, .stored = DATUM_TEXT, .decl = "TEXT", CONVERSIONS(date)},
	{.oid = T_TIME, .stored = DATUM_TEXT, .decl = "TEXT", CONVERSIONS(time), TYPMODS(time)},
	{.oid = T_TIMESTAMP,
	 .stored = DATUM_TEXT,
	 .decl = "TEXT",
	 CONVERSIONS(timestamp),
	 TYPMODS(timestamp)},
	{.oid = T_TIMESTAMPTZ,
	 .stored = DATUM_TEXT,
	 .decl = "TEXT",
	 CONVERSIONS(timestamptz),
	 TYPMODS(timestamptz)},
	{
		.oid = T_INTERVAL,
		.stored = DATUM_TEXT,
		.decl = "TEXT",
		.collation = "pg_interval",
		.collate = interval_collate,
		CONVERSIONS(interval),
		TYPMODS(interval),
	},
	{
		.oid = T_TIMETZ,
		.stored = DATUM_TEXT,
		.decl = "TEXT",
		.collation = "pg_timetz",
		.collate = timetz_collate,
		CONVERSIONS(timetz),
		TYPMODS(timetz),
	},
	{0},
};
