"""The certificates of the components, and the CA that signs them where no issuer is named.

https://cert-manager.io/docs/usage/certificate/
"""

from __future__ import annotations

from collections.abc import Iterator

from homeport.stack import settings
from homeport.targets.kubernetes.objects import kinds, making, names
from homeport.targets.kubernetes.objects.kinds import Object

_GROUP = "cert-manager.io"
_CLUSTER_ISSUER = "ClusterIssuer"
_KINDS = {"clusterissuer": _CLUSTER_ISSUER, "issuer": "Issuer"}

_LIFE, _RENEWED = "2160h", "720h"
"""90 days, renewed 30 days before they end."""
_CA_LIFE = "87600h"
"""Ten years: nodes and people trust it by a file that nobody renews for them."""
_KEY: Object = {"algorithm": "ECDSA", "size": 256}
_LONGEST = 253
"""https://www.rfc-editor.org/rfc/rfc1035#section-2.3.4"""


def objects(chosen: settings.Settings) -> Iterator[Object]:
    """A Certificate for each component; before them the CA, where it is ours."""
    if not chosen.kubernetes.issuer:
        yield from _own_ca(chosen)
    its, hosts = chosen.registry, chosen.hosts
    yield _certificate(chosen, names.REGISTRY, "registry", its.namespace, [hosts.registry])
    if chosen.ui.enabled:
        yield _certificate(chosen, names.UI, "registry-ui", its.namespace, [hosts.ui])
    cloud = _cloud_names(chosen)
    yield _certificate(chosen, names.CLOUD, "cloud", chosen.cloud.namespace, cloud)


def _cloud_names(chosen: settings.Settings) -> list[str]:
    """With the stack's own CA, the names of buckets too. Another issuer may not be able to sign them: ACME only does so by DNS.

    https://letsencrypt.org/docs/challenge-types/#http-01-challenge
    """
    host = chosen.hosts.cloud
    if chosen.kubernetes.issuer:
        return [host]
    below = [f"*.{host}", f"*.s3.{host}"]
    return [host, *(name for name in below if len(name) <= _LONGEST)]


def _certificate(
    chosen: settings.Settings, name: str, component: str, namespace: str, hosts: list[str]
) -> Object:
    spec: Object = {
        "secretName": names.certificate_secret(name),
        "secretTemplate": _template(chosen, component),
        "dnsNames": hosts,
        "duration": _LIFE,
        "renewBefore": _RENEWED,
        "privateKey": {**_KEY, "rotationPolicy": "Always"},
        "usages": ["digital signature", "server auth"],
        "issuerRef": _issuer(chosen),
    }
    return making.new(
        chosen,
        kinds.CERTIFICATE,
        name,
        "Has the certificate of its name made and renewed.",
        component=component,
        namespace=namespace,
        spec=spec,
    )


def _template(chosen: settings.Settings, component: str) -> Object:
    """By these labels the Secret, which cert-manager leaves behind, is found when the stack goes.

    https://cert-manager.io/docs/usage/certificate/#cleaning-up-secrets-when-certificates-are-deleted
    """
    return {"labels": making.all_labels(chosen, component)}


def _issuer(chosen: settings.Settings) -> Object:
    its = chosen.kubernetes
    if its.issuer:
        return {"group": _GROUP, "kind": _KINDS[its.issuer_kind], "name": its.issuer}
    return {"group": _GROUP, "kind": _CLUSTER_ISSUER, "name": names.ca(its.name)}


def _own_ca(chosen: settings.Settings) -> Iterator[Object]:
    """https://cert-manager.io/docs/configuration/selfsigned/#bootstrapping-ca-issuers"""
    stack = chosen.kubernetes.name
    yield making.new(
        chosen,
        kinds.CLUSTER_ISSUER,
        names.self_signed(stack),
        "Signs the stack's own CA.",
        component=making.STACK,
        spec={"selfSigned": {}},
    )
    yield making.new(
        chosen,
        kinds.CLUSTER_ISSUER,
        names.ca(stack),
        "The stack's own CA, which signs the certificates of the components.",
        component=making.STACK,
        spec={"ca": {"secretName": names.ca(stack)}},
    )
    yield making.new(
        chosen,
        kinds.CERTIFICATE,
        names.ca(stack),
        "Has the certificate of the stack's own CA made.",
        component=making.STACK,
        namespace=chosen.kubernetes.issuer_namespace,
        spec=_ca_spec(chosen),
    )


def _ca_spec(chosen: settings.Settings) -> Object:
    """Its key stays when it is renewed: what was signed by it holds for whoever trusts the file that they have.

    https://cert-manager.io/docs/usage/certificate/#configuring-private-key-rotation
    """
    stack = chosen.kubernetes.name
    return {
        "secretName": names.ca(stack),
        "secretTemplate": _template(chosen, making.STACK),
        "isCA": True,
        "commonName": "Homeport CA",
        "subject": {"organizations": [stack]},
        "duration": _CA_LIFE,
        "privateKey": {**_KEY, "rotationPolicy": "Never"},
        "issuerRef": {
            "group": _GROUP,
            "kind": _CLUSTER_ISSUER,
            "name": names.self_signed(stack),
        },
    }
