"""kill -9 in the middle of writing clients: every acknowledged commit is there after restart."""

import signal
import threading
import time

import psycopg
import pytest

from harness import SLOW

ROUNDS = 20


@pytest.mark.concurrency
@pytest.mark.timeout(600)
def test_kill_nine(server):
    with server.connect(autocommit=True) as c:
        c.execute("CREATE TABLE acks (client int, n int, PRIMARY KEY (client, n))")
    acknowledged = [0] * 8
    for round_ in range(ROUNDS):
        stop = threading.Event()

        def work(i):
            try:
                with server.connect(autocommit=True) as c:
                    n = c.execute("SELECT coalesce(max(n), 0) FROM acks WHERE client = %s", [i]).fetchone()[0]
                    while not stop.is_set():
                        n += 1
                        c.execute("INSERT INTO acks VALUES (%s, %s)", [i, n])
                        acknowledged[i] = n
            except psycopg.Error:
                pass

        threads = [threading.Thread(target=work, args=(i,)) for i in range(8)]
        for t in threads:
            t.start()
        time.sleep((0.15 + 0.02 * round_) * min(SLOW, 2))
        server.stop(signal.SIGKILL)
        stop.set()
        for t in threads:
            t.join()
        server.start()
        with server.connect(autocommit=True) as c:
            for i in range(8):
                count, top = c.execute("SELECT count(*), coalesce(max(n), 0) FROM acks WHERE client = %s", [i]).fetchone()
                assert count == top, f"client {i}: a hole below {top}"
                assert top >= acknowledged[i], f"client {i}: {acknowledged[i]} acknowledged, {top} found"
    assert sum(acknowledged) > 100
