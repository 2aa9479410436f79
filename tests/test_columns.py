"""A column of each type: parameters in text and in binary, read back alike, ORDER BY through its index, and the same after a restart."""

import re
import signal

import pytest

import random_values
import wire

from harness import Server, check_log

ROWS = 25
UNORDERED = {"json"}
TYPES = {**random_values.GENERATORS, "json": random_values.json_value, "regclass": lambda r: r.choice(["pg_class", "pg_type", "pg_proc"])}


def table(name):
    return "c_" + re.sub(r"\W+", "_", name)


class Session:
    """One wire session; an error in an answer is raised."""

    def __init__(self, port):
        self.wire = wire.Wire(port).login(TimeZone="UTC")

    def ask(self, *parts):
        self.wire.send(*parts, wire.SYNC)
        messages = self.wire.until()
        assert not wire.errors(messages), wire.errors(messages)
        return [columns(payload) for kind, payload in messages if kind == "D"]

    def query(self, sql, binary=False):
        return self.ask(wire.parse(b"", sql), wire.bind(b"", b"", results=(int(binary),)), wire.execute())

    def insert(self, t, rows, binary):
        parts = [wire.parse(b"", f"INSERT INTO {t} VALUES ($1, $2)")]
        for key, value in rows:
            parts += [wire.bind(b"", b"", (str(key).encode(), value), formats=(0, int(binary))), wire.execute()]
        self.ask(*parts)


def columns(payload):
    out, at = [], 2
    for _ in range(int.from_bytes(payload[:2], "big")):
        n = int.from_bytes(payload[at:at + 4], "big", signed=True)
        at += 4
        out.append(None if n < 0 else payload[at:at + n])
        at += max(n, 0)
    return out


def fill(s, name):
    """What was seen on the way."""
    t = table(name)
    r = random_values.random.Random("columns " + name)
    values = [TYPES[name](r).encode() for _ in range(ROWS)] + [None]
    s.query(f"CREATE TABLE {t} (id int PRIMARY KEY, v {name})")
    s.insert(t, enumerate(values), binary=False)
    sent = s.query(f"SELECT v FROM {t} ORDER BY id", binary=True)
    s.insert(t, enumerate((row[0] for row in sent), 1000), binary=True)
    seen = {"text": s.query(f"SELECT v::text FROM {t} WHERE id < 1000 ORDER BY id"),
            "again": s.query(f"SELECT v::text FROM {t} WHERE id >= 1000 ORDER BY id"),
            "sent": sent, "sent again": s.query(f"SELECT v FROM {t} WHERE id >= 1000 ORDER BY id", binary=True)}
    if name not in UNORDERED:
        seen["sorted"] = s.query(f"SELECT v FROM {t} ORDER BY v, v::text")
        s.query(f"CREATE INDEX {t}_v ON {t} (v)")
        seen["plan"] = "\n".join(row[0].decode() for row in s.query(f"EXPLAIN SELECT v FROM {t} ORDER BY v"))
        seen["by index"] = s.query(f"SELECT v FROM {t} ORDER BY v")
        seen["found"] = s.query(f"SELECT count(*) FROM {t} a WHERE EXISTS (SELECT FROM {t} b WHERE b.v = a.v)")
    return seen


@pytest.fixture(scope="module")
def columns_seen(tmp_path_factory):
    """For each type what was seen when it was filled, and what the server says after it was started again."""
    directory = tmp_path_factory.mktemp("columns")
    server = Server(directory)
    s = Session(server.port)
    for statement in random_values.SETUP:
        s.query(statement)
    seen, problems = {}, {}
    for name in TYPES:
        try:
            seen[name] = fill(s, name)
        except AssertionError as e:
            problems[name] = str(e)
    assert server.stop(signal.SIGINT) == 0
    server.start()
    s = Session(server.port)
    for name in seen:
        t = table(name)
        seen[name]["text after"] = s.query(f"SELECT v::text FROM {t} WHERE id < 1000 ORDER BY id")
        if name not in UNORDERED:
            seen[name]["by index after"] = s.query(f"SELECT v FROM {t} ORDER BY v")
            seen[name]["plan after"] = "\n".join(row[0].decode() for row in s.query(f"EXPLAIN SELECT v FROM {t} ORDER BY v"))
    yield seen, problems
    server.stop()
    check_log(server)


@pytest.mark.parametrize("name", list(TYPES))
def test_column(columns_seen, name):
    assert name not in columns_seen[1], columns_seen[1][name]
    seen = columns_seen[0][name]
    assert len(seen["text"]) == ROWS + 1 and seen["text"][-1] == [None]
    assert seen["again"] == seen["text"] == seen["text after"]
    assert seen["sent again"] == seen["sent"]
    if name in UNORDERED:
        return
    for plan in (seen["plan"], seen["plan after"]):
        assert table(name) + "_v" in plan and "TEMP B-TREE" not in plan, plan
    assert seen["by index after"] == seen["by index"]
    assert sorted(seen["by index"], key=str) == sorted(seen["sorted"], key=str)
    assert int(seen["found"][0][0]) == 2 * ROWS
