"""The environment of `publish`."""

from __future__ import annotations

import pytest
from pixelweave_aws.collect_settings import SettingsError
from pixelweave_aws.publish_settings import REQUIRED, PublishSettings

GIVEN = {name: name.lower() for name in REQUIRED}


def test_what_is_given_is_read_and_the_rest_has_defaults() -> None:
    settings = PublishSettings.from_env(GIVEN)
    assert settings[:5] == ("database_name", "events_table", "work_group", "pixel_table", "dashboard_bucket")
    assert settings[5:] == (400, "publish", "Pixelweave")
    more = {"LOOKBACK_DAYS": "90", "POWERTOOLS_SERVICE_NAME": "p", "POWERTOOLS_METRICS_NAMESPACE": "n"}
    assert PublishSettings.from_env(GIVEN | more)[5:] == (90, "p", "n")


@pytest.mark.parametrize("name", REQUIRED)
def test_what_is_missing_is_named(name: str) -> None:
    with pytest.raises(SettingsError, match=f"{name} is not set"):
        PublishSettings.from_env(GIVEN | {name: ""})
