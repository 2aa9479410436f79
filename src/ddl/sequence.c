#include "ddl/sequence.h"

#include <errno.h>
#include <stdlib.h>

#include "ddl/names.h"
#include "ddl/rows.h"

struct seq_options { /* which options were written, and their values */
	const PgQuery__DefElem *as, *start, *increment, *min, *max, *cache, *cycle, *owned,
		*restart;
};

static bool
number_of(struct ddl *d, const PgQuery__DefElem *o, int64_t *value)
{
	const PgQuery__Node *arg = o->arg;
	char *end;

	if (arg && arg->node_case == PG_QUERY__NODE__NODE_INTEGER) {
		*value = arg->integer->ival;
		return true;
	}
	if (arg && arg->node_case == PG_QUERY__NODE__NODE_FLOAT) {
		errno = 0;
		*value = strtoll(arg->float_->fval, &end, 10);
		if (errno || *end)
			return err_set(d->err, ERR_NUMERIC_VALUE_OUT_OF_RANGE, o->location,
				       "value \"%s\" is out of range for type bigint",
				       arg->float_->fval);
		return true;
	}
	return err_set(d->err, ERR_SYNTAX_ERROR, o->location, "%s requires a numeric value",
		       o->defname);
}

static bool
read_options(struct ddl *d, PgQuery__Node *const *options, size_t n, struct seq_options *out)
{
	for (size_t i = 0; i < n; i++) {
		const PgQuery__DefElem *o = options[i]->def_elem;
		const PgQuery__DefElem **slot = !strcmp(o->defname, "as")          ? &out->as
						: !strcmp(o->defname, "start")     ? &out->start
						: !strcmp(o->defname, "increment") ? &out->increment
						: !strcmp(o->defname, "minvalue")  ? &out->min
						: !strcmp(o->defname, "maxvalue")  ? &out->max
						: !strcmp(o->defname, "cache")     ? &out->cache
						: !strcmp(o->defname, "cycle")     ? &out->cycle
						: !strcmp(o->defname, "owned_by")  ? &out->owned
						: !strcmp(o->defname, "restart")   ? &out->restart
										   : NULL;

		if (!slot)
			return err_set(d->err, ERR_SYNTAX_ERROR, o->location,
				       "invalid sequence option SEQUENCE NAME");
		if (*slot)
			return err_set(d->err, ERR_SYNTAX_ERROR, o->location,
				       "conflicting or redundant options");
		*slot = o;
	}
	return true;
}

static void
type_limits(oid_t type, int64_t *min, int64_t *max)
{
	*max = type == T_INT2 ? INT16_MAX : type == T_INT4 ? INT32_MAX : INT64_MAX;
	*min = -*max - 1;
}

static bool
set_type(struct ddl *d, const struct seq_options *o, struct sequence *s)
{
	const struct type *t;
	int32_t typmod;

	if (!o->as)
		return true;
	if (!compile_type_name(d->compile, o->as->arg->type_name, &t, &typmod))
		return false;
	if (t->oid != T_INT2 && t->oid != T_INT4 && t->oid != T_INT8)
		return err_set(d->err, ERR_INVALID_PARAMETER_VALUE, -1,
			       "sequence type must be smallint, integer, or bigint");
	s->type = t->oid;
	return true;
}

/* MINVALUE and MAXVALUE: written with a value, written with NO (arg NULL), or left to the default.
 */
