"""What a server makes of many random values of a type: digests that two servers can be compared by.

Shared by tools/record-properties (PostgreSQL 15) and tests/test_properties.py (Litephant).
"""

import hashlib
import pathlib
import random
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "tests"))
import random_values  # noqa: E402

NO_MIN_MAX = {"bool", "uuid", "jsonb", "bit(12)", "varbit", "bytea", "macaddr", "macaddr8", "pair"}


def digest(blocks):
    h = hashlib.sha1()
    for block in blocks:
        h.update(block)
    return h.hexdigest()[:16]


def copy_out(cursor, sql):
    with cursor.copy(sql) as copy:
        return [bytes(block) for block in copy]


def one(cursor, sql):
    return random_values.copy_escape(str(cursor.execute(sql).fetchone()[0]))


def examine(connection, name, n):
    """One line a property: what is asked, and the answer."""
    values = random_values.values(name, n)
    out = []
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS p, q, u; CREATE TABLE p (id int, v {name}); CREATE TABLE q (id int, v {name}); "
                       f"CREATE TABLE u (v {name} UNIQUE)")
        with cursor.copy("COPY p FROM STDIN") as copy:
            for i in range(0, n, 1000):
                copy.write("".join(f"{k}\t{random_values.copy_escape(v)}\n" for k, v in enumerate(values[i:i + 1000], i)))
        out.append(("text", digest(copy_out(cursor, "COPY (SELECT v FROM p ORDER BY id) TO STDOUT"))))
        binary = copy_out(cursor, "COPY (SELECT id, v FROM p ORDER BY id) TO STDOUT (FORMAT binary)")
        # The OIDs of user types are the server's own.
        mine = name in ("color[]", "pair", "color")
        if not mine:
            out.append(("binary", digest(binary)))
        with cursor.copy("COPY q FROM STDIN (FORMAT binary)") as copy:
            for block in binary:
                copy.write(block)
        out.append(("binary in", digest(copy_out(cursor, "COPY (SELECT v FROM q ORDER BY id) TO STDOUT"))))
        out.append(("order", digest(copy_out(cursor, "COPY (SELECT id FROM p ORDER BY v, id) TO STDOUT"))))
        out.append(("order desc", digest(copy_out(cursor, "COPY (SELECT id FROM p ORDER BY v DESC, id) TO STDOUT"))))
        if name not in NO_MIN_MAX and not name.endswith("range"):
            out.append(("min, max", one(cursor, "SELECT concat_ws(' ', min(v)::text, max(v)::text) FROM p")))
        out.append(("distinct", one(cursor, "SELECT count(DISTINCT v) FROM p")))
        # Of values that are equal and yet print differently, which one is kept is nobody's promise.
        out.append(("groups", digest(copy_out(cursor, "COPY (SELECT count(*), min(id) FROM p GROUP BY v ORDER BY v) TO STDOUT"))))
        cursor.execute("INSERT INTO u SELECT v FROM p ON CONFLICT DO NOTHING")
        out.append(("unique", str(cursor.rowcount)))
        cursor.execute("CREATE INDEX ON p (v); ANALYZE p")
        r = random.Random(name)
        counts = []
        for _ in range(10):
            low, high = (f"'{v}'::{name}" for v in (w.replace("'", "''") for w in r.sample(values, 2)))
            if name == '"char"':
                low, high = low.replace('::"char"', '::"char"'), high
            cursor.execute(f"SELECT count(*) FROM p WHERE v >= {low} AND v < {high}")
            between = cursor.fetchone()[0]
            cursor.execute(f"SELECT count(*) FROM p WHERE v = {low}")
            equal = cursor.fetchone()[0]
            cursor.execute(f"SELECT count(*) FROM p WHERE v > {high}")
            counts.append(f"{between} {equal} {cursor.fetchone()[0]}")
        out.append(("index ranges", "; ".join(counts)))
    return out
