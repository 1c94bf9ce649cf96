"""Every shipped drill through the command, and the determinism of its records."""

import json
import subprocess

from conftest import PROGRAM


def drill(*args):
    return subprocess.run([PROGRAM, "drill", "run", *args], capture_output=True, text=True)


def test_all_shipped_drills_pass():
    done = drill("--all", "--json")
    results = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(results) > 30
    assert [r["id"] for r in results if not r["pass"]] == []
    assert done.returncode == 0


def test_records_do_not_depend_on_the_speed(tmp_path):
    files = []
    for speed in ("1", "1000"):
        path = tmp_path / speed
        assert drill("first-trip.toml", "--speed", speed, "--records", path).returncode == 0
        files.append(path.read_bytes())
    assert files[0] == files[1] and len(files[0]) > 500


def test_a_failed_expectation_is_exit_1(tmp_path):
    bad = tmp_path / "bad.toml"
    bad.write_text('id = "bad"\ntitle = "nothing happens"\nduration_s = 0.5\n[expect]\nelement = "I"\n')
    done = drill(bad)
    assert done.returncode == 1 and "expected I, got NONE" in done.stdout
