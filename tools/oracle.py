"""Playing tests/sql scripts over the wire, statement by statement: what a server answers, down to OIDs and binary rows.

A script is played twice, each time in a new database: through the simple query protocol with text results, then through the
extended protocol with binary results. A .out file (recorded from PostgreSQL 15, never edited) has a block for each statement:
    > the statement
    # columns: name, type, and :typmod where there is one
    = a row: values parted by tabs, \\N for NULL
    * the command tag
    ? a notice or warning             ! an error: severity, SQLSTATE, message, then its other fields
    < a line of COPY's data           @ a parameter that the server reported
    ~ a digest of the binary rows; or, where the extended protocol answered otherwise than the simple one, that whole answer
A .known file lists accepted differences, each a block: lines "## why", the statement's lines, and the answer Litephant gives instead.
"""

import hashlib
import pathlib
import re
import struct
import sys

TOP = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TOP / "tests"))
import wire  # noqa: E402

ESCAPES = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}
FIRST_USER_OID = 16384
NEGATIVE_NAN = {700: bytes.fromhex("ffc00000"), 701: bytes.fromhex("fff8000000000000")}
# Types whose binary form may hold OIDs of user objects.
MAY_HOLD_OIDS = {"oid", "record", "regclass", "regtype", "regnamespace", "oidvector"}


def builtin_types():
    text = (TOP / "src" / "types" / "types.def").read_text()
    return {int(oid): name for oid, name in re.findall(r'^T\((\d+), "([^"]+)"', text, re.M)}


TYPES = builtin_types()


def split(text):
    """The statements of a script, each with its semicolon; COPY … FROM STDIN comes as (statement, data)."""
    out, start, i, n = [], 0, 0, len(text)
    quote = re.compile(r"""[eE]'(?:[^'\\]|\\.|'')*'|'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|/\*|\$([A-Za-z_]\w*)?\$|;|[\w$]+""", re.S)
    while i < n:
        m = quote.search(text, i)
        if not m:
            break
        i = m.end()
        if m.group() == "/*":
            depth = 1
            while depth and i < n:
                depth += {"/*": 1, "*/": -1}.get(text[i:i + 2], 0)
                i += 2 if text[i:i + 2] in ("/*", "*/") else 1
        elif m.group().startswith("$") and m.group().endswith("$") and len(m.group()) > 1:
            end = text.find(m.group(), i)
            i = n if end < 0 else end + len(m.group())
        elif m.group() == ";":
            statement = without_comments(text[start:i])
            data = None
            if re.match(r"(?is)copy\b.*\bfrom\s+stdin\b", statement):
                end = text.index("\n\\.\n", i - 1) if not text.startswith("\n\\.\n", i) else i
                data = text[i + 1:end + 1]
                i = end + 4
            start = i
            out.append((statement, data))
    rest = without_comments(text[start:])
    return out + [(rest, None)] if rest else out


def without_comments(s):
    while True:
        t = re.sub(r"\A\s*(--[^\n]*(\n|\Z)|/\*.*?\*/)", "", s.strip(), count=1, flags=re.S)
        if t == s.strip():
            return t
        s = t


