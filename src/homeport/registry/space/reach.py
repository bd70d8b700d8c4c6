"""What can be reached from what, in a graph of manifests. Pure.

An index leads to what it names, and a subject to its referrers. So there may be circles: an index may name what it refers to.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

Leads = Mapping[int, Sequence[int]]
"""For each that leads to others, those."""


def leads(edges: Iterable[tuple[int, int]], among: Collection[int]) -> dict[int, list[int]]:
    """The edges with both ends among some."""
    found: dict[int, list[int]] = {}
    for source, target in edges:
        if source in among and target in among:
            found.setdefault(source, []).append(target)
    return found


def reach(roots: Iterable[int], leading: Leads) -> set[int]:
    """The roots, and all that they lead to."""
    reached = set(roots)
    waiting = list(reached)
    while waiting:
        for target in leading.get(waiting.pop(), ()):
            if target not in reached:
                reached.add(target)
                waiting.append(target)
    return reached


def lots(members: Collection[int], leading: Leads, size: int) -> list[list[int]]:
    """Divides them into lots to be removed one after the other: nothing goes before what leads to it, a circle goes in one lot."""
    divided: list[list[int]] = []
    for circle in _circles(members, leading):
        if not divided or len(divided[-1]) + len(circle) > size:
            divided.append([])
        divided[-1] += circle
    return divided


def _circles(members: Collection[int], leading: Leads) -> list[list[int]]:
    """Those that lead to each other, together, and what leads to others before these.

    Kosaraju's way: https://en.wikipedia.org/wiki/Kosaraju%27s_algorithm
    """
    order = _finished(members, leading)
    backwards: dict[int, list[int]] = {}
    for source, targets in leading.items():
        for target in targets:
            backwards.setdefault(target, []).append(source)
    seen: set[int] = set()
    circles = []
    for member in reversed(order):
        if member not in seen:
            circle = _finished([member], backwards, seen)
            circles.append(circle)
    return circles


def _finished(starts: Iterable[int], leading: Leads, seen: set[int] | None = None) -> list[int]:
    """What the starts lead to, each behind all that it leads to, circles aside. What was seen before is passed over."""
    seen = set() if seen is None else seen
    order: list[int] = []
    for start in starts:
        if start in seen:
            continue
        seen.add(start)
        path = [(start, iter(leading.get(start, ())))]
        while path:
            member, rest = path[-1]
            following = next((one for one in rest if one not in seen), None)
            if following is None:
                order.append(member)
                path.pop()
            else:
                seen.add(following)
                path.append((following, iter(leading.get(following, ()))))
    return order
