"""Diagnostic tests over a real broker, and the records of a running program on the command line."""

import itertools
import json
import subprocess
import time

import comtrade
import pytest
from conftest import LIMIT_S, PROGRAM

DEVICE = "smart-breaker-001"


def of_a_test(event):
    return event.get("body", {}).get("event") == "test"


def record(tmp_path, *arguments):
    done = subprocess.run(
        [PROGRAM, "record", *arguments, "--state-dir", tmp_path / "state"],
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        env={"HOME": str(tmp_path)},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_a_communication_test_sees_the_links_it_was_ordered_over(wire, broker, start):
    console = start("--broker", f"mqtt://127.0.0.1:{broker.port}")
    wire.message(f"lwm2m/{DEVICE}/update")
    # The device is told of its links once a second; the first tests may come before.
    end = time.monotonic() + LIMIT_S
    for attempt in itertools.takewhile(lambda _: time.monotonic() < end, itertools.count()):
        seen = console.position()
        order = {"id": str(attempt), "test_name": "CommunicationTest"}
        wire.publish(f"lwm2m/{DEVICE}/cmd/run_diagnostic", json.dumps(order))
        report = console.first(of_a_test, "report of the test", after=seen)["body"]
        if report["outcome"] == "passed" and len(report["checks"]) == 3:
            break
    assert {c["item"]: c["outcome"] for c in report["checks"]} == {
        "MQTT": "passed",
        "LwM2M": "passed",
        "Sparkplug B": "passed",
    }
    assert str(broker.port) in report["checks"][0]["finding"]


@pytest.mark.parametrize("form", ["1999-ascii", "2013-ascii", "2013-binary32", "2013-float32", "cff-float32"])
def test_the_records_of_a_running_program_are_exported(wire, broker, start, tmp_path, form):
    start("--broker", f"mqtt://127.0.0.1:{broker.port}")
    # From the second report on there are eight cycles to look back at.
    wire.message(f"lwm2m/{DEVICE}/update")
    wire.message(f"lwm2m/{DEVICE}/update", after=wire.position())
    wire.publish(f"lwm2m/{DEVICE}/cmd/trip", "")
    cleared = wire.message(f"lwm2m/{DEVICE}/event", where=lambda m: m.json["event_type"] == "breaker_cleared").json
    trip = cleared["trip_id"]
    card = record(tmp_path, "show", trip)
    assert f"Trip {trip}" in card
    listed = record(tmp_path, "list", "--class", "trip", "--device", DEVICE, "--json")
    assert [json.loads(line)["body"]["event"] for line in listed] == ["trip", "cleared"]
    out = tmp_path / "out"
    written = record(tmp_path, "export", "--format", "comtrade", "--form", form, "--out", out)
    reading = comtrade.Comtrade()
    if form.startswith("cff"):
        reading.load(written[0])
    else:
        by_end = {line[-4:]: line for line in written}
        reading.load(by_end[".cfg"], by_end[".dat"])
    assert list(reading.analog_channel_ids)[:3] == ["IA", "IB", "IC"]
    before = reading.analog[0][: 8 * 128]
    assert (sum(x * x for x in before) / len(before)) ** 0.5 == pytest.approx(66.8, rel=0.03)
