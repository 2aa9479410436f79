/*
 * The only user of libpg_query. It builds and packs its tree by recursion and does not bound it, so
 * a text that may become deep is parsed on a thread whose stack is sized for it, and one that may
 * become too deep is refused first. The unpacked tree lives in the caller's arena and is never
 * freed node by node.
 */
#include "base/deep_stack.h"
#include "sql/parse_depth.h"
#include "sql/sql.h"
#include "pg_query.h"
#include "pg_query.pb-c.h"
#include <ctype.h>

enum {
	DEPTH_HERE = 800,     /* a worker's stack is enough */
	DEPTH_MAX = 30000,    /* beyond: 54001 */
	STACK_A_LEVEL = 6144, /* measured: four packed messages a level, a little over 1 kB each */
	STACK_BASE = 1 << 20,
};

/* Messages of the grammar and scanner that are not plain syntax errors (42601), and hints, which
 * libpg_query drops. */
static const struct {
	const char *message; /* a prefix when it ends with * */
	const char *sqlstate, *hint;
} known[] = {
	{"stack depth limit exceeded", ERR_STATEMENT_TOO_COMPLEX,
	 "Increase the configuration parameter \"max_stack_depth\" (currently 2048kB), after "
	 "ensuring the platform's stack depth "
	 "limit is adequate."},
	{"invalid byte sequence for encoding *", ERR_CHARACTER_NOT_IN_REPERTOIRE, NULL},
	{"unsafe use of \\' in a string literal", ERR_NONSTANDARD_USE_OF_ESCAPE_CHARACTER,
	 "Use '' to write quotes in strings. \\' is insecure in client-only encodings."},
	{"subquery in FROM must have an alias", ERR_SYNTAX_ERROR,
	 "For example, FROM (SELECT ...) [AS] foo."},
	{"VALUES in FROM must have an alias", ERR_SYNTAX_ERROR,
	 "For example, FROM (VALUES ...) [AS] foo."},
	{"LIMIT #,# syntax is not supported", ERR_SYNTAX_ERROR,
	 "Use separate LIMIT and OFFSET clauses."},
	{"precision for type float must be *", ERR_INVALID_PARAMETER_VALUE, NULL},
	{"UNENCRYPTED PASSWORD is no longer supported", ERR_FEATURE_NOT_SUPPORTED,
	 "Remove UNENCRYPTED to store the password in encrypted form instead."},
	{"MATCH PARTIAL not yet implemented", ERR_FEATURE_NOT_SUPPORTED, NULL},
	{"CREATE ASSERTION is not yet implemented", ERR_FEATURE_NOT_SUPPORTED, NULL},
	{"DROP ASSERTION is not yet implemented", ERR_FEATURE_NOT_SUPPORTED, NULL},
	{"current database cannot be changed", ERR_FEATURE_NOT_SUPPORTED, NULL},
	{"SET LOCAL TIME ZONE *", ERR_SYNTAX_ERROR, NULL},
	{"frame start cannot be *", ERR_WINDOWING_ERROR, NULL},
	{"frame end cannot be *", ERR_WINDOWING_ERROR, NULL},
	{"frame starting from *", ERR_WINDOWING_ERROR, NULL},
	{"role name \"*", ERR_RESERVED_NAME, NULL},
	{"* constraints cannot be marked DEFERRABLE", ERR_FEATURE_NOT_SUPPORTED, NULL},
	{"* constraints cannot be marked NOT VALID", ERR_FEATURE_NOT_SUPPORTED, NULL},
	{"* constraints cannot be marked NO INHERIT", ERR_FEATURE_NOT_SUPPORTED, NULL},
	{"constraint declared INITIALLY DEFERRED must be DEFERRABLE", ERR_SYNTAX_ERROR, NULL},
	{"WITH CHECK OPTION not supported on recursive views", ERR_FEATURE_NOT_SUPPORTED, NULL},
	{"SETOF not supported for *", ERR_FEATURE_NOT_SUPPORTED, NULL},
};

static bool
message_matches(const char *pattern, const char *message)
{
	const char *star = strchr(pattern, '*');
	if (!star)
		return strcmp(pattern, message) == 0;
	size_t head = (size_t)(star - pattern), tail = strlen(star + 1), n = strlen(message);
	return n >= head + tail && memcmp(pattern, message, head) == 0 &&
	       memcmp(star + 1, message + n - tail, tail) == 0;
}

