#include "store_fixture.h"

#include "store/private.h"

static struct db *db;

static int
set_up(void **state)
{
	struct sess a;

	(void)state;
	fixture_make_dir();
	db = fixture_open();
	sess_init(&a, db);
	sess_ddl(&a, "CREATE TABLE t(id INTEGER PRIMARY KEY, v INTEGER NOT NULL)");
	sess_write(&a, "INSERT INTO t VALUES (1, 0), (2, 0)");
	sess_release(&a);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	db_close(db);
	fixture_remove_dir();
	return 0;
}

/* ---- the queue ---- */

struct waiter {
	pthread_t thread;
	struct write_queue *q;
	int number, *order;
	_Atomic int *next;
};

static int
waiting(struct write_queue *q)
{
	int n = 0;

	pthread_mutex_lock(&q->lock);
	n = q->first ? 1 : 0;
	if (q->first && q->first != q->last)
		n = 2;
	pthread_mutex_unlock(&q->lock);
	return n;
}

static void *
take_turn(void *arg)
{
	struct waiter *w = arg;
	struct err err;

	err_init(&err);
	if (write_queue_acquire(w->q, 0, NULL, &err)) {
		w->order[atomic_fetch_add(w->next, 1)] = w->number;
		write_queue_release(w->q);
	}
	return NULL;
}

static void
test_fair_order(void **state)
{
	struct write_queue q;
	struct waiter w[6];
	int order[6] = {0};
	_Atomic int next = 0;
	struct err err;
	void *last = NULL;

	(void)state;
	err_init(&err);
	write_queue_init(&q);
	assert_true(write_queue_acquire(&q, 0, NULL, &err));
	for (int i = 0; i < 6; i++) {
		w[i] = (struct waiter){.q = &q, .number = i, .order = order, .next = &next};
		pthread_create(&w[i].thread, NULL, take_turn, &w[i]);
		for (bool in = false; !in; pause_ms(1)) {
			pthread_mutex_lock(&q.lock);
			in = q.last != last;
			if (in)
				last = q.last;
			pthread_mutex_unlock(&q.lock);
		}
	}
	assert_false(write_queue_try(&q));
	write_queue_release(&q);
	for (int i = 0; i < 6; i++)
		pthread_join(w[i].thread, NULL);
	for (int i = 0; i < 6; i++)
		assert_int_equal(order[i], i);
	assert_int_equal(waiting(&q), 0);
	assert_true(write_queue_try(&q));
	write_queue_release(&q);
	write_queue_destroy(&q);
}

static void
test_lock_timeout(void **state)
{
	struct sess a, b;
	int64_t start;

	(void)state;
	sess_init(&a, db);
	sess_init(&b, db);
	sess_begin(&a, ISO_READ_COMMITTED);
	sess_write(&a, "UPDATE t SET v = 1 WHERE id = 1");
	start = now_ms();
	assert_null(txn_statement(b.txn, true, 50));
	assert_true(now_ms() - start >= 50);
	assert_string_equal(b.err.sqlstate, "55P03");
	assert_string_equal(b.err.message, "canceling statement due to lock timeout");
	txn_rollback(b.txn);
	txn_rollback(a.txn);
	err_clear(&b.err);
	sess_write(&b, "UPDATE t SET v = 1 WHERE id = 1");
	sess_release(&a);
	sess_release(&b);
}

/* ---- cancel ---- */

struct canceller {
	struct sess *s;
	int64_t at;
};

static void *
cancel_soon(void *arg)
{
	struct canceller *c = arg;

	pause_ms(30);
	c->at = now_ms();
	atomic_store(&c->s->cancel.reason, CANCEL_USER);
	return NULL;
}

static void
test_cancel(void **state)
{
	struct sess a, b;
	struct canceller c = {&b, 0};
	pthread_t thread;

	(void)state;
	sess_init(&a, db);
	sess_init(&b, db);
	/* a running query */
	pthread_create(&thread, NULL, cancel_soon, &c);
	sess_fails(&b,
		   "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT "
		   "count(*) FROM n",
		   false, NULL, "57014");
	assert_true(now_ms() - c.at < 100);
	pthread_join(thread, NULL);
	/* the next command is not hit */
	atomic_store(&b.cancel.reason, CANCEL_NONE);
	assert_int_equal(sess_read(&b, "SELECT 7"), 7);
	/* a wait for the writer's place */
	sess_begin(&a, ISO_READ_COMMITTED);
	sess_write(&a, "UPDATE t SET v = 1 WHERE id = 1");
	pthread_create(&thread, NULL, cancel_soon, &c);
	err_clear(&b.err);
	assert_null(txn_statement(b.txn, true, 0));
	assert_string_equal(b.err.sqlstate, "57014");
	assert_true(now_ms() - c.at < 100);
	pthread_join(thread, NULL);
	atomic_store(&b.cancel.reason, CANCEL_NONE);
	txn_rollback(b.txn);
	txn_rollback(a.txn);
	/* a cancelled write: SQLite rolls everything back, and the place is free again */
	sess_begin(&b, ISO_READ_COMMITTED);
	sess_write(&b, "UPDATE t SET v = 5 WHERE id = 1");
	assert_true(txn_savepoint(b.txn, "s"));
	pthread_create(&thread, NULL, cancel_soon, &c);
	sess_fails(&b,
		   "INSERT INTO t WITH RECURSIVE n(i) AS (SELECT 10 UNION ALL SELECT i + 1 FROM n) "
		   "SELECT i, i FROM n",
		   true, "t", "57014");
	pthread_join(thread, NULL);
	atomic_store(&b.cancel.reason, CANCEL_NONE);
	sess_write(&a, "UPDATE t SET v = v + 1 WHERE id = 1");
	err_clear(&b.err);
	assert_false(txn_rollback_to(b.txn, "s"));
	assert_string_equal(b.err.sqlstate, "40000");
	txn_rollback(b.txn);
	assert_int_equal(sess_read(&b, "SELECT v FROM t WHERE id = 1"), 1);
	sess_release(&a);
	sess_release(&b);
}

