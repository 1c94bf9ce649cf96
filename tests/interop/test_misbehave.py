"""Faults on purpose, judged by a checker of its own on pysparkplug: each breaks its rule while it is on, and nothing
is broken before and after."""

import json

import pysparkplug as sp
import pytest
from pysparkplug import _protobuf
from sparkplug import rebirth

DEVICE = "smart-breaker-001"


class Checker:
    """Looks at the messages of one edge node in their order; `broken` holds names of rules with the message."""

    def __init__(self):
        self.broken = []
        self.seq = self.node = self.bdseq = None
        self.aliases, self.births, self.stamps = {}, {}, {}
        self.will_seen = False

    def complain(self, rule, m):
        self.broken.append((rule, m.topic))

    def take(self, m):
        levels = m.topic.split("/")
        if levels[0] != "spBv1.0" or len(levels) < 4 or levels[3] != "MDB-A":
            return
        verb, device = levels[2], levels[4] if len(levels) > 4 else None
        if verb in ("NCMD", "DCMD"):
            return
        try:
            payload = _protobuf.Payload.FromString(m.payload)
        except Exception:
            self.seq = None if self.seq is None else (self.seq + 1) % 256
            return self.complain("payload", m)
        if verb == "NDEATH":
            number = next(x.long_value for x in payload.metrics if x.name == "bdSeq")
            if self.node and number != self.bdseq:
                self.complain("ndeath-bdseq", m)
            elif self.node:
                self.node = None
            return
        if verb == "NBIRTH":
            self.seq, self.aliases, self.births = 0, {}, {}
            self.node = sp.NBirth.decode(m.payload)
            self.bdseq = next(x.value for x in self.node.metrics if x.name == "bdSeq")
        if self.seq is not None and payload.seq != self.seq:
            self.complain("seq", m)
        self.seq = (payload.seq + 1) % 256
        if verb == "DDATA" and device not in self.births:
            self.complain("ddata-order", m)
        for x in payload.metrics:
            if verb in ("NBIRTH", "DBIRTH"):
                if x.HasField("alias"):
                    if self.aliases.get(x.alias, x.name) != x.name:
                        self.complain("alias-uniqueness", m)
                    self.aliases[x.alias] = x.name
            elif verb in ("NDATA", "DDATA"):
                if x.HasField("alias") and x.alias not in self.aliases:
                    self.complain("alias-birth", m)
                if x.HasField("datatype"):
                    self.complain("datatype", m)
        if verb == "DBIRTH":
            self.births[device] = sp.DBirth.decode(m.payload)
        if verb == "DDATA":
            # An event and a tick may fall into one millisecond; five messages in a row do not.
            last, count = self.stamps.get(device, (0, 0))
            count = count + 1 if payload.timestamp == last else 0
            self.stamps[device] = payload.timestamp, count
            if count == 4:
                self.complain("timestamp", m)


def drill(tmp_path, *steps):
    """A drill file with these (second, key, name) steps."""
    lines = ['id = "W1"', 'title = "faults of the links"', "duration_s = 600", "[expect]"]
    head, tail = lines[:3], lines[3:]
    body = [f'[[step]]\nat_s = {at}\n{key} = "{name}"' for at, key, name in steps]
    path = tmp_path / "links.toml"
    path.write_text("\n".join(head + body + tail))
    return path


def watch(console, words):
    return console.first(lambda e: words in e.get("text", ""), words)


def judge(messages, checker):
    for m in messages:
        checker.take(m)
    return {rule for rule, _ in checker.broken}


def nth_birth(wire, nth):
    """Position of a node birth, counted from 1."""
    at = -1
    for _ in range(nth):
        at = wire.items.index(wire.message("NBIRTH/MDB-A", after=at + 1), at + 1)
    return at


OF_BIRTHS = {"data_before_birth", "duplicate_alias"}
SECONDS_ON = {"late_will": 1.6, "flapping": 7, "skip_seq": 2.5, "no_ndeath": 3}
EXPECTED = {
    "skip_seq": {"seq"},
    "data_before_birth": {"ddata-order"},
    "duplicate_alias": {"alias-uniqueness"},
    "late_will": {"ndeath-bdseq"},
    "unknown_alias": {"alias-birth"},
    "wrong_datatype": {"datatype"},
    "frozen_time": {"timestamp"},
    "cut_payload": {"payload"},
}


@pytest.mark.parametrize("name", list(EXPECTED))
def test_a_fault_is_seen_as_the_rule_broken_and_nothing_after(wire, broker, start, tmp_path, name):
    on = 1.5
    off = on + SECONDS_ON.get(name, 1.5)
    path = drill(tmp_path, (on, "misbehave", name), (off, "behave", name))
    console = start("--broker", f"mqtt://127.0.0.1:{broker.port}", "--breakers", "2", "--report", "all", "--tick", "0.1",
                    "--lwm2m", "off", "--drill", path)
    watch(console, f": misbehave {name}")
    switched = wire.position()
    # The birth sequences: the first, one with the fault where it is one of births, and the one that ends the fault.
    begin = nth_birth(wire, 2) if name in OF_BIRTHS else max(switched - 10, 0)
    end = nth_birth(wire, 3 if name in OF_BIRTHS else 2)
    checker = Checker()
    assert judge(wire.items[:begin], checker) == set(), checker.broken[:5]
    assert judge(wire.items[begin:end], checker) >= EXPECTED[name], checker.broken[:5]
    wire.first(lambda m: m.topic.endswith(f"DDATA/MDB-A/{DEVICE}"), "data afterwards", after=end + 20)
    fresh = Checker()
    assert judge(wire.items[end:], fresh) == set(), fresh.broken[:5]


