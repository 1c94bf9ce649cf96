"""Grades an edge node by what passes over the wire: Sparkplug 3.0.0, the assertions of its clients that concern edge nodes
and devices and can be seen from outside. Ids are the specification's without `tck-id-`."""

import itertools
import json
import re

from pysparkplug._protobuf import Payload
from tap import CONNECT, DISCONNECT, PUBACK, PUBLISH, SUBACK, SUBSCRIBE

INT32, INT64, BOOLEAN, PROPERTY_SET, PROPERTY_SET_LIST = 3, 4, 11, 20, 21
BASIC = range(1, 15)
KNOWN = range(1, 35)
REBIRTH = "Node Control/Rebirth"
# Data that had left before the edge node could read a request that the tap has seen.
IN_FLIGHT_MS = 250
SIGNS = re.compile(r"[^+/#\x00]+")


def spread(text):
    """`a-{b,c}-d` -> a-b-d, a-c-d."""
    parts = re.split(r"\{([^}]*)\}", text)
    choices = [[p] if i % 2 == 0 else p.split(",") for i, p in enumerate(parts)]
    return ["".join(c) for c in itertools.product(*choices)]


def value_of(metric):
    field = metric.WhichOneof("value")
    return None if field is None or metric.is_null else getattr(metric, field)


FIELD = {
    **dict.fromkeys((1, 2, 3, 5, 6, 7), "int_value"),
    **dict.fromkeys((4, 8, 13), "long_value"),
    9: "float_value",
    10: "double_value",
    11: "boolean_value",
    **dict.fromkeys((12, 14, 15), "string_value"),
    16: "dataset_value",
    **dict.fromkeys((17, 18, *range(22, 35)), "bytes_value"),
    19: "template_value",
}


class Grades:
    def __init__(self):
        self.passed, self.failed = {}, {}

    def check(self, ids, ok, detail=""):
        for one in spread(ids):
            if ok:
                self.passed[one] = self.passed.get(one, 0) + 1
            else:
                self.failed.setdefault(one, []).append(str(detail))
        return ok

    @property
    def seen(self):
        return set(self.passed) | set(self.failed)


