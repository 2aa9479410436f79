#include "pg_query.h"
#include "sql/sql.h"

#include "pg_query.pb-c.h"

/* The library deparses what it has packed itself: the tree goes through its wire form once more. */
bool
parse_deparse(struct arena *a, const struct PgQuery__Node *stmt, char **text, struct err *err)
{
	PgQuery__ParseResult result = PG_QUERY__PARSE_RESULT__INIT;
	PgQuery__RawStmt raw = PG_QUERY__RAW_STMT__INIT, *list[1] = {&raw};
	PgQueryProtobuf packed;
	PgQueryDeparseResult out;

	raw.stmt = (PgQuery__Node *)stmt;
	result.n_stmts = 1;
	result.stmts = list;
	result.version = PG_VERSION_NUM;
	packed.len = pg_query__parse_result__get_packed_size(&result);
	packed.data = arena_alloc(a, packed.len + 1);
	pg_query__parse_result__pack(&result, (uint8_t *)packed.data);
	out = pg_query_deparse_protobuf(packed);
	if (out.error)
		err_set(err, ERR_INTERNAL_ERROR, -1, "could not print the statement: %s",
			out.error->message);
	else
		*text = arena_strdup(a, out.query);
	pg_query_free_deparse_result(out);
	return !err_is_set(err);
}
