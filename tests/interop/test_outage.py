"""The broker is gone for half a minute, and a breaker trips on a short circuit meanwhile."""

import contextlib
import json
import threading
import time

from pysparkplug import _protobuf

from sparkplug import Fleet
from test_paths import NODE, seq_of, value

DEVICES = [f"smart-breaker-00{n}" for n in (1, 2, 3)]
OUTAGE_S = 30
# Room for values in the node beside events, and what an outage of this length brings: 3 devices, a tick of 0.1 s.
ROOM = 10_000
FAULT = """
id = "O1"
title = "a short circuit while nobody listens"
breakers = 3
duration_s = 300
[[step]]
at_s = 20
inject = { what = "fault", kind = "3PH", distance_m = 30 }
[expect]
"""


def host_is(online, wire):
    """The primary host says that it is there; births wait for that, so the subscriber of the test misses nothing."""
    state = {"online": online, "timestamp": int(time.time() * 1000)}
    wire.client.publish("spBv1.0/STATE/outage", json.dumps(state), qos=1, retain=True).wait_for_publish(30)


def payload_of(message):
    return _protobuf.Payload.FromString(message.payload)


def test_slow_half_a_minute_without_a_broker_loses_no_event(broker, wire, start, tmp_path):
    path = tmp_path / "fault.toml"
    path.write_text(FAULT)
    device = DEVICES[0]
    host_is(True, wire)
    console = start(
        "--broker", f"mqtt://127.0.0.1:{broker.port}", "--primary-host", "outage", "--drill", path,
        "--report", "all", "--tick", "0.1",
    )
    Fleet(wire).data(device, lambda v: "Breaker/CurrentPhaseA" in v, "currents")

    wire.connected.clear()
    broker.stop()
    gone = int(time.time() * 1000)
    began = time.monotonic()
    trip = console.first(lambda e: e.get("class") == "trip" and e["device"] == device, "the trip on record", limit_s=60)
    # The length of the outage is the subject; nothing is expected to have happened at its end.
    threading.Event().wait(max(0.0, OUTAGE_S - (time.monotonic() - began)))
    back = int(time.time() * 1000)
    assert gone < trip["utc"] < back
    after = wire.position()
    broker.start()
    assert wire.connected.wait(60), "the subscriber did not come back"
    host_is(True, wire)

    birth = payload_of(wire.message(f"DBIRTH/MDB-A/{device}", after=after))
    names = {m.alias: m.name for m in birth.metrics}
    born = {m.name: m for m in birth.metrics}
    assert born["Breaker/Status"].int_value == 2
    trip_id = born["Breaker/LastTripId"].string_value
    assert born["Breaker/TripCount"].int_value == 1 and trip_id

    def of_device(m, device=device):
        return m.topic.startswith("spBv1.0/") and m.topic.endswith(f"DDATA/MDB-A/{device}")

    # The oldest of all devices comes first, and the currents of a closed breaker never stand still: when its last
    # seconds come, everything older was told.
    def history_is_over(m):
        return of_device(m, DEVICES[1]) and any(
            x.is_historical and x.timestamp >= back - 1000 for x in payload_of(m).metrics)

    wire.first(history_is_over, "the end of the history", after=after, limit_s=60)
    told = {}
    for m in wire.items[after:]:
        if of_device(m):
            for x in payload_of(m).metrics:
                if x.is_historical:
                    told.setdefault(names[x.alias], []).append(x)

    # The trip is told once, at its own time, and completely.
    ids = [x for x in told["Breaker/LastTripId"] if x.string_value == trip_id]
    assert len(ids) == 1, "the trip is told once"
    assert abs(ids[0].timestamp - trip["utc"]) < 1000
    tripped = [x for x in told["Breaker/Status"] if x.int_value == 2]
    # The command to trip comes before the contacts part.
    assert len(tripped) == 1 and 0 <= tripped[0].timestamp - ids[0].timestamp < 1000
    assert [x.int_value for x in told["Breaker/TripCount"]] == [1]
    changed = {"Breaker/LastTripTime", "Breaker/TripReason", "Breaker/TripCurrent"}
    assert changed <= told.keys(), changed - told.keys()
    # Measurements had more to say than there is room for: the newest are there, each metric in the order of time.
    for name, points in told.items():
        stamps = [x.timestamp for x in points]
        assert stamps == sorted(stamps), name
        assert gone - 70_000 <= stamps[0] and stamps[-1] <= back + 60_000, name
    currents = [x.timestamp for x in told["Breaker/CurrentPhaseA"]]
    assert len(currents) == len(set(currents)), "no measurement twice"
    # Numbers go on without a gap through births, live data and history.
    seqs = [payload_of(m).seq for m in wire.items[after:] if "/MDB-A" in m.topic
            and m.topic.startswith("spBv1.0/") and m.topic.split("/")[2] in ("NBIRTH", "DBIRTH", "NDATA", "DDATA")]
    assert seqs == [n % 256 for n in range(len(seqs))]


def test_a_bdseq_file_cut_short_is_a_first_start(broker, wire, start, tmp_path):
    console = start("--broker", f"mqtt://127.0.0.1:{broker.port}")
    assert value(Fleet(wire).births(), "bdSeq") == 0
    console.stop()
    after = wire.position()
    second = start("--broker", f"mqtt://127.0.0.1:{broker.port}")
    assert value(Fleet(wire).births(after=after), "bdSeq") == 1
    second.stop()
    (kept,) = (tmp_path / "state" / "state").glob("bdseq.*")
    kept.write_bytes(b"")
    after = wire.position()
    third = start("--broker", f"mqtt://127.0.0.1:{broker.port}")
    assert value(Fleet(wire).births(after=after), "bdSeq") == 0
    after = wire.position()
    third.stop(9)
    # The will carries the number of the birth that it ends.
    assert seq_of(wire.message(NODE.format("NDEATH"), after=after).payload) == 0


def test_two_programs_on_one_id_say_so_and_give_way(broker, wire, start):
    first = start("--broker", f"mqtt://127.0.0.1:{broker.port}", "--lwm2m", "off")
    Fleet(wire).births()
    second = start("--broker", f"mqtt://127.0.0.1:{broker.port}", "--lwm2m", "off", state="other")
    found = threading.Event()

    def listen(console):
        # One of the two says it; the other may have nothing to say.
        with contextlib.suppress(AssertionError):
            console.first(lambda e: "second program" in e.get("reason", ""), "a word about it", limit_s=60)
            found.set()

    for console in (first, second):
        threading.Thread(target=listen, args=(console,), daemon=True).start()
    assert found.wait(60), "neither says that a second program uses the same ids"
