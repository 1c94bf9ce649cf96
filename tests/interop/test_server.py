"""The LwM2M server and the devices, as callers of REST see them."""

import json
import pathlib
import signal
import subprocess
import sys
import threading
import time

import pytest
from conftest import LIMIT_S, PROGRAM, free_port
from rest import Rest, Server

DEVICES = [f"smart-breaker-00{n}" for n in (1, 2, 3)]


@pytest.fixture
def server(broker, tmp_path):
    running = []

    def begin(*options):
        running.append(Server(broker, tmp_path, *options))
        return running[-1]

    yield begin
    for one in running:
        if one.process.poll() is None:
            one.process.kill()
            one.process.wait()


def online(rest, devices=DEVICES):
    def all_there(answer):
        known = {d["device_id"]: d["status"] for d in answer.json()}
        return all(known.get(d) == "online" for d in devices)

    return rest.until("/api/devices?limit=1000", all_there, "all devices online").json()


def measured(rest, path):
    """A read of a measurement; a device that has just started has none for a moment, and says so by 404."""
    end = time.monotonic() + LIMIT_S
    while (answer := rest.get(path)).status_code == 404 and time.monotonic() < end:
        threading.Event().wait(0.05)
    return answer


def test_the_examples_of_the_brief(start):
    console = start("--listen", "127.0.0.1:0")
    online(Rest(console.http))
    example = f"""
import requests

# Get device information
response = requests.get("{console.http}/api/devices/smart-breaker-001")
device_info = response.json()

# Send trip command
trip_command = {{"command": "trip"}}
requests.post("{console.http}/api/devices/smart-breaker-001/command", 
              json=trip_command)
print(device_info["device_id"], device_info["status"])
"""
    done = subprocess.run([sys.executable, "-c", example], check=True, capture_output=True, text=True)
    assert done.stdout.split() == ["smart-breaker-001", "online"]
    rest = Rest(console.http)
    status = lambda a: a.json()["objects"]["3200"]["0"]["0"] == 2
    rest.until("/api/devices/smart-breaker-001", status, "tripped")


def test_three_breakers_with_names_units_and_values(start):
    rest = Rest(start("--listen", "127.0.0.1:0").http)
    devices = online(rest)
    assert [d["device_id"] for d in devices] == DEVICES
    model = rest.get(f"/api/models/{DEVICES[0]}").json()
    current = next(r for o in model if o["id"] == 3200 for r in o["resources"] if r["name"] == "CurrentPhaseA")
    assert (current["unit"], current["operations"], current["path"]) == ("A", "R", "/3200/0/1")
    read = measured(rest, f"/api/devices/{DEVICES[0]}/objects/3200/0/1").json()
    assert 30 < read["result"]["value"] < 100
    links = rest.get(f"/api/devices/{DEVICES[0]}/objects/3200/discover").json()["result"]["links"]
    assert links.startswith("</3200>;ver=2.0,</3200/0>") and "</3200/0/1>" in links
    is_update = lambda m: m["topic"].endswith("/update")
    heard = lambda a: any(is_update(m) for m in a.json())
    messages = rest.until(f"/api/devices/{DEVICES[0]}/messages", heard, "an update").json()
    update = next(m for m in messages if is_update(m))
    payload = bytes.fromhex(update["hex"])
    assert json.loads(payload)["endpoint"] == DEVICES[0] and len(payload) == update["size"] and not update["cut"]


def test_the_registrations_and_values_as_leshan_has_them(start):
    rest = Rest(start("--listen", "127.0.0.1:0").http)
    online(rest)
    clients = rest.get("/api/clients").json()
    assert [c["endpoint"] for c in clients] == DEVICES
    client = rest.get(f"/api/clients/{DEVICES[0]}").json()
    assert client["lwM2mVersion"] == "1.2" and client["rootPath"] == "/" and not client["queuemode"]
    assert "/3200/0" in client["availableInstances"]
    assert {"url": "/3200", "attributes": {"ver": "2.0"}} in client["objectLinks"]
    # A device that has just started has no value for a moment.
    end = time.monotonic() + LIMIT_S
    while not (read := rest.get(f"/api/clients/{DEVICES[0]}/3200/0/1").json())["success"] and time.monotonic() < end:
        threading.Event().wait(0.05)
    assert (read["status"], read["success"], read["content"]["type"]) == ("CONTENT(205)", True, "FLOAT")
    assert 30 < float(read["content"]["value"]) < 100
    refused = rest.get(f"/api/clients/{DEVICES[0]}/3200/0/999").json()
    assert (refused["status"], refused["failure"]) == ("NOT_FOUND(404)", True)
    assert rest.get("/api/clients/nobody").status_code == 404