def test_wrong_bdseq_does_not_match_the_death(wire, broker, start, tmp_path):
    path = drill(tmp_path, (1, "misbehave", "wrong_bdseq"))
    console = start("--broker", f"mqtt://127.0.0.1:{broker.port}", "--lwm2m", "off", "--drill", path)
    watch(console, ": misbehave wrong_bdseq")
    wire.first(lambda m: m.topic.endswith("NBIRTH/MDB-A"), "the wrong birth", after=wire.items.index(wire.message("NBIRTH/MDB-A")) + 1)
    console.stop(9)
    death = wire.message("NDEATH/MDB-A")
    birth = [m for m in wire.items if m.topic.endswith("NBIRTH/MDB-A")][-1]
    number = lambda m: next(x.long_value for x in _protobuf.Payload.FromString(m.payload).metrics if x.name == "bdSeq")
    assert number(birth) == number(death) + 1


def test_no_ndeath_leaves_the_host_in_the_dark_and_comes_back(wire, broker, start, tmp_path):
    path = drill(tmp_path, (1, "misbehave", "no_ndeath"), (4, "behave", "no_ndeath"))
    console = start("--broker", f"mqtt://127.0.0.1:{broker.port}", "--lwm2m", "off", "--drill", path)
    first = wire.items.index(wire.message("NBIRTH/MDB-A"))
    wire.message("NBIRTH/MDB-A", "a second session", after=first + 1)
    assert not any("NDEATH" in m.topic for m in wire.items)
    watch(console, ": behave no_ndeath")
    console.stop(15)
    wire.message("NDEATH/MDB-A")


def test_refused_rebirth_and_its_end(wire, broker, start, tmp_path):
    path = drill(tmp_path, (1, "misbehave", "refuse_rebirth"), (4, "behave", "refuse_rebirth"))
    console = start("--broker", f"mqtt://127.0.0.1:{broker.port}", "--lwm2m", "off", "--tick", "0.2", "--report", "all",
                    "--drill", path)
    watch(console, ": misbehave refuse_rebirth")
    after = wire.position()
    wire.publish("spBv1.0/IIoT/NCMD/MDB-A", rebirth())
    watch(console, ": behave refuse_rebirth")
    birth = wire.message("NBIRTH/MDB-A", after=after)
    data = [m for m in wire.items[after:wire.items.index(birth)] if "DDATA" in m.topic]
    assert len(data) > 10, "data went on as if nobody had asked"


def test_flapping_brings_wills_and_counts_on(wire, broker, start, tmp_path):
    start("--broker", f"mqtt://127.0.0.1:{broker.port}", "--lwm2m", "off", "--misbehave", "flapping")
    first = wire.message("NDEATH/MDB-A")
    second = wire.first(lambda m: m.topic.endswith("NDEATH/MDB-A"), "second will", after=wire.items.index(first) + 1)
    number = lambda m: next(x.long_value for x in _protobuf.Payload.FromString(m.payload).metrics if x.name == "bdSeq")
    assert number(second) == number(first) + 1


def test_lwm2m_faults_as_a_server_sees_them(wire, broker, start, tmp_path):
    path = drill(tmp_path, (1, "misbehave", "wrong_token"), (3, "behave", "wrong_token"),
                 (3.2, "misbehave", "duplicate_notify"), (5, "behave", "duplicate_notify"),
                 (5.2, "misbehave", "lifetime_expires"), (8, "behave", "lifetime_expires"),
                 (9.5, "misbehave", "unreachable"))
    console = start("--broker", f"mqtt://127.0.0.1:{broker.port}", "--sparkplug", "off", "--report", "all", "--drill", path)
    ask = lambda number: wire.publish(f"lwm2m/{DEVICE}/cmd/read", json.dumps({"id": f"q-{number}", "path": "/3/0/0"}))
    answers = lambda after: [m.json["id"] for m in wire.items[after:] if m.topic == f"lwm2m/{DEVICE}/resp/read"]
    wire.message(f"lwm2m/{DEVICE}/reg")
    watch(console, ": misbehave wrong_token")
    after = wire.position()
    ask(7)
    wire.message(f"lwm2m/{DEVICE}/resp/read", after=after)
    assert answers(after) == ["q-0"]
    watch(console, ": misbehave duplicate_notify")
    after = wire.position()
    watch(console, ": behave duplicate_notify")
    updates = [m.payload for m in wire.items[after:] if m.topic == f"lwm2m/{DEVICE}/update"]
    assert len(updates) >= 2 and updates[0] == updates[1]
    watch(console, ": misbehave lifetime_expires")
    after = wire.position()
    assert wire.message(f"lwm2m/{DEVICE}/reg", after=after).json["lifetime"] == 20
    registered = wire.position()
    watch(console, ": behave lifetime_expires")
    quiet = [m for m in wire.items[registered:wire.position()] if m.topic == f"lwm2m/{DEVICE}/update"]
    assert quiet == []
    assert wire.message(f"lwm2m/{DEVICE}/reg", after=registered, where=lambda m: m.json["lifetime"] > 20)
    watch(console, ": misbehave unreachable")
    after = wire.position()
    ask(8)
    wire.publish("other/topic", "a later message shows that time has passed")
    wire.message("other/topic", after=after)
    assert answers(after) == []
