"""The dashboard's page: the files of a folder into the dashboard bucket, as browsers want them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from mypy_boto3_s3 import S3Client

INDEX = "index.html"
APP_PREFIX = "app/"
# Modules are imported by names that stay: a browser asks each time, and is told that nothing has changed.
CACHE_CONTROL = "no-cache"
CONTENT_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
}


class PageError(ValueError):
    """A folder is not the dashboard's page."""


class PageUpload:
    """Brings the page to one bucket. Errors of AWS itself come through as botocore's."""

    def __init__(self, client: S3Client, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def run(self, folder: Path) -> list[str]:
        """Upload the files of `folder` and delete those under app/ that it no longer has; the keys, in the order in which they were
        uploaded: the index comes last, because it names the others. Raises PageError before anything is written."""
        files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
        if INDEX not in files:
            raise PageError(f"{folder} has no {INDEX}")
        for key, path in files.items():
            if path.suffix not in CONTENT_TYPES or not (key == INDEX or key.startswith(APP_PREFIX)):
                raise PageError(f"{key} is no file of the page")
        keys = sorted(files, key=lambda key: (key == INDEX, key))
        for key in keys:
            self._client.put_object(
                Bucket=self._bucket,
                Key=key,
                Body=files[key].read_bytes(),
                ContentType=CONTENT_TYPES[files[key].suffix],
                CacheControl=CACHE_CONTROL,
            )
        for key in self._list_app() - files.keys():
            self._client.delete_object(Bucket=self._bucket, Key=key)
        return keys

    def _list_app(self) -> set[str]:
        pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=APP_PREFIX)
        return {found["Key"] for page in pages for found in page.get("Contents", [])}
