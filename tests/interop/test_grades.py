"""Our edge node, graded from the wire, in all combinations of aliases and templates."""

import json
import time

import pysparkplug as sp
import pytest

from grader import Grader
from pysparkplug._protobuf import Payload
from sparkplug import command, rebirth
from tap import CONNECT, DISCONNECT, PUBLISH, Tap

DEVICES = [f"smart-breaker-00{n}" for n in (1, 2, 3)]
NODE = "spBv1.0/IIoT/{}/MDB-A"

# What every run must show at least once; a grade that was never given is no grade.
ALWAYS = """
principles-persistence-clean-session-311 principles-birth-certificates-order principles-rbe-recommended
topic-structure topic-structure-namespace-a topic-structure-namespace-device-id-associated-message-types
topic-structure-namespace-device-id-non-associated-message-types topic-structure-namespace-unique-device-id
message-flow-edge-node-birth-publish-connect message-flow-edge-node-birth-publish-will-message
message-flow-edge-node-birth-publish-will-message-payload-bdSeq message-flow-edge-node-ncmd-subscribe
message-flow-device-dcmd-subscribe message-flow-edge-node-birth-publish-nbirth-payload-bdSeq
message-flow-device-birth-publish-nbirth-wait topics-nbirth-bdseq-increment topics-nbirth-bdseq-matching
topics-nbirth-metric-reqs topics-dbirth-metric-reqs topics-ndata-topic topics-ddata-topic topics-ndeath-topic
topics-ddeath-topic topics-ndeath-payload topics-ddata-payload payloads-sequence-num-incrementing
payloads-name-birth-data-requirement payloads-metric-datatype-req payloads-metric-datatype-not-req
payloads-alias-data-cmd-requirement payloads-propertyset-quality-value-value payloads-dbirth-order payloads-ddata-order
payloads-ndata-order payloads-ddeath-seq-inc operational-behavior-data-commands-rebirth-action-2
operational-behavior-data-commands-rebirth-action-3 operational-behavior-data-commands-rebirth-name-aliases
operational-behavior-data-publish-nbirth-order operational-behavior-data-publish-dbirth-order
operational-behavior-device-ddeath operational-behavior-edge-node-intentional-disconnect-ndeath
operational-behavior-edge-node-intentional-disconnect-packet
""".split()
WITH_ALIASES = ["payloads-alias-uniqueness", "payloads-alias-birth-requirement"]
WITH_TEMPLATES = """
payloads-template-definition-nbirth-only payloads-template-definition-nbirth payloads-template-instance-members-birth
payloads-template-ref-instance payloads-template-ref-definition payloads-template-parameter-type-req
topics-nbirth-templates
""".split()



def verb(packet):
    return packet.topic.split("/")[2] if packet.kind == PUBLISH else ""


def born(tap, after=0):
    """The last device birth of a birth sequence."""
    return tap.first(lambda p: p.up and p.topic.endswith(f"DBIRTH/MDB-A/{DEVICES[-1]}"), "births", after)


def value_by_name(tap, device, name, wanted, what, after=0):
    """Data of a device in which a metric, by name or by the alias of the newest birth, has this value."""
    birth = [p for p in tap.items if p.up and p.topic.endswith(f"DBIRTH/MDB-A/{device}")][-1]
    metric = next(m for m in Payload.FromString(birth.payload).metrics if m.name == name)

    def match(p):
        if not (p.up and p.topic.endswith(f"DDATA/MDB-A/{device}")):
            return False
        for m in Payload.FromString(p.payload).metrics:
            is_it = m.alias == metric.alias if metric.HasField("alias") else m.name == name
            if is_it and getattr(m, m.WhichOneof("value") or "int_value") == wanted:
                return True
        return False

    return tap.first(match, what, after)


