"""Reads a `user` of a kubeconfig: who we are, and as whom we act.

https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/#AuthInfo
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from homeport.targets.kubernetes.cluster import errors
from homeport.targets.kubernetes.cluster.configuration.fields import Fields
from homeport.targets.kubernetes.cluster.credentials import given, plugin, presented, program
from homeport.targets.kubernetes.cluster.credentials.presented import Credentials

VERSIONS = ("client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_KEYS = ("token", "tokenFile", "username", "exec", "client-certificate", "client-certificate-data")


def nobody(source: str) -> Credentials:
    """A context without a user: nothing is sent."""
    return given.Given("", source)


def has_credentials(fields: Fields) -> bool:
    """Whether anything would be sent that others must not see."""
    return any(fields.values.get(key) for key in _KEYS)


def credentials(fields: Fields, environ: Mapping[str, str], cluster: dict[str, Any]) -> Credentials:
    """What is sent along. `cluster` is what a plugin is told that asks. Raises `Unconfigured`."""
    provider = fields.within("auth-provider")
    if provider is not None:
        raise _outdated(fields, provider)
    called = fields.within("exec")
    if called is not None:
        return plugin.Plugin(_program(called, cluster), fields.name, environ)
    name = fields.text("username")
    token = _secret(fields, "token", "tokenFile")
    if name and token is not None:
        raise fields.wrong("username", "is set beside a token", "Only one of them can be sent.")
    certificate = _secret(fields, "client-certificate-data", "client-certificate")
    key = _secret(fields, "client-key-data", "client-key")
    if (certificate is None) != (key is None):
        missing = "client-certificate" if certificate is None else "client-key"
        raise fields.wrong(missing, "is missing", "A certificate is of use with its key only.")
    return given.Given(
        fields.name,
        str(fields.path),
        token=token,
        certificate=certificate,
        key=key,
        basic=presented.basic(name, fields.text("password")) if name else "",
    )


def impersonation(fields: Fields) -> tuple[tuple[str, str], ...]:
    """Headers that have us act as somebody else.

    https://kubernetes.io/docs/reference/access-authn-authz/authentication/#user-impersonation
    """
    name, uid = fields.text("as"), fields.text("as-uid")
    groups = fields.texts("as-groups")
    if not name and (uid or groups):
        raise fields.wrong("as", "is missing", "Groups and a uid belong to a user: `as`.")
    found = [("Impersonate-User", name)] if name else []
    found += [("Impersonate-Uid", uid)] if uid else []
    found += [("Impersonate-Group", group) for group in groups]
    found += _extras(fields) if name else []
    if any(_CONTROL.search(value) for _, value in found):
        raise fields.wrong("as", "or what goes with it has control characters")
    return tuple(found)


def _extras(fields: Fields) -> list[tuple[str, str]]:
    extra = fields.within("as-user-extra")
    if extra is None:
        return []
    return [
        (f"Impersonate-Extra-{_escaped(key)}", value)
        for key in extra.values
        for value in extra.texts(key)
    ]


def _escaped(key: str) -> str:
    """A key as the name of a header: what none may hold is percent-encoded."""
    return "".join(
        letter if re.fullmatch(r"[A-Za-z0-9!#$&'*+.^_`|~-]", letter) else _encoded(letter)
        for letter in key.lower()
    )


def _encoded(letter: str) -> str:
    return "".join(f"%{byte:02X}" for byte in letter.encode())


def _secret(fields: Fields, key: str, file_key: str) -> given.Secret | None:
    """A value, or a file that has it. Data goes before a file, except that a token is read from its file as it is rotated."""
    path = fields.file(file_key)
    if key == "token":
        text = fields.text(key)
        if path is not None:
            return given.Secret(path=path)
        return given.Secret(text.encode()) if text else None
    content = fields.bytes(key)
    if content:
        return given.Secret(content)
    return given.Secret(path=path) if path is not None else None


def _program(fields: Fields, cluster: dict[str, Any]) -> program.Program:
    version = fields.text("apiVersion")
    if version not in VERSIONS:
        raise fields.wrong(
            "apiVersion",
            f"is none of {' and '.join(VERSIONS)}",
            "Renew the entry with the current version of the program that wrote it.",
        )
    mode = fields.text("interactiveMode") or _default_mode(fields, version)
    if mode not in program.MODES:
        raise fields.wrong("interactiveMode", f"is none of {', '.join(program.MODES)}")
    return program.Program(
        command=_command(fields),
        arguments=fields.texts("args"),
        environment=_environment(fields),
        api_version=version,
        interactive=mode,
        cluster=cluster if fields.flag("provideClusterInfo") else None,
        install_hint=fields.text("installHint"),
    )


def _default_mode(fields: Fields, version: str) -> str:
    """https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/#ExecInteractiveMode"""
    if version == VERSIONS[0]:
        raise fields.wrong("interactiveMode", "is missing, which v1 requires")
    return program.IF_AVAILABLE


def _command(fields: Fields) -> str:
    """A name, or a path; relative to the file where it is one."""
    command = fields.text("command")
    if not command:
        raise fields.wrong("command", "is missing")
    return str(fields.path.parent / command) if "/" in command else command


def _environment(fields: Fields) -> tuple[tuple[str, str], ...]:
    found = []
    for item in fields.list("env"):
        name = item.get("name") if isinstance(item, dict) else None
        value = item.get("value") if isinstance(item, dict) else None
        if not isinstance(name, str) or not isinstance(value, str):
            raise fields.wrong("env", "has an item without a name and a value in text")
        found.append((name, value))
    return tuple(found)


def _outdated(fields: Fields, provider: Fields) -> errors.Unconfigured:
    """Kubernetes 1.26 removed them: https://github.com/kubernetes/kubernetes/pull/112341"""
    name = provider.text("name") or "it"
    advice = {
        "gcp": "gcloud container clusters get-credentials CLUSTER (with gke-gcloud-auth-plugin)",
        "azure": "kubelogin convert-kubeconfig",
        "oidc": "kubectl oidc-login setup (kubelogin)",
    }
    return fields.wrong(
        "auth-provider",
        f"({name}) was given up by Kubernetes 1.26",
        f"Use a credential plugin (exec) instead: {advice.get(name, 'see https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins')}",
    )
