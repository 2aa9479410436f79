/*
 * One session without a network: what a client sends, and the message types that come back. A database file in a temporary
 * directory.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "session/databases.h"
#include "session/roles.h"
#include "session/session.h"

/* ---- the client's end ---- */

static struct buf sent, got; /* to and from the server */
static size_t read_at;
static struct session *s;
static char dir[] = "test_session_XXXXXX", path[64];

static ssize_t
fake_read(struct stream *st, void *p, size_t n)
{
	size_t left = sent.len - read_at;

	(void)st;
	if (left == 0) {
		errno = EAGAIN;
		return -1;
	}
	n = MIN(n, left);
	memcpy(p, sent.data + read_at, n);
	read_at += n;
	return (ssize_t)n;
}

static ssize_t
fake_write(struct stream *st, const void *p, size_t n)
{
	(void)st;
	buf_add(&got, p, n);
	return (ssize_t)n;
}

static const struct stream_ops fake = {fake_read, fake_write};

static void nothing(struct session *x) { (void)x; }
static void no_deadline(struct session *x, int64_t ms) { (void)x, (void)ms; }
static bool no_tls(struct session *x) { (void)x; return false; }
static bool no_signal(int pid, bool t) { (void)pid, (void)t; return false; }
static void no_cancel(uint32_t pid, uint32_t secret) { (void)pid, (void)secret; }
static void no_each(void (*fn)(void *, struct session *), void *arg) { (void)fn, (void)arg; }
static int none(void) { return 0; }

static const struct session_host host = {nothing, no_deadline, no_tls, nothing, no_signal, no_cancel, no_each, none};

static void
message(char type, const void *p, size_t n)
{
	buf_putc(&sent, type);
	buf_put32(&sent, (uint32_t)n + 4);
	buf_add(&sent, p, n);
}

static void
query(const char *sql)
{
	message('Q', sql, strlen(sql) + 1);
}

static void
parse(const char *name, const char *sql)
{
	struct buf b = BUF_INIT;

	buf_add(&b, name, strlen(name) + 1);
	buf_add(&b, sql, strlen(sql) + 1);
	buf_put16(&b, 0);
	message('P', b.data, b.len);
	buf_release(&b);
}

/* Text parameters, text results. */
static void
bind(const char *name, int n, const char *const *values)
{
	struct buf b = BUF_INIT;

	buf_putc(&b, '\0');
	buf_add(&b, name, strlen(name) + 1);
	buf_put16(&b, 0);
	buf_put16(&b, (uint16_t)n);
	for (int i = 0; i < n; i++) {
		buf_put32(&b, (uint32_t)strlen(values[i]));
		buf_puts(&b, values[i]);
	}
	buf_put16(&b, 0);
	message('B', b.data, b.len);
	buf_release(&b);
}

static void
execute(uint32_t rows)
{
	struct buf b = BUF_INIT;

	buf_putc(&b, '\0');
	buf_put32(&b, rows);
	message('E', b.data, b.len);
	buf_release(&b);
}

/* Runs the session on what was sent; returns the types of what came, with a command's tag or an error's code in brackets. */
static const char *
answers(void)
{
	static char out[4096];
	size_t n = 0;

	buf_clear(&got);
	session_run(s);
	buf_clear(&sent);
	read_at = 0;
	for (size_t at = 0; at + 5 <= got.len;) {
		const char *m = got.data + at, *body = m + 5;
		uint32_t len = be32_get(m + 1);
		n += (size_t)snprintf(out + n, sizeof(out) - n, "%c", m[0]);
		if (m[0] == 'C' || m[0] == 'Z')
			n += (size_t)snprintf(out + n, sizeof(out) - n, "[%.*s]", (int)(m[0] == 'Z' ? 1 : len - 5), body);
		for (const char *f = body; m[0] == 'E' && *f; f += strlen(f) + 1)
			if (*f == 'C')
				n += (size_t)snprintf(out + n, sizeof(out) - n, "[%s]", f + 1);
		at += 1 + len;
	}
	out[n] = '\0';
	return out;
}

#define EXPECT(text) assert_string_equal(answers(), text)

static void
connect_as(const char *params, size_t n)
{
	s = session_new(-1, &fake, true, "", 0);
	buf_put32(&sent, (uint32_t)n + 8);
	buf_put32(&sent, 196608);
	buf_add(&sent, params, n);
}

static int
open_session(void **state)
{
	static const char params[] = "user\0tester\0database\0t\0";

	(void)state;
	connect_as(params, sizeof(params));
	answers();
	assert_true(got.len > 0 && got.data[got.len - 1] == 'I');
	return 0;
}

static int
close_session(void **state)
{
	(void)state;
	session_free(s);
	buf_clear(&sent);
	read_at = 0;
	return 0;
}

static int
start(void **state)
{
	struct err err;

	(void)state;
	err_init(&err);
	server.host = &host;
	settings_table_init();
	if (!mkdtemp(dir))
		return -1;
	snprintf(path, sizeof(path), "%s/t.db", dir);
	if (!roles_open(NULL, &err) || !databases_open(path, NULL, &err)) {
		fprintf(stderr, "%s\n", err.message);
		return -1;
	}
	return 0;
}

