"""Certificates for the tests of stores."""

from __future__ import annotations

import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from homeport.net.trust import authority

NOW = datetime.datetime(2026, 11, 30, tzinfo=datetime.UTC)
DAY = datetime.timedelta(days=1)


def pem(
    name="Homeport CA of test",
    organization="Homeport",
    *,
    is_ca=True,
    begins=-1,
    ends=1,
    extended=True,
):
    """A certificate; `begins` and `ends` are days from now."""
    key = ec.generate_private_key(ec.SECP256R1())
    parts = [(NameOID.ORGANIZATION_NAME, organization), (NameOID.COMMON_NAME, name)]
    subject = x509.Name([x509.NameAttribute(kind, text) for kind, text in parts])
    builder = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(NOW + begins * DAY)
        .not_valid_after(NOW + ends * DAY)
    )
    if extended:
        builder = builder.add_extension(x509.BasicConstraints(is_ca, None), critical=True)
    made = builder.sign(key, hashes.SHA256())
    return made.public_bytes(serialization.Encoding.PEM)


def read(content):
    return authority.read(content, "a file")


OURS = read(pem())
OLDER = read(pem())
"""An earlier one of the same stack."""
FOREIGN = read(pem("Corporate CA", "Corporation"))
"""Somebody else's."""
