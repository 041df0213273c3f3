"""The private parts of ministack that the launcher reads or replaces, and a check that they are as expected.

ministack is pinned exactly; these names are not its public interface. Whatever the launcher needs is
listed here and nowhere else, so that a new release fails at start with the list of differences instead
of half-working.
"""

import importlib
import importlib.metadata
import inspect
import operator
from typing import Any

VERSION = "1.5.33"

# Module below `ministack` → function, or class and method → the names of its parameters.
EXPECTED: dict[str, dict[str, tuple[str, ...]]] = {
    "app": {"pin_request_origin": ("source_ip", "secure_transport")},
    "services.firehose": {
        "_deliver_records_to_s3": ("stream", "dest", "records"),
        "_evaluate_prefix": ("template", "t", "query_keys", "lambda_keys", "error_type"),
        "_java_time": ("pattern", "t"),
        "_put_s3_object": ("bucket", "key", "body"),
        "_s3_bucket_from_arn": ("bucket_arn",),
    },
    "services.athena": {
        "_run_duckdb": ("query", "database", "catalog"),
        "_materialize_table_files": ("location", "workdirs"),
    },
    "services.s3": {
        "_fire_s3_event": (
            "bucket_name",
            "key",
            "event_name",
            "size",
            "etag",
            "deletion_type",
            "restore_event_data",
            "version_id",
            "sequencer",
            "object_extra",
            "record_extra",
        ),
        "_fire_s3_event_async": (
            "bucket_name",
            "key",
            "event_name",
            "size",
            "etag",
            "deletion_type",
            "version_id",
            "object_extra",
            "record_extra",
        ),
        "_next_event_sequencer": ("event_name",),
    },
    "services.glue": {"_create_table": ("data",)},
    "services.lambda_svc": {
        "_execute_function": ("func", "event"),
        "_execute_function_with_config_scope": ("func", "event"),
        "_get_func_record_for_qualifier": ("name", "qualifier"),
        "_resolve_name_and_qualifier": ("name_or_arn",),
        "_sqs_esm_concurrency": ("esm", "func_rec", "config", "queue"),
    },
    "core.lambda_runtime": {
        "_detect_runtime_binary": ("runtime",),
        "Worker._drain_stderr_bounded": ("self", "first_line_wait", "idle_confirm", "hard_cap"),
    },
    "core.iam_actions": {
        "extract_resource_arn": (
            "service",
            "method",
            "path",
            "headers",
            "body",
            "query_params",
            "region",
            "account_id",
        ),
    },
    "core.responses": {"get_account_id": (), "get_region": ()},
}

# Attributes that are not functions: the stores of Glue tables and of their partitions, by `database/table`; that of Athena's queries, by
# id; that of S3's buckets, by name.
EXPECTED_DATA: dict[str, tuple[str, ...]] = {
    "services.glue": ("_tables", "_partitions"),
    "services.s3": ("_buckets",),
    "services.athena": ("_executions", "_named_queries"),
}


class ShapeError(Exception):
    """ministack is not the release that the launcher was written for; the text lists each difference."""


def member(module: str, name: str) -> Any:
    """The attribute `name` of `ministack.<module>`, which must be listed above (KeyError otherwise)."""
    if name not in EXPECTED.get(module, {}) and name not in EXPECTED_DATA.get(module, ()):
        raise KeyError(f"{module}.{name} is not listed in shape.py")
    return operator.attrgetter(name)(importlib.import_module(f"ministack.{module}"))


def replace(module: str, name: str, function: Any) -> Any:
    """Put `function` in the place of `ministack.<module>.<name>`; the function that was there."""
    original = member(module, name)
    owner: Any = importlib.import_module(f"ministack.{module}")
    *path, last = name.split(".")
    for part in path:
        owner = getattr(owner, part)
    setattr(owner, last, function)
    return original


def differences() -> list[str]:
    """What is not as expected, one sentence each; empty when the launcher fits."""
    found = []
    installed = importlib.metadata.version("ministack")
    if installed != VERSION:
        found.append(f"ministack is {installed}, expected {VERSION}")
    for module, functions in EXPECTED.items():
        for name, parameters in functions.items():
            try:
                actual = tuple(inspect.signature(member(module, name)).parameters)
            except (AttributeError, ImportError, TypeError) as exc:
                found.append(f"{module}.{name}: {exc}")
                continue
            if actual != parameters:
                found.append(f"{module}.{name} takes {actual}, expected {parameters}")
    for module, names in EXPECTED_DATA.items():
        for name in names:
            try:
                member(module, name)
            except (AttributeError, ImportError) as exc:
                found.append(f"{module}.{name}: {exc}")
    return found


def check() -> None:
    """Raise ShapeError unless every expectation holds."""
    found = differences()
    if found:
        raise ShapeError("the embedded AWS cannot be wrapped:\n  " + "\n  ".join(found))