/* 1-based character to 0-based byte; -1: no position. */
static int
byte_of_char(const char *s, int chars)
{
	if (chars <= 0)
		return -1;
	const char *p = s;
	while (*p && --chars > 0) {
		p++;
		while (((unsigned char)*p & 0xC0) == 0x80)
			p++;
	}
	return (int)(p - s);
}

/* libpg_query's scanner ends the junk after its first byte; PostgreSQL's shows the whole word.
 * location: where the number is. */
static bool
junk_error(const char *source, int location, const char *message, struct err *err)
{
	static const char prefix[] = "trailing junk after ", near[] = " at or near \"";
	const char *quoted = strstr(message, near);
	if (strncmp(message, prefix, sizeof(prefix) - 1) != 0 || !quoted || location < 0)
		return false;
	size_t shown = strlen(quoted + sizeof(near) - 1);
	const char *start = source + location,
		   *end = start + MIN(shown - (shown > 0), strlen(start));
	while (end > start &&
	       (isalnum((unsigned char)end[-1]) || (end[-1] & 0x80) || end[-1] == '_' ||
		end[-1] == '$') &&
	       (isalnum((unsigned char)*end) || *end == '_' || *end == '$' || (*end & 0x80)))
		end++;
	err_set(err, ERR_SYNTAX_ERROR, location, "%.*s%s%.*s\"", (int)(quoted - message), message,
		near, (int)(end - start), start);
	return true;
}

static bool
parse_failed(const char *source, const PgQueryError *pe, struct err *err)
{
	const char *sqlstate = ERR_SYNTAX_ERROR, *hint = NULL;
	const char *message = pe->message ? pe->message : "syntax error";
	for (size_t i = 0; i < COUNTOF(known); i++) {
		if (message_matches(known[i].message, message)) {
			sqlstate = known[i].sqlstate;
			hint = known[i].hint;
			break;
		}
	}
	if (strcmp(message, "invalid Unicode escape") == 0) {
		bool quoted = pe->funcname &&
			      strcmp(pe->funcname, "str_udeescape") == 0; /* U&'…', not E'…' */
		sqlstate = quoted ? ERR_SYNTAX_ERROR : ERR_INVALID_ESCAPE_SEQUENCE;
		hint = quoted ? "Unicode escapes must be \\XXXX or \\+XXXXXX."
			      : "Unicode escapes must be \\uXXXX or \\UXXXXXXXX.";
	}
	int location = byte_of_char(source, pe->cursorpos);
	if (junk_error(source, location, message, err))
		return false;
	err_set(err, sqlstate, location, "%s", message);
	return hint ? err_hint(err, "%s", hint) : false;
}

static void *
unpack_alloc(void *arena, size_t n)
{
	return arena_alloc(arena, n);
}

static void
unpack_free(void *arena UNUSED, void *p UNUSED)
{
}

struct job {
	struct arena *arena;
	const char *source;
	PgQuery__ParseResult *result;
	struct err *err;
	bool ok;
};

static void
parse_run(void *arg)
{
	struct job *j = arg;
	PgQueryProtobufParseResult r = pg_query_parse_protobuf(j->source);
	if (r.error) {
		j->ok = parse_failed(j->source, r.error, j->err);
	} else {
		ProtobufCAllocator alloc = {
			.alloc = unpack_alloc, .free = unpack_free, .allocator_data = j->arena};
		j->result = pg_query__parse_result__unpack(&alloc, r.parse_tree.len,
							   (const uint8_t *)r.parse_tree.data);
		j->ok = j->result ||
			err_set(j->err, ERR_INTERNAL_ERROR, -1, "could not read the parse tree");
	}
	pg_query_free_protobuf_parse_result(r);
}

static bool
too_deep(struct err *err)
{
	err_set(err, ERR_STATEMENT_TOO_COMPLEX, -1, "stack depth limit exceeded");
	return err_hint(err, "%s", known[0].hint);
}

static bool
parse_text(struct job *j, size_t depth)
{
	if (depth > DEPTH_MAX)
		return too_deep(j->err);
	if (depth <= DEPTH_HERE)
		parse_run(j);
	else if (!deep_stack_run(STACK_BASE + depth * STACK_A_LEVEL, parse_run, j))
		return too_deep(j->err);
	return j->ok;
}

