"""Issuers of cert-manager: SelfSigned, CA, and ACME as far as its registration.

https://cert-manager.io/docs/configuration/
"""

from __future__ import annotations

import base64

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from tests.apiserver.controllers import conditions

CLUSTER_NAMESPACE = "cert-manager"
"""Where a ClusterIssuer looks for its Secret: https://cert-manager.io/docs/configuration/#cluster-resource-namespace"""


def run(world):
    """Says of each issuer whether it can sign."""
    for kind in ("Issuer", "ClusterIssuer"):
        for found in world.all(kind):
            _sync(world, found)


def _sync(world, found):
    status, reason, text = _verdict(world, found)
    state = found.get("status") or {}
    generation = found["metadata"]["generation"]
    rows = conditions.put(
        state.get("conditions") or [],
        world.now_text(),
        "Ready",
        status,
        reason,
        text,
        observedGeneration=generation,
    )
    world.report(found, state | {"conditions": rows})
    if reason.startswith("Err") and text:
        source = f"cert-manager-{found['kind'].lower()}s"
        world.event(found, reason, text, is_warning=True, source=source)


def _verdict(world, found):
    trouble = world.troubles.of("issuer", found)
    if trouble or "acme" in found["spec"]:
        return _acme(trouble)
    if "ca" not in found["spec"]:
        return ("True", "IsReady", "")
    try:
        pair(world, found)
    except LookupError as error:
        return ("False", "ErrGetKeyPair", f"Error getting keypair for CA issuer: {error.args[0]}")
    except ValueError as error:
        return ("False", "ErrInvalidKeyPair", f"Invalid signing key pair: {error}")
    return ("True", "KeyPairVerified", "Signing CA verified")


def _acme(trouble):
    if trouble is None:
        return (
            "True",
            "ACMEAccountRegistered",
            "The ACME account was registered with the ACME server",
        )
    why = trouble.message or "dial tcp: lookup acme.example: no such host"
    return ("False", "ErrRegisterACMEAccount", f"Failed to register ACME account: {why}")


def pair(world, issuer):
    """The chain and key by which a CA issuer signs, or None for one whose certificates sign themselves.

    Raises LookupError where the Secret is missing or not complete, ValueError where it is no CA.
    """
    if "ca" not in issuer["spec"]:
        return None
    name = issuer["spec"]["ca"]["secretName"]
    namespace = issuer["metadata"].get("namespace") or CLUSTER_NAMESPACE
    secret = world.find("Secret", namespace, name)
    if secret is None:
        raise LookupError(f'secrets "{name}" not found')
    data = secret.get("data") or {}
    for key in ("tls.crt", "tls.key"):
        if key not in data:
            raise LookupError(f"no data for \"{key}\" in secret '{namespace}/{name}'")
    chain = x509.load_pem_x509_certificates(base64.b64decode(data["tls.crt"]))
    if not chain[0].extensions.get_extension_for_class(x509.BasicConstraints).value.ca:
        raise ValueError("certificate is not a CA")
    signing_key = serialization.load_pem_private_key(base64.b64decode(data["tls.key"]), None)
    return chain, signing_key
