"""The breakers at an unmodified Eclipse Leshan demo server, seen through its REST API with our object definitions."""

import json
import os
import pathlib
import subprocess
import threading
import time
import urllib.error
import urllib.request
import zipfile

import pytest
from conftest import LIMIT_S, PROGRAM, ROOT, Watch, free_port

FOLDER = pathlib.Path(os.environ.get("LESHAN", ROOT / "target" / "interop" / "leshan"))
DEVICES = [f"smart-breaker-00{n}" for n in (1, 2, 3)]
PROFILE = ROOT / "device-profiles" / "smart-breaker.fdi"


def jar():
    jars = sorted(FOLDER.glob("leshan-*-jar-with-dependencies.jar"))
    assert jars, f"no Leshan demo server in {FOLDER}; tests/run interop downloads it"
    return jars[-1]


def definitions(folder):
    """Our object definitions, as a user gets them."""
    subprocess.run([PROGRAM, "profile", "ddf", PROFILE, "--out", folder], check=True, capture_output=True)
    return folder


class Events(Watch):
    """The server-sent events of Leshan."""

    def __init__(self, url):
        super().__init__()
        request = urllib.request.Request(url, headers={"Accept": "text/event-stream"})
        self.response = urllib.request.urlopen(request, timeout=LIMIT_S)
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        kind = None
        try:
            for line in self.response:
                line = line.decode().rstrip("\r\n")
                if line.startswith("event:"):
                    kind = line[6:].strip()
                elif line.startswith("data:"):
                    self.add((kind, json.loads(line[5:])))
        except (OSError, ValueError, AttributeError):
            return


class Leshan:
    def __init__(self, folder):
        self.coap, self.web = free_port(), free_port()
        secure = free_port()
        self.log = open(folder / "leshan.log", "w")
        # This version was made for Java 8; its JSON writer looks into java.util.
        command = ["java", "--add-opens", "java.base/java.util=ALL-UNNAMED", "-jar", jar(), "-lh", "127.0.0.1", "-lp", self.coap, "-slh", "127.0.0.1", "-slp", secure]
        command += ["-wh", "127.0.0.1", "-wp", self.web, "-m", definitions(folder / "models")]
        # It writes its files where it runs.
        self.process = subprocess.Popen(
            [str(part) for part in command], cwd=folder, stdout=self.log, stderr=subprocess.STDOUT
        )
        end = time.monotonic() + 60
        while True:
            try:
                self.get("/api/clients")
                return
            except (urllib.error.URLError, ConnectionError):
                assert self.process.poll() is None, (folder / "leshan.log").read_text()
                assert time.monotonic() < end, "Leshan does not answer"
                threading.Event().wait(0.2)

    def ask(self, method, path, body=None, kind="application/json"):
        data = body.encode() if body is not None else None
        request = urllib.request.Request(f"http://127.0.0.1:{self.web}{path}", data=data, method=method)
        if data is not None:
            request.add_header("Content-Type", kind)
        with urllib.request.urlopen(request, timeout=LIMIT_S) as response:
            text = response.read()
            return json.loads(text) if text else None

    def get(self, path):
        return self.ask("GET", path)

    def events(self, endpoint):
        return Events(f"http://127.0.0.1:{self.web}/api/event?ep={endpoint}")

    def registered(self, endpoint):
        """Waits for a registration and gives it."""
        end = time.monotonic() + LIMIT_S
        while time.monotonic() < end:
            found = [c for c in self.get("/api/clients") if c["endpoint"] == endpoint]
            if found:
                return found[0]
            threading.Event().wait(0.1)
        raise AssertionError(f"{endpoint} did not register: {self.get('/api/clients')}")

    def stop(self):
        self.process.kill()
        self.process.wait(LIMIT_S)
        self.log.close()


@pytest.fixture(scope="module")
def leshan(tmp_path_factory):
    server = Leshan(tmp_path_factory.mktemp("leshan"))
    yield server
    server.stop()


@pytest.fixture
def breakers(leshan, start):
    console = start(
        "--listen", f"127.0.0.1:{free_port()}", "--sparkplug", "off",
        "--lwm2m-binding", f"coap://127.0.0.1:{leshan.coap}",
    )
    for device in DEVICES:
        leshan.registered(device)
        # The first measurements take a cycle of the mains.
        end = time.monotonic() + LIMIT_S
        while leshan.get(f"/api/clients/{device}/3200/0/1")["status"] != "CONTENT(205)":
            assert time.monotonic() < end, "no measurement"
    yield console
    # A clean end, so that the next test does not find registrations of this one.
    console.stop()


def value(answer):
    assert answer["status"] == "CONTENT(205)", answer
    content = answer["content"]
    return content.get("value", content.get("values"))


def resources(answer):
    assert answer["status"] == "CONTENT(205)", answer
    return {r["id"]: r.get("value", r.get("values")) for r in answer["content"]["resources"]}


