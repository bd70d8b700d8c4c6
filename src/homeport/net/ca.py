"""The data folder's own certificate authority, and the one certificate that it signs for all components.

Made once and kept: clients trust `ca.crt`, so it is never written over. What is broken is named and left as it is; only a key that
others may read is taken from them.
https://www.rfc-editor.org/rfc/rfc5280
"""

from __future__ import annotations

import contextlib
import datetime
import fcntl
import ipaddress
import os
import socket
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

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
"""A certificate with less time left is renewed."""
_SKEW = datetime.timedelta(hours=1)
"""Clocks of clients may be behind."""
_EARLIEST = datetime.datetime(2023, 1, 1, tzinfo=datetime.UTC)
"""No clock that is right says less. A machine without one that runs on says 1970: what it signed would be over when it learns the time."""
_CLOCK = "timedatectl set-ntp true (as root) sets the clock of this machine; then start again."


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
    mended: tuple[Path, ...] = ()
    """Keys that others could read until now."""


def ensure(folder: Path, hostnames: Sequence[str], now: datetime.datetime) -> Ensured:
    """Sees to it that the folder has a CA, and a certificate of it that names all of `hostnames` and is good for 30 days more.

    Raises `CertificateError` where a file is broken or the clock is wrong; nothing is written then.
    """
    with _alone(folder):
        return _ensure(folder, hostnames, now)


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One process at a time: of two that make a key and then its certificate, files might stay that do not belong together.

    The lock is on the folder, so that no file is left: https://man7.org/linux/man-pages/man2/flock.2.html
    """
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError:
        yield  # what is wrong with it is said by whoever reads the files
        return
    try:
        with contextlib.suppress(OSError):  # some network file systems have no locks
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _ensure(folder: Path, hostnames: Sequence[str], now: datetime.datetime) -> Ensured:
    ca, server = _checked(folder, now)
    mended = tuple(filter(files.mend, (files.ca(folder).key, files.server(folder).key)))
    if isinstance(ca, Pair) and isinstance(server, Pair) and not _flaw(server, ca, hostnames, now):
        return Ensured(is_new_ca=False, is_new_certificate=False, mended=mended)
    issuer = ca if isinstance(ca, Pair) else _make_ca(ca, now)
    leaf = _make_leaf(server, issuer, hostnames, now)
    if issuer is not ca:
        _save(files.ca(folder), issuer)
    _save(files.server(folder), leaf)
    return Ensured(is_new_ca=issuer is not ca, is_new_certificate=True, mended=mended)


class Flaw(NamedTuple):
    """Why a certificate is to be renewed."""

    text: str
    is_refused: bool = False
    """Whether clients refuse it under every name."""


def flaw(folder: Path, hostnames: Sequence[str], now: datetime.datetime) -> Flaw | None:
    """For what `ensure` would renew the certificate; None where it would not, or would make it first. Nothing is written.

    Raises `CertificateError` as `ensure` does.
    """
    ca, server = _checked(folder, now)
    if isinstance(ca, Pair) and isinstance(server, Pair):
        return _flaw(server, ca, hostnames, now)
    return None


# What is there

_Loaded = Pair | ec.EllipticCurvePrivateKey | None
"""A pair, or a key whose certificate was not written yet (a start was cut off in between), or nothing."""


def _checked(folder: Path, now: datetime.datetime) -> tuple[_Loaded, _Loaded]:
    """CA and certificate, where nothing stands against them that only a person can mend."""
    ca, server = _load(files.ca(folder)), _load(files.server(folder))
    if now < _EARLIEST:
        raise CertificateError(
            f"The clock of this machine is wrong: it says {_said(now)}.", hint=_CLOCK
        )
    _check_ca(folder, ca, now)
    if isinstance(server, Pair) and not isinstance(ca, Pair):
        raise CertificateError(
            f"{folder} has a certificate but not the CA that signed it ({files.ca(folder).certificate.name}).",
            hint="Put the CA's files back, or move the folder aside to have everything made anew.",
        )
    return ca, server


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
    begins, ends = ca.certificate.not_valid_before_utc, ca.certificate.not_valid_after_utc
    if ends <= now:
        raise _broken(
            paths.certificate,
            f"is no longer valid since {ends.date()}, and it is {_said(now)}",
            paths,
        )
    if now < begins:
        raise CertificateError(
            f"{paths.certificate} begins at {_said(begins)}, and the clock of this machine says {_said(now)}.",
            hint=f"{_CLOCK} If it is right now, the CA was made while it was wrong: move {paths.certificate.parent} aside to"
            " have a new one made, which clients must then be told to trust.",
        )


def _said(when: datetime.datetime) -> str:
    return f"{when:%Y-%m-%d %H:%M} UTC"


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False


def _flaw(server: Pair, ca: Pair, hostnames: Sequence[str], now: datetime.datetime) -> Flaw | None:
    """Why the certificate is to be renewed; None where it is good."""
    certificate = server.certificate
    try:
        certificate.verify_directly_issued_by(ca.certificate)
    except (ValueError, TypeError, InvalidSignature):
        return Flaw("It was not signed by the CA that is there.", is_refused=True)
    begins, ends = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if now < begins:
        return Flaw(f"It begins at {_said(begins)}, and it is {_said(now)}.", is_refused=True)
    if ends <= now:
        return Flaw(f"It is over since {_said(ends)}.", is_refused=True)
    # A certificate that ends with its CA cannot be renewed for longer.
    if ends - now < RENEWAL and ends < ca.certificate.not_valid_after_utc:
        return Flaw(f"It ends at {_said(ends)}.")
    return _difference(names_of(certificate), hostnames)


def _difference(has: frozenset[str], wanted: Sequence[str]) -> Flaw | None:
    missing = [name for name in wanted if name not in has]
    if missing:
        more = f" and {len(missing) - 1} more names" if len(missing) > 1 else ""
        return Flaw(f"It does not name {missing[0]}{more}.")
    is_more = len(has) > len(set(wanted))
    return Flaw("It has names that are not wanted any more.") if is_more else None


def names_of(certificate: x509.Certificate) -> frozenset[str]:
    """The names and addresses that a certificate is for."""
    try:
        named = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return frozenset()
    addresses = map(str, named.get_values_for_type(x509.IPAddress))
    return frozenset((*named.get_values_for_type(x509.DNSName), *addresses))


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
