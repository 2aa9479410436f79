"""tests/sql/NAME.sql through psql must print, byte for byte, what PostgreSQL 15 printed (NAME.out, by tools/record-sql)."""

import difflib
import pathlib

import pytest

import sqltest

from harness import DATA, SLOW

HERE = pathlib.Path(__file__).resolve().parent / "sql"


@pytest.fixture(scope="module")
def psql_to(shared_server):
    return sqltest.Psql("127.0.0.1", shared_server.port)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", sorted(p.stem for p in HERE.glob("*.sql")))
def test_sql(psql_to, name):
    script = sqltest.Script(HERE / f"{name}.sql")
    for data in script.data:
        if not (DATA / data).exists():
            pytest.skip(f"needs the data set {data} (LITEPHANT_TEST_DATA)")
    expected = (HERE / f"{name}.out").read_text()
    got = sqltest.play(psql_to, script, DATA, timeout=120 * SLOW)
    known = HERE / f"{name}.known"
    if known.exists():
        expected = sqltest.apply_known(expected, known.read_text())
    if got != expected:
        diff = difflib.unified_diff(expected.splitlines(), got.splitlines(), "PostgreSQL 15", "Litephant", lineterm="")
        pytest.fail("\n".join(list(diff)[:200]), pytrace=False)