@pytest.mark.parametrize("templates", ["off", "on"])
@pytest.mark.parametrize("aliases", ["on", "off"])
def test_every_rule_that_the_wire_shows(broker, wire, start, aliases, templates):
    tap = Tap(broker.port)
    try:
        # Somebody left a command on the broker; it must not be carried out.
        wire.client.publish(f"{NODE.format('DCMD')}/{DEVICES[0]}", command("Control/Trip"), qos=1, retain=True)
        wire.message(f"DCMD/MDB-A/{DEVICES[0]}")
        console = start(
            "--broker", f"mqtt://127.0.0.1:{tap.port}", "--lwm2m", "off", "--tick", "0.1",
            "--aliases", aliases, "--templates", templates,
        )
        born(tap)
        # Data of the node and of a device.
        tap.first(lambda p: p.up and verb(p) == "NDATA", "NDATA")
        tap.first(lambda p: p.up and verb(p) == "DDATA", "DDATA")
        # A command that is carried out, a setting, one that is refused, one that means nothing.
        after = tap.position()
        wire.publish(f"{NODE.format('DCMD')}/{DEVICES[1]}", command("Control/Trip"))
        value_by_name(tap, DEVICES[1], "Breaker/Status", 2, "a trip", after)
        for name, value, kind in (
            ("Protection/OvercurrentPickup", 90.0, sp.DataType.FLOAT),
            ("Protection/OvercurrentPickup", -1.0, sp.DataType.FLOAT),
            ("No/Such", 1, sp.DataType.INT32),
        ):
            wire.publish(f"{NODE.format('DCMD')}/{DEVICES[0]}", command(name, value, kind))
        value_by_name(tap, DEVICES[0], "Protection/OvercurrentPickup", 90.0, "the setting", after)
        assert not [p for p in tap.items if p.up and "NDEATH" in p.topic]
        # A rebirth request.
        after = tap.position()
        wire.publish(NODE.format("NCMD"), rebirth())
        born(tap, after)
        # The cable is cut; a new session with the next bdSeq follows.
        after = tap.position()
        tap.cut()
        born(tap, after)
        tap.first(lambda p: p.up and verb(p) == "DDATA", "DDATA of the new session", after)
        # The end, in order.
        after = tap.position()
        assert console.stop() == 128 + 15
        tap.first(lambda p: p.up and p.kind == DISCONNECT, "DISCONNECT", after)
        assert {p.topic for p in tap.items[after:] if p.up and verb(p) == "DDEATH"} == {
            f"{NODE.format('DDEATH')}/{d}" for d in DEVICES
        }
        grader = Grader(aliases=aliases == "on", clock=time.time() - time.monotonic())
        grades = grader.run(list(tap.items))
        assert grades.failed == {}, "\n".join(f"{k}: {v[:3]}" for k, v in grades.failed.items())
        wanted = set(ALWAYS + (WITH_ALIASES if aliases == "on" else []) + (WITH_TEMPLATES if templates == "on" else []))
        assert wanted <= grades.seen, wanted - grades.seen
        # The retained command was delivered at each connection, and never carried out.
        assert len([p for p in tap.items if not p.up and verb(p) == "DCMD" and p.retain]) >= 2
        births = [p for p in tap.items if p.up and p.topic.endswith(f"DBIRTH/MDB-A/{DEVICES[0]}")]
        assert len(births) == 3
        for birth in births:
            status = next(m for m in Payload.FromString(birth.payload).metrics if m.name == "Breaker/Status")
            assert status.int_value == 1
        print(f"{len(grades.seen)} assertions graded, {sum(grades.passed.values())} times")
    finally:
        tap.close()


def state(online, timestamp):
    return json.dumps({"online": online, "timestamp": timestamp})


