"""What can go wrong with a call to AWS.

    CallError                 `code` is AWS's error code or our word for what happened; never text of an
    answer
    ├── TransientError        may work when tried again: time-out, reset, 5xx
    │   └── ThrottledError    asked too often
    └── RefusedError          will not work when tried again
        └── SignatureError    the signature or the key was refused: boto3's turn

Source: AWS SDKs reference guide, «Retry behavior» (which codes are throttling or transient); Smithy, «AWS
JSON 1.0» and «AWS JSON 1.1» (where the error code stands).
"""

from __future__ import annotations

from json import loads

THROTTLING = frozenset(
    (
        "BandwidthLimitExceeded",
        "KmsThrottled",
        "LimitExceededException",
        "PriorRequestNotComplete",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "SlowDown",
        "ServiceUnavailableException",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
    )
)
TRANSIENT = frozenset(("InternalFailure", "InternalServerError", "RequestTimeout", "RequestTimeoutException"))
SIGNATURE = frozenset(
    (
        "ExpiredToken",
        "ExpiredTokenException",
        "IncompleteSignature",
        "IncompleteSignatureException",
        "InvalidClientTokenId",
        "InvalidSignatureException",
        "InvalidToken",
        "MissingAuthenticationToken",
        "MissingAuthenticationTokenException",
        "RequestExpired",
        "SignatureDoesNotMatch",
        "UnrecognizedClientException",
    )
)


class CallError(Exception):
    """A call that did not succeed. `code` is safe to log."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class TransientError(CallError):
    """The call may work when tried again; it may also have worked, its answer being lost."""


class ThrottledError(TransientError):
    """The service was asked too often."""


class RefusedError(CallError):
    """The call will not work when tried again."""


class SignatureError(RefusedError):
    """The service did not accept the signature or the key."""


def judge(status: int, error_type: str | None, text: str) -> CallError:
    """The error that an answer with `status` other than 200 stands for."""
    code = _read_code(error_type, text)
    if code in THROTTLING or status == 429:
        return ThrottledError(code)
    if code in TRANSIENT or status >= 500:
        return TransientError(code)
    return SignatureError(code) if code in SIGNATURE else RefusedError(code)


def _read_code(error_type: str | None, text: str) -> str:
    """The bare code of `aws.namespace#Code:http://…`, from the header or else the body's `__type`."""
    if not error_type:
        try:
            error_type = loads(text)["__type"]
        except (ValueError, KeyError, TypeError):
            return "Unknown"
        if not isinstance(error_type, str):
            return "Unknown"
    code = error_type.partition(":")[0].rpartition("#")[2]
    return code if code.isidentifier() and len(code) <= 80 else "Unknown"
