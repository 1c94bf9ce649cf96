"""Both paths at once, as independent clients see them."""

import json
import subprocess
import time
import uuid

import pysparkplug as sp
from conftest import ROOT
from sparkplug import Fleet, command, rebirth

DEVICES = [f"smart-breaker-00{n}" for n in (1, 2, 3)]
NODE = "spBv1.0/IIoT/{}/MDB-A"


def value(payload, name):
    return next(m.value for m in payload.metrics if m.name == name)


def test_births_and_data_of_three_breakers(wire, broker, start):
    start("--broker", f"mqtt://127.0.0.1:{broker.port}", "--report", "all", "--tick", "0.2")
    fleet = Fleet(wire)
    node = fleet.births()
    assert node.seq == 0
    assert value(node, "Node Control/Rebirth") is False
    for n, device in enumerate(DEVICES, 1):
        birth = fleet.births(device)
        assert birth.seq == n
        names = {m.name for m in birth.metrics}
        assert len(names) == len(birth.metrics)
        assert {"Device/Manufacturer", "Breaker/Status", "Breaker/CurrentPhaseA", "Protection/OvercurrentPickup"} <= names
        assert value(birth, "Breaker/Status") == 1
        assert value(birth, "Protection/OvercurrentPickup") == 100
        data = fleet.data(device, lambda v: "Breaker/CurrentPhaseA" in v, "currents")
        assert 30 < data["values"]["Breaker/CurrentPhaseA"] < 100
        assert abs(data["values"].get("Breaker/VoltagePhaseA", 480) - 480) < 15


def test_seq_has_no_gap(wire, broker, start):
    start("--broker", f"mqtt://127.0.0.1:{broker.port}", "--report", "all", "--tick", "0.01")
    Fleet(wire).births()
    seqs = []

    def count(m):
        if m.topic.startswith("spBv1.0/") and m.topic.split("/")[2] in ("NBIRTH", "DBIRTH", "DDATA", "NDATA"):
            kind = {"NBIRTH": sp.NBirth, "DBIRTH": sp.DBirth}.get(m.topic.split("/")[2], sp.DData)
            seqs.append(kind.decode(m.payload, birth=None).seq if kind in (sp.NBirth, sp.DBirth) else seq_of(m.payload))
        return len(seqs) >= 600

    wire.first(count, "600 messages")
    assert seqs == [n % 256 for n in range(len(seqs))]


def seq_of(payload):
    from pysparkplug import _protobuf

    return _protobuf.Payload.FromString(payload).seq


def test_another_decoder_reads_the_same_birth(wire, broker, start):
    start("--broker", f"mqtt://127.0.0.1:{broker.port}")
    device = DEVICES[0]
    birth = Fleet(wire).births(device)
    raw = wire.message(f"/DBIRTH/MDB-A/{device}").payload
    script = (
        "const s=require('sparkplug-payload').get('spBv1.0');"
        "const p=s.decodePayload(Buffer.from(process.argv[1],'hex'));"
        "console.log(JSON.stringify(p.metrics.map(m=>[m.name,m.type,m.value])))"
    )
    out = subprocess.run(["node", "-e", script, raw.hex()], check=True, capture_output=True, text=True, cwd=ROOT).stdout
    theirs = {name: (kind, v) for name, kind, v in json.loads(out)}
    assert len(theirs) == len(birth.metrics)
    for m in birth.metrics:
        kind, v = theirs[m.name]
        if m.value is None:
            assert v is None, m.name
        elif isinstance(m.value, float):
            assert abs(v - m.value) <= 1e-6 * max(1, abs(m.value)), m.name
        elif kind in ("Int32", "Boolean", "String"):
            assert v == m.value, m.name