static bool
set_limits(struct ddl *d, const struct seq_options *o, struct sequence *s, bool fresh)
{
	int64_t low, high;
	const char *type = s->type == T_INT2   ? "smallint"
			   : s->type == T_INT4 ? "integer"
					       : "bigint";

	type_limits(s->type, &low, &high);
	if (o->max && o->max->arg) {
		if (!number_of(d, o->max, &s->max))
			return false;
	} else if (fresh || o->max) {
		s->max = s->increment > 0 ? high : -1;
	}
	if (o->min && o->min->arg) {
		if (!number_of(d, o->min, &s->min))
			return false;
	} else if (fresh || o->min) {
		s->min = s->increment > 0 ? 1 : low;
	}
	if (s->max > high || s->max < low)
		return err_set(d->err, ERR_INVALID_PARAMETER_VALUE, -1,
			       "MAXVALUE (%lld) is out of range for sequence data type %s",
			       (long long)s->max, type);
	if (s->min > high || s->min < low)
		return err_set(d->err, ERR_INVALID_PARAMETER_VALUE, -1,
			       "MINVALUE (%lld) is out of range for sequence data type %s",
			       (long long)s->min, type);
	if (s->min >= s->max)
		return err_set(d->err, ERR_INVALID_PARAMETER_VALUE, -1,
			       "MINVALUE (%lld) must be less than MAXVALUE (%lld)",
			       (long long)s->min, (long long)s->max);
	return true;
}

static bool
set_start(struct ddl *d, const struct seq_options *o, struct sequence *s, bool fresh)
{
	if (o->start) {
		if (!number_of(d, o->start, &s->start))
			return false;
	} else if (fresh) {
		s->start = s->increment > 0 ? s->min : s->max;
	}
	if (s->start < s->min)
		return err_set(d->err, ERR_INVALID_PARAMETER_VALUE, -1,
			       "START value (%lld) cannot be less than MINVALUE (%lld)",
			       (long long)s->start, (long long)s->min);
	if (s->start > s->max)
		return err_set(d->err, ERR_INVALID_PARAMETER_VALUE, -1,
			       "START value (%lld) cannot be greater than MAXVALUE (%lld)",
			       (long long)s->start, (long long)s->max);
	return true;
}

static bool
apply_options(struct ddl *d, const struct seq_options *o, struct sequence *s, bool fresh)
{
	if (!set_type(d, o, s))
		return false;
	if (o->increment && !number_of(d, o->increment, &s->increment))
		return false;
	if (s->increment == 0)
		return err_set(d->err, ERR_INVALID_PARAMETER_VALUE, -1,
			       "INCREMENT must not be zero");
	if (o->cycle)
		s->cycle = o->cycle->arg && o->cycle->arg->node_case == PG_QUERY__NODE__NODE_BOOLEAN
				   ? o->cycle->arg->boolean->boolval
				   : true;
	if (o->cache && !number_of(d, o->cache, &s->cache))
		return false;
	if (s->cache <= 0)
		return err_set(d->err, ERR_INVALID_PARAMETER_VALUE, -1,
			       "CACHE (%lld) must be greater than zero", (long long)s->cache);
	return set_limits(d, o, s, fresh) && set_start(d, o, s, fresh);
}

/* OWNED BY table.column, or NONE. */
static bool
set_owner(struct ddl *d, const PgQuery__DefElem *o, const struct relation *seq, struct sequence *s)
{
	const PgQuery__List *names = o->arg->list;
	const struct relation *rel;
	const struct column *col;
	PgQuery__RangeVar rv = PG_QUERY__RANGE_VAR__INIT;

	if (names->n_items == 1) {
		if (strcmp(node_string(names->items[0]), "none") != 0) {
			err_set(d->err, ERR_SYNTAX_ERROR, -1, "invalid OWNED BY option");
			return err_hint(d->err, "Specify OWNED BY table.column or OWNED BY NONE.");
		}
		s->owner_rel = 0;
		s->owner_col = 0;
		return true;
	}
	rv.relname = (char *)node_string(names->items[names->n_items - 2]);
	rv.schemaname = names->n_items > 2 ? (char *)node_string(names->items[names->n_items - 3])
					   : (char *)"";
	rv.location = -1;
	if (!(rel = ddl_relation(d, &rv, false)))
		return false;
	col = relation_column(rel, node_string(names->items[names->n_items - 1]));
	if (!col)
		return err_set(d->err, ERR_UNDEFINED_COLUMN, -1,
			       "column \"%s\" of relation \"%s\" does not exist",
			       node_string(names->items[names->n_items - 1]), rel->name);
	if (rel->schema != seq->schema)
		return err_set(d->err, ERR_OBJECT_NOT_IN_PREREQUISITE_STATE, -1,
			       "sequence must be in same schema as table it is linked to");
	s->owner_rel = rel->oid;
	s->owner_col = col->attnum;
	return rows_adopt(d, rel);
}

