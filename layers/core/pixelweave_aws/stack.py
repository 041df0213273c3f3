"""A deployed stack: where its parts are, by the outputs of template.yaml.

StackError
├── StackNotFoundError     CloudFormation knows no such stack
├── StackOutputError       an output that the tools need is missing
└── LocalStackFileError    .local/stack.json cannot be read
"""

from __future__ import annotations

import json
from dataclasses import MISSING, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Self

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mypy_boto3_cloudformation import CloudFormationClient

LOCAL_STACK_FILE = Path(".local", "stack.json")
# The embedded AWS takes an account's number for an access key.
LOCAL_ACCOUNT = "000000000000"


class StackError(Exception):
    """The stack cannot be used."""


class StackNotFoundError(StackError):
    """CloudFormation knows no stack of this name in this region."""


class StackOutputError(StackError):
    """The stack lacks outputs: it is of another version, or not finished."""


class LocalStackFileError(StackError):
    """What the local runner wrote down about its stack is unreadable."""


@dataclass(frozen=True, slots=True)
class Stack:
    """The outputs of one stack; each field is the output of the same name in CamelCase."""

    collector_url: str
    pixel_table_name: str
    identity_table_name: str
    goals_table_name: str
    hits_stream_name: str
    links_stream_name: str
    lake_bucket_name: str
    database_name: str
    events_table_name: str
    links_table_name: str
    work_group_name: str
    identify_queue_url: str
    identify_dead_letter_queue_url: str
    goals_queue_url: str
    goals_dead_letter_queue_url: str
    spill_queue_url: str
    spill_dead_letter_queue_url: str
    dashboard_bucket_name: str
    publish_function_name: str
    compact_function_name: str
    # Empty where the dashboard has no address.
    dashboard_url: str = ""

    @classmethod
    def from_outputs(cls, name: str, outputs: Mapping[str, str]) -> Self:
        """Return the stack with these CloudFormation outputs; what has a default may be absent.

        Raises StackOutputError naming what is missing.
        """
        wanted = {field.name: field.name.title().replace("_", "") for field in fields(cls)}
        needed = [field.name for field in fields(cls) if field.default is MISSING]
        missing = [wanted[name] for name in needed if not outputs.get(wanted[name])]
        if missing:
            raise StackOutputError(
                f"stack {name} has no output {', '.join(missing)}; is its deployment finished?"
            )
        return cls(**{field: outputs[output] for field, output in wanted.items() if output in outputs})


@dataclass(frozen=True, slots=True)
class LocalStack:
    """What `make up` wrote about the stack in the embedded AWS."""

    name: str
    region: str
    endpoint_url: str
    collector_url: str
    access_key_id: str
    outputs: Mapping[str, str]


def read_stack(client: CloudFormationClient, name: str) -> Stack:
    """Return a stack by its outputs. Raises StackNotFoundError, StackOutputError; others are botocore's."""
    try:
        found = client.describe_stacks(StackName=name)["Stacks"]
    except ClientError as exc:
        if exc.response["Error"]["Code"] != "ValidationError":
            raise
        raise StackNotFoundError(f"there is no stack {name!r} in {client.meta.region_name}") from exc
    outputs = {output["OutputKey"]: output["OutputValue"] for output in found[0].get("Outputs", [])}
    return Stack.from_outputs(name, outputs)


def find_local_stack(folder: Path) -> LocalStack | None:
    """Return the local stack of `folder` or its nearest parent that has one. Raises LocalStackFileError."""
    for parent in (folder, *folder.parents):
        path = parent / LOCAL_STACK_FILE
        if path.is_file():
            return _read_local_stack(path)
    return None


def _read_local_stack(path: Path) -> LocalStack:
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        return LocalStack(
            name=values["stack_name"],
            region=values["region"],
            endpoint_url=values["aws_endpoint"],
            collector_url=values["collector_url"],
            access_key_id=values.get("access_key_id", LOCAL_ACCOUNT),
            outputs=values.get("outputs", {}) | {"CollectorUrl": values["collector_url"]},
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as exc:
        raise LocalStackFileError(
            f"{path} is not what `make up` writes ({exc!r}); run `make up` again"
        ) from exc
