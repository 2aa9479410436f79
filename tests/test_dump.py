"""pg_dump and pg_restore of PostgreSQL 15 against this server: the dump is what PostgreSQL makes of the same schema (tests/dump),
and what is loaded from it is dumped the same again."""

import pathlib
import sys

import pytest

from harness import need, postgres_tool

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "dump"))
import dump as dumps  # noqa: E402

RECORDED = dumps.HERE


def recorded(name):
    return (RECORDED / f"{name}.out").read_bytes().decode()


def create(server, database):
    server.psql("-q", "-c", f"CREATE DATABASE {database}")
    return database


def load(server, database, *arguments, stdin=None):
    """Runs a script; every error ends it."""
    need("psql")
    dumps.run("psql", server.port, "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", database, *arguments, stdin=stdin)


def dump(server, database, *options):
    return dumps.dump(postgres_tool("pg_dump"), server.port, database, options)


def differences(got, expected):
    """Nothing, or a readable report: pytest's own takes minutes over texts of this length."""
    import difflib

    lines = list(difflib.unified_diff(expected.split("\n"), got.split("\n"), "expected", "got", lineterm="", n=2))
    return "\n".join(lines[:80])


@pytest.fixture(scope="module")
def origin(shared_server):
    """A database with the whole schema."""
    postgres_tool("pg_dump")
    need("psql")
    load(shared_server, create(shared_server, "origin"), "-f", dumps.SCHEMA)
    return "origin"


@pytest.mark.parametrize("name", dumps.WAYS)
def test_as_postgres(shared_server, origin, name):
    assert not differences(dump(shared_server, origin, *dumps.WAYS[name]), recorded(name))


@pytest.mark.parametrize("ways", [["dump"], ["schema_only", "inserts"]])
def test_load_again(shared_server, origin, ways):
    """The dump of PostgreSQL loads; a dump of what was loaded is the same dump."""
    database = create(shared_server, "again_" + ways[0])
    for way in ways:
        load(shared_server, database, stdin=recorded(way).encode())
    assert not differences(dump(shared_server, database), recorded("dump"))


@pytest.mark.parametrize("options", [[], ["--single-transaction"], ["--disable-triggers", "-j", "2"]],
                         ids=["plain", "single_transaction", "jobs"])
def test_restore(shared_server, origin, tmp_path, options):
    """pg_dump -Fc and pg_restore."""
    archive = tmp_path / "archive"
    pg_restore = postgres_tool("pg_restore")
    dumps.run(postgres_tool("pg_dump"), shared_server.port, "-Fc", "-f", archive, origin)
    database = create(shared_server, "restored_" + str(len(options)))
    dumps.run(pg_restore, shared_server.port, "--exit-on-error", *options, "-d", database, archive)
    assert not differences(dump(shared_server, database), recorded("dump"))


def test_restore_clean(shared_server, origin, tmp_path):
    """pg_restore --clean --if-exists over what is there already, from a directory."""
    archive = tmp_path / "directory"
    dumps.run(postgres_tool("pg_dump"), shared_server.port, "-Fd", "-f", archive, origin)
    database = create(shared_server, "cleaned")
    for _ in range(2):
        dumps.run(postgres_tool("pg_restore"), shared_server.port, "--exit-on-error", "--clean", "--if-exists", "-d", database, archive)
    assert not differences(dump(shared_server, database), recorded("dump"))


def test_after_restart(make_server):
    """The dump does not depend on what is only in memory."""
    postgres_tool("pg_dump")
    server = make_server()
    load(server, create(server, "kept"), "-f", dumps.SCHEMA)
    server.stop()
    server.start()
    assert not differences(dump(server, "kept"), recorded("dump"))
