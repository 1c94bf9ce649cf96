"""OMA's binding over MQTT, with a server made of paho and cbor2: nothing of the program's own decoders."""

import itertools
import json
import signal
import struct

import cbor2
import pytest

ENDPOINT = "smart-breaker-001"
TOPIC = f"lwm2m/rd/{ENDPOINT}"
OPERATION, TOKEN, PREFERRED, URI, PATHS, PAYLOAD, LIFETIME, VERSION, BINDING, RESULT, FORMAT = (
    1, 2, 4, 5, 6, 7, 8, 9, 10, 18, 19,
)
REGISTER, UPDATE, DEREGISTER, READ, READ_COMPOSITE, DISCOVER, WRITE, WRITE_PARTIAL = 6, 7, 8, 9, 10, 11, 12, 13
ATTRIBUTES, WRITE_COMPOSITE, EXECUTE, CREATE, DELETE, OBSERVE, CANCEL, NOTIFY, SEND = 14, 15, 16, 17, 18, 20, 22, 23, 24


class Server:
    """Answers registrations and asks with even tokens."""

    def __init__(self, wire):
        self.wire = wire
        self.tokens = itertools.count(2, 2)

    def frame(self, where, what, after=0):
        found = {}

        def wanted(message):
            if message.topic != TOPIC:
                return False
            frame = cbor2.loads(message.payload)
            if where(frame):
                found["frame"] = frame
                return True
            return False

        self.wire.first(wanted, what, after)
        return found["frame"]

    def publish(self, frame):
        self.wire.publish(TOPIC, cbor2.dumps(frame))

    def accept(self, after=0):
        register = self.frame(lambda f: f.get(OPERATION) == REGISTER, "a registration", after)
        self.publish({RESULT: 201, TOKEN: register[TOKEN]})
        return register

    def ask(self, operation, **members):
        keys = {"uri": URI, "pct": PREFERRED, "paths": PATHS, "payload": PAYLOAD, "ct": FORMAT, "pmin": 12, "pmax": 13,
                "gt": 14, "st": 15, "depth": 22}
        token = members.pop("token", None) or next(self.tokens)
        before = self.wire.position()
        self.publish({OPERATION: operation, TOKEN: token, **{keys[k]: v for k, v in members.items()}})
        answer = self.frame(lambda f: RESULT in f and f[TOKEN] == token, f"an answer to {operation}", before)
        answer["asked"] = token
        return answer


@pytest.fixture
def server(wire, broker, start):
    server = Server(wire)
    server.console = start(
        "--http", "off",
        "--broker", f"mqtt://127.0.0.1:{broker.port}", "--sparkplug", "off", "--lwm2m-dialect", "oma", "--breakers", "1"
    )
    server.register = server.accept()
    # Requests before the acceptance has arrived are passed over; a first answer shows that it has.
    while True:
        token = next(server.tokens)
        before = wire.position()
        server.publish({OPERATION: READ, TOKEN: token, URI: "/1/0/0"})
        try:
            wire.first(
                lambda m: m.topic == TOPIC and cbor2.loads(m.payload).get(RESULT) == 205, "life", before, limit_s=1
            )
            return server
        except AssertionError:
            continue


def tlv(data):
    """OMA TLV to (kind, id, value); written from the standard, not from the program."""
    out = []
    while data:
        head, data = data[0], data[1:]
        size = 2 if head & 0x20 else 1
        ident, data = int.from_bytes(data[:size], "big"), data[size:]
        size = head >> 3 & 3
        length, data = (int.from_bytes(data[:size], "big"), data[size:]) if size else (head & 7, data)
        out.append((head >> 6, ident, data[:length]))
        data = data[length:]
    return out


def test_registration_names_version_binding_and_objects(server):
    register = server.register
    assert register[TOKEN] % 2 == 1
    assert (register[LIFETIME], register[VERSION], register[BINDING]) == (3600, "1.2", "M")
    links = register[PAYLOAD].decode().split(",")
    assert links[0] == '</>;rt="oma.lwm2m";ct="110 112 11544"'
    assert {"</1/0>", "</3/0>", "</4/0>", "</5/0>", "</7/0>", "</3200>;ver=2.0", "</3200/0>", "</3201/0>"} <= set(links)
    assert not any(link.startswith(("</0", "</21", "</23")) for link in links)


