/* A process that is killed in the middle of commits: what it had acknowledged is there. */
#include "store_fixture.h"

#include <signal.h>
#include <sys/wait.h>

enum { THREADS = 4, ROUNDS = 4 };

struct ack {
	int thread, number;
};

static int acks[2];
static struct db *db;

static void *
commit_for_ever(void *arg)
{
	struct ack ack = {(int)(intptr_t)arg, 0};
	struct sess s;
	char sql[80];

	sess_init(&s, db);
	ack.number = (int)sess_read(&s, "SELECT coalesce(max(n), 0) FROM t");
	for (;;) {
		snprintf(sql, sizeof(sql), "INSERT INTO t VALUES (%d, %d)", ack.thread,
			 ++ack.number);
		sess_write(&s, sql);
		if (write(acks[1], &ack, sizeof(ack)) != sizeof(ack))
			_exit(1);
	}
	return NULL;
}

static void
child(void)
{
	pthread_t t;

	db = fixture_open();
	for (intptr_t i = 0; i < THREADS; i++)
		pthread_create(&t, NULL, commit_for_ever, (void *)i);
	pause();
	_exit(0);
}

static int64_t
stored(struct sess *s, int thread, int number)
{
	char sql[80];

	snprintf(sql, sizeof(sql), "SELECT count(*) FROM t WHERE thread = %d AND n = %d", thread,
		 number);
	return sess_read(s, sql);
}

static void
round_of(int n)
{
	struct ack ack;
	struct sess s;
	pid_t pid;
	int seen = 0;

	assert_int_equal(pipe(acks), 0);
	pid = fork();
	if (pid == 0)
		child();
	close(acks[1]);
	assert_int_equal(read(acks[0], &ack, sizeof(ack)), sizeof(ack));
	pause_ms(20 + n * 7);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	db = fixture_open();
	sess_init(&s, db);
	do {
		assert_int_equal(stored(&s, ack.thread, ack.number), 1);
		seen++;
	} while (read(acks[0], &ack, sizeof(ack)) == sizeof(ack));
	assert_true(seen > 0);
	close(acks[0]);
	sess_release(&s);
	db_close(db);
}

static void
test_killed(void **state)
{
	struct sess s;

	(void)state;
	fixture_make_dir();
	db = fixture_open();
	sess_init(&s, db);
	sess_ddl(&s, "CREATE TABLE t(thread INTEGER, n INTEGER, PRIMARY KEY (thread, n))");
	sess_release(&s);
	db_close(db);
	for (int i = 0; i < ROUNDS; i++)
		round_of(i);
	fixture_remove_dir();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_killed)};

	return cmocka_run_group_tests_name("store crash", tests, NULL, NULL);
}
