"""What each request is answered with."""

from __future__ import annotations

import pytest
from pixelweave.errors import PixelOutageError
from pixelweave.gif import GIF, GIF_BASE64

from tests.unit.collecting import KEY, NOW_MS, Bench, make_pixel

PATH = f"/e/{KEY}"
VISITOR = "0123456789abcdef0123456789abcdef"


class TestAnswer:
    def test_a_hit_is_answered_with_the_gif_that_nobody_may_keep(self) -> None:
        answer = Bench().send(PATH)
        assert (answer.status, answer.body, answer.is_base64) == (200, GIF_BASE64, True)
        assert answer.headers == {
            "Content-Type": "image/gif",
            "Content-Length": "43",
            "Cache-Control": "no-store",
            "Cross-Origin-Resource-Policy": "cross-origin",
            "X-Content-Type-Options": "nosniff",
        }

    def test_the_gif_is_one_transparent_pixel(self) -> None:
        assert GIF[:6] == b"GIF89a"
        assert GIF[6:10] == bytes((1, 0, 1, 0))
        assert GIF[-1:] == b";"
        assert len(GIF) == 43

    def test_head_has_the_headers_and_is_no_hit(self) -> None:
        bench = Bench()
        answer = bench.send(PATH, method="HEAD")
        assert (answer.status, answer.body, answer.headers["Content-Length"]) == (200, "", "43")
        assert bench.rows == []

    @pytest.mark.parametrize(
        "path",
        ["/", "/e", "/e/", "/e/unknownkey", f"/x/{KEY}", f"/v2/{KEY}/Pixel", "/favicon.ico", f"/i/{KEY}/x"],
    )
    def test_without_a_known_key_there_is_no_image_and_no_row(self, path: str) -> None:
        bench = Bench()
        answer = bench.send(path)
        assert (answer.status, answer.is_base64) == (404, False)
        assert bench.stores == 0

    @pytest.mark.parametrize("key", ["a" * 65, "a%00", "a b", "ä", "../x", "a'b"])
    def test_what_cannot_be_a_key_is_not_looked_up(self, key: str) -> None:
        bench = Bench()
        bench.pixel.key = key
        assert bench.send(f"/e/{key}").status == 404

    @pytest.mark.parametrize(("status", "expires_at"), [("disabled", None), ("active", NOW_MS // 1000)])
    def test_a_disabled_or_expired_key_is_unknown(self, status: str, expires_at: int | None) -> None:
        bench = Bench(make_pixel(status=status, expires_at=expires_at))
        assert bench.send(PATH).status == 404
        assert bench.stores == 0

    def test_a_rotated_key_is_answered_until_it_expires(self) -> None:
        assert Bench(make_pixel(expires_at=NOW_MS // 1000 + 1)).send(PATH).status == 200

    @pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
    def test_other_methods_are_told_what_is_allowed(self, method: str) -> None:
        answer = Bench().send(PATH, method=method)
        assert (answer.status, answer.headers["Allow"]) == (405, "GET, HEAD, POST, OPTIONS")

    def test_a_preflight_is_answered_for_any_path(self) -> None:
        answer = Bench().send(PATH, method="OPTIONS", origin="https://shop.example")
        assert answer.status == 204
        assert answer.headers["Access-Control-Allow-Origin"] == "https://shop.example"
        assert answer.headers["Access-Control-Allow-Methods"] == "GET, HEAD, POST, OPTIONS"

    @pytest.mark.parametrize(
        ("origin", "allowed", "credentials"),
        [
            ("https://shop.example", "https://shop.example", "true"),
            ("http://localhost:8080", "http://localhost:8080", "true"),
            ("null", "null", "true"),
            ("nullify", "*", None),
            ("https://a.example, https://b.example", "*", None),
            ("https://" + "a" * 300, "*", None),
            ("javascript:alert(1)", "*", None),
        ],
    )
    def test_any_page_may_send_with_cookies(self, origin: str, allowed: str, credentials: str | None) -> None:
        headers = Bench().send(PATH, origin=origin).headers
        assert headers["Access-Control-Allow-Origin"] == allowed
        assert headers.get("Access-Control-Allow-Credentials") == credentials

    def test_an_outage_of_the_pixel_table_is_not_an_unknown_key(self) -> None:
        bench = Bench()

        def find(key: str, remaining_seconds: float) -> None:
            raise PixelOutageError(key, remaining_seconds)

        bench.collector._find_pixel = find
        answer = bench.send(PATH)
        assert (answer.status, answer.body, answer.headers["Retry-After"]) == (503, GIF_BASE64, "5")

    def test_when_nothing_could_be_stored_the_sender_is_asked_to_come_again(self) -> None:
        answer = Bench(lost=1).send(PATH)
        assert (answer.status, answer.body, answer.headers["Retry-After"]) == (503, GIF_BASE64, "5")

    def test_one_hit_is_stored_once(self) -> None:
        bench = Bench()
        bench.send(PATH, "email=a%40b.de")
        assert (bench.stores, len(bench.rows), len(bench.identify_bodies)) == (1, 1, 1)
