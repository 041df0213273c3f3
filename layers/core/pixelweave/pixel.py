"""A pixel: one configured source of hits, found by the public key in the tag's URL."""

DIALECTS = ("ksense", "pitchtarget", "altcraft", "rokt", "sendgrid", "native")

# What a pixel does with the browser's privacy signals (Sec-GPC, DNT) and with a hit that says nothing of consent.
CONSENT_POLICIES = ("ignore", "gpc", "signals", "require")
DEFAULT_CONSENT_POLICY = "signals"

ACTIVE = "active"
DISABLED = "disabled"


class Pixel:
    """A configured source.

    `key` is public (it stands in the tag); `pixel_id` is what rows, reports and commands call it. `allowed_hosts` is a
    soft limit: a hit from another host is stored and flagged `host_not_allowed`; empty means any host. `expires_at` (epoch seconds, or
    None) is set on a rotated key: it is answered until then.
    """

    __slots__ = (
        "allowed_hosts",
        "consent_policy",
        "dialect",
        "expires_at",
        "key",
        "name",
        "pixel_id",
        "status",
        "workspace_id",
    )

    def __init__(  # noqa: PLR0913 - one keyword a field
        self,
        *,
        pixel_id: str,
        key: str,
        workspace_id: str,
        dialect: str,
        name: str = "",
        allowed_hosts: tuple[str, ...] = (),
        consent_policy: str = DEFAULT_CONSENT_POLICY,
        status: str = ACTIVE,
        expires_at: int | None = None,
    ) -> None:
        self.pixel_id = pixel_id
        self.key = key
        self.workspace_id = workspace_id
        self.dialect = dialect
        self.name = name
        self.allowed_hosts = allowed_hosts
        self.consent_policy = consent_policy
        self.status = status
        self.expires_at = expires_at

    def is_live(self, now_seconds: float) -> bool:
        """Whether a hit with this pixel's key is answered at `now_seconds` (Unix time)."""
        return self.status == ACTIVE and (self.expires_at is None or now_seconds < self.expires_at)
