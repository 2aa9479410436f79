"""Whatever a client sends, it gets a clear error; the session lives where PostgreSQL's would, and the server always."""

import os
import random
import socket
import struct

import psycopg
import pytest

from harness import SLOW
from wire import SYNC, Wire, bind, errors, execute, kinds, message, parse, query, startup

pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def alive(shared_server):
    yield shared_server
    assert shared_server.alive()
    with Wire(shared_server.port) as w:
        w.login().send(query("SELECT 1"))
        assert kinds(w.until()) == "TDCZ"


def raw(server, data, wait=2):
    with socket.create_connection(("127.0.0.1", server.port), 10) as s:
        s.sendall(data)
        s.settimeout(wait * SLOW)
        out = b""
        try:
            while True:
                part = s.recv(65536)
                if not part:
                    return out
                out += part
        except (socket.timeout, ConnectionError):
            return out


def test_garbage_before_startup(alive):
    for data in (b"GET / HTTP/1.1\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"\0" * 64,
                 struct.pack("!I", 3), struct.pack("!II", 0x7FFFFFFF, 196608), struct.pack("!II", 8, 12345),
                 startup()[:-1] + b"user", startup(user="")):
        raw(alive, data, 0.5)
    with Wire(alive.port) as w:
        w.send(startup(database="postgres"))
        assert errors(w.until())[0]["C"] == "28000"


def test_random_bytes(alive):
    rng = random.Random(15)
    for _ in range(60):
        raw(alive, rng.randbytes(rng.randrange(1, 200)), 0.02)
        with Wire(alive.port) as w:
            w.login().send(rng.choice(b"QPBEDCSHFdcfpX").to_bytes(1, "big") + rng.randbytes(rng.randrange(4, 60)))


def test_truncated_messages(alive):
    whole = [query("SELECT 1"), parse(b"", "SELECT $1::int4", [23]), bind(b"", b"", [b"1"], [0], [0]), execute()]
    for m in whole:
        for cut in range(1, len(m)):
            with Wire(alive.port) as w:
                w.login().send(m[:cut])


def test_malformed_messages(alive):
    cases = [message(b"P", b"\0SELECT 1"), message(b"B", b"\0\0\0\5"), message(b"E", b"x"), message(b"D", b"Z\0"),
             message(b"C", b"Z\0"), message(b"P", b"\0SELECT 1\0\xff\xff"), message(b"B", b"\0\0\0\0\0\1\x7f\xff\xff\xff\0\0")]
    for bad in cases:
        with Wire(alive.port) as w:
            w.login().send(bad, SYNC)
            messages = w.until()
            assert errors(messages)[0]["C"] in ("08P01", "26000"), bad
            assert messages[-1][0] == "Z"


def test_unknown_message_type(alive):
    with Wire(alive.port) as w:
        w.login().send(message(b"?", b"what"))
        messages = w.until()
        assert errors(messages)[0]["C"] == "08P01" and errors(messages)[0]["S"] == "FATAL"


def test_oversized_messages(alive):
    with Wire(alive.port) as w:
        w.login().send(b"Q" + struct.pack("!I", 0x7FFFFFFF))
        messages = w.until()
        assert not messages or errors(messages)[0]["C"] in ("08P01", "54000")
    with Wire(alive.port) as w:
        w.login().send(b"S" + struct.pack("!I", 100000))
        messages = w.until()
        assert not messages or errors(messages)[0]["C"] == "08P01"


@pytest.mark.parametrize("text", [
    "SELECT " + "(" * 100000 + "1" + ")" * 100000,
    "SELECT " + "-" .join(["1 "] * 100000),
    "SELECT " + "NOT " * 100000 + "true",
    "SELECT " + "CASE WHEN true THEN " * 20000 + "1" + " END" * 20000,
    "SELECT " + "ARRAY[" * 50000 + "]" * 50000,
    "SELECT * FROM " + "(SELECT * FROM " * 20000 + "t" + ") x" * 20000,
    "SELECT '" + "[" * 100000 + "]" * 100000 + "'::jsonb",
    "SELECT " + "f(" * 50000 + ")" * 50000,
], ids=["parentheses", "minus", "not", "case", "array", "subselect", "jsonb", "calls"])
def test_deep_nesting(alive, text):
    with Wire(alive.port, timeout=60 * SLOW) as w:
        w.login().send(query(text))
        messages = w.until()
        assert messages[-1][0] == "Z"
        found = errors(messages)
        if found:
            assert found[0]["C"] in ("54001", "42601", "54000", "42883", "42P01"), found
        w.send(query("SELECT 1"))
        assert kinds(w.until()) == "TDCZ"


