"""Which archives bench/page_archive.py reads."""

from __future__ import annotations

import tarfile
from base64 import b64encode
from hashlib import sha512
from io import BytesIO

import pytest

from bench.page_archive import Archive, IntegrityError, read_file


def pack(**files: bytes) -> bytes:
    """An archive as npm makes them, of `files` by name."""
    packed = BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        for name, text in files.items():
            member = tarfile.TarInfo(f"package/{name}")
            member.size = len(text)
            tar.addfile(member, BytesIO(text))
    return packed.getvalue()


def pin(packed: bytes) -> Archive:
    return Archive("tracker", "1.0.0", "sha512-" + b64encode(sha512(packed).digest()).decode())


def test_the_file_of_the_pinned_archive_is_read() -> None:
    packed = pack(index=b"track()", other=b"")
    assert read_file(pin(packed), packed, "index") == b"track()"


def test_an_archive_with_another_hash_is_refused_before_it_is_opened() -> None:
    with pytest.raises(IntegrityError, match=r"^tracker 1\.0\.0 is sha512-"):
        read_file(pin(pack(index=b"track()")), b"no archive", "index")


def test_a_file_that_the_archive_lacks_is_missed() -> None:
    packed = pack(index=b"track()")
    with pytest.raises(KeyError, match="other"):
        read_file(pin(packed), packed, "other")
