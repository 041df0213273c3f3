"""Starting the embedded AWS when another one is being started."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest
from pixelweave_local import server
from pixelweave_local.place import Place

if TYPE_CHECKING:
    from pathlib import Path


def test_a_port_that_another_clone_took_first_is_given_up_for_a_free_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = Place(tmp_path)
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        taken = other.getsockname()[1]
        free = server.choose_ports(None)
        answers = iter([(taken, free[1]), free])
        monkeypatch.setattr(server, "choose_ports", lambda _: next(answers))
        started = server.start(place)
        try:
            assert (started.port, started.collector_port) == free
            assert server.find(place) == started
        finally:
            assert server.stop(place)


def test_a_start_that_fails_for_another_reason_says_why_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = Place(tmp_path)
    monkeypatch.setattr(server, "MARK", "pixelweave_local.unheard_of")
    with pytest.raises(server.ServerError, match=r"aws\.log says:\n.*unheard_of"):
        server.start(place, preferred=None)
    assert server.find(place) is None
    assert not place.running.exists()
