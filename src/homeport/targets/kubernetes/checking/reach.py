"""Where the names of the stack are reached from here, and whom to trust there."""

from __future__ import annotations

import base64
import binascii
import ipaddress
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from homeport import errors
from homeport.stack.rules import objects as rendered
from homeport.stack.rules.asking.places import Place
from homeport.stack.rules.ingress import names
from homeport.stack.rules.rule import Planned
from homeport.targets.kubernetes.cluster import contract
from homeport.targets.kubernetes.objects import kinds
from homeport.targets.kubernetes.objects.kinds import Object, Ref

HTTPS, HTTP = 443, 80


class Address(NamedTuple):
    """Where to connect to, whatever name is asked for."""

    host: str
    port: int = HTTPS
    plain_port: int = HTTP


class Reached(NamedTuple):
    """Where each name is reached."""

    places: Mapping[str, Place]
    notes: tuple[str, ...] = ()
    """What a person should know: a name that is not known here, and what is taken instead."""


def parse(text: str, plain_port: int = HTTP) -> Address:
    """`192.168.1.20`, `127.0.0.1:8443`, `[::1]:8443` or a name. Raises `HomeportError`."""
    match = re.fullmatch(r"(?:\[([0-9A-Fa-f:.]+)\]|([^\s:/\[\]]+))(?::(\d{1,5}))?", text)
    if match is None and _is_address(text):
        return Address(text, plain_port=plain_port)
    port = int(match[3]) if match is not None and match[3] else HTTPS
    if match is None or not 0 < port < 65_536:
        raise errors.HomeportError(
            f"{text!r} is no address.",
            hint="Give an IP address, with a port where it is not 443: --address 127.0.0.1:8443",
        )
    return Address(match[1] or match[2], port, plain_port)


def reach(planned: Planned, cluster: contract.Cluster, given: Address | None) -> Reached:
    """Where the names are reached: where somebody said, where they resolve to, else where Traefik's Service has an address.

    Raises `HomeportError` where there is none of these.
    """
    hosts = _hosts(planned)
    unknown = [host for host in hosts if not names.resolves(host)] if given is None else []
    fallback = _load_balancer(planned, cluster) if unknown else None
    if unknown and fallback is None:
        raise errors.HomeportError(
            f"The name {unknown[0]} is not known here, and Traefik's Service has no address from outside.",
            hint="Make the DNS records of the stack, or say where Traefik is reached: --address IP, "
            f"or kubectl -n {planned.chosen.kubernetes.ingress_namespace} port-forward service/traefik 8443:443 8080:80"
            " and --address 127.0.0.1:8443 --plain-port 8080.",
        )
    places = {}
    for host in hosts:
        at = given or (fallback if host in unknown else None) or Address(host)
        ca = _authority(planned, cluster, host)
        places[host] = Place(host, at.host, at.port, at.plain_port, ca)
    return Reached(places, tuple(_notes(unknown, fallback)))


def _notes(unknown: Sequence[str], fallback: Address | None) -> Iterator[str]:
    if unknown and fallback is not None:
        yield (
            f"{', '.join(unknown)} {'is' if len(unknown) == 1 else 'are'} not known here; "
            f"asked at {fallback.host}, the address of Traefik's Service. Clients need DNS records."
        )


def _hosts(planned: Planned) -> list[str]:
    hosts = planned.chosen.hosts
    return [hosts.registry, hosts.cloud, *([hosts.ui] if planned.chosen.ui.enabled else [])]


def _load_balancer(planned: Planned, cluster: contract.Cluster) -> Address | None:
    """https://kubernetes.io/docs/reference/kubernetes-api/service-resources/service-v1/#ServiceStatus"""
    namespace = planned.chosen.kubernetes.ingress_namespace
    for service in cluster.list(kinds.SERVICE, namespace).items:
        ports = [port["port"] for port in service["spec"].get("ports") or ()]
        given = ((service.get("status") or {}).get("loadBalancer") or {}).get("ingress") or ()
        named = [one.get("ip") or one.get("hostname") for one in given]
        if HTTPS in ports and named and named[0]:
            return Address(named[0])
    return None


def _authority(planned: Planned, cluster: contract.Cluster, host: str) -> str:
    """The CA of a host's certificate, which cert-manager puts beside it; empty where the system knows it.

    https://cert-manager.io/docs/configuration/ca/, https://cert-manager.io/docs/faq/#what-is-the-difference-between-ca-tls-and-cacrt
    """
    secrets = {
        (rendered.namespace(obj), (obj["spec"].get("tls") or {}).get("secretName"))
        for obj, _ in rendered.routes(planned, host)
    }
    for namespace, name in sorted(secrets, key=str):
        if name:
            secret = cluster.get(Ref(kinds.SECRET, namespace, name))
            return _pem(secret) if secret is not None else ""
    return ""


def _pem(secret: Object) -> str:
    text = (secret.get("data") or {}).get("ca.crt") or ""
    try:
        return base64.b64decode(text, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError) as error:
        name = secret["metadata"]["name"]
        raise errors.HomeportError(
            f"The ca.crt of the Secret {name} is no certificate.",
            hint=f"Delete the Secret; cert-manager makes it anew: kubectl delete secret {name}",
        ) from error


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
