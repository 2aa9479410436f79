"""psycopg 3: every type as parameter and result, text and binary; streaming; pipelines."""

import psycopg
import pytest
from psycopg import sql

from values import LITERALS, PYTHON

pytestmark = pytest.mark.timeout(180)


@pytest.fixture(scope="module")
def connection(shared_server):
    with shared_server.connect(autocommit=True) as c:
        yield c


@pytest.mark.parametrize("type_", sorted(PYTHON))
@pytest.mark.parametrize("binary", [False, True], ids=["text", "binary"])
def test_round_trip(connection, type_, binary):
    mark = "%b" if binary else "%t"
    with connection.cursor(binary=binary) as cur:
        for value in PYTHON[type_] + [None]:
            got = cur.execute(f"SELECT {mark}::{type_}", [value]).fetchone()[0]
            assert got == value and type(got) is type(value)


# Types whose binary form the driver hands over as it came.
BYTES_IN_BINARY = ("bit", "varbit", "money", "macaddr", "xml", "jsonpath")


@pytest.mark.parametrize("type_", sorted(LITERALS))
def test_text_and_binary_results_agree(connection, type_):
    for literal in LITERALS[type_]:
        query = sql.SQL("SELECT {}::" + type_).format(sql.Literal(literal))
        text = connection.cursor().execute(query).fetchone()[0]
        binary = connection.cursor(binary=True).execute(query, []).fetchone()[0]
        if type_.startswith("reg"):  # the driver has no binary form for these: it hands over the OID's four bytes
            if not type_.endswith("[]"):
                oid = connection.execute(sql.SQL("SELECT {}::" + type_ + "::oid").format(sql.Literal(literal))).fetchone()[0]
                assert int.from_bytes(binary, "big") == oid
        elif not type_.startswith(BYTES_IN_BINARY):
            assert repr(text) == repr(binary), type_
        as_text = connection.execute(sql.SQL("SELECT ({}::" + type_ + ")::text").format(sql.Literal(literal))).fetchone()[0]
        expected = literal.rstrip() if type_.startswith("char(") else literal
        if type_ not in ("json", "float8", "float4", "interval", "numeric", "timestamp[]", "bool"):
            assert as_text == expected


@pytest.mark.parametrize("type_", sorted(LITERALS))
def test_through_a_column(connection, type_):
    connection.execute("DROP TABLE IF EXISTS v")
    connection.execute(f"CREATE TABLE v (id int PRIMARY KEY, x {type_})")
    literals = LITERALS[type_]
    for i, literal in enumerate(literals):
        connection.execute(f"INSERT INTO v VALUES (%s, %s::{type_})", [i, literal])
    connection.execute("INSERT INTO v VALUES (%s, NULL)", [len(literals)])
    for i, literal in enumerate(literals):
        kept, fresh = connection.execute(f"SELECT x::text, %s::{type_}::text FROM v WHERE id = %s", [literal, i]).fetchone()
        assert kept == fresh
    assert connection.execute("SELECT count(*), count(x) FROM v").fetchone() == (len(literals) + 1, len(literals))
    connection.execute("DROP TABLE v")


def anonymous_memory(pid):  # the file itself may be mapped: those pages are the page cache's
    with open(f"/proc/{pid}/status") as f:
        return next(int(line.split()[1]) for line in f if line.startswith("RssAnon"))


def test_streaming_in_constant_memory(server):
    with server.connect() as c:
        c.execute("CREATE TABLE big AS SELECT g AS id, repeat('x', 200) AS pad FROM generate_series(1, 100000) g")
        c.commit()
        assert c.execute("SELECT count(*) FROM big").fetchone()[0] == 100000
        before, peak, n = anonymous_memory(server.pid()), 0, 0
        for row in c.cursor().stream("SELECT id, pad FROM big ORDER BY id"):
            n += 1
            if n % 20000 == 0:
                peak = max(peak, anonymous_memory(server.pid()))
        assert n == 100000
        with c.cursor("named") as cur:
            cur.itersize = 1000
            cur.execute("SELECT id, pad FROM big ORDER BY id")
            assert sum(1 for _ in cur) == 100000
        peak = max(peak, anonymous_memory(server.pid()))
        assert peak - before < 12 * 1024, f"{before} KiB before, {peak} KiB at most; the rows are 20 MiB"


def test_pipeline_with_an_error_in_the_middle(connection):
    connection.execute("DROP TABLE IF EXISTS p")
    connection.execute("CREATE TABLE p (x int PRIMARY KEY)")
    with pytest.raises(psycopg.errors.UniqueViolation):
        with connection.pipeline():
            cursors = [connection.cursor() for _ in range(5)]
            cursors[0].execute("INSERT INTO p VALUES (1)")
            cursors[1].execute("INSERT INTO p VALUES (2)")
            cursors[2].execute("INSERT INTO p VALUES (1)")
            cursors[3].execute("INSERT INTO p VALUES (3)")
            cursors[4].execute("INSERT INTO p VALUES (4)")
    assert connection.execute("SELECT count(*) FROM p").fetchone()[0] == 0
    with connection.pipeline() as pipe:
        connection.execute("INSERT INTO p VALUES (1)")
        pipe.sync()
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute("INSERT INTO p VALUES (1)")
            pipe.sync()
        cur = connection.execute("INSERT INTO p VALUES (5) RETURNING x")
        pipe.sync()
        assert cur.fetchone() == (5,)
    assert [r[0] for r in connection.execute("SELECT x FROM p ORDER BY x")] == [1, 5]
    connection.execute("DROP TABLE p")


def test_prepared_statements(connection):
    for i in range(20):
        assert connection.execute("SELECT %s::int4 + 1", [i], prepare=True).fetchone() == (i + 1,)


def test_copy(connection):
    connection.execute("DROP TABLE IF EXISTS cp")
    connection.execute("CREATE TABLE cp (a int, b text)")
    with connection.cursor().copy("COPY cp FROM STDIN") as copy:
        for i in range(1000):
            copy.write_row((i, None if i % 10 == 0 else f"row\t{i}\n\\x"))
    assert connection.execute("SELECT count(*), count(b) FROM cp").fetchone() == (1000, 900)
    with connection.cursor().copy("COPY (SELECT a, b FROM cp ORDER BY a) TO STDOUT") as copy:
        rows = list(copy.rows())
    assert rows[0] == ("0", None) and rows[1] == ("1", "row\t1\n\\x") and len(rows) == 1000
    with pytest.raises(psycopg.errors.InvalidTextRepresentation):
        with connection.cursor().copy("COPY cp FROM STDIN") as copy:
            copy.write("1\tok\nx\tbad\n")
    assert connection.execute("SELECT count(*) FROM cp").fetchone()[0] == 1000
    connection.execute("DROP TABLE cp")


def test_description(connection):
    cur = connection.execute("SELECT 1::int2 AS a, 'x'::varchar(7) AS b, 1.5::numeric(6,2) AS c, now()::timestamp(3) AS d")
    assert [(d.name, d.type_code) for d in cur.description] == [("a", 21), ("b", 1043), ("c", 1700), ("d", 1114)]
    assert cur.description[1].display_size == 7
    assert (cur.description[2].precision, cur.description[2].scale) == (6, 2)


def test_type_info(connection):
    info = psycopg.types.TypeInfo.fetch(connection, "jsonb")
    assert (info.oid, info.array_oid) == (3802, 3807)


def test_notices(connection):
    seen = []
    connection.add_notice_handler(lambda notice: seen.append(notice.message_primary))
    connection.execute("DROP TABLE IF EXISTS no_such_table")
    assert seen[0] == 'table "no_such_table" does not exist, skipping'