def test_a_primary_host_is_waited_for_and_followed(broker, wire, start):
    """The STATE scripts of a primary host: wrong id, offline, old times, online, old offline, offline."""
    tap = Tap(broker.port)
    topic, now = "spBv1.0/STATE/scada", 2_000_000_000_000
    keep = lambda t, p: wire.client.publish(t, p, qos=1, retain=True).wait_for_publish(30)
    heard = lambda payload, after: tap.first(
        lambda p: not p.up and p.kind == PUBLISH and p.topic == topic and p.payload == payload.encode(), payload, after
    )
    no_birth = lambda: not [p for p in tap.items if p.up and p.kind == PUBLISH]
    try:
        keep(topic, state(False, now))
        start("--broker", f"mqtt://127.0.0.1:{tap.port}", "--lwm2m", "off", "--http", "off", "--primary-host", "scada")
        heard(state(False, now), 0)
        wire.publish("spBv1.0/STATE/other", state(True, now + 1))
        wire.publish(topic, state(True, now - 1))
        heard(state(True, now - 1), 0)
        assert no_birth()
        wire.publish(topic, state(True, now))
        born(tap)
        # An offline of an older session of the host changes nothing.
        after = tap.position()
        wire.publish(topic, state(False, now - 1))
        heard(state(False, now - 1), after)
        wire.publish(NODE.format("NCMD"), rebirth())
        born(tap, after)
        assert not [p for p in tap.items if p.up and verb(p) == "NDEATH"]
        # The host goes: NDEATH, DISCONNECT, a new session that waits again.
        after = tap.position()
        keep(topic, state(False, now + 1))
        tap.first(lambda p: p.up and verb(p) == "NDEATH", "NDEATH", after)
        tap.first(lambda p: p.up and p.kind == DISCONNECT, "DISCONNECT", after)
        tap.first(lambda p: p.up and p.kind == CONNECT, "a new session", after)
        after = tap.position()
        heard(state(False, now + 1), after)
        wire.publish(topic, state(True, now + 2))
        born(tap, after)
        grades = Grader(primary="scada", clock=time.time() - time.monotonic()).run(list(tap.items))
        assert grades.failed == {}, "\n".join(f"{k}: {v[:3]}" for k, v in grades.failed.items())
        for one in ("phid-wait", "phid-wait-id", "phid-wait-online", "phid-wait-timestamp"):
            assert f"message-flow-edge-node-birth-publish-{one}" in grades.passed
    finally:
        tap.close()


def test_a_broken_edge_is_graded_badly(broker):
    """The grader itself: an edge written to break rules, and the grades it must get."""
    tap = Tap(broker.port)
    try:
        import paho.mqtt.client as mqtt

        client = mqtt.Client("sp-bad")
        bad = Payload(seq=3, timestamp=1)
        metric = bad.metrics.add(name="x", datatype=99)
        metric.alias = 5
        bad.metrics.add(name="X", datatype=3, alias=5)
        client.will_set("spBv1.0/IIoT/NDEATH/MDB-A", bad.SerializeToString(), qos=0, retain=True)
        client.connect("127.0.0.1", tap.port)
        client.loop_start()
        for topic, retain in (("DDATA/MDB-A/d", False), ("NBIRTH/MDB-A", True), ("DBIRTH/MDB-A/d", False)):
            client.publish(f"spBv1.0/IIoT/{topic}", bad.SerializeToString(), retain=retain).wait_for_publish(30)
        client.disconnect()
        tap.first(lambda p: p.kind == DISCONNECT, "DISCONNECT")
        client.loop_stop()
        failed = Grader(clock=time.time() - time.monotonic()).run(list(tap.items)).failed
        for one in """
            message-flow-edge-node-birth-publish-will-message-qos payloads-ndeath-will-message-retain topics-ndeath-seq
            topics-ndeath-payload payloads-ndeath-bdseq principles-birth-certificates-order payloads-ddata-order
            topics-nbirth-mqtt topics-nbirth-seq-num topics-nbirth-bdseq-included topics-nbirth-rebirth-metric
            message-flow-edge-node-ncmd-subscribe payloads-alias-uniqueness payloads-metric-datatype-value
            case-sensitivity-metric-names operational-behavior-data-publish-nbirth-values
            payloads-name-birth-data-requirement payloads-sequence-num-incrementing payloads-nbirth-timestamp
            operational-behavior-edge-node-intentional-disconnect-packet
        """.split():
            assert one in failed, one
    finally:
        tap.close()
