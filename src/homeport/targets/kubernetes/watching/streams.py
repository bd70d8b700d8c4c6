"""Threads that list and watch, and hand all news to one queue.

https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes
"""

from __future__ import annotations

import contextlib
import queue
import threading
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from homeport.clock import Clock
from homeport.targets.kubernetes.cluster import contract, errors
from homeport.targets.kubernetes.objects.kinds import Object
from homeport.targets.kubernetes.watching import parts
from homeport.targets.kubernetes.watching.parts import Place

PATIENCE_S = 60.0
"""How long a server may be away before that is an error: one of K3s that restarts is back sooner."""
IDLE_S, LONGEST_IDLE_S = 10.0, 20.0
"""How long a watch waits for news before it is begun anew: longer where nothing came. A thread looks then whether it shall end."""
QUICK_S = 0.5
"""A watch that ends sooner is not begun anew at once."""
PAUSE_S, LONGEST_PAUSE_S = 0.2, 5.0
"""The pause after a failure, and between two watches that end at once; twice as long each time."""
ROOM = 1000
"""News that wait to be read; then the threads wait, too."""
_PUT_S = 0.5

_PASSING = (errors.Unreachable, errors.Busy, errors.Conflict)
"""What gets better by itself."""
_ABSENT_S = 10.0
"""How long until a kind that the cluster does not have is looked for again."""


class Listing(NamedTuple):
    """All objects of a place."""

    place: Place
    objects: Sequence[Object]


class Changed(NamedTuple):
    """One object."""

    place: Place
    type: str
    object: Object


class Failed(NamedTuple):
    """What did not get better."""

    error: errors.ClusterError


class Told(NamedTuple):
    """What somebody else found out."""

    key: tuple[str, int]
    lines: tuple[str, ...]


News = Listing | Changed | Failed | Told
Relevant = Callable[[Place, Iterable[Object]], list[Object]]


class Streams:
    """One thread for each place. They end soon after `stop`, and keep no program from ending."""

    def __init__(
        self,
        cluster: contract.Cluster,
        clock: Clock,
        places: Sequence[Place],
        relevant: Relevant,
    ) -> None:
        self._cluster = cluster
        self._clock = clock
        self._relevant = relevant
        self._news: queue.Queue[News] = queue.Queue(ROOM)
        self._is_stopping = threading.Event()
        for place in places:
            self.start(_Stream(place, self).run)

    def start(self, work: Callable[[], None]) -> None:
        """Does it beside."""
        threading.Thread(target=work, name="homeport-watch", daemon=True).start()

    def stop(self) -> None:
        """Makes all threads end."""
        self._is_stopping.set()

    def take(self, timeout_s: float) -> list[News]:
        """All that is new, as soon as anything is; nothing after the time."""
        found: list[News] = []
        with contextlib.suppress(queue.Empty):
            found.append(self._news.get(timeout=timeout_s))
            while len(found) < ROOM:
                found.append(self._news.get_nowait())
        return found

    # For the threads

    @property
    def is_stopping(self) -> bool:
        """Whether they shall end."""
        return self._is_stopping.is_set()

    def put(self, news: News) -> None:
        """Hands on, when there is room."""
        while not self.is_stopping:
            with contextlib.suppress(queue.Full):
                self._news.put(news, timeout=_PUT_S)
                return

    def pause(self, duration_s: float) -> None:
        """Waits, unless they shall end."""
        self._is_stopping.wait(duration_s)

    def list(self, place: Place) -> str:
        """Hands the objects of a place on; their version."""
        listed = self._cluster.list(*place)
        self.put(Listing(place, self._relevant(place, listed.items)))
        return listed.version

    def watch(self, place: Place, since: str, idle_s: float) -> Iterable[contract.Change]:
        """What happens after a version."""
        return self._cluster.watch(*place, since=since, idle_s=idle_s)

    def concerns(self, place: Place, obj: Object) -> bool:
        """Whether an object says something."""
        return bool(self._relevant(place, [obj]))

    def now(self) -> float:
        """The time."""
        return self._clock.now()


class _Stream:
    """One place: lists, watches from there on, and begins anew where that fails."""

    def __init__(self, place: Place, streams: Streams) -> None:
        self._place = place
        self._streams = streams
        self._version = ""
        self._idle_s = IDLE_S
        self._pause_s = PAUSE_S
        self._failing_since: float | None = None

    def run(self) -> None:
        """Until it shall end, or something fails that does not get better."""
        while not self._streams.is_stopping:
            try:
                self._go_on()
            except errors.Gone:
                self._version = ""
                self._rest()
            except errors.NotFound:
                self._version = ""
                self._streams.put(Listing(self._place, ()))
                self._streams.pause(_ABSENT_S)
            except errors.ClusterError as error:
                if not self._bears(error):
                    return

    def _go_on(self) -> None:
        """One list where one is needed, and one watch."""
        if not self._version:
            self._version = self._streams.list(self._place)
            self._failing_since = None
        begun, has_news = self._streams.now(), False
        for change in self._streams.watch(self._place, self._version, self._idle_s):
            self._take(change)
            has_news = True
            if self._streams.is_stopping:
                return
        self._failing_since = None
        self._idle_s = IDLE_S if has_news else min(self._idle_s * 2, LONGEST_IDLE_S)
        if self._streams.now() - begun >= QUICK_S:
            self._pause_s = PAUSE_S
        else:
            self._rest()

    def _take(self, change: contract.Change) -> None:
        version = change.object["metadata"].get("resourceVersion")
        self._version = version or self._version
        if change.type != "BOOKMARK" and self._streams.concerns(self._place, change.object):
            self._streams.put(Changed(self._place, change.type, change.object))

    def _rest(self) -> None:
        self._streams.pause(self._pause_s)
        self._pause_s = min(self._pause_s * 2, LONGEST_PAUSE_S)

    def _bears(self, error: errors.ClusterError) -> bool:
        """Whether to go on after an error."""
        if isinstance(error, errors.Forbidden) and self._place.kind in parts.OPTIONAL:
            self._streams.put(Listing(self._place, ()))
            return False
        now = self._streams.now()
        self._failing_since = self._failing_since if self._failing_since is not None else now
        if not isinstance(error, _PASSING) or now - self._failing_since > PATIENCE_S:
            self._streams.put(Failed(error))
            return False
        self._rest()
        return True