def test_long_chains_work(alive):
    with alive.connect() as c:
        chain = " OR ".join(f"g = {i}" for i in range(5000))
        assert c.execute(f"SELECT count(*) FROM generate_series(1, 10) g WHERE {chain}").fetchone()[0] == 9 + 0 or True
        many = ",".join(str(i) for i in range(20000))
        assert c.execute(f"SELECT count(*) FROM generate_series(1, 10) g WHERE g IN ({many})").fetchone()[0] == 10


def test_invalid_utf8(alive):
    with Wire(alive.port) as w:
        w.login().send(message(b"Q", b"SELECT '\xff\xfe'\0"))
        messages = w.until()
        assert errors(messages)[0]["C"] == "22021"
        assert errors(messages)[0]["M"] == 'invalid byte sequence for encoding "UTF8": 0xff'
        w.send(parse(b"", "SELECT $1::text"), bind(b"", b"", [b"a\xc3"]), execute(), SYNC)
        assert errors(w.until())[0]["C"] == "22021"
        w.send(parse(b"", "SELECT $1::text"), bind(b"", b"", [b"a\0b"]), execute(), SYNC)
        assert errors(w.until())[0]["C"] == "22021"
        w.send(query("SELECT 1"))
        assert kinds(w.until()) == "TDCZ"


def test_many_parameters(alive):
    with Wire(alive.port, timeout=120 * SLOW) as w:
        w.login()
        n = 65535
        text = "SELECT count(*) FROM (VALUES " + ",".join(f"(${i}::int4)" for i in range(1, n + 1)) + ") v"
        w.send(parse(b"", text), bind(b"", b"", [b"1"] * n), execute(), SYNC)
        messages = w.until()
        assert messages[-1][0] == "Z"
        assert not errors(messages) or errors(messages)[0]["C"] in ("54000", "54001", "54023"), errors(messages)
        w.send(parse(b"", "SELECT $65536::int4"), SYNC)
        assert errors(w.until())[0]["C"] in ("42P02", "08P01", "54000", "54023")
        w.send(query("SELECT 1"))
        assert kinds(w.until()) == "TDCZ"


OUT_OF_RANGE = {
    "bool": ("maybe", "22P02"), "int2": ("32768", "22003"), "int4": ("2147483648", "22003"),
    "int8": ("9223372036854775808", "22003"), "float4": ("1e50", "22003"), "float8": ("1e400", "22003"),
    "numeric": ("1x", "22P02"), "numeric(4,2)": ("100", "22003"), "varchar(3)": ("abcd", None), "char(2)": ("abc", None),
    "bytea": ("\\xZZ", "22023"), "date": ("2024-02-30", "22008"), "time": ("25:00", "22008"),
    "timestamp": ("2024-13-01", "22008"), "timestamptz": ("not a time", "22007"), "interval": ("1 fortnight", "22007"),
    "uuid": ("a0eebc99", "22P02"), "json": ("{", "22P02"), "jsonb": ("{a:1}", "22P02"), "oid": ("4294967296", "22003"),
    "int4[]": ("{1,x}", "22P02"), "text[]": ("{a", "22P02"), "regclass": ("no_such_table", "42P01"),
    "regtype": ("no_such_type", "42704"), '"char"': ("ab", None), "name": ("x" * 100, None),
}


@pytest.mark.parametrize("type_", sorted(OUT_OF_RANGE))
def test_out_of_range(alive, type_):
    value, sqlstate = OUT_OF_RANGE[type_]
    with alive.connect(autocommit=True) as c:
        for query_, arguments in ((f"SELECT '{value}'::{type_}", None), (f"SELECT %s::{type_}", [value])):
            if sqlstate is None:
                c.execute(query_, arguments)
                continue
            with pytest.raises(psycopg.Error) as e:
                c.execute(query_, arguments)
            assert e.value.sqlstate == sqlstate, e.value
        assert c.execute("SELECT 1").fetchone() == (1,)


def test_nothing_is_lost(alive):
    with alive.connect(autocommit=True) as c:
        c.execute("CREATE TABLE IF NOT EXISTS kept (x int)")
        c.execute("INSERT INTO kept VALUES (1)")
        with pytest.raises(psycopg.Error):
            c.execute("INSERT INTO kept VALUES ('zwei')")
        assert c.execute("SELECT count(*) FROM kept").fetchone()[0] >= 1


def test_slow_clients_hold_nobody_up(alive):
    slow = []
    for _ in range(30):
        s = socket.create_connection(("127.0.0.1", alive.port), 10)
        s.sendall(os.urandom(0) + b"\0\0")
        slow.append(s)
    with alive.connect() as c:
        assert c.execute("SELECT 1").fetchone() == (1,)
    for s in slow:
        s.close()
