"""tests/sql/NAME.sql on Litephant must answer as PostgreSQL 15 did (NAME.out, by tools/record-sql), but for NAME.known."""

import difflib
import pathlib
import re

import pytest

import oracle
import sqltest

from harness import DATA, SLOW

HERE = pathlib.Path(__file__).resolve().parent / "sql"
SCRIPTS = [sqltest.Script(p) for p in sorted(HERE.glob("*.sql"))]


@pytest.fixture(scope="module")
def psql_to(shared_server):
    return sqltest.Psql("127.0.0.1", shared_server.port)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("script", SCRIPTS, ids=lambda s: s.path.stem)
def test_sql(psql_to, script):
    for data in script.data:
        if not (DATA / data).exists():
            pytest.skip(f"needs the data set {data} (LITEPHANT_TEST_DATA)")
    got = sqltest.play(psql_to, script, DATA, timeout=120 * SLOW)
    if script.wire:
        c = sqltest.compare(script, got)
        if c.differences or c.gone:
            pytest.fail(f"{c.agreed} of {c.total} agree; - PostgreSQL 15, + Litephant\n{c.report()}", pytrace=False)
    else:
        expected = sqltest.apply_known(script.beside(".out"), script.beside(".known"))
        if got != expected:
            diff = difflib.unified_diff(expected.splitlines(), got.splitlines(), "PostgreSQL 15", "Litephant", lineterm="")
            pytest.fail("\n".join(list(diff)[:200]), pytrace=False)


def recorded(area):
    """Statements of an area and how many of them differ, as the files have it: test_sql holds the files to the servers."""
    scripts = [s for s in SCRIPTS if s.wire and s.area == area]
    return (sum(len(oracle.read_blocks(s.beside(".out"))) for s in scripts),
            sum(len(oracle.read_blocks(s.beside(".known"))) for s in scripts))


FLOOR = re.findall(r"(?m)^(\w+) +(\d+) +([\d.]+)$", (HERE / "agreement").read_text())


@pytest.mark.parametrize("area, statements, agreement", FLOOR)
def test_agreement_only_rises(area, statements, agreement):
    areas = sorted({s.area for s in SCRIPTS if s.wire}) if area == "total" else [area]
    n, differing = (sum(x) for x in zip(*map(recorded, areas)))
    assert n >= int(statements), f"{area}: statements were taken away"
    assert 100 * (n - differing) / n >= float(agreement), f"{area}: {differing} of {n} differ"


def test_every_difference_has_a_reason():
    for script in SCRIPTS:
        for known, why in oracle.read_blocks(script.beside(".known")) if script.wire else []:
            assert len(why) > 10, f"{script.path.stem}: {known.statement}"
