"""The data folder's own certificate authority, and the one certificate that it signs for all components.

Made once and kept: clients trust `ca.crt`, so it is never written over. What is broken is named and left as it is.
https://www.rfc-editor.org/rfc/rfc5280
"""

from __future__ import annotations

import datetime
import ipaddress
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from homeport import errors
from homeport.net import files, names

CA_LIFETIME = datetime.timedelta(days=3650)
LIFETIME = datetime.timedelta(days=397)
"""The longest that clients accept: https://support.apple.com/en-us/102028"""
RENEWAL = datetime.timedelta(days=30)
"""A certificate with less time left is renewed at the next start."""
_SKEW = datetime.timedelta(hours=1)
"""Clocks of clients may be behind."""


class CertificateError(errors.HomeportError):
    """A certificate or key is broken, unreadable, or does not belong to the others."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A certificate and its key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey


@dataclass(frozen=True, slots=True)
class Ensured:
    """What `ensure` did."""

    is_new_ca: bool
    is_new_certificate: bool


def ensure(folder: Path, hostnames: Sequence[str], now: datetime.datetime) -> Ensured:
    """Sees to it that the folder has a CA, and a certificate of it that names all of `hostnames` and is good for 30 days more.

    Raises `CertificateError` where a file is broken; nothing is written then.
    """
    ca = _load(files.ca(folder))
    server = _load(files.server(folder))
    _check_ca(folder, ca, now)
    if isinstance(ca, Pair) and isinstance(server, Pair) and _is_good(server, ca, hostnames, now):
        return Ensured(is_new_ca=False, is_new_certificate=False)
    if isinstance(server, Pair) and not isinstance(ca, Pair):
        raise CertificateError(
            f"{folder} has a certificate but not the CA that signed it ({files.ca(folder).certificate.name}).",
            hint="Put the CA's files back, or move the folder aside to have everything made anew.",
        )
    issuer = ca if isinstance(ca, Pair) else _make_ca(ca, now)
    leaf = _make_leaf(server, issuer, hostnames, now)
    if issuer is not ca:
        _save(files.ca(folder), issuer)
    _save(files.server(folder), leaf)
    return Ensured(is_new_ca=issuer is not ca, is_new_certificate=True)


# What is there

_Loaded = Pair | ec.EllipticCurvePrivateKey | None
"""A pair, or a key whose certificate was not written yet (a start was cut off in between), or nothing."""


def _load(paths: files.Paths) -> _Loaded:
    certificate, key = _read(paths.certificate), _read(paths.key)
    if key is None:
        if certificate is None:
            return None
        raise _broken(paths.key, "is missing", paths)
    try:
        private = serialization.load_pem_private_key(key, password=None)
    except (ValueError, TypeError) as error:
        raise _broken(paths.key, "is not a private key in PEM form", paths) from error
    if not isinstance(private, ec.EllipticCurvePrivateKey):
        raise _broken(paths.key, "is not an elliptic curve key", paths)
    if certificate is None:
        return private
    try:
        public = x509.load_pem_x509_certificate(certificate)
    except ValueError as error:
        raise _broken(paths.certificate, "is not a certificate in PEM form", paths) from error
    if public.public_key() != private.public_key():
        raise _broken(paths.certificate, f"does not belong to the key {paths.key.name}", paths)
    return Pair(public, private)


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise CertificateError(
            f"{path} cannot be read: {error.strerror}.",
            hint=f"Check who owns it and its rights: ls -l {path.parent}",
        ) from error


def _broken(path: Path, why: str, paths: files.Paths) -> CertificateError:
    if paths.is_ca:
        hint = (
            f"Put the right file back, or move {path.parent} aside to have a new CA made, which clients must then be told"
            " to trust."
        )
    else:
        hint = (
            f"Remove {paths.certificate.name} and {paths.key.name} in {path.parent}: the next start makes them anew, and"
            " clients need nothing."
        )
    return CertificateError(f"{path} {why}.", hint=hint)


def _check_ca(folder: Path, ca: _Loaded, now: datetime.datetime) -> None:
    if not isinstance(ca, Pair):
        return
    paths = files.ca(folder)
    if not _is_authority(ca.certificate):
        raise _broken(paths.certificate, "is not the certificate of a CA", paths)
    if ca.certificate.not_valid_after_utc <= now:
        ended = ca.certificate.not_valid_after_utc.date()
        raise _broken(paths.certificate, f"is no longer valid since {ended}", paths)


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False


def _is_good(server: Pair, ca: Pair, hostnames: Sequence[str], now: datetime.datetime) -> bool:
    certificate = server.certificate
    try:
        certificate.verify_directly_issued_by(ca.certificate)
    except (ValueError, TypeError, InvalidSignature):
        return False
    ends = certificate.not_valid_after_utc
    # A certificate that ends with its CA cannot be renewed for longer.
    is_lasting = ends - now >= RENEWAL or ends >= ca.certificate.not_valid_after_utc
    is_lasting = is_lasting and certificate.not_valid_before_utc <= now < ends
    return is_lasting and _names_of(certificate) == set(hostnames)


def _names_of(certificate: x509.Certificate) -> set[str]:
    try:
        named = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return set()
    addresses = named.get_values_for_type(x509.IPAddress)
    return set(named.get_values_for_type(x509.DNSName)) | {str(address) for address in addresses}


# What is made


def _make_ca(kept: _Loaded, now: datetime.datetime) -> Pair:
    key = kept if isinstance(kept, ec.EllipticCurvePrivateKey) else _new_key()
    subject = _name(f"Homeport CA of {socket.gethostname()}"[:64])
    builder = _builder(subject, subject, key, now, now + CA_LIFETIME)
    # No CA below this one: https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.9
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(_usage(is_ca=True), critical=True)
    return Pair(builder.sign(key, hashes.SHA256()), key)


def _make_leaf(kept: _Loaded, ca: Pair, hostnames: Sequence[str], now: datetime.datetime) -> Pair:
    # The key is kept when the certificate is renewed: one file changes, so no cut can leave a pair that does not fit.
    key = kept.key if isinstance(kept, Pair) else kept or _new_key()
    end = min(now + LIFETIME, ca.certificate.not_valid_after_utc)
    builder = _builder(_name("Homeport"), ca.certificate.subject, key, now, end)
    identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(ca.key.public_key())
    for extension, is_critical in (
        (x509.BasicConstraints(ca=False, path_length=None), True),
        (_usage(is_ca=False), True),
        (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False),
        (x509.SubjectAlternativeName([_general_name(name) for name in hostnames]), False),
        (identifier, False),
    ):
        builder = builder.add_extension(extension, critical=is_critical)
    return Pair(builder.sign(ca.key, hashes.SHA256()), key)


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    now: datetime.datetime,
    end: datetime.datetime,
) -> x509.CertificateBuilder:
    public = key.public_key()
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _SKEW)
        .not_valid_after(end)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    )


def _new_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def _name(common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Homeport"),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def _usage(*, is_ca: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not is_ca,
        key_cert_sign=is_ca,
        crl_sign=is_ca,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _general_name(name: str) -> x509.GeneralName:
    if names.is_address(name):
        return x509.IPAddress(ipaddress.ip_address(name))
    return x509.DNSName(name)


def _save(paths: files.Paths, pair: Pair) -> None:
    key = pair.key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    # The key first: a key without a certificate is completed by the next start.
    files.write(paths.key, key, 0o600)
    files.write(paths.certificate, pair.certificate.public_bytes(serialization.Encoding.PEM), 0o644)