class Player:
    """One session that plays statements. binary: through the extended protocol."""

    def __init__(self, port, database, binary, timeout=60):
        self.port, self.database, self.binary, self.timeout = port, database, binary, timeout
        self.names = None
        self.connect()

    def connect(self):
        self.wire = wire.Wire(self.port, self.timeout).login(
            database=self.database, client_encoding="UTF8", TimeZone="UTC", DateStyle="ISO, MDY")

    def close(self):
        self.wire.socket.close()

    def lookup(self):
        """OIDs of user objects: names."""
        if self.names is None:
            self.wire.send(wire.query("SELECT oid, typname FROM pg_catalog.pg_type WHERE oid >= 16384 UNION ALL "
                                      "SELECT oid, relname FROM pg_catalog.pg_class WHERE oid >= 16384 AND reltype = 0 UNION ALL "
                                      "SELECT oid, relname FROM pg_catalog.pg_class WHERE oid >= 16384 AND reltype <> 0"))
            self.names = {}
            for kind, payload in self.wire.until():
                if kind == "D":
                    oid, name = row(payload)
                    self.names[int(oid)] = name.decode()
        return self.names

    def type_name(self, oid):
        if oid in TYPES:
            return TYPES[oid]
        return self.lookup().get(oid, "?" if oid >= FIRST_USER_OID else str(oid))

    def play(self, statement, data):
        """The answer's lines, and the rows as values."""
        if self.binary:
            self.wire.send(wire.parse(b"", statement), wire.bind(b"", b"", results=(1,)),
                           wire.message(b"D", b"P\0"), wire.execute(), wire.SYNC)
        else:
            self.wire.send(wire.query(statement))
        lines, rows, columns, pending = [], [], [], []
        try:
            while True:
                kind, payload = self.wire.read()
                if kind == "Z":
                    break
                if kind == "G":
                    self.wire.send(wire.message(b"d", (data or "").encode()), wire.message(b"c"))
                    if self.binary:
                        self.wire.send(wire.SYNC)
                pending.append((kind, payload))
        except (EOFError, OSError):
            lines.append("! the connection was lost")
            self.connect()
        for kind, payload in pending:
            if kind == "T":
                columns = described(payload)
                lines.append("# " + ", ".join(self.column(c) for c in columns))
            elif kind == "D":
                rows.append(row(payload))
                lines.append("= " + ("" if self.binary else "\t".join(map(shown, rows[-1]))))
            elif kind == "C":
                lines.append("* " + payload[:-1].decode())
            elif kind in "EN":
                lines += reported("!" if kind == "E" else "?", wire.fields(payload))
            elif kind == "I":
                lines.append("* (empty)")
            elif kind == "d":
                lines += ["< " + (payload.hex() if self.binary else payload.decode(errors="replace").rstrip("\n"))]
            elif kind == "S":
                lines.append("@ " + payload[:-1].decode().replace("\0", "="))
        if re.match(r"(?i)(create|alter|drop|rollback|begin|select .* into)\b", statement):
            self.names = None
        if self.binary and rows:
            rows = [[v if v is None else self.without_oids(v, columns[i][1]) for i, v in enumerate(r)] for r in rows]
        return lines, rows

    def column(self, c):
        name, oid, typmod = c
        plain = re.fullmatch(r"[a-z_?][a-z0-9_?]*", name)
        return (name if plain else '"' + name.replace("\n", "\\n") + '"') + " " + self.type_name(oid) + (f":{typmod}" if typmod != -1 else "")

    def without_oids(self, value, oid):
        """A binary value, with the OIDs of user objects replaced by their names, and without the sign of NaN, which is the processor's."""
        if value == NEGATIVE_NAN.get(oid):
            return b"\x7f" + value[1:]
        if oid < FIRST_USER_OID and TYPES.get(oid) not in MAY_HOLD_OIDS and not TYPES.get(oid, "").startswith("_"):
            return value
        for known, name in self.lookup().items():
            value = value.replace(struct.pack("!I", known), b"<" + name.encode() + b">")
        return value


def described(payload):
    n, at, out = struct.unpack("!H", payload[:2])[0], 2, []
    for _ in range(n):
        end = payload.index(b"\0", at)
        name = payload[at:end].decode()
        oid, _, typmod = struct.unpack("!Ihi", payload[end + 7:end + 17])
        out.append((name, oid, typmod))
        at = end + 19
    return out


def row(payload):
    n, at, out = struct.unpack("!H", payload[:2])[0], 2, []
    for _ in range(n):
        size = struct.unpack("!i", payload[at:at + 4])[0]
        at += 4
        out.append(None if size < 0 else payload[at:at + size])
        at += max(size, 0)
    return out


def shown(value):
    return "\\N" if value is None else re.sub(r"[\\\t\n\r]", lambda m: ESCAPES[m.group()], value.decode(errors="replace"))


def reported(mark, f):
    lines = [f"{mark} {f.get('S')} {f.get('C')} {f.get('M')}"]
    for code, word in (("D", "DETAIL"), ("H", "HINT"), ("P", "POSITION"), ("W", "CONTEXT"), ("s", "SCHEMA"), ("t", "TABLE"),
                       ("c", "COLUMN"), ("d", "DATATYPE"), ("n", "CONSTRAINT")):
        if code in f:
            lines.append(f"{mark}   {word}: {f[code]}")
    return [part for line in lines for part in line.replace("\n", f"\n{mark}     ").split("\n")]


