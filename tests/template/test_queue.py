"""Queues: none loses a message, none hands it out twice while it is worked on."""

import pytest

from tests.template.document import find_references, find_resources

FOURTEEN_DAYS = 14 * 24 * 3600
# The consumer of the identify queue is not part of the template yet; it will have 60 s.
FUTURE_TIMEOUTS = {"IdentifyQueue": 60}

QUEUES = find_resources("AWS::SQS::Queue")
SOURCES = {name: node for name, node in QUEUES.items() if "RedrivePolicy" in node["Properties"]}
DEAD_LETTERS = {
    name: find_references(node["Properties"]["RedrivePolicy"]["deadLetterTargetArn"])
    for name, node in SOURCES.items()
}


def test_there_are_queues_to_look_at() -> None:
    assert set(SOURCES) == {"IdentifyQueue", "SpillQueue"}


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
def test_a_message_stays_hidden_for_six_times_the_time_out_of_its_consumer(name: str) -> None:
    functions = find_resources("AWS::Lambda::Function")
    timeouts = [
        functions[consumer]["Properties"]["Timeout"]
        for mapping in find_resources("AWS::Lambda::EventSourceMapping").values()
        if name in find_references(mapping["Properties"]["EventSourceArn"])
        for consumer in find_references(mapping["Properties"]["FunctionName"])
    ] or [FUTURE_TIMEOUTS[name]]
    assert QUEUES[name]["Properties"]["VisibilityTimeout"] >= 6 * max(timeouts)


def test_consumers_answer_for_each_message_and_do_not_stampede() -> None:
    for mapping in find_resources("AWS::Lambda::EventSourceMapping").values():
        properties = mapping["Properties"]
        assert properties["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        assert properties["ScalingConfig"] == {"MaximumConcurrency": 2}
