"""The wire dialects: one module each, one function each.

A reader takes the parameters, the hit, the `Reading` to fill and the path's action. All are imported in the init phase:
it has a full CPU and nobody waiting, the first hit has neither.
"""

from __future__ import annotations

from pixelweave.dialect import altcraft, ksense, native, pitchtarget, rokt, sendgrid

READERS = {
    "ksense": ksense.read,
    "pitchtarget": pitchtarget.read,
    "altcraft": altcraft.read,
    "rokt": rokt.read,
    "sendgrid": sendgrid.read,
    "native": native.read,
}
