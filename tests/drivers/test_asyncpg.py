"""asyncpg: everything binary, prepared and introspected."""

import asyncio
import json
import uuid

import asyncpg
import pytest

from values import LITERALS, PYTHON

pytestmark = pytest.mark.timeout(180)


def run(server, body):
    async def go():
        c = await asyncpg.connect(host="127.0.0.1", port=server.port, user="postgres", database="postgres", timeout=30)
        try:
            await body(c)
        finally:
            await c.close()

    asyncio.run(go())


@pytest.mark.parametrize("type_", sorted(PYTHON))
def test_round_trip(shared_server, type_):
    async def body(c):
        for value in PYTHON[type_] + [None]:
            assert await c.fetchval(f"SELECT $1::{type_}", value) == value

    run(shared_server, body)


@pytest.mark.parametrize("type_", sorted(LITERALS))
def test_results(shared_server, type_):
    async def body(c):
        for literal in LITERALS[type_]:
            value = await c.fetchval("SELECT '%s'::%s" % (literal.replace("'", "''"), type_))
            assert value is not None
            assert await c.fetchval(f"SELECT $1::{type_} IS NULL", None) is True

    run(shared_server, body)


def test_json(shared_server):
    async def body(c):
        await c.set_type_codec("jsonb", encoder=json.dumps, decoder=json.loads, schema="pg_catalog")
        assert await c.fetchval("SELECT $1::jsonb", {"b": 1, "a": [None]}) == {"a": [None], "b": 1}

    run(shared_server, body)


def test_executemany_copy_and_cursor(shared_server):
    async def body(c):
        await c.execute("CREATE TABLE am (id int PRIMARY KEY, u uuid, t text)")
        await c.executemany("INSERT INTO am VALUES ($1, $2, $3)", [(i, uuid.UUID(int=i), f"t{i}") for i in range(300)])
        assert await c.fetchval("SELECT count(*) FROM am") == 300
        async with c.transaction():
            n = 0
            async for row in c.cursor("SELECT * FROM am ORDER BY id", prefetch=50):
                assert row["u"] == uuid.UUID(int=n)
                n += 1
            assert n == 300
        with pytest.raises(asyncpg.UniqueViolationError) as e:
            await c.execute("INSERT INTO am VALUES (1)")
        assert e.value.constraint_name == "am_pkey"
        await c.execute("DROP TABLE am")

    run(shared_server, body)


def test_prepared_statement_attributes(shared_server):
    async def body(c):
        s = await c.prepare("SELECT $1::int4 + 1 AS x, $2::text AS y")
        assert [p.name for p in s.get_parameters()] == ["int4", "text"]
        assert [(a.name, a.type.name) for a in s.get_attributes()] == [("x", "int4"), ("y", "text")]
        assert await s.fetchrow(1, "z") == (2, "z")

    run(shared_server, body)


def test_introspection_of_a_table_type(shared_server):
    async def body(c):
        await c.execute("CREATE TABLE comp (a int, b text)")
        rows = await c.fetch("SELECT comp FROM comp")
        assert rows == []
        await c.execute("DROP TABLE comp")

    run(shared_server, body)


def test_nested_transactions(shared_server):
    async def body(c):
        await c.execute("CREATE TABLE nt (x int)")
        async with c.transaction():
            await c.execute("INSERT INTO nt VALUES (1)")
            with pytest.raises(asyncpg.DivisionByZeroError):
                async with c.transaction():
                    await c.execute("INSERT INTO nt VALUES (2)")
                    await c.fetchval("SELECT 1 / 0")
            await c.execute("INSERT INTO nt VALUES (3)")
        assert [r["x"] for r in await c.fetch("SELECT x FROM nt ORDER BY x")] == [1, 3]
        await c.execute("DROP TABLE nt")

    run(shared_server, body)


def test_pool(shared_server):
    async def go():
        async with asyncpg.create_pool(host="127.0.0.1", port=shared_server.port, user="postgres", database="postgres",
                                       min_size=2, max_size=6) as pool:
            results = await asyncio.gather(*[pool.fetchval("SELECT $1::int", i) for i in range(50)])
        assert results == list(range(50))

    asyncio.run(go())
