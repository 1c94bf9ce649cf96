"""What the interop tests share: the program under test, a broker and a wire to look at. Nothing sleeps; all waits are
for conditions, with a limit that only a failure reaches."""

import getpass
import json
import os
import pathlib
import socket
import subprocess
import threading
import time

import paho.mqtt.client as mqtt
import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = pathlib.Path(os.environ.get("BREAKER_CONSOLE", ROOT / "target" / "release" / "breaker-console"))
LIMIT_S = 30


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Watch:
    """A list that grows in another thread, and a way to wait for something in it."""

    def __init__(self):
        self.items = []
        self.condition = threading.Condition()

    def add(self, item):
        with self.condition:
            self.items.append(item)
            self.condition.notify_all()

    def first(self, wanted, what, after=0, limit_s=LIMIT_S):
        """The first item from position `after` for which `wanted` is true."""
        end = time.monotonic() + limit_s
        with self.condition:
            seen = after
            while True:
                for item in self.items[seen:]:
                    if wanted(item):
                        return item
                seen = len(self.items)
                left = end - time.monotonic()
                if left <= 0:
                    tail = "\n".join(str(i)[:300] for i in self.items[-20:])
                    raise AssertionError(f"no {what} within {limit_s} s; newest of {seen}:\n{tail}")
                self.condition.wait(left)

    def position(self):
        with self.condition:
            return len(self.items)


class Message:
    def __init__(self, topic, payload, retain, at):
        self.topic, self.payload, self.retain, self.at = topic, payload, retain, at

    @property
    def json(self):
        return json.loads(self.payload)

    def __repr__(self):
        return f"{self.topic} {self.payload[:120]!r}"


class Wire(Watch):
    """An independent subscriber to everything, and a publisher."""

    def __init__(self, port, topics=("#",)):
        super().__init__()
        self.client = mqtt.Client()
        self.connected = threading.Event()
        self.client.on_connect = lambda c, *_: c.subscribe([(t, 1) for t in topics])
        self.client.on_subscribe = lambda *_: self.connected.set()
        self.client.on_message = lambda _c, _u, m: self.add(Message(m.topic, m.payload, m.retain, time.monotonic()))
        self.client.reconnect_delay_set(1, 1)
        self.client.connect_async("127.0.0.1", port)
        self.client.loop_start()
        assert self.connected.wait(LIMIT_S), "the subscriber did not connect"

    def publish(self, topic, payload, qos=1):
        self.client.publish(topic, payload, qos=qos).wait_for_publish(LIMIT_S)

    def message(self, topic_end, what=None, after=0, where=lambda m: True):
        return self.first(lambda m: m.topic.endswith(topic_end) and where(m), what or topic_end, after)

    def close(self):
        self.client.disconnect()
        self.client.loop_stop()


class Console(Watch):
    """`breaker-console run`; its log lines as they come."""

    def __init__(self, state_dir, *options, env=None):
        super().__init__()
        if "--http" not in options:
            options = ("--http", "127.0.0.1:0", *options)
        self.process = subprocess.Popen(
            [PROGRAM, "run", "--log", "json", "--state-dir", state_dir, *options],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={"PATH": os.environ["PATH"], "HOME": str(state_dir), **(env or {})},
        )
        threading.Thread(target=self._read, daemon=True).start()
        self.started = self.first(lambda e: e.get("event") == "started", "start of the program")

    def _read(self):
        for line in self.process.stdout:
            self.add(json.loads(line))
        self.add({"event": "end of output", "stderr": self.process.stderr.read()})

    @property
    def port(self):
        return int(self.started["broker"].rsplit(":", 1)[1])

    @property
    def http(self):
        return self.started["http"]

    def stop(self, signal=15):
        if self.process.poll() is None:
            self.process.send_signal(signal)
        return self.process.wait(LIMIT_S)


class Mosquitto:
    def __init__(self, folder, more=""):
        """`more` is further configuration, for example a second listener."""
        self.port = free_port()
        self.conf = folder / "mosquitto.conf"
        own = f"listener {self.port} 127.0.0.1\nallow_anonymous true\nset_tcp_nodelay true\n"
        # Started by root, mosquitto would become a user who cannot read a test's folder.
        self.conf.write_text(f"user {getpass.getuser()}\nper_listener_settings true\n{own}{more}")
        self.process = None
        self.start()

    def start(self):
        program = "/usr/sbin/mosquitto" if os.path.exists("/usr/sbin/mosquitto") else "mosquitto"
        self.process = subprocess.Popen([program, "-c", self.conf], stderr=subprocess.DEVNULL)
        end = time.monotonic() + LIMIT_S
        while time.monotonic() < end:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                assert self.process.poll() is None, "mosquitto ended"
                threading.Event().wait(0.05)
        raise AssertionError("mosquitto does not listen")

    def stop(self):
        self.process.kill()
        self.process.wait(LIMIT_S)


@pytest.fixture
def broker(tmp_path):
    m = Mosquitto(tmp_path)
    yield m
    m.stop()


@pytest.fixture
def wire(broker):
    w = Wire(broker.port)
    yield w
    w.close()


@pytest.fixture
def start(tmp_path):
    """Starts consoles that end with the test."""
    running = []

    def begin(*options, state="state", env=None):
        console = Console(tmp_path / state, *options, env=env)
        running.append(console)
        return console

    yield begin
    for console in running:
        if console.process.poll() is None:
            console.process.kill()
            console.process.wait(LIMIT_S)
