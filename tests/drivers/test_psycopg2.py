"""psycopg2: the driver of a thousand older programs."""

import datetime as dt
from decimal import Decimal

import psycopg2
import psycopg2.extras
import pytest

pytestmark = pytest.mark.timeout(120)


@pytest.fixture
def connection(shared_server):
    c = psycopg2.connect(shared_server.dsn())
    yield c
    c.close()


def test_values(connection):
    cur = connection.cursor()
    values = [True, 7, 2**40, 1.25, Decimal("12.50"), "naïve ☃ 'q' \\", dt.date(2024, 2, 29),
              dt.datetime(2024, 2, 29, 1, 2, 3, 4), dt.time(1, 2, 3), dt.timedelta(days=1, seconds=5), [1, 2, None],
              ["a", "b,c", None], None]
    for value in values:
        cur.execute("SELECT %s", [value])
        assert cur.fetchone()[0] == value
    cur.execute("SELECT %s::bytea", [psycopg2.Binary(b"\x00\xff")])
    assert bytes(cur.fetchone()[0]) == b"\x00\xff"
    cur.execute("SELECT %s::jsonb", [psycopg2.extras.Json({"b": 1, "a": [None]})])
    assert cur.fetchone()[0] == {"a": [None], "b": 1}


def test_transactions_and_errors(connection):
    cur = connection.cursor()
    cur.execute("CREATE TABLE two (id serial PRIMARY KEY, email text UNIQUE NOT NULL)")
    connection.commit()
    cur.execute("INSERT INTO two (email) VALUES (%s) RETURNING id", ["a@b.c"])
    assert cur.fetchone() == (1,)
    connection.commit()
    with pytest.raises(psycopg2.errors.UniqueViolation) as e:
        cur.execute("INSERT INTO two (email) VALUES (%s)", ["a@b.c"])
    assert e.value.diag.constraint_name == "two_email_key"
    assert e.value.diag.message_detail == "Key (email)=(a@b.c) already exists."
    connection.rollback()
    with pytest.raises(psycopg2.errors.NotNullViolation) as e:
        cur.execute("INSERT INTO two (email) VALUES (NULL)")
    assert (e.value.diag.table_name, e.value.diag.column_name) == ("two", "email")
    connection.rollback()
    psycopg2.extras.execute_values(cur, "INSERT INTO two (email) VALUES %s", [(f"u{i}@x",) for i in range(500)])
    cur.execute("SELECT count(*) FROM two")
    assert cur.fetchone() == (501,)
    cur.execute("DROP TABLE two")
    connection.commit()


def test_server_side_cursor(connection):
    cur = connection.cursor("walk")
    cur.itersize = 100
    cur.execute("SELECT g FROM generate_series(1, 1000) g")
    assert sum(row[0] for row in cur) == 500500


def test_dict_rows_and_autocommit(connection):
    connection.autocommit = True
    cur = connection.cursor(cursor_factory=psycopg2.extras.RealDictCursor)
    cur.execute("SELECT 1 AS a, 'x' AS b")
    assert dict(cur.fetchone()) == {"a": 1, "b": "x"}


def test_copy(connection):
    import io

    cur = connection.cursor()
    cur.execute("CREATE TEMP TABLE cp (a int, b text)")
    cur.copy_expert("COPY cp FROM STDIN", io.StringIO("1\tx\n2\t\\N\n"))
    out = io.StringIO()
    cur.copy_expert("COPY cp TO STDOUT", out)
    assert out.getvalue() == "1\tx\n2\t\\N\n"
