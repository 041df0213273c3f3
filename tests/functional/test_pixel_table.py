"""The pixel table against moto: what is written, and what a transaction refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import boto3
import pytest
from moto import mock_aws
from pixelweave.pixel_model import PixelSpec, describe_errors
from pixelweave_aws.pixel_table import (
    MAX_RETIRED_KEYS,
    GraceError,
    PixelConflictError,
    PixelNotFoundError,
    PixelTable,
)
from pydantic import ValidationError

from tests.functional.aws_part import create_key_table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_dynamodb import DynamoDBClient

NOW = 1_750_000_000
TABLE = "pixels"
HOUR = 3600


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Iterator[DynamoDBClient]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    with mock_aws():
        dynamodb = boto3.client("dynamodb", region_name="eu-central-1")
        create_key_table(dynamodb, TABLE)
        yield dynamodb


class CountingBytes:
    """Bytes that count up, so that ids and keys are known and all differ."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, size: int) -> bytes:
        self.calls += 1
        return bytes([self.calls] * size)


@pytest.fixture
def table(client: DynamoDBClient) -> PixelTable:
    return PixelTable(TABLE, client, CountingBytes())


def make_spec(**changes: Any) -> PixelSpec:
    fields: dict[str, Any] = {"dialect": "rokt", "name": "Shop", "workspace_id": "acme", **changes}
    return PixelSpec(**fields)


def read_key_item(client: DynamoDBClient, key: str) -> dict[str, Any] | None:
    answer = client.get_item(TableName=TABLE, Key={"pk": {"S": f"KEY#{key}"}, "sk": {"S": "PIXEL"}})
    return dict(answer["Item"]) if "Item" in answer else None


def test_a_new_pixel_has_an_id_of_twelve_characters_and_a_key_of_24_hexadecimal_digits(
    table: PixelTable,
) -> None:
    pixel = table.create(make_spec(), NOW)
    assert pixel.pixel_id == "px_bbbbbbbbbbbb"
    assert pixel.key == "02" * 12


def test_collect_finds_plain_attributes_under_the_key(table: PixelTable, client: DynamoDBClient) -> None:
    pixel = table.create(make_spec(allowed_hosts=("Shop.Example", "*.shop.example")), NOW)
    assert read_key_item(client, pixel.key) == {
        "pk": {"S": f"KEY#{pixel.key}"},
        "sk": {"S": "PIXEL"},
        "pixel_id": {"S": pixel.pixel_id},
        "key": {"S": pixel.key},
        "workspace_id": {"S": "acme"},
        "dialect": {"S": "rokt"},
        "name": {"S": "Shop"},
        "allowed_hosts": {"L": [{"S": "shop.example"}, {"S": "*.shop.example"}]},
        "consent_policy": {"S": "signals"},
        "status": {"S": "active"},
    }


def test_a_pixel_is_found_by_its_id_its_key_and_a_retired_key(table: PixelTable) -> None:
    pixel = table.create(make_spec(), NOW)
    rotated = table.rotate_key(pixel.pixel_id, NOW, HOUR)
    for name in (pixel.pixel_id, pixel.key, rotated.key):
        assert table.resolve(name) == rotated


def test_an_unknown_id_or_key_is_an_error(table: PixelTable) -> None:
    with pytest.raises(PixelNotFoundError, match="px_nowhere"):
        table.find("px_nowhere")
    with pytest.raises(PixelNotFoundError, match="abcd"):
        table.resolve("abcd")


def test_pixels_are_listed_oldest_first_without_the_items_of_collect(table: PixelTable) -> None:
    later = table.create(make_spec(name="later"), NOW + 1)
    first = table.create(make_spec(name="first"), NOW)
    assert table.list() == [first, later]


def test_a_taken_key_is_refused_and_nothing_is_written(table: PixelTable) -> None:
    owner = table.create(make_spec(), NOW, key="us1-existing-key")
    with pytest.raises(PixelConflictError, match="taken"):
        table.create(make_spec(name="second"), NOW, key="us1-existing-key")
    assert table.list() == [owner]


def test_disabling_reaches_every_key_and_enabling_brings_them_back(
    table: PixelTable, client: DynamoDBClient
) -> None:
    pixel = table.create(make_spec(), NOW)
    rotated = table.rotate_key(pixel.pixel_id, NOW, HOUR)
    table.disable(pixel.pixel_id, NOW + 1)
    for key in (pixel.key, rotated.key):
        item = read_key_item(client, key)
        assert item is not None
        assert item["status"] == {"S": "disabled"}
    assert table.enable(pixel.pixel_id, NOW + 2).status == "active"
    item = read_key_item(client, pixel.key)
    assert item is not None
    assert item["status"] == {"S": "active"}
    assert item["expires_at"] == {"N": str(NOW + HOUR)}


def test_disabling_twice_writes_once(table: PixelTable) -> None:
    pixel = table.create(make_spec(), NOW)
    once = table.disable(pixel.pixel_id, NOW + 1)
    assert table.disable(pixel.pixel_id, NOW + 2) == once
    assert once.version == 2


def test_a_rotated_key_is_answered_until_its_grace_ends(table: PixelTable) -> None:
    pixel = table.create(make_spec(), NOW)
    new, old = table.rotate_key(pixel.pixel_id, NOW, HOUR).to_pixels()
    assert (old.key, old.expires_at) == (pixel.key, NOW + HOUR)
    assert old.is_live(NOW + HOUR - 1)
    assert not old.is_live(NOW + HOUR)
    assert new.expires_at is None


