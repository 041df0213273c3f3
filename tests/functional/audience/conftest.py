"""A stack whose audiences can be asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from moto import mock_aws

from tests.functional.audience.audience_stack import AudienceStack

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def stack() -> Iterator[AudienceStack]:
    with pytest.MonkeyPatch.context() as patch, mock_aws():
        patch.setenv("AWS_ACCESS_KEY_ID", "testing")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
        stack = AudienceStack()
        yield stack
        stack.lake.close()
        # DuckDB complains of a connection that outlives the interpreter.
        del stack.athena.connection, stack.lake
