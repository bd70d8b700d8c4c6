"""Connects over TLS: which certificate a host shows, and why it is not trusted."""

from __future__ import annotations

import datetime
import socket
import ssl
from collections.abc import Iterable
from typing import Any

from homeport import errors
from homeport.stack.rules.asking.places import Place
from homeport.stack.rules.rule import Certificate

TIMEOUT_S = 10.0
_FORM = "%b %d %H:%M:%S %Y %Z"
"""https://docs.python.org/3/library/ssl.html#ssl.SSLSocket.getpeercert"""


def context(place: Place) -> ssl.SSLContext:
    """Trusts the CA of a place, or those of the system. Raises `HomeportError` where it is none."""
    if not place.ca:
        return ssl.create_default_context()
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        made.load_verify_locations(cadata=place.ca)
    except (ssl.SSLError, ValueError) as error:
        raise errors.HomeportError(
            f"The CA of {place.host} is none that can be read: {error}.",
            hint="kubectl get certificate -A shows what was issued.",
        ) from error
    return made


def certificate(place: Place, trusted: ssl.SSLContext) -> Certificate:
    """The certificate that a place shows for its name. Raises `HomeportError`."""
    try:
        with (
            socket.create_connection((place.address or place.host, place.port), TIMEOUT_S) as plain,
            trusted.wrap_socket(plain, server_hostname=place.host) as encrypted,
        ):
            return _read(encrypted.getpeercert() or {})
    except OSError as error:
        raise failure(place, error) from error


def failure(place: Place, error: BaseException) -> errors.HomeportError:
    """Why a place was not reached, or not trusted."""
    cause = _cause(error)
    if isinstance(cause, ssl.SSLCertVerificationError):
        return errors.HomeportError(
            f"The certificate of {place.host} is not trusted: {cause.verify_message}.",
            hint="Whoever answers there may be somebody else; kubectl get certificate -A shows what was issued.",
        )
    if isinstance(cause, ssl.SSLError):
        return errors.HomeportError(
            f"{place.host} does not speak TLS at {_where(place)}: {cause.reason or cause}.",
            hint="Something else listens there, or it speaks plain HTTP.",
        )
    if isinstance(cause, socket.gaierror):
        return errors.HomeportError(
            f"The name {place.address or place.host} is not known here: {cause.strerror}.",
            hint="Make the DNS records of the stack, or say where it is reached: --address IP.",
        )
    said = (isinstance(cause, OSError) and cause.strerror) or str(cause)
    return errors.HomeportError(
        f"{place.host} is not reached at {_where(place)}: {said}.",
        hint="homeport status shows what runs; --address IP says where it is reached.",
    )


def _cause(error: BaseException) -> BaseException:
    """The system's own error in what urllib3 has wrapped: as its reason, its first argument or its cause."""
    seen = error
    while not isinstance(seen, OSError):
        inner = (getattr(seen, "reason", None), *seen.args[:1], seen.__cause__)
        deeper = next((each for each in inner if isinstance(each, BaseException)), None)
        if deeper is None:
            break
        seen = deeper
    return seen


def _where(place: Place) -> str:
    return f"{place.address or place.host}:{place.port}"


def _read(shown: Any) -> Certificate:
    return Certificate(
        subject=_name(shown.get("subject", ())),
        issuer=_name(shown.get("issuer", ())),
        names=tuple(value for _, value in shown.get("subjectAltName", ())),
        begins=_time(shown["notBefore"]),
        ends=_time(shown["notAfter"]),
    )


def _name(parts: Iterable[Iterable[tuple[str, str]]]) -> str:
    """The common name, or all of it."""
    flat = {key: value for part in parts for key, value in part}
    return flat.get("commonName") or ", ".join(flat.values())


def _time(text: str) -> float:
    parsed = datetime.datetime.strptime(text, _FORM)  # noqa: DTZ007 - it is always GMT
    return parsed.replace(tzinfo=datetime.UTC).timestamp()
