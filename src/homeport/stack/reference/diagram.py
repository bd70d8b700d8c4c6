"""The life cycle in words and as a diagram, from the table in `lifecycle`: docs/lifecycle.md."""

from __future__ import annotations

import ast
import inspect

from homeport.stack import lifecycle

_HEAD = """# Life cycle

Each component that `homeport apply` deploys to Kubernetes is in one of these states. `homeport status` shows it, with what the
cluster says of it; `homeport status --watch` shows every move.

This page is made from the table in `homeport.stack.lifecycle`.

"""

_MIDDLE = """
The table below the diagram says which arrows are those of the data model, and why the others are there.

"""

_TABLE = """
| from | by | to | why |
| --- | --- | --- | --- |
"""

_TAIL = """
## What is read from the cluster

- **Initial** and **Terminated** both mean that no Deployment is there. A volume that was kept, or a namespace that is still going,
  tells the two apart. Where all data was deleted too, nothing does: who was watching sees Terminated, who comes later sees Initial.
- **Pending** with `WaitForFirstConsumer` is how the volumes of K3s begin: they are made when a pod needs them. Only where no pod
  comes is it a fault, and then it is one of Homeport's own; it is named as such.
- **Error** is read from what is there now. What the cluster said of pods that are gone counts for nothing.
- A certificate that waits for its issuer is no Error for the first minute, since issuers are made in the same apply.
- A Service of type LoadBalancer without an address is a warning: the component is reached through the ingress all the same.

An observer who looks now and then misses states in between. Each move that is seen is an arrow, or a chain of them.
"""


def page() -> str:
    """docs/lifecycle.md."""
    states = "".join(f"- **{state}**: {text}\n" for state, text in _said().items())
    return f"{_HEAD}{states}{_MIDDLE}```mermaid\n{drawn()}```\n{_TABLE}{_rows()}{_TAIL}"


def drawn() -> str:
    """The table as a state diagram. https://mermaid.js.org/syntax/stateDiagram.html"""
    lines = ["stateDiagram-v2", f"    [*] --> {lifecycle.State.INITIAL}"]
    lines += [_arrow(edge, after) for edge, after in lifecycle.DATA_MODEL.items()]
    lines += ["    %% beside the data model"]
    lines += [_arrow(edge, added.after) for edge, added in lifecycle.ADDED.items()]
    return "".join(f"{line}\n" for line in lines)


def _arrow(edge: lifecycle.Edge, after: lifecycle.State) -> str:
    before, transition = edge
    return f"    {before} --> {after}: {transition}"


def _rows() -> str:
    rows = [(edge, after, "the data model") for edge, after in lifecycle.DATA_MODEL.items()]
    rows += [(edge, added.after, added.why) for edge, added in lifecycle.ADDED.items()]
    return "".join(f"| {edge[0]} | {edge[1]} | {after} | {why} |\n" for edge, after, why in rows)


def _said() -> dict[lifecycle.State, str]:
    """The docstring of each state."""
    tree = ast.parse(inspect.getsource(lifecycle.State))
    body = tree.body[0].body if isinstance(tree.body[0], ast.ClassDef) else []
    texts = [
        str(node.value.value)
        for node in body[1:]
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    ]
    return dict(zip(lifecycle.State, texts, strict=True))
