"""The real `sam build` and `sam deploy`, against an embedded AWS, and only when something changed.

The build is the one a team would run; between build and deploy, a copy of the built template loses what the
embedded AWS does not know (`strip.py`).
"""

from __future__ import annotations

import hashlib
import os
import platform
import subprocess
import tomllib
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

import boto3
from botocore.config import Config

from pixelweave_local.place import (
    ACCOUNT,
    LOCAL,
    REGION,
    ROOT,
    STACK_NAME,
    Place,
    environment,
    read_json,
    write_json,
)
from pixelweave_local.strip import strip
from pixelweave_local.template import read_template, write_template

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from pixelweave_local.server import Server

# What a build is made from; the digest over it says whether one is needed.
SOURCES = (
    "template.yaml",
    "samconfig.toml",
    "functions",
    "layers",
    "packaging",
    "views",
    "dashboard/queries",
    "dashboard/questions",
    "requirements/enrich.txt",
    "requirements/goals.txt",
    "requirements/libraries.txt",
    "requirements/stitch.txt",
)


class StackError(Exception):
    """The template could not be built or deployed; the text is what the SAM CLI said."""


class Stack(NamedTuple):
    """What was deployed: the outputs of the template, by name."""

    outputs: dict[str, str]

    @property
    def api_id(self) -> str:
        """The id of the HTTP API: the first label of the collector's host on AWS."""
        return (urlsplit(self.outputs["CollectorUrl"]).hostname or "").partition(".")[0]


def credentials() -> dict[str, str]:
    """Environment variables for AWS clients of the embedded AWS: the account's root, by made-up keys."""
    return {
        "AWS_ACCESS_KEY_ID": ACCOUNT,
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_REGION": REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def session() -> boto3.Session:
    """A boto3 session of the embedded AWS; whatever the shell says about AWS does not reach it."""
    return boto3.Session(aws_access_key_id=ACCOUNT, aws_secret_access_key="test", region_name=REGION)  # noqa: S106 - made up


def client(server: Server, service: Any) -> Any:
    """A boto3 client of `service` in the embedded AWS."""
    config = Config(retries={"max_attempts": 2, "mode": "standard"}, s3={"addressing_style": "path"})
    return session().client(service, endpoint_url=server.endpoint, config=config)


def architecture() -> str:
    """The functions' architecture on this machine, as Lambda calls it."""
    return "arm64" if platform.machine().lower() in {"arm64", "aarch64"} else "x86_64"


def digest(root: Path = ROOT, sources: Iterable[str] = SOURCES) -> str:
    """SHA-256 over the names and contents of what a build is made from, and this machine's architecture."""
    made = hashlib.sha256(architecture().encode())
    for source in sources:
        path = root / source
        files = sorted(path.rglob("*")) if path.is_dir() else [path]
        for file in files:
            if file.is_file() and "__pycache__" not in file.parts:
                content = hashlib.sha256(file.read_bytes()).hexdigest()
                made.update(f"{file.relative_to(root)}\0{content}\n".encode())
    return made.hexdigest()


def overrides(root: Path = ROOT) -> list[str]:
    """The local environment's parameters (`Name=value`) from samconfig.toml, for this machine's architecture."""
    settings = tomllib.loads((root / "samconfig.toml").read_text(encoding="utf-8"))
    wanted = settings["local"]["deploy"]["parameters"]["parameter_overrides"]
    kept = [entry for entry in wanted if not entry.startswith("Architecture=")]
    return [*kept, f"Architecture={architecture()}"]


def build(place: Place) -> bool:
    """Build the template's functions and layers unless they are built already; whether there was work."""
    wanted = digest()
    stamp = place.build / "digest"
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return False
    stamp.unlink(missing_ok=True)
    _sam(
        "build", "--config-env", "local", "--build-dir", str(place.build / "sam"), "--parameter-overrides",
        *overrides(),
    )  # fmt: skip
    stamp.write_text(wanted, encoding="utf-8")
    return True


def deploy(place: Place, server: Server) -> tuple[Stack, bool]:
    """Deploy what is built unless it is deployed already; the stack, and whether there was work."""
    built = (place.build / "digest").read_text(encoding="utf-8")
    known = read_json(place.deployed)
    if known.get("digest") == built and known.get("pid") == server.pid:
        return Stack(known["outputs"]), False
    template = read_template(place.build / "sam" / "template.yaml")
    stripped = place.build / "sam" / "template.local.yaml"
    write_template(stripped, strip(template))
    _sam(
        "deploy", "--config-file", str(ROOT / "samconfig.toml"), "--config-env", "local",
        "--template-file", str(stripped), "--parameter-overrides", *overrides(), server=server,
    )  # fmt: skip
    stack = Stack(_outputs(server))
    server.control(f"collector?api={stack.api_id}")
    write_json(place.deployed, {"digest": built, "pid": server.pid, "outputs": stack.outputs})
    return stack, True


def _outputs(server: Server) -> dict[str, str]:
    described = client(server, "cloudformation").describe_stacks(StackName=STACK_NAME)["Stacks"][0]
    return {output["OutputKey"]: output["OutputValue"] for output in described.get("Outputs", [])}


def _sam(*arguments: str, server: Server | None = None) -> None:
    """Run the SAM CLI in the clone; StackError with what it said where it fails."""
    folders = [LOCAL / "sam" / "bin", LOCAL / "uv" / "bin"]
    extra = {
        **credentials(),
        "PATH": os.pathsep.join([*map(str, folders), os.environ.get("PATH", os.defpath)]),
        "SAM_CLI_TELEMETRY": "0",
        # Seconds between looks at the stack: no rate limit here, and the default makes 3 s into 8.
        "SAM_CLI_POLL_DELAY": "0.1",
        # The files of AWS profiles: none, so that no profile of the developer's can take part.
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }
    if server:
        extra["AWS_ENDPOINT_URL"] = server.endpoint
    done = subprocess.run(
        ["sam", *arguments], cwd=ROOT, env=environment(extra), stdin=subprocess.DEVNULL,
        text=True, capture_output=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise StackError(f"sam {arguments[0]} failed:\n{done.stdout[-6000:]}{done.stderr[-6000:]}")
