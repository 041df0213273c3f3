"""The environment of `collect`, read."""

from __future__ import annotations

import pytest
from pixelweave_aws.collect_settings import Settings, SettingsError

ENV = {
    "PIXEL_TABLE": "pixels",
    "HITS_STREAM": "hits",
    "IDENTIFY_QUEUE_URL": "https://sqs.eu-west-1.amazonaws.com/000000000000/identify",
    "SPILL_QUEUE_URL": "https://sqs.eu-west-1.amazonaws.com/000000000000/spill",
    "AWS_REGION": "eu-west-1",
    "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "secret",
}


def test_what_lambda_gives_is_enough() -> None:
    settings = Settings.from_env(ENV | {"AWS_SESSION_TOKEN": "token"})
    assert settings.credentials is not None
    assert settings.credentials.token == "token"
    assert settings.pixel_cache_seconds == 60
    assert settings.cookie_partitioned is False
    assert settings.origin_secret is None
    assert settings.ca_bundle is None
    assert settings.peculiarity is None


@pytest.mark.parametrize(
    "name", ["PIXEL_TABLE", "HITS_STREAM", "IDENTIFY_QUEUE_URL", "SPILL_QUEUE_URL", "AWS_REGION"]
)
@pytest.mark.parametrize("value", [None, ""])
def test_a_missing_variable_is_named(name: str, value: str | None) -> None:
    env = {key: text for key, text in ENV.items() if key != name} | ({} if value is None else {name: value})
    with pytest.raises(SettingsError, match=f"^{name} "):
        Settings.from_env(env)


def test_the_default_region_serves_when_there_is_no_other() -> None:
    env = {name: value for name, value in ENV.items() if name != "AWS_REGION"}
    assert Settings.from_env(env | {"AWS_DEFAULT_REGION": "us-east-1"}).region == "us-east-1"


@pytest.mark.parametrize(("text", "seconds"), [("0", 0), ("2.5", 2.5), ("", 60)])
def test_a_cache_time_is_a_number_of_seconds(text: str, seconds: float) -> None:
    assert Settings.from_env(ENV | {"PIXEL_CACHE_SECONDS": text}).pixel_cache_seconds == seconds


@pytest.mark.parametrize("text", ["-1", "soon", "nan", "inf"])
def test_a_senseless_cache_time_is_refused(text: str) -> None:
    with pytest.raises(SettingsError, match=r"^PIXEL_CACHE_SECONDS "):
        Settings.from_env(ENV | {"PIXEL_CACHE_SECONDS": text})


@pytest.mark.parametrize(
    ("text", "flag"),
    [("true", True), ("TRUE", True), ("1", True), ("false", False), ("0", False), ("", False)],
)
def test_a_flag_is_true_or_false(text: str, *, flag: bool) -> None:
    assert Settings.from_env(ENV | {"COOKIE_PARTITIONED": text}).cookie_partitioned is flag


def test_a_flag_that_is_neither_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"^COOKIE_PARTITIONED "):
        Settings.from_env(ENV | {"COOKIE_PARTITIONED": "perhaps"})


def test_a_services_own_endpoint_goes_before_the_general_one() -> None:
    env = ENV | {
        "AWS_ENDPOINT_URL": "http://localhost:4566",
        "AWS_ENDPOINT_URL_FIREHOSE": "http://localhost:1",
    }
    assert Settings.from_env(env).endpoint_urls == {
        "firehose": "http://localhost:1",
        "sqs": "http://localhost:4566",
        "dynamodb": "http://localhost:4566",
    }


def test_configured_endpoints_can_be_ignored() -> None:
    env = ENV | {"AWS_ENDPOINT_URL": "http://localhost:4566", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"}
    assert Settings.from_env(env).endpoint_urls == {}


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"AWS_ACCESS_KEY_ID": ""}, "credentials"),
        ({"AWS_SECRET_ACCESS_KEY": ""}, "credentials"),
        ({"AWS_REGION": "cn-north-1"}, "cn-north-1"),
        ({"AWS_REGION": "us-gov-west-1"}, "us-gov-west-1"),
        ({"AWS_REGION": "eusc-de-east-1"}, "eusc-de-east-1"),
        ({"AWS_USE_FIPS_ENDPOINT": "true"}, "AWS_USE_FIPS_ENDPOINT"),
        ({"AWS_USE_DUALSTACK_ENDPOINT": "true"}, "AWS_USE_DUALSTACK_ENDPOINT"),
        ({"HTTPS_PROXY": "http://proxy:3128"}, "HTTPS_PROXY"),
        ({"AWS_ENDPOINT_URL": "http://localhost:4566/aws"}, "endpoint"),
        ({"AWS_ENDPOINT_URL": "http://me@localhost"}, "endpoint"),
        ({"AWS_ENDPOINT_URL": "http://[::1]:4566"}, "endpoint"),
        ({"AWS_ENDPOINT_URL": "http://localhost:port"}, "endpoint"),
        ({"AWS_ENDPOINT_URL": "localhost:4566"}, "endpoint"),
    ],
)
def test_what_the_lean_client_does_not_do_is_a_peculiarity(change: dict[str, str], word: str) -> None:
    peculiarity = Settings.from_env(ENV | change).peculiarity
    assert peculiarity is not None
    assert word in peculiarity


@pytest.mark.parametrize(
    "change",
    [
        {"AWS_USE_FIPS_ENDPOINT": "false"},
        {"AWS_ENDPOINT_URL": "http://localhost:4566/"},
        {"AWS_ENDPOINT_URL": "https://firehose.example"},
        {"AWS_REGION": "ap-southeast-2"},
    ],
)
def test_what_it_does_is_none(change: dict[str, str]) -> None:
    assert Settings.from_env(ENV | change).peculiarity is None
