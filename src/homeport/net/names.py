"""The names under which the stack is reached, for its certificate."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterable, Iterator

from homeport.net import interfaces

LOCAL = ("localhost", "*.localhost", "127.0.0.1", "::1")
"""https://www.rfc-editor.org/rfc/rfc6761#section-6.3"""

LOCALSTACK = (
    "localhost.localstack.cloud",
    "*.localhost.localstack.cloud",
    "s3.localhost.localstack.cloud",
    "*.s3.localhost.localstack.cloud",
    "s3.localhost",
    "*.s3.localhost",
)
"""Names that public DNS points at 127.0.0.1, and virtual hosts of buckets:
https://docs.localstack.cloud/aws/capabilities/networking/accessing-endpoint-url/"""

REGIONS = (
    "us-east-1",
    "us-east-2",
    "us-west-2",
    "eu-central-1",
    "eu-west-1",
    "eu-west-2",
    "ap-northeast-1",
    "ap-southeast-1",
)
"""Those with names below a host: a certificate has no name for two labels that vary. Clients of others take HTTP, or paths.
https://docs.aws.amazon.com/general/latest/gr/rande.html#regional-endpoints"""

MOST_WIDE = 8
"""A host has 27 names below it, and clients refuse certificates of 100 KB (`SSL_MAX_CERT_LIST_DEFAULT`): of more hosts than this,
the rest have the names straight below them only.
https://docs.openssl.org/3.0/man3/SSL_CTX_set_max_cert_list/"""

_LONGEST = 253
"""https://www.rfc-editor.org/rfc/rfc1035#section-2.3.4"""


def certificate_names(
    hostnames: Iterable[str], listening: Iterable[str], plain: Iterable[str] = ()
) -> list[str]:
    """All names of the certificate, each once.

    `hostnames` are those of the cloud and what the user adds, with names of buckets and functions below them; `plain` are those of
    other components, with none. `listening` are the addresses of the components: one that is open to the network brings all addresses
    of the machine with it.
    """
    found = [*LOCAL, *LOCALSTACK, *_machine()]
    wide = [name for name in map(_canonical, hostnames) if _has_names_below(name)]
    for index, name in enumerate(("localhost", "localhost.localstack.cloud", *dict.fromkeys(wide))):
        found += (name, f"*.{name}")
        found += _of_aws(name) if index < MOST_WIDE else ()
    found += (*hostnames, *plain)
    for address in listening:
        found += interfaces.addresses() if is_wildcard(address) else [address]
    return [name for name in dict.fromkeys(map(_canonical, found)) if len(name) <= _LONGEST]


def _of_aws(host: str) -> Iterator[str]:
    """The names by which clients of AWS call a bucket, a function and a service below a host.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html and
    https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html
    """
    yield f"*.s3.{host}"
    for region in REGIONS:
        yield from (f"*.{region}.{host}", f"*.s3.{region}.{host}", f"*.lambda-url.{region}.{host}")


def _has_names_below(name: str) -> bool:
    return not is_address(name) and not name.startswith("*.")


def _canonical(name: str) -> str:
    """As a certificate has it. The zone of an address is this machine's own: https://www.rfc-editor.org/rfc/rfc4007#section-11"""
    if is_address(name):
        return str(ipaddress.ip_address(name.partition("%")[0]))
    return name.rstrip(".").lower()


def is_address(name: str) -> bool:
    """Whether it is an IP address."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def is_wildcard(address: str) -> bool:
    """Whether listening on it opens to every network of the machine."""
    return is_address(address) and ipaddress.ip_address(address).is_unspecified


def is_named(host: str, names: Iterable[str]) -> bool:
    """Whether one of the names of a certificate is that of the host: https://www.rfc-editor.org/rfc/rfc9525#section-6.3"""
    wanted = _canonical(host)
    parent = "" if is_address(wanted) else wanted.partition(".")[2]
    known = {_canonical(name) for name in names}
    return wanted in known or bool(parent and f"*.{parent}" in known)


def _machine() -> Iterator[str]:
    """The machine's name: as it is, bare, and as multicast DNS has it. https://www.rfc-editor.org/rfc/rfc6762#section-3"""
    whole = socket.gethostname()
    name = whole.partition(".")[0]
    if _is_host(name):
        yield name
        yield f"{name}.local"
    if whole != name and all(_is_host(label) for label in whole.split(".")):
        yield whole


def _is_host(label: str) -> bool:
    """https://www.rfc-editor.org/rfc/rfc1123#section-2"""
    return label.isascii() and label.replace("-", "").isalnum() and len(label) <= 63


def outside() -> list[str]:
    """The address by which other machines reach this one, where it has one."""
    return [address for address in interfaces.outward() if ":" not in address][:1]
