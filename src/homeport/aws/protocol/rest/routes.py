"""The route table of a REST service: method, path template, and what the query and the headers must hold.

https://smithy.io/2.0/spec/http-bindings.html#http-trait
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from homeport.aws.protocol.model import OperationModel
from homeport.aws.protocol.values import form

Query = dict[str, list[str]]


class Route(NamedTuple):
    """One way to one operation, and what tells it from others on the same path."""

    operation: OperationModel
    labels: tuple[str, ...]
    """Names of the labels in the path, in their order."""
    literals: tuple[tuple[str, str | None], ...]
    """Query parameters of the template; None where any value will do (`?uploads`)."""
    query: tuple[str, ...]
    """Query parameters that the operation requires."""
    headers: tuple[str, ...]
    """Headers that the operation requires, in lower case."""

    @property
    def rank(self) -> tuple[int, int, int, bool, str]:
        """Sorts the most specific route first; of two alike, the one that is not deprecated."""
        return (
            -len(self.literals),
            -len(self.query),
            -len(self.headers),
            self.operation.is_deprecated,
            self.operation.name,
        )

    def fits(self, query: Query, headers: dict[str, str]) -> bool:
        """Whether everything that this route asks for is there."""
        for name, value in self.literals:
            if name not in query or (value is not None and value not in query[name]):
                return False
        return all(name in query for name in self.query) and all(
            name in headers for name in self.headers
        )


class Choice:
    """All routes of one method and one path template, the most specific first."""

    def __init__(self) -> None:
        self._routes: list[Route] = []
        self._plain: list[Route] = []
        self._by_query: dict[str, list[Route]] = {}

    def add(self, route: Route) -> None:
        """Enters a route under the query parameter that shows it best."""
        self._routes = sorted([*self._routes, route], key=lambda each: each.rank)
        self._plain = [each for each in self._routes if not each.literals and not each.query]
        self._by_query = {}
        for each in self._routes:
            key = each.literals[0][0] if each.literals else (each.query or ("",))[0]
            self._by_query.setdefault(key, []).append(each)
        self._by_query.pop("", None)

    def of(self, query: Query, headers: dict[str, str], *, is_lenient: bool) -> Route | None:
        """The most specific route that fits; where none does and `is_lenient`, one that only lacks required parameters."""
        best: Route | None = None
        for name in query:
            for route in self._by_query.get(name, ()):
                if (best is None or route.rank < best.rank) and route.fits(query, headers):
                    best = route
                    break
        if best is not None:
            return best
        meant = self._meant(query) if query else None
        if meant is not None:
            return meant
        for route in self._plain:
            if not route.headers or route.fits(query, headers):
                return route
        if not is_lenient:
            return None
        return next((route for route in self._routes if not route.literals), None)

    def _meant(self, query: Query) -> Route | None:
        """What a request means that has the literals of a route and lacks its required parameters: the error should name them."""
        for name in query:
            for route in self._by_query.get(name, ()):
                if route.literals and route._replace(query=(), headers=()).fits(query, {}):
                    return route
        return None


class Node:
    """One segment of the paths."""

    __slots__ = ("choices", "greedy", "label", "literals")

    def __init__(self) -> None:
        self.literals: dict[str, Node] = {}
        self.label: Node | None = None
        self.greedy: Node | None = None
        self.choices: dict[str, Choice] = {}

    def below(self, segment: str) -> Node:
        """The node of a template's segment, made where it is new."""
        if not segment.startswith("{"):
            return self.literals.setdefault(segment, Node())
        if segment.endswith("+}"):
            self.greedy = self.greedy or Node()
            return self.greedy
        self.label = self.label or Node()
        return self.label


class Routes:
    """The table of a service, made once."""

    def __init__(self, operations: Iterable[OperationModel], *, is_lenient: bool = True) -> None:
        self._is_lenient = is_lenient
        self._root = Node()
        for operation in operations:
            self._add(operation)

    def _add(self, operation: OperationModel) -> None:
        path, _, query = operation.uri.partition("?")
        node = self._root
        labels = []
        for segment in _segments(path):
            node = node.below(segment)
            if segment.startswith("{"):
                labels.append(segment.strip("{+}"))
        literals = tuple((name, values[0] or None) for name, values in form.split(query).items())
        required = _required(operation)
        node.choices.setdefault(operation.method, Choice()).add(
            Route(
                operation,
                tuple(labels),
                literals,
                tuple(name for place, name in required if place == "querystring"),
                tuple(name.lower() for place, name in required if place == "header"),
            )
        )

    def find(
        self, method: str, path: str, query: Query, headers: dict[str, str]
    ) -> tuple[OperationModel, dict[str, str]] | None:
        """The operation and its path labels, decoded; None where no route fits.

        Raises `Mismatch` for a path that is no UTF-8 once decoded.
        """
        found = _descend(self._root, method, path, 1, ())
        if found is None:
            return None
        choice, values = found
        route = choice.of(query, headers, is_lenient=self._is_lenient)
        if route is None:
            return None
        return route.operation, dict(zip(route.labels, map(form.decode_label, values), strict=True))

    def methods(self, path: str) -> set[str]:
        """The methods that a path has, to tell a wrong method from a wrong path."""
        every = {"GET", "HEAD", "PUT", "POST", "DELETE", "PATCH"}
        return {method for method in every if _descend(self._root, method, path, 1, ())}


def _segments(path: str) -> list[str]:
    return path.strip("/").split("/") if path.strip("/") else []


def _required(operation: OperationModel) -> list[tuple[str, str]]:
    shape = operation.input
    if shape is None:
        return []
    # From the model's own text: making the shapes of every operation would cost the start more than the rest of the table.
    members = [(shape.traits["members"][name], name) for name in shape.required]
    return [(raw.get("location", ""), raw.get("locationName", name)) for raw, name in members]


def _descend(
    node: Node, method: str, path: str, start: int, values: tuple[str, ...]
) -> tuple[Choice, tuple[str, ...]] | None:
    """The routes at a path: a literal segment before a label, a label before a greedy one."""
    if start >= len(path):
        choice = node.choices.get(method)
        return None if choice is None else (choice, values)
    end = path.find("/", start)
    if end < 0:
        end = len(path)
    segment = path[start:end]
    literal = node.literals.get(segment) if node.literals else None
    if literal is not None:
        found = _descend(literal, method, path, end + 1, values)
        if found is not None:
            return found
    if node.label is not None and segment:
        found = _descend(node.label, method, path, end + 1, (*values, segment))
        if found is not None:
            return found
    if node.greedy is not None:
        return _greedy(node.greedy, method, path, start, values)
    return None


def _greedy(
    node: Node, method: str, path: str, start: int, values: tuple[str, ...]
) -> tuple[Choice, tuple[str, ...]] | None:
    # What follows a greedy label is matched first: the label takes as much as it can.
    end = path.rfind("/") if node.literals else -1
    while end > start:
        found = _descend(node, method, path, end + 1, (*values, path[start:end]))
        if found is not None:
            return found
        end = path.rfind("/", start, end)
    choice = node.choices.get(method)
    return None if choice is None else (choice, (*values, path[start:]))
