"""Values of every type, as PostgreSQL's literal text and as what a Python driver gives back."""

import datetime as dt
import uuid
from decimal import Decimal

UTC = dt.timezone.utc

# type, literals
LITERALS = {
    "bool": ["true", "false"],
    "int2": ["-32768", "0", "32767"],
    "int4": ["-2147483648", "7", "2147483647"],
    "int8": ["-9223372036854775808", "9223372036854775807"],
    "float4": ["1.5", "-0.5", "Infinity", "NaN"],
    "float8": ["0.1", "-1e300", "1e-300", "-Infinity", "NaN"],
    "numeric": ["0", "-12.50", "123456789012345678901234567890.123456789", "1e-20", "NaN"],
    "numeric(10,2)": ["3.14", "-99999999.99"],
    "text": ["", "plain", "naïve ☃ 🎉", "it's \"quoted\"\\n"],
    "varchar(10)": ["", "ten chars."],
    "char(5)": ["ab   ", "abcde"],
    "name": ["pg_class"],
    '"char"': ["x"],
    "bytea": ["\\x", "\\x00ff10"],
    "date": ["2024-02-29", "0001-01-01", "9999-12-31"],
    "time": ["00:00:00", "23:59:59.999999"],
    "timestamp": ["2024-02-29 12:34:56.789", "1999-12-31 23:59:59"],
    "timestamptz": ["2024-02-29 12:34:56.789+00", "1970-01-01 00:00:00+00"],
    "interval": ["1 day 02:03:04.5", "-10 days"],
    "uuid": ["a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"],
    "json": ['{"b":1, "a":[1,2,null]}', '"text"'],
    "jsonb": ['{"a": [1, 2, null], "b": 1}', "3.50"],
    "oid": ["0", "4294967295"],
    "int4[]": ["{}", "{1,NULL,3}"],
    "int8[]": ["{9223372036854775807}"],
    "text[]": ['{a,"b c",NULL,"","q\\"x"}'],
    "bool[]": ["{t,f,NULL}"],
    "float8[]": ["{1.5,-2}"],
    "numeric[]": ["{1.10,2}"],
    "date[]": ["{2024-02-29}"],
    "timestamp[]": ['{"2024-02-29 12:34:56"}'],
    "timestamptz[]": ['{"2024-02-29 12:34:56+00"}'],
    "uuid[]": ["{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}"],
    "bytea[]": ['{"\\\\x01ff"}'],
    "jsonb[]": ['{"{\\"a\\": 1}"}'],
    "varchar(3)[]": ["{abc}"],
    "interval[]": ['{"1 day"}'],
}

# type, Python values that come back as they went in
PYTHON = {
    "bool": [True, False],
    "int2": [-32768, 0, 32767],
    "int4": [-(2**31), 2**31 - 1],
    "int8": [-(2**63), 2**63 - 1],
    "float4": [1.5, -0.25],
    "float8": [0.1, -1e300, float("inf")],
    "numeric": [Decimal("-12.50"), Decimal("123456789012345678901234567890.123456789"), Decimal("0.00001")],
    "text": ["", "naïve ☃ 🎉", "it's"],
    "varchar": ["abc"],
    "bytea": [b"", b"\x00\xff\x10", bytes(range(256))],
    "date": [dt.date(2024, 2, 29), dt.date(1, 1, 1)],
    "time": [dt.time(23, 59, 59, 999999), dt.time(0)],
    "timestamp": [dt.datetime(2024, 2, 29, 12, 34, 56, 789000)],
    "timestamptz": [dt.datetime(2024, 2, 29, 12, 34, 56, 789000, UTC)],
    "interval": [dt.timedelta(days=1, hours=2, microseconds=5), dt.timedelta(days=-10)],
    "uuid": [uuid.UUID("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11")],
    "int4[]": [[1, None, 3], []],
    "text[]": [["a", "b c", None, "", 'q"x\\']],
    "float8[]": [[1.5, -2.0]],
    "date[]": [[dt.date(2024, 2, 29)]],
    "timestamptz[]": [[dt.datetime(2024, 2, 29, 12, 34, 56, tzinfo=UTC)]],
    "uuid[]": [[uuid.UUID("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11")]],
    "bool[]": [[True, False, None]],
}