def test_without_grace_the_old_key_is_gone_at_once(table: PixelTable, client: DynamoDBClient) -> None:
    pixel = table.create(make_spec(), NOW)
    rotated = table.rotate_key(pixel.pixel_id, NOW, 0)
    assert read_key_item(client, pixel.key) is None
    assert rotated.retired_keys == ()


def test_a_key_past_its_grace_is_removed_by_the_next_rotation(
    table: PixelTable, client: DynamoDBClient
) -> None:
    pixel = table.create(make_spec(), NOW)
    table.rotate_key(pixel.pixel_id, NOW, HOUR)
    rotated = table.rotate_key(pixel.pixel_id, NOW + HOUR, HOUR)
    assert read_key_item(client, pixel.key) is None
    assert len(rotated.retired_keys) == 1


def test_a_retired_key_that_the_time_to_live_removed_does_not_block_a_change(
    table: PixelTable, client: DynamoDBClient
) -> None:
    pixel = table.create(make_spec(), NOW)
    table.rotate_key(pixel.pixel_id, NOW, HOUR)
    client.delete_item(TableName=TABLE, Key={"pk": {"S": f"KEY#{pixel.key}"}, "sk": {"S": "PIXEL"}})
    assert table.disable(pixel.pixel_id, NOW + 2 * HOUR).status == "disabled"


def test_the_number_of_keys_in_grace_is_limited(table: PixelTable) -> None:
    pixel = table.create(make_spec(), NOW)
    for _ in range(MAX_RETIRED_KEYS):
        table.rotate_key(pixel.pixel_id, NOW, HOUR)
    with pytest.raises(GraceError, match="20 keys"):
        table.rotate_key(pixel.pixel_id, NOW, HOUR)
    assert table.rotate_key(pixel.pixel_id, NOW, 0).version == MAX_RETIRED_KEYS + 2


def test_a_change_made_by_somebody_else_meanwhile_is_not_overwritten(
    table: PixelTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    pixel = table.create(make_spec(), NOW)
    table.disable(pixel.pixel_id, NOW + 1)
    monkeypatch.setattr(table, "find", lambda pixel_id: pixel)
    with pytest.raises(PixelConflictError, match="somebody else"):
        table.rotate_key(pixel.pixel_id, NOW + 2, HOUR)


def test_ensuring_a_pixel_twice_changes_nothing(table: PixelTable) -> None:
    first = table.ensure("px_demo", "aaaabbbbccccddddeeeeffff", make_spec(), NOW)
    assert table.ensure("px_demo", "aaaabbbbccccddddeeeeffff", make_spec(), NOW + 9) == first
    assert table.list() == [first]


def test_ensuring_follows_a_changed_name_key_and_status(table: PixelTable, client: DynamoDBClient) -> None:
    table.ensure("px_demo", "oldkey", make_spec(), NOW)
    table.disable("px_demo", NOW)
    changed = table.ensure("px_demo", "newkey", make_spec(name="Other"), NOW + 1)
    assert (changed.name, changed.key, changed.status) == ("Other", "newkey", "active")
    assert read_key_item(client, "oldkey") is None
    assert table.find("px_demo") == changed


def test_ensuring_goes_back_to_a_key_that_was_rotated_out(table: PixelTable, client: DynamoDBClient) -> None:
    table.ensure("px_demo", "demokey", make_spec(), NOW)
    rotated = table.rotate_key("px_demo", NOW, HOUR)
    back = table.ensure("px_demo", "demokey", make_spec(), NOW + 1)
    assert back.retired_keys == ()
    assert read_key_item(client, rotated.key) is None
    item = read_key_item(client, "demokey")
    assert item is not None
    assert "expires_at" not in item


def test_ensuring_does_not_take_a_key_of_another_pixel(table: PixelTable) -> None:
    table.ensure("px_one", "samekey", make_spec(), NOW)
    with pytest.raises(PixelConflictError):
        table.ensure("px_two", "samekey", make_spec(), NOW)


@pytest.mark.parametrize(
    ("field", "good", "bad"),
    [
        ("dialect", "ksense", "facebook"),
        ("name", "x" * 100, "x" * 101),
        ("name", "x", "  "),
        ("name", "Größe", "two\nlines"),
        ("workspace_id", "a" * 64, "a" * 65),
        ("workspace_id", "acme.eu-1", "-acme"),
        ("consent_policy", "require", "maybe"),
        ("allowed_hosts", ["shop.example"], ["https://shop.example"]),
        ("allowed_hosts", ["a" * 63 + ".example"], ["a" * 64 + ".example"]),
        ("allowed_hosts", ["localhost"], ["shop.example/path"]),
        ("allowed_hosts", ["*.shop.example"], ["shop.*"]),
        ("allowed_hosts", ["127.0.0.1"], ["shop.example:8080"]),
        ("allowed_hosts", [f"h{n}.example" for n in range(100)], [f"h{n}.example" for n in range(101)]),
    ],
)
def test_a_spec_takes_the_good_value_and_names_the_field_of_the_bad_one(
    field: str, good: Any, bad: Any
) -> None:
    make_spec(**{field: good})
    with pytest.raises(ValidationError) as caught:
        make_spec(**{field: bad})
    assert [name for name, _ in describe_errors(caught.value)] == [field]


def test_hosts_are_kept_once_in_their_normal_form() -> None:
    spec = make_spec(allowed_hosts=["Shop.Example.", "shop.example", "bücher.example"])
    assert spec.allowed_hosts == ("shop.example", "xn--bcher-kva.example")