def test_every_format_says_the_same_to_other_decoders(server):
    def read(uri, pct):
        answer = server.ask(READ, uri=uri, pct=pct)
        assert (answer[RESULT], answer[FORMAT]) == (205, pct), answer
        return answer[PAYLOAD]

    # One value, 100.0 A, in all formats that can carry it.
    uri = "/3201/0/0"
    assert float(read(uri, 0)) == 100.0
    assert cbor2.loads(read(uri, 60)) == 100.0
    assert json.loads(read(uri, 110)) == [{"bn": uri, "v": 100}]
    assert cbor2.loads(read(uri, 112)) == [{-2: uri, 2: 100.0}]
    assert cbor2.loads(read(uri, 11544)) == {3201: {0: {0: 100.0}}}
    [(kind, ident, raw)] = tlv(read(uri, 11542))
    assert (kind, ident, struct.unpack(">f", raw)[0]) == (3, 0, 100.0)

    # An instance: every decoder finds the same values.
    senml = {r["n"]: r.get("v", r.get("vs", r.get("vb"))) for r in json.loads(read("/3201/0", 110))}
    packed = {r[0]: next(r[k] for k in (2, 3, 4) if k in r) for r in cbor2.loads(read("/3201/0", 112))}
    nested = {str(k): v for k, v in cbor2.loads(read("/3201/0", 11544))[3201][0].items()}
    raw = {str(ident): data for kind, ident, data in tlv(read("/3201/0", 11542)) if kind == 3}
    assert set(senml) == set(packed) == set(nested) == set(raw) and len(senml) > 40
    for key, value in packed.items():
        assert nested[key] == value
        if isinstance(value, float):
            assert senml[key] == pytest.approx(value, rel=1e-6)
            assert struct.unpack(">f" if len(raw[key]) == 4 else ">d", raw[key])[0] == value
        elif isinstance(value, bool):
            assert senml[key] is value and raw[key] == bytes([value])
        elif isinstance(value, int):
            assert senml[key] == value and int.from_bytes(raw[key], "big", signed=True) == value
        else:
            assert senml[key] == value and raw[key].decode() == value

    # Time, link, text and a multiple resource.
    assert cbor2.loads(read("/3/0/13", 60)).timestamp() > 1.7e9
    assert json.loads(read("/3200/0/28", 110)) == [{"bn": "/3200/0/28", "vlo": "3201:0"}]
    assert cbor2.loads(read("/3200/0/28", 112)) == [{-2: "/3200/0/28", "vlo": "3201:0"}]
    [(kind, ident, items)] = tlv(read("/3/0/11", 11542))
    assert (kind, ident) == (2, 11) and [i[:2] for i in tlv(items)] == [(1, 0)]
    assert cbor2.loads(read("/3/0/11", 11544))[3][0][11].keys() == {0}
    assert server.ask(READ, uri="/3201/0", pct=0)[RESULT] == 406


def test_composites_with_paths_of_another_encoder(server):
    paths = cbor2.dumps([{-2: "/3200/0/", 0: "0"}, {0: "38"}, {-2: "", 0: "/3201/0/0"}])
    answer = server.ask(READ_COMPOSITE, paths=paths)
    assert (answer[RESULT], answer[FORMAT]) == (205, 11544)
    values = cbor2.loads(answer[PAYLOAD])
    assert set(values) == {3200, 3201} and set(values[3200][0]) == {0, 38} and values[3201] == {0: {0: 100.0}}
    body = cbor2.dumps({(3201, 0): {0: 130.0, 1: 90.0}})
    assert server.ask(WRITE_COMPOSITE, ct=11544, payload=body)[RESULT] == 204
    assert cbor2.loads(server.ask(READ, uri="/3201/0/0", pct=60)[PAYLOAD]) == 130.0


def test_writes_of_other_encoders_in_every_format(server):
    def check(expected):
        assert float(server.ask(READ, uri="/3201/0/0")[PAYLOAD]) == expected

    for ct, payload, expected in [
        (0, b"111.5", 111.5),
        (60, cbor2.dumps(112), 112),
        (110, json.dumps([{"bn": "/3201/0/", "n": "0", "v": 113}]).encode(), 113),
        (112, cbor2.dumps([{-2: "/3201/0/0", 2: 114}]), 114),
        (11544, cbor2.dumps({3201: {0: {0: 115.25}}}), 115.25),
        (11542, b"\xc4\x00" + struct.pack(">f", 116.5), 116.5),
    ]:
        answer = server.ask(WRITE, uri="/3201/0/0", ct=ct, payload=payload)
        assert answer[RESULT] == 204, (ct, answer)
        check(expected)
    for ct, payload, code in [(0, b"1000000", 400), (0, b"x", 400), (40, b"", 415), (9999, b"", 415), (60, b"\xff", 400)]:
        assert server.ask(WRITE, uri="/3201/0/0", ct=ct, payload=payload)[RESULT] == code, (ct, payload)
    check(116.5)
    assert server.ask(WRITE, uri="/3200/0/1", ct=0, payload=b"1")[RESULT] == 405
    assert server.ask(CREATE, uri="/3200", ct=11544, payload=b"\xa0")[RESULT] == 405
    assert server.ask(DELETE, uri="/3/0")[RESULT] == 405
    assert server.ask(READ, uri="/0/0")[RESULT] == 401