class Session:
    """One MQTT connection of the edge node."""

    def __init__(self, grader, connect):
        self.g, self.check = grader, grader.grades.check
        self.connect = connect
        self.filters, self.acknowledged = [], False
        self.births = {}  # device or None -> {name: metric}
        self.last = {}  # (device, name) -> value last told
        self.aliases = {}
        self.templates = {}
        self.seq = None
        self.published = 0
        self.dead = set()
        self.ended = None
        self.data_seen = False
        self.commanded = set()
        self.rebirth_at = None
        self._grade_connect()

    def _grade_connect(self):
        check, c = self.check, self.connect
        check("principles-persistence-clean-session-311", c["level"] == 4 and c["clean"], c)
        will = c["will"]
        if not check("message-flow-edge-node-birth-publish-will-message", will is not None):
            self.bd_seq = None
            return
        check("payloads-ndeath-will-message", True)
        topic, raw, qos, retain = will
        check("message-flow-edge-node-birth-publish-will-message-topic", topic == self.g.topic("NDEATH"), topic)
        check("{message-flow-edge-node-birth-publish-will-message-qos,payloads-ndeath-will-message-qos}", qos == 1, qos)
        check(
            "{message-flow-edge-node-birth-publish-will-message-will-retained,payloads-ndeath-will-message-retain}",
            not retain,
        )
        payload = Payload.FromString(raw)
        check("message-flow-edge-node-birth-publish-will-message-payload", True)
        self.bd_seq = self._death(payload)
        previous = self.g.bd_seq
        wanted = 0 if previous is None and self.g.fresh else (previous + 1) % 256 if previous is not None else self.bd_seq
        check(
            "{message-flow-edge-node-birth-publish-will-message-payload-bdSeq,topics-nbirth-bdseq-increment}",
            self.bd_seq == wanted,
            f"{self.bd_seq} after {previous}",
        )
        self.g.bd_seq = self.bd_seq

    def _death(self, payload):
        """bdSeq of a death."""
        check = self.check
        check("topics-ndeath-payload", len(payload.metrics) == 1, len(payload.metrics))
        check("{topics-ndeath-seq,payloads-ndeath-seq}", not payload.HasField("seq"))
        found = [m for m in payload.metrics if m.name == "bdSeq"]
        ok = len(found) == 1 and found[0].datatype == INT64 and found[0].WhichOneof("value") == "long_value"
        check("payloads-ndeath-bdseq", ok)
        return found[0].long_value if ok else None

    def subscribe(self, packet):
        self.check("message-flow-edge-node-birth-publish-connect", self.published == 0)
        self.filters += packet.filters

    def _subscriptions(self):
        g, check = self.g, self.check
        covers = lambda topic: any(f == topic and q == 1 for f, q in self.filters)
        check("message-flow-edge-node-ncmd-subscribe", self.acknowledged and covers(g.topic("NCMD")), self.filters)
        wild = g.topic("DCMD", "+")
        check("message-flow-device-dcmd-subscribe", self.acknowledged and covers(wild), self.filters)
        if g.primary:
            state = f"spBv1.0/STATE/{g.primary}"
            check(
                "{message-flow-edge-node-birth-publish-phid-wait,operational-behavior-edge-node-birth-sequence-wait,"
                "operational-behavior-primary-application-state-with-multiple-servers-state-subs}",
                covers(state),
                self.filters,
            )

    def publish(self, packet):
        g, check = self.g, self.check
        parts = packet.topic.split("/")
        ok = len(parts) in (4, 5) and parts[0] == "spBv1.0"
        check("{topic-structure,topic-structure-namespace-a}", ok, packet.topic)
        if not ok:
            return
        _, group, verb, node, *device = parts
        device = device[0] if device else None
        for what, one in (("group-id", group), ("edge-node-id", node), ("device-id", device)):
            if one is not None:
                legal = bool(SIGNS.fullmatch(one))
                check(f"intro-{what}-{{string,chars}}", legal, one)
                check(f"topic-structure-namespace-valid-{what}", legal, one)
        of_device = verb in ("DBIRTH", "DDEATH", "DDATA", "DCMD")
        what = "associated" if of_device else "non-associated"
        check(f"topic-structure-namespace-device-id-{what}-message-types", of_device == (device is not None), packet.topic)
        payload = Payload.FromString(packet.payload)
        self.published += 1
        check(f"topics-{verb.lower()}-topic", packet.topic == g.topic(verb, device), packet.topic)
        if self.published == 1:
            check(
                "{principles-birth-certificates-order,message-flow-edge-node-birth-publish-connect}",
                verb == "NBIRTH",
                packet.topic,
            )
        grade = {
            "NBIRTH": self._nbirth,
            "DBIRTH": self._dbirth,
            "NDATA": self._data,
            "DDATA": self._data,
            "NDEATH": self._ndeath,
            "DDEATH": self._ddeath,
        }.get(verb)
        assert grade, f"an edge node publishes {verb}"
        if verb != "NDEATH":
            low = verb.lower()
            plain = packet.qos == 0 and not packet.retain
            check(f"topics-{low}-mqtt", plain, packet.topic)
            check(f"payloads-{low}-qos", packet.qos == 0)
            check(f"payloads-{low}-retain", not packet.retain)
            stamped = payload.HasField("timestamp") and abs(payload.timestamp - packet_ms(packet, g)) < 120_000
            check(f"payloads-{low}-timestamp", stamped, payload.timestamp)
            if verb != "DDEATH":
                check(f"topics-{low}-timestamp", stamped)
            check("payloads-timestamp-in-UTC", stamped)
            self._seq(verb, payload)
        grade(verb, device, payload, packet)

    def _seq(self, verb, payload):
        check, low = self.check, verb.lower()
        has = check("payloads-sequence-num-always-included", payload.HasField("seq"), verb)
        seq = payload.seq if has else None
        if verb == "NBIRTH":
            check(
                "{topics-nbirth-seq-num,payloads-nbirth-seq,message-flow-edge-node-birth-publish-nbirth-payload-seq,"
                "payloads-sequence-num-req-nbirth}",
                seq == 0,
                seq,
            )
        else:
            wanted = None if self.seq is None else (self.seq + 1) % 256
            ok = seq is not None and seq == wanted
            detail = f"{verb} with {seq}, wanted {wanted}"
            check("payloads-sequence-num-incrementing", ok, detail)
            if verb == "DBIRTH":
                check(
                    "{message-flow-device-birth-publish-dbirth-payload-seq,topics-dbirth-seq,payloads-dbirth-seq,"
                    "payloads-dbirth-seq-inc}",
                    ok,
                    detail,
                )
            elif verb == "DDEATH":
                check("{topics-ddeath-seq-num,payloads-ddeath-seq,payloads-ddeath-seq-inc,payloads-ddeath-seq-number}", ok, detail)
            else:
                check(f"{{topics-{low}-seq-num,payloads-{low}-seq,payloads-{low}-seq-inc}}", ok, detail)
        self.seq = seq

    def _nbirth(self, _verb, _device, payload, packet):
        g, check = self.g, self.check
        self._subscriptions()
        if g.primary:
            check(
                "message-flow-edge-node-birth-publish-{phid-wait-online,phid-wait-id,phid-wait-timestamp}",
                g.host_online,
                "a birth while the primary host is offline",
            )
        base = "message-flow-edge-node-birth-publish"
        check(f"{base}-nbirth-topic", packet.topic == g.topic("NBIRTH"))
        check(f"{base}-nbirth-qos", packet.qos == 0)
        check(f"{base}-nbirth-retained", not packet.retain)
        check(f"{base}-nbirth-payload", True)
        self.births, self.aliases, self.templates = {}, {}, {}
        self.dead, self.data_seen = set(), False
        by_name = {m.name: m for m in payload.metrics}
        bd = by_name.get("bdSeq")
        included = bd is not None and bd.datatype == INT64 and bd.WhichOneof("value") == "long_value"
        check("{topics-nbirth-bdseq-included,payloads-nbirth-bdseq}", included)
        same = included and bd.long_value == self.bd_seq
        detail = f"{bd.long_value if included else None}, the will has {self.bd_seq}"
        check(f"{{topics-nbirth-bdseq-matching,payloads-nbirth-bdseq-repeat,{base}-nbirth-payload-bdSeq}}", same, detail)
        if self.rebirth_at is not None:
            check("operational-behavior-data-commands-rebirth-action-{2,3}", same, detail)
            self.rebirth_at = None
        rebirth = by_name.get(REBIRTH)
        check("{topics-nbirth-rebirth-metric,payloads-nbirth-rebirth-req}", rebirth is not None)
        op = "operational-behavior-data-commands-rebirth"
        if check(f"{op}-name", rebirth is not None):
            check(f"{op}-datatype", rebirth.datatype == BOOLEAN)
            check(f"{op}-value", rebirth.WhichOneof("value") == "boolean_value" and not rebirth.boolean_value)
            check(f"{op}-name-aliases", not rebirth.HasField("alias"))
        for m in payload.metrics:
            if m.HasField("template_value") and m.template_value.is_definition:
                self.templates[m.name] = m.template_value
        check("payloads-nbirth-edge-node-descriptor", True)
        self._birth("nbirth", None, payload)

    def _dbirth(self, _verb, device, payload, packet):
        g, check = self.g, self.check
        base = "message-flow-device-birth-publish"
        born = None in self.births
        check(f"{base}-nbirth-wait", born)
        again = device in self.dead
        check("payloads-dbirth-order", born and (again or not self.data_seen), f"{device} after data")
        check(f"{base}-{{dbirth-topic,dbirth-match-edge-node-topic}}", packet.topic == g.topic("DBIRTH", device))
        check(f"{base}-dbirth-qos", packet.qos == 0)
        check(f"{base}-dbirth-retained", not packet.retain)
        check(f"{base}-dbirth-payload", True)
        check("topic-structure-namespace-unique-device-id", device not in self.births or again, device)
        self.dead.discard(device)
        self.aliases = {a: w for a, w in self.aliases.items() if w[0] != device}
        self._birth("dbirth", device, payload)
        lower = [d.lower() for d in self.births if d]
        check("case-sensitivity-sparkplug-ids", len(lower) == len(set(lower)))

    def _birth(self, low, device, payload):
        check, g = self.check, self.g
        names = [m.name for m in payload.metrics]
        check("case-sensitivity-metric-names", len({n.lower() for n in names}) == len(names))
        check(f"{{topics-{low}-metrics,operational-behavior-data-publish-{low}}}", len(set(names)) == len(names))
        self.births[device] = {}
        order = []
        for m in payload.metrics:
            detail = f"{device or 'node'}: {m.name}"
            check("payloads-name-requirement", bool(m.name), detail)
            check("payloads-metric-datatype-req", m.HasField("datatype"), detail)
            check("payloads-metric-datatype-{value-type,value}", m.datatype in KNOWN, detail)
            field = m.WhichOneof("value")
            null = m.HasField("is_null") and m.is_null
            ok = (field == FIELD.get(m.datatype) and not null) or (null and field is None)
            check(f"{{topics-{low}-metric-reqs,operational-behavior-data-publish-{low}-values}}", ok, f"{detail} {field}")
            self._time(m, detail)
            if not m.is_historical:
                order.append(m.timestamp)
            if m.name not in ("bdSeq", REBIRTH):
                check("payloads-alias-birth-requirement", m.HasField("alias") == g.aliases, detail)
            if m.HasField("alias"):
                unique = m.alias not in self.aliases
                check("payloads-alias-uniqueness", unique, f"{detail}: {m.alias}")
                self.aliases[m.alias] = (device, m.name)
            if m.HasField("properties"):
                self._properties(m.properties, detail, True)
            if m.HasField("template_value"):
                self._template(low, m)
            self.births[device][m.name] = m
            self.last[device, m.name] = (value_of(m), quality(m))
        check(f"operational-behavior-data-publish-{low}-order", order == sorted(order), device)

    def _time(self, m, detail):
        ok = m.HasField("timestamp")
        self.check("payloads-name-birth-data-requirement", ok, detail)
        self.check("payloads-metric-timestamp-in-UTC", ok and 1_500_000_000_000 < m.timestamp < 4_000_000_000_000, detail)

    def _properties(self, properties, detail, birth):
        check = self.check
        same = len(properties.keys) == len(properties.values)
        check("payloads-propertyset-{keys,values}-array-size", same, detail)
        for key, value in zip(properties.keys, properties.values):
            if birth:
                check("payloads-metric-propertyvalue-type-req", value.HasField("type"), f"{detail} {key}")
            known = value.type in BASIC or value.type in (PROPERTY_SET, PROPERTY_SET_LIST)
            check("payloads-metric-propertyvalue-type-{type,value}", known, f"{detail} {key}")
            if key == "Quality":
                check("payloads-propertyset-quality-value-type", value.type == INT32, detail)
                code = value.int_value if value.WhichOneof("value") == "int_value" else None
                check("payloads-propertyset-quality-value-value", code in (0, 192, 500), f"{detail} {code}")

    def _template(self, low, m):
        check, t = self.check, m.template_value
        check("payloads-template-is-definition", t.HasField("is_definition"), m.name)
        check("payloads-template-version", not t.HasField("version") or t.version.isprintable())
        for p in t.parameters:
            check("payloads-template-parameter-{name-required,name-type}", bool(p.name), m.name)
            check("payloads-template-parameter-{value-type,type-value}", p.type in BASIC, f"{m.name} {p.name}")
        if t.is_definition:
            check("payloads-template-definition-nbirth-only", low == "nbirth", m.name)
            check("{payloads-template-definition-is-definition,payloads-template-is-definition-definition}", True)
            check("payloads-template-{definition-ref,ref-definition}", not t.HasField("template_ref"), m.name)
            check("payloads-template-parameter-type-req", all(p.HasField("type") for p in t.parameters), m.name)
            check("topics-nbirth-templates", True)
            return
        check("{payloads-template-instance-is-definition,payloads-template-is-definition-instance}", True)
        known = self.templates.get(t.template_ref)
        check("payloads-template-{instance-ref,ref-instance}", t.HasField("template_ref"), m.name)
        if not check("payloads-template-definition-nbirth", known is not None, t.template_ref):
            return
        members, have = {x.name for x in known.metrics}, {x.name for x in t.metrics}
        check("payloads-template-{definition-members,instance-members}", have <= members, have - members)
        if low.endswith("birth"):
            check("payloads-template-instance-members-birth", have == members, members - have)
        parameters = {p.name for p in known.parameters}
        check(
            "payloads-template-{definition-parameters,instance-parameters}",
            {p.name for p in t.parameters} <= parameters,
        )
        check("payloads-template-parameter-value", all(p.WhichOneof("value") for p in t.parameters), m.name)

    def _data(self, verb, device, payload, _packet):
        check, g, low = self.check, self.g, verb.lower()
        ready = None in self.births and (device is None or device in self.births) and device not in self.dead
        check(f"payloads-{low}-order", ready, device)
        self.data_seen = True
        if self.rebirth_at is not None:
            stopped = payload.timestamp <= self.rebirth_at + IN_FLIGHT_MS
            check("operational-behavior-data-commands-rebirth-action-1", stopped, "data after a rebirth request")
        if not ready:
            return
        births = self.births[device]
        birth = "nbirth" if device is None else "dbirth"
        order = []
        for m in payload.metrics:
            if m.HasField("alias"):
                whose = self.aliases.get(m.alias)
                known = whose is not None and whose[0] == device
                name = whose[1] if known else f"alias {m.alias}"
                check("payloads-alias-data-cmd-requirement", not m.name, m.name)
                check("payloads-name-requirement", known)
            else:
                name, known = m.name, m.name in births
                check("payloads-name-requirement", bool(m.name))
                check("payloads-alias-data-cmd-requirement", not births[name].HasField("alias") if known else False, name)
            if not check(f"{{operational-behavior-data-publish-{birth},topics-{birth}-metrics}}", known, name):
                continue
            detail = f"{device or 'node'}: {name}"
            check("payloads-metric-datatype-not-req", not m.HasField("datatype"), detail)
            field = m.WhichOneof("value")
            assert m.is_null or field == FIELD[births[name].datatype], f"{detail}: {field}"
            self._time(m, detail)
            if m.HasField("properties"):
                self._properties(m.properties, detail, False)
            if m.is_historical:
                continue
            order.append(m.timestamp)
            told = (value_of(m), quality(m) if m.HasField("properties") else self.last[device, name][1])
            if (device, name) not in self.commanded:
                news = told != self.last[device, name]
                ids = f"{{topics-{low}-payload,operational-behavior-data-publish-{birth}-change,principles-rbe-recommended}}"
                check(ids, news or g.report_all, f"{detail} is {told} again")
            self.last[device, name] = told
        check(f"operational-behavior-data-publish-{birth}-order", order == sorted(order), device)

    def _ddeath(self, _verb, device, _payload, _packet):
        self.check("operational-behavior-device-ddeath", device in self.births, device)
        self.dead.add(device)

    def _ndeath(self, _verb, _device, payload, packet):
        check, g = self.check, self.g
        if g.primary:
            base = "operational-behavior-edge-node-termination"
            ids = f"{{{base}-host-offline,{base}-host-offline-timestamp,message-flow-edge-node-birth-publish-phid-offline}}"
            check(ids, not g.host_online, "a good-bye while the primary host is online")
        check("topics-ndeath-topic", packet.topic == g.topic("NDEATH"))
        same = self._death(payload) == self.bd_seq
        check("{operational-behavior-edge-node-intentional-disconnect-ndeath,payloads-ndeath-will-message-publisher}", same)
        assert packet.qos == 1 and not packet.retain
        self.ended = "ndeath"

    def disconnect(self):
        check = self.check
        ok = self.ended == "ndeath" or None not in self.births
        check(
            "{operational-behavior-edge-node-intentional-disconnect-packet,"
            "payloads-ndeath-will-message-publisher-disconnect-mqtt311}",
            ok,
            "DISCONNECT without NDEATH",
        )
        self.ended = "disconnect"

    def command(self, packet):
        """A command that reached the edge node."""
        parts = packet.topic.split("/")
        payload = Payload.FromString(packet.payload)
        if parts[2] == "DCMD":
            device = parts[4]
            for m in payload.metrics:
                name = m.name or self.aliases.get(m.alias, (None, None))[1]
                self.commanded.add((device, name))
        elif any(m.name == REBIRTH and m.boolean_value for m in payload.metrics) and not packet.retain:
            self.rebirth_at = packet_ms(packet, self.g)


