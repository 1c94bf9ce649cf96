"""The Sparkplug host against edges written elsewhere, and against our own."""

import base64
import json
import os
import subprocess
import threading

import pysparkplug as sp
import pytest
from conftest import LIMIT_S, PROGRAM, ROOT, Watch, Wire
from sparkplug import Fleet
from tap import CONNECT, DISCONNECT, PINGREQ, PUBACK, PUBLISH, SUBSCRIBE, Tap


class Lines(Watch):
    """A program that writes one JSON object a line."""

    def __init__(self, args, **more):
        super().__init__()
        self.process = subprocess.Popen(
            args, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **more
        )
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.process.stdout:
            self.add(json.loads(line))
        self.add({"event": "end of output", "stderr": self.process.stderr.read()})

    def event(self, event, after=0, **wanted):
        match = lambda e: e.get("event") == event and all(e.get(k) == v for k, v in wanted.items())
        return self.first(match, f"{event} {wanted}", after)

    def metric(self, device, name, after=0, where=lambda e: True, **wanted):
        match = lambda e: (
            e.get("event") == "metric"
            and e["device"] == device
            and e["name"] == name
            and all(e.get(k) == v for k, v in wanted.items())
            and where(e)
        )
        return self.first(match, f"{device} {name} {wanted}", after)

    def say(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def stop(self, signal=15):
        if self.process.poll() is None:
            self.process.send_signal(signal)
        return self.process.wait(LIMIT_S)


@pytest.fixture
def lines(tmp_path):
    running = []
    home = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}

    def begin(args, env=None):
        program = Lines(args, env={**home, **(env or {})}, cwd=ROOT)
        running.append(program)
        return program

    yield begin
    for program in running:
        if program.process.poll() is None:
            program.process.kill()
            program.process.wait(LIMIT_S)


@pytest.fixture
def host(lines):
    def begin(port, *options):
        return lines([PROGRAM, "host", "--json", "--broker", f"mqtt://127.0.0.1:{port}", *options])

    return begin


@pytest.fixture
def npm(lines):
    def begin(port):
        node_path = {k: v for k, v in os.environ.items() if k == "NODE_PATH"}
        edge = lines(["node", ROOT / "tests" / "interop" / "npm_edge.js", str(port)], env=node_path)
        edge.event("born")
        return edge

    return begin


def pysparkplug_edge(port):
    """Node `py` with device `meter`; every datatype that the library encodes."""
    now = 1_700_000_000_000
    metric = lambda name, kind, value: sp.Metric(timestamp=now, name=name, datatype=kind, value=value)
    edge = sp.EdgeNode("Foreign", "py", [metric("Uptime", sp.DataType.UINT64, 2**64 - 1)])
    values = {
        "Int8": (sp.DataType.INT8, -5),
        "Int16": (sp.DataType.INT16, -30000),
        "UInt32": (sp.DataType.UINT32, 2**32 - 1),
        "Float": (sp.DataType.FLOAT, 0.5),
        "Text": (sp.DataType.TEXT, "long text"),
        "Int16Array": (sp.DataType.INT16_ARRAY, (-30000, 30000)),
        "BooleanArray": (sp.DataType.BOOLEAN_ARRAY, (False, False, True, True, False, True, False, False, True)),
        "StringArray": (sp.DataType.STRING_ARRAY, ("ABC", "hello")),
        "DoubleArray": (sp.DataType.DOUBLE_ARRAY, (12.25, -1.5)),
    }
    edge.register(sp.Device("meter", [metric(n, k, v) for n, (k, v) in values.items()]))
    edge.connect("127.0.0.1", port=port)
    return edge, {n: list(v) if isinstance(v, tuple) else v for n, (_, v) in values.items()}


