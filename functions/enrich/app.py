"""enrich: the Firehose transform that makes rows of the log out of what `collect` sent."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger
from pixelweave.enrichment import Enricher
from pixelweave_aws.enrich_settings import EnrichSettings
from pixelweave_aws.hit_tally import HitTally
from pixelweave_aws.transformation import transform_batch
from pixelweave_lookup.client_reader import build_client_reader
from pixelweave_lookup.place_finder import GeoDatabaseError, build_place_finder

if TYPE_CHECKING:
    from collections.abc import Callable

    from aws_lambda_powertools.utilities.typing import LambdaContext
    from pixelweave.geo import Place

settings = EnrichSettings.from_env(os.environ)
logger = Logger(service=settings.service)


def _build_finder() -> Callable[[str], Place]:
    try:
        return build_place_finder(settings.geo_database)
    except GeoDatabaseError:
        # Events without cities are worth more than no events.
        logger.exception("the geo database cannot be read; countries come from open registry data")
        return build_place_finder(None)


enricher = Enricher(build_client_reader(), _build_finder())


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer one batch of a Firehose stream (event: `events/firehose_transform.json`)."""
    tally = HitTally()
    records = transform_batch(event["records"], enricher.enrich, tally, logger)
    tally.publish(namespace=settings.namespace, service=settings.service)
    return {"records": records}
