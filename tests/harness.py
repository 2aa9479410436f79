"""Servers for the tests: each on a port that the system picked, on loopback, in a directory of its own, ended by its own id."""

import os
import pathlib
import shutil
import signal
import socket
import subprocess
import time

import pytest

TOP = pathlib.Path(__file__).resolve().parent.parent
BINARY = pathlib.Path(os.environ.get("LITEPHANT_BINARY", TOP / "litephant"))
DATA = pathlib.Path(os.environ.get("LITEPHANT_TEST_DATA", TOP.parent / "shared" / "data"))
# Sanitizers slow everything down; waits and loads scale with this.
SLOW = float(os.environ.get("LITEPHANT_TEST_SLOW", "1"))


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Server:
    """One litephant process."""

    def __init__(self, directory, options=(), file=None, env=None, wait=True):
        self.directory = pathlib.Path(directory)
        self.file = file
        self.options = list(options)
        # A small quarantine: tests of memory look at the server, not at the sanitizer.
        self.env = {"ASAN_OPTIONS": "quarantine_size_mb=2:thread_local_quarantine_size_kb=64", **os.environ, **(env or {})}
        self.port = free_port()
        self.process = None
        self.log = self.directory / "server.log"
        if wait:
            self.start()

    def command(self):
        where = [str(self.file)] if self.file else ["-D", str(self.directory / "data")]
        return [str(BINARY), *where, "-h", "127.0.0.1", "-p", str(self.port), *self.options]

    def start(self, timeout=20):
        for attempt in range(5):
            with open(self.log, "ab") as log:
                self.process = subprocess.Popen(self.command(), stdout=log, stderr=log, stdin=subprocess.DEVNULL,
                                                env=self.env, cwd=self.directory)
            if self._wait_until_ready(timeout * SLOW):
                return self
            self.stop(signal.SIGKILL)
            if "in use" not in self.log_text():
                break
            self.port = free_port()
        raise AssertionError("the server did not start:\n" + self.log_text())

    def _wait_until_ready(self, timeout):
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            if self.process.poll() is not None:
                return False
            with socket.socket() as s:
                s.settimeout(1)
                if s.connect_ex(("127.0.0.1", self.port)) == 0:
                    return True
            time.sleep(0.02)
        return False

    def log_text(self):
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def stop(self, how=signal.SIGINT, timeout=20):
        """Ends the process; returns its exit status."""
        if self.process is None:
            return None
        if self.process.poll() is None:
            self.process.send_signal(how)
            try:
                self.process.wait(timeout * SLOW)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
                raise AssertionError("the server did not stop:\n" + self.log_text())
        status, self.process = self.process.returncode, None
        return status

    def alive(self):
        return self.process is not None and self.process.poll() is None

    def pid(self):
        return self.process.pid

    def dsn(self, database="postgres", user="postgres", **more):
        parts = {"host": "127.0.0.1", "port": self.port, "user": user, "dbname": database, **more}
        return " ".join(f"{k}={v}" for k, v in parts.items())

    def connect(self, database="postgres", **more):
        import psycopg

        more.setdefault("connect_timeout", 20)
        return psycopg.connect(self.dsn(database), **more)

    def psql(self, *arguments, database="postgres", user="postgres", stdin=None, check=True, timeout=120, env=None):
        """Runs psql; returns its standard output and error together."""
        r = subprocess.run(["psql", "-X", "-h", "127.0.0.1", "-p", str(self.port), "-U", user, "-d", database,
                            *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, input=stdin,
                           timeout=timeout * SLOW, env={**os.environ, "PGCONNECT_TIMEOUT": "20", **(env or {})})
        out = r.stdout.decode(errors="replace")
        if check and r.returncode != 0:
            raise AssertionError(f"psql ended with {r.returncode}:\n{out}\n{self.log_text()[-2000:]}")
        return out


def check_log(server):
    """A sanitizer's report, or a crash, fails the test that caused it."""
    text = server.log_text()
    for mark in ("ERROR: AddressSanitizer", "ERROR: LeakSanitizer", "runtime error:", "WARNING: ThreadSanitizer", "PANIC"):
        if mark in text:
            at = text.index(mark)
            raise AssertionError(text[max(0, at - 200):at + 6000])


def need(program):
    path = shutil.which(program)
    if path is None:
        pytest.skip(f"needs {program}")
    return path


def postgres_tool(name):
    """A program of Debian's postgresql-15 that is not on the PATH (pgbench, initdb)."""
    path = pathlib.Path("/usr/lib/postgresql/15/bin") / name
    if not path.exists():
        pytest.skip(f"needs PostgreSQL 15's {name}")
    return str(path)
