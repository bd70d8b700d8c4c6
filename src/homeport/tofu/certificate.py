"""The certificate by which terraform or tofu knows the process that it has just started, made anew for each.

It is told over the pipe between the two, and trusted for that connection only; no file holds its key.
https://github.com/hashicorp/go-plugin/blob/main/docs/internals.md
"""

from __future__ import annotations

import datetime
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_HOST = "localhost"
"""What go-plugin looks for in it."""
_SKEW, _LIFE = datetime.timedelta(hours=1), datetime.timedelta(days=30)
"""An apply may take long."""


class Pair(NamedTuple):
    """A certificate and its key."""

    der: bytes
    pem: bytes
    key: bytes


def made(now: float) -> Pair:
    """A new one, its own authority. https://www.rfc-editor.org/rfc/rfc5280"""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, _HOST)])
    begin = datetime.datetime.fromtimestamp(now, datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin - _SKEW)
        .not_valid_after(begin + _LIFE)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(_HOST)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    encoding = serialization.Encoding
    return Pair(
        certificate.public_bytes(encoding.DER),
        certificate.public_bytes(encoding.PEM),
        key.private_bytes(
            encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ),
    )
