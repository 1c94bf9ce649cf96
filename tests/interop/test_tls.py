"""TLS and credentials at mosquitto, with certificates made by openssl."""

import subprocess

import pytest
from conftest import LIMIT_S, PROGRAM, Mosquitto, Wire, free_port
from sparkplug import Fleet

USER, PASSWORD = "panel", "swordfish"


def openssl(*args, cwd):
    subprocess.run(["openssl", *args], cwd=cwd, check=True, capture_output=True)


class Authority:
    """A CA in a folder of its own."""

    def __init__(self, folder, name):
        self.folder = folder / name
        self.folder.mkdir()
        self.ca = self.folder / "ca.pem"
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                "-subj", f"/CN={name}", "-keyout", "ca.key", "-out", "ca.pem", cwd=self.folder)

    def sign(self, name, san, days=1, key="ec"):
        kind = ["-newkey", "rsa:2048"] if key == "rsa" else ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]
        openssl("req", *kind, "-nodes", "-subj", f"/CN={name}", "-keyout", f"{name}.key", "-out", f"{name}.csr",
                cwd=self.folder)
        (self.folder / "ext").write_text(f"subjectAltName={san}\n")
        openssl("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
                "-days", str(days), "-extfile", "ext", "-out", f"{name}.pem", cwd=self.folder)
        return self.folder / f"{name}.pem", self.folder / f"{name}.key"


@pytest.fixture(scope="module")
def secure(tmp_path_factory):
    """mosquitto with three TLS listeners: any client with a password, only clients with a certificate, and one whose
    own certificate has expired."""
    folder = tmp_path_factory.mktemp("tls")
    authority, stranger = Authority(folder, "authority"), Authority(folder, "stranger")
    certificate, key = authority.sign("broker", "DNS:localhost,IP:127.0.0.1", key="rsa")
    old, old_key = authority.sign("old", "DNS:localhost", days=-1)
    passwords = folder / "passwords"
    subprocess.run(["mosquitto_passwd", "-b", "-c", passwords, USER, PASSWORD], check=True, capture_output=True)
    ports = {name: free_port() for name in ("password", "certificate", "old")}
    more = f"""
listener {ports["password"]}
cafile {authority.ca}
certfile {certificate}
keyfile {key}
allow_anonymous false
password_file {passwords}
listener {ports["certificate"]}
cafile {authority.ca}
certfile {certificate}
keyfile {key}
require_certificate true
use_identity_as_username true
allow_anonymous false
listener {ports["old"]}
cafile {authority.ca}
certfile {old}
keyfile {old_key}
allow_anonymous true
"""
    broker = Mosquitto(folder, more)
    broker.ports, broker.authority, broker.stranger, broker.folder = ports, authority, stranger, folder
    broker.client = authority.sign("MDB-A", "DNS:MDB-A")
    yield broker
    broker.stop()


def url(broker, name, host="localhost"):
    return f"mqtts://{host}:{broker.ports[name]}"


def doctor(tmp_path, *options, env=None):
    done = subprocess.run(
        [PROGRAM, "doctor", "--state-dir", tmp_path, *options],
        env={"HOME": str(tmp_path), **(env or {})}, capture_output=True, text=True, timeout=LIMIT_S,
    )
    line = next(line for line in done.stdout.splitlines() if " broker " in line)
    return done.returncode, line


def test_a_password_from_the_environment_lets_both_paths_in(secure, start):
    wire = Wire(secure.port)
    try:
        env = {"MQTT_USERNAME": USER, "MQTT_PASSWORD": PASSWORD, "MQTT_CA_FILE": str(secure.authority.ca)}
        console = start("--broker", url(secure, "password"), env=env)
        assert console.started["broker"] == url(secure, "password")
        fleet = Fleet(wire)
        assert fleet.births().seq == 0
        fleet.data("smart-breaker-002", lambda v: True, "data over TLS")
        wire.message("lwm2m/smart-breaker-001/reg")
        after = wire.position()
        assert console.stop(15) == 128 + 15
        wire.message("NDEATH/MDB-A", after=after)
    finally:
        wire.close()