bool
parse_sql(struct arena *a, const char *source, struct parse_tree *out, struct err *err)
{
	struct job j = {.arena = a, .source = source, .err = err};
	size_t depth = parse_depth(source);
	memset(out, 0, sizeof(*out));
	out->source = source;
	if (!parse_text(&j, depth))
		return false;
	int total = (int)strlen(source);
	out->n = (int)j.result->n_stmts;
	out->stmts = ARENA_ARRAY(a, struct raw_stmt, out->n);
	for (int i = 0; i < out->n; i++) {
		const PgQuery__RawStmt *raw = j.result->stmts[i];
		out->stmts[i] = (struct raw_stmt){
			.node = raw->stmt,
			.location = raw->stmt_location,
			.len = raw->stmt_len ? raw->stmt_len : total - raw->stmt_location,
			.deep = depth > DEPTH_HERE,
		};
	}
	return true;
}

/* Moves every location in the tree back by n bytes, to where it is in the text without our prefix.
 */
static void
shift_locations(ProtobufCMessage *m, int32_t n)
{
	for (unsigned i = 0; i < m->descriptor->n_fields; i++) {
		const ProtobufCFieldDescriptor *f = &m->descriptor->fields[i];
		char *at = (char *)m + f->offset;
		bool oneof = f->flags & PROTOBUF_C_FIELD_FLAG_ONEOF;
		if (oneof && *(const uint32_t *)((char *)m + f->quantifier_offset) != f->id)
			continue;
		if (f->type == PROTOBUF_C_TYPE_INT32 && strcmp(f->name, "location") == 0) {
			int32_t *location = (int32_t *)at;
			*location = *location >= n ? *location - n : -1;
		} else if (f->type == PROTOBUF_C_TYPE_MESSAGE &&
			   f->label == PROTOBUF_C_LABEL_REPEATED) {
			ProtobufCMessage **v = *(ProtobufCMessage ***)at;
			for (size_t k = 0; k < *(size_t *)((char *)m + f->quantifier_offset); k++)
				shift_locations(v[k], n);
		} else if (f->type == PROTOBUF_C_TYPE_MESSAGE && *(ProtobufCMessage **)at) {
			shift_locations(*(ProtobufCMessage **)at, n);
		}
	}
}

/* Parses prefix || source as a SELECT of one bare target and gives the target's expression. */
static bool
parse_target(struct arena *a, const char *prefix, const char *source, PgQuery__Node **out,
	     struct err *err)
{
	char *text = arena_printf(a, "%s%s", prefix, source);
	struct parse_tree tree;
	int skip = (int)strlen(prefix);
	if (parse_depth(text) > DEPTH_HERE)
		return too_deep(err);
	if (!parse_sql(a, text, &tree, err)) {
		if (err->location >= 0)
			err->location = MAX(err->location - skip, 0);
		return false;
	}
	const PgQuery__Node *node = tree.n == 1 ? tree.stmts[0].node : NULL;
	const PgQuery__SelectStmt *s = node && node->node_case == PG_QUERY__NODE__NODE_SELECT_STMT
					       ? node->select_stmt
					       : NULL;
	bool bare = s && s->n_target_list == 1 && !s->n_from_clause && !s->where_clause &&
		    !s->n_group_clause && !s->having_clause && !s->n_window_clause &&
		    !s->n_sort_clause && !s->limit_count && !s->limit_offset &&
		    !s->n_locking_clause && !s->into_clause && !s->n_distinct_clause && !s->larg;
	PgQuery__ResTarget *target = bare ? s->target_list[0]->res_target : NULL;
	if (!target || *target->name || !target->val)
		return err_set(err, ERR_SYNTAX_ERROR, -1, "invalid expression \"%s\"", source);
	shift_locations(&target->val->base, skip);
	*out = target->val;
	return true;
}

bool
parse_expr(struct arena *a, const char *source, const PgQuery__Node **out, struct err *err)
{
	PgQuery__Node *node;
	if (!parse_target(a, "SELECT ", source, &node, err))
		return false;
	*out = node;
	return true;
}

bool
parse_type_name(struct arena *a, const char *source, const PgQuery__Node **out, struct err *err)
{
	PgQuery__Node *node;
	if (!parse_target(a, "SELECT NULL::", source, &node, err))
		return false;
	const PgQuery__TypeCast *cast =
		node->node_case == PG_QUERY__NODE__NODE_TYPE_CAST ? node->type_cast : NULL;
	if (!cast || !cast->arg || cast->arg->node_case != PG_QUERY__NODE__NODE_A_CONST ||
	    cast->type_name->setof)
		return err_set(err, ERR_SYNTAX_ERROR, -1, "invalid type name \"%s\"", source);
	PgQuery__Node *tn = ARENA_NEW(a, PgQuery__Node);
	pg_query__node__init(tn);
	tn->node_case = PG_QUERY__NODE__NODE_TYPE_NAME;
	tn->type_name = cast->type_name;
	*out = tn;
	return true;
}
