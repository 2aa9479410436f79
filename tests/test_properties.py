"""100,000 random values of each type: what comes out, in what order, how many differ, what an index finds, as PostgreSQL 15 has it
(properties.tsv, by tools/record-properties)."""

import collections
import pathlib

import pytest

import properties
import random_values

from harness import SLOW

RECORDED = collections.defaultdict(list)
for line in pathlib.Path(__file__).with_name("properties.tsv").read_text().splitlines():
    name, n, what, answer = line.split("\t")
    RECORDED[name, int(n)].append((what, answer))


@pytest.fixture(scope="module")
def connection(shared_server):
    c = shared_server.connect(autocommit=True)
    c.execute("SET TimeZone = 'UTC'")
    for statement in random_values.SETUP:
        c.execute(statement)
    yield c
    c.close()


@pytest.mark.timeout(240)
@pytest.mark.parametrize("name", list(random_values.GENERATORS))
def test_type(connection, name):
    n = 100000 if SLOW == 1 else 1000
    assert sorted(properties.examine(connection, name, n)) == sorted(RECORDED[name, n])
