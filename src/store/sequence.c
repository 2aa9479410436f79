/*
 * Sequences live in memory, one state each for the whole database; rows of "litephant.pg_sequence"
 * are where they start from and where commits leave them. nextval never waits for a transaction.
 *
 * A commit writes the newest state under the writer's place, so a row never goes back. A sequence
 * that this transaction has made itself, or a temporary one, has its state in the transaction
 * (seq_private) until the commit.
 */
#include "store/private.h"

#include <stdlib.h>

static void
free_states(struct map *m)
{
	size_t it = 0;
	struct map_entry *e;

	while ((e = map_next(m, &it)))
		free(e->value);
	map_release(m);
	*m = (struct map)MAP_INIT;
}

void
seq_table_init(struct seq_table *s)
{
	*s = (struct seq_table){0};
	pthread_mutex_init(&s->lock, NULL);
}

void
seq_table_destroy(struct seq_table *s)
{
	free_states(&s->map);
	pthread_mutex_destroy(&s->lock);
}

static struct seq_state *
state_get(const struct map *m, oid_t oid)
{
	return map_get(m, (const char *)&oid, sizeof(oid));
}

static struct seq_state *
state_add(struct map *m, oid_t oid, int64_t last_value, bool is_called)
{
	struct seq_state *s = xmalloc(sizeof(*s));

	*s = (struct seq_state){oid, last_value, is_called};
	map_put(m, (const char *)&s->oid, sizeof(s->oid), s);
	return s;
}

/* ---- reading ---- */

/* 1: found; 0: no such row (or no such table); -1: err is set. */
static int
read_state(struct conn *c, enum fixed which, oid_t oid, int64_t *last_value, bool *is_called,
	   struct err *err)
{
	sqlite3_stmt *stmt = conn_fixed_stmt(c, which);
	int rc, found = 0;

	if (!stmt)
		return 0;
	sqlite3_bind_int64(stmt, 1, oid);
	rc = sqlite3_step(stmt);
	if (rc == SQLITE_ROW) {
		*last_value = sqlite3_column_int64(stmt, 0);
		*is_called = sqlite3_column_int(stmt, 1) != 0;
		found = 1;
	}
	sqlite3_reset(stmt);
	if (rc != SQLITE_ROW && rc != SQLITE_DONE) {
		store_error(c, rc, err);
		return -1;
	}
	return found;
}

/* The committed state, with seqs.lock held. NULL without an error: the sequence is not committed.
 */
static struct seq_state *
shared_state(struct db *db, oid_t oid, struct err *err)
{
	struct seq_state *s = state_get(&db->seqs.map, oid);
	int64_t last_value;
	bool is_called;
	int found;

	if (s)
		return s;
	pthread_mutex_lock(&db->guard_lock);
	found = read_state(db->guard, FIXED_SEQ_READ, oid, &last_value, &is_called, err);
	pthread_mutex_unlock(&db->guard_lock);
	return found == 1 ? state_add(&db->seqs.map, oid, last_value, is_called) : NULL;
}

/* What only this connection can see. */
static struct seq_state *
private_state(struct txn *t, const struct relation *rel, struct err *err)
{
	struct seq_state *s = state_get(&t->seq_private, rel->oid);
	enum fixed which = rel->persistence == 't' ? FIXED_TEMP_SEQ_READ : FIXED_SEQ_READ;
	int64_t last_value;
	bool is_called;
	int found;

	if (s)
		return s;
	if (!t->conn)
		return NULL;
	found = read_state(t->conn, which, rel->oid, &last_value, &is_called, err);
	return found == 1 ? state_add(&t->seq_private, rel->oid, last_value, is_called) : NULL;
}

/* ---- handing out ---- */

static bool
limit_error(const struct relation *rel, bool maximum, int64_t value, struct err *err)
{
	return err_set(err, ERR_SEQUENCE_GENERATOR_LIMIT_EXCEEDED, -1,
		       "nextval: reached %s value of sequence \"%s\" (%lld)",
		       maximum ? "maximum" : "minimum", rel->name, (long long)value);
}

