"""The waveform of a real trip, read by a COMTRADE reader written elsewhere."""

import comtrade
import pytest


def test_the_waveform_of_a_trip_is_comtrade(wire, broker, start, tmp_path):
    start("--broker", f"mqtt://127.0.0.1:{broker.port}")
    device = "smart-breaker-001"
    # From the second report on there are eight cycles to look back at.
    wire.message(f"lwm2m/{device}/update")
    wire.message(f"lwm2m/{device}/update", after=wire.position())
    wire.publish(f"lwm2m/{device}/cmd/trip", "")
    cleared = wire.message(f"lwm2m/{device}/event", where=lambda m: m.json["event_type"] == "breaker_cleared").json
    folder = tmp_path / "state" / "waveforms"
    configuration = next(p for p in folder.iterdir() if p.name.endswith(cleared["trip_id"] + ".cfg"))
    record = comtrade.Comtrade()
    record.load(str(configuration), str(configuration.with_suffix(".dat")))
    names = list(record.analog_channel_ids)
    assert names[:3] == ["IA", "IB", "IC"]
    assert record.total_samples >= 28 * 128
    ia = record.analog[0]
    before = ia[: 8 * 128]
    rms = (sum(x * x for x in before) / len(before)) ** 0.5
    assert rms == pytest.approx(66.8, rel=0.03)
    assert max(abs(x) for x in ia[-5 * 128 :]) < 0.5
