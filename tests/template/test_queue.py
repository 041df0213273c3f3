"""Queues: none loses a message, none hands it out twice while it is worked on."""

import pytest

from tests.template.document import find_references, find_resources, read_source

FOURTEEN_DAYS = 14 * 24 * 3600
MAPPINGS = [node["Properties"] for node in find_resources("AWS::Lambda::EventSourceMapping").values()]
QUEUES = find_resources("AWS::SQS::Queue")
SOURCES = {name: node for name, node in QUEUES.items() if "RedrivePolicy" in node["Properties"]}
DEAD_LETTERS = {
    name: find_references(node["Properties"]["RedrivePolicy"]["deadLetterTargetArn"])
    for name, node in SOURCES.items()
}


def test_there_are_queues_to_look_at() -> None:
    assert set(SOURCES) == {"GoalsQueue", "IdentifyQueue", "SpillQueue"}


@pytest.mark.parametrize("name", QUEUES)
def test_every_queue_has_a_dead_letter_queue_or_is_one(name: str) -> None:
    is_dead_letter = {name} in DEAD_LETTERS.values()
    assert is_dead_letter != (name in SOURCES)


def test_no_two_queues_share_a_dead_letter_queue() -> None:
    assert len(set().union(*DEAD_LETTERS.values())) == len(SOURCES)


@pytest.mark.parametrize("name", QUEUES)
def test_every_queue_keeps_messages_for_the_longest_time_and_encrypted(name: str) -> None:
    properties = QUEUES[name]["Properties"]
    assert properties["MessageRetentionPeriod"] == FOURTEEN_DAYS
    assert properties["SqsManagedSseEnabled"] is True


@pytest.mark.parametrize("name", SOURCES)
def test_a_message_stays_hidden_for_six_times_the_time_out_of_its_consumer_and_the_batch_window(
    name: str,
) -> None:
    functions = find_resources("AWS::Lambda::Function")
    (mapping,) = [mapping for mapping in MAPPINGS if name in find_references(mapping["EventSourceArn"])]
    (consumer,) = find_references(mapping["FunctionName"])
    window = mapping.get("MaximumBatchingWindowInSeconds", 0)
    if isinstance(window, dict):
        window = read_source()["Parameters"][window["Ref"]]["MaxValue"]
    timeout = functions[consumer]["Properties"]["Timeout"]
    assert QUEUES[name]["Properties"]["VisibilityTimeout"] >= 6 * timeout + window


def test_consumers_answer_for_each_message_and_do_not_stampede() -> None:
    for mapping in MAPPINGS:
        assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        concurrency = mapping["ScalingConfig"]["MaximumConcurrency"]
        assert concurrency in (2, {"Ref": "StitchConcurrency"}, {"Ref": "GoalsConcurrency"})


def test_a_batch_of_more_than_ten_messages_has_a_window_to_gather_them() -> None:
    # Lambda refuses such a batch size without a window of at least a second.
    parameters = read_source()["Parameters"]
    assert parameters["StitchBatchWindow"]["MinValue"] >= 1
    for mapping in MAPPINGS:
        assert mapping["BatchSize"] in (1, 10) or "MaximumBatchingWindowInSeconds" in mapping