def test_a_dcmd_trip_opens_and_both_paths_tell_the_same(wire, broker, start):
    start("--broker", f"mqtt://127.0.0.1:{broker.port}")
    fleet, device = Fleet(wire), DEVICES[1]
    fleet.data(device, lambda v: True, "data")
    after = wire.position()
    sent = time.monotonic()
    wire.publish(f"spBv1.0/IIoT/DCMD/MDB-A/{device}", command("Control/Trip"))
    data = fleet.data(device, lambda v: v.get("Breaker/Status") == 2, "Status = Tripped", after)
    event = wire.message(f"lwm2m/{device}/event", after=after, where=lambda m: m.json["event_type"] == "breaker_trip").json
    tripped = fleet.data(device, lambda v: v.get("Breaker/LastTripId") is not None, "trip id", after)["values"]
    assert tripped["Breaker/LastTripId"] == event["trip_id"]
    stamp = tripped["Breaker/LastTripTime"]
    assert (stamp if isinstance(stamp, int) else int(stamp.timestamp() * 1000)) == event["ts"]


def test_an_lwm2m_trip_is_answered_and_opens(wire, broker, start):
    start("--broker", f"mqtt://127.0.0.1:{broker.port}")
    fleet, device = Fleet(wire), DEVICES[0]
    registration = wire.message(f"lwm2m/{device}/reg").json
    assert registration["endpoint"] == device and registration["lifetime"] > 0
    assert "</3200>;ver=2.0" in registration["objlinks"]
    assert wire.message(f"lwm2m/{device}/status").json["status"] == "online"
    fleet.births(device)
    after, request = wire.position(), str(uuid.uuid4())
    wire.publish(f"lwm2m/{device}/cmd/trip", json.dumps({"id": request, "command": "trip", "reason": "Drill"}))
    answer = wire.message(f"lwm2m/{device}/resp/trip", after=after).json
    assert answer["id"] == request and answer["code"] == 204 and answer["status"] == "ok"
    fleet.data(device, lambda v: v.get("Breaker/Status") == 2, "Status = Tripped", after)
    event = wire.message(f"lwm2m/{device}/event", after=after, where=lambda m: m.json["event_type"] == "breaker_trip").json
    assert event["reason"] == "Drill"
    # The same message again acts once and is answered again.
    after = wire.position()
    wire.publish(f"lwm2m/{device}/cmd/trip", json.dumps({"id": request, "command": "trip"}))
    assert wire.message(f"lwm2m/{device}/resp/trip", after=after).json["id"] == request


def test_remote_close_needs_remote_control(wire, broker, start):
    start("--broker", f"mqtt://127.0.0.1:{broker.port}")
    device = DEVICES[0]
    wire.message(f"lwm2m/{device}/reg")
    wire.publish(f"lwm2m/{device}/cmd/close", "")
    answer = wire.message(f"lwm2m/{device}/resp/close").json
    assert answer["code"] == 405 and answer["error"]["cause"] == "Blocked-by-switching-hierarchy"
    wire.publish(f"lwm2m/{device}/cmd/configure", json.dumps({"settings": {"OvercurrentPickup": {"value": -5}}}))
    answer = wire.message(f"lwm2m/{device}/resp/configure").json
    assert answer["code"] == 400 and "OvercurrentPickup" in answer["error"]["detail"]


def test_a_rebirth_is_answered(wire, broker, start):
    start("--broker", f"mqtt://127.0.0.1:{broker.port}")
    fleet = Fleet(wire)
    fleet.births(DEVICES[2])
    after = wire.position()
    wire.publish(NODE.format("NCMD"), rebirth())
    assert fleet.births(after=after).seq == 0
    assert [fleet.births(d, after).seq for d in DEVICES] == [1, 2, 3]


def test_broker_restart_is_survived(broker, wire, start):
    start("--broker", f"mqtt://127.0.0.1:{broker.port}")
    first = Fleet(wire).births()
    wire.message(f"lwm2m/{DEVICES[0]}/reg")
    wire.connected.clear()
    broker.stop()
    after = wire.position()
    broker.start()
    assert wire.connected.wait(30), "the subscriber did not come back"
    # Whoever comes back first: births that the subscriber has missed are asked for, births to come answer as well.
    wire.publish(NODE.format("NCMD"), rebirth())
    second = Fleet(wire).births(after=after)
    assert value(second, "bdSeq") == (value(first, "bdSeq") + 1) % 256
    wire.publish(f"lwm2m/{DEVICES[0]}/cmd/read", json.dumps({"path": "/3/0/0"}))