def test_three_breakers_register_as_lwm2m_1_1_with_our_objects(leshan, breakers):
    client = leshan.registered(DEVICES[0])
    assert client["lwM2mVersion"] == "1.1"
    assert client["bindingMode"] == "U"
    assert client["lifetime"] == 3600
    links = {link["url"]: link["attributes"] for link in client["objectLinks"]}
    assert "/3200/0" in links and "/3201/0" in links and "/3/0" in links
    assert str(links["/3200"]["ver"]).strip('"') == "2.0"
    assert len({leshan.registered(d)["address"] for d in DEVICES}) == 3, "one socket a breaker"
    names = {spec["id"]: spec for spec in leshan.get(f"/api/objectspecs/{DEVICES[0]}")}
    assert names[3200]["name"] == "SmartBreaker"
    assert names[3201]["name"] == "ProtectionSettings"
    ids = {r["id"]: r["name"] for r in names[3200]["resourcedefs"]}
    assert ids[0] == "BreakerStatus" and ids[31] == "Trip"


def test_read_resource_instance_and_object(leshan, breakers):
    base = f"/api/clients/{DEVICES[0]}"
    assert int(value(leshan.get(f"{base}/3200/0/0"))) == 1
    assert 30 < float(value(leshan.get(f"{base}/3200/0/1"))) < 100
    everything = resources(leshan.get(f"{base}/3200/0"))
    assert abs(float(everything[4]) - 480) < 15
    assert value(leshan.get(f"{base}/3/0/0"))
    assert value(leshan.get(f"{base}/3/0/16")) == "U"
    settings = leshan.get(f"{base}/3201")
    assert settings["status"] == "CONTENT(205)"
    for kind in ("TLV", "SENML_JSON", "SENML_CBOR"):
        same = resources(leshan.get(f"{base}/3201/0?format={kind}"))
        assert float(same[0]) == 100.0, kind
    assert leshan.get(f"{base}/3200/0/31")["status"] == "METHOD_NOT_ALLOWED(405)"
    assert leshan.get(f"{base}/3200/0/999")["status"] == "NOT_FOUND(404)"


def test_discover(leshan, breakers):
    answer = leshan.get(f"/api/clients/{DEVICES[0]}/3200/0/discover")
    assert answer["status"] == "CONTENT(205)", answer
    urls = {link["url"] for link in answer["objectLinks"]}
    assert {"/3200/0", "/3200/0/0", "/3200/0/31", "/3200/0/64"} <= urls


def test_write_replace_refuse_and_read_back(leshan, breakers):
    base = f"/api/clients/{DEVICES[1]}/3201/0/0"
    answer = leshan.ask("PUT", base, json.dumps({"id": 0, "value": 140.0}))
    assert answer["status"] == "CHANGED(204)", answer
    assert float(value(leshan.get(base))) == 140.0
    answer = leshan.ask("PUT", base, json.dumps({"id": 0, "value": 1000000.0}))
    assert answer["status"] == "BAD_REQUEST(400)", answer
    assert float(value(leshan.get(base))) == 140.0


def test_execute_trips_the_breaker(leshan, breakers):
    base = f"/api/clients/{DEVICES[2]}/3200/0"
    assert int(value(leshan.get(f"{base}/0"))) == 1
    answer = leshan.ask("POST", f"{base}/31", "0='Leshan'", "text/plain")
    assert answer["status"] == "CHANGED(204)", answer
    end = time.monotonic() + LIMIT_S
    while int(value(leshan.get(f"{base}/0"))) == 1:
        assert time.monotonic() < end, "the breaker stays closed"
    assert "Leshan" in value(leshan.get(f"{base}/15")) or value(leshan.get(f"{base}/15"))


def test_attributes_and_observation(leshan, breakers):
    base = f"/api/clients/{DEVICES[0]}/3200/0"
    answer = leshan.ask("PUT", f"{base}/0/attributes?pmin=0&pmax=60")
    assert answer["status"] == "CHANGED(204)", answer
    events = leshan.events(DEVICES[0])
    assert leshan.ask("POST", f"{base}/0/observe")["status"] == "CONTENT(205)"
    before = events.position()
    assert leshan.ask("POST", f"{base}/31", "0='observed'", "text/plain")["status"] == "CHANGED(204)"

    def opened(event):
        kind, data = event
        return kind == "NOTIFICATION" and data["res"] == "/3200/0/0" and int(data["val"]["value"]) != 1

    events.first(opened, "a notification that the breaker opened", after=before)
    whole = leshan.ask("POST", f"{base}/observe")
    assert whole["status"] == "CONTENT(205)", whole
    events.first(lambda e: e[0] == "NOTIFICATION" and e[1]["res"] == "/3200/0", "a notification of the instance")
    leshan.ask("DELETE", f"{base}/observe?active")


def test_clean_quit_deregisters(leshan, breakers):
    before = {c["endpoint"] for c in leshan.get("/api/clients")}
    assert set(DEVICES) <= before
    breakers.stop()
    assert not {c["endpoint"] for c in leshan.get("/api/clients")} & set(DEVICES)


def test_definitions_are_what_the_schema_of_oma_wants(tmp_path):
    with zipfile.ZipFile(jar()) as archive:
        archive.extract("schemas/LWM2M-v1_1.xsd", tmp_path)
    folder = definitions(tmp_path / "models")
    assert len(list(folder.glob("*.xml"))) == 4
    for file in sorted(folder.glob("*.xml")):
        result = subprocess.run(
            ["xmllint", "--noout", "--schema", tmp_path / "schemas" / "LWM2M-v1_1.xsd", file],
            capture_output=True, text=True,
        )
        assert result.returncode == 0, result.stderr
