"""Reads what a credential plugin printed.

https://kubernetes.io/docs/reference/config-api/client-authentication.v1/#client-authentication-k8s-io-v1-ExecCredentialStatus
"""

from __future__ import annotations

import datetime
import json
from typing import Any, NamedTuple

from homeport.targets.kubernetes.cluster import errors
from homeport.targets.kubernetes.cluster.credentials import presented
from homeport.targets.kubernetes.cluster.credentials.presented import Pair, Presented
from homeport.targets.kubernetes.cluster.credentials.program import Program


class Answer(NamedTuple):
    """What it gave, and until when that holds; None where it does not say."""

    presented: Presented
    end: float | None


def parse(output: bytes, program: Program) -> Answer:
    """Raises `Unconfigured` for what is no credential; nothing of the output is in its text."""
    status = _status(output, program)
    token = _text(status, "token", program)
    certificate = _text(status, "clientCertificateData", program)
    key = _text(status, "clientKeyData", program)
    if bool(certificate) != bool(key):
        raise _wrong(program, "gave a certificate or a key, and not both")
    if not token and not certificate:
        raise _wrong(program, "gave neither a token nor a certificate")
    authorization = presented.bearer(token, program.command) if token else ""
    pair = Pair(certificate.encode(), key.encode()) if certificate else None
    return Answer(Presented(authorization, pair), _end(status, program))


def _status(output: bytes, program: Program) -> dict[str, Any]:
    try:
        answer: Any = json.loads(output)
    except (ValueError, RecursionError):
        raise _wrong(program, "did not print an ExecCredential") from None
    if not isinstance(answer, dict) or answer.get("kind") != "ExecCredential":
        raise _wrong(program, "did not print an ExecCredential")
    if answer.get("apiVersion") != program.api_version:
        raise _wrong(program, f"answered in another version than {program.api_version}")
    status = answer.get("status")
    if not isinstance(status, dict):
        raise _wrong(program, "printed an ExecCredential without a status")
    return status


def _text(status: dict[str, Any], name: str, program: Program) -> str:
    value = status.get(name) or ""
    if not isinstance(value, str):
        raise _wrong(program, f"gave a {name} that is not text")
    return value


def _end(status: dict[str, Any], program: Program) -> float | None:
    """RFC 3339: https://www.rfc-editor.org/rfc/rfc3339#section-5.6"""
    stamp = _text(status, "expirationTimestamp", program)
    if not stamp:
        return None
    try:
        end = datetime.datetime.fromisoformat(stamp)
    except ValueError:
        raise _wrong(program, "gave an expirationTimestamp that is no time") from None
    return end.replace(tzinfo=end.tzinfo or datetime.UTC).timestamp()


def _wrong(program: Program, what: str) -> errors.Unconfigured:
    return errors.Unconfigured(
        f"{program.command}, which the kubeconfig names for logging in, {what}.",
        hint=f"See the version of the program, and that of `exec` in the kubeconfig: {program.api_version}",
    )
