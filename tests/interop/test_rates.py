"""Many devices at one server, and a server that restarts among them."""

import signal
import time

import pytest
from rest import Server

DEVICES = [f"smart-breaker-{n:03}" for n in range(1, 201)]


@pytest.fixture
def server(broker, tmp_path):
    started = []

    def start_one():
        one = Server(broker, tmp_path)
        started.append(one)
        return one

    yield start_one
    for one in started:
        one.stop(signal.SIGKILL)


def all_online(rest):
    """Waits until every device is online and gives how long that took, in seconds."""
    began = time.monotonic()

    def online(answer):
        return sum(device["status"] == "online" for device in answer.json()) == len(DEVICES)

    rest.until(f"/api/devices?limit={len(DEVICES)}", online, "all devices online")
    return time.monotonic() - began


@pytest.mark.parametrize("dialect", ["json", "oma", "both"])
def test_a_restarted_server_has_two_hundred_devices_back(broker, start, server, dialect):
    first = server()
    start(
        "--broker", f"mqtt://127.0.0.1:{broker.port}", "--http", "off", "--sparkplug", "off",
        "--breakers", str(len(DEVICES)), "--lwm2m-dialect", dialect,
    )
    all_online(first.rest)
    first.stop(signal.SIGKILL)
    second = server()
    print(f"{dialect}: {len(DEVICES)} devices were back {all_online(second.rest):.2f} s after the server listened")