def test_a_client_certificate_lets_in_and_a_password_file_is_read(secure, start, tmp_path):
    wire = Wire(secure.port)
    try:
        certificate, key = secure.client
        start("--broker", url(secure, "certificate"), "--tls-ca", secure.authority.ca, "--tls-cert", certificate,
              "--tls-key", key, "--node", "by-certificate", "--device-id", "by-certificate-1", "--lwm2m", "off")
        wire.message("NBIRTH/by-certificate")
        (tmp_path / "password").write_text(PASSWORD + "\n")
        start("--broker", url(secure, "password", "127.0.0.1"), "--tls-ca", secure.authority.ca, "--username", USER,
              "--password-file", tmp_path / "password", "--node", "by-file", "--device-id", "by-file-1",
              "--lwm2m", "off", state="other")
        wire.message("NBIRTH/by-file")
    finally:
        wire.close()


@pytest.mark.parametrize(
    "listener, host, options, env, said",
    [
        ("password", "localhost", ["ca"], {"MQTT_PASSWORD": PASSWORD}, None),
        ("password", "localhost", ["ca"], {"MQTT_PASSWORD": "trout"}, "user or the password|not authorise"),
        ("password", "localhost", ["stranger"], {"MQTT_PASSWORD": PASSWORD}, "signed by nobody we trust"),
        ("password", "127.0.0.2", ["ca"], {"MQTT_PASSWORD": PASSWORD}, "is for localhost, 127.0.0.1, not for 127.0.0.2"),
        ("old", "localhost", ["ca"], {}, "has expired"),
        ("certificate", "localhost", ["ca"], {}, "wants a client certificate"),
        ("certificate", "localhost", ["ca", "foreign"], {}, "client certificate"),
        ("certificate", "localhost", ["ca", "client"], {}, None),
    ],
)
def test_doctor_says_why_the_broker_does_not_let_us_in(secure, tmp_path, listener, host, options, env, said):
    pairs = {"client": secure.client, "foreign": secure.stranger.sign("foreign", "DNS:foreign")}
    args = ["--broker", url(secure, listener, host), "--username", USER]
    for option in options:
        if option in pairs:
            certificate, key = pairs[option]
            args += ["--tls-cert", certificate, "--tls-key", key]
        else:
            args += ["--tls-ca", (secure.authority if option == "ca" else secure.stranger).ca]
    status, line = doctor(tmp_path, *args, env=env)
    assert "trout" not in line and PASSWORD not in line
    if said is None:
        assert line.startswith("ok") and "lets us in" in line, line
    else:
        assert line.startswith("FAILED") and status == 1, line
        assert any(words in line for words in said.split("|")), line


def test_plain_and_tls_are_told_apart(secure, tmp_path):
    _, line = doctor(tmp_path, "--broker", f"mqtt://localhost:{secure.ports['password']}")
    assert "does it want TLS (mqtts://)" in line, line
    _, line = doctor(tmp_path, "--broker", f"mqtts://localhost:{secure.port}", "--tls-ca", secure.authority.ca)
    assert "does it speak TLS on this port" in line, line


def test_a_password_is_never_shown_nor_taken_as_an_option(tmp_path):
    env = {"HOME": str(tmp_path), "MQTT_PASSWORD": PASSWORD}
    shown = subprocess.run([PROGRAM, "config", "show", "--origin"], env=env, capture_output=True, text=True, check=True)
    assert PASSWORD not in shown.stdout and "MQTT_PASSWORD" in shown.stdout
    refused = subprocess.run([PROGRAM, "run", "--password", PASSWORD], env=env, capture_output=True, text=True)
    assert refused.returncode == 2


def test_a_missing_key_ends_the_start_with_a_sentence(secure, tmp_path):
    certificate, _ = secure.client
    done = subprocess.run(
        [PROGRAM, "run", "--state-dir", tmp_path, "--broker", url(secure, "certificate"), "--tls-cert", certificate,
         "--tls-key", tmp_path / "none.key"],
        env={"HOME": str(tmp_path)}, capture_output=True, text=True, timeout=LIMIT_S,
    )
    assert done.returncode == 1 and "check --tls-key" in done.stderr, done.stderr
