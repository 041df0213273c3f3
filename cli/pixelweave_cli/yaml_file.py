"""YAML files that operators write: every scalar is read as the text that it is written as, and what is wrong is told with its place."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import yaml

from pixelweave_cli.failure import InputError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MAX_FILE_BYTES = 1_000_000


class _Loader(yaml.BaseLoader):
    """YAML without types: texts, lists and maps only. A key that comes twice is refused."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002 - PyYAML calls it so
        values = super().construct_mapping(node, deep=deep)
        seen: set[str] = set()
        for key, _ in node.value:
            if key.value in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key.value} comes twice", key.start_mark
                )
            seen.add(key.value)
        return values


class _Dumper(yaml.SafeDumper):
    """YAML with exact numbers."""


def _represent_decimal(dumper: yaml.SafeDumper, number: Decimal) -> yaml.ScalarNode:
    text = f"{number:f}"
    kind = "float" if "." in text else "int"
    return dumper.represent_scalar(f"tag:yaml.org,2002:{kind}", text)


_Dumper.add_representer(Decimal, _represent_decimal)


def load_yaml_file[T](path: Path, read: Callable[[str], T], refusal: type[ValueError]) -> T:
    """What `read` makes of a file's text; it may raise `refusal` and what `parse_yaml` raises.

    Raises InputError with the file and the place of what it should not say.
    """
    try:
        with path.open("rb") as file:
            # What is no regular file, such as a pipe, has no size to look at first.
            data = file.read(MAX_FILE_BYTES + 1)
        if len(data) > MAX_FILE_BYTES:
            raise InputError(f"{path}: more than {MAX_FILE_BYTES} bytes")
        return read(data.decode())
    except OSError as exc:
        raise InputError(f"{path}: {exc.strerror}") from exc
    except UnicodeDecodeError as exc:
        raise InputError(f"{path}: is not text in UTF-8") from exc
    except RecursionError as exc:
        raise InputError(f"{path}: lists or maps lie too deep in one another") from exc
    except (refusal, yaml.YAMLError) as exc:
        raise InputError(f"{path}: {_describe(exc)}") from exc


def parse_yaml(text: str) -> object:
    """The document of a text. Raises yaml.YAMLError."""
    return yaml.load(text, Loader=_Loader)  # noqa: S506 - made of BaseLoader, which makes no objects


def dump_yaml(document: object) -> str:
    """The text of a document of texts, numbers, lists and maps, in their order."""
    return yaml.dump(document, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=1_000_000)


def _describe(error: Exception) -> str:
    """Return what is wrong in one line, with its place; YAML's own words show the text around it, on several."""
    if isinstance(error, yaml.MarkedYAMLError) and (mark := error.problem_mark or error.context_mark):
        return f"line {mark.line + 1}, column {mark.column + 1}: {error.problem or error.context}"
    if isinstance(error, yaml.reader.ReaderError):
        return f"character {error.position + 1}: {error.reason}"
    return str(error)
