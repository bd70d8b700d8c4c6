"""Follows what is written, over restarts of containers and pods that are replaced."""

from __future__ import annotations

import contextlib
import queue
import threading
from collections import deque
from collections.abc import Iterable, Iterator

from homeport.stack import settings
from homeport.targets.kubernetes.cluster import contract, errors
from homeport.targets.kubernetes.watching.logs import reading, writers
from homeport.targets.kubernetes.watching.logs.writers import Line, Said, Writer

LOOK_S = 1.0
"""Time between two looks for containers that were started since."""
REMEMBERED = 20
"""Lines by which the place is found again where a connection broke."""
AGAIN = 1000
"""Lines that are read again for that."""
_ROOM = 1000
_FAILURES = (errors.Unreachable, errors.Busy)

Heard = Said | errors.ClusterError


def follow(
    cluster: contract.Cluster,
    chosen: settings.Settings,
    component: str | None,
    *,
    tail: int | None,
) -> Iterator[Said]:
    """The last lines of each container that is there, and all that is written from then on, until it is closed.

    Raises `ClusterError` where the cluster cannot be asked any more.
    """
    ears = _Ears(cluster, chosen, component)
    try:
        ears.start(tail)
        while True:
            yield from ears.heard()
    finally:
        ears.close()


class _Ears:
    """A thread for each run of a container, and one that looks for more. They end with their containers, or with the client."""

    def __init__(
        self, cluster: contract.Cluster, chosen: settings.Settings, component: str | None
    ) -> None:
        self._cluster = cluster
        self._chosen = chosen
        self._component = component
        self._known: set[Writer] = set()
        self._said: queue.Queue[Heard] = queue.Queue(_ROOM)
        self._is_closed = threading.Event()

    def start(self, tail: int | None) -> None:
        """Begins with the containers that are there."""
        threading.Thread(target=self._look, args=(tail,), daemon=True).start()

    def close(self) -> None:
        """Hands nothing on any more."""
        self._is_closed.set()

    def heard(self) -> Iterator[Said]:
        """What comes next, if anything does."""
        with contextlib.suppress(queue.Empty):
            said = self._said.get(timeout=LOOK_S)
            if isinstance(said, errors.ClusterError):
                raise said
            yield said

    def _look(self, tail: int | None) -> None:
        while not self._is_closed.is_set():
            try:
                found = writers.find(self._cluster, self._chosen, self._component)
            except errors.ClusterError as error:
                self._put(error)
                return
            self._listen(found, tail)
            tail = None  # of what starts from now on, all
            self._is_closed.wait(LOOK_S)

    def _listen(self, found: Iterable[Writer], tail: int | None) -> None:
        for writer in found:
            if writer not in self._known:
                self._known.add(writer)
                ear = threading.Thread(target=self._hear, args=(writer, tail), daemon=True)
                ear.start()

    def _put(self, said: Heard) -> None:
        while not self._is_closed.is_set():
            with contextlib.suppress(queue.Full):
                self._said.put(said, timeout=LOOK_S)
                return

    def _hear(self, writer: Writer, tail: int | None) -> None:
        last: deque[str] = deque(maxlen=REMEMBERED)
        while not self._is_closed.is_set():
            try:
                for text in self._lines(writer, tail, last):
                    last.append(text)
                    self._put(Line(writer, text))
                return
            except reading.NOTHING:
                # It has not started: it is tried until it has, or is gone.
                if self._is_gone(writer):
                    return
                self._is_closed.wait(LOOK_S)
            except _FAILURES:
                tail = AGAIN
                self._is_closed.wait(LOOK_S)
            except errors.ClusterError as error:
                self._put(error)
                return

    def _is_gone(self, writer: Writer) -> bool:
        try:
            return self._cluster.get(writer.ref) is None
        except errors.ClusterError:
            return False

    def _lines(self, writer: Writer, tail: int | None, last: deque[str]) -> Iterator[str]:
        """What it writes; where some is known already, what comes after that."""
        if not last:
            yield from self._cluster.log(writer.ref, writer.container, tail=tail, follow=True)
            return
        before = list(self._cluster.log(writer.ref, writer.container, tail=AGAIN))
        yield from after(before, list(last))
        yield from self._cluster.log(writer.ref, writer.container, tail=0, follow=True)


def after(lines: list[str], known: list[str]) -> list[str]:
    """The lines that follow the known ones, at the last place where these stand; all where they stand nowhere."""
    for end in range(len(lines), len(known) - 1, -1):
        if lines[end - len(known) : end] == known:
            return lines[end:]
    return lines
