"""tests/sql scripts: shared by tools/record-sql (PostgreSQL 15), tools/oracle (both servers) and tests/test_sql.py (Litephant).

A script may begin with lines that say what it is about and what it needs:
    -- area: numbers         the area it counts for
    -- data: world.sql       a data set, loaded into the script's own database first
    -- player: psql          played by psql as a whole, whose output is compared as a text (for psql's own commands); else statement by
                             statement over the wire (oracle.py), which says what .out and .known hold then
For psql's scripts, a .known file lists accepted differences, each as a block:
    # why
    - a line that PostgreSQL prints
    + the line that Litephant prints instead
A block replaces its '-' lines, found as one run in order, by its '+' lines.
"""

import os
import re
import subprocess

import oracle


class Psql:
    def __init__(self, host, port, user="postgres"):
        self.port = port
        self.base = ["psql", "-X", "-h", str(host), "-p", str(port), "-U", user]

    def run(self, arguments, database, timeout=120):
        env = {**os.environ, "PGOPTIONS": "", "PGTZ": "UTC", "PGCLIENTENCODING": "UTF8", "LC_ALL": "C.UTF-8", "PAGER": "cat",
               "PGCONNECT_TIMEOUT": "20"}
        r = subprocess.run([*self.base, "-d", database, *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                           stdin=subprocess.DEVNULL, timeout=timeout, env=env)
        return r.returncode, r.stdout.decode("utf-8", "replace")


class Script:
    def __init__(self, path):
        self.path = path
        text = path.read_text()
        self.data = re.findall(r"(?m)^-- data: (\S+)$", text)
        self.area = (re.findall(r"(?m)^-- area: (\S+)$", text) or ["other"])[0]
        self.wire = "-- player: psql" not in text.splitlines()
        self.database = "sqltest_" + re.sub(r"\W", "_", path.stem).lower()

    def beside(self, suffix):
        """The text of the file of that suffix, or ''."""
        path = self.path.with_suffix(suffix)
        return path.read_text() if path.exists() else ""


def prepare(psql, script, data_dir, timeout=120):
    """Makes the script's database anew, with its data. Returns what went wrong, or ''."""
    psql.run(["-qc", f"DROP DATABASE IF EXISTS {script.database}"], "postgres", timeout)
    status, out = psql.run(["-qc", f"CREATE DATABASE {script.database}"], "postgres", timeout)
    if status:
        return out
    for data in script.data:
        text = (data_dir / data).read_bytes()
        # A set that makes a database of its own is loaded into the script's database instead.
        text = re.sub(rb"(?m)^(DROP DATABASE|CREATE DATABASE|\\c) .*$", b"", text)
        r = subprocess.run([*psql.base, "-q", "-v", "ON_ERROR_STOP=1", "-d", script.database], input=text,
                           stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=timeout)
        if r.returncode:
            return f"loading {data} failed:\n" + r.stdout.decode("utf-8", "replace")
    return ""


def drop(psql, script, timeout=120):
    psql.run(["-qc", f"DROP DATABASE IF EXISTS {script.database}"], "postgres", timeout)


def play_text(psql, script, data_dir, timeout=120):
    """What psql printed, without what names the server's source files."""
    problem = prepare(psql, script, data_dir, timeout)
    if problem:
        return problem
    _, out = psql.run(["-a", "-v", "VERBOSITY=verbose", "-f", str(script.path)], script.database, timeout)
    drop(psql, script, timeout)
    out = re.sub(r"(?m)^LOCATION:.*\n", "", out)
    return re.sub(r"(?m)^psql:[^\n]*?:\d+: ", "", out)


def play(psql, script, data_dir, timeout=120):
    """What the server said, as a .out file has it."""
    if not script.wire:
        return play_text(psql, script, data_dir, timeout)
    answers = oracle.play(psql, script, data_dir, prepare, timeout)
    drop(psql, script, timeout)
    return "\n".join(a.text() for a in answers)


def compare(script, got):
    """An oracle.Comparison of a played text with the recorded one and the accepted differences."""
    blocks = oracle.read_blocks(script.beside(".out"))
    return oracle.Comparison([a for a, _ in blocks], [a for a, _ in oracle.read_blocks(got)], oracle.read_blocks(script.beside(".known")))


def apply_known(expected, known):
    for block in re.split(r"\n\s*\n", known):
        old = "".join(line[2:] + "\n" for line in block.splitlines() if line.startswith("- ") or line == "-")
        new = "".join(line[2:] + "\n" for line in block.splitlines() if line.startswith("+ ") or line == "+")
        if old and old in expected:
            expected = expected.replace(old, new, 1)
    return expected
