"""docs/functions.md says what the tables of this build say."""

import subprocess

import pytest

from harness import BINARY, TOP


def test_functions_doc():
    program = BINARY.resolve().parent / "tests" / "unit" / "test_func_table"
    if not program.exists():
        pytest.skip(f"needs {program}")
    r = subprocess.run([TOP / "tools" / "functions-doc", "--check", program], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert r.returncode == 0, r.stdout[-4000:]
