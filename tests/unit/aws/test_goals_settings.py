"""What goals reads from its environment."""

import pytest
from pixelweave_aws.collect_settings import SettingsError
from pixelweave_aws.goals_settings import REQUIRED, GoalsSettings

ENVIRONMENT = dict(zip(REQUIRED, ("goals", "pixels", "lake", "bus", "https://queue"), strict=True))


def test_what_is_given_is_read_and_the_rest_has_defaults() -> None:
    assert GoalsSettings.from_env(ENVIRONMENT) == GoalsSettings(
        "goals", "pixels", "lake", "bus", "https://queue"
    )
    given = {"POWERTOOLS_SERVICE_NAME": "g", "POWERTOOLS_METRICS_NAMESPACE": "N"}
    settings = GoalsSettings.from_env(ENVIRONMENT | given)
    assert (settings.service, settings.namespace) == ("g", "N")


@pytest.mark.parametrize("name", REQUIRED)
@pytest.mark.parametrize("value", [None, ""])
def test_what_is_missing_is_named(name: str, value: str | None) -> None:
    given = {key: text for key, text in (ENVIRONMENT | {name: value}).items() if text is not None}
    with pytest.raises(SettingsError, match=f"{name} is not set"):
        GoalsSettings.from_env(given)


@pytest.mark.parametrize(("memory", "scan"), [("", 256), ("512", 256), ("2048", 1024)])
def test_half_of_the_functions_memory_is_for_the_scan(memory: str, scan: int) -> None:
    given = ENVIRONMENT | {"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": memory}
    assert GoalsSettings.from_env(given).scan_memory_mb == scan
