"""Who asks: a bearer token or a client certificate, and kubeconfig files that hold one.

https://kubernetes.io/docs/reference/access-authn-authz/authentication/
"""

from __future__ import annotations

import base64
import json
import secrets
from pathlib import Path

import yaml
from tests.apiserver import errors
from tests.apiserver.wire import certificates

USER = "kubernetes-admin"
WAYS = ("token", "certificate", "exec")


class Credentials:
    """The token and the certificate that are taken; both can be made to expire."""

    def __init__(self) -> None:
        self.token = secrets.token_urlsafe(24)
        self._is_expired = False

    def expire(self) -> None:
        """From now on nothing given out so far is taken."""
        self.token = secrets.token_urlsafe(24)
        self._is_expired = True

    def renew(self) -> str:
        """Takes certificates again, and answers the token that is taken."""
        self._is_expired = False
        return self.token

    def check(self, authorization: str, certified: str) -> str:
        """The user's name; ApiError 401 where there is none, or where the token is not the one."""
        scheme, _, given = authorization.partition(" ")
        if authorization and (scheme.lower() != "bearer" or given != self.token):
            raise errors.unauthorized()
        if authorization:
            return USER
        if not certified or self._is_expired:
            raise errors.unauthorized()
        return certified


def _text(pem: bytes) -> str:
    return base64.b64encode(pem).decode()


def _plugin(path: Path, token: str) -> dict:
    """A user whose token comes from a program: https://kubernetes.io/docs/reference/config-api/client-authentication.v1/"""
    answer = {
        "apiVersion": "client.authentication.k8s.io/v1",
        "kind": "ExecCredential",
        "status": {"token": token},
    }
    program = path.with_name(f"{path.name}-credential")
    program.write_text(f"#!/bin/sh\ncat <<'END'\n{json.dumps(answer)}\nEND\n")
    program.chmod(0o700)
    return {
        "exec": {
            "apiVersion": "client.authentication.k8s.io/v1",
            "command": str(program),
            "interactiveMode": "Never",
        }
    }


def _user(path: Path, way: str, token: str) -> dict:
    if way == "token":
        return {"token": token}
    if way == "exec":
        return _plugin(path, token)
    pair = certificates.client(USER)
    return {
        "client-certificate-data": _text(pair.certificate_pem),
        "client-key-data": _text(pair.key_pem),
    }


def write(path: Path, url: str, way: str, token: str, namespace: str = "default") -> Path:
    """Writes a kubeconfig: https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/"""
    if way not in WAYS:
        raise ValueError(f"{way!r} is none of {', '.join(WAYS)}")
    authority = _text(certificates.authority().certificate_pem)
    cluster = {"server": url, "certificate-authority-data": authority}
    context = {"cluster": "stand-in", "user": USER, "namespace": namespace}
    config = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "stand-in", "cluster": cluster}],
        "users": [{"name": USER, "user": _user(path, way, token)}],
        "contexts": [{"name": "stand-in", "context": context}],
        "current-context": "stand-in",
    }
    path.write_text(yaml.safe_dump(config, sort_keys=False))
    path.chmod(0o600)
    return path
