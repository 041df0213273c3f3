"""`make up`, `make down`, `make logs` and `make traffic`."""

from __future__ import annotations

import argparse
import http.client
import sys
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from botocore.exceptions import BotoCoreError, ClientError
from pixelweave_aws.function_call import FunctionCallError
from pixelweave_aws.lake import LakeError
from pixelweave_aws.pixel_table import PixelStoreError

from pixelweave_local import dashboard_process, log, server, shop_process, stack, story, traffic
from pixelweave_local.audience import CommandError, count_audiences, ensure_audiences
from pixelweave_local.browser import Browsers
from pixelweave_local.cloud import Cloud, SettleError
from pixelweave_local.dashboard_publish import PartError, publish
from pixelweave_local.goal import ensure_goals, read_goals
from pixelweave_local.history_delivery import HistoryError
from pixelweave_local.history_seed import seed_history
from pixelweave_local.place import ACCOUNT, REGION, STACK_FILE, STACK_NAME, UP, read_json, write_json
from pixelweave_local.process import ProcessError
from pixelweave_local.progress import step
from pixelweave_local.report import Addresses, print_report
from pixelweave_local.site_process import SiteError
from pixelweave_local.strip import StripError

if TYPE_CHECKING:
    from pixelweave_local.pixel import DemoPixel

FAILURES = (
    server.ServerError,
    SiteError,
    stack.StackError,
    StripError,
    ProcessError,
    PixelStoreError,
    LakeError,
    SettleError,
    HistoryError,
    PartError,
    CommandError,
    FunctionCallError,
    story.StoryError,
    BotoCoreError,
    ClientError,
    http.client.HTTPException,
    OSError,
)
# A month of history is stitched and counted meanwhile. What a slow machine cannot stitch in one call comes again after seven minutes.
SETTLE_SECONDS = 600


class DemoError(Exception):
    """The log does not hold what the demo traffic must have made of it."""


def up() -> None:
    """Start, build, deploy, create the demo pixels, send the demo traffic once, and report."""
    with step("aws", "starting the embedded AWS") as now:
        running = server.find(UP)
        now.note = "runs already" if running else ""
        running = running or server.start(UP)
        now.note = now.note or f"port {running.port}"
    with step("build", "sam build of template.yaml") as now:
        now.note = "" if stack.build(UP) else "nothing changed"
    with step("deploy", "sam deploy to the embedded AWS") as now:
        deployed, changed = stack.deploy(UP, running)
        now.note = "" if changed else "nothing changed"
    cloud = Cloud(running, deployed)
    with step("pixels", "one demo pixel per dialect, and goals") as now:
        pixels = cloud.ensure_pixels()
        now.note = f"{len(pixels)} pixels, {ensure_goals(cloud, pixels)} goals of their own"
    with step("history", "a month of a shop that was") as now:
        now.note = seed_history(cloud, UP, datetime.now(UTC).date())
    with step("shop", "starting the demo shop and the dashboard") as now:
        addresses = Addresses(cloud.collector_url, shop_process.start(UP), dashboard_process.start(UP))
        now.note = f"{addresses.shop_url}, {addresses.dashboard_url}"
    _write_stack_file(cloud, pixels, addresses)
    with step("traffic", "demo traffic over HTTP") as now:
        now.note = "sent before (make traffic sends it again)"
        known = read_json(UP.traffic)
        # A stack that an earlier version sent traffic to has not heard the story.
        if known.get("pid") != running.pid or "visitors" not in known:
            now.note = f"{_send(cloud, pixels)} requests"
    _report(cloud, pixels, addresses)


def _send(cloud: Cloud, pixels: dict[str, DemoPixel]) -> int:
    """Send the demo traffic and remember what its story is told by; how many requests."""
    sent = send_traffic(cloud, pixels)
    write_json(
        UP.traffic, {"pid": cloud.server.pid, "now_ms": sent.now_ms, "visitors": sorted(sent.visitors)}
    )
    return sent.requests


def _report(cloud: Cloud, pixels: dict[str, DemoPixel], addresses: Addresses) -> None:
    """Print what is in the log, and whose the story's events are; publish the dashboard."""
    with step("people", "stitching sessions, addresses and hashes into persons; counting goals"):
        cloud.settle(SETTLE_SECONDS)
    with step("publish", "the dashboard's documents") as now:
        now.note = f"{len(publish(cloud))} parts"
    with step("audience", "who of the shop's people could be addressed") as now:
        created = ensure_audiences(cloud)
        now.note = f"{created} created" if created else "created before"
        audiences = count_audiences(cloud)
    with step("log", "reading the log through Athena"):
        counts = cloud.counts()
        sent = read_json(UP.traffic)
        told = story.read_story(cloud, story.make_scenes(_keys(pixels), sent["now_ms"]), sent["visitors"])
    print_report(addresses, pixels, counts, told, read_goals(cloud, pixels), audiences)


