"""Fixtures: servers that are stopped, and whose logs are looked at, when the test ends."""

import pytest

from harness import DATA, Server, check_log


# Their tests are many and long, and need nothing but a server: each may run anywhere.
SCATTERED = {"test_properties.py", "test_sql.py"}


def pytest_collection_modifyitems(items):
    """The tests of one file share a worker, and so their server, unless the file is scattered."""
    for item in items:
        if item.path.name not in SCATTERED:
            item.add_marker(pytest.mark.xdist_group(str(item.path)))


@pytest.fixture
def make_server(tmp_path):
    """A function that starts servers; all are stopped, and their logs looked at, when the test ends."""
    servers = []

    def make(**more):
        directory = tmp_path / f"server{len(servers)}"
        directory.mkdir()
        server = Server(directory, wait=False, **more)
        servers.append(server)
        return server.start()

    yield make
    for server in servers:
        if server.alive():
            server.stop()
        check_log(server)


@pytest.fixture
def server(make_server):
    return make_server()


@pytest.fixture(scope="module")
def shared_server(tmp_path_factory):
    """One server for the tests of a file that do not disturb each other."""
    directory = tmp_path_factory.mktemp("server")
    server = Server(directory)
    yield server
    if server.alive():
        server.stop()
    check_log(server)


@pytest.fixture
def data_file():
    """Paths into the real data sets; the test is skipped where they are absent."""

    def find(name):
        path = DATA / name
        if not path.exists():
            pytest.skip(f"needs the data set {name} (LITEPHANT_TEST_DATA)")
        return path

    return find
