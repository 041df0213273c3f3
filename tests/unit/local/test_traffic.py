"""The demo traffic covers every dialect and says what must become of it."""

import json
import re

from pixelweave.outcome import OUTCOMES
from pixelweave.pixel import DIALECTS
from pixelweave.pixel_model import KEY_PATTERN, PIXEL_ID_PATTERN
from pixelweave.route import find_route
from pixelweave_local.pixel import demo_pixels
from pixelweave_local.traffic import Request, expected, requests

PIXELS = demo_pixels(DIALECTS)
SENT = requests({dialect: pixel.key for dialect, pixel in PIXELS.items()}, 1_780_000_000_000)


def test_every_dialect_sends_good_and_bad_hits() -> None:
    counts = expected(SENT)
    for dialect in DIALECTS:
        assert counts[dialect, "accepted"] >= 3
        assert counts[dialect, "rejected"] >= 1


def test_every_outcome_is_in_it() -> None:
    assert {outcome for _, outcome in expected(SENT)} == set(OUTCOMES)


def test_every_request_goes_to_its_own_dialects_pixel() -> None:
    for request in SENT:
        route = find_route(request.path)
        assert route is not None
        assert route.dialect in {request.dialect, None}
        assert route.key == PIXELS[request.dialect].key


def test_a_batch_counts_each_of_its_hits() -> None:
    batches = [request for request in SENT if request.body and "batch" in request.body]
    assert [len(json.loads(request.body or "")["batch"]) for request in batches] == [3]
    assert expected([Request("native", "/", ("accepted", "rejected", "accepted"))]) == {
        ("native", "accepted"): 2,
        ("native", "rejected"): 1,
    }


def test_ids_and_keys_are_the_same_in_every_run_and_well_formed() -> None:
    assert demo_pixels(DIALECTS) == PIXELS
    assert len({pixel.key for pixel in PIXELS.values()}) == len(DIALECTS)
    for pixel in PIXELS.values():
        assert re.match(KEY_PATTERN, pixel.key)
        assert re.match(PIXEL_ID_PATTERN, pixel.pixel_id)
