"""A certificate of the user's own, before clients see it: whether it can be used, and what a person should know of it."""

from __future__ import annotations

import datetime
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

from homeport import errors
from homeport.net import ca, files, names

LARGEST = 2**20
"""Bytes of a file that are read. A chain has some kilobytes; what is larger is something else."""
_SHOWN = 4
_ANEW = "Put a new one in its place: it is taken within seconds, without a restart."


class Remark(NamedTuple):
    """What a person should know of it."""

    text: str
    hint: str
    is_refused: bool = False
    """Whether clients refuse it under every name."""


def remarks(paths: files.Paths, hosts: Sequence[str], now: datetime.datetime) -> list[Remark]:
    """What clients of `hosts` will complain of, or others may read. Raises `CertificateError` where it cannot be used at all."""
    leaf = _leaf(paths)
    return [
        *_in_time(paths.certificate, leaf, now),
        *_named(paths.certificate, leaf, hosts),
        *_kept(paths.key),
    ]


def _leaf(paths: files.Paths) -> x509.Certificate:
    """The first certificate of the chain, which the key must belong to: https://www.rfc-editor.org/rfc/rfc8446#section-4.4.2"""
    try:
        chain = x509.load_pem_x509_certificates(_read(paths.certificate))
    except ValueError as error:
        raise ca.CertificateError(
            f"{paths.certificate} is not a certificate in PEM form.",
            hint="It begins with -----BEGIN CERTIFICATE-----. From DER: openssl x509 -inform DER -in FILE -out NEW",
        ) from error
    public = _key(paths.key).public_key()
    if chain[0].public_key() == public:
        return chain[0]
    if any(each.public_key() == public for each in chain):
        raise ca.CertificateError(
            f"{paths.certificate} does not begin with the certificate of the key {paths.key}.",
            hint="Its own certificate stands first, and then each one that has signed the one before.",
        )
    raise ca.CertificateError(
        f"The certificate {paths.certificate} and the key {paths.key} do not belong together.",
        hint="These two must print the same: "
        f"openssl x509 -in {paths.certificate} -noout -pubkey; openssl pkey -in {paths.key} -pubout",
    )


def _key(path: Path) -> PrivateKeyTypes:
    try:
        return serialization.load_pem_private_key(_read(path), password=None)
    except TypeError as error:
        raise ca.CertificateError(
            f"The key {path} has a password, which nobody is there to type.",
            hint=f"One without: openssl pkey -in {path} -out NEW; chmod 600 NEW",
        ) from error
    except ValueError as error:
        raise ca.CertificateError(
            f"{path} is not a private key in PEM form.",
            hint="It begins with -----BEGIN PRIVATE KEY-----, or with the kind of the key before those words.",
        ) from error


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(LARGEST)
    except OSError as error:
        raise ca.CertificateError(
            f"{path} cannot be read: {errors.reason(error)}.",
            hint=f"It must be there, and readable for the user who runs the stack: ls -l {path}",
        ) from error


def _in_time(path: Path, leaf: x509.Certificate, now: datetime.datetime) -> Iterator[Remark]:
    begins, ends = leaf.not_valid_before_utc, leaf.not_valid_after_utc
    if ends <= now:
        yield Remark(
            f"The certificate {path} is over since {_said(ends)}: clients refuse it.",
            _ANEW,
            is_refused=True,
        )
    elif now < begins:
        yield Remark(
            f"The certificate {path} begins at {_said(begins)}, and the clock of this machine says {_said(now)}: clients refuse it"
            " until then.",
            "timedatectl shows whether the clock is right; timedatectl set-ntp true (as root) sets it.",
            is_refused=True,
        )
    elif ends - now < min(ca.RENEWAL, (ends - begins) / 3):
        yield Remark(
            f"The certificate {path} ends at {_said(ends)}, and only you can renew it.", _ANEW
        )


def _said(when: datetime.datetime) -> str:
    return f"{when:%Y-%m-%d %H:%M} UTC"


def _named(path: Path, leaf: x509.Certificate, hosts: Sequence[str]) -> Iterator[Remark]:
    found = ca.names_of(leaf)
    missing = [host for host in hosts if not names.is_named(host, found)]
    if missing:
        has = ", ".join(sorted(found)[:_SHOWN]) or "no name"
        more = " and more" if len(found) > _SHOWN else ""
        yield Remark(
            f"The certificate {path} is for {has}{more}, not for {', '.join(missing)}: clients that ask for these refuse it.",
            "Have one made that names them, or choose other names: domain, or registry.hostname, ui.hostname and cloud.hostname.",
        )


def _kept(path: Path) -> Iterator[Remark]:
    if path.stat().st_mode & stat.S_IRWXO:
        yield Remark(
            f"The key {path} can be read by every user of this machine.", f"chmod o= {path}"
        )
