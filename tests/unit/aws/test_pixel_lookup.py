"""What is remembered of pixels, and for how long."""

from __future__ import annotations

from typing import Any

import pytest
from pixelweave_aws.call_error import CallError, RefusedError, ThrottledError, TransientError
from pixelweave_aws.pixel_lookup import MAX_PIXELS, MAX_UNKNOWN, PixelLookup, PixelTableError

from tests.unit.aws.fake_port import FakeClock, FakePort

ITEM: dict[str, Any] = {
    "pixel_id": {"S": "px_1"},
    "key": {"S": "key-1"},
    "workspace_id": {"S": "ws_1"},
    "dialect": {"S": "rokt"},
    "name": {"S": "Shop"},
    "allowed_hosts": {"L": [{"S": "shop.example"}, {"S": "www.shop.example"}]},
    "consent_policy": {"S": "gpc"},
    "status": {"S": "active"},
    "expires_at": {"N": "1751462400"},
}
FOUND = {"Item": ITEM}
OUTAGE = TransientError("TimedOut")


class Case:
    """A lookup with its port and clock."""

    def __init__(self, *script: Any, cache_seconds: float = 60.0) -> None:
        self.port = FakePort(*script)
        self.clock = FakeClock()
        self.lookup = PixelLookup(self.port, "pixels", self.clock, cache_seconds)

    def find_after(self, seconds: float, key: str = "key-1") -> str | None:
        """The pixel's id, some seconds later."""
        self.clock.time += seconds
        pixel = self.lookup.find(key)
        return None if pixel is None else pixel.pixel_id


def test_a_pixel_is_read_with_one_eventually_consistent_get() -> None:
    case = Case(FOUND)
    pixel = case.lookup.find("key-1")
    assert pixel is not None
    assert {name: getattr(pixel, name) for name in pixel.__slots__} == {
        "pixel_id": "px_1",
        "key": "key-1",
        "workspace_id": "ws_1",
        "dialect": "rokt",
        "name": "Shop",
        "allowed_hosts": ("shop.example", "www.shop.example"),
        "consent_policy": "gpc",
        "status": "active",
        "expires_at": 1751462400,
    }
    assert case.port.operations == ["GetItem"]
    payload = case.port.payloads[0]
    assert payload["TableName"] == "pixels"
    assert payload["Key"] == {"pk": {"S": "KEY#key-1"}, "sk": {"S": "PIXEL"}}
    assert "ConsistentRead" not in payload
    names = payload["ExpressionAttributeNames"]
    assert {names[name] for name in payload["ProjectionExpression"].split(",")} == set(pixel.__slots__)


def test_an_item_without_the_optional_attributes_is_a_pixel() -> None:
    case = Case(
        {"Item": {name: ITEM[name] for name in ("pixel_id", "key", "workspace_id", "dialect", "status")}}
    )
    pixel = case.lookup.find("key-1")
    assert pixel is not None
    assert (pixel.allowed_hosts, pixel.consent_policy, pixel.expires_at) == ((), "signals", None)


@pytest.mark.parametrize(("seconds", "calls"), [(0.0, 1), (59.9, 1), (60.0, 2)])
def test_a_pixel_is_remembered_for_the_cache_time(seconds: float, calls: int) -> None:
    case = Case(FOUND, FOUND)
    assert case.find_after(0) == "px_1"
    assert case.find_after(seconds) == "px_1"
    assert len(case.port.operations) == calls


@pytest.mark.parametrize(("seconds", "calls"), [(9.9, 1), (10.0, 2)])
def test_an_unknown_key_is_remembered_for_ten_seconds(seconds: float, calls: int) -> None:
    case = Case()
    assert case.find_after(0) is None
    assert case.find_after(seconds) is None
    assert len(case.port.operations) == calls


def test_a_cache_time_of_zero_remembers_nothing() -> None:
    case = Case(FOUND, {}, {}, cache_seconds=0)
    assert [case.find_after(0) for _ in range(3)] == ["px_1", None, None]
    assert len(case.port.operations) == 3


def test_a_new_pixel_is_found_once_its_unknown_key_is_forgotten() -> None:
    case = Case({}, FOUND)
    assert [case.find_after(0), case.find_after(10)] == [None, "px_1"]


def test_a_deleted_pixel_is_unknown_after_the_cache_time() -> None:
    case = Case(FOUND, {}, OUTAGE, OUTAGE, OUTAGE)
    assert [case.find_after(0), case.find_after(60)] == ["px_1", None]
    with pytest.raises(PixelTableError):
        case.find_after(60)


def test_random_keys_neither_grow_memory_nor_push_out_a_pixel() -> None:
    case = Case(FOUND)
    assert case.find_after(0) == "px_1"
    for number in range(3 * MAX_UNKNOWN):
        assert case.find_after(0, f"random-{number}") is None
    assert case.find_after(0) == "px_1"
    assert len(case.port.operations) == 1 + 3 * MAX_UNKNOWN
    assert len(case.lookup._unknown) == MAX_UNKNOWN
    assert len(case.lookup._pixels) == 1


def test_pixels_are_bounded_too_and_the_oldest_goes_first() -> None:
    case = Case(*[FOUND] * (MAX_PIXELS + 2))
    for number in range(MAX_PIXELS + 1):
        case.find_after(0, f"key-{number}")
    assert len(case.lookup._pixels) == MAX_PIXELS
    calls = len(case.port.operations)
    case.find_after(0, f"key-{MAX_PIXELS}")
    assert len(case.port.operations) == calls
    case.find_after(0, "key-0")
    assert len(case.port.operations) == calls + 1


@pytest.mark.parametrize(("length", "calls"), [(0, 0), (1, 1), (128, 1), (129, 0)])
def test_a_key_of_senseless_length_is_unknown_without_a_call(length: int, calls: int) -> None:
    case = Case()
    assert case.find_after(0, "k" * length) is None
    assert len(case.port.operations) == calls


@pytest.mark.parametrize(
    ("error", "tries"),
    [(OUTAGE, 3), (ThrottledError("SlowDown"), 3), (RefusedError("AccessDeniedException"), 1)],
)
def test_an_outage_is_not_an_unknown_key(error: CallError, tries: int) -> None:
    case = Case(*[error] * tries)
    with pytest.raises(PixelTableError, match=error.code):
        case.find_after(0)
    assert case.find_after(0) is None
    assert len(case.port.operations) == tries + 1


def test_a_stale_pixel_is_served_during_an_outage_and_asked_for_again_after_five_seconds() -> None:
    case = Case(FOUND, OUTAGE, OUTAGE, OUTAGE, {"Item": ITEM | {"pixel_id": {"S": "px_2"}}})
    assert case.find_after(0) == "px_1"
    assert case.find_after(60) == "px_1"
    calls = len(case.port.operations)
    assert case.find_after(4.7) == "px_1"
    assert len(case.port.operations) == calls
    assert case.find_after(0.3) == "px_2"


def test_a_passing_fault_is_tried_again() -> None:
    case = Case(OUTAGE, FOUND)
    assert case.find_after(0) == "px_1"


@pytest.mark.parametrize(("remaining", "seconds"), [(0.5, 0.5), (2.0, 2.0), (9.0, 2.0)])
def test_the_table_has_two_seconds_at_most(remaining: float, seconds: float) -> None:
    case = Case(FOUND)
    case.lookup.find("key-1", remaining)
    assert case.port.deadlines == [case.clock.time + seconds]
