"""A bare client: bytes as the test writes them, messages as the server sends them."""

import socket
import struct


def message(kind, payload=b""):
    return kind + struct.pack("!I", len(payload) + 4) + payload


def startup(version=196608, **parameters):
    body = struct.pack("!I", version)
    for name, value in parameters.items():
        body += name.encode() + b"\0" + value.encode() + b"\0"
    body += b"\0"
    return struct.pack("!I", len(body) + 4) + body


def query(text):
    return message(b"Q", text.encode() + b"\0")


def parse(name, text, types=()):
    return message(b"P", name + b"\0" + text.encode() + b"\0" + struct.pack("!H", len(types)) +
                   b"".join(struct.pack("!I", t) for t in types))


def bind(portal, statement, values=(), formats=(), results=()):
    body = portal + b"\0" + statement + b"\0" + struct.pack("!H", len(formats))
    body += b"".join(struct.pack("!h", f) for f in formats) + struct.pack("!H", len(values))
    for v in values:
        body += struct.pack("!i", -1) if v is None else struct.pack("!i", len(v)) + v
    return message(b"B", body + struct.pack("!H", len(results)) + b"".join(struct.pack("!h", f) for f in results))


def execute(portal=b"", rows=0):
    return message(b"E", portal + b"\0" + struct.pack("!I", rows))


SYNC = message(b"S")


class Wire:
    def __init__(self, port, timeout=30):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout)
        self.buffer = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, *parts):
        self.socket.sendall(b"".join(parts))

    def _need(self, n):
        while len(self.buffer) < n:
            data = self.socket.recv(65536)
            if not data:
                raise EOFError
            self.buffer += data
        out, self.buffer = self.buffer[:n], self.buffer[n:]
        return out

    def read(self):
        kind = self._need(1)
        length = struct.unpack("!I", self._need(4))[0]
        return kind.decode(), self._need(length - 4)

    def until(self, kind="Z"):
        """Messages up to and with the first of that kind (or the end of the connection)."""
        out = []
        try:
            while True:
                out.append(self.read())
                if out[-1][0] == kind:
                    return out
        except (EOFError, ConnectionError):
            return out

    def login(self, user="postgres", database="postgres", **more):
        self.send(startup(user=user, database=database, **more))
        messages = self.until()
        assert messages and messages[-1][0] == "Z", messages
        return self


def fields(payload):
    """An ErrorResponse's fields."""
    return {part[:1].decode(): part[1:].decode(errors="replace") for part in payload.split(b"\0") if part}


def errors(messages):
    return [fields(payload) for kind, payload in messages if kind == "E"]


def kinds(messages):
    return "".join(kind for kind, _ in messages)