static int
stop(void **state)
{
	static const char *const suffixes[] = {"", "-wal", "-shm"};
	char name[80];

	(void)state;
	databases_close();
	roles_close();
	for (size_t i = 0; i < COUNTOF(suffixes); i++) {
		snprintf(name, sizeof(name), "%s%s", path, suffixes[i]);
		unlink(name);
	}
	rmdir(dir);
	buf_release(&sent);
	buf_release(&got);
	return 0;
}

/* ---- tests ---- */

static void
simple(void **state)
{
	(void)state;
	query("select 1");
	EXPECT("TDC[SELECT 1]Z[I]");
	query("");
	EXPECT("IZ[I]");
	query("select 1; select 2");
	EXPECT("TDC[SELECT 1]TDC[SELECT 1]Z[I]");
	query("selec 1");
	EXPECT("E[42601]Z[I]");
	query("show work_mem; set application_name = 'a'");
	EXPECT("TDC[SHOW]C[SET]SZ[I]");
}

static void
implicit_transactions(void **state)
{
	(void)state;
	query("create table t(a int primary key)");
	EXPECT("C[CREATE TABLE]Z[I]");
	query("insert into t values (1); insert into t values (1); insert into t values (2)");
	EXPECT("C[INSERT 0 1]E[23505]Z[I]");
	query("select * from t");
	EXPECT("TC[SELECT 0]Z[I]");
	query("insert into t values (1); commit; insert into t values (1)");
	EXPECT("C[INSERT 0 1]NC[COMMIT]E[23505]Z[I]");
	query("select * from t");
	EXPECT("TDC[SELECT 1]Z[I]");
	query("begin; insert into t values (5)");
	EXPECT("C[BEGIN]C[INSERT 0 1]Z[T]");
	query("rollback");
	EXPECT("C[ROLLBACK]Z[I]");
	query("drop table t");
	EXPECT("C[DROP TABLE]Z[I]");
}

static void
blocks(void **state)
{
	(void)state;
	query("begin");
	EXPECT("C[BEGIN]Z[T]");
	query("begin");
	EXPECT("NC[BEGIN]Z[T]");
	query("savepoint a");
	EXPECT("C[SAVEPOINT]Z[T]");
	query("select nope");
	EXPECT("E[42703]Z[E]");
	query("select 1");
	EXPECT("E[25P02]Z[E]");
	query("rollback to a");
	EXPECT("C[ROLLBACK]Z[T]");
	query("release a");
	EXPECT("C[RELEASE]Z[T]");
	query("select nope");
	EXPECT("E[42703]Z[E]");
	query("commit");
	EXPECT("C[ROLLBACK]Z[I]");
	query("rollback");
	EXPECT("NC[ROLLBACK]Z[I]");
	query("savepoint a");
	EXPECT("E[25P01]Z[I]");
	query("begin read only; create table x(a int)");
	EXPECT("C[BEGIN]E[25006]Z[E]");
	query("rollback and chain; commit and chain; commit; commit and chain");
	EXPECT("C[ROLLBACK]C[COMMIT]C[COMMIT]E[25P01]Z[I]");
}

static void
extended(void **state)
{
	static const char *const seven[] = {"7"}, *const bad[] = {"x"};

	(void)state;
	parse("", "select $1::int");
	message('D', "S", 2);
	bind("", 1, seven);
	message('D', "P", 2);
	execute(0);
	message('S', NULL, 0);
	EXPECT("1tT2TDC[SELECT 1]Z[I]");
	parse("st", "select $1::int");
	bind("st", 1, bad);
	execute(0);
	message('S', NULL, 0);
	EXPECT("1E[22P02]Z[I]");
	bind("st", 0, NULL);
	message('S', NULL, 0);
	EXPECT("E[08P01]Z[I]");
	parse("st", "select 1");
	message('S', NULL, 0);
	EXPECT("E[42P05]Z[I]");
	message('C', "Sst", 4);
	bind("st", 1, seven);
	parse("never", "select 1");
	message('S', NULL, 0);
	message('S', NULL, 0);
	EXPECT("3E[26000]Z[I]Z[I]");
	parse("", "");
	bind("", 0, NULL);
	message('D', "P", 2);
	execute(0);
	message('S', NULL, 0);
	EXPECT("12nIZ[I]");
}

static void
suspended(void **state)
{
	(void)state;
	parse("", "values (1), (2), (3)");
	bind("", 0, NULL);
	execute(2);
	execute(2);
	execute(2);
	message('S', NULL, 0);
	EXPECT("12DDsDC[SELECT 1]C[SELECT 0]Z[I]");
	execute(0);
	message('S', NULL, 0);
	EXPECT("E[34000]Z[I]");
}

static void
pipelines(void **state)
{
	(void)state;
	query("create table p(a int)");
	EXPECT("C[CREATE TABLE]Z[I]");
	parse("", "insert into p values (1)");
	bind("", 0, NULL);
	execute(0);
	parse("", "select 1/0");
	bind("", 0, NULL);
	execute(0);
	parse("", "insert into p values (2)");
	message('H', NULL, 0);
	message('S', NULL, 0);
	query("select * from p");
	assert_non_null(strstr(answers(), "12C[INSERT 0 1]1E[22012]Z[I]TC[SELECT 0]Z[I]"));
	query("drop table p");
	EXPECT("C[DROP TABLE]Z[I]");
}

