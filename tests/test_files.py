"""Files outside our control: missing, not a database, locked by another process."""

import sqlite3
import subprocess
import time

import psycopg
import pytest

from harness import Server


def refusal(tmp_path, file):
    server = Server(tmp_path, file=file, wait=False)
    r = subprocess.run(server.command(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, timeout=60)
    assert r.returncode == 1
    return r.stdout.decode()


def test_not_a_database(tmp_path):
    file = tmp_path / "text.db"
    file.write_text("This is no database, only text.\n" * 100)
    before = file.read_bytes()
    assert f'file "{file}" is not a database' in refusal(tmp_path, file)
    assert file.read_bytes() == before


def test_missing_directory(tmp_path):
    file = tmp_path / "none" / "x.db"
    assert f'could not open file "{file}": No such file or directory' in refusal(tmp_path, file)


def test_a_directory(tmp_path):
    assert "is not a regular file" in refusal(tmp_path, tmp_path)


def test_locked_by_another_process(make_server, tmp_path):
    file = tmp_path / "shared.db"
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("PRAGMA journal_mode = WAL")
    other.execute("CREATE TABLE t (x INTEGER)")
    server = make_server(file=file, options=["-c", "busy_timeout=200"])
    with server.connect("shared", autocommit=True) as c:
        other.execute("BEGIN IMMEDIATE")
        assert c.execute("SELECT count(*) FROM t").fetchone() == (0,)
        with pytest.raises(psycopg.Error) as e:
            c.execute("INSERT INTO t VALUES (1)")
        assert e.value.sqlstate == "55P03"
        other.execute("COMMIT")
        c.execute("INSERT INTO t VALUES (1)")
        assert other.execute("SELECT x FROM t").fetchall() == [(1,)]


def test_sees_what_another_process_does(make_server, tmp_path):
    file = tmp_path / "both.db"
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("CREATE TABLE a (x INTEGER)")
    server = make_server(file=file)
    with server.connect("both", autocommit=True) as c:
        other.execute("INSERT INTO a VALUES (7)")
        assert c.execute("SELECT x FROM a").fetchone() == (7,)
        other.execute("CREATE TABLE b (y TEXT)")
        other.execute("INSERT INTO b VALUES ('new')")
        for _ in range(200):
            try:
                assert c.execute("SELECT y FROM b").fetchone() == ("new",)
                break
            except psycopg.errors.UndefinedTable:  # looked for every few milliseconds
                time.sleep(0.02)
        else:
            pytest.fail("the table of another process never appeared")