struct relation *
sequence_draft(struct ddl *d, const struct schema *schema, const char *name, char persistence,
	       oid_t type, PgQuery__Node *const *options, size_t n)
{
	struct relation *rel = ARENA_NEW(d->arena, struct relation);
	struct sequence *s = ARENA_NEW(d->arena, struct sequence);
	struct seq_options o = {0};

	*s = (struct sequence){.self = rel, .type = type, .increment = 1, .cache = 1};
	*rel = (struct relation){
		.schema = schema,
		.name = arena_strdup(d->arena, name),
		.kind = 'S',
		.persistence = persistence,
		.owner = d->fenv->user_oid,
		.sequence = s,
	};
	if (!read_options(d, options, n, &o) || !apply_options(d, &o, s, true))
		return NULL;
	if (o.restart) {
		err_set(d->err, ERR_SYNTAX_ERROR, o.restart->location,
			"invalid sequence option RESTART");
		return NULL;
	}
	if (o.owned && !set_owner(d, o.owned, rel, s))
		return NULL;
	if (!(rel->oid = ddl_new_oid(d)))
		return NULL;
	rows_promise_name(d, schema, rel->name);
	return rel;
}

bool
sequence_write(struct ddl *d, const struct relation *seq)
{
	return rows_add_class(d, seq) && rows_add_sequence(d, seq, seq->sequence);
}

char *
sequence_literal(struct ddl *d, const struct relation *seq)
{
	const char *name = quote_identifier(d->arena, seq->name);
	struct buf b = BUF_INIT;
	const struct schema *first = NULL;
	char *out;

	for (const char *const *p = d->compile->search_path; *p && !first; p++)
		if (strcmp(*p, "pg_catalog") != 0 && strncmp(*p, "pg_temp", 7) != 0)
			first = snapshot_schema(d->compile->snapshot, *p);
	if (first != seq->schema && !seq->schema->temp)
		name = arena_printf(d->arena, "%s.%s",
				    quote_identifier(d->arena, seq->schema->name), name);
	for (; *name; name++) {
		if (*name == '\'')
			buf_putc(&b, '\'');
		buf_putc(&b, *name);
	}
	out = buf_dup(&b, d->arena);
	buf_release(&b);
	return out;
}

static bool
create_sequence(struct ddl *d, const PgQuery__Node *node)
{
	const PgQuery__CreateSeqStmt *stmt = node->create_seq_stmt;
	const struct schema *schema = creation_schema(d, stmt->sequence);
	struct relation *seq;

	if (!schema)
		return false;
	if (snapshot_relation(d->compile->snapshot, schema, stmt->sequence->relname)) {
		const char *text = arena_printf(d->arena, "relation \"%s\" already exists",
						stmt->sequence->relname);

		if (!stmt->if_not_exists)
			return err_set(d->err, ERR_DUPLICATE_TABLE, -1, "%s", text);
		d->host->notice(d->host->arg, "NOTICE", ERR_DUPLICATE_TABLE,
				arena_printf(d->arena, "%s, skipping", text), NULL);
		return true;
	}
	seq = sequence_draft(d, schema, stmt->sequence->relname, schema->temp ? 't' : 'p', T_INT8,
			     stmt->options, stmt->n_options);
	return seq && sequence_write(d, seq);
}

const struct ddl_command ddl_create_sequence = {PG_QUERY__NODE__NODE_CREATE_SEQ_STMT,
						DDL_TRANSACTION, "CREATE SEQUENCE", create_sequence,
						NULL};

