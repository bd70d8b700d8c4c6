"""The names under which the stack is reached, for its certificate."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterable, Iterator

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
"""Where function URLs can be reached by HTTPS: a certificate has no name for two labels that vary. Others take HTTP.
https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html"""


def certificate_names(hostnames: Iterable[str], listening: Iterable[str]) -> list[str]:
    """All names of the certificate, each once.

    `hostnames` are the user's; `listening` are the addresses of the components: one that is open to the network brings the
    machine's own address with it.
    """
    names = [*LOCAL, *LOCALSTACK, *_machine()]
    for name in hostnames:
        names.append(name)
        if not is_address(name) and not name.startswith("*."):
            names.append(f"*.{name}")
            names += _function_urls(name)
    for name in ("localhost", "localhost.localstack.cloud"):
        names += _function_urls(name)
    for address in listening:
        names += _outside() if is_wildcard(address) else [address]
    return list(dict.fromkeys(_canonical(name) for name in names))


def _function_urls(domain: str) -> list[str]:
    return [f"*.lambda-url.{region}.{domain}" for region in REGIONS]


def _canonical(name: str) -> str:
    return str(ipaddress.ip_address(name)) if is_address(name) else name.rstrip(".").lower()


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


def _machine() -> Iterator[str]:
    """The machine's name, bare and as multicast DNS has it: https://www.rfc-editor.org/rfc/rfc6762#section-3"""
    name = socket.gethostname().partition(".")[0]
    if name.isascii() and name.replace("-", "").isalnum():
        yield name
        yield f"{name}.local"


def _outside() -> list[str]:
    """The address by which other machines reach this one. No packet is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # https://www.rfc-editor.org/rfc/rfc5737#section-3
        except OSError:
            return []  # a machine without a network has no such address
        return [str(probe.getsockname()[0])]
