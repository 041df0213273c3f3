"""The script's tag: a stub that queues the page's calls, then the script itself.

Two addresses serve it: the short-lived one follows the deployment; the versioned one never changes, so a page can pin it by its
digest (Subresource Integrity, https://www.w3.org/TR/SRI/, which needs `crossorigin`). The stub is a function, which GTM's
`createArgumentsQueue` makes as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pixelweave.snippet.place import Place, TagScript


@dataclass(frozen=True, slots=True)
class Script:
    """How a dialect's script is called: its file, the global it makes, the methods of that, and examples of calls."""

    file: str
    name: str
    methods: tuple[str, ...]
    examples: str


SCRIPTS = {
    "ksense": Script(
        "callbacks.js",
        "kpix",
        (),
        """\
  kpix('track', 'pv');
  // kpix('track', 'conversion', { conversion_name: 'CONVERSION_NAME', labels: ['section=checkout'] });
  // kpix('user_info', { internal_id: 'USER_ID', email: 'md5:MD5_OF_EMAIL' });""",
    ),
    "sendgrid": Script(
        "sendgrid.js",
        "sendgrid",
        ("page", "identify", "track", "consent", "reset"),
        """\
  // the page view goes by itself
  // sendgrid.identify('USER_ID', { email: 'EMAIL' });
  // sendgrid.track('Purchase Completed', { total: 119.85, currency: 'USD', order_id: 'ORDER_ID' });
  // sendgrid.track('Lead Captured', { email: 'EMAIL', source: 'SOURCE' });""",
    ),
    "native": Script(
        "pixel.js",
        "pixelweave",
        ("page", "identify", "track", "goal", "consent", "reset"),
        """\
  // the page view goes by itself
  // pixelweave('identify', 'USER_ID', { email: 'EMAIL' });
  // pixelweave('track', 'purchase', { value: '119.85', currency: 'USD', order_id: 'ORDER_ID' });
  // pixelweave('goal', 'GOAL', 5, { unit: 'points' });""",
    ),
}


def write_script(place: Place) -> str:
    """Return the tag with the address that follows the deployment."""
    return _write(place, f"{place.base}/t/{SCRIPTS[place.dialect].file}", "")


def write_pinned_script(place: Place, script: TagScript) -> str:
    """Return the tag with the address of this version, which a browser takes only with this digest."""
    address = f"{place.base}/t/{script.version}/{SCRIPTS[place.dialect].file}"
    return _write(place, address, f' integrity="{script.integrity}" crossorigin="anonymous"')


def write_stub(dialect: str) -> str:
    """Return the JavaScript that queues calls until the script is there, as it stands between the script tags."""
    spoken = SCRIPTS[dialect]
    name = spoken.name
    queue = f"\n  window.{name} = window.{name} || function () {{ ({name}.q = {name}.q || []).push(arguments); }};\n"
    if not spoken.methods:
        return queue
    methods = ", ".join(f"'{method}'" for method in spoken.methods)
    return (
        f"{queue}  [{methods}].forEach(function (call) {{\n"
        f"    {name}[call] = {name}[call] || {name}.bind(null, call);\n"
        "  });\n"
    )


def _write(place: Place, address: str, pin: str) -> str:
    # `bind` keeps the call's name as the first argument, which is what the script finds in its queue.
    return (
        f"<script>{write_stub(place.dialect)}</script>\n"
        f'<script async src="{address}?sid={place.key}" data-consent="{place.consent_policy}"{pin}></script>\n'
        f"<script>\n{SCRIPTS[place.dialect].examples}\n</script>"
    )
