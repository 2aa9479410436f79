"""Random values of every type with an order, as texts that both servers read: the same for the same seed, on every machine."""

import random

DAY = "2024-01-01"


def text(r, alphabet="abcABZ09 _-éß日\t'\"\\", most=12):
    return "".join(r.choice(alphabet) for _ in range(r.randint(0, most)))


def integer(bits):
    def make(r):
        k = r.randint(1, bits - 1)
        return str(r.choice([r.randint(-2 ** k, 2 ** k - 1), r.randint(-50, 50)]))

    return make


def real(digits, low, high):
    def make(r):
        special = r.random()
        if special < 0.01:
            return r.choice(["NaN", "Infinity", "-Infinity", "0"])
        return f"{r.choice(['', '-'])}{r.uniform(1, 9.9):.{digits - 1}f}e{r.randint(low, high)}"

    return make


def numeric(r):
    special = r.random()
    if special < 0.01:
        return r.choice(["NaN", "Infinity", "-Infinity", "0", "0.000", "-0"])
    whole = "".join(r.choice("0123456789") for _ in range(r.choice([1, 1, 2, 5, 20])))
    fraction = "".join(r.choice("0123456789") for _ in range(r.choice([0, 0, 1, 2, 6, 15])))
    return r.choice(["", "-"]) + whole + ("." + fraction if fraction else "")


def date(r):
    special = r.random()
    if special < 0.01:
        return r.choice(["infinity", "-infinity"])
    year = r.choice([r.randint(1, 9999), r.randint(1990, 2030), r.randint(10000, 290000)])
    return f"{year:04}-{r.randint(1, 12):02}-{r.randint(1, 28):02}" + (" BC" if year < 4700 and r.random() < 0.2 else "")


def clock(r):
    return f"{r.randint(0, 23):02}:{r.randint(0, 59):02}:{r.randint(0, 59):02}" + r.choice(["", f".{r.randint(0, 999999):06}", ".5"])


def zone(r):
    return r.choice(["+00", "+02", "-05:30", "+14", "-12", "+05:45"])


def timestamp(r, zoned=False):
    d = date(r)
    if "inf" in d:
        return d
    day, _, era = d.partition(" ")
    return f"{day} {clock(r)}{zone(r) if zoned else ''}{' BC' if era else ''}"


def interval(r):
    parts = [f"{r.randint(-200, 200)} mons", f"{r.randint(-2000, 2000)} days", f"{r.randint(-10 ** 6, 10 ** 6)} seconds",
             f"{r.randint(-999999, 999999)} microseconds"]
    return " ".join(r.sample(parts, r.randint(1, 4)))


def json_value(r, depth=0):
    kind = r.randint(0, 7 if depth < 2 else 4)
    if kind == 0:
        return r.choice(["null", "true", "false"])
    if kind in (1, 2):
        return str(r.choice([r.randint(-20, 20), r.randint(-200, 200) / 8, r.getrandbits(70), "1.50", "1.500", "-0.0", "2e3"]))
    if kind in (3, 4):
        return '"' + "".join(r.choice("abcXYZé ") for _ in range(r.randint(0, 5))) + '"'
    if kind == 5:
        return "[" + ",".join(json_value(r, depth + 1) for _ in range(r.randint(0, 3))) + "]"
    return "{" + ",".join(f'"{r.choice("abcde") * r.randint(1, 2)}":{json_value(r, depth + 1)}' for _ in range(r.randint(0, 3))) + "}"


def bits(n=None):
    def make(r):
        return "".join(r.choice("01") for _ in range(n if n else r.randint(0, 20)))

    return make


def inet(r, network=False):
    if r.random() < 0.6:
        n = r.randint(0, 32)
        a = r.getrandbits(32) if r.random() < 0.5 else 0x0A000000 | r.getrandbits(10)
        if network:
            a &= (0xFFFFFFFF << (32 - n)) & 0xFFFFFFFF
        return ".".join(str(a >> s & 255) for s in (24, 16, 8, 0)) + (f"/{n}" if network or r.random() < 0.5 else "")
    n = r.randint(0, 128)
    a = r.getrandbits(128) if r.random() < 0.5 else 0x20010DB8 << 96 | r.getrandbits(12)
    if network:
        a &= ((1 << 128) - 1) << (128 - n) & ((1 << 128) - 1)
    return ":".join(f"{a >> s & 65535:x}" for s in range(112, -1, -16)) + (f"/{n}" if network or r.random() < 0.5 else "")


def mac(octets):
    def make(r):
        return ":".join(f"{r.choice([0, 8, 255, r.getrandbits(8)]):02x}" for _ in range(octets))

    return make


