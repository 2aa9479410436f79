"""Passwords, SCRAM, TLS with channel binding, and what may be listened on."""

import signal
import subprocess

import psycopg
import pytest

from harness import Server, need

SECRET = "s3cret pässword"


@pytest.fixture
def certificate(tmp_path):
    key, cert = tmp_path / "server.key", tmp_path / "server.crt"
    subprocess.run([need("openssl"), "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", str(key), "-out", str(cert),
                    "-days", "2", "-subj", "/CN=localhost"], check=True, stderr=subprocess.DEVNULL)
    return cert, key


def options(method, certificate=None):
    o = ["-c", f"auth_method={method}"]
    if certificate:
        o += ["-c", "ssl=on", "-c", f"ssl_cert_file={certificate[0]}", "-c", f"ssl_key_file={certificate[1]}"]
    return o


@pytest.mark.parametrize("method", ["password", "md5", "scram-sha-256"])
def test_password_methods(make_server, method):
    server = make_server(options=options(method), env={"LITEPHANT_PASSWORD": SECRET})
    with psycopg.connect(server.dsn(), password=SECRET) as c:
        assert c.execute("SELECT current_user").fetchone() == ("postgres",)
    with pytest.raises(psycopg.OperationalError) as e:
        psycopg.connect(server.dsn(), password="wrong")
    assert 'password authentication failed for user "postgres"' in str(e.value)
    with pytest.raises(psycopg.OperationalError) as e:
        psycopg.connect(server.dsn(user="nobody"), password=SECRET)
    assert 'password authentication failed for user "nobody"' in str(e.value)


def raw_sqlstate(server):
    import asyncio

    import asyncpg

    async def go():
        try:
            await asyncpg.connect(host="127.0.0.1", port=server.port, user="postgres", database="postgres",
                                  password="wrong", ssl=False)
        except asyncpg.PostgresError as e:
            return e.sqlstate

    return asyncio.run(go())


def test_wrong_password_is_28P01(make_server):
    server = make_server(options=options("scram-sha-256"), env={"LITEPHANT_PASSWORD": SECRET})
    assert raw_sqlstate(server) == "28P01"


@pytest.mark.parametrize("binding", ["require", "prefer", "disable"])
def test_scram_and_tls_from_psql(make_server, certificate, binding):
    server = make_server(options=options("scram-sha-256", certificate), env={"LITEPHANT_PASSWORD": SECRET})
    out = server.psql("-Atc", "\\conninfo", "-c", "SELECT 7", env={
        "PGPASSWORD": SECRET, "PGSSLMODE": "require", "PGCHANNELBINDING": binding})
    assert "SSL connection (protocol: TLSv1." in out
    assert out.strip().endswith("7")


def test_channel_binding_needs_tls(make_server):
    server = make_server(options=options("scram-sha-256"), env={"LITEPHANT_PASSWORD": SECRET})
    out = server.psql("-c", "SELECT 1", check=False, env={"PGPASSWORD": SECRET, "PGCHANNELBINDING": "require"})
    assert "channel binding" in out


def test_large_result_over_tls(make_server, certificate):
    server = make_server(options=options("trust", certificate))
    with psycopg.connect(server.dsn(sslmode="require")) as c:
        rows = c.execute("SELECT g, repeat('x', 100) FROM generate_series(1, 20000) g").fetchall()
    assert len(rows) == 20000 and rows[-1] == (20000, "x" * 100)


def test_non_loopback_without_a_password_method_is_refused(tmp_path):
    server = Server(tmp_path, wait=False)
    command = server.command()
    command[command.index("-h") + 1] = "0.0.0.0"
    r = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=20, stdin=subprocess.DEVNULL)
    out = r.stdout.decode()
    assert r.returncode != 0
    assert "0.0.0.0" in out and "trust" in out, out


def test_signals(make_server):
    server = make_server()
    c = server.connect(autocommit=True)
    assert server.stop(signal.SIGINT) == 0
    with pytest.raises(psycopg.OperationalError):
        c.execute("SELECT 1")
    server.start()
    with server.connect() as c:
        assert c.execute("SELECT 1").fetchone() == (1,)


def test_taken_port_is_a_clear_error(server, tmp_path):
    other = Server(tmp_path, wait=False)
    other.port = server.port
    r = subprocess.run(other.command(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=20,
                       stdin=subprocess.DEVNULL)
    assert r.returncode != 0
    assert str(server.port) in r.stdout.decode() and "in use" in r.stdout.decode()
