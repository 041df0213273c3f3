"""The tag as collect serves it: its addresses, what may be kept of it, and in which coding it comes."""

from __future__ import annotations

import gzip
import subprocess
import sys
from base64 import b64decode
from pathlib import Path

import pytest
from pixelweave.route import TAG_FILES, find_route, find_tag
from pixelweave.tag import choose_coding
from pixelweave.tag_script import BROTLI, GZIP, PLAIN, VERSION

from tests.unit.collecting import KEY, Bench, make_pixel

ROOT = Path(__file__).resolve().parents[3]
LOADER = "/t/pixel.js"
PINNED = f"/t/{VERSION}/pixel.js"
OTHER = "0123456789abcdef"


@pytest.mark.parametrize("file", TAG_FILES)
def test_each_language_is_the_same_script(file: str) -> None:
    bench = Bench()
    answer = bench.send(f"/t/{file}", f"sid={KEY}")
    assert (answer.status, answer.body, answer.is_base64) == (200, PLAIN, True)
    assert answer.headers == {
        "Content-Type": "text/javascript; charset=utf-8",
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Resource-Policy": "cross-origin",
        "Access-Control-Allow-Origin": "*",
        "Cache-Control": "public, max-age=3600, stale-while-revalidate=86400",
        "ETag": f'"{VERSION}-identity"',
        "Vary": "Accept-Encoding",
    }
    assert (bench.rows, answer.cookies) == ([], [])


def test_the_address_with_the_version_is_for_ever() -> None:
    answer = Bench().send(PINNED)
    assert (answer.status, answer.body) == (200, PLAIN)
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize("query", ["", "sid=unknown", f"sid={KEY}"])
def test_no_pixel_is_looked_up(query: str) -> None:
    bench = Bench()
    bench.pixel = make_pixel(status="disabled")
    assert bench.send(LOADER, query).status == 200


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_another_version_leads_to_the_current_script_and_never_is_it(method: str) -> None:
    answer = Bench().send(f"/t/{OTHER}/callbacks.js", method=method)
    assert (answer.status, answer.body) == (302, "")
    assert answer.headers["Location"] == "../callbacks.js"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(
    "path",
    [
        "/t/",
        "/t/other.js",
        "/t//pixel.js",
        f"/t/{OTHER[:-1]}/pixel.js",
        f"/t/{OTHER}0/pixel.js",
        f"/t/{OTHER.upper()}/pixel.js",
        f"/t/{OTHER}/x/pixel.js",
        "/t/pixel.js/",
        "/debug/t/pixel.js",
        "/x/pixel.js",
    ],
)
def test_no_other_path_is_the_tags(path: str) -> None:
    assert Bench().send(path).status == 404


@pytest.mark.parametrize("file", TAG_FILES)
def test_no_pixel_has_the_path_of_the_tag(file: str) -> None:
    assert find_route(f"/t/{file}") is None
    assert find_route(f"/t/{VERSION}/{file}") is None
    assert find_tag("/t/event.gif") is None


def test_a_head_has_the_headers_alone() -> None:
    got = Bench().send(LOADER, accept_encoding="gzip")
    head = Bench().send(LOADER, method="HEAD", accept_encoding="gzip")
    assert (head.status, head.body) == (200, "")
    assert head.headers == got.headers | {"Content-Length": str(len(b64decode(GZIP)))}


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_a_script_is_only_fetched(method: str) -> None:
    bench = Bench()
    answer = bench.send(LOADER, method=method, body="{}")
    assert (answer.status, answer.headers["Allow"]) == (405, "GET, HEAD, OPTIONS")
    assert bench.rows == []


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("", "identity"),
        ("gzip, deflate, br, zstd", "br"),
        ("gzip, deflate", "gzip"),
        ("GZIP", "gzip"),
        ("deflate", "identity"),
        ("br;q=0, gzip", "gzip"),
        ("br;q=0.1, gzip;q=0.9", "gzip"),
        ("br; q=0.9 ,gzip;q=0.9", "br"),
        ("*", "br"),
        ("br;q=0, *;q=0.1", "gzip"),
        ("gzip;q=0, br;q=0", "identity"),
        ("identity, gzip;q=0.5", "identity"),
        ("identity;q=0.5, gzip;q=0.5", "gzip"),
        ("identity;q=0", "identity"),
        ("br;q=high", "identity"),
        ("br;q=nan", "identity"),
        ("br;level=3", "br"),
    ],
)
def test_the_coding_is_the_one_that_the_browser_likes_best(accepted: str, coding: str) -> None:
    assert choose_coding(accepted) == coding


@pytest.mark.parametrize(("coding", "body"), [("br", BROTLI), ("gzip", GZIP)])
def test_a_coding_has_its_own_bytes_and_tag(coding: str, body: str) -> None:
    answer = Bench().send(LOADER, accept_encoding=coding)
    assert (answer.body, answer.headers["Content-Encoding"]) == (body, coding)
    assert answer.headers["ETag"] == f'"{VERSION}-{coding}"'


def test_gzip_unpacks_to_the_script() -> None:
    assert gzip.decompress(b64decode(GZIP)) == b64decode(PLAIN)


@pytest.mark.parametrize(
    ("said", "status"),
    [
        (f'"{VERSION}-gzip"', 304),
        (f'W/"{VERSION}-gzip"', 304),
        (f'"other", "{VERSION}-gzip"', 304),
        ("*", 304),
        (f'"{VERSION}-br"', 200),
        (f'"{OTHER}-gzip"', 200),
        (VERSION, 200),
        ("", 200),
    ],
)
def test_who_has_the_script_is_told_so(said: str, status: int) -> None:
    answer = Bench().send(LOADER, accept_encoding="gzip", if_none_match=said)
    assert answer.status == status
    assert bool(answer.body) is (status == 200)
    assert answer.headers["ETag"] == f'"{VERSION}-gzip"'
    assert answer.headers["Cache-Control"].startswith("public")


def test_no_hit_pays_for_the_script() -> None:
    code = "import sys, functions.collect.app; print('pixelweave.tag' in sys.modules, 'pixelweave.tag_script' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, text=True, capture_output=True, check=True)
    assert done.stdout.split() == ["False", "False"]
