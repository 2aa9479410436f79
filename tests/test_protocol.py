"""The extended protocol message by message."""

import struct

import pytest

from wire import SYNC, Wire, bind, errors, execute, kinds, message, parse, query, startup


@pytest.fixture
def wire(shared_server):
    with Wire(shared_server.port) as w:
        yield w.login()


def test_simple_query_with_many_statements(wire):
    wire.send(query("SELECT 1; SELECT 2; ; CREATE TEMP TABLE t1 (x int); INSERT INTO t1 VALUES (1)"))
    assert kinds(wire.until()) == "TDCTDCCCZ"
    wire.send(query(""))
    assert kinds(wire.until()) == "IZ"
    wire.send(query(" -- nothing\n"))
    assert kinds(wire.until()) == "IZ"


def test_an_error_undoes_the_implicit_transaction(wire):
    wire.send(query("CREATE TABLE imp (x int)"))
    wire.until()
    wire.send(query("INSERT INTO imp VALUES (1); SELECT 1 / (x - 1) FROM imp; INSERT INTO imp VALUES (2)"))
    messages = wire.until()
    assert kinds(messages) == "CTEZ" and errors(messages)[0]["C"] == "22012"
    wire.send(query("SELECT count(*) FROM imp"))
    assert wire.until()[1][1].endswith(b"0")
    wire.send(query("DROP TABLE imp"))
    wire.until()


def test_exactly_one_ready_for_each_sync(wire):
    wire.send(parse(b"", "SELECT 1/0"), bind(b"", b""), execute(), parse(b"", "SELECT 1"), bind(b"", b""), execute(), SYNC, SYNC,
              parse(b"", "SELECT 5"), bind(b"", b""), execute(), SYNC)
    first, second, third = wire.until(), wire.until(), wire.until()
    assert kinds(first) in ("12EZ", "1EZ") and kinds(second) == "Z" and kinds(third) == "12DCZ"


def test_row_limits_suspend_the_portal(wire):
    wire.send(parse(b"s", "SELECT g FROM generate_series(1, 5) g"), bind(b"p", b"s"), execute(b"p", 2), execute(b"p", 2),
              execute(b"p", 2), SYNC)
    assert kinds(wire.until()) == "12DDsDDsDCZ"
    wire.send(execute(b"p", 1), SYNC)
    messages = wire.until()
    assert errors(messages)[0]["C"] == "34000"


def test_describe(wire):
    wire.send(parse(b"d", "SELECT $1::int4 AS a, $2 || 'x' AS b"), message(b"D", b"Sd\0"),
              bind(b"dp", b"d", [b"1", b"y"]), message(b"D", b"Pdp\0"), parse(b"n", "BEGIN"), message(b"D", b"Sn\0"), SYNC)
    messages = wire.until()
    assert kinds(messages) == "1tT2T1tnZ"
    assert messages[1][1] == struct.pack("!HII", 2, 23, 25)


def test_flush_and_close(wire):
    wire.send(parse(b"c", "SELECT 1"), message(b"H"))
    assert wire.read()[0] == "1"
    wire.send(message(b"C", b"Sc\0"), message(b"C", b"Pnever\0"), SYNC)
    assert kinds(wire.until()) == "33Z"
    wire.send(bind(b"", b"c"), SYNC)
    assert errors(wire.until())[0]["C"] == "26000"


def test_binary_parameters_and_results(wire):
    wire.send(parse(b"", "SELECT $1::int4 + 1, $2::text", [23, 25]),
              bind(b"", b"", [struct.pack("!i", 41), b"hi"], [1, 0], [1]), execute(), SYNC)
    messages = wire.until()
    assert kinds(messages) == "12DCZ"
    assert messages[2][1] == struct.pack("!HIiI", 2, 4, 42, 2) + b"hi"


