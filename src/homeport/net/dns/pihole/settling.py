"""Waits until the DNS of a Pi-hole answers as it should after a change.

FTL takes a changed alias in by starting itself anew: a second on a desktop, up to two minutes on small boards
(https://github.com/pi-hole/FTL/issues/2383), in which neither its API nor its DNS answers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from homeport import errors
from homeport.clock import Clock
from homeport.net.dns.pihole import limits
from homeport.net.dns.pihole.checking import Problem, Resolver
from homeport.net.dns.pihole.wire.asking import Pauses, Wait
from homeport.net.dns.records import Record, Told


class Settling:
    """Of one Pi-hole."""

    def __init__(self, resolver: Resolver, time: Clock, wait: Wait, timeout_s: float) -> None:
        self._resolver = resolver
        self._time, self._wait = time, wait
        self._timeout_s = timeout_s

    def reached(self) -> None:
        """Raises `HomeportError` where its DNS can not be asked from here: nothing should be changed then."""
        pauses = Pauses(self._time, self._wait, min(limits.FIRST_S, self._timeout_s))
        while why := self._resolver.silence():
            if pauses.are_over:
                raise errors.HomeportError(
                    f"DNS of the Pi-hole does not answer at {self._resolver.where}: {why}. "
                    "Nothing was changed.",
                    hint="Set pihole.dns and pihole.dns_port to where it answers this machine, and see its firewall "
                    "and its setting dns.listeningMode.",
                )
            pauses.pause()

    def await_(
        self,
        there: Sequence[Record],
        gone: Sequence[Record],
        told: Told,
        restart: Callable[[], None],
    ) -> None:
        """Returns when all is as it should be. `restart` is called once where it does not come to that by itself."""
        pauses = Pauses(self._time, self._wait, self._timeout_s)
        wrong_since: float | None = None
        has_restarted = False
        while problem := self._resolver.problem(there, gone):
            if pauses.are_over:
                raise self._failed(problem)
            if pauses.is_first:
                told(
                    f"Waiting for the Pi-hole to take it in and answer so at {self._resolver.where}."
                )
            wrong_since = None if problem.is_silent else wrong_since or self._time.now()
            if self._is_settled(wrong_since) and not has_restarted:
                told(f"It answers as before ({problem.why}); restarting it once more.")
                restart()
                has_restarted, wrong_since = True, None
            pauses.pause()

    def _is_settled(self, wrong_since: float | None) -> bool:
        return wrong_since is not None and self._time.now() - wrong_since >= limits.SETTLED_S

    def _failed(self, problem: Problem) -> errors.HomeportError:
        if problem.is_silent:
            return errors.HomeportError(
                f"The Pi-hole has the change, but its DNS has not come back after {self._timeout_s:.0f} s "
                f"at {self._resolver.where}: {problem.why}.",
                hint="On its machine: pihole status, and sudo systemctl restart pihole-FTL. A slow one needs more "
                "pihole.timeout. Then try again: what is there already is kept.",
            )
        return errors.HomeportError(
            f"The Pi-hole has the change, but its DNS does not answer so after {self._timeout_s:.0f} s "
            f"at {self._resolver.where}: {problem.why}.",
            hint="Is it that Pi-hole that answers there (pihole.dns)? On its machine: "
            "pihole-FTL --config dns.cnameRecords, and /var/log/pihole/FTL.log.",
        )