def test_observe_execute_notify_cancel(server):
    token = next(server.tokens)
    first = server.ask(OBSERVE, uri="/3200/0/0", token=token)
    assert (first[RESULT], first[PAYLOAD]) == (205, b"1")
    before = server.wire.position()
    assert server.ask(EXECUTE, uri="/3200/0/31", payload=b"0='Manual'")[RESULT] == 204
    notify = server.frame(
        lambda f: f.get(OPERATION) == NOTIFY and f[TOKEN] == token and f[PAYLOAD] != b"1", "a notification", before
    )
    assert notify[FORMAT] == 0
    assert server.ask(CANCEL, token=token)[RESULT] == 204
    assert server.ask(CANCEL, token=token + 1000)[RESULT] == 404
    links = server.ask(DISCOVER, uri="/3200/0/0")
    assert links[RESULT] == 205 and links[PAYLOAD] == b"</3200/0/0>"
    assert server.ask(ATTRIBUTES, uri="/3200/0/1", pmin=1, pmax=10, gt=100)[RESULT] == 204
    assert server.ask(DISCOVER, uri="/3200/0/1")[PAYLOAD] == b"</3200/0/1>;pmin=1;pmax=10;gt=100"
    assert server.ask(ATTRIBUTES, uri="/3200/0", gt=1)[RESULT] == 400


def test_values_are_sent_without_being_asked_for(server):
    send = server.frame(lambda f: f.get(OPERATION) == SEND, "a Send")
    assert (send[FORMAT], send[TOKEN] % 2) == (11544, 1)
    values = cbor2.loads(send[PAYLOAD])
    assert values[3200][0][0] == 1 and 30 < values[3200][0][1] < 100


def test_a_server_that_forgot_is_registered_at_again(server):
    before = server.wire.position()
    assert server.ask(EXECUTE, uri="/1/0/8")[RESULT] == 204
    update = server.frame(lambda f: f.get(OPERATION) == UPDATE, "an update", before)
    server.publish({RESULT: 404, TOKEN: update[TOKEN]})
    again = server.accept(before)
    assert again[TOKEN] != server.register[TOKEN]


def test_a_new_server_is_registered_at(server):
    server.wire.publish("lwm2m/server/status", json.dumps({"status": "online", "boot_id": "one"}))
    server.ask(READ, uri="/1/0/0")
    before = server.wire.position()
    server.wire.publish("lwm2m/server/status", json.dumps({"status": "online", "boot_id": "two"}))
    server.accept(before)


def test_a_firmware_image_is_checked_and_installed(server):
    import hashlib

    body = b"\x00\x01" * 700
    image = f"breaker-comm 2.1.0 {hashlib.sha256(body).hexdigest()}\n".encode() + body
    assert server.ask(WRITE, uri="/5/0/0", ct=42, payload=image)[RESULT] == 204
    assert server.ask(READ, uri="/5/0/3")[PAYLOAD] == b"2"
    assert server.ask(READ, uri="/5/0/7")[PAYLOAD] == b"2.1.0"
    before = server.wire.position()
    assert server.ask(EXECUTE, uri="/5/0/2")[RESULT] == 204
    server.accept(before)
    assert server.ask(READ, uri="/5/0/5")[PAYLOAD] == b"1"


def test_a_kill_is_offline_at_once_and_takes_no_registration_back(server):
    before = server.wire.position()
    server.console.stop(signal.SIGKILL)
    offline = server.wire.message(f"lwm2m/{ENDPOINT}/status", after=before, where=lambda m: b"offline" in m.payload)
    assert offline.json["status"] == "offline"
    frames = [cbor2.loads(m.payload) for m in list(server.wire.items)[before:] if m.topic == TOPIC]
    assert all(f.get(OPERATION) != DEREGISTER for f in frames), "the registration stands until its lifetime"


def test_a_clean_quit_deregisters(server):
    before = server.wire.position()
    server.console.stop()
    server.frame(lambda f: f.get(OPERATION) == DEREGISTER, "a de-registration", before)
    offline = server.wire.message(f"lwm2m/{ENDPOINT}/status", after=before, where=lambda m: b"offline" in m.payload)
    assert offline.json["status"] == "offline"


def test_both_dialects_share_one_connection(wire, broker, start):
    start("--broker", f"mqtt://127.0.0.1:{broker.port}", "--sparkplug", "off", "--http", "off", "--breakers", "1")
    server = Server(wire)
    server.accept()
    wire.message(f"lwm2m/{ENDPOINT}/reg")
    wire.message(f"lwm2m/{ENDPOINT}/update")
    before = wire.position()
    wire.publish(f"lwm2m/{ENDPOINT}/cmd/read", json.dumps({"id": "1", "path": "/3200/0/0"}))
    assert wire.message(f"lwm2m/{ENDPOINT}/resp/read", after=before).json["value"] == 1
    answer = server.ask(EXECUTE, uri="/3200/0/31")
    assert answer[RESULT] == 204
    wire.message(f"lwm2m/{ENDPOINT}/event", "a trip event", before, lambda m: m.json["event_type"] == "breaker_trip")
    assert not any(
        m.topic == TOPIC and cbor2.loads(m.payload).get(OPERATION) == SEND for m in list(wire.items)
    ), "telemetry goes out once"
