"""What a person can do about a refusal, with the command that helps."""

from __future__ import annotations

import re
import shlex

from homeport.targets.kubernetes.cluster.configuration.access import Access

# The authorizer's own sentence, which names the user, the verb and the resource:
# https://kubernetes.io/docs/reference/access-authn-authz/authorization/
_DENIED = re.compile(
    r'cannot (?P<verb>\w+) resource "(?P<resource>[^"]+)" in API group "(?P<group>[^"]*)"'
    r'(?:.* in the namespace "(?P<namespace>[^"]+)")?'
)
_TERMINATING = "because it is being terminated"
_QUOTA = "exceeded quota"


def kubectl(access: Access, words: str) -> str:
    """A command to type, for this context."""
    return f"kubectl --context {shlex.quote(access.context)} {words}"


def on_forbidden(message: str, namespace: str, access: Access) -> str:
    """After a 403, which is about rights, or about what is never allowed just now."""
    denied = _DENIED.search(message)
    if denied is not None:
        name = ".".join(part for part in (denied["resource"], denied["group"]) if part)
        within = f" --namespace {denied['namespace']}" if denied["namespace"] else ""
        question = kubectl(access, f"auth can-i {denied['verb']} {name}{within}")
        return f"Ask whoever runs the cluster for that right, or use another context. To see: {question}"
    within = f" --namespace {namespace}" if namespace else ""
    if _TERMINATING in message:
        return f"Wait until it is gone: {kubectl(access, f'get namespace {namespace} --watch')}"
    if _QUOTA in message:
        return f"See what is left: {kubectl(access, f'describe resourcequota{within}')}"
    return ""


def on_busy(access: Access) -> str:
    """After a server that did not recover in the time that we waited."""
    return f"See how it is, and repeat the command: {kubectl(access, 'get --raw /readyz?verbose')}"


def on_webhook(message: str, access: Access) -> str:
    """After a 500 that is the fault of an admission webhook, such as cert-manager's while it starts."""
    found = re.search(r'failed calling webhook "([^"]+)"', message)
    if found is None:
        return on_busy(access)
    return (
        f"The webhook {found[1]} does not answer. See its pod: {kubectl(access, 'get pods -A')}; "
        "then repeat the command."
    )