def host_command(port, *args):
    return subprocess.run(
        [PROGRAM, "host", "cmd", *args, "--broker", f"mqtt://127.0.0.1:{port}"],
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_three_fleets_side_by_side(broker, start, host, npm):
    seen = host(broker.port)
    # Connected before the edges, as its STATE shows.
    seen.event("state", host="breaker-console", online=True)
    npm(broker.port)
    cable = Tap(broker.port)
    _edge, values = pysparkplug_edge(cable.port)
    start("--broker", f"mqtt://127.0.0.1:{broker.port}")
    value = lambda device, name, **w: seen.metric(device, name, **w)["value"]
    assert value(None, "Text", node="npm") == "grüß dich"
    assert value(None, "Double", node="npm") == 2.5
    assert value("pump", "Int8") == -5
    assert value("pump", "Int32") == -70000
    assert value("pump", "UInt32") == 4294967295
    assert value("pump", "Int64") == -1
    assert value("pump", "Float") == 1.5
    assert value("pump", "Boolean") is True
    assert value("pump", "DateTime") == 1700000000000
    assert base64.b64decode(value("pump", "Bytes")) == b"foobar"
    assert value("pump", "Table") == {
        "columns": ["name", "value"],
        "types": ["String", "Double"],
        "rows": [["a", 1.25], ["b", -2.5]],
    }
    assert value(None, "Uptime", node="py") == 2**64 - 1
    for name, wanted in values.items():
        assert value("meter", name) == wanted, name
    for device in ("smart-breaker-001", "smart-breaker-002", "smart-breaker-003"):
        birth = seen.metric(device, "Protection/OvercurrentPickup", group="IIoT", node="MDB-A", source="birth")
        assert (birth["value"], birth["datatype"], birth["quality"]) == (100, "Float", 192)
        assert birth["properties"]["engUnit"] == "A"
        # By alias in data, by name here.
        current = seen.metric(device, "Breaker/CurrentPhaseA", source="data")
        assert 30 < current["value"] < 100 and current["alias"] > 0
    cable.refuse = True
    cable.cut()
    seen.event("offline", node="py", device="meter", reason="NDEATH")
    cable.close()
    own = [e for e in seen.items if e["event"] == "finding" and e["group"] == "IIoT"]
    assert own == []
    # The library's bdSeq is a UInt64, where the specification has an Int64.
    assert seen.event("finding", node="npm", rule="tck-id-message-flow-edge-node-birth-publish-nbirth-payload-bdSeq")


def test_a_host_that_comes_late_asks_for_births(broker, start, host, npm):
    edge = npm(broker.port)
    seen = host(broker.port)
    seen.event("state", host="breaker-console", online=True)
    edge.say("data 3.25")
    edge.event("ncmd", name="Node Control/Rebirth", value=True)
    seen.event("rebirth", node="npm", asked=True, cause="its birth was not seen")
    assert seen.metric("pump", "Float", source="birth")["value"] == 1.5
    edge.say("stop")
    seen.event("offline", node="npm", device="pump", reason="NDEATH")


def test_a_lost_message_leads_to_a_rebirth_request(broker, host, npm):
    seen = host(broker.port, "--reorder-timeout", "0.5")
    seen.event("state", host="breaker-console", online=True)
    edge = npm(broker.port)
    seen.event("online", node="npm", device="pump")
    edge.say("skip")
    edge.say("data 4.5")
    edge.event("ncmd", name="Node Control/Rebirth", value=True)
    seen.event("rebirth", node="npm", asked=True, cause="seq 3 where 2 was next")
    seen.event("finding", node="npm", rule="tck-id-payloads-sequence-num-incrementing")
    # What came after the gap is not lost.
    assert seen.metric("pump", "Float", source="data", value=4.5)


def test_an_observer_sends_nothing_but_subscriptions(broker, wire, start, host, npm):
    tap = Tap(broker.port)
    try:
        seen = host(tap.port, "--observe", "--reorder-timeout", "0.1")
        tap.first(lambda p: p.kind == SUBSCRIBE, "SUBSCRIBE")
        edge = npm(broker.port)
        seen.event("online", node="npm", device="pump")
        edge.say("skip")
        edge.say("data 4.5")
        seen.event("rebirth", node="npm", asked=False)
        start("--broker", f"mqtt://127.0.0.1:{broker.port}")
        seen.metric("smart-breaker-001", "Breaker/CurrentPhaseA", source="data")
        assert seen.stop() == 128 + 15
        tap.first(lambda p: p.kind == DISCONNECT, "DISCONNECT")
        kinds = {p.kind for p in tap.sent()}
        assert kinds <= {CONNECT, SUBSCRIBE, PINGREQ, PUBACK, DISCONNECT}, kinds
        assert all(p.connect["will"] is None for p in tap.sent(CONNECT))
        heard = {m.topic for m in wire.items}
        assert not [t for t in heard if "STATE" in t or "/NCMD/" in t], heard
    finally:
        tap.close()


def test_state_says_how_the_host_stands(broker, wire, host):
    """`tck-id-host-topic-phid-birth-message`, `-death-`: STATE over start, kill, broker restart and SIGTERM."""
    tap = Tap(broker.port)
    try:
        state = lambda online, after=0: wire.message("STATE/scada", after=after, where=lambda m: m.json["online"] is online)
        seen = host(tap.port, "--host-id", "scada")
        first = state(True)
        connect = tap.sent(CONNECT)[0].connect
        topic, payload, qos, retain = connect["will"]
        assert (topic, qos, retain, connect["clean"]) == ("spBv1.0/STATE/scada", 1, True, True)
        assert json.loads(payload) == {"online": False, "timestamp": first.json["timestamp"]}
        publish = tap.sent(PUBLISH)[0]
        assert (publish.topic, publish.qos, publish.retain) == ("spBv1.0/STATE/scada", 1, True)
        subscribed = [f for p in tap.sent(SUBSCRIBE) for f in p.filters]
        assert ("spBv1.0/STATE/scada", 1) in subscribed
        order = [p.kind for p in tap.sent() if p.kind in (CONNECT, SUBSCRIBE, PUBLISH)]
        assert order[:3] == [CONNECT, SUBSCRIBE, PUBLISH]
        # A cut cable: the will, and the host comes back with a new time.
        after = wire.position()
        tap.cut()
        state(False, after)
        again = state(True, after)
        assert again.json["timestamp"] > first.json["timestamp"]
        # The death of an older session arrives late.
        after = wire.position()
        wire.publish("spBv1.0/STATE/scada", json.dumps({"online": False, "timestamp": 1}))
        assert state(True, after).json == again.json
        # The broker starts anew and has forgotten everything.
        wire.connected.clear()
        broker.stop()
        after = wire.position()
        broker.start()
        assert wire.connected.wait(LIMIT_S)
        state(True, after)
        after = wire.position()
        assert seen.stop() == 128 + 15
        last = state(False, after)
        assert last.json["timestamp"] >= again.json["timestamp"]
        late = Wire(broker.port, ["spBv1.0/STATE/scada"])
        kept = late.message("STATE/scada")
        late.close()
        assert kept.retain and kept.json == last.json
        assert seen.items[-1]["stderr"].count("connected") >= 1
    finally:
        tap.close()


def test_a_command_trips_a_breaker_and_waits_for_it(broker, wire, start):
    start("--broker", f"mqtt://127.0.0.1:{broker.port}")
    fleet, device = Fleet(wire), "smart-breaker-002"
    fleet.data(device, lambda v: True, "data")
    after = wire.position()
    done = host_command(broker.port, f"MDB-A/{device}", "Control/Trip", "true", "--json")
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert result["done"] is True and result["value"] is True
    fleet.data(device, lambda v: v.get("Breaker/Status") == 2, "Status = Tripped", after)
    assert "spBv1.0/STATE/breaker-console" not in {m.topic for m in wire.items}
    setting = host_command(broker.port, f"MDB-A/{device}", "Protection/OvercurrentPickup", "90.5")
    assert setting.returncode == 0, setting.stderr
    assert setting.stdout.startswith(f"done: Protection/OvercurrentPickup of IIoT/MDB-A/{device} = 90.5\n")
    for args, message in [
        ((f"MDB-A/{device}", "Control/Close", "true"), "refused: Control/Close of"),
        ((f"MDB-A/{device}", "Protection/OvercurrentPickup", "-5"), "refused: Protection/OvercurrentPickup of"),
        ((f"MDB-A/{device}", "Protection/OvercurrentPickup", "high"), "is Float: a number is wanted"),
        ((f"MDB-A/{device}", "Breaker/CurrentPhaseA", "1"), "is read only"),
        ((f"MDB-A/{device}", "Trip", "true"), "has no metric Trip; it has "),
        (("MDB-A/nobody", "Control/Trip", "true", "--timeout", "8"), "IIoT/MDB-A/nobody is offline"),
        (("MDB-Z/nobody", "Control/Trip", "true", "--timeout", "1"), "IIoT/MDB-Z is offline"),
        (("a/b/c", "Control/Trip", "true"), "write NODE/DEVICE"),
    ]:
        refused = host_command(broker.port, *args)
        assert refused.returncode == 1, args
        assert message in refused.stderr and refused.stderr.startswith("breaker-console: "), refused.stderr


def test_a_command_to_another_make(broker, npm):
    edge = npm(broker.port)
    done = host_command(broker.port, "npm/pump", "Setpoint", "12.5", "--group", "Foreign")
    assert done.returncode == 0, done.stderr
    edge.event("dcmd", device="pump", name="Setpoint", value=12.5)


def test_no_broker_is_one_clear_line():
    from conftest import free_port

    refused = host_command(free_port(), "n/d", "m", "1")
    assert refused.returncode == 1
    assert refused.stderr.count("\n") == 1 and "nothing listens there" in refused.stderr
