"""Where in an object something is, as error texts say it."""

from __future__ import annotations


def field(path: str, name: str) -> str:
    """`spec` and `ports` make `spec.ports`."""
    return f"{path}.{name}" if path else name


def entry(path: str, name: str) -> str:
    """The entry of a map: `data[a.b]`."""
    return f"{path}[{name}]"


def item(path: str, index: int) -> str:
    """The item of a list: `spec.ports[0]`."""
    return f"{path}[{index}]"
