"""Days and compaction: partitions are there before a table needs them, and nothing but packed days replaces what is deleted."""

from tests.template.document import Node, find_references, read_source, translate

RESOURCES = translate()["Resources"]
RULES = RESOURCES["LakeBucket"]["Properties"]["LifecycleConfiguration"]["Rules"]
PARAMETERS = read_source()["Parameters"]
TABLES = ("EventsTable", "LinksTable")
HOUR = 3600


def follow(name: str) -> set[str]:
    """All resources that one needs before it, through any number of others."""
    found: set[str] = set()
    waiting = {name}
    while waiting:
        node: Node = RESOURCES[waiting.pop()]
        depends = node.get("DependsOn", [])
        needed = find_references(node) | set([depends] if isinstance(depends, str) else depends)
        waiting |= (needed & RESOURCES.keys()) - found
        found |= needed & RESOURCES.keys()
    return found


def test_an_update_registers_the_days_before_it_turns_projection_off_and_again_after() -> None:
    assert not follow("DaysBefore") & set(TABLES)
    for table in TABLES:
        assert "DaysBefore" in follow(table)
        assert table in follow("Days")


def test_other_columns_and_another_first_day_register_the_days_anew() -> None:
    properties = RESOURCES["Days"]["Properties"]
    assert properties["FirstDay"] == {"Ref": "EventsFirstDay"}
    assert {each["Name"]["Ref"]: each["Columns"] for each in properties["Tables"]} == {
        name: RESOURCES[name]["Properties"]["TableInput"]["StorageDescriptor"]["Columns"] for name in TABLES
    }


def test_cloudformation_waits_a_little_longer_than_days_can_run_and_not_for_an_hour() -> None:
    for name in ("Days", "DaysBefore"):
        waits = int(RESOURCES[name]["Properties"]["ServiceTimeout"])
        assert RESOURCES["DaysFunction"]["Properties"]["Timeout"] < waits < HOUR


def test_packed_events_are_kept_as_long_as_raw_ones() -> None:
    def describe(rule: Node) -> Node:
        return {key: value for key, value in rule.items() if key not in {"Id", "Prefix"}}

    flat = [each for rule in RULES for each in (rule["Fn::If"][1:2] if "Fn::If" in rule else [rule])]
    raw, packed = (
        [describe(rule) for rule in flat if rule.get("Prefix") == prefix]
        for prefix in ("events/", "packed/events/")
    )
    assert raw == packed
    assert len(raw) == 2


def test_marks_of_what_was_deleted_go_away() -> None:
    assert RULES[-1]["ExpiredObjectDeleteMarker"] is True


def test_a_day_is_packed_after_firehose_has_stopped_trying_and_the_grace_outlasts_a_query() -> None:
    # Firehose tries for 24 hours (developer guide, «Data delivery frequency»); Athena ends a query after 30 minutes.
    assert PARAMETERS["CompactAfterHours"]["MinValue"] > 24
    assert PARAMETERS["CompactGraceHours"]["MinValue"] >= 1


def test_compact_may_write_nothing_but_packed_days() -> None:
    statements = RESOURCES["CompactRole"]["Properties"]["Policies"][0]["PolicyDocument"]["Statement"]
    (written,) = [each for each in statements if each["Action"] == "s3:PutObject"]
    assert written["Resource"] == {"Fn::Sub": "${LakeBucket.Arn}/packed/*"}


def test_one_run_at_a_time_where_the_account_has_concurrency_to_reserve() -> None:
    reserved = RESOURCES["CompactFunction"]["Properties"]["ReservedConcurrentExecutions"]
    assert reserved == {"Fn::If": ["ReservesConcurrency", 1, {"Ref": "AWS::NoValue"}]}
