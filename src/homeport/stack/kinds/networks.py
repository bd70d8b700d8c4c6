"""Networks of IP addresses."""

from __future__ import annotations

import ipaddress

from homeport.stack import values


class Network(values.Text):
    """A network in CIDR form. https://www.rfc-editor.org/rfc/rfc4632#section-3.1"""

    allowed = "a network such as 192.168.1.0/24"

    def read(self, raw: object) -> str:
        """The network; what lies within it (`192.168.1.7/24`) is not one."""
        text = values.Text.read(self, raw).strip()
        try:
            network = ipaddress.ip_network(text)
        except ValueError as error:
            raise values.NotOfKind(text) from error
        if "/" not in text:
            raise values.NotOfKind(text)
        return str(network)

    def schema(self) -> values.Schema:
        """A text with a slash."""
        return {"type": "string", "pattern": "/[0-9]{1,3}$"}


class Address(values.Text):
    """One IP address."""

    def __init__(self, *, can_be_empty: bool = False) -> None:
        self._can_be_empty = can_be_empty
        self.allowed = "an IP address" + (", or empty" if can_be_empty else "")

    def read(self, raw: object) -> str:
        """The address in its canonical form."""
        text = values.Text.read(self, raw).strip()
        if not text and self._can_be_empty:
            return ""
        try:
            return str(ipaddress.ip_address(text))
        except ValueError as error:
            raise values.NotOfKind(text) from error
