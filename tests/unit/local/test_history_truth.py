"""What the dashboard must say, by the plain account that the stack is held to: small logs with answers worked out by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pixelweave_local.history import History
from pixelweave_local.history_truth import Truth

if TYPE_CHECKING:
    from pixelweave_local.history import Row

WASH = {"host": "h", "path": "/wash", "title": "Wash"}


class Log:
    """Rows, one after the other."""

    def __init__(self) -> None:
        self.days: dict[str, list[Row]] = {}
        self._count = 0

    def add(self, received: str, **columns: object) -> str:
        """A row received at `DD HH:MM` of June 2025; its event id."""
        self._count += 1
        day, clock = received.split()
        moment = f"2025-06-{day} {clock}:00.000"
        row: Row = {
            "event_id": f"e{self._count:03}",
            "message_id": f"m{self._count}",
            "dialect": "native",
            "outcome": "accepted",
            "client_class": "human",
            "type": "page_view",
            "received_at": moment,
            "occurred_at": moment,
        }
        self.days.setdefault(moment[:10], []).append(row | columns)
        return str(row["event_id"])

    def tell(self, part: str, identified: list[Row] | None = None) -> dict[str, list[list[object]]]:
        told: dict[str, list[list[object]]] = {}
        for day, rows in Truth(History(self.days, identified or [])).parts[part].items():
            told[day[-2:]] = [list(row) for row in rows]
        return told


@pytest.fixture
def log() -> Log:
    return Log()


def name(event_id: str, email: str, visitor: str, day: int) -> Row:
    at = 1_750_982_400_000 + (day - 27) * 86_400_000  # 2025-06-27T00:00Z
    return {
        "event_id": event_id,
        "received_at": at,
        "occurred_at": at,
        "visitor_id": visitor,
        "identifiers": [{"type": "email", "value": email}],
    }


def test_activity_counts_a_repeated_hit_once_on_its_first_day(log: Log) -> None:
    log.add("27 08:10", message_id="again")
    log.add("27 08:59", type="custom")
    log.add("27 09:00", outcome="bot")
    log.add("28 08:00", message_id="again")
    assert log.tell("activity") == {"27": [[8, 2, 1]]}


def test_quality_counts_rows_repeats_and_what_is_late(log: Log) -> None:
    log.add("27 08:10", message_id="again")
    log.add("27 08:11", message_id="again")
    log.add("27 10:00", occurred_at="2025-06-27 09:00:00.000")
    log.add("27 10:00", occurred_at="2025-06-27 08:59:59.999")
    log.add("27 10:00", outcome="rejected", reason="missing_goal", message_id="again")
    log.add("28 08:00", message_id="again")
    assert log.tell("quality") == {
        "27": [
            ["native", "accepted", None, "human", 4, 1, 1],
            ["native", "rejected", "missing_goal", "human", 1, 0, 0],
        ],
        "28": [["native", "accepted", None, "human", 1, 1, 0]],
    }


def test_reach_says_how_long_visitors_and_people_were_away(log: Log) -> None:
    log.add("27 08:00", visitor_id="a")
    log.add("27 09:00", visitor_id="b")
    log.add("27 09:00", session_id="s")
    log.add("27 10:00")
    log.add("30 08:00", visitor_id="a")
    log.add("30 09:00", visitor_id="b")
    identified = [name("x", "one@x", "a", 27), name("y", "one@x", "b", 28)]
    assert log.tell("reach", identified) == {
        "27": [["anonymous", None, 1], ["known", None, 1], ["visitor", None, 3]],
        "30": [["known", 3, 1], ["visitor", 3, 2]],
    }


def test_a_session_is_told_by_its_first_two_days_and_counts_on_the_first(log: Log) -> None:
    log.add("27 23:59", session_id="s", channel="internal", country="DE")
    log.add("28 00:01", session_id="s", channel="email", utm_campaign="c", country="FR", **WASH)
    log.add("29 00:00", session_id="s", browser="Late", channel="sms")
    log.add("27 08:00", session_id="bounce", channel="direct")
    log.add("29 08:00", session_id="bounce", type="purchase")
    assert log.tell("sessions") == {
        "27": [
            ["direct", None, None, None, None, None, None, False, 1, 0, 1, 0],
            ["email", "c", "DE", None, None, None, "h/wash", False, 1, 1, 2, 120],
        ]
    }


def test_a_session_that_reaches_a_goal_is_engaged_and_one_of_somebody_is_known(log: Log) -> None:
    log.add("27 08:00", session_id="s", visitor_id="v", type="purchase", value="3.5", currency="EUR")
    log.add("27 08:00", session_id="t", visitor_id="w")
    assert [row[7:] for row in log.tell("sessions", [name("x", "a@x", "v", 28)])["27"]] == [
        [False, 1, 0, 1, 0],
        [True, 1, 1, 0, 0],
    ]


def test_goals_count_an_order_once_and_a_session_at_its_first_conversion(log: Log) -> None:
    bought = {"type": "purchase", "session_id": "s", "value": "10.50", "currency": "EUR"}
    log.add("27 08:00", order_id="o1", **bought)
    log.add("27 09:00", order_id="o1", **bought)
    log.add("28 08:00", order_id="o2", **bought | {"value": "1"})
    log.add("28 09:00", type="purchase", country="US", **WASH)
    empty = [None] * 6
    assert log.tell("goals") == {
        "27": [["Purchase", "built-in", "EUR", *empty, 1, 1, "10.5000"]],
        "28": [
            ["Purchase", "built-in", None, None, None, "US", None, None, "h/wash", 1, 0, None],
            ["Purchase", "built-in", "EUR", *empty, 1, 0, "1.0000"],
        ],
    }


def test_the_goals_of_the_shop_are_reached_as_they_are_defined(log: Log) -> None:
    for clock in ("08:00", "09:00"):
        at = {"session_id": "s", "visitor_id": "v"}
        log.add(f"27 {clock}", **at, path="/checkout/payment")
        log.add(f"27 {clock}", **at, type="custom", name="add_to_basket")
        log.add(f"27 {clock}", **at, type="custom", name="newsletter_signup")
        log.add(
            f"27 {clock}", **at, type="goal", goals=[{"name": "Brochure", "value": "2.5", "unit": "points"}]
        )
        log.add(f"27 {clock}", **at, type="lead", value="7", currency="USD")
    log.add("27 09:00", path="/check")
    log.add("27 09:00", type="identify", name="add_to_basket")
    told = [(row[0], row[1], row[2], *row[-3:]) for row in log.tell("goals")["27"]]
    assert told == [
        ("Add to basket", "defined", None, 2, 1, None),
        ("Brochure", "hit", "points", 2, 1, "5.0000"),
        ("Checkout", "defined", None, 1, 1, None),
        ("Lead", "built-in", "USD", 2, 1, "14.0000"),
        ("Newsletter", "defined", "points", 1, 1, "5.0000"),
    ]


STEPS = {
    "B": {"type": "custom", "name": "add_to_basket"},
    "C": {"path": "/checkout"},
    "P": {"type": "purchase"},
}


@pytest.mark.parametrize(
    ("way", "entries"),
    [
        pytest.param("27 08:00 B, 27 09:00 C, 27 10:00 P", {"27": [1, 1, 1]}, id="all steps in order"),
        pytest.param("27 08:00 B, 27 09:00 P, 27 10:00 C", {"27": [1, 1]}, id="not in order"),
        pytest.param("27 08:00 C, 27 09:00 B, 27 10:00 P", {"27": [1]}, id="a step is missing"),
        pytest.param("27 08:00 B, 28 08:00 C", {"27": [1, 1]}, id="just in time"),
        pytest.param("27 08:00 B, 28 08:01 C", {"27": [1]}, id="too late"),
        pytest.param("27 08:00 B, 28 07:00 B, 28 08:00 C", {"27": [1], "28": [1, 1]}, id="begun again"),
        pytest.param("27 08:00 C, 27 09:00 P", {}, id="never begun"),
    ],
)
def test_a_funnel_is_entered_where_its_latest_chain_begins(
    log: Log, way: str, entries: dict[str, list[int]]
) -> None:
    for step in way.split(", "):
        log.add(step[:-2], session_id="s", **STEPS[step[-1]])
    told = {day: [row[-1] for row in rows if row[0] == "Order"] for day, rows in log.tell("funnels").items()}
    assert told == entries


def test_a_funnel_of_people_goes_over_their_sessions_and_devices(log: Log) -> None:
    log.add("27 08:00", visitor_id="a", session_id="s", type="custom", name="newsletter_signup")
    log.add("28 08:00", visitor_id="b", session_id="t", type="custom", name="add_to_basket")
    identified = [name("x", "one@x", "a", 29), name("y", "one@x", "b", 29)]
    steps = [row[1:] for row in log.tell("funnels", identified)["27"] if row[0] == "Reader to buyer"]
    assert steps == [[1, "Newsletter", 1], [2, "Add to basket", 1]]
    alone = log.tell("funnels")["27"]
    assert [row[1:] for row in alone if row[0] == "Reader to buyer"] == [[1, "Newsletter", 1]]


def test_content_has_entries_and_exits_of_sessions(log: Log) -> None:
    log.add("27 08:00", session_id="s", path="/a")
    log.add("27 09:00", session_id="s", path="/b")
    log.add("29 09:00", session_id="s", path="/a")
    log.add("29 10:00", path="/a")
    assert log.tell("content") == {
        "27": [[None, "/a", None, 1, 1, 0], [None, "/b", None, 1, 0, 1]],
        "29": [[None, "/a", None, 2, 0, 1]],
    }


def test_interests_count_labels_and_different_sessions_of_the_day(log: Log) -> None:
    log.add("27 08:00", session_id="s", labels={"section": "rugs", "segment": "new"})
    log.add("27 09:00", session_id="s", labels={"section": "rugs"})
    log.add("27 10:00", labels={"section": "rugs"})
    log.add("28 08:00", session_id="s", labels={"section": "rugs"})
    assert log.tell("interests") == {
        "27": [["section", "rugs", 3, 1], ["segment", "new", 1, 1]],
        "28": [["section", "rugs", 1, 1]],
    }


def test_dimensions_are_those_of_sessions_each_for_itself(log: Log) -> None:
    log.add("27 08:00", session_id="s", channel="email", utm_campaign="june", country="DE")
    log.add("28 08:00", session_id="s", browser="Chrome", country="FR")
    log.add("27 09:00", session_id="t", channel="email")
    log.add("27 10:00", channel="direct")
    assert log.tell("dimensions") == {
        "27": [
            ["browser", None, 1],
            ["browser", "Chrome", 1],
            ["campaign", None, 1],
            ["campaign", "june", 1],
            ["channel", "email", 2],
            ["country", None, 1],
            ["country", "DE", 1],
            ["device", None, 2],
        ]
    }


def test_technology_and_geography_count_a_session_at_its_first_event(log: Log) -> None:
    log.add(
        "27 08:00", session_id="s", browser="Chrome", browser_version="142.0", country="DE", city="Berlin"
    )
    log.add("28 08:00", session_id="s", browser="Chrome", browser_version="143.1.2", country="FR")
    log.add("28 08:00")
    assert log.tell("technology") == {
        "27": [["Chrome", "142", None, None, None, 1, 1]],
        "28": [[None, None, None, None, None, 0, 1], ["Chrome", "143", None, None, None, 0, 1]],
    }
    assert log.tell("geography") == {
        "27": [["DE", None, "Berlin", None, 1, 1]],
        "28": [[None, None, None, None, 0, 1], ["FR", None, None, None, 0, 1]],
    }


def test_identity_is_told_by_the_day_it_was_learned(log: Log) -> None:
    told = log.tell("identity", [name("x", "a@x", "v", 27), name("y", "b@x", "w", 28)])
    one = [["identifier", "email_md5", 1], ["identifier", "email_sha256", 1], ["person", None, 1]]
    assert told == {"27": one, "28": one}


def test_people_are_known_or_visitors_that_nobody_is_known_of(log: Log) -> None:
    log.add("27 08:00", visitor_id="a")
    log.add("27 08:00", visitor_id="b", session_id="s")
    log.add("27 08:00", session_id="t")
    log.add("27 08:00", visitor_id="c", outcome="test")
    assert Truth(History(log.days, [name("x", "a@x", "a", 28)])).count_people() == (1, 2)
