"""A private PostgreSQL 15 for tools and benchmarks: a fresh cluster in a temporary directory, on loopback, stopped by its own id."""

import os
import pathlib
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time

BIN = pathlib.Path("/usr/lib/postgresql/15/bin")


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Postgres:
    def __init__(self, settings=()):
        if not (BIN / "postgres").exists():
            raise SystemExit("This needs PostgreSQL 15's server: apt-get install postgresql-15")
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="postgres15-"))
        self.port = free_port()
        self.settings = list(settings)
        # The server refuses to run as root.
        self.demote = None
        if os.getuid() == 0:
            user = pwd.getpwnam("postgres")
            os.chown(self.directory, user.pw_uid, user.pw_gid)

            def demote():
                os.setgroups([])
                os.setgid(user.pw_gid)
                os.setuid(user.pw_uid)

            self.demote = demote

    def __enter__(self):
        data = self.directory / "data"
        subprocess.run([BIN / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8",
                        "--lc-collate=C", "--no-sync"], check=True, stdout=subprocess.DEVNULL, preexec_fn=self.demote,
                       cwd=self.directory)
        options = [f"port={self.port}", "listen_addresses=127.0.0.1", f"unix_socket_directories={self.directory}",
                   "timezone=UTC", "log_timezone=UTC", *self.settings]
        arguments = [x for o in options for x in ("-c", o)]
        with open(self.directory / "log", "wb") as log:
            self.process = subprocess.Popen([BIN / "postgres", "-D", data, *arguments], stdout=log, stderr=log,
                                            preexec_fn=self.demote, cwd=self.directory)
        for _ in range(300):
            if subprocess.run([BIN / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port)]).returncode == 0:
                return self
            time.sleep(0.1)
        raise SystemExit("PostgreSQL did not start: " + (self.directory / "log").read_text())

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGINT)
        self.process.wait(30)
        shutil.rmtree(self.directory, ignore_errors=True)