def test_a_refusal_has_its_cause_and_a_bad_value_its_range(start):
    rest = Rest(start("--listen", "127.0.0.1:0").http)
    online(rest)
    refused = rest.command(DEVICES[0], "close")
    assert refused.status_code == 409 and refused.headers["Content-Type"] == "application/problem+json"
    assert refused.json()["cause"] == "Blocked-by-switching-hierarchy"
    place = f"{rest.url}/api/devices/{DEVICES[0]}/objects/3201/0/0"
    import requests

    bad = requests.put(place, json={"value": -5})
    assert bad.status_code == 422 and "OvercurrentPickup" in bad.json()["detail"]
    good = requests.put(place, json={"value": 90})
    assert good.status_code == 200
    after = lambda a: a.json()["objects"]["3201"]["0"]["0"] == 90
    rest.until(f"/api/devices/{DEVICES[0]}", after, "the new pickup")


def test_a_template_is_shown_against_what_is_and_applied(start):
    rest = Rest(start("--listen", "127.0.0.1:0").http)
    online(rest)
    templates = rest.get(f"/api/devices/{DEVICES[0]}/templates").json()
    differs = lambda t: [s["name"] for s in t["settings"] if s["current"] != s["value"]]
    by_name = {t["id"]: t for t in templates}
    assert differs(by_name["StandardProtection"]) == []
    assert "OvercurrentPickup" in differs(by_name["IndustrialLSIG"]) or differs(by_name["IndustrialLSIG"])
    applied = rest.post(f"/api/devices/{DEVICES[0]}/templates", {"template": "IndustrialLSIG"})
    assert applied.status_code == 200, applied.text
    in_force = lambda a: not differs(next(t for t in a.json() if t["id"] == "IndustrialLSIG"))
    rest.until(f"/api/devices/{DEVICES[0]}/templates", in_force, "the template in force")
    assert rest.post(f"/api/devices/{DEVICES[0]}/templates", {"template": "None"}).status_code == 404


@pytest.mark.parametrize("dialect", ["json", "oma", "both"])
def test_kill_is_offline_at_once_and_a_clean_end_deregisters(broker, start, server, dialect):
    rest = server().rest
    url = f"mqtt://127.0.0.1:{broker.port}"
    console = start("--broker", url, "--http", "off", "--lwm2m-dialect", dialect)
    online(rest)
    console.stop(signal.SIGKILL)
    gone = rest.until(f"/api/devices/{DEVICES[0]}", lambda a: a.json()["status"] == "offline", "offline").json()
    assert gone["registered"] and gone["expires_at"] > gone["last_update"], "the registration stands until its lifetime"
    refused = rest.command(DEVICES[0], "trip")
    assert refused.status_code == 409 and refused.json()["device_status"] == "offline"
    console = start("--broker", url, "--http", "off", "--lwm2m-dialect", dialect)
    online(rest)
    console.stop(signal.SIGTERM)
    for device in DEVICES:
        ended = rest.until(f"/api/devices/{device}", lambda a: a.json()["status"] == "deregistered", "good-bye").json()
        assert not ended["registered"]


def test_a_silent_device_ends_in_504(broker, start, server):
    rest = server().rest
    console = start("--broker", f"mqtt://127.0.0.1:{broker.port}", "--http", "off")
    online(rest)
    console.process.send_signal(signal.SIGSTOP)
    try:
        silent = rest.command(DEVICES[0], "trip", timeout_ms=1000)
    finally:
        console.process.send_signal(signal.SIGCONT)
    assert silent.status_code == 504 and silent.json()["title"] == "The device did not answer"


def test_a_restarted_server_has_all_devices_back(broker, start, server):
    first = server()
    start("--broker", f"mqtt://127.0.0.1:{broker.port}", "--http", "off", "--breakers", "20")
    devices = [f"smart-breaker-{n:03}" for n in range(1, 21)]
    online(first.rest, devices)
    first.stop(signal.SIGKILL)
    second = server()
    online(second.rest, devices)
    assert second.stop(signal.SIGTERM) == 128 + 15


def test_a_taken_port_is_said(tmp_path):
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        options = ["--listen", f"127.0.0.1:{free_port()}", "--http", f"127.0.0.1:{port}", "--state-dir", tmp_path]
        done = subprocess.run([PROGRAM, "run", *options], capture_output=True, text=True)
    assert done.returncode == 1
    assert str(port) in done.stderr and "--http" in done.stderr


def test_beyond_loopback_a_token_is_needed(start):
    done = subprocess.run([PROGRAM, "server", "--http", "0.0.0.0:0", "--listen", "127.0.0.1:0"], capture_output=True, text=True)
    assert done.returncode == 1 and "BREAKER_CONSOLE_HTTP_TOKEN" in done.stderr
    token = "a-token-of-the-test-0123456789"
    console = start("--listen", "127.0.0.1:0", "--http", "0.0.0.0:0", env={"BREAKER_CONSOLE_HTTP_TOKEN": token})
    rest = Rest(console.http.replace("0.0.0.0", "127.0.0.1"))
    assert rest.get("/api/devices").status_code == 401
    assert rest.get("/api/devices", headers={"Authorization": f"Bearer {token}"}).status_code == 200
    assert rest.get("/healthz").text == "ok\n"


