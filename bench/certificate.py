"""A throw-away certificate chain for loopback, shaped like that of an AWS endpoint: root, intermediate, leaf,
RSA 2048."""

from __future__ import annotations

import datetime as dt
import ipaddress
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

if TYPE_CHECKING:
    from pathlib import Path

LIFETIME = dt.timedelta(days=1)


class Chain:
    """Files of one chain: `root` is for the client's bundle, `server` (leaf, intermediate, key) for the
    server."""

    def __init__(self, root: Path, server: Path) -> None:
        self.root = root
        self.server = server


def make_chain(folder: Path, now: dt.datetime | None = None) -> Chain:
    """Write a chain for `localhost` and 127.0.0.1 into `folder`, valid for a day around `now`."""
    now = now or dt.datetime.now(dt.UTC)
    root_key, middle_key, leaf_key = (rsa.generate_private_key(65537, 2048) for _ in range(3))
    root = _sign("Bench root", root_key, "Bench root", root_key, now, path_length=1)
    middle = _sign("Bench issuer", middle_key, "Bench root", root_key, now, path_length=0)
    leaf = _sign("localhost", leaf_key, "Bench issuer", middle_key, now, path_length=None)
    chain = Chain(folder / "root.pem", folder / "server.pem")
    chain.root.write_bytes(root.public_bytes(Encoding.PEM))
    key = leaf_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    chain.server.write_bytes(leaf.public_bytes(Encoding.PEM) + middle.public_bytes(Encoding.PEM) + key)
    return chain


def _sign(
    subject: str,
    key: rsa.RSAPrivateKey,
    issuer: str,
    issuer_key: rsa.RSAPrivateKey,
    now: dt.datetime,
    *,
    path_length: int | None,
) -> x509.Certificate:
    is_authority = path_length is not None
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - LIFETIME)
        .not_valid_after(now + LIFETIME)
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=path_length), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False
        )
        .add_extension(
            x509.KeyUsage(
                digital_signature=True,
                key_cert_sign=is_authority,
                crl_sign=is_authority,
                content_commitment=False,
                key_encipherment=not is_authority,
                data_encipherment=False,
                key_agreement=False,
                encipher_only=False,
                decipher_only=False,
            ),
            critical=True,
        )
    )
    if not is_authority:
        names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    return builder.sign(issuer_key, hashes.SHA256())