def digest(rows):
    h = hashlib.sha1()
    for r in rows:
        for v in r:
            h.update(struct.pack("!i", -1) if v is None else struct.pack("!i", len(v)) + v)
        h.update(b"\n")
    return h.hexdigest()[:12]


class Answer:
    """What a server said to one statement. lines: as a .out file has them. rows: the binary ones, to show where they differ."""

    def __init__(self, statement, lines, rows=()):
        self.statement, self.lines, self.rows = statement, lines, rows

    def text(self):
        return "".join(f"> {line}\n" for line in self.statement.split("\n")) + "".join(line + "\n" for line in self.lines)


def answer(statement, text, binary):
    lines, (other, rows) = list(text[0]), binary
    without_rows = [line for line in lines if not line.startswith(("= ", "< "))]
    if without_rows != [line for line in other if not line.startswith(("= ", "< "))]:
        lines += ["~ " + line for line in other if not line.startswith("= ")]
    if rows:
        lines.append("~ " + digest(rows))
    return Answer(statement, lines, rows)


def play(psql, script, data_dir, prepare, timeout=60):
    """Plays a script on psql's server; prepare makes the script's database anew. Returns the Answers."""
    statements = split(script.path.read_text())
    passes = []
    for binary in (False, True):
        problem = prepare(psql, script, data_dir)
        if problem:
            raise RuntimeError(problem)
        player = Player(psql.port, script.database, binary, timeout)
        passes.append([player.play(s, d) for s, d in statements])
        player.close()
    return [answer(s, t, b) for (s, _), t, b in zip(statements, *passes)]


def read_blocks(text):
    """Answers from a .out or .known file; with the reason of each."""
    out, reason, statement, lines = [], [], [], []

    def end():
        nonlocal reason, statement, lines
        if statement:
            out.append((Answer("\n".join(statement), lines), " ".join(reason)))
            reason, statement, lines = [], [], []

    for line in text.split("\n"):
        if lines and line.startswith((">", "## ")):
            end()
        if line.startswith("## "):
            reason.append(line[3:])
        elif line.startswith(">"):
            statement.append(line[2:])
        elif line:
            lines.append(line)
    end()
    return out


class Comparison:
    """A script's answers beside the expected ones. differences: those that no .known block accepts; gone: blocks that met nothing."""

    def __init__(self, expected, got, known=()):
        self.total, self.agreed, self.differences, self.accepted = len(got), 0, [], []
        left = [k for k, _ in known]
        for want, have in zip(expected, got):
            if want.statement != have.statement:
                self.differences.append((want, have))
            elif want.lines == have.lines:
                self.agreed += 1
            else:
                for k in left:
                    if k.statement == have.statement and k.lines == have.lines:
                        left.remove(k)
                        self.accepted.append((want, have))
                        break
                else:
                    self.differences.append((want, have))
        if len(expected) != len(got):
            self.differences.append((Answer(f"({len(expected)} statements)", []), Answer(f"({len(got)} statements)", [])))
        self.gone = left

    def report(self, limit=60):
        out = []
        for want, have in self.differences[:limit]:
            out += [f"> {line}" for line in have.statement.split("\n")]
            a, b = want.lines, have.lines
            out += ["- " + x for x in a if x not in b] + ["+ " + x for x in b if x not in a]
            if want.statement != have.statement:
                out.append("  recorded: " + want.statement)
            if want.rows and have.rows and want.rows != have.rows:
                for x, y in zip(want.rows, have.rows):
                    if x != y:
                        i = next((i for i, (p, q) in enumerate(zip(x, y)) if p != q), 0)
                        out.append(f"  binary, column {i + 1}: {x[i].hex() if x[i] is not None else None} {y[i].hex() if y[i] is not None else None}")
                        break
        out += [f"  no longer so (take it out of .known): {k.statement}" for k in self.gone]
        return "\n".join(out)