def bounds(make, key):
    """A range over what make gives, in order by key."""

    def range_(r):
        if r.random() < 0.03:
            return "empty"
        a, b = sorted((make(r), make(r)), key=key)
        a, b = (f'"{x}"' for x in (a, b))
        return (r.choice("[(") + ("" if r.random() < 0.1 else a) + "," + ("" if r.random() < 0.1 else b) + r.choice("])"))

    return range_


def modern_day(r):
    return f"{r.randint(1990, 2030)}-{r.randint(1, 12):02}-{r.randint(1, 28):02}"


def multi(make):
    return lambda r: "{" + ",".join(make(r) for _ in range(r.randint(0, 3))) + "}"


def array(make, quote=False):
    def one(r):
        if r.random() < 0.1:
            return "NULL"
        v = make(r)
        return '"' + v.replace("\\", "\\\\").replace('"', '\\"') + '"' if quote else v

    return lambda r: "{" + ",".join(one(r) for _ in range(r.randint(0, 4))) + "}"


def small(r):
    return str(r.randint(-30, 30))


def composite(r):
    return f'({small(r)},"{r.choice(["a", "b", "B b", ""])}",{r.choice(["", "1.50", "1.5", "10"])})'


# name: (SQL type, generator). The types color and pair are made by SETUP.
SETUP = ["CREATE TYPE color AS ENUM ('red', 'orange', 'yellow', 'green', 'blue', 'Violet')",
         "CREATE TYPE pair AS (n int, t text, x numeric)",
         "CREATE DOMAIN even AS int CHECK (VALUE % 2 = 0)"]
GENERATORS = {
    "bool": lambda r: r.choice("tf"),
    "int2": integer(16), "int4": integer(32), "int8": integer(64), "oid": lambda r: str(r.getrandbits(32)),
    "float4": real(7, -30, 30), "float8": real(17, -250, 250), "numeric": numeric,
    "numeric(12,3)": lambda r: f"{r.uniform(-10 ** 8, 10 ** 8):.4f}",
    "money": lambda r: f"{r.randint(-10 ** 12, 10 ** 12) / 100:.2f}",
    "text": text, "varchar(20)": text, "char(8)": lambda r: text(r, most=8), "name": text, '"char"': lambda r: r.choice("abcXYZ019"),
    "bytea": lambda r: "\\x" + r.randbytes(r.randint(0, 12)).hex(),
    "uuid": lambda r: f"{r.getrandbits(128):032x}",
    "date": date, "time": clock, "timetz": lambda r: clock(r) + zone(r), "timestamp": timestamp,
    "timestamp(0)": timestamp, "timestamptz": lambda r: timestamp(r, True), "interval": interval,
    "jsonb": json_value,
    "bit(12)": bits(12), "varbit": bits(),
    "inet": inet, "cidr": lambda r: inet(r, True), "macaddr": mac(6), "macaddr8": mac(8),
    "int4range": bounds(small, int), "int8range": bounds(lambda r: str(r.randint(-10 ** 12, 10 ** 12)), int),
    "numrange": bounds(lambda r: f"{r.uniform(-50, 50):.2f}", float), "daterange": bounds(modern_day, str),
    "tsrange": bounds(lambda r: f"{modern_day(r)} {clock(r)}", str),
    "tstzrange": bounds(lambda r: f"{modern_day(r)} {clock(r)}+00", str),
    "int4multirange": multi(bounds(small, int)), "nummultirange": multi(bounds(lambda r: f"{r.uniform(-50, 50):.1f}", float)),
    "datemultirange": multi(bounds(modern_day, str)),
    "int4[]": array(small), "text[]": array(text, True), "numeric[]": array(numeric), "timestamp[]": array(timestamp, True),
    "bool[]": array(lambda r: r.choice("tf")), "interval[]": array(interval, True), "inet[]": array(inet), "jsonb[]": array(json_value, True),
    "color": lambda r: r.choice(["red", "orange", "yellow", "green", "blue", "Violet"]),
    "color[]": array(lambda r: r.choice(["red", "orange", "yellow", "green", "blue", "Violet"])),
    "pair": composite, "even": lambda r: str(2 * r.randint(-10 ** 6, 10 ** 6)),
    "pg_lsn": lambda r: f"{r.getrandbits(20):X}/{r.getrandbits(32):X}",
}


def values(name, n):
    r = random.Random("litephant " + name)
    make = GENERATORS[name]
    return [make(r) for _ in range(n)]


def copy_escape(s):
    return s.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n")
