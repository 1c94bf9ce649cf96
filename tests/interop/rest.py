"""The REST interface as its callers see it, and the server alone as a process."""

import os
import socket
import subprocess
import threading

import requests
from conftest import LIMIT_S, PROGRAM, Watch


class Rest:
    def __init__(self, url):
        self.url = url

    def get(self, path, **more):
        return requests.get(self.url + path, timeout=LIMIT_S, **more)

    def post(self, path, body, **more):
        return requests.post(self.url + path, json=body, timeout=LIMIT_S, **more)

    def device(self, device):
        return self.get(f"/api/devices/{device}")

    def command(self, device, command, **more):
        return self.post(f"/api/devices/{device}/command", {"command": command, **more})

    def events(self):
        return Events(self.url)

    def until(self, path, wanted, what):
        """Asks again whenever something has happened, until the answer is as wanted."""
        events = self.events()
        try:
            seen = 0
            while True:
                answer = self.get(path)
                if wanted(answer):
                    return answer
                events.first(lambda _: True, f"{what}; newest answer: {answer.text[:300]}", seen)
                seen = events.position()
        finally:
            events.close()


class Events(Watch):
    """The event stream, read in another thread: (name, text) of each event."""

    def __init__(self, url, last=None):
        super().__init__()
        headers = {"Accept": "text/event-stream", **({"Last-Event-ID": last} if last else {})}
        self.response = requests.get(f"{url}/api/events", headers=headers, stream=True, timeout=LIMIT_S)
        assert self.response.headers["Content-Type"] == "text/event-stream"
        self.socket = socket.fromfd(self.response.raw.fileno(), socket.AF_INET, socket.SOCK_STREAM)
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        name = None
        try:
            for line in self.response.iter_lines(chunk_size=1, decode_unicode=True):
                if line.startswith("event: "):
                    name = line[7:]
                elif line.startswith("data: "):
                    self.add((name, line[6:]))
        except (requests.RequestException, AttributeError, ValueError):
            self.add(("end", ""))

    def close(self):
        # Closing waits for whoever reads, up to the next heartbeat: so the connection is cut first.
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
        self.response.close()


class Server(Watch):
    """`breaker-console server`."""

    def __init__(self, broker, folder, *options):
        super().__init__()
        self.process = subprocess.Popen(
            [PROGRAM, "server", "--broker", f"mqtt://127.0.0.1:{broker.port}", "--http", "127.0.0.1:0", *options],
            stdout=subprocess.PIPE,
            text=True,
            env={"PATH": os.environ["PATH"], "HOME": str(folder)},
        )
        threading.Thread(target=self._read, daemon=True).start()
        line = self.first(lambda line: line.startswith("started"), "start of the server")
        self.rest = Rest("http://" + line.rsplit("http://", 1)[1])

    def _read(self):
        for line in self.process.stdout:
            self.add(line.strip())

    def stop(self, signal=15):
        if self.process.poll() is None:
            self.process.send_signal(signal)
        return self.process.wait(LIMIT_S)
