"""The names of the stack: section 4 of the data model."""

from __future__ import annotations

import dataclasses
import ipaddress

from homeport.console.stack import view
from homeport.net import interfaces
from homeport.net.dns.asking import Answer
from homeport.stack import settings


def records(hosts: settings.Hosts, *, has_ui: bool = True) -> list[view.Record]:
    """What is wanted: each component is an alias of the ingress."""
    wanted = [
        (hosts.registry, "Registry API"),
        *([(hosts.ui, "Registry web UI")] if has_ui else []),
        (hosts.cloud, "Local AWS API"),
    ]
    return [
        view.Record(name, "CNAME", hosts.ingress, purpose, "", is_right=None)
        for name, purpose in wanted
    ]


def own_addresses(chosen: settings.Settings) -> frozenset[str]:
    """Where a name may lead: this machine, or the address that the settings give."""
    given = [chosen.dns.address] if chosen.dns.address else []
    return frozenset([*interfaces.addresses(), *given])


def judged(record: view.Record, answer: Answer, here: frozenset[str]) -> view.Record:
    """The record with what was found for it."""
    if not answer.addresses:
        return dataclasses.replace(record, found=answer.error, is_right=False)
    is_right = all(one in here or ipaddress.ip_address(one).is_loopback for one in answer.addresses)
    found = ", ".join(answer.addresses)
    return dataclasses.replace(
        record, found=found if is_right else f"{found}, another machine", is_right=is_right
    )
