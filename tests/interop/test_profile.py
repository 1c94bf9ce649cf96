"""The profiles against their schema, by two validators."""

import subprocess

import pytest
import xmlschema
from conftest import PROGRAM, ROOT

PROFILES = sorted((ROOT / "device-profiles").glob("*.fdi"))
SCHEMA = ROOT / "device-profiles" / "device-profile.xsd"


@pytest.mark.parametrize("profile", PROFILES, ids=lambda p: p.name)
def test_profiles_are_valid(profile):
    subprocess.run(["xmllint", "--noout", "--schema", SCHEMA, profile], check=True, capture_output=True)
    xmlschema.XMLSchema(str(SCHEMA)).validate(str(profile))
    subprocess.run([PROGRAM, "profile", "check", profile], check=True, capture_output=True)


def test_a_dangling_reference_is_refused_by_all_three(tmp_path):
    text = PROFILES[0].read_text()
    at = text.index('ref="') + 5
    bad = tmp_path / "bad.fdi"
    bad.write_text(text[:at] + "NoSuchThing" + text[text.index('"', at) :])
    assert subprocess.run(["xmllint", "--noout", "--schema", SCHEMA, bad], capture_output=True).returncode != 0
    assert not xmlschema.XMLSchema(str(SCHEMA)).is_valid(str(bad))
    check = subprocess.run([PROGRAM, "profile", "check", bad], capture_output=True, text=True)
    assert check.returncode == 1 and "NoSuchThing" in check.stderr
