"""Whether a write to DynamoDB failed because somebody else was at the same items.

Source: DynamoDB API reference, «TransactWriteItems» (errors, and the codes of CancellationReasons).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from botocore.exceptions import ClientError

_CONFLICTS = frozenset(
    ("ConditionalCheckFailedException", "TransactionConflictException", "TransactionInProgressException")
)
_CONFLICT_REASONS = frozenset(("ConditionalCheckFailed", "TransactionConflict"))


def list_reasons(error: ClientError) -> list[str]:
    """Why a transaction was cancelled, a code for each part (`None` where a part was fine); empty for any other error."""
    response: Any = error.response
    return [str(reason.get("Code")) for reason in response.get("CancellationReasons", [])]


def is_conflict(error: ClientError) -> bool:
    """Whether a condition did not hold, or another transaction was at the same items."""
    code = error.response["Error"]["Code"]
    if code == "TransactionCanceledException":
        return not _CONFLICT_REASONS.isdisjoint(list_reasons(error))
    return code in _CONFLICTS
