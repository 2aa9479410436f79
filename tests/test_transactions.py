"""What two sessions see of each other, and the writer's queue."""

import threading
import time

import psycopg
import pytest

from harness import SLOW

pytestmark = [pytest.mark.concurrency, pytest.mark.timeout(120)]


@pytest.fixture
def table(server):
    with server.connect(autocommit=True) as c:
        c.execute("CREATE TABLE t (id int PRIMARY KEY, n int NOT NULL)")
        c.execute("INSERT INTO t VALUES (1, 10), (2, 20)")
    return server


def n_of(connection, key=1):
    return connection.execute("SELECT n FROM t WHERE id = %s", [key]).fetchone()[0]


def test_only_committed_rows_are_seen(table):
    with table.connect() as writer, table.connect(autocommit=True) as reader:
        writer.execute("UPDATE t SET n = 11 WHERE id = 1")
        assert n_of(writer) == 11
        assert n_of(reader) == 10
        writer.rollback()
        assert n_of(reader) == 10
        writer.execute("UPDATE t SET n = 12 WHERE id = 1")
        writer.commit()
        assert n_of(reader) == 12


def test_read_committed_is_fresh_statement_by_statement(table):
    with table.connect() as reader, table.connect(autocommit=True) as writer:
        assert n_of(reader) == 10
        writer.execute("UPDATE t SET n = 11 WHERE id = 1")
        assert n_of(reader) == 11


@pytest.mark.parametrize("level", ["REPEATABLE READ", "SERIALIZABLE"])
def test_repeatable_read_is_frozen(table, level):
    with table.connect(autocommit=True) as reader, table.connect(autocommit=True) as writer:
        reader.execute(f"BEGIN ISOLATION LEVEL {level}")
        assert n_of(reader) == 10
        writer.execute("UPDATE t SET n = 11 WHERE id = 1")
        assert n_of(reader) == 10
        with pytest.raises(psycopg.errors.SerializationFailure):
            reader.execute("UPDATE t SET n = n + 1 WHERE id = 1")
        reader.execute("ROLLBACK")
        assert n_of(reader) == 11


def test_a_second_writer_waits_its_turn(table):
    with table.connect() as first, table.connect() as second:
        first.execute("UPDATE t SET n = n + 1 WHERE id = 1")
        done = threading.Event()

        def wait():
            second.execute("UPDATE t SET n = n + 1 WHERE id = 1")
            second.commit()
            done.set()

        thread = threading.Thread(target=wait)
        thread.start()
        assert not done.wait(0.3)
        first.commit()
        assert done.wait(10 * SLOW)
        thread.join()
        assert n_of(first) == 12


def test_no_client_sees_a_lock(table):
    errors = []

    def work(key):
        try:
            with table.connect() as c:
                for _ in range(30):
                    c.execute("UPDATE t SET n = n + 1 WHERE id = %s", [key % 2 + 1])
                    c.execute("SELECT sum(n) FROM t")
                    c.commit()
        except Exception as e:  # noqa: BLE001
            errors.append(e)

    threads = [threading.Thread(target=work, args=(i,)) for i in range(8)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert not errors
    with table.connect() as c:
        assert c.execute("SELECT sum(n) FROM t").fetchone()[0] == 30 + 8 * 30


def test_lock_timeout(table):
    with table.connect() as first, table.connect(autocommit=True) as second:
        first.execute("UPDATE t SET n = 0 WHERE id = 1")
        second.execute("SET lock_timeout = '200ms'")
        began = time.monotonic()
        with pytest.raises(psycopg.errors.LockNotAvailable) as e:
            second.execute("UPDATE t SET n = 1 WHERE id = 1")
        assert time.monotonic() - began < 5 * SLOW
        assert e.value.diag.message_primary == "canceling statement due to lock timeout"
        first.rollback()
        second.execute("UPDATE t SET n = 1 WHERE id = 1")


def test_statement_timeout(table):
    with table.connect(autocommit=True) as c:
        c.execute("SET statement_timeout = 100")
        with pytest.raises(psycopg.errors.QueryCanceled) as e:
            c.execute("SELECT count(*) FROM generate_series(1, 1000000000) a")
        assert e.value.diag.message_primary == "canceling statement due to statement timeout"
        with pytest.raises(psycopg.errors.QueryCanceled):
            c.execute("SELECT pg_sleep(30)")
        c.execute("SET statement_timeout = 0")
        assert n_of(c) == 10


def test_idle_in_transaction_timeout(table):
    with table.connect() as c:
        c.execute("SET idle_in_transaction_session_timeout = 200")
        c.commit()
        c.execute("UPDATE t SET n = 99 WHERE id = 1")
        time.sleep(1.0 * SLOW)
        with pytest.raises(psycopg.OperationalError) as e:
            c.execute("SELECT 1")
        assert e.value.sqlstate == "25P03" or "idle-in-transaction" in str(e.value)
    with table.connect() as c:
        assert n_of(c) == 10


def test_failed_block_and_savepoints(table):
    with table.connect(autocommit=True) as c:
        c.execute("BEGIN")
        c.execute("INSERT INTO t VALUES (3, 30)")
        c.execute("SAVEPOINT a")
        with pytest.raises(psycopg.errors.UniqueViolation):
            c.execute("INSERT INTO t VALUES (3, 31)")
        with pytest.raises(psycopg.errors.InFailedSqlTransaction):
            c.execute("SELECT 1")
        c.execute("ROLLBACK TO a")
        c.execute("INSERT INTO t VALUES (4, 40)")
        c.execute("RELEASE a")
        c.execute("COMMIT")
        assert c.execute("SELECT count(*) FROM t").fetchone()[0] == 4
        c.execute("BEGIN")
        with pytest.raises(psycopg.errors.DivisionByZero):
            c.execute("SELECT 1/0")
        assert c.execute("COMMIT").statusmessage == "ROLLBACK"


def test_read_only(table):
    with table.connect(autocommit=True) as c:
        c.execute("BEGIN READ ONLY")
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction) as e:
            c.execute("INSERT INTO t VALUES (9, 9)")
        assert e.value.diag.message_primary == "cannot execute INSERT in a read-only transaction"
        c.execute("ROLLBACK")


def test_a_portal_survives_a_write_in_its_transaction(table):
    with table.connect() as c:
        c.execute("INSERT INTO t SELECT g, g FROM generate_series(10, 500) g")
        c.commit()
        with c.cursor("walk") as cur:
            cur.itersize = 50
            cur.execute("SELECT id FROM t ORDER BY id")
            first = cur.fetchmany(10)
            c.execute("DELETE FROM t WHERE id >= 10")
            rest = cur.fetchall()
        assert len(first) + len(rest) == 493
        c.rollback()


def test_ddl_is_transactional(table):
    with table.connect() as a, table.connect(autocommit=True) as b:
        a.execute("CREATE TABLE u (x int)")
        a.execute("INSERT INTO u VALUES (1)")
        with pytest.raises(psycopg.errors.UndefinedTable):
            b.execute("SELECT * FROM u")
        a.rollback()
        with pytest.raises(psycopg.errors.UndefinedTable):
            a.execute("SELECT * FROM u")
        a.rollback()
        a.execute("CREATE TABLE u (x int)")
        a.commit()
        assert b.execute("SELECT count(*) FROM u").fetchone()[0] == 0
