"""One file of an npm package without what the package depends on.

npm's lock has no word for that: it installs a package with its dependencies, and Umami's, whose tracker is one file that
imports nothing, are those of its whole server. So the archive alone is fetched, and held to a hash that is written down here
as the lock would have it: `integrity` is npm's (W3C Subresource Integrity, SHA-512).
"""

from __future__ import annotations

import subprocess
import tarfile
from base64 import b64encode
from hashlib import sha512
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple


class IntegrityError(Exception):
    """An archive is not the one that was pinned."""


class Archive(NamedTuple):
    """A package as npm keeps it: its name, its version, and the hash of its file."""

    package: str
    version: str
    integrity: str


def fetch_file(archive: Archive, path: str) -> bytes:
    """The package's file at `path`, from npm's cache where it is there; CalledProcessError, and as `read_file`."""
    command = ["npm", "pack", "--silent", "--ignore-scripts", "--prefer-offline", "--pack-destination"]
    with TemporaryDirectory() as folder:
        subprocess.run(
            [*command, folder, f"{archive.package}@{archive.version}"], check=True, capture_output=True
        )
        (file,) = Path(folder).iterdir()
        return read_file(archive, file.read_bytes(), path)


def read_file(archive: Archive, packed: bytes, path: str) -> bytes:
    """The file at `path` of `packed`, which is not opened before its hash is known; IntegrityError, KeyError."""
    found = "sha512-" + b64encode(sha512(packed).digest()).decode()
    if found != archive.integrity:
        raise IntegrityError(f"{archive.package} {archive.version} is {found}, not {archive.integrity}")
    with tarfile.open(fileobj=BytesIO(packed), mode="r:gz") as tar:
        member = tar.extractfile(f"package/{path}")
        if member is None:
            raise KeyError(path)
        return member.read()
