"""The form of audiences: what is read, what is written back, and what is refused with its place and what was expected."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from pixelweave.audience import AudienceSpec, make_slug
from pixelweave.audience_condition import EventCondition, InterestCondition, SeenCondition, ValueCondition
from pixelweave.audience_filter import list_steps
from pixelweave.audience_form import AudienceFormError, read_audience, tell_condition, write_audience
from pixelweave.audience_template import TEMPLATES, read_template

PAGE = (Path(__file__).parents[3] / "docs" / "audiences.md").read_text(encoding="utf-8")

SHARE = "expected a share of 0.0001 to 1, with four decimals at most, such as 0.5"
UNIT = "is not a unit; write points, or a currency of three letters such as EUR"
WORKSPACE = "is not valid; expected 1 to 64 letters, digits, dot, _ or -, a letter or digit first"


def parse(text: str) -> Any:
    return yaml.load(text, Loader=yaml.BaseLoader)


def read(*conditions: Any, **fields: Any) -> AudienceSpec:
    return read_audience({"audience": "A b", "workspace": "acme", "all": list(conditions)} | fields)


@pytest.mark.parametrize("block", re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL))
def test_every_example_of_the_page_is_read_and_written_back(block: str) -> None:
    spec = read_audience(parse(block))
    assert read_audience(write_audience(spec)) == spec
    assert read_audience(parse(yaml.safe_dump(write_texts(write_audience(spec))))) == spec


def write_texts(value: Any) -> Any:
    """The form with every scalar as text, as a file has it."""
    if isinstance(value, dict):
        return {key: write_texts(member) for key, member in value.items()}
    return [write_texts(each) for each in value] if isinstance(value, list) else str(value)


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_template_is_an_audience_that_the_page_names(name: str) -> None:
    spec = read_audience(parse(read_template(name)))
    assert spec.consent == "granted"
    assert f"`{name}`" in PAGE


def test_the_template_for_high_intent_is_the_first_example_of_the_page() -> None:
    example = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)[0]
    assert read_audience(parse(read_template("high-intent"))) == read_audience(parse(example)).model_copy()


def test_a_label_in_the_way_of_ksense_is_a_condition_on_events() -> None:
    (condition,) = read({"label": "user_segment=new=users*", "at_least": "2"}).all
    assert condition == EventCondition(labels=(("user_segment", "new=users*"),), at_least=2)
    assert tell_condition(condition) == "label: user_segment=new=users*, at_least: 2"


@pytest.mark.parametrize(
    ("form", "condition", "told"),
    [
        (
            {"interest": {"section": "/shop"}, "share": "0.3333", "views": "2"},
            InterestCondition(section="/shop", share=3333, views=2),
            "interest: {section: /shop}, views: 2, share: 0.3333",
        ),
        (
            {"seen": {"within": "2w", "not_within": "1d"}},
            SeenCondition(within=timedelta(days=14), not_within=timedelta(days=1)),
            "seen: {within: 14d, not_within: 1d}",
        ),
        (
            {"value": {"goal": "Buy", "unit": "eur"}, "at_least": "100", "within": "48h"},
            ValueCondition(goal="Buy", unit="EUR", at_least=Decimal(100), within=timedelta(days=2)),
            "value: {goal: Buy, unit: EUR}, at_least: 100, within: 2d",
        ),
    ],
)
def test_a_condition_is_read_and_told(form: dict[str, Any], condition: Any, told: str) -> None:
    spec = read(form)
    assert spec.all == (condition,)
    assert tell_condition(spec.all[0]) == told


@pytest.mark.parametrize(
    ("condition", "problem"),
    [
        ({"goal": "x", "within": "181d"}, "all 1, goal, within: expected 1d to 180d"),
        ({"goal": "x", "within": "23h"}, "all 1, goal, within: expected 1d to 180d"),
        ({"goal": "x", "within": "soon"}, "all 1, within: expected 1d to 180d"),
        ({"goal": ""}, "all 1, goal: expected one text or number"),
        ({"goal": ["x"]}, "all 1, goal: expected one text or number"),
        ({"goal": "a\nb"}, "all 1, goal, goal: control characters are not allowed"),
        ({"goal": "x", "at_least": "0"}, "all 1, goal: at_least: expected 1 or more, or an at_most beside it"),
        ({"goal": "x", "at_least": "-1"}, "all 1, at_least: expected a whole number, not '-1'"),
        ({"goal": "x", "at_least": "1000001"}, "all 1, goal, at_least: expected a number of 0 to 1000000"),
        ({"goal": "x", "at_most": "0"}, "all 1, goal: at_most: expected at_least or more; what must not be at all stands under none"),
        ({"goal": "x", "host": "y"}, "all 1: host is not one of goal, at_least, at_most, within"),
        ({"goal": "x", "seen": {}}, "all 1: expected one of goal, event, label, interest, funnel, seen, value, and what belongs to it"),
        ({}, "all 1: expected one of goal, event, label, interest, funnel, seen, value, and what belongs to it"),
        ("goal", "all 1: expected one of goal, event, label, interest, funnel, seen, value, and what belongs to it"),
        ({"event": {}}, "all 1, event: expected one or more of type, name, host, path, label, property"),
        ({"event": "x"}, "all 1, event: expected type, name, host, path, label, property, each on a line of its own"),
        ({"event": {"url": "x"}}, "all 1, event: url is not one of type, name, host, path, label, property"),
        ({"event": {"label": "x"}}, "all 1, event, label: expected a name and a pattern, such as {size: big*}"),
        ({"label": "x"}, "all 1, label: expected NAME=VALUE, such as user_segment=new_users"),
        ({"label": "x="}, "all 1, label: expected NAME=VALUE, such as user_segment=new_users"),
        ({"interest": {"section": "shop"}}, "all 1, interest, section: expected a slash and the first segment of a path, such as /shop"),
        ({"interest": {"section": "/a/b"}}, "all 1, interest, section: expected a slash and the first segment of a path, such as /shop"),
        ({"interest": {"host": "x"}}, "all 1, interest, section: is missing"),
        ({"interest": {"section": "/"}, "share": "1.0001"}, f"all 1, share: {SHARE}"),
        ({"interest": {"section": "/"}, "share": "0.00001"}, f"all 1, share: {SHARE}"),
        ({"interest": {"section": "/"}, "share": "nan"}, f"all 1, share: {SHARE}"),
        ({"interest": {"section": "/"}, "views": "0"}, "all 1, interest, views: expected a number of 1 to 1000000"),
        ({"funnel": "x"}, "all 1, funnel, reached: is missing"),
        ({"funnel": "x", "reached": "9"}, "all 1, funnel, reached: expected the number of a step, 1 to 8"),
        ({"funnel": "x", "reached": "2", "not_reached": "2"}, "all 1, funnel: not_reached: expected a later step than reached"),
        ({"seen": {}}, "all 1, seen: expected within, not_within or both"),
        ({"seen": {"within": "7d", "not_within": "7d"}}, "all 1, seen: not_within: expected a shorter span than within"),
        ({"value": {"goal": "x", "unit": "EUR"}}, "all 1, value, at_least: is missing"),
        ({"value": {"goal": "x", "unit": "EUR"}, "at_least": "0"}, "all 1, value, at_least: expected more than 0"),
        ({"value": {"goal": "x", "unit": "Euro"}, "at_least": "1"}, f"all 1, value, unit: 'Euro' {UNIT}"),
        ({"value": {"goal": "x", "unit": "EUR"}, "at_least": "a"}, "all 1, at_least: 'a' is not a number such as 12.50"),
    ],
)  # fmt: skip
def test_a_condition_is_refused_with_its_place_and_what_was_expected(condition: Any, problem: str) -> None:
    with pytest.raises(AudienceFormError) as caught:
        read(condition)
    assert str(caught.value) == f"A b, {problem}"


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"audience": None}, "audience, audience: expected a name"),
        ({"audience": "…"}, "…, audience: expected a name with letters of a to z or digits in it, which its files are called by"),
        ({"audience": "a" * 101}, f"{'a' * 101}, audience: expected at most 100 characters"),
        ({"workspace": "a b"}, f"A b, workspace: 'a b' {WORKSPACE}"),
        ({"who": "me"}, "A b, who: expected one of 'anyone', 'known' or 'anonymous'"),
        ({"consent": "yes"}, "A b, consent: expected one of 'granted' or 'not_denied'"),
        ({"within": "0d"}, "A b, within: expected 1d to 180d"),
        ({"where": "x"}, "audience: where is not one of audience, workspace, who, within, all, any, none, consent"),
        ({"all": {"goal": "x"}}, "A b, all: expected a list of conditions such as `- goal: Purchase`"),
        ({"none": [{"goal": "x"}, {"goal": "y"}] * 11}, "A b: expected at most 20 conditions in all"),
    ],
)  # fmt: skip
def test_a_definition_is_refused_with_its_place_and_what_was_expected(
    fields: dict[str, Any], problem: str
) -> None:
    with pytest.raises(AudienceFormError) as caught:
        read(**fields)
    assert str(caught.value) == problem


def test_what_is_no_map_is_no_audience() -> None:
    with pytest.raises(AudienceFormError, match="audience: expected audience, workspace"):
        read_audience(["x"])
    with pytest.raises(AudienceFormError, match="workspace: is missing"):
        read_audience({"audience": "x"})


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("High intent, not converted", "high-intent-not-converted"),
        ("  Käufer 2025 – März! ", "kaufer-2025-marz"),
        ("x" * 100, "x" * 64),
        ("a" * 63 + " b", "a" * 63),
        ("покупатели", ""),
    ],
)
def test_a_slug_is_plain_and_short(name: str, slug: str) -> None:
    assert make_slug(name) == slug


def test_the_look_back_is_the_longest_stretch_that_anything_looks_at() -> None:
    assert read().look_back == timedelta(days=30)
    assert read({"goal": "x", "within": "90d"}, within="7d").look_back == timedelta(days=90)
    assert read({"seen": {"not_within": "60d"}}, within="7d").look_back == timedelta(days=60)


def test_the_steps_tell_each_filter_in_its_order() -> None:
    spec = read(
        {"goal": "a"}, any=[{"goal": "b"}, {"label": "c=d"}], none=[{"goal": "e"}, {"goal": "f"}], who="known"
    )
    assert list_steps(spec) == [
        "seen within 30d", "who: known", "goal: a", "any: goal: b | label: c=d", "not goal: e", "not goal: f", "consent: granted",
    ]  # fmt: skip
