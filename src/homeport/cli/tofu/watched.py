"""What happens to a stack while terraform or tofu waits, told in sentences; and a stop, which comes by the same way back."""

from __future__ import annotations

import threading
from collections.abc import Callable

from homeport import clock
from homeport.cli.kubernetes.view import progress
from homeport.stack.lifecycle import State
from homeport.targets.kubernetes.objects.kinds import Ref
from homeport.targets.kubernetes.watching.report import Report
from homeport.tofu import engine


class Teller:
    """As those who apply and wait want it."""

    def __init__(self, told: engine.Told) -> None:
        self._told = told
        self._last = "Asking the cluster."
        self._states: dict[str, str] = {}

    def done(self, ref: Ref, what: str) -> None:
        """Something was done with an object."""
        self.say(f"{ref} {what}.")

    def waiting(self, refs: tuple[Ref, ...]) -> None:
        """These are still there."""
        self.say(f"Waiting until these are gone: {', '.join(map(str, refs))}.")

    def pausing(self, why: str, pause_s: float) -> None:
        """The cluster does not answer."""
        del pause_s
        self.say(f"{why} Asking again for a while.")

    def show(self, report: Report) -> None:
        """The components that have changed."""
        for row in report.rows:
            said = row.url if row.state is State.READY else progress.why(row)
            text = f"{row.component} is {row.state}. {said}".strip()
            if self._states.get(row.component) != text:
                self._states[row.component] = text
                self.say(text)

    def say(self, text: str) -> None:
        """Tells a sentence. Raises `Interrupted`."""
        self._last = text
        self._told(text)

    def check(self) -> None:
        """Nothing is new. Raises `Interrupted`."""
        self._told(self._last)


class Watch:
    """The time. Who waits looks at it again and again: then it raises `Interrupted`, in the thread that waits for all others."""

    def __init__(self, time: clock.Clock, teller: Teller) -> None:
        self._time, self._teller, self._thread = time, teller, threading.get_ident()

    def now(self) -> float:
        """The time now."""
        if threading.get_ident() == self._thread:
            self._teller.check()
        return self._time.now()

    def call_at(self, when: float, callback: Callable[[], None]) -> clock.Timer:
        """As the clock beneath."""
        return self._time.call_at(when, callback)

    async def sleep(self, duration_s: float) -> None:
        """As the clock beneath."""
        await self._time.sleep(duration_s)
