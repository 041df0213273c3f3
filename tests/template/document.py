"""The template as data: the source, what SAM makes of it, and the questions the tests ask of both."""

import json
import os
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]

type Node = dict[str, Any]

# Runs in the SAM CLI's own environment, which pins another pydantic than what ships.
_TRANSLATE = """
import copy, json, logging, sys
from pathlib import Path
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
from samtranslator.yaml_helper import yaml_parse
logging.disable(logging.CRITICAL)
source = yaml_parse(Path("template.yaml").read_text(encoding="utf-8"))
template = copy.deepcopy(source)
for resource in template["Resources"].values():
    # What `sam build` and `sam deploy` put in place of a folder.
    for name in {"CodeUri", "ContentUri"} & resource.get("Properties", {}).keys():
        resource["Properties"][name] = {"Bucket": "bucket", "Key": "key"}
values = {name: parameter.get("Default", "") for name, parameter in source["Parameters"].items()}
translated = Translator({}, Parser()).translate(template, values)
json.dump({"source": source, "translated": translated}, sys.stdout, default=str)
"""


def find_sam() -> Path:
    """The SAM CLI: PIXELWEAVE_SAM, else the one that `make setup` installs."""
    path = Path(os.environ.get("PIXELWEAVE_SAM") or ROOT / ".local" / "sam" / "bin" / "sam")
    assert path.is_file(), (
        f"{path} is missing: `make setup` installs the SAM CLI, PIXELWEAVE_SAM names another"
    )
    return path


@cache
def _load() -> Node:
    python = find_sam().parent / "python"
    environment = {"PATH": os.environ["PATH"], "AWS_DEFAULT_REGION": "us-east-1", "PYTHONWARNINGS": "ignore"}
    run = subprocess.run(
        [python, "-c", _TRANSLATE], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    loaded: Node = json.loads(run.stdout)
    return loaded


def read_source() -> Node:
    """template.yaml as it is written, its short tags expanded."""
    source: Node = _load()["source"]
    return source


def translate() -> Node:
    """What CloudFormation gets: SAM's resources turned into plain ones."""
    translated: Node = _load()["translated"]
    return translated


def find_resources(resource_type: str) -> dict[str, Node]:
    """The resources of one type, by logical id, in the translated template."""
    return {name: node for name, node in translate()["Resources"].items() if node["Type"] == resource_type}


def find_references(node: object) -> set[str]:
    """The logical ids (and parameters) that a value names by Ref, GetAtt or Sub."""
    found = set()
    for key, value in _walk(node):
        if key == "Ref":
            found.add(str(value))
        elif key == "Fn::GetAtt":
            found.add(str(value[0] if isinstance(value, list) else value).split(".")[0])
        elif key == "Fn::Sub":
            text = str(value[0] if isinstance(value, list) else value)
            found.update(name.split(".")[0] for name in re.findall(r"\$\{([^!}]+)}", text))
    return {name for name in found if not name.startswith("AWS::")}


def find_values(node: object, key: str) -> list[Any]:
    """All values under `key`, at any depth."""
    return [value for name, value in _walk(node) if name == key]


def listed(value: Any) -> list[Any]:
    """A value that CloudFormation takes bare or in a list, as a list."""
    return value if isinstance(value, list) else [value]


def _walk(node: object) -> Iterator[tuple[str, Any]]:
    if isinstance(node, dict):
        for key, value in node.items():
            yield key, value
            yield from _walk(value)
    elif isinstance(node, list):
        for value in node:
            yield from _walk(value)


def render_parameters() -> str:
    """The parameters as docs/parameters.md must show them."""
    source = read_source()
    lines = []
    for group in source["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]:
        lines += [
            "",
            f"## {group['Label']['default']}",
            "",
            "| Parameter | Default | Allowed | What it does |",
        ]
        lines.append("|---|---|---|---|")
        for name in group["Parameters"]:
            parameter = source["Parameters"][name]
            default = parameter["Default"]
            shown = "empty" if default == "" else f"`{default}`"
            lines.append(f"| `{name}` | {shown} | {_render_range(parameter)} | {parameter['Description']} |")
    return "\n".join(lines).strip() + "\n"


def _render_range(parameter: Node) -> str:
    if "AllowedValues" in parameter:
        return ", ".join(f"`{value}`" for value in parameter["AllowedValues"])
    if "MaxValue" in parameter:
        return f"{parameter['MinValue']} to {parameter['MaxValue']}"
    if "MinValue" in parameter:
        return f"{parameter['MinValue']} or more"
    return "text"
