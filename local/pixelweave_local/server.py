"""The embedded AWS as a process: start it, find it again, stop it with everything it started.

Each embedded AWS leads a process group of its own; its Lambda functions are children in that group, so that
ending the group leaves nothing behind.
"""

from __future__ import annotations

import http.client
import json
import shutil
import socket
import time
from typing import Any, NamedTuple

from pixelweave_local.place import (
    LOCAL,
    PREFERRED_PORT,
    REGION,
    ROOT,
    Place,
    environment,
    read_json,
    write_json,
)
from pixelweave_local.process import end, has_ended, members, spawn

START_SECONDS = 60
ATTEMPTS = 3  # another clone may take a port between our look and our start
POLL_SECONDS = 0.05
MARK = "pixelweave_local.emulator"  # in the command line of every embedded AWS


class ServerError(Exception):
    """The embedded AWS did not start, or does not answer."""


class Server(NamedTuple):
    """A running embedded AWS: its process group and its two ports on 127.0.0.1."""

    pid: int
    port: int
    collector_port: int

    @property
    def endpoint(self) -> str:
        """The URL that AWS clients are pointed to."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def collector_url(self) -> str:
        """The URL that tags send their hits to."""
        return f"http://127.0.0.1:{self.collector_port}"

    def control(self, action: str, timeout: float = 120) -> dict[str, Any]:
        """Ask the launcher itself: `health`, `flush`, `collector?api=ID`. ServerError without an answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request("POST", f"/_pixelweave/{action}")
            response = connection.getresponse()
            body: dict[str, Any] = json.loads(response.read())
        except (OSError, http.client.HTTPException, ValueError) as exc:
            raise ServerError(f"the embedded AWS does not answer on port {self.port}") from exc
        finally:
            connection.close()
        if response.status != 200:
            raise ServerError(f"the embedded AWS refused {action}: {body}")
        return body


def find(place: Place) -> Server | None:
    """The embedded AWS of `place`, if it runs and answers; not another one that has taken over its ports."""
    known = read_json(place.running)
    if not known:
        return None
    server = Server(known["pid"], known["port"], known["collector_port"])
    try:
        answer = server.control("health", timeout=5)
    except ServerError:
        return None
    return server if answer.get("pid") == server.pid else None


def start(place: Place, *, preferred: int | None = PREFERRED_PORT) -> Server:
    """Start an embedded AWS in `place` and wait until it answers; ServerError with its log where it does not.

    `preferred` is the port to try first (None: any free one); whichever it gets is recorded in the place.
    """
    stop(place)
    for _ in range(ATTEMPTS):
        ports = choose_ports(preferred)
        server = _launch(place, *ports)
        if server:
            return server
        if all(map(is_free, ports)):
            break  # nobody was quicker to take them: another port would not help
    raise ServerError(f"the embedded AWS did not start; {place.log} says:\n{_tail(place)}")


def _launch(place: Place, port: int, collector_port: int) -> Server | None:
    """Start the process on these ports and wait until it answers; None where it does not."""
    shutil.rmtree(place.temporary, ignore_errors=True)
    place.temporary.mkdir(parents=True)
    place.deployed.unlink(missing_ok=True)
    command = [
        str(LOCAL / "aws" / "bin" / "python"), "-m", MARK,
        "--port", str(port), "--collector-port", str(collector_port),
        "--function-python", str(LOCAL / "lambda" / "bin" / "python"),
    ]  # fmt: skip
    pid = spawn(command, place.log, _server_environment(place, port))
    server = Server(pid, port, collector_port)
    write_json(place.running, server._asdict())
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and not has_ended(pid):
        if find(place):
            return server
        time.sleep(POLL_SECONDS)
    stop(place)
    return None


def stop(place: Place) -> bool:
    """End the embedded AWS of `place` and all it started; whether there was one. Returns when all are gone."""
    group = read_json(place.running).get("pid")
    # After a reboot the number may be anybody's.
    if not isinstance(group, int) or not any(MARK in process.command for process in members(group)):
        place.running.unlink(missing_ok=True)
        return False
    end(group)
    place.running.unlink(missing_ok=True)
    shutil.rmtree(place.temporary, ignore_errors=True)
    return True


def choose_ports(preferred: int | None) -> tuple[int, int]:
    """Two free ports on 127.0.0.1: `preferred` and the next one where they are free, else any."""
    if preferred and is_free(preferred) and is_free(preferred + 1):
        return preferred, preferred + 1
    with _bound(0) as one, _bound(0) as two:
        return one.getsockname()[1], two.getsockname()[1]


def is_free(port: int) -> bool:
    """Whether nothing listens on `port` of 127.0.0.1."""
    try:
        _bound(port).close()
    except OSError:
        return False
    return True


def _bound(port: int) -> socket.socket:
    made = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind(("127.0.0.1", port))
    except OSError:
        made.close()
        raise
    return made


def _server_environment(place: Place, port: int) -> dict[str, str]:
    return environment(
        {
            "PYTHONPATH": str(ROOT / "local"),
            "PYTHONUNBUFFERED": "1",
            "TMPDIR": str(place.temporary),
            "GATEWAY_PORT": str(port),
            "MINISTACK_REGION": REGION,
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
            # Roles are enforced: a function without a permission fails here as it would on AWS.
            "AUTH": "true",
            "IOT_MTLS_ENABLED": "0",
            "SFTP_ENABLED": "0",
            "S3_DATA_DIR": str(place.temporary / "s3"),
            "DOCKER_HOST": f"unix://{place.temporary}/no-docker.sock",
        }
    )


def _tail(place: Place, lines: int = 20) -> str:
    return "\n".join(place.log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])
