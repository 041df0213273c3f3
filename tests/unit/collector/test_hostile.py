"""Whatever a known key is sent, the answer is the GIF and the log has exactly one sound row for each hit."""

from __future__ import annotations

import gzip
import json
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pixelweave.event_model import CollectedEvent
from pixelweave.field import FIELDS
from pixelweave.gif import GIF_BASE64
from pixelweave.outcome import ACCEPTED, FLAGS, OUTCOMES, REJECTED, REJECTIONS, TEST

from tests.unit.collecting import KEY, NOW_MS, Bench, make_pixel
from tests.unit.naughty import TEXTS

PATHS = {
    "ksense": (f"/ksense/{KEY}",),
    "pitchtarget": (f"/{KEY}/event.gif", f"/{KEY}/revenue.gif", f"/i/{KEY}/revenue"),
    "altcraft": (f"/altcraft/{KEY}",),
    "rokt": (f"/v1/{KEY}/Pixel",),
    "sendgrid": (f"/sendgrid/{KEY}",),
    "native": (f"/e/{KEY}", f"/i/{KEY}"),
}
ROUTES = [(dialect, path) for dialect, paths in PATHS.items() for path in paths]
# Every parameter that some dialect reads.
PARAMETERS = (
    "track labels user_info user_id conversion_name event_token amount params currency goal value unit goals channel dt ct et n hn "
    "path ttl lc av dbg amp_id consent_state ui_t ui_v ua_k ua_v attrs_k attrs_v flags_k flags_v type name event userId traits "
    "properties messageId anonymousId timestamp url title referrer session_id visitor_id message_id order_id language "
    "time_zone utm_source occurred_at is_test consent email email_sha256 phone props products category debug"
).split()
# Enough of the right words that hostile values get past the first check of a dialect.
WORDS = (
    "pv",
    "ScreenView",
    "AppEvent",
    "Transaction",
    "page",
    "identify",
    "track",
    "Purchase",
    "Lead Captured",
    "custom",
    "other3,email",
)
COLUMNS = {field.name for field in FIELDS} | {"client"}


def assert_sound(row: dict[str, Any]) -> None:
    assert row.keys() <= COLUMNS
    assert row["outcome"] in OUTCOMES
    reason = row.get("reason")
    if row["outcome"] == REJECTED:
        assert reason in REJECTIONS
    else:
        assert row["outcome"] in (ACCEPTED, TEST)
        assert reason is None or reason in FLAGS
    text = json.dumps(row, ensure_ascii=False)
    text.encode()
    assert not any(ord(sign) < 0x20 for sign in text)
    CollectedEvent.model_validate(row)


def check(dialect: str, path: str, query: str, *, hits: int = 1, **request: Any) -> None:
    bench = Bench(make_pixel(dialect))
    answer = bench.send(path, query, **request)
    assert (answer.status, answer.body) == (200, GIF_BASE64)
    assert len(bench.rows) == hits
    for row in bench.rows:
        assert_sound(row)
    for body in bench.identify_bodies:
        body.encode("ascii")


@pytest.mark.parametrize(("dialect", "path"), ROUTES)
def test_every_naughty_text_in_every_parameter(dialect: str, path: str) -> None:
    for name in PARAMETERS:
        for text in TEXTS:
            value = quote(text, safe="", errors="surrogatepass")
            check(
                dialect, path, f"{name}={value}&dt=AppEvent&track=pv&type=track&event=Purchase&event_token=t"
            )


@pytest.mark.parametrize(("dialect", "path"), ROUTES)
def test_every_naughty_text_as_a_raw_query_a_body_and_a_header(dialect: str, path: str) -> None:
    for text in TEXTS:
        check(dialect, path, text)
        check(dialect, path, "", method="POST", body=text.encode("utf-8", "surrogatepass"))
        check(
            dialect,
            path,
            "",
            referer=text,
            user_agent=text,
            accept_language=text,
            origin=text,
            cookie=f"pw_vid={text}",
        )


queries = st.lists(
    st.tuples(
        st.sampled_from(PARAMETERS),
        st.one_of(st.sampled_from(WORDS), st.sampled_from(TEXTS), st.text(max_size=40)),
    ),
    max_size=12,
).map(
    lambda pairs: "&".join(
        f"{name}={quote(value, safe=',@', errors='surrogatepass')}" for name, value in pairs
    )
)
json_values = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20), st.sampled_from(TEXTS)
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)
objects = st.dictionaries(
    st.sampled_from(PARAMETERS), st.one_of(st.sampled_from(WORDS), json_values), max_size=10
)


@settings(max_examples=300, deadline=None)
@given(route=st.sampled_from(ROUTES), query=queries, referer=st.text(max_size=60))
def test_any_query_leaves_one_sound_row(route: tuple[str, str], query: str, referer: str) -> None:
    check(*route, f"ct={NOW_MS}&{query}", referer=referer)


@settings(max_examples=200, deadline=None)
@given(route=st.sampled_from(ROUTES), raw=st.text(max_size=200))
def test_any_text_as_a_query_leaves_one_sound_row(route: tuple[str, str], raw: str) -> None:
    check(*route, raw)


@settings(max_examples=300, deadline=None)
@given(route=st.sampled_from(ROUTES), hits=st.lists(objects, min_size=1, max_size=4), packed=st.booleans())
def test_any_batch_leaves_one_sound_row_for_each_hit(
    route: tuple[str, str], hits: list[dict[str, Any]], packed: bool
) -> None:
    text = json.dumps(hits).encode()
    # JSON has no NaN; Python writes one, and the whole body is then not JSON.
    count = len(hits) if _is_json(hits) else 1
    headers = {"content_encoding": "gzip"} if packed else {}
    check(*route, "", hits=count, method="POST", body=gzip.compress(text) if packed else text, **headers)


def _is_json(value: object) -> bool:
    try:
        json.dumps(value, allow_nan=False)
    except ValueError:
        return False
    return True


@settings(max_examples=200, deadline=None)
@given(
    route=st.sampled_from(ROUTES), body=st.binary(max_size=200), encoding=st.sampled_from(["", "gzip", "br"])
)
def test_any_bytes_as_a_body_leave_one_sound_row(route: tuple[str, str], body: bytes, encoding: str) -> None:
    check(*route, "", method="POST", body=body, content_encoding=encoding)
