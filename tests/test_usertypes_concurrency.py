"""Users' types while others use them: schema changes against waiting writers, open cursors and prepared statements; domains' checks,
which run statements of their own; cancel inside all of it."""

import random
import signal
import threading
import time

import psycopg
import pytest

from harness import SLOW

pytestmark = [pytest.mark.concurrency, pytest.mark.timeout(180)]


def rows(connection, sql, *args):
    return [r if len(r) > 1 else r[0] for r in connection.execute(sql, *args).fetchall()]


@pytest.fixture
def moods(server):
    """A server with an enum that a column, an index and a composite are made of."""
    with server.connect(autocommit=True) as c:
        c.execute("CREATE TYPE mood AS ENUM ('sad', 'ok')")
        c.execute("CREATE TYPE pair AS (m mood, n int)")
        c.execute("CREATE TABLE t (id int PRIMARY KEY, m mood, p pair)")
        c.execute("CREATE INDEX ON t (m)")
        c.execute("CREATE INDEX ON t (p)")
        c.execute("INSERT INTO t SELECT g, CASE g % 2 WHEN 0 THEN 'ok' ELSE 'sad' END::mood, "
                  "ROW(CASE g % 3 WHEN 0 THEN 'ok' ELSE 'sad' END, g)::pair FROM generate_series(1, 40) g")
    return server


def in_background(connection, sql):
    """Starts a statement; returns what waits for its end and gives its SQLSTATE, or None."""
    got = []

    def run():
        try:
            connection.execute(sql)
            got.append(None)
        except psycopg.Error as e:
            got.append(e.sqlstate)

    thread = threading.Thread(target=run)
    thread.start()

    def end():
        thread.join(60)
        return got[0]

    return end


@pytest.mark.parametrize("sql, state", [
    ("INSERT INTO t VALUES (41, 'sad', ROW('ok', 1))", "22P02"),
    ("INSERT INTO t VALUES (41, 'ok', ROW('ok', 1))", None),
    ("DELETE FROM t WHERE id < 20", None),
    ("UPDATE t SET m = 'ok', p = ROW('ok', id) WHERE m < 'ok'", None),
    ("WITH d AS (DELETE FROM t WHERE id IN (SELECT max(id) FROM t) RETURNING *) SELECT count(*) FROM d", None),
])
def test_a_writer_that_waited_writes_by_the_new_schema(moods, sql, state):
    with moods.connect() as a, moods.connect(autocommit=True) as b:
        b.execute("SELECT count(*) FROM t WHERE m = 'sad'")
        a.execute("ALTER TYPE mood RENAME VALUE 'sad' TO 'blue'")
        a.execute("ALTER TYPE mood ADD VALUE 'angry' BEFORE 'blue'")
        end = in_background(b, sql)
        time.sleep(0.15 * SLOW)
        a.commit()
        assert end() == state
        assert set(rows(b, "SELECT m::text FROM t")) <= {"blue", "ok"}
        for m in ("blue", "ok"):
            assert len(rows(b, "SELECT id FROM t WHERE m = %s::mood", [m])) == rows(
                b, "SELECT count(*) FROM t WHERE m::text = %s", [m])[0]
        b.execute("DELETE FROM t")
        assert rows(b, "SELECT count(*) FROM t WHERE m >= 'angry'") == [0]


def test_a_waiting_writer_whose_parameters_are_of_the_changed_type(moods):
    with moods.connect() as a, moods.connect(autocommit=True) as b:
        b.execute("PREPARE p (int, mood) AS INSERT INTO t VALUES ($1, $2)")
        a.execute("ALTER TYPE mood RENAME VALUE 'sad' TO 'blue'")
        end = in_background(b, "EXECUTE p (99, 'sad')")
        time.sleep(0.15 * SLOW)
        a.commit()
        assert end() in ("40001", "22P02")
        with pytest.raises(psycopg.errors.InvalidTextRepresentation):
            b.execute("EXECUTE p (99, 'sad')")
        b.execute("EXECUTE p (99, 'blue')")
        assert rows(b, "SELECT m FROM t WHERE id = 99") == ["blue"]