static bool
write_changes(struct ddl *d, const struct relation *seq, const struct sequence *s)
{
	return ROWS_EXEC(d, seq->schema->temp,
			 "UPDATE %s.\"litephant.pg_sequence\" SET seqtypid = ?2, seqstart = ?3, "
			 "seqincrement = ?4, seqmax = ?5, "
			 "seqmin = ?6, seqcache = ?7, seqcycle = ?8, owner_rel = ?9, owner_col = "
			 "?10 WHERE seqrelid = ?1",
			 datum_int(seq->oid), datum_int(s->type), datum_int(s->start),
			 datum_int(s->increment), datum_int(s->max), datum_int(s->min),
			 datum_int(s->cache), datum_int(s->cycle), datum_int(s->owner_rel),
			 datum_int(s->owner_col));
}

static bool
take_number(void *arg, const struct datum *cols, int ncols)
{
	(void)ncols;
	*(int64_t *)arg = cols[0].i;
	return true;
}

/* Where the sequence goes on must be within its new limits. */
static bool
check_restart(struct ddl *d, const struct relation *seq, const struct sequence *s,
	      const int64_t *restart)
{
	struct datum oid = datum_int(seq->oid);
	int64_t at = s->start;

	if (restart)
		at = *restart;
	else if (!conn_query(d->conn,
			     arena_printf(d->arena,
					  "SELECT last_value FROM %s.\"litephant.pg_sequence\" "
					  "WHERE seqrelid = ?1",
					  seq->schema->temp ? "temp" : "main"),
			     &oid, 1, take_number, &at))
		return false;
	if (at < s->min)
		return err_set(d->err, ERR_INVALID_PARAMETER_VALUE, -1,
			       "RESTART value (%lld) cannot be less than MINVALUE (%lld)",
			       (long long)at, (long long)s->min);
	if (at > s->max)
		return err_set(d->err, ERR_INVALID_PARAMETER_VALUE, -1,
			       "RESTART value (%lld) cannot be greater than MAXVALUE (%lld)",
			       (long long)at, (long long)s->max);
	return true;
}

bool
sequence_change(struct ddl *d, const struct relation *seq, PgQuery__Node *const *options, size_t n)
{
	struct sequence s = *seq->sequence;
	struct seq_options o = {0};
	int64_t restart;

	if (!read_options(d, options, n, &o) || !apply_options(d, &o, &s, false))
		return false;
	restart = s.start;
	if (o.restart && o.restart->arg && !number_of(d, o.restart, &restart))
		return false;
	if (!check_restart(d, seq, &s, o.restart ? &restart : NULL) ||
	    (o.owned && !set_owner(d, o.owned, seq, &s)) || !write_changes(d, seq, &s))
		return false;
	return !o.restart || txn_setval(d->txn, seq->oid, restart, false, d->err);
}

static bool
alter_sequence(struct ddl *d, const PgQuery__Node *node)
{
	const PgQuery__AlterSeqStmt *stmt = node->alter_seq_stmt;
	const struct relation *seq = ddl_relation(d, stmt->sequence, stmt->missing_ok);

	if (!seq) {
		if (err_is_set(d->err))
			return false;
		d->host->notice(d->host->arg, "NOTICE", ERR_SUCCESSFUL_COMPLETION,
				arena_printf(d->arena, "relation \"%s\" does not exist, skipping",
					     stmt->sequence->relname),
				NULL);
		return true;
	}
	if (seq->kind != 'S')
		return err_set(d->err, ERR_WRONG_OBJECT_TYPE, -1, "\"%s\" is not a sequence",
			       seq->name);
	if (!rows_adopt(d, seq))
		return false;
	return sequence_change(d, seq, stmt->options, stmt->n_options);
}

const struct ddl_command ddl_alter_sequence = {PG_QUERY__NODE__NODE_ALTER_SEQ_STMT, DDL_TRANSACTION,
					       "ALTER SEQUENCE", alter_sequence, NULL};
