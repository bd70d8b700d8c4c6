"""The certificate of a CA: read, refused where clients could not use it, and known again by its fingerprint."""

from __future__ import annotations

import binascii
import datetime
import hashlib
import re
import warnings
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from homeport import errors

_PEM = re.compile(rb"-----BEGIN CERTIFICATE-----\s+([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----")
"""https://www.rfc-editor.org/rfc/rfc7468#section-5"""
_SEQUENCE = b"\x30"
"""With which DER begins: https://www.itu.int/rec/T-REC-X.690"""
_OURS = "Homeport"
"""The organization in the names of CAs that Homeport makes."""


@dataclass(frozen=True, slots=True)
class Authority:
    """A CA."""

    certificate: x509.Certificate
    source: Path | None = None
    """The file that it was read from."""

    @property
    def der(self) -> bytes:
        """As it is compared."""
        return self.certificate.public_bytes(Encoding.DER)

    @property
    def pem(self) -> str:
        """As it is written, whatever stood around it."""
        return self.certificate.public_bytes(Encoding.PEM).decode()

    @property
    def fingerprint(self) -> str:
        """SHA-256, as browsers and openssl show it."""
        return hashlib.sha256(self.der).digest().hex(":").upper()

    @property
    def name(self) -> str:
        """For a person, on one line: a name with lines of its own could say another fingerprint."""
        found = self.certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        text = str(found[0].value) if found else self.certificate.subject.rfc4514_string()
        return " ".join(text.split())

    @property
    def ends(self) -> datetime.datetime:
        """When it ends."""
        return self.certificate.not_valid_after_utc


def parsed(content: bytes) -> list[bytes]:
    """The certificates in a file, PEM or DER, each as DER; none where it has something else.

    They are not looked into: stores have old ones that a strict reader refuses.
    """
    if content.startswith(_SEQUENCE):
        return [content]
    try:
        return [binascii.a2b_base64(body) for body in _PEM.findall(content)]
    except binascii.Error:
        return []


def subject(der: bytes) -> x509.Name | None:
    """Whose certificate it is; None where it is none."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of others' certificates there is nothing to tell a person
        try:
            return x509.load_der_x509_certificate(der).subject
        except ValueError:
            return None


def is_homeports(found: x509.Name) -> bool:
    """Whether it is the name of a CA that Homeport made, for whichever stack."""
    named = found.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
    return [each.value for each in named] == [_OURS]


def read(content: bytes, where: str, source: Path | None = None) -> Authority:
    """The CA in a file. Raises `HomeportError` where it is none, or more than one."""
    found = parsed(content)
    if len(found) != 1:
        count = f"{len(found)} certificates, not one" if found else "no certificate, PEM or DER"
        raise errors.HomeportError(
            f"{where} has {count}.", hint="Give the certificate of the CA alone: --ca-file FILE."
        )
    try:
        certificate = x509.load_der_x509_certificate(found[0])
    except ValueError as error:
        raise errors.HomeportError(
            f"The certificate in {where} is broken: {error}.",
            hint="openssl x509 -noout -text -in FILE shows a whole one.",
        ) from error
    if not _is_authority(certificate):
        raise errors.HomeportError(
            f"{where} is not the certificate of a CA: it may not sign others.",
            hint="Clients trust the CA that signed it, not the certificate of a server: --ca-file FILE.",
        )
    return Authority(certificate, source)


def check(found: Authority, where: str, now: datetime.datetime) -> None:
    """Raises `HomeportError` where no client would accept what it signs."""
    begins, ends = found.certificate.not_valid_before_utc, found.ends
    if now < begins:
        raise errors.HomeportError(
            f"{where} is valid from {begins:%Y-%m-%d %H:%M} UTC only.",
            hint=f"Look at this machine's clock: it says {now:%Y-%m-%d %H:%M} UTC.",
        )
    if ends <= now:
        raise errors.HomeportError(
            f"{where} is no longer valid since {ends:%Y-%m-%d}.",
            hint="homeport trust --undo takes it out of the stores; then have a new one made.",
        )


def _is_authority(certificate: x509.Certificate) -> bool:
    """https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.9 and #section-4.2.1.3"""
    try:
        found = certificate.extensions
        if not found.get_extension_for_class(x509.BasicConstraints).value.ca:
            return False
        return found.get_extension_for_class(x509.KeyUsage).value.key_cert_sign
    except x509.ExtensionNotFound as error:
        return error.oid == x509.KeyUsage.oid
    except ValueError:
        return False
