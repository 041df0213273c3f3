"""The tools' view of a pixel: what an operator asks for, and the record that is kept.

`collect` never imports this module: it reads `pixelweave.pixel.Pixel` and pays for no validation library.
"""

import re
from typing import Annotated

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)

from pixelweave.pixel import ACTIVE, CONSENT_POLICIES, DEFAULT_CONSENT_POLICY, DIALECTS, DISABLED, Pixel

MAX_HOSTS = 100
MAX_HOST_LENGTH = 253  # RFC 1035, 2.3.4, as text without the root's dot
PIXEL_ID_PATTERN = r"^[A-Za-z0-9_-]{1,64}\Z"
# A site that moves in may keep the key its tags already have; new keys are 24 hexadecimal digits.
# `debug` is where the validator answers: a tag of `/debug/event.gif` would ask it instead of leaving a hit.
KEY_PATTERN = r"^(?!debug\Z)[A-Za-z0-9_-]{4,64}\Z"
WORKSPACE_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}\Z"

_LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"(\*\.)?{_LABEL}(\.{_LABEL})*\Z")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def normalize_host(host: str) -> str:
    """Return the normal form of an allowed host: lower case, IDN as punycode, no final dot.

    A host is a name (`shop.example`), optionally with a `*.` in front that stands for its subdomains. It has
    neither scheme, nor port, nor path. Syntax: RFC 1123, 2.1; names beyond ASCII: RFC 3490.

    Raises ValueError with a sentence for the operator.
    """
    name = host.strip().rstrip(".").lower()
    if not name.isascii():
        try:
            name = name.encode("idna").decode("ascii")
        except UnicodeError as exc:
            raise ValueError(f"{host!r} is not a host name") from exc
    if len(name) > MAX_HOST_LENGTH or not _HOST.match(name):
        raise ValueError(
            f"{host!r} is not a host name; write shop.example or *.shop.example, without https:// and path"
        )
    return name


def _refuse_control(text: str) -> str:
    if _CONTROL.search(text):
        raise ValueError("control characters are not allowed")
    return text


def _choose(kind: str, choices: tuple[str, ...]) -> AfterValidator:
    def check(value: str) -> str:
        if value not in choices:
            raise ValueError(f"{value!r} is not a {kind}; choose one of {', '.join(choices)}")
        return value

    return AfterValidator(check)


def _match(pattern: str, expected: str) -> AfterValidator:
    compiled = re.compile(pattern)

    def check(value: str) -> str:
        if not compiled.match(value):
            raise ValueError(f"{value!r} is not valid; expected {expected}")
        return value

    return AfterValidator(check)


PixelId = Annotated[str, _match(PIXEL_ID_PATTERN, "1 to 64 letters, digits, _ or -")]
Key = Annotated[str, _match(KEY_PATTERN, "4 to 64 letters, digits, _ or -, and not «debug»")]
Workspace = Annotated[
    str, _match(WORKSPACE_PATTERN, "1 to 64 letters, digits, dot, _ or -, a letter or digit first")
]
Name = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=100),
    AfterValidator(_refuse_control),
]
Hosts = Annotated[
    tuple[Annotated[str, AfterValidator(normalize_host)], ...],
    Field(max_length=MAX_HOSTS),
    AfterValidator(lambda hosts: tuple(dict.fromkeys(hosts))),
    BeforeValidator(lambda hosts: hosts or ()),
]


class PixelSpec(BaseModel):
    """What an operator decides about a pixel.

    Raises pydantic.ValidationError; `describe_errors` puts it into words.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    dialect: Annotated[str, _choose("dialect", DIALECTS)]
    name: Name
    workspace_id: Workspace
    allowed_hosts: Hosts = ()
    consent_policy: Annotated[str, _choose("consent policy", CONSENT_POLICIES)] = DEFAULT_CONSENT_POLICY


class RetiredKey(BaseModel):
    """A key that was rotated out; answered until `expires_at` (Unix seconds)."""

    model_config = ConfigDict(frozen=True)

    key: Key
    expires_at: int


class PixelRecord(PixelSpec):
    """A pixel as the tools keep it. Times are Unix seconds; `version` grows by one with each change."""

    pixel_id: PixelId
    key: Key
    status: Annotated[str, _choose("status", (ACTIVE, DISABLED))] = ACTIVE
    retired_keys: tuple[RetiredKey, ...] = ()
    created_at: int
    updated_at: int
    version: int = Field(default=1, ge=1)

    def to_pixels(self) -> tuple[Pixel, ...]:
        """Return what `collect` is to find: one pixel for the current key, one for each retired key."""
        answered = [(self.key, None), *((retired.key, retired.expires_at) for retired in self.retired_keys)]
        return tuple(
            Pixel(
                pixel_id=self.pixel_id,
                key=key,
                workspace_id=self.workspace_id,
                dialect=self.dialect,
                name=self.name,
                allowed_hosts=self.allowed_hosts,
                consent_policy=self.consent_policy,
                status=self.status,
                expires_at=expires_at,
            )
            for key, expires_at in answered
        )


def describe_errors(error: ValidationError) -> list[tuple[str, str]]:
    """Return (field, sentence) for each value that a model refused."""
    return [
        (str(problem["loc"][0]) if problem["loc"] else "", problem["msg"].removeprefix("Value error, "))
        for problem in error.errors(include_url=False, include_input=False)
    ]
