#!/usr/bin/env python3
"""Reads COMTRADE recordings with the PyPI package `comtrade` and compares them with expected values.

Usage: comtrade_read.py DIRECTORY

The directory holds `expected.json` and the files that it names; the test
`comtrade::files_for_another_reader_are_written` makes both under target/tmp/comtrade.
"""

import json
import pathlib
import sys

import comtrade

# Versions of the reader differ in whether they keep values in single precision: half a unit in the last of 24 bits.
READER_RESOLUTION = 2.0**-24


def compare(path, resolution, expected):
    faults = []
    record = comtrade.Comtrade()
    if path.suffix == ".cff":
        record.load(str(path))
    else:
        record.load(str(path), str(path.with_suffix(".dat")))

    def same(what, got, wanted):
        if got != wanted:
            faults.append(f"{what}: {got!r}, not {wanted!r}")

    rows = len(expected["analog"][0]["values"])
    same("samples", record.total_samples, rows)
    same("rate", record.cfg.sample_rates, [[expected["rate"], rows]])
    same("frequency", record.frequency, expected["frequency"])
    same("start", record.start_timestamp.isoformat(), expected["start"])
    same("trigger", round(record.trigger_time, 9), expected["trigger_s"])
    same("analog channels", record.analog_channel_ids, [c["name"] for c in expected["analog"]])
    same("status channels", record.status_channel_ids, [c["name"] for c in expected["digital"]])
    worst = 0.0
    for channel, values in zip(expected["analog"], record.analog):
        greatest = max(abs(v) for v in channel["values"])
        same(f"{channel['name']} rows", len(values), rows)
        for row, (got, wanted) in enumerate(zip(values, channel["values"])):
            error = abs(got - wanted)
            if greatest:
                worst = max(worst, error / greatest)
            if error > greatest * (resolution + READER_RESOLUTION):
                faults.append(f"{channel['name']} row {row}: {got}, not {wanted}")
                break
    for channel, states in zip(expected["digital"], record.status):
        same(f"{channel['name']} states", [bool(s) for s in states], channel["states"])
    return worst, faults


def main():
    directory = pathlib.Path(sys.argv[1])
    expected = json.loads((directory / "expected.json").read_text())
    failed = False
    for entry in expected["files"]:
        worst, faults = compare(directory / entry["file"], entry["resolution"], expected)
        print(f"{entry['file']:18} {'FAILED' if faults else 'ok':6} worst error {worst:.2e} of the greatest value")
        for fault in faults:
            print(f"    {fault}")
        failed = failed or bool(faults)
    return 1 if failed or not expected["files"] else 0


if __name__ == "__main__":
    sys.exit(main())
