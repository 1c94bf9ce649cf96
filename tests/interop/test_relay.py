"""The time-overcurrent element against the overcurrent relay of pandapower, which solves the short circuit as well."""

import json
import subprocess
import warnings

import pandapower
import pandapower.shortcircuit
import pandas
import pytest
from conftest import PROGRAM
from pandapower.protection.protection_devices.ocrelay import OCRelay
from pandapower.protection.run_protection import calculate_protection_times

PICKUP_A = 100
# Ours starts when a cycle of current has been seen: 8 ms must be less than the 0.1 % which are to agree.
LONG_ENOUGH_S = 10
# pandapower's name, the value of OvercurrentCurve.
CURVES = {"standard_inverse": 1, "very_inverse": 2, "extremely_inverse": 3, "long_inverse": 4}


def of_pandapower(curve, multiplier, ohms):
    """The current through the relay in A, and its operate time in s, for a fault behind a line of so many ohms."""
    net = pandapower.create_empty_network(f_hz=60)
    near = pandapower.create_bus(net, 0.48, geodata=(0, 0))
    far = pandapower.create_bus(net, 0.48, geodata=(1, 0))
    pandapower.create_ext_grid(net, near, s_sc_max_mva=1e6, rx_max=0.1)
    line = {"r_ohm_per_km": ohms, "x_ohm_per_km": 1e-6, "c_nf_per_km": 0, "max_i_ka": 0.1, "endtemp_degree": 20}
    pandapower.create_line_from_parameters(net, near, far, 1, **line)
    switch = pandapower.create_switch(net, near, 0, "l")
    times = pandas.DataFrame({"switch_id": [switch], "tms": [multiplier], "t_grade": [0.0]})
    pickup = pandas.DataFrame({"switch_id": [switch], "I_s": [PICKUP_A / 1000]})
    OCRelay(net, switch, "IDMT", times, pickup_current_manual=pickup, curve_type=curve)
    pandapower.shortcircuit.calc_sc(net, bus=far, branch_results=True)
    told = calculate_protection_times(net, scenario="sc").iloc[0]
    return 1000 * told["activation_parameter_value"], told["trip_melt_time_s"]


def of_ours(folder, curve, multiplier, current, about_s):
    """Operate time in s of 51 when that current is injected."""
    case = folder / "relay.toml"
    case.write_text(f"""
id = "relay"
title = "{curve} at {current} A"
settings = {{ GroundFaultEnabled = false, ThermalEnabled = false, InstantaneousEnabled = false, LongTimeEnabled = false, ArcFaultEnabled = false, OvercurrentCurve = {CURVES[curve]}, OvercurrentTimeMultiplier = {multiplier}, OvercurrentPickup = {PICKUP_A} }}
duration_s = {1.1 * about_s + 1}
reference_s = 0.1
[[step]]
at_s = 0.0
inject = {{ what = "secondary", current = 0 }}
[[step]]
at_s = 0.1
inject = {{ what = "secondary", current = {current} }}
[expect]
element = "51"
operate_s = [0, {1.1 * about_s}]
""")
    done = subprocess.run([PROGRAM, "drill", "run", case, "--json"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    told = {e["what"]: e["got"] for e in json.loads(done.stdout)["expectations"]}
    return float(told["operate time"].removesuffix(" s"))


@pytest.mark.parametrize("ohms", [1.3, 0.9, 0.45])
@pytest.mark.parametrize("curve", CURVES)
def test_51_and_the_relay_of_pandapower_agree(tmp_path, curve, ohms):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        current, at_one = of_pandapower(curve, 1, ohms)
        # Settings have steps of 0.005.
        multiplier = next((m for m in (1, 2, 5, 10) if m * at_one > LONG_ENOUGH_S), 10)
        current, expected = of_pandapower(curve, multiplier, ohms)
    assert 150 < current < 1000, "in the range of the curves, below the other elements"
    ours = of_ours(tmp_path, curve, multiplier, current, expected)
    assert ours == pytest.approx(expected, rel=1e-3), f"{current:.1f} A, multiplier {multiplier}"
