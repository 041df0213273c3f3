"""Questions as saved queries of an Athena workgroup, where the console lists them under «Saved queries».

Ours are told from a team's own by their names, `Pixelweave 09: …`. One that is what it should be stays; any other one of ours is made
anew and the old one deleted: new ones first, so that whoever looks meanwhile finds a query twice rather than not at all. It is done
without UpdateNamedQuery, because a query whose number has gone must be deleted in any case.
"""

from __future__ import annotations

import re
from itertools import batched
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mypy_boto3_athena import AthenaClient
    from mypy_boto3_athena.type_defs import NamedQueryTypeDef

    from pixelweave_aws.question_file import Question

_OURS = re.compile(r"Pixelweave [0-9]{2}: .*")
# BatchGetNamedQuery takes as many ids (Athena API reference).
_BATCH = 50


class Saved(NamedTuple):
    """How many queries were made and how many deleted."""

    made: int
    deleted: int


class SavedQueries:
    """The saved queries of one workgroup, for one database."""

    def __init__(self, client: AthenaClient, database: str, work_group: str) -> None:
        self._client = client
        self._database = database
        self._work_group = work_group

    def save(self, questions: Sequence[Question]) -> Saved:
        """Make these questions the only queries of ours in the workgroup; what others saved there stays. Raises botocore's errors."""
        wanted = {
            (title_query(question), describe_query(question), question.text): question
            for question in questions
        }
        stale = []
        for query_id, query in self._list():
            content = (query["Name"], query.get("Description", ""), query["QueryString"])
            if query["Database"] != self._database or wanted.pop(content, None) is None:
                stale.append(query_id)
        for name, description, text in wanted:
            self._client.create_named_query(
                Name=name,
                Description=description,
                Database=self._database,
                QueryString=text,
                WorkGroup=self._work_group,
            )
        for query_id in stale:
            self._client.delete_named_query(NamedQueryId=query_id)
        return Saved(len(wanted), len(stale))

    def _list(self) -> Iterator[tuple[str, NamedQueryTypeDef]]:
        """Yield each query of ours with its id."""
        pages = self._client.get_paginator("list_named_queries").paginate(WorkGroup=self._work_group)
        ids = [query_id for page in pages for query_id in page["NamedQueryIds"]]
        for some in batched(ids, _BATCH, strict=False):
            for query in self._client.batch_get_named_query(NamedQueryIds=list(some))["NamedQueries"]:
                if _OURS.fullmatch(query["Name"]):
                    yield query["NamedQueryId"], query


def title_query(question: Question) -> str:
    """Return the name of a question's saved query; Athena takes 128 characters."""
    return f"Pixelweave {question.number:02}: {question.title}"


def describe_query(question: Question) -> str:
    """Return the description of a question's saved query; Athena takes 1,024 characters."""
    return f"Change: {question.change} Told in docs/queries.md. The next deploy undoes edits: save yours under another name."
