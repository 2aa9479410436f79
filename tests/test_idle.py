"""Thousands of idle connections cost memory only, and little."""

import resource
import time

import pytest

from wire import Wire, kinds, query


def status(pid):
    with open(f"/proc/{pid}/status") as f:
        return {line.split(":")[0]: line.split()[1] for line in f if line.split(":")[0] in ("RssAnon", "Threads")}


@pytest.mark.timeout(300)
def test_five_thousand_idle_connections(make_server, record_property):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    count = 5000 if hard >= 6000 else hard - 500
    if count < 1000:
        pytest.skip(f"needs more open files than {hard}")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, count + 500), hard))
    server = make_server(options=["-c", "max_connections=6000"])
    with Wire(server.port) as w:
        w.login()
    before = status(server.pid())
    wires = []
    try:
        for _ in range(count):
            wires.append(Wire(server.port).login())
        time.sleep(0.5)
        after = status(server.pid())
        each = (int(after["RssAnon"]) - int(before["RssAnon"])) / count
        record_property("KiB a connection", round(each, 1))
        print(f"{count} idle connections: {each:.1f} KiB each, {after['Threads']} threads")
        assert int(after["Threads"]) < count / 10  # workers that have just become idle; none belongs to a connection
        assert each < 40
        for w in (wires[0], wires[count // 2], wires[-1]):
            w.send(query("SELECT 1"))
            assert kinds(w.until()) == "TDCZ"
    finally:
        for w in wires:
            w.socket.close()