def _keys(pixels: dict[str, DemoPixel]) -> dict[str, str]:
    return {dialect: pixel.key for dialect, pixel in pixels.items()}


class Sent(NamedTuple):
    """How many requests were sent and when (Unix milliseconds), and the cookies of the story's browsers."""

    requests: int
    now_ms: int
    visitors: tuple[str, ...]


def send_traffic(cloud: Cloud, pixels: dict[str, DemoPixel]) -> Sent:
    """Send the demo traffic, the story last, and hold the log against it. DemoError where they differ."""
    cloud.flush()
    before = cloud.counts()
    keys, now_ms = _keys(pixels), int(time.time() * 1000)
    sent = traffic.requests(keys, now_ms) + [scene.request for scene in story.make_scenes(keys, now_ms)]
    browsers = Browsers(cloud.collector_url)
    answers = browsers.send(sent)
    refused = [
        f"{request.path}: {answer.status}"
        for request, answer in zip(sent, answers, strict=True)
        if answer.status >= 400
    ]
    if refused:
        raise DemoError("the collector refused requests: " + ", ".join(refused))
    cloud.flush()
    after = cloud.counts()
    wanted = traffic.expected(sent)
    made = {
        cell: count - before.get(cell, 0) for cell, count in after.items() if count != before.get(cell, 0)
    }
    if made != wanted:
        differing = sorted(cell for cell in made.keys() | wanted.keys() if made.get(cell) != wanted.get(cell))
        text = (f"{'/'.join(cell)} {made.get(cell, 0)} of {wanted.get(cell, 0)}" for cell in differing)
        raise DemoError("the log is not what was sent: " + ", ".join(text) + "; see make logs")
    return Sent(len(sent), now_ms, tuple(browsers.visitors.values()))


def _write_stack_file(cloud: Cloud, pixels: dict[str, DemoPixel], addresses: Addresses) -> None:
    """`.local/stack.json`, which the command line and other tools find the local stack by."""
    write_json(
        STACK_FILE,
        {
            **addresses._asdict(),
            "aws_endpoint": cloud.server.endpoint,
            "region": REGION,
            "stack_name": STACK_NAME,
            "access_key_id": ACCOUNT,
            "pixels": {dialect: pixel._asdict() for dialect, pixel in pixels.items()},
            "outputs": cloud.outputs,
        },
    )


def _cloud() -> Cloud:
    """The stack that `make up` deployed; ServerError where nothing runs."""
    running = server.find(UP)
    known = read_json(UP.deployed)
    if running is None or known.get("pid") != running.pid:
        raise server.ServerError("the embedded AWS is not running: make up")
    return Cloud(running, stack.Stack(known["outputs"]))


def down() -> None:
    """Stop the demo shop and the embedded AWS, and with that everything it started."""
    with step("shop", "stopping the demo shop and the dashboard") as now:
        stopped = [shop_process.stop(UP), dashboard_process.stop(UP)]
        now.note = "" if any(stopped) else "were not running"
    with step("aws", "stopping the embedded AWS") as now:
        now.note = "" if server.stop(UP) else "was not running"
        STACK_FILE.unlink(missing_ok=True)


def show_logs(*, follow: bool) -> None:
    """Print the functions' logs; with `follow`, go on until interrupted."""
    client = _cloud().client("logs")
    for line in log.follow(client) if follow else log.read_lines(client):
        print(line, flush=follow)


def resend() -> None:
    """Send the demo traffic once more, and report."""
    cloud = _cloud()
    pixels = cloud.ensure_pixels()
    with step("traffic", "demo traffic over HTTP") as now:
        now.note = f"{_send(cloud, pixels)} requests"
    known = read_json(STACK_FILE)
    _report(cloud, pixels, Addresses(*(str(known.get(name, "")) for name in Addresses._fields)))


def main() -> int:
    """Run one command; the exit status, with the reason on stderr."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("command", choices=("up", "down", "logs", "traffic"))
    parser.add_argument("--follow", action="store_true", help="logs: keep showing new lines")
    options = parser.parse_args()
    try:
        match options.command:
            case "up":
                up()
            case "down":
                down()
            case "logs":
                show_logs(follow=options.follow)
            case _:
                resend()
    except KeyboardInterrupt:
        return 130
    except (*FAILURES, DemoError) as exc:
        print(f"error: {exc}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
