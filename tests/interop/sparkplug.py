"""Sparkplug B as a host sees it, decoded by pysparkplug."""

import time

import pysparkplug as sp


class Fleet:
    """Follows births and data; names and datatypes of data come from the births."""

    def __init__(self, wire):
        self.wire = wire

    def births(self, device=None, after=0):
        kind = sp.DBirth if device else sp.NBirth
        verb = "DBIRTH" if device else "NBIRTH"
        end = f"/{device}" if device else ""
        m = self.wire.first(
            lambda m: m.topic.startswith("spBv1.0/") and f"/{verb}/" in m.topic and m.topic.endswith(end),
            f"{verb} {device or ''}",
            after,
        )
        return kind.decode(m.payload)

    def data(self, device, wanted, what, after=0):
        """The first DDATA whose named values satisfy `wanted`, with its arrival time."""
        birth = self.births(device)
        found = {}

        def match(m):
            if "/DDATA/" not in m.topic or not m.topic.endswith("/" + device):
                return False
            payload = sp.DData.decode(m.payload, birth=birth)
            values = {metric.name: metric.value for metric in payload.metrics}
            if wanted(values):
                found.update(values=values, payload=payload, at=m.at)
                return True
            return False

        self.wire.first(match, what, after)
        return found


def command(name, value=True, datatype=sp.DataType.BOOLEAN):
    now = int(time.time() * 1000)
    metric = sp.Metric(timestamp=now, name=name, datatype=datatype, value=value)
    return sp.DCmd(timestamp=now, metrics=(metric,)).encode(include_dtypes=True)


def rebirth():
    now = int(time.time() * 1000)
    metric = sp.Metric(timestamp=now, name="Node Control/Rebirth", datatype=sp.DataType.BOOLEAN, value=True)
    return sp.NCmd(timestamp=now, metrics=(metric,)).encode(include_dtypes=True)