static void
copying(void **state)
{
	(void)state;
	query("create table c(a int, b text); copy c from stdin; select count(*) from c");
	EXPECT("C[CREATE TABLE]G");
	message('d', "1\tx\n2", 5);
	EXPECT("");
	message('d', "\t\\N\n\\.\nignored", 13);
	message('c', NULL, 0);
	EXPECT("C[COPY 2]TDC[SELECT 1]Z[I]");
	query("copy c to stdout");
	EXPECT("HddcC[COPY 2]Z[I]");
	query("copy c from stdin");
	message('d', "1\n", 2);
	message('d', "2\tlate\n", 7);
	message('c', NULL, 0);
	query("select count(*) from c");
	EXPECT("GE[22P04]Z[I]TDC[SELECT 1]Z[I]");
	query("copy c from stdin");
	message('f', "no", 3);
	EXPECT("GE[57014]Z[I]");
	query("copy c from stdin with (format csv)");
	message('d', "3,\"a \"\"q\"\"\n", 11);
	message('d', "two lines\"\r\n", 12);
	message('c', NULL, 0);
	query("drop table c");
	EXPECT("GC[COPY 1]Z[I]C[DROP TABLE]Z[I]");
}

static void
copy_out_of_step(void **state)
{
	(void)state;
	query("create temp table c(a int); copy c from stdin");
	query("select 1");
	EXPECT("C[CREATE TABLE]GE[08P01]E[08P01]");
	assert_int_equal(s->phase, PHASE_CLOSED);
}

static void
cursors(void **state)
{
	(void)state;
	query("declare c cursor for select 1");
	EXPECT("E[25P01]Z[I]");
	query("begin; declare c cursor for values (1), (2), (3); fetch c; move c; fetch all c; close c; commit");
	EXPECT("C[BEGIN]C[DECLARE CURSOR]TDC[FETCH 1]C[MOVE 1]TDC[FETCH 1]C[CLOSE CURSOR]C[COMMIT]Z[I]");
	query("begin; declare c cursor with hold for values (1), (2), (3); fetch c; commit; fetch all c; close c");
	EXPECT("C[BEGIN]C[DECLARE CURSOR]TDC[FETCH 1]C[COMMIT]TDDC[FETCH 2]C[CLOSE CURSOR]Z[I]");
	query("begin; declare c cursor for values (1), (2); fetch 2 c; fetch prior c");
	EXPECT("C[BEGIN]C[DECLARE CURSOR]TDDC[FETCH 2]E[55000]Z[E]");
	query("rollback; fetch c");
	EXPECT("C[ROLLBACK]E[34000]Z[I]");
}

static void
prepared_by_sql(void **state)
{
	(void)state;
	query("prepare q(int) as select $1 + 1; execute q(4); execute q; deallocate q");
	EXPECT("C[PREPARE]TDC[SELECT 1]E[42601]Z[I]");
	query("deallocate q; execute q(1)");
	EXPECT("C[DEALLOCATE]E[26000]Z[I]");
}

static void
notifications(void **state)
{
	(void)state;
	query("listen ch; notify ch, 'x'; notify ch, 'x'");
	EXPECT("C[LISTEN]C[NOTIFY]C[NOTIFY]AZ[I]");
	query("begin; notify ch");
	EXPECT("C[BEGIN]C[NOTIFY]Z[T]");
	query("rollback");
	EXPECT("C[ROLLBACK]Z[I]");
}

static void
bad_input(void **state)
{
	(void)state;
	message('Q', "no end", 6);
	EXPECT("E[08P01]Z[I]");
	message('Q', "select '\xff'", 11);
	EXPECT("E[22021]Z[I]");
	message('d', "stray", 5);
	query("select 1");
	EXPECT("TDC[SELECT 1]Z[I]");
	message('p', "x", 2);
	EXPECT("E[08P01]");
	assert_int_equal(s->phase, PHASE_CLOSED);
}

static void
startup_refusals(void **state)
{
	static const char nobody[] = "database\0t\0", wrong[] = "user\0a\0database\0nope\0", setting[] = "user\0a\0database\0t\0nope\0x\0";

	(void)state;
	connect_as(nobody, sizeof(nobody));
	EXPECT("E[28000]");
	close_session(NULL);
	connect_as(wrong, sizeof(wrong));
	EXPECT("RE[3D000]");
	close_session(NULL);
	connect_as(setting, sizeof(setting));
	EXPECT("RE[42704]");
	close_session(NULL);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, open_session, close_session)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(simple), TEST(implicit_transactions), TEST(blocks), TEST(extended), TEST(suspended), TEST(pipelines),
		TEST(copying), TEST(copy_out_of_step), TEST(cursors), TEST(prepared_by_sql), TEST(notifications), TEST(bad_input),
		cmocka_unit_test(startup_refusals),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
