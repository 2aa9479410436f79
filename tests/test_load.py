"""Real schemas with real data load whole, and the file stays a good SQLite file."""

import subprocess

import pytest

from harness import need


def sqlite3(file, sql):
    r = subprocess.run([need("sqlite3"), "-readonly", str(file), sql], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                       timeout=60)
    return r.stdout.decode().strip()


@pytest.mark.timeout(300)
def test_chinook(server, data_file):
    out = server.psql("-v", "ON_ERROR_STOP=1", "-f", str(data_file("chinook.sql")))
    assert "ERROR" not in out
    assert server.psql("-Atc", "SELECT count(*) FROM playlist_track", database="chinook").strip() == "8715"
    server.stop()
    file = server.directory / "data" / "chinook.db"
    assert sqlite3(file, "PRAGMA integrity_check") == "ok"
    assert sqlite3(file, "PRAGMA foreign_key_check") == ""
    assert sqlite3(file, "SELECT count(*) FROM track") == "3503"
    assert sqlite3(file, "SELECT invoice_date, total FROM invoice WHERE invoice_id = 1") == "2021-01-01 00:00:00|1.98"
    assert sqlite3(file, "SELECT name FROM artist WHERE artist_id = 1") == "AC/DC"


@pytest.mark.timeout(300)
def test_world_latin1(server, data_file):
    server.psql("-qc", "CREATE DATABASE world")
    out = server.psql("-v", "ON_ERROR_STOP=1", "-f", str(data_file("world.sql")), database="world")
    assert "ERROR" not in out
    assert server.psql("-Atc", "SELECT name FROM city WHERE id = 33", database="world").strip() == "Willemstad"
    assert server.psql("-Atc", "SELECT district FROM city WHERE id = 33", database="world").strip() == "Curaçao"
    server.stop()
    file = server.directory / "data" / "world.db"
    assert sqlite3(file, "PRAGMA integrity_check") == "ok"
    assert sqlite3(file, "SELECT district FROM city WHERE id = 33") == "Curaçao"
    assert sqlite3(file, "SELECT gnp FROM country WHERE code = 'NLD'") == "371362.00"


def test_adopts_a_plain_sqlite_file(make_server, tmp_path):
    file = tmp_path / "plain.db"
    subprocess.run([need("sqlite3"), str(file),
                    "CREATE TABLE people(id INTEGER PRIMARY KEY, name VARCHAR(20) NOT NULL, born DATE, score REAL, photo BLOB,"
                    " extra); INSERT INTO people VALUES (1, 'Ann', '1990-02-03', 1.5, x'0102', 'x'),"
                    " (2, 'Bob', NULL, 2, NULL, 7);"], check=True)
    server = make_server(file=file)
    out = server.psql("-Atc", "SELECT id, name, born, score, photo FROM people ORDER BY id", database="plain")
    assert out.splitlines() == ["1|Ann|1990-02-03|1.5|\\x0102", "2|Bob||2|"]
    out = server.psql("-Atc", "SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute"
                      " WHERE attrelid = 'people'::regclass AND attnum > 0 ORDER BY attnum", database="plain")
    assert out.splitlines()[:3] == ["id|bigint", "name|character varying(20)", "born|date"]
    server.psql("-qc", "INSERT INTO people(name) VALUES ('Cy')", database="plain")
    assert server.psql("-Atc", "SELECT max(id) FROM people", database="plain").strip() == "3"
    server.stop()
    assert sqlite3(file, "SELECT count(*) FROM people") == "3"
