"""Endpoints and the certificates they are checked against."""

from __future__ import annotations

import re
import ssl
from pathlib import Path
from typing import cast

import certifi
import pytest
from pixelweave_aws.collect_settings import Settings
from pixelweave_aws.endpoint import AMAZON_ROOTS, Trust, resolve

from tests.unit.aws.test_collect_settings import ENV

PEM = re.compile("-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", re.DOTALL)
NAMES = {"Amazon Root CA 1", "Amazon Root CA 2", "Amazon Root CA 3", "Amazon Root CA 4"}
STARFIELD = "Starfield Services Root Certificate Authority - G2"


@pytest.mark.parametrize(
    ("url", "host", "port", "is_tls", "authority"),
    [
        (None, "firehose.eu-west-1.amazonaws.com", 443, True, "firehose.eu-west-1.amazonaws.com"),
        ("http://localhost:4566", "localhost", 4566, False, "localhost:4566"),
        ("http://localhost:4566/", "localhost", 4566, False, "localhost:4566"),
        ("http://localhost", "localhost", 80, False, "localhost"),
        ("https://vpce.example", "vpce.example", 443, True, "vpce.example"),
        ("https://vpce.example:443", "vpce.example", 443, True, "vpce.example"),
        ("https://vpce.example:80", "vpce.example", 80, True, "vpce.example:80"),
    ],
)
def test_an_endpoint_is_the_configured_or_the_regional_one(
    url: str | None, host: str, port: int, *, is_tls: bool, authority: str
) -> None:
    env = ENV | ({} if url is None else {"AWS_ENDPOINT_URL_FIREHOSE": url})
    endpoint = resolve("firehose", Settings.from_env(env))
    assert (endpoint.host, endpoint.port, endpoint.is_tls, endpoint.authority) == (
        host,
        port,
        is_tls,
        authority,
    )


def test_each_root_is_one_that_certifi_has() -> None:
    ours = PEM.findall(Path(AMAZON_ROOTS).read_text())
    theirs = PEM.findall(Path(certifi.where()).read_text())
    assert len(ours) == 5
    assert set(ours) <= set(theirs)


def test_the_roots_are_those_of_amazon_trust_services() -> None:
    names = {
        value
        for certificate in Trust().context().get_ca_certs()
        for ((name, value),) in cast("tuple[tuple[tuple[str, str]], ...]", certificate["subject"])
        if name == "commonName"
    }
    assert names == NAMES | {STARFIELD}


def test_a_context_checks_names_and_certificates() -> None:
    context = Trust().context()
    assert context.check_hostname
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.minimum_version is ssl.TLSVersion.TLSv1_2


def test_trust_widens_once() -> None:
    trust = Trust()
    narrow = trust.context()
    assert trust.context() is narrow
    assert trust.widen()
    assert trust.context() is not narrow
    assert trust.context().verify_mode is ssl.CERT_REQUIRED
    assert not trust.widen()


def test_an_operators_bundle_is_neither_joined_nor_widened() -> None:
    trust = Trust(AMAZON_ROOTS)
    assert len(trust.context().get_ca_certs()) == 5
    assert not trust.widen()
