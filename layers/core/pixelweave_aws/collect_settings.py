"""What `collect` reads from its environment, once, at the edge.

The names of the AWS variables and their precedence are botocore's (docs: «Configuring using environment
variables», «Service-specific endpoints»), so that a team's habits work here too.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

SERVICES = ("firehose", "sqs", "dynamodb")
DEFAULT_CACHE_SECONDS = 60.0
# Partitions whose endpoints do not end in amazonaws.com alone, or whose signing has rules of its own.
FOREIGN_PARTITIONS = ("cn-", "us-gov-", "us-iso", "eu-iso", "eusc-")
_TRUE = ("true", "1", "yes")
_FALSE = ("false", "0", "no", "")


class SettingsError(ValueError):
    """A variable is missing or makes no sense; the message begins with its name."""


class Credentials:
    """An access key as Lambda puts it into the environment; `token` is None for a long-lived key."""

    __slots__ = ("access_key", "secret_key", "token")

    def __init__(self, access_key: str, secret_key: str, token: str | None = None) -> None:
        self.access_key = access_key
        self.secret_key = secret_key
        self.token = token


class Settings:
    """The typed environment of `collect`.

    `pixel_cache_seconds` is how long a looked-up pixel is believed. `endpoint_urls` maps a service to an
    address that is not AWS's own. `peculiarity` names what the lean client does not do (then boto3 does it),
    or is None.
    """

    __slots__ = (
        "ca_bundle",
        "cookie_partitioned",
        "credentials",
        "endpoint_urls",
        "hits_stream",
        "identify_queue_url",
        "origin_secret",
        "peculiarity",
        "pixel_cache_seconds",
        "pixel_table",
        "region",
        "spill_queue_url",
    )

    def __init__(  # noqa: PLR0913 - one keyword a variable
        self,
        *,
        pixel_table: str,
        hits_stream: str,
        identify_queue_url: str,
        spill_queue_url: str,
        region: str,
        pixel_cache_seconds: float = DEFAULT_CACHE_SECONDS,
        cookie_partitioned: bool = False,
        origin_secret: str | None = None,
        credentials: Credentials | None = None,
        endpoint_urls: Mapping[str, str] | None = None,
        ca_bundle: str | None = None,
        peculiarity: str | None = None,
    ) -> None:
        self.pixel_table = pixel_table
        self.hits_stream = hits_stream
        self.identify_queue_url = identify_queue_url
        self.spill_queue_url = spill_queue_url
        self.region = region
        self.pixel_cache_seconds = pixel_cache_seconds
        self.cookie_partitioned = cookie_partitioned
        self.origin_secret = origin_secret
        self.credentials = credentials
        self.endpoint_urls = endpoint_urls or {}
        self.ca_bundle = ca_bundle
        self.peculiarity = peculiarity

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Settings:
        """Read the settings from `env`; raises SettingsError naming the first variable that is missing or
        wrong."""
        region = env.get("AWS_REGION") or _require(env, "AWS_DEFAULT_REGION", "AWS_REGION")
        endpoint_urls = _read_endpoint_urls(env)
        credentials = _read_credentials(env)
        return cls(
            pixel_table=_require(env, "PIXEL_TABLE"),
            hits_stream=_require(env, "HITS_STREAM"),
            identify_queue_url=_require(env, "IDENTIFY_QUEUE_URL"),
            spill_queue_url=_require(env, "SPILL_QUEUE_URL"),
            region=region,
            pixel_cache_seconds=_read_seconds(env, "PIXEL_CACHE_SECONDS", DEFAULT_CACHE_SECONDS),
            cookie_partitioned=_read_flag(env, "COOKIE_PARTITIONED"),
            origin_secret=env.get("ORIGIN_SECRET") or None,
            credentials=credentials,
            endpoint_urls=endpoint_urls,
            ca_bundle=env.get("AWS_CA_BUNDLE") or None,
            peculiarity=_find_peculiarity(env, region, endpoint_urls, credentials),
        )


def _require(env: Mapping[str, str], name: str, shown: str | None = None) -> str:
    value = env.get(name)
    if not value:
        raise SettingsError(f"{shown or name} is not set")
    return value


def _read_seconds(env: Mapping[str, str], name: str, default: float) -> float:
    text = env.get(name)
    if not text:
        return default
    try:
        seconds = float(text)
    except ValueError as exc:
        raise SettingsError(f"{name} is not a number of seconds: {text!r}") from exc
    if not 0 <= seconds < float("inf"):
        raise SettingsError(f"{name} must be zero or more seconds: {text!r}")
    return seconds


def _read_flag(env: Mapping[str, str], name: str) -> bool:
    text = env.get(name, "").lower()
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    raise SettingsError(f"{name} must be true or false: {text!r}")


def _read_credentials(env: Mapping[str, str]) -> Credentials | None:
    access_key, secret_key = env.get("AWS_ACCESS_KEY_ID"), env.get("AWS_SECRET_ACCESS_KEY")
    if not access_key or not secret_key:
        return None
    return Credentials(access_key, secret_key, env.get("AWS_SESSION_TOKEN") or None)


def _read_endpoint_urls(env: Mapping[str, str]) -> dict[str, str]:
    if env.get("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "").lower() == "true":
        return {}
    general = env.get("AWS_ENDPOINT_URL")
    urls = {service: env.get(f"AWS_ENDPOINT_URL_{service.upper()}") or general for service in SERVICES}
    return {service: url for service, url in urls.items() if url}


def _find_peculiarity(
    env: Mapping[str, str], region: str, endpoint_urls: Mapping[str, str], credentials: Credentials | None
) -> str | None:
    """What makes this environment more than the lean client was written for, in words, or None."""
    if credentials is None:
        return "credentials are not in the environment"
    if region.startswith(FOREIGN_PARTITIONS):
        return f"region {region} is in another partition"
    for name in ("AWS_USE_FIPS_ENDPOINT", "AWS_USE_DUALSTACK_ENDPOINT"):
        if env.get(name, "").lower() == "true":
            return f"{name} is set"
    for name in ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"):
        if env.get(name):
            return f"{name} is set"
    for service, url in endpoint_urls.items():
        if not _is_plain(url):
            return f"the endpoint of {service} is more than scheme, host and port"
    return None


def _is_plain(url: str) -> bool:
    scheme, _, rest = url.partition("://")
    host, colon, port = rest.removesuffix("/").partition(":")
    is_port = port.isascii() and port.isdigit() if colon else True
    return scheme in ("http", "https") and bool(host) and not set(host) & set("/?#@[]") and is_port