def test_the_metrics_are_what_prometheus_reads(start):
    from prometheus_client.parser import text_string_to_metric_families

    rest = Rest(start("--listen", "127.0.0.1:0").http)
    online(rest)
    assert rest.command(DEVICES[0], "trip").status_code == 200
    families = {f.name: f for f in text_string_to_metric_families(rest.get("/metrics").text)}
    value = lambda name: families[name].samples[0].value
    assert value("lwm2m_active_devices") == 3
    assert value("lwm2m_device_registrations") >= 3
    counts = [s.value for s in families["lwm2m_command_latency_seconds"].samples if s.name.endswith("_count")]
    assert counts == [1]


def schemathesis(rest, folder, settings, *options):
    tool = pathlib.Path(sys.executable).parent / "schemathesis"
    config = folder / "schemathesis.toml"
    config.write_text(settings)
    done = subprocess.run(
        [tool, "--config-file", config, "run", f"{rest.url}/api/openapi.json", "--max-examples", "20", "--seed", "1",
         "--request-timeout", "20", "--no-color", "--suppress-health-check", "all", *options],
        capture_output=True,
        text=True,
        cwd=folder,
    )
    print(done.stdout[-400:])
    assert done.returncode == 0, done.stdout[-6000:]


def test_schemathesis_finds_nothing(start, tmp_path):
    rest = Rest(start("--listen", "127.0.0.1:0").http)
    online(rest)
    schemathesis(rest, tmp_path, "", "--phases", "examples,coverage,fuzzing")
    # The same against a device: what it refuses is no fault of the schema.
    known = f'[parameters]\n"path.id" = "{DEVICES[0]}"\n'
    schemathesis(rest, tmp_path, known, "--exclude-checks", "positive_data_acceptance", "--exclude-method", "DELETE")
    assert rest.get("/api/health").json()["status"] == "healthy"


@pytest.mark.parametrize("dialect", ["oma", "both"])
def test_devices_of_omas_binding_are_read_operated_and_observed(start, dialect):
    import requests

    rest = Rest(start("--listen", "127.0.0.1:0", "--lwm2m-dialect", dialect).http)
    online(rest)
    device = DEVICES[0]
    rest.until(f"/api/devices/{device}", lambda a: a.json()["dialect"] == dialect, f"dialect {dialect}")
    place = f"/api/devices/{device}/objects/3200/0"
    read = measured(rest, f"{place}/1")
    assert read.status_code == 200 and 30 < read.json()["result"]["value"] < 100, read.text
    links = rest.get(f"/api/devices/{device}/objects/3200/discover").json()["result"]["links"]
    assert "</3200/0/1>" in links
    observed = rest.post(f"{place}/0/observe", None)
    assert observed.status_code == 200 and observed.json()["result"]["value"] == 1, observed.text
    assert rest.device(device).json()["observed"] == ["/3200/0/0"]
    attributes = requests.put(f"{rest.url}{place}/1/attributes", json={"attributes": {"pmin": 1, "pmax": 5}})
    assert attributes.status_code == 200, attributes.text
    assert rest.command(device, "trip").status_code == 200
    rest.until(f"/api/devices/{device}", lambda a: a.json()["objects"]["3200"]["0"]["0"] == 2, "tripped")
    refused = rest.command(device, "close")
    assert refused.status_code == 409 and "remote control" in refused.json()["detail"], refused.text
    pickup = requests.put(f"{rest.url}/api/devices/{device}/objects/3201/0/0", json={"value": 85})
    assert pickup.status_code == 200, pickup.text
    assert rest.get(f"/api/devices/{device}/objects/3201/0/0").json()["result"]["value"] == 85
    assert requests.delete(f"{rest.url}{place}/0/observe").status_code == 200
    assert rest.device(device).json()["observed"] == []
    for name in ("text", "cbor", "tlv", "senml-json", "senml-cbor", "lwm2m-cbor"):
        read = rest.get(f"/api/devices/{device}/objects/3201/0/0?format={name}")
        assert read.status_code == 200 and read.json()["result"]["value"] == 85, read.text
    assert rest.get(f"{place}?format=text").status_code == 415, "an instance is no single value"
    composite = f"/api/devices/{device}/composite"
    written = requests.put(rest.url + composite, json={"values": {"/3201/0/0": 90, "/3201/0/1": 900}})
    assert written.status_code == 200, written.text
    several = rest.get(f"{composite}?paths=/3200/0/0,/3201/0/0,/3201/0/1")
    assert several.json()["result"]["objects"] == {"3200": {"0": {"0": 2}}, "3201": {"0": {"0": 90, "1": 900}}}
    assert rest.post(f"{composite}/observe?paths=/3200/0/0,/3201/0/0", None).status_code == 200
    assert rest.device(device).json()["observed"] == ["/3200/0/0 /3201/0/0"]
    requests.put(f"{rest.url}/api/devices/{device}/objects/3201/0/0", json={"value": 95})
    rest.until(f"/api/devices/{device}", lambda a: a.json()["objects"]["3201"]["0"]["0"] == 95, "the composite's notification")
    assert requests.delete(f"{rest.url}{composite}/observe?paths=/3200/0/0,/3201/0/0").status_code == 200
    kept = requests.delete(f"{rest.url}{place}")
    assert kept.status_code == 409 and "one instance" in kept.json()["detail"], kept.text