static bool
advance(struct seq_state *s, const struct relation *rel, struct err *err)
{
	const struct sequence *def = rel->sequence;
	int64_t next;

	if (!s->is_called) {
		s->is_called = true;
		return true;
	}
	if (def->increment > 0) {
		if (__builtin_add_overflow(s->last_value, def->increment, &next) ||
		    next > def->max) {
			if (!def->cycle)
				return limit_error(rel, true, def->max, err);
			next = def->min;
		}
	} else if (__builtin_add_overflow(s->last_value, def->increment, &next) ||
		   next < def->min) {
		if (!def->cycle)
			return limit_error(rel, false, def->min, err);
		next = def->max;
	}
	s->last_value = next;
	return true;
}

static void
remember_used(struct txn *t, oid_t oid)
{
	for (int i = 0; i < t->nseq_used; i++)
		if (t->seq_used[i] == oid)
			return;
	if (t->nseq_used == t->max_seq_used) {
		t->max_seq_used = t->max_seq_used ? t->max_seq_used * 2 : 4;
		t->seq_used = xrealloc(t->seq_used, sizeof(*t->seq_used) * (size_t)t->max_seq_used);
	}
	t->seq_used[t->nseq_used++] = oid;
}

static void
remember_handed(struct txn *t, oid_t oid, int64_t value)
{
	enum { ENOUGH = 100000 }; /* only a diagnosis asks for them again */

	if (t->nhanded >= ENOUGH)
		return;
	if (t->nhanded == t->max_handed) {
		t->max_handed = t->max_handed ? t->max_handed * 2 : 8;
		t->handed = xrealloc(t->handed, sizeof(*t->handed) * (size_t)t->max_handed);
	}
	t->handed[t->nhanded++] = (struct handed){oid, value, false};
}

/* The statement is run again to find out why it failed: it gets the same values. */
static bool
replay(struct txn *t, oid_t oid, int64_t *value)
{
	for (int i = 0; i < t->nhanded; i++) {
		struct handed *h = &t->handed[i];

		if (h->seq != oid || h->replayed)
			continue;
		h->replayed = true;
		*value = h->value;
		return true;
	}
	return false;
}

static const struct relation *
sequence_relation(struct txn *t, oid_t oid, struct err *err)
{
	const struct relation *rel =
		t->env->snapshot ? snapshot_relation_by_oid(t->env->snapshot, oid) : NULL;

	if (!rel) {
		err_set(err, ERR_UNDEFINED_TABLE, -1, "could not open relation with OID %u", oid);
		return NULL;
	}
	if (rel->sequence)
		return rel;
	err_set(err, ERR_WRONG_OBJECT_TYPE, -1, "\"%s\" is not a sequence", rel->name);
	return NULL;
}

/* Locks seqs.lock when the state is shared: *locked. NULL: err is set. */
static struct seq_state *
find_state(struct txn *t, const struct relation *rel, bool *locked, struct err *err)
{
	struct seq_state *s = NULL;

	*locked = false;
	if (rel->persistence != 't' && !state_get(&t->seq_private, rel->oid)) {
		pthread_mutex_lock(&t->db->seqs.lock);
		s = shared_state(t->db, rel->oid, err);
		if (s) {
			*locked = true;
			return s;
		}
		pthread_mutex_unlock(&t->db->seqs.lock);
	}
	if (!err_is_set(err))
		s = private_state(t, rel, err);
	if (!s)
		err_set(err, ERR_UNDEFINED_TABLE, -1, "could not open relation with OID %u",
			rel->oid);
	return s;
}

static void
let_go(struct txn *t, bool locked)
{
	if (locked)
		pthread_mutex_unlock(&t->db->seqs.lock);
}

bool
txn_nextval(struct txn *t, oid_t seq, int64_t *value, struct err *err)
{
	const struct relation *rel;
	struct seq_state *s;
	bool locked, ok;

	if (t->replaying && replay(t, seq, value))
		return true;
	rel = sequence_relation(t, seq, err);
	s = rel ? find_state(t, rel, &locked, err) : NULL;
	if (!s)
		return false;
	ok = advance(s, rel, err);
	*value = s->last_value;
	let_go(t, locked);
	if (!ok)
		return false;
	remember_used(t, seq);
	remember_handed(t, seq, *value);
	return true;
}

