"""pgbench: no error in any protocol mode, and its four sums agree."""

import subprocess

import pytest

from harness import SLOW, postgres_tool

SUMS = ("SELECT (SELECT sum(abalance) FROM pgbench_accounts), (SELECT sum(tbalance) FROM pgbench_tellers),"
        " (SELECT sum(bbalance) FROM pgbench_branches), (SELECT coalesce(sum(delta), 0) FROM pgbench_history)")


def pgbench(server, *arguments, timeout=120):
    r = subprocess.run([postgres_tool("pgbench"), "-h", "127.0.0.1", "-p", str(server.port), "-U", "postgres", *arguments,
                        "postgres"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=timeout * SLOW)
    return r.returncode, r.stdout.decode()


@pytest.mark.concurrency
@pytest.mark.timeout(600)
def test_pgbench(server):
    status, out = pgbench(server, "-i", "-s", "1")
    assert status == 0, out
    assert server.psql("-Atc", "SELECT count(*) FROM pgbench_accounts").strip() == "100000"
    total = 0
    for mode in ("simple", "extended", "prepared"):
        status, out = pgbench(server, "-n", "-c", "8", "-j", "2", "-T", "10", "-M", mode)
        assert status == 0, out
        assert "ERROR" not in out and "aborted" not in out, out
        assert "number of failed transactions: 0 " in out, out
        done = int(next(line for line in out.splitlines() if "actually processed" in line).split(":")[1])
        assert done > 0
        total += done
        sums = server.psql("-Atc", SUMS).strip().split("|")
        assert len(set(sums)) == 1, sums
    assert int(server.psql("-Atc", "SELECT count(*) FROM pgbench_history").strip()) == total
