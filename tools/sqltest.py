"""Playing one tests/sql script through psql: shared by tools/record-sql (PostgreSQL 15) and tests/test_sql.py (Litephant).

A script may begin with lines that say what it needs:
    -- data: world.sql          a data set, loaded into the script's own database first
A .known file lists accepted differences, each as a block:
    # why
    - a line that PostgreSQL prints
    + the line that Litephant prints instead
A block replaces its '-' lines, found as one run in order, by its '+' lines.
"""

import os
import re
import subprocess


class Psql:
    def __init__(self, host, port, user="postgres"):
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
        self.data = []
        for line in path.read_text().splitlines():
            m = re.match(r"-- data: (\S+)$", line)
            if m:
                self.data.append(m.group(1))
        self.database = "sqltest_" + re.sub(r"\W", "_", path.stem).lower()


def play(psql, script, data_dir, timeout=120):
    """Runs the script in a new database of its own; returns what psql printed, without what names the server's source files."""
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
    _, out = psql.run(["-a", "-v", "VERBOSITY=verbose", "-f", str(script.path)], script.database, timeout)
    psql.run(["-qc", f"DROP DATABASE IF EXISTS {script.database}"], "postgres", timeout)
    out = re.sub(r"(?m)^LOCATION:.*\n", "", out)
    return re.sub(r"(?m)^psql:[^\n]*?:\d+: ", "", out)


def apply_known(expected, known):
    for block in re.split(r"\n\s*\n", known):
        old = "".join(line[2:] + "\n" for line in block.splitlines() if line.startswith("- ") or line == "-")
        new = "".join(line[2:] + "\n" for line in block.splitlines() if line.startswith("+ ") or line == "+")
        if old and old in expected:
            expected = expected.replace(old, new, 1)
    return expected
