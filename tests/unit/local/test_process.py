"""Process groups and ports."""

import json
import os
import socket
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from pixelweave_local import server
from pixelweave_local.place import Place, read_json, write_json
from pixelweave_local.process import end, members


def spawn(script: str) -> subprocess.Popen[bytes]:
    process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, start_new_session=True)
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    return process


def test_a_group_ends_with_every_child_and_nothing_else() -> None:
    other = spawn("print('ready', flush=True); import time; time.sleep(60)")
    group = spawn(
        "import subprocess, sys, time\n"
        "subprocess.Popen([sys.executable, '-c', \"print('ready', flush=True); import time; time.sleep(60)\"])\n"
        "time.sleep(60)"
    )
    assert len(members(group.pid)) == 2
    end(group.pid)
    assert members(group.pid) == []
    assert len(members(other.pid)) == 1
    end(other.pid)
    for process in (other, group):
        assert process.stdout is not None
        process.stdout.close()
        process.wait()


def test_a_group_that_is_gone_ends_without_an_error() -> None:
    process = subprocess.Popen([sys.executable, "-c", "pass"], start_new_session=True)
    process.wait()
    end(process.pid)


def test_a_process_knows_its_command_line() -> None:
    assert any("pytest" in process.command for process in members(os.getpgrp()))


def test_stopping_does_not_touch_a_process_that_took_over_the_number(tmp_path: Path) -> None:
    place = Place(tmp_path)
    stranger = spawn("print('ready', flush=True); import time; time.sleep(60)")
    write_json(place.running, {"pid": stranger.pid, "port": 1, "collector_port": 2})
    assert not server.stop(place)
    assert stranger.poll() is None
    assert not place.running.exists()
    end(stranger.pid)
    assert stranger.stdout is not None
    stranger.stdout.close()
    stranger.wait()


def test_nothing_runs_where_nothing_was_started(tmp_path: Path) -> None:
    assert server.find(Place(tmp_path)) is None
    assert not server.stop(Place(tmp_path))


@pytest.mark.parametrize(("answering", "found"), [(4711, True), (4712, False)])
def test_an_embedded_aws_of_another_clone_on_the_same_port_is_not_taken_for_ours(
    answering: int, found: bool, tmp_path: Path
) -> None:
    class Health(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.dumps({"pid": answering}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class calls it so
            """Say nothing."""

    place = Place(tmp_path)
    with HTTPServer(("127.0.0.1", 0), Health) as listener:
        threading.Thread(target=listener.handle_request).start()
        write_json(place.running, {"pid": 4711, "port": listener.server_port, "collector_port": 1})
        assert bool(server.find(place)) is found


def test_a_taken_port_makes_way_for_two_free_ones() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        preferred = taken.getsockname()[1]
        one, two = server.choose_ports(preferred)
    assert len({preferred, one, two}) == 3


def test_a_record_is_replaced_as_a_whole_and_read_even_when_damaged(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "record.json"
    assert read_json(file) == {}
    write_json(file, {"a": 1})
    assert read_json(file) == {"a": 1}
    assert list(file.parent.iterdir()) == [file]
    file.write_text("{")
    assert read_json(file) == {}


@pytest.mark.parametrize("content", ["[]", "1", "null"])
def test_a_record_that_is_no_object_counts_as_none(content: str, tmp_path: Path) -> None:
    file = tmp_path / "record.json"
    file.write_text(content)
    assert read_json(file) == {}