def test_two_sessions_alter_one_enum(moods):
    def add(n, failed):
        try:
            with moods.connect(autocommit=True) as c:
                for i in range(5):
                    c.execute(f"ALTER TYPE mood ADD VALUE 'v{n}_{i}' BEFORE 'ok'")
        except Exception as e:  # the assertion below shows it
            failed.append(e)

    failed = []
    threads = [threading.Thread(target=add, args=(n, failed)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    with moods.connect(autocommit=True) as c:
        labels = rows(c, "SELECT unnest(enum_range(NULL::mood))::text")
        assert len(labels) == len(set(labels)) == 22
        assert labels[0] == "sad" and labels[-1] == "ok"
        for n in range(4):
            mine = [v for v in labels if v.startswith(f"v{n}_")]
            assert mine == sorted(mine)


def test_a_type_is_dropped_under_an_open_cursor(moods):
    with moods.connect() as reader, moods.connect(autocommit=True) as other:
        reader.execute("DECLARE c CURSOR FOR SELECT m, p FROM t ORDER BY m, id")
        first = rows(reader, "FETCH 5 FROM c")
        end = in_background(other, "DROP TYPE mood CASCADE")
        rest = rows(reader, "FETCH ALL FROM c")
        assert [m for m, _ in first + rest] == ["sad"] * 20 + ["ok"] * 20
        reader.rollback()
        assert end() is None
        assert rows(other, "SELECT count(*) FROM t") == [40]
        with pytest.raises(psycopg.errors.UndefinedColumn):
            other.execute("SELECT m FROM t")


def test_prepared_statements_outlive_changes_of_their_types(moods):
    with moods.connect(autocommit=True) as a, moods.connect(autocommit=True) as b:
        b.execute("PREPARE p (mood) AS SELECT count(*) FROM t WHERE m >= $1")
        b.execute("PREPARE q (mood) AS SELECT $1")
        assert rows(b, "EXECUTE p ('ok')") == [20]
        a.execute("ALTER TYPE mood ADD VALUE 'glad' AFTER 'ok'")
        a.execute("UPDATE t SET m = 'glad' WHERE id = 1")
        assert rows(b, "EXECUTE p ('ok')") == [21]
        assert rows(b, "EXECUTE p ('glad')") == [1]
        a.execute("ALTER TYPE mood RENAME VALUE 'glad' TO 'merry'")
        assert rows(b, "EXECUTE p ('merry')") == [1]
        a.execute("DROP TYPE mood CASCADE")
        a.execute("CREATE TYPE mood AS ENUM ('ok', 'sad')")
        a.execute("ALTER TABLE t ADD m mood DEFAULT 'sad'")
        for name in ("p", "q"):
            with pytest.raises(psycopg.errors.InternalError_, match=r"cache lookup failed for type \d+"):
                b.execute(f"EXECUTE {name} ('ok')")
        assert rows(b, "SELECT count(*) FROM t WHERE m > 'ok'") == [40]


def test_rolled_back_types_leave_nothing(moods):
    with moods.connect(autocommit=True) as c:
        c.execute("BEGIN")
        c.execute("SAVEPOINT s")
        c.execute("ALTER TYPE mood RENAME VALUE 'sad' TO 'blue'")
        c.execute("CREATE DOMAIN few AS int CHECK (VALUE < 3)")
        assert rows(c, "SELECT 2::few") == [2]
        c.execute("WITH i AS (INSERT INTO t VALUES (50, 'blue') RETURNING id) SELECT id::few - 48 FROM i WHERE id < 3")
        c.execute("ROLLBACK TO s")
        assert rows(c, "SELECT count(*) FROM t WHERE m = 'sad'") == [20]
        c.execute("COMMIT")
        with pytest.raises(psycopg.errors.UndefinedObject):
            c.execute("SELECT 2::few")
        assert rows(c, "SELECT enum_range(NULL::mood)::text") == ["{sad,ok}"]


LONG = [
    "SELECT 'x'::slow",
    "SELECT count(v::wide) FROM generate_series(1, 100000000) v",
    "WITH i AS (INSERT INTO big SELECT g FROM generate_series(1, 100000000) g RETURNING x) SELECT count(*) FROM i",
    "SELECT max(s) FROM (SELECT string_agg(g::text, ',') OVER (ORDER BY g ROWS 50000 PRECEDING) s FROM generate_series(1, 200000) g) w",
    "SELECT jsonb_path_exists(('[' || repeat('1,', 20000) || '1]')::jsonb, '$[*] ? (exists ($[*] ? (@ == 7)))')",
]


@pytest.mark.parametrize("query", LONG)
def test_cancel_inside(shared_server, query):
    with shared_server.connect(autocommit=True) as c:
        if not rows(c, "SELECT to_regtype('slow')::text")[0]:
            c.execute("CREATE DOMAIN slow AS text CHECK (pg_sleep(600) IS NOT NULL)")
            c.execute("CREATE DOMAIN wide AS int CHECK (VALUE > 0)")
            c.execute("CREATE TABLE big (x int)")
        sent = []

        def cancel():
            time.sleep(0.2 * SLOW)
            sent.append(time.monotonic())
            c.cancel()

        thread = threading.Thread(target=cancel)
        thread.start()
        with pytest.raises(psycopg.errors.QueryCanceled):
            c.execute(query)
        took = time.monotonic() - sent[0]
        thread.join()
        assert took < 0.1 * SLOW, f"{took * 1000:.0f} ms"
        assert rows(c, "SELECT count(*) FROM big") == [0]


def test_checks_of_many_sessions_at_once(server):
    """Each check needs a second connection to the file, nested ones a third."""
    with server.connect(autocommit=True) as c:
        c.execute("CREATE DOMAIN a AS int CHECK (VALUE > 0)")
        c.execute("CREATE DOMAIN b AS int CHECK ((VALUE - 1)::a < 1000)")
        c.execute("CREATE TABLE d (x b)")
    failed = []

    def work():
        try:
            with server.connect(autocommit=True) as c:
                for i in range(3):
                    c.execute("INSERT INTO d SELECT g FROM generate_series(2, 40) g")
                    with pytest.raises(psycopg.errors.CheckViolation):
                        c.execute("INSERT INTO d SELECT g FROM generate_series(-5, 40) g ORDER BY g DESC")
        except BaseException as e:
            failed.append(e)

    threads = [threading.Thread(target=work) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60 * SLOW)
        assert not thread.is_alive()
    assert not failed
    with server.connect(autocommit=True) as c:
        assert rows(c, "SELECT count(*) FROM d") == [12 * 3 * 39]


EVERYTHING = [
    "SELECT m, p FROM t ORDER BY m, p LIMIT 20",
    "ALTER TYPE mood RENAME VALUE 'sad' TO 'blue'",
    "ALTER TYPE mood RENAME VALUE 'blue' TO 'sad'",
    "INSERT INTO t SELECT max(id) + 1, 'ok', ROW('ok', 1)::pair FROM t",
    "UPDATE t SET m = 'ok', p = ROW('ok', id)::pair WHERE mod(id, 7) = 0",
    "WITH d AS (DELETE FROM t WHERE id IN (SELECT max(id) FROM t) RETURNING *) SELECT count(*) FROM d",
    "DROP TYPE IF EXISTS own%d CASCADE; CREATE TYPE own%d AS (a mood, b int); SELECT '(ok,1)'::own%d",
    "BEGIN; CREATE TYPE gone%d AS ENUM ('q'); SAVEPOINT s; SELECT 'q'::gone%d; ROLLBACK TO s; ROLLBACK",
    "CREATE TEMP TABLE IF NOT EXISTS tt (m mood, p pair); INSERT INTO tt VALUES ('ok', '(ok,2)'); SELECT * FROM tt ORDER BY p",
    "SELECT count(*) OVER (ORDER BY p ROWS BETWEEN 2 PRECEDING AND CURRENT ROW EXCLUDE TIES) FROM t",
]
EXPECTED = {"22023", "22P02", "42704", "42710", "40001", "57014", "26000", "23505", "42703", "0A000"}


def test_everything_at_once(moods):
    states = []
    end = time.monotonic() + 2

    def work(n):
        chance = random.Random(n)
        with moods.connect(autocommit=True) as c:
            while time.monotonic() < end:
                sql = chance.choice(EVERYTHING).replace("%d", str(n))
                try:
                    c.execute(sql, prepare=False if ";" in sql else chance.random() < 0.5)
                except psycopg.Error as e:
                    states.append((e.sqlstate, str(e)))
                    if c.info.transaction_status != psycopg.pq.TransactionStatus.IDLE:
                        c.execute("ROLLBACK")

    threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60 * SLOW)
        assert not thread.is_alive()
    assert [s for s in states if s[0] not in EXPECTED] == []
    with moods.connect(autocommit=True) as c:
        assert set(rows(c, "SELECT m::text FROM t")) <= {"sad", "blue", "ok"}
        c.execute("DELETE FROM t")  # what an index lacks, or has too much, shows here
        assert rows(c, "SELECT count(*) FROM t WHERE m >= 'ok'") == [0]


def test_killed_while_a_label_is_renamed(moods):
    for i in range(3):
        with moods.connect(autocommit=True) as c:
            c.execute("INSERT INTO t SELECT (SELECT max(id) FROM t) + g, 'ok', ROW('ok', g)::pair FROM generate_series(1, 3000) g")
            old = rows(c, "SELECT unnest(enum_range(NULL::mood))::text")[0]
            threading.Timer(0.005 * 4**i * SLOW, moods.process.send_signal, [signal.SIGKILL]).start()
            try:
                for n in range(1000):
                    c.execute(f"ALTER TYPE mood RENAME VALUE '{old}' TO 'l{i}_{n}'")
                    old = f"l{i}_{n}"
            except psycopg.Error:
                pass
        moods.process.wait(20 * SLOW)
        moods.start()
        with moods.connect(autocommit=True) as c:
            labels = rows(c, "SELECT unnest(enum_range(NULL::mood))::text")
            assert len(labels) == 2
            assert set(rows(c, "SELECT DISTINCT m::text FROM t")) == set(labels)
            assert rows(c, "SELECT count(*) FROM t WHERE m = enum_first(m)") == [20]
