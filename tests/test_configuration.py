"""litephant.conf, the environment, the command line, reload, and clients that never log in."""

import signal
import time

import psycopg
import pytest

from harness import SLOW, free_port
from wire import Wire, errors, startup


def write_conf(server, text):
    (server.directory / "data").mkdir(exist_ok=True)
    (server.directory / "data" / "litephant.conf").write_text(text)


def test_the_file_is_read_and_read_again(make_server):
    server = make_server(env={"LITEPHANT_LOCK_TIMEOUT": "3s"}, options=["-c", "statement_timeout=7s"])
    with server.connect(autocommit=True) as c:
        assert c.execute("SHOW statement_timeout").fetchone() == ("7s",)
        assert c.execute("SHOW lock_timeout").fetchone() == ("3s",)
        write_conf(server, "# ours\nidle_session_timeout = '1h'  # comment\nstatement_timeout = 1\n")
        server.process.send_signal(signal.SIGHUP)
        for _ in range(200):
            if c.execute("SHOW idle_session_timeout").fetchone() == ("1h",):
                break
            time.sleep(0.02)
        else:
            pytest.fail("the file was not read again")
        assert c.execute("SHOW statement_timeout").fetchone() == ("7s",)  # the command line wins


def test_a_bad_line_is_named(make_server):
    server = make_server()
    server.stop()
    write_conf(server, "port = 1\nwhat is this\n")
    with pytest.raises(AssertionError) as e:
        server.start()
    assert 'litephant.conf" line 2' in str(e.value)


def test_authentication_timeout(make_server):
    server = make_server(options=["-c", "authentication_timeout=1", "-c", "auth_method=scram-sha-256"],
                         env={"LITEPHANT_PASSWORD": "x"})
    began = time.monotonic()
    with Wire(server.port) as silent, Wire(server.port) as half:
        half.send(startup(user="postgres", database="postgres"))
        assert half.read()[0] == "R"
        assert errors(half.until())[0]["C"] == "57014"
        assert silent.until() == []
    assert time.monotonic() - began < 10 * SLOW


def test_too_many_clients(make_server):
    server = make_server(options=["-c", "max_connections=2"])
    with server.connect(), server.connect():
        with pytest.raises(psycopg.OperationalError) as e:
            server.connect()
        assert "sorry, too many clients already" in str(e.value)


def test_unix_socket(make_server, tmp_path):
    server = make_server(options=["-k", str(tmp_path)])
    with psycopg.connect(f"host={tmp_path} port={server.port} user=postgres dbname=postgres") as c:
        assert c.execute("SELECT inet_client_addr() IS NULL").fetchone() == (True,)
    server.stop()
    assert not (tmp_path / f".s.PGSQL.{server.port}").exists()
    assert free_port()
