"""Whether a write to DynamoDB that failed is worth another look: somebody else was at the same items, or nobody knows.

Source: DynamoDB API reference, «TransactWriteItems» (errors, and the codes of CancellationReasons).
"""

from __future__ import annotations

from typing import Any

import botocore.exceptions
from botocore.exceptions import ClientError

from pixelweave_aws.call_error import THROTTLING, TRANSIENT

CONDITION_FAILED = "ConditionalCheckFailed"
_CONFLICTS = frozenset(
    ("ConditionalCheckFailedException", "TransactionConflictException", "TransactionInProgressException")
)
_CONFLICT_REASONS = frozenset((CONDITION_FAILED, "TransactionConflict"))
_BUSY_REASONS = frozenset(("ProvisionedThroughputExceeded", "ThrottlingError"))
_CANCELLED = "TransactionCanceledException"


def list_reasons(error: ClientError) -> list[str]:
    """Why a transaction was cancelled, a code for each part (`None` where a part was fine); empty for any other error."""
    response: Any = error.response
    return [str(reason.get("Code")) for reason in response.get("CancellationReasons", [])]


def is_conflict(error: ClientError) -> bool:
    """Whether a condition did not hold, or another transaction was at the same items."""
    code = error.response["Error"]["Code"]
    if code == _CANCELLED:
        return not _CONFLICT_REASONS.isdisjoint(list_reasons(error))
    return code in _CONFLICTS


def is_passing(error: Exception) -> bool:
    """Whether reading again and writing anew may do: a conflict, a table that is too busy, or an answer that was lost (the write may
    have been done)."""
    if isinstance(error, ClientError):
        code = error.response["Error"]["Code"]
        is_busy = code in THROTTLING | TRANSIENT or not _BUSY_REASONS.isdisjoint(list_reasons(error))
        return is_busy or is_conflict(error)
    return isinstance(error, botocore.exceptions.ConnectionError | botocore.exceptions.HTTPClientError)