def test_kill_leaves_the_wills_and_loses_nothing(broker, wire, start):
    console = start("--broker", f"mqtt://127.0.0.1:{broker.port}")
    device = DEVICES[0]
    fleet = Fleet(wire)
    fleet.births(device)
    wire.message(f"lwm2m/{device}/reg")
    wire.publish(f"lwm2m/{device}/cmd/trip", "")
    event = wire.message(f"lwm2m/{device}/event", where=lambda m: m.json["event_type"] == "breaker_trip").json
    after = wire.position()
    console.stop(9)
    assert seq_of(wire.message("NDEATH/MDB-A", after=after).payload) == 0
    wire.message(f"lwm2m/{device}/status", after=after, where=lambda m: m.json["status"] == "offline")
    after = wire.position()
    start("--broker", f"mqtt://127.0.0.1:{broker.port}")
    birth = fleet.births(device, after)
    assert value(birth, "Breaker/LastTripId") == event["trip_id"]
    assert value(birth, "Breaker/TripCount") == 1
    assert value(birth, "Breaker/Status") == 2


def test_sigterm_says_goodbye_on_both_paths(broker, wire, start):
    console = start("--broker", f"mqtt://127.0.0.1:{broker.port}")
    Fleet(wire).births(DEVICES[2])
    wire.message(f"lwm2m/{DEVICES[2]}/reg")
    after = wire.position()
    assert console.stop(15) == 128 + 15
    for device in DEVICES:
        wire.message(f"DDEATH/MDB-A/{device}", after=after)
        wire.message(f"lwm2m/{device}/dereg", after=after)
    wire.message("NDEATH/MDB-A", after=after)


def test_the_embedded_broker_serves_strangers(start):
    from conftest import Wire

    console = start("--listen", "127.0.0.1:0")
    wire = Wire(console.port)
    try:
        wire.publish(NODE.format("NCMD"), rebirth())
        fleet = Fleet(wire)
        for device in DEVICES:
            assert value(fleet.births(device), "Device/Manufacturer") == "Smart"
        assert wire.message("lwm2m/smart-breaker-001/status").json["status"] == "online"
    finally:
        wire.close()


def test_a_trip_during_an_outage_follows_as_history(broker, wire, start, tmp_path):
    """The broker is gone when the breaker trips; births tell the state, history tells when."""
    path = tmp_path / "trip.toml"
    path.write_text('id = "T1"\ntitle = "trip"\nduration_s = 60\n[[step]]\nat_s = 4\ncommand = "trip"\n[expect]\n')
    console = start("--broker", f"mqtt://127.0.0.1:{broker.port}", "--drill", path)
    device = DEVICES[0]
    Fleet(wire).data(device, lambda v: True, "data")
    wire.connected.clear()
    broker.stop()
    record = console.first(lambda e: e.get("class") == "trip" and e["device"] == device, "the trip on record")
    after = wire.position()
    broker.start()
    assert wire.connected.wait(30), "the subscriber did not come back"
    wire.publish(NODE.format("NCMD"), rebirth())
    births = Fleet(wire).births(device, after)
    assert value(births, "Breaker/Status") == 2
    assert record["utc"] > 0
    from pysparkplug import _protobuf

    status = next(m.alias for m in _protobuf.Payload.FromString(
        wire.message(f"DBIRTH/MDB-A/{device}", after=after).payload).metrics if m.name == "Breaker/Status")

    def history(m):
        if not m.topic.endswith(f"DDATA/MDB-A/{device}"):
            return False
        return any(x.alias == status and x.is_historical and x.int_value == 2
                   for x in _protobuf.Payload.FromString(m.payload).metrics)

    wire.first(history, "the trip as history", after=after)
