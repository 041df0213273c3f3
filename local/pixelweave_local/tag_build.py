"""`make tag`: build the browser tag of `tag/` into the module that `collect` serves it from.

python -m pixelweave_local.tag_build           build
python -m pixelweave_local.tag_build --check   build nothing; fail unless what is there is what would be built
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from base64 import b64decode

from pixelweave import tag_script

from pixelweave_local.place import LOCAL, ROOT

TAG = ROOT / "tag"
_STAMP = LOCAL / "stamp" / "tag"
_UNBROTLI = (
    "process.stdout.write(require('zlib').brotliDecompressSync(Buffer.from(process.argv[1], 'base64')))"
)


class TagBuildError(Exception):
    """The tag could not be built; the text says what to do."""


def install() -> None:
    """Make tag/node_modules hold exactly what package-lock.json lists, unless it does; raises TagBuildError."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        raise TagBuildError(
            "node is missing. On Debian or Ubuntu: apt-get install nodejs npm; elsewhere Node.js 20 or later"
        )
    wanted = hashlib.sha256((TAG / "package-lock.json").read_bytes()).hexdigest()
    is_current = _STAMP.exists() and _STAMP.read_text(encoding="utf-8") == wanted
    if is_current and (TAG / "node_modules").is_dir():
        return
    _run("npm", "ci", "--silent")
    _STAMP.parent.mkdir(parents=True, exist_ok=True)
    _STAMP.write_text(wanted, encoding="utf-8")


def build() -> str:
    """Check the types, write the module, and return the line with version and sizes; raises TagBuildError."""
    install()
    _run("node", "node_modules/typescript/bin/tsc")
    return _run("node", "build.js").decode().strip()


def find_drift() -> list[str]:
    """In what the served tag is not what its sources make, in words; raises TagBuildError.

    Compressed forms differ between versions of zlib, so they are judged by what they unpack to.
    """
    install()
    _run("node", "node_modules/typescript/bin/tsc")
    script = _run("node", "build.js", "--print")
    found = []
    if script != b64decode(tag_script.PLAIN):
        found.append("the script is not what its sources make")
    if script != _run("node", "-e", _UNBROTLI, tag_script.BROTLI):
        found.append("the brotli form is not of that script")
    return found


def _run(*command: str) -> bytes:
    done = subprocess.run(command, cwd=TAG, capture_output=True, check=False)
    if done.returncode:
        raise TagBuildError(f"{' '.join(command[:3])}\n{done.stdout.decode()}{done.stderr.decode()}".strip())
    return done.stdout


def main(arguments: list[str]) -> int:
    """Build or check, and print; the exit status."""
    try:
        if "--check" in arguments:
            drift = find_drift()
            for line in drift:
                print(f"error: {line}: make tag", file=sys.stderr)
            return 1 if drift else 0
        print(build())
    except TagBuildError as exc:
        print(f"error: {exc}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
