"""What pg_dump writes, without what differs from run to run. Used by test_dump.py and tools/record-dump."""

import pathlib
import re
import subprocess

HERE = pathlib.Path(__file__).resolve().parent
SCHEMA = HERE / "schema.sql"

# The recorded ways: the name of the file, and pg_dump's options.
WAYS = {
    "dump": [],
    "schema_only": ["--schema-only"],
    "inserts": ["--data-only", "--inserts"],
    "column_inserts": ["--column-inserts", "--no-owner", "-t", "stock.item", "-t", "public.arrays", "-t", '"Odd Schema".*'],
    "schema_stock": ["-n", "stock", "--no-comments", "--if-exists", "--clean"],
}

# Versions, and the random key of \restrict.
VOLATILE = re.compile(r"^(-- Dumped (from|by) .*|\\(un)?restrict .*)\n", re.MULTILINE)


def normalized(text):
    return VOLATILE.sub("", text)


def run(program, port, *arguments, stdin=None):
    """Runs a client program; returns what it wrote. An error that did not end it is a failure, too."""
    r = subprocess.run([program, "-h", "127.0.0.1", "-p", str(port), "-U", "postgres", *map(str, arguments)],
                       input=stdin, capture_output=True, timeout=300)
    if r.returncode or b"ERROR" in r.stderr or b"error:" in r.stderr:
        raise AssertionError(f"{program} ended with {r.returncode}:\n{r.stderr.decode(errors='replace')}")
    return r.stdout


def dump(program, port, database, options=()):
    return normalized(run(program, port, *options, database).decode())