def test_errors_of_the_extended_protocol(wire):
    cases = [
        ((parse(b"", "SELECT $1::int4"), bind(b"", b"", [])), "08P01"),
        ((bind(b"", b"no such"),), "26000"),
        ((execute(b"no such"),), "34000"),
        ((parse(b"", "SELECT 1; SELECT 2"),), "42601"),
        ((parse(b"", "SELECT $1"), message(b"D", b"S\0")), None),
        ((parse(b"", "SELECT $1::int4"), bind(b"", b"", [b"abc"])), "22P02"),
        ((parse(b"", "SELECT $1::int4", [23]), bind(b"", b"", [b"abc"], [1])), "08P01"),
        ((parse(b"", "SELECT $1::int4", [23]), bind(b"", b"", [b"abcde"], [1])), "22P03"),
        ((parse(b"dup", "SELECT 1"), parse(b"dup", "SELECT 1")), "42P05"),
    ]
    for parts, sqlstate in cases:
        wire.send(*parts, SYNC)
        messages = wire.until()
        assert messages[-1][0] == "Z"
        if sqlstate:
            assert errors(messages)[0]["C"] == sqlstate, (parts, errors(messages))
    wire.send(query("SELECT 1"))
    assert kinds(wire.until()) == "TDCZ"


def test_function_call_is_refused(wire):
    wire.send(message(b"F", struct.pack("!IHHH", 1598, 0, 0, 0)))
    messages = wire.until()
    assert kinds(messages) == "EZ" and errors(messages)[0]["C"] == "0A000"


def test_a_transaction_block_over_the_extended_protocol(wire):
    for text, status in (("BEGIN", b"T"), ("SELECT 1", b"T"), ("COMMIT", b"I")):
        wire.send(parse(b"", text), bind(b"", b""), execute(), SYNC)
        assert wire.until()[-1] == ("Z", status)


def test_protocol_negotiation(shared_server):
    with Wire(shared_server.port) as w:
        w.send(startup(196608 + 2, user="postgres", database="postgres", **{"_pq_.something": "x"}))
        messages = w.until()
        assert kinds(messages)[0] == "v" and messages[-1][0] == "Z"
    with Wire(shared_server.port) as w:
        w.send(startup(4 << 16, user="postgres"))
        assert errors(w.until())[0]["C"] == "0A000"


def test_ssl_and_gss_requests_are_answered_no(shared_server):
    with Wire(shared_server.port) as w:
        for code in (80877104, 80877103):
            w.send(struct.pack("!II", 8, code))
            assert w._need(1) == b"N"
        w.login()


def test_parameter_status(shared_server):
    with Wire(shared_server.port) as w:
        w.send(startup(user="postgres", database="postgres", application_name="me"))
        status = dict(p.split(b"\0")[:2] for k, p in w.until() if k == "S")
        assert status[b"server_version"].startswith(b"15.")
        assert status[b"application_name"] == b"me" and status[b"client_encoding"] == b"UTF8"
        assert status[b"integer_datetimes"] == b"on" and status[b"standard_conforming_strings"] == b"on"
        w.send(query("SET TimeZone TO 'Europe/Berlin'"))
        assert ("S", b"TimeZone\0Europe/Berlin\0") in w.until()


def test_copy_in_over_the_wire(wire):
    wire.send(query("CREATE TEMP TABLE ci (a int, b text)"))
    wire.until()
    wire.send(query("COPY ci FROM STDIN"))
    assert wire.read()[0] == "G"
    wire.send(message(b"d", b"1\tone\n2\t"), message(b"d", b"two\n"), message(b"c"))
    messages = wire.until()
    assert messages[0] == ("C", b"COPY 2\0")
    wire.send(query("COPY ci FROM STDIN"))
    assert wire.read()[0] == "G"
    wire.send(message(b"f", b"changed my mind\0"))
    messages = wire.until()
    assert errors(messages)[0]["C"] == "57014"
    wire.send(query("COPY ci TO STDOUT"))
    assert kinds(wire.until()) == "HddcCZ"