/* ---- many writers ---- */

enum { WRITERS = 8, EACH = 50 };

static void *
write_many(void *arg)
{
	struct sess s;
	intptr_t n = (intptr_t)arg;

	sess_init(&s, db);
	for (int i = 0; i < EACH; i++) {
		sess_begin(&s, ISO_READ_COMMITTED);
		sess_read(&s, "SELECT v FROM t WHERE id = 1");
		sess_write(&s, "UPDATE t SET v = v + 1 WHERE id = 1");
		sess_write(&s, n % 2 ? "UPDATE t SET v = v + 1 WHERE id = 2"
				     : "UPDATE t SET v = v - 1 WHERE id = 2");
		assert_true(txn_commit(s.txn, true));
	}
	sess_release(&s);
	return NULL;
}

static void
test_group_commit(void **state)
{
	pthread_t threads[WRITERS];
	uint64_t before = db->group.syncs;
	struct sess s;

	(void)state;
	for (intptr_t i = 0; i < WRITERS; i++)
		pthread_create(&threads[i], NULL, write_many, (void *)i);
	for (int i = 0; i < WRITERS; i++)
		pthread_join(threads[i], NULL);
	assert_true(db->group.syncs > before);
	assert_true(db->group.syncs - before <= WRITERS * EACH);
	assert_true(db->group.synced == db->group.issued);
	sess_init(&s, db);
	assert_int_equal(sess_read(&s, "SELECT v FROM t WHERE id = 1"), WRITERS * EACH);
	assert_int_equal(sess_read(&s, "SELECT v FROM t WHERE id = 2"), 0);
	sess_release(&s);
}

/* Every reader sees a whole transaction, while the WAL is checkpointed and started over under them.
 */
static _Atomic bool stop;

static void *
read_many(void *arg)
{
	struct sess s;

	(void)arg;
	sess_init(&s, db);
	while (!atomic_load(&stop)) {
		sess_begin(&s, ISO_REPEATABLE_READ);
		assert_int_equal(sess_read(&s, "SELECT sum(v) FROM t"),
				 sess_read(&s, "SELECT sum(v) FROM t"));
		assert_true(txn_commit(s.txn, true));
		assert_int_equal(sess_read(&s, "SELECT sum(v) FROM t"), 0);
	}
	sess_release(&s);
	return NULL;
}

static void *
move_many(void *arg)
{
	struct sess s;

	(void)arg;
	sess_init(&s, db);
	for (int i = 0; i < 200; i++)
		sess_write(&s, "UPDATE t SET v = v + CASE id WHEN 1 THEN 1 ELSE -1 END");
	sess_release(&s);
	return NULL;
}

static void
test_checkpoints(void **state)
{
	pthread_t threads[4];

	(void)state;
	db_close(db);
	fixture_checkpoint_pages = 5;
	db = fixture_open();
	fixture_checkpoint_pages = 1000;
	atomic_store(&stop, false);
	for (int i = 0; i < 4; i++)
		pthread_create(&threads[i], NULL, i < 2 ? read_many : move_many, NULL);
	pthread_join(threads[2], NULL);
	pthread_join(threads[3], NULL);
	atomic_store(&stop, true);
	pthread_join(threads[0], NULL);
	pthread_join(threads[1], NULL);
}

/* ---- another process ---- */

static void
test_foreign_lock(void **state)
{
	sqlite3 *other;
	struct sess s;
	struct snapshot *snap;

	(void)state;
	sess_init(&s, db);
	assert_int_equal(sqlite3_open(fixture_path, &other), SQLITE_OK);
	assert_int_equal(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sess_read(&s, "SELECT count(*) FROM t"), 2);
	sess_fails(&s, "UPDATE t SET v = 3", true, "t", "55P03");
	assert_int_equal(sqlite3_exec(other, "CREATE TABLE theirs(x); COMMIT", NULL, NULL, NULL),
			 SQLITE_OK);
	sess_write(&s, "UPDATE t SET v = 0");
	pause_ms(60);
	snap = db_snapshot(db, &s.err);
	assert_non_null(snap);
	assert_non_null(snapshot_relation(snap, snapshot_schema(snap, "public"), "theirs"));
	snapshot_unref(snap);
	sqlite3_close(other);
	sess_release(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fair_order),
		cmocka_unit_test_setup_teardown(test_lock_timeout, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_cancel, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_group_commit, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_checkpoints, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_foreign_lock, set_up, tear_down),
	};

	return cmocka_run_group_tests_name("store concurrent", tests, NULL, NULL);
}