def quality(metric):
    for key, value in zip(metric.properties.keys, metric.properties.values):
        if key == "Quality":
            return value.int_value
    return 192


def packet_ms(packet, grader):
    return (packet.at + grader.clock) * 1000


class Grader:
    def __init__(self, group="IIoT", node="MDB-A", aliases=True, report_all=False, primary=None, clock=0.0):
        self.group, self.node = group, node
        self.aliases, self.report_all, self.primary = aliases, report_all, primary
        # Seconds from the tap's clock to the calendar.
        self.clock = clock
        self.grades = Grades()
        self.bd_seq, self.fresh = None, True
        self.host_online, self.host_time = False, None

    def topic(self, verb, device=None):
        return "/".join(["spBv1.0", self.group, verb, self.node, *([device] if device else [])])

    def _state(self, packet):
        if packet.topic != f"spBv1.0/STATE/{self.primary}":
            return
        state = json.loads(packet.payload)
        if self.host_time is not None and state["timestamp"] < self.host_time:
            return
        self.host_online, self.host_time = state["online"], state["timestamp"]

    def run(self, packets):
        sessions = {}
        for p in packets:
            if p.kind == CONNECT and p.connect["client_id"].startswith("sp-"):
                # A new connection hears the host from the beginning.
                self.host_online, self.host_time = False, None
                sessions[p.connection] = Session(self, p.connect)
            s = sessions.get(p.connection)
            if s is None:
                continue
            if p.up and p.kind == SUBSCRIBE:
                s.subscribe(p)
            elif not p.up and p.kind == SUBACK:
                s.acknowledged = all(c < 0x80 for c in p.body[2:])
            elif p.up and p.kind == PUBLISH:
                s.publish(p)
            elif not p.up and p.kind == PUBLISH:
                if "/STATE/" in p.topic:
                    self._state(p)
                elif p.topic.split("/")[2] in ("NCMD", "DCMD"):
                    s.command(p)
            elif p.up and p.kind == DISCONNECT:
                s.disconnect()
            elif p.up:
                assert p.kind in (CONNECT, PUBACK, 12), p
        return self.grades
