"""What audiences reads from its environment."""

import pytest
from pixelweave_aws.audiences_settings import REQUIRED, AudiencesSettings
from pixelweave_aws.collect_settings import SettingsError

ENVIRONMENT = {name: name.lower() for name in REQUIRED}


def test_what_is_given_is_read() -> None:
    assert AudiencesSettings.from_env(ENVIRONMENT | {"OTHER": "x"}) == AudiencesSettings(
        pixel_table="pixel_table",
        lake_bucket="lake_bucket",
        event_bus="event_bus",
        database="database_name",
        events_table="events_table",
        work_group="work_group",
    )


@pytest.mark.parametrize("name", REQUIRED)
@pytest.mark.parametrize("value", [None, ""])
def test_what_is_missing_is_named(name: str, value: str | None) -> None:
    given = {key: text for key, text in (ENVIRONMENT | {name: value}).items() if text is not None}
    with pytest.raises(SettingsError, match=f"{name} is not set"):
        AudiencesSettings.from_env(given)
