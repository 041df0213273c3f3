"""Take out of a built template what the embedded AWS does not know.

It refuses a template with one unknown resource type as a whole. The types below matter to an AWS
account and not to a laptop; they go, with the outputs and references that named them. The template in
the repository, and what a team deploys, stay as they are.
"""

from __future__ import annotations

from typing import Any

UNKNOWN_TYPES = frozenset(
    {
        "AWS::Athena::NamedQuery",
        "AWS::Budgets::Budget",
        "AWS::CloudWatch::CompositeAlarm",
        "AWS::CloudWatch::AnomalyDetector",
        "AWS::CodeDeploy::Application",
        "AWS::CodeDeploy::DeploymentGroup",
    }
)


class StripError(Exception):
    """Something that stays needs something that goes."""


def strip(template: dict[str, Any]) -> dict[str, Any]:
    """A copy of `template` without the unknown types, and without what SAM would make of unknown ones.

    Outputs that name such a resource go too, as does a `DependsOn` on it and a function's
    DeploymentPreference (SAM makes CodeDeploy resources of it). StripError where another resource
    refers to one that goes.
    """
    resources: dict[str, Any] = template.get("Resources") or {}
    gone = {name for name, resource in resources.items() if resource.get("Type") in UNKNOWN_TYPES}
    kept = {name: _clean(resource, gone) for name, resource in resources.items() if name not in gone}
    for name, resource in kept.items():
        named = references(resource.get("Properties")) & gone
        if named:
            raise StripError(
                f"{name} refers to {', '.join(sorted(named))}, which the embedded AWS does not know"
            )
    outputs = {
        name: output
        for name, output in (template.get("Outputs") or {}).items()
        if not references(output.get("Value")) & gone
    }
    stripped = {**template, "Resources": kept}
    if "Outputs" in template:
        stripped["Outputs"] = outputs
    return stripped


def _clean(resource: dict[str, Any], gone: set[str]) -> dict[str, Any]:
    cleaned = dict(resource)
    depends = cleaned.pop("DependsOn", [])
    left = [name for name in ([depends] if isinstance(depends, str) else depends) if name not in gone]
    if left:
        cleaned["DependsOn"] = left
    properties = cleaned.get("Properties")
    if isinstance(properties, dict):
        cleaned["Properties"] = {k: v for k, v in properties.items() if k != "DeploymentPreference"}
    return cleaned


def references(value: Any) -> set[str]:
    """The logical ids that `value` names by Ref, Fn::GetAtt or Fn::Sub, at any depth."""
    if isinstance(value, list):
        return {name for item in value for name in references(item)}
    if not isinstance(value, dict):
        return set()
    found = {name for item in value.values() for name in references(item)}
    for function, argument in value.items():
        match function, argument:
            case "Ref", str():
                found.add(argument)
            case "Fn::GetAtt", [str() as name, *_]:
                found.add(name)
            case "Fn::GetAtt", str():
                found.add(argument.partition(".")[0])
            case "Fn::Sub", str() | [str(), *_]:
                text = argument if isinstance(argument, str) else argument[0]
                found |= {part.partition("}")[0].partition(".")[0] for part in text.split("${")[1:]}
    return found
