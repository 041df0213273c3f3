"""What bench/page_stub.py serves, what it takes for a hit, and when it refuses a tag."""

from __future__ import annotations

import pytest

from bench.page_stub import PATIENCE, SETTLE_MS, SilentTagError, Stub
from bench.page_tag import NO_TAG, Tag

TAG = Tag("a tag", b"run()", "/a.js", "count()", "/api/send", 'data-website-id="1"')


class Visit:
    """A page whose tag asks for `path` at the end of its `turn`th wait."""

    def __init__(self, stub: Stub, turn: int, path: str) -> None:
        self.stub, self.turn, self.path = stub, turn, path
        self.waits: list[float] = []

    def wait_for_timeout(self, timeout: float) -> None:
        self.waits.append(timeout)
        if len(self.waits) == self.turn:
            self.stub.reply(self.path)


def visit(tag: Tag, turn: int, path: str, earlier: int = 0) -> list[float]:
    """Wait for a page's hit after `earlier` ones of other pages; the waits."""
    with Stub(tag) as stub:
        stub.hits = earlier
        made = Visit(stub, turn, path)
        stub.wait_for_hit(made, earlier)
        return made.waits


def test_a_page_carries_its_tag_and_what_the_page_says_to_it() -> None:
    with Stub(TAG) as stub:
        kind, body = stub.reply("/")
        assert stub.reply("/a.js") == ("text/javascript", b"run()")
    assert kind == "text/html"
    assert b'<script src="/a.js" data-website-id="1"></script><script>count()</script>' in body


@pytest.mark.parametrize(
    ("path", "hits"),
    [
        ("/api/send", 1),
        ("/api/send?a=1", 1),
        ("/api", 0),
        ("/", 0),
        ("/a.js", 0),
        ("/b.js", 0),
        ("/favicon.ico", 0),
    ],
)
def test_a_hit_is_what_goes_to_the_tags_endpoint(path: str, hits: int) -> None:
    with Stub(TAG) as stub:
        stub.reply(path)
        assert stub.hits == hits


def test_a_page_without_a_tag_sends_no_hits() -> None:
    with Stub(NO_TAG) as stub:
        stub.reply("/api/send")
        assert stub.hits == 0


@pytest.mark.parametrize("turn", [1, 2, PATIENCE])
def test_a_hit_is_waited_for_until_it_comes(turn: int) -> None:
    assert visit(TAG, turn, "/api/send") == [SETTLE_MS] * turn


@pytest.mark.parametrize(
    ("turn", "path", "earlier"), [(PATIENCE + 1, "/api/send", 0), (1, "/a.js", 0), (1, "/a.js", 5)]
)
def test_a_tag_whose_page_sent_no_hit_is_refused(turn: int, path: str, earlier: int) -> None:
    with pytest.raises(SilentTagError, match="a tag sent nothing to /api/send"):
        visit(TAG, turn, path, earlier)


def test_a_page_without_a_tag_is_not_waited_for() -> None:
    assert visit(NO_TAG, 1, "/") == [SETTLE_MS]
