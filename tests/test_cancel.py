"""Cancel stops a long query at once and never hits the command after it."""

import threading
import time

import psycopg
import pytest

from harness import SLOW

pytestmark = [pytest.mark.concurrency, pytest.mark.timeout(180)]

LONG = [
    "SELECT count(*) FROM generate_series(1, 1000000000) a",
    "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT count(*) FROM r",
    "SELECT pg_sleep(600)",
    "SELECT count(*) FROM generate_series(1, 100000) a, generate_series(1, 100000) b WHERE a * b < 0",
]


@pytest.mark.parametrize("query", LONG)
def test_cancel_is_quick(shared_server, query):
    with shared_server.connect(autocommit=True) as c:
        sent = []

        def cancel():
            time.sleep(0.3 * SLOW)
            sent.append(time.monotonic())
            c.cancel()

        thread = threading.Thread(target=cancel)
        thread.start()
        with pytest.raises(psycopg.errors.QueryCanceled) as e:
            c.execute(query)
        took = time.monotonic() - sent[0]
        thread.join()
        assert e.value.diag.message_primary == "canceling statement due to user request"
        assert took < 0.1 * SLOW, f"{took * 1000:.0f} ms"
        assert c.execute("SELECT 1").fetchone() == (1,)


def test_cancel_of_a_waiting_writer(shared_server):
    with shared_server.connect(autocommit=True) as a, shared_server.connect(autocommit=True) as b:
        a.execute("CREATE TABLE IF NOT EXISTS w (x int)")
        a.execute("BEGIN")
        a.execute("INSERT INTO w VALUES (1)")
        threading.Timer(0.2, b.cancel).start()
        with pytest.raises(psycopg.errors.QueryCanceled):
            b.execute("INSERT INTO w VALUES (2)")
        a.execute("ROLLBACK")
        b.execute("INSERT INTO w VALUES (3)")


def test_a_late_cancel_hits_nothing(shared_server):
    """Cancels race with the end of short commands; the command after a cancel has returned must never fail."""
    with shared_server.connect(autocommit=True) as c:
        cancelled = 0
        for i in range(150):
            thread = threading.Thread(target=c.cancel)
            thread.start()
            try:
                c.execute("SELECT count(*) FROM generate_series(1, %s)" % (i * 20))
            except psycopg.errors.QueryCanceled:
                cancelled += 1
            thread.join()
            time.sleep(0.005 * SLOW)  # the cancel's own connection has closed: the request was taken
            assert c.execute("SELECT 42").fetchone() == (42,)
        assert cancelled <= 150
