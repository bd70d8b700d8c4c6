"""The DNS server of `dns.provider = "builtin"` as a process."""

from __future__ import annotations

import contextlib
import ipaddress
import logging
from collections.abc import AsyncIterator, Sequence

from homeport import clock, errors
from homeport.net import names, ports
from homeport.net.dns import addresses, records
from homeport.net.dns.server import forwarding, server, zone
from homeport.serve import background
from homeport.stack import folders, settings

logger = logging.getLogger(__name__)

LOOK_S = 30.0
"""How often this machine's own address is looked at; no packet is sent for it."""
PORT, OTHER_PORT = 53, 5300
"""https://www.rfc-editor.org/rfc/rfc1035#section-4.2, and one that needs no rights."""


@contextlib.asynccontextmanager
async def open(chosen: settings.Settings, where: folders.Folders) -> AsyncIterator[str]:  # noqa: A001 - `dns.open`
    """Opens the server on its port, with the names of the settings."""
    del where
    its, time = chosen.dns, clock.SystemClock()
    listening = server.Options(its.host, _port(its), its.clients, _upstreams(its))
    led_to = _led_to(chosen)
    running = server.Server(zones(chosen, led_to, time), listening, time)
    await running.start()
    try:
        async with background.running(
            "watch over addresses", follow(chosen, led_to, running, time)
        ):
            host = f"[{its.host}]" if ":" in its.host else its.host
            yield f"dns://{host}:{running.port}"
    finally:
        await running.stop()


async def follow(
    chosen: settings.Settings, led_to: Sequence[str], running: server.Server, its_clock: clock.Clock
) -> None:
    """Answers with the new address once this machine has another: it may have moved, or its router been restarted."""
    while True:
        await its_clock.sleep(LOOK_S)
        try:
            found = _led_to(chosen)
        except errors.HomeportError:
            continue  # no network now: the old one may come back
        if found != led_to:
            logger.info("The names lead to %s from now on", ", ".join(found))
            running.replace(zones(chosen, found, its_clock))
            led_to = found


def _led_to(chosen: settings.Settings) -> tuple[str, ...]:
    """Where the names lead. Raises `HomeportError` where this machine has no address."""
    its = chosen.dns
    found = () if its.address else (addresses.reached(chosen.ingress.host),)
    return addresses.chosen(its.address, its.address6, found)


def zones(chosen: settings.Settings, led_to: Sequence[str], time: clock.Clock) -> zone.Zones:
    """What is answered: the records of the stack, and each name below that of the cloud."""
    its, hosts = chosen.dns, chosen.hosts
    served = zone.Served(
        domain=chosen.domain,
        records=records.of(chosen.named, hosts.ingress, led_to),
        reached=_reached(its.host) or led_to,
        ttl=its.ttl,
        serial=int(time.now()),
        parents=(hosts.cloud,),
    )
    return zone.of(served)


def _reached(host: str) -> tuple[str, ...]:
    """The server's own address, for NS; none on a machine without a network."""
    try:
        return (addresses.reached(host),)
    except errors.HomeportError:
        return ()


def _port(its: settings.Dns) -> int:
    if its.port is not None:
        return its.port

    def trouble(port: int) -> OSError | None:
        return ports.trouble(its.host, port, has_datagrams=True)

    found = ports.first((PORT, OTHER_PORT), trouble)
    for port, error in found.refusals:
        logger.warning("Port %s of %s cannot be had: %s", port, its.host, errors.reason(error))
    return found.port or PORT


def _upstreams(its: settings.Dns) -> tuple[forwarding.Upstream, ...]:
    """The servers of others. Raises `SettingsError` where one is this server itself, which would ask itself for ever."""
    ours = [one for one in its.upstreams if _is_ours(one, its.host)]
    if ours and its.port in {None, PORT}:
        raise errors.SettingsError(
            f"dns.upstreams names {ours[0]}, which is this server itself.",
            hint="Name the router, or another resolver.",
        )
    return tuple((address, PORT) for address in its.upstreams)


def _is_ours(upstream: str, host: str) -> bool:
    if not names.is_wildcard(host):
        return upstream == host
    return ipaddress.ip_address(upstream).is_loopback or upstream in names.outside()
