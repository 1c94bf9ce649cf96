"""A wire tap: stands between a client and the broker, passes every byte on, and keeps the MQTT 3.1.1 packets of both
directions in order (OASIS MQTT 3.1.1, chapters 2 and 3)."""

import dataclasses
import socket
import struct
import threading
import time

from conftest import Watch

CONNECT, CONNACK, PUBLISH, PUBACK, SUBSCRIBE, SUBACK = 1, 2, 3, 4, 8, 9
UNSUBSCRIBE, PINGREQ, PINGRESP, DISCONNECT = 10, 12, 13, 14
NAMES = {
    CONNECT: "CONNECT",
    CONNACK: "CONNACK",
    PUBLISH: "PUBLISH",
    PUBACK: "PUBACK",
    SUBSCRIBE: "SUBSCRIBE",
    SUBACK: "SUBACK",
    PINGREQ: "PINGREQ",
    PINGRESP: "PINGRESP",
    DISCONNECT: "DISCONNECT",
}


@dataclasses.dataclass
class Packet:
    connection: int
    up: bool  # from the client to the broker
    kind: int
    flags: int
    body: bytes
    at: float

    def _text(self, at):
        (n,) = struct.unpack_from(">H", self.body, at)
        return self.body[at + 2 : at + 2 + n], at + 2 + n

    @property
    def connect(self):
        """Level, clean session, client id and will (topic, payload, qos, retain) of a CONNECT."""
        assert self.kind == CONNECT
        _, at = self._text(0)
        level, flags, keep_alive = struct.unpack_from(">BBH", self.body, at)
        client_id, at = self._text(at + 4)
        will = None
        if flags & 0x04:
            topic, at = self._text(at)
            payload, at = self._text(at)
            will = (topic.decode(), payload, flags >> 3 & 3, bool(flags & 0x20))
        return {
            "level": level,
            "clean": bool(flags & 0x02),
            "keep_alive": keep_alive,
            "client_id": client_id.decode(),
            "will": will,
        }

    @property
    def qos(self):
        return self.flags >> 1 & 3

    @property
    def retain(self):
        return bool(self.flags & 1)

    @property
    def topic(self):
        return self._text(0)[0].decode() if self.kind == PUBLISH else ""

    @property
    def payload(self):
        _, at = self._text(0)
        return self.body[at + (2 if self.qos else 0) :]

    @property
    def filters(self):
        """(filter, qos) of a SUBSCRIBE."""
        assert self.kind == SUBSCRIBE
        at, found = 2, []
        while at < len(self.body):
            text, at = self._text(at)
            found.append((text.decode(), self.body[at]))
            at += 1
        return found

    def __repr__(self):
        way = ">" if self.up else "<"
        return f"{self.connection}{way}{NAMES.get(self.kind, self.kind)} {self.topic}"


def packets(buffer):
    """Takes whole packets off the front of a buffer: (kind, flags, body) each."""
    while len(buffer) >= 2:
        length, shift, at = 0, 0, 1
        while True:
            if at >= len(buffer):
                return
            byte = buffer[at]
            length |= (byte & 0x7F) << shift
            shift += 7
            at += 1
            if byte < 0x80:
                break
        if len(buffer) < at + length:
            return
        kind, flags, body = buffer[0] >> 4, buffer[0] & 15, bytes(buffer[at : at + length])
        del buffer[: at + length]
        yield kind, flags, body


class Tap(Watch):
    """Listens on a port of its own and forwards to the broker's."""

    def __init__(self, broker_port):
        super().__init__()
        self.broker_port = broker_port
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.open = []
        self.count = 0
        self.refuse = False
        # A predicate on packets that are to be lost on their way to the broker.
        self.lose = lambda _packet: False
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            if self.refuse:
                client.close()
                continue
            try:
                broker = socket.create_connection(("127.0.0.1", self.broker_port))
            except OSError:
                client.close()
                continue
            for s in (client, broker):
                s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.count += 1
            self.open.append((client, broker))
            for source, target, up in ((client, broker, True), (broker, client, False)):
                threading.Thread(target=self._pump, args=(self.count, source, target, up), daemon=True).start()

    def _pump(self, connection, source, target, up):
        buffer = bytearray()
        try:
            while data := source.recv(65536):
                buffer += data
                for kind, flags, body in packets(buffer):
                    packet = Packet(connection, up, kind, flags, body, time.monotonic())
                    if up and self.lose(packet):
                        continue
                    self.add(packet)
                    target.sendall(frame(kind, flags, body))
        except OSError:
            pass
        for s in (source, target):
            try:
                s.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def cut(self):
        """Ends every connection as a broken cable does."""
        while self.open:
            for s in self.open.pop():
                try:
                    # Wakes the thread that reads from it; closing alone would not.
                    s.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass
                s.close()

    def sent(self, kind=None, after=0):
        """What the client sent."""
        with self.condition:
            return [p for p in self.items[after:] if p.up and (kind is None or p.kind == kind)]

    def close(self):
        self.listener.close()
        self.cut()


def frame(kind, flags, body):
    out, length = bytearray([kind << 4 | flags]), len(body)
    while True:
        out.append(length & 0x7F | (0x80 if length > 0x7F else 0))
        length >>= 7
        if not length:
            return bytes(out) + body
