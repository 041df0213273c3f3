"""The example of docs/audiences.md: its rule hears what Pixelweave tells, and nothing else."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from pixelweave.audience_change import AUDIENCE_LEFT, list_notices
from pixelweave_aws.notice_bus import SOURCE

from tests.unit.audience.sample import DIGESTS, make_evaluation, make_member, make_record

DOCS = Path(__file__).parents[3] / "docs"
EXAMPLE = DOCS / "examples" / "audience-newsletter.yaml"
ENTERED = make_member("pn_1", email_sha256=DIGESTS[0])


class Loader(yaml.SafeLoader):
    """CloudFormation's short forms as maps: `!Ref x` is {"Ref": "x"}."""


def read_short_form(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    assert isinstance(node, yaml.ScalarNode)
    return {suffix: loader.construct_scalar(node)}


Loader.add_multi_constructor("!", read_short_form)
TEMPLATE: dict[str, Any] = yaml.load(EXAMPLE.read_text(encoding="utf-8"), Loader=Loader)
RULE = TEMPLATE["Resources"]["EnteredRule"]["Properties"]
(TARGET,) = RULE["Targets"]


def matches(pattern: Any, event: Any) -> bool:
    """Whether an event matches a pattern of exact values and `exists` (EventBridge user guide, «Comparison operators»)."""
    if isinstance(pattern, dict):
        return all(matches(each, event.get(key)) for key, each in pattern.items())
    if pattern == [{"exists": True}]:
        return event is not None
    return event in [
        TEMPLATE["Parameters"][each["Ref"]]["Default"] if isinstance(each, dict) else each for each in pattern
    ]


def make_event(**changes: Any) -> dict[str, Any]:
    """What is told when ENTERED enters the audience by their own doing."""
    record = make_record("Recognised customers")
    (notice,) = list_notices(record, None, make_evaluation(ENTERED))
    event = {
        "source": SOURCE,
        "detail-type": notice.name,
        "detail": dict(notice.detail) | {"cause": "behaviour"},
    }
    detail = changes.pop("detail", {})
    return event | changes | {"detail": event["detail"] | detail}


def test_the_rule_hears_of_a_customer_who_entered() -> None:
    assert matches(RULE["EventPattern"], make_event())


@pytest.mark.parametrize(
    "changes",
    [
        {"source": "aws.s3"},
        {"detail-type": AUDIENCE_LEFT},
        {"detail": {"slug": "buyers"}},
        {"detail": {"is_known": False}},
        {"detail": {"email_sha256": None}},
        {"detail": {"cause": "first"}},
        {"detail": {"cause": "definition"}},
    ],
)
def test_the_rule_hears_of_nothing_else(changes: dict[str, Any]) -> None:
    assert not matches(RULE["EventPattern"], make_event(**changes))


def test_the_target_gets_json_of_what_is_told() -> None:
    transformer = TARGET["InputTransformer"]
    event = make_event()
    values = {}
    for name, path in transformer["InputPathsMap"].items():
        assert path.startswith("$.detail.")
        values[name] = event["detail"][path.removeprefix("$.detail.")]
    filled = re.sub(r"<(\w+)>", lambda match: json.dumps(values[match[1]]), transformer["InputTemplate"])
    assert json.loads(filled) == {
        "idempotency_key": event["detail"]["id"],
        "list": "recognised-customers",
        "email_sha256": DIGESTS[0],
        "person_id": "pn_1",
    }


def test_what_the_target_does_not_take_is_kept_and_every_name_is_known() -> None:
    assert TARGET["DeadLetterConfig"] == {"Arn": {"GetAtt": "DeadLetters.Arn"}}
    names = {*TEMPLATE["Parameters"], *TEMPLATE["Resources"]}
    used = re.findall(r"!(?:Ref|GetAtt) (\w+)", EXAMPLE.read_text(encoding="utf-8"))
    assert set(used) <= names
    assert set(TEMPLATE["Parameters"]) <= set(used)


def test_the_page_leads_to_the_example_and_names_its_parameters() -> None:
    page = (DOCS / "audiences.md").read_text(encoding="utf-8")
    assert f"(examples/{EXAMPLE.name})" in page
    (command,) = re.findall(r"--parameter-overrides (.*?)--capabilities", page, re.DOTALL)
    assert set(re.findall(r"(\w+)=", command)) == set(TEMPLATE["Parameters"])
