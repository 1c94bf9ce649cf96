"""Faults on purpose, judged by a checker of its own on pysparkplug: each breaks its rule while it is on, and nothing
is broken before and after."""

import itertools
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
    """A drill file with these (when, key, name) steps: when is a second from the start, "trip", or so long after it."""
    lines = ['id = "W1"', 'title = "faults of the links"', "duration_s = 600", "[expect]"]
    head, tail = lines[:3], lines[3:]
    when = lambda at: f'after = "trip"\nat_s = {at.removeprefix("trip") or 0}' if isinstance(at, str) else f"at_s = {at}"
    body = [f'[[step]]\n{when(at)}\n{key} = "{name}"' for at, key, name in steps]
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
    # The birth sequences: the first, one with the fault where it is one of births, and the one that ends the fault.
    begin = nth_birth(wire, 2) if name in OF_BIRTHS else wire.items.index(wire.message(f"DDATA/MDB-A/{DEVICE}"))
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
    path = drill(tmp_path, (1, "misbehave", "refuse_rebirth"), ("trip", "behave", "refuse_rebirth"))
    console = start("--broker", f"mqtt://127.0.0.1:{broker.port}", "--tick", "0.2", "--report", "all", "--drill", path)
    watch(console, ": misbehave refuse_rebirth")
    after = wire.position()
    wire.publish("spBv1.0/IIoT/NCMD/MDB-A", rebirth())
    seen = after
    for _ in range(10):
        data = wire.message(f"DDATA/MDB-A/{DEVICE}", "data, as if nobody had asked", after=seen)
        seen = wire.items.index(data) + 1
    assert not any("NBIRTH" in m.topic for m in wire.items[after:seen])
    wire.publish(f"lwm2m/{DEVICE}/cmd/trip", "")
    watch(console, ": behave refuse_rebirth")
    wire.message("NBIRTH/MDB-A", after=after)


def test_flapping_brings_wills_and_counts_on(wire, broker, start, tmp_path):
    start("--broker", f"mqtt://127.0.0.1:{broker.port}", "--lwm2m", "off", "--misbehave", "flapping")
    first = wire.message("NDEATH/MDB-A")
    second = wire.first(lambda m: m.topic.endswith("NDEATH/MDB-A"), "second will", after=wire.items.index(first) + 1)
    number = lambda m: next(x.long_value for x in _protobuf.Payload.FromString(m.payload).metrics if x.name == "bdSeq")
    assert number(second) == number(first) + 1


def lwm2m_only(broker, start, *options):
    return start("--broker", f"mqtt://127.0.0.1:{broker.port}", "--sparkplug", "off", "--report", "all", *options)


def ask(wire, number):
    wire.publish(f"lwm2m/{DEVICE}/cmd/read", json.dumps({"id": f"q-{number}", "path": "/3/0/0"}))


def test_an_answer_with_a_wrong_token(wire, broker, start, tmp_path):
    console = lwm2m_only(broker, start, "--misbehave", "wrong_token", "--drill", drill(tmp_path, ("trip", "behave", "wrong_token")))
    wire.message(f"lwm2m/{DEVICE}/reg")
    ask(wire, 7)
    assert wire.message(f"lwm2m/{DEVICE}/resp/read").json["id"] == "q-0"
    wire.publish(f"lwm2m/{DEVICE}/cmd/trip", "")
    watch(console, ": behave wrong_token")
    # The link is told a moment after the words are said.
    for number in itertools.count(8):
        after = wire.position()
        ask(wire, number)
        if wire.message(f"lwm2m/{DEVICE}/resp/read", after=after).json["id"] == f"q-{number}":
            break
        assert number < 50, "the token stays wrong"


def test_a_notification_sent_twice(wire, broker, start):
    lwm2m_only(broker, start, "--misbehave", "duplicate_notify")
    first = wire.message(f"lwm2m/{DEVICE}/update")
    again = wire.message(f"lwm2m/{DEVICE}/update", after=wire.items.index(first) + 1)
    assert again.payload == first.payload


def test_a_lifetime_left_to_expire(wire, broker, start, tmp_path):
    path = drill(tmp_path, (1, "misbehave", "lifetime_expires"), ("trip 2", "behave", "lifetime_expires"))
    console = lwm2m_only(broker, start, "--drill", path)
    watch(console, ": misbehave lifetime_expires")
    short = wire.message(f"lwm2m/{DEVICE}/reg", where=lambda m: m.json["lifetime"] == 20)
    registered = wire.items.index(short)
    wire.publish(f"lwm2m/{DEVICE}/cmd/trip", "")
    watch(console, ": behave lifetime_expires")
    back = wire.message(f"lwm2m/{DEVICE}/reg", after=registered, where=lambda m: m.json["lifetime"] > 20)
    quiet = wire.items[registered : wire.items.index(back)]
    assert not any(m.topic == f"lwm2m/{DEVICE}/update" for m in quiet)


def test_an_unreachable_device_answers_nothing(wire, broker, start, tmp_path):
    console = lwm2m_only(broker, start, "--drill", drill(tmp_path, (1, "misbehave", "unreachable")))
    wire.message(f"lwm2m/{DEVICE}/reg")
    watch(console, ": misbehave unreachable")
    after = wire.position()
    ask(wire, 8)
    wire.publish("other/topic", "a later message shows that time has passed")
    wire.message("other/topic", after=after)
    assert not any(m.topic == f"lwm2m/{DEVICE}/resp/read" for m in wire.items[after:])