bool
txn_setval(struct txn *t, oid_t seq, int64_t value, bool is_called, struct err *err)
{
	const struct relation *rel = sequence_relation(t, seq, err);
	struct seq_state *s;
	bool locked;

	if (!rel)
		return false;
	if (value < rel->sequence->min || value > rel->sequence->max)
		return err_set(
			err, ERR_NUMERIC_VALUE_OUT_OF_RANGE, -1,
			"setval: value %lld is out of bounds for sequence \"%s\" (%lld..%lld)",
			(long long)value, rel->name, (long long)rel->sequence->min,
			(long long)rel->sequence->max);
	s = find_state(t, rel, &locked, err);
	if (!s)
		return false;
	s->last_value = value;
	s->is_called = is_called;
	let_go(t, locked);
	remember_used(t, seq);
	return true;
}

bool
txn_seq_state(struct txn *t, oid_t seq, int64_t *last_value, bool *is_called, struct err *err)
{
	const struct relation *rel = sequence_relation(t, seq, err);
	bool locked;
	struct seq_state *s = rel ? find_state(t, rel, &locked, err) : NULL;

	if (!s)
		return false;
	*last_value = s->last_value;
	*is_called = s->is_called;
	let_go(t, locked);
	return true;
}

/* ---- with statements and commits ---- */

void
seq_statement(struct txn *t)
{
	t->nhanded = 0;
	t->replaying = false;
}

bool
seq_pending(const struct txn *t)
{
	return t->nseq_used > 0;
}

static bool
write_state(struct conn *c, enum fixed which, const struct seq_state *s)
{
	sqlite3_stmt *stmt = conn_fixed_stmt(c, which);
	int rc;

	if (!stmt)
		return store_error(c, sqlite3_extended_errcode(c->sq), c->env->err);
	sqlite3_bind_int64(stmt, 1, s->oid);
	sqlite3_bind_int64(stmt, 2, s->last_value);
	sqlite3_bind_int(stmt, 3, s->is_called);
	rc = sqlite3_step(stmt);
	if (rc == SQLITE_DONE) {
		sqlite3_reset(stmt);
		return true;
	}
	return store_error(c, sqlite3_reset(stmt), c->env->err);
}

bool
seq_flush(struct txn *t)
{
	for (int i = 0; i < t->nseq_used; i++) {
		const struct seq_state *own = state_get(&t->seq_private, t->seq_used[i]);
		struct seq_state copy;
		bool temp = false;

		if (own) {
			const struct relation *rel =
				t->env->snapshot
					? snapshot_relation_by_oid(t->env->snapshot, own->oid)
					: NULL;
			temp = rel && rel->persistence == 't';
			copy = *own;
		} else {
			pthread_mutex_lock(&t->db->seqs.lock);
			own = state_get(&t->db->seqs.map, t->seq_used[i]);
			copy = own ? *own : (struct seq_state){0};
			pthread_mutex_unlock(&t->db->seqs.lock);
		}
		if (copy.oid &&
		    !write_state(t->conn, temp ? FIXED_TEMP_SEQ_WRITE : FIXED_SEQ_WRITE, &copy))
			return false;
	}
	return true;
}

/* After a commit the next user reads the row; after a rollback the sequence is gone, or its
 * temporary row is as it was. */
void
seq_end(struct txn *t, bool committed UNUSED)
{
	t->nseq_used = 0;
	t->nhanded = 0;
	if (t->seq_private.n)
		free_states(&t->seq_private);
}

void
txn_seq_forget(struct txn *t, oid_t seq)
{
	struct seq_state *s;

	pthread_mutex_lock(&t->db->seqs.lock);
	s = map_del(&t->db->seqs.map, (const char *)&seq, sizeof(seq));
	pthread_mutex_unlock(&t->db->seqs.lock);
	free(s);
	s = map_del(&t->seq_private, (const char *)&seq, sizeof(seq));
	free(s);
}
