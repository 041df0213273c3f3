"""The SELECTs behind the deployed views, as the Glue catalogue keeps them, for queries that read a view over a part of the log.

Athena keeps a view as a table of type VIRTUAL_VIEW whose text is a JSON document in base64 (Trino's «Presto View»: trino.io,
`io.trino.plugin.hive.ViewReaderUtil`).
"""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from pixelweave_aws.lake import LakeError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mypy_boto3_glue import GlueClient

_PREFIX, _SUFFIX = "/* Presto View: ", " */"


class ViewTextError(LakeError):
    """A view is not deployed, or is none of Athena's."""


class ViewTexts:
    """The views of one database. Errors of AWS itself come through as botocore's."""

    def __init__(self, client: GlueClient, database: str) -> None:
        self._client = client
        self._database = database

    def read(self, names: Iterable[str]) -> dict[str, str]:
        """The SELECT of each of these views. Raises ViewTextError."""
        return {name: self._read(name) for name in names}

    def _read(self, name: str) -> str:
        try:
            table = self._client.get_table(DatabaseName=self._database, Name=name)["Table"]
        except ClientError as exc:
            if exc.response["Error"]["Code"] != "EntityNotFoundException":
                raise
            raise ViewTextError(f"the view {name} is not deployed: deploy the stack again") from exc
        text = table.get("ViewOriginalText", "")
        try:
            if not text.startswith(_PREFIX):
                raise ValueError("no view of Athena's")
            definition = json.loads(base64.b64decode(text.removeprefix(_PREFIX).removesuffix(_SUFFIX)))
            return str(definition["originalSql"])
        except (ValueError, KeyError, TypeError) as exc:
            raise ViewTextError(f"{name} is not a view of Athena's: deploy the stack again") from exc
