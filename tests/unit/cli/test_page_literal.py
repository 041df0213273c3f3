"""Calls in scripts, and the hits that the script makes of them; hostile text stays cheap."""

from __future__ import annotations

from time import process_time

import pytest
from pixelweave_cli.page_element import MAX_ELEMENT, list_elements
from pixelweave_cli.page_literal import blank_comments, list_calls
from pixelweave_cli.page_trial import make_hit

MEGABYTE = 1_000_000


def read(code: str) -> list[object]:
    return [call.arguments for call in list_calls(blank_comments(code), ["kpix", "pixelweave"])]


@pytest.mark.parametrize(
    ("code", "arguments"),
    [
        ("kpix('track', 'pv')", ["track", "pv"]),
        ("kpix ( 'a' , [1, -2.5, true, null,], {b: {'c d': \"e\"}, 7: `f`} , )", None),
        ("kpix('a', [1, -2.5, true, null,], {b: {'c d': \"e\"}, 7: `f`})", None),
        ("pixelweave.track('buy')", ["track", "buy"]),
        ("window.kpix('it\\'s \\u00e9\\x41\\n')", ["it's éA\n"]),
        ("kpix()", []),
    ],
)
def test_literals_are_read(code: str, arguments: list[object] | None) -> None:
    expected = ["a", [1, -2.5, True, None], {"b": {"c d": "e"}, "7": "f"}]
    assert read(code) == [expected if arguments is None else arguments]


@pytest.mark.parametrize(
    "code",
    [
        "kpix(a)",
        "kpix('a' + b)",
        "kpix(`${a}`)",
        "kpix({a: f()})",
        "kpix('a'",
        "kpix('a\n')",
        "kpix(1e999)",
        "kpix({...a})",
    ],
)
def test_what_is_computed_or_broken_is_not_guessed(code: str) -> None:
    assert read(code) == [None]


@pytest.mark.parametrize(
    "code",
    ["// kpix('a')", "/* kpix('a') */", "my.kpix('a')", "xkpix('a')", "function kpix('a')", "kpix.bind(1)"],
)
def test_what_is_no_call_is_none(code: str) -> None:
    assert read(code) == []


def test_a_literal_may_be_sixteen_levels_deep() -> None:
    assert read("kpix(" + "[" * 16 + "]" * 16 + ")") != [None]
    assert read("kpix(" + "[" * 17 + "]" * 17 + ")") == [None]


@pytest.mark.parametrize(
    ("dialect", "arguments", "hit"),
    [
        ("ksense", ["track", "pv", {"labels": ["a=b"]}], {"track": "pv", "labels": ["a=b"]}),
        ("ksense", ["user_info", {"email": "e"}], {"track": "user_info", "user_info": {"email": "e"}}),
        ("ksense", ["consent", "granted"], None),
        ("sendgrid", ["page", "P", {"a": 1}], {"type": "page", "name": "P", "properties": {"a": 1}}),
        ("sendgrid", ["track", "Purchase"], {"type": "track", "event": "Purchase", "properties": None}),
        ("sendgrid", ["identify", "7", {"a": 1}], {"type": "identify", "userId": "7", "traits": {"a": 1}}),
        ("native", ["identify", {"a": 1}], {"type": "identify", "traits": {"a": 1}}),
        ("native", ["identify", "7"], {"type": "identify", "user_id": "7", "traits": None}),
        ("native", ["track", "lead", {"value": 1}], {"type": "lead", "value": 1, "name": "lead"}),
        ("native", ["track", "x"], {"type": "custom", "name": "x"}),
        (
            "native",
            ["goal", "G", 5, {"unit": "points"}],
            {"type": "goal", "goals": [{"name": "G", "value": 5, "unit": "points"}]},
        ),
        ("native", ["goal", [{"name": "G"}]], {"type": "goal", "goals": [{"name": "G"}]}),
        ("native", ["reset"], None),
    ],
)
def test_a_call_makes_the_hit_that_the_script_makes(
    dialect: str, arguments: list[object], hit: dict[str, object] | None
) -> None:
    assert make_hit(dialect, arguments) == hit


def test_a_start_tag_is_read_up_to_its_limit() -> None:
    fitting = f"<img src='{'a' * (MAX_ELEMENT - 20)}'>"
    assert len(list(list_elements(fitting + "<img src=b>"))) == 2
    assert len(list(list_elements(f"<img src='{'a' * MAX_ELEMENT}'>" + "<img src=b>"))) == 1


@pytest.mark.parametrize(
    "text",
    [
        unit * (MEGABYTE // len(unit))
        for unit in (
            "<",
            "<!--",
            "<img ",
            "<img a='",
            "<script>",
            "<script></scrip",
            "<title>",
            "<meta/a=b>",
            "<img>",
        )
    ],
    ids=lambda text: text[:15],
)
def test_a_hostile_page_takes_time_in_proportion_to_its_length(text: str) -> None:
    started = process_time()
    sum(1 for _ in list_elements(text))
    assert process_time() - started < 10  # a quadratic scan takes hours


@pytest.mark.parametrize(
    "text",
    [unit * (MEGABYTE // len(unit)) for unit in ('"\\', "`", "kpix(", "kpix([", "/*", "kpix({a:", "kpix('")],
    ids=lambda text: text[:8],
)
def test_a_hostile_script_takes_time_in_proportion_to_its_length(text: str) -> None:
    started = process_time()
    sum(1 for _ in list_calls(blank_comments(text), ["kpix"]))
    assert process_time() - started < 10  # a quadratic scan takes hours
