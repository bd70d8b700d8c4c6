"""docs/rules.md, from the rules themselves."""

from __future__ import annotations

from collections.abc import Iterable

from homeport.stack.rules import table
from homeport.stack.rules.rule import Rule

_HEAD = """# Rules

What must hold for a stack in a Kubernetes cluster. Each rule has an id and is checked wherever it can be:

- **here**: on the machine that asks, by `homeport doctor`,
- **plan**: on the settings and the rendered objects, by `homeport plan`, `homeport apply` and `homeport doctor`,
- **cluster**: against the cluster, before anything is changed, by the same three,
- **running**: on the running stack, over its names, by `homeport verify`; with the target `local` on the stack of this machine.

An error stops `homeport apply` before it touches the cluster, and says what there is to choose. A warning is said, and does not stop it.
`--accept ID` takes the errors of a rule for warnings: you know, and want it so.

`homeport verify` pushes an image, stores an object and so on under names of their own, and removes all of it. The two rules that
restart a component are checked where `--restart` is given, or a person agrees.
"""

_GROUPS = (
    ("The data model's rules", table.DATA_MODEL),
    ("Rules of the cluster", "cluster"),
    ("Rules of what stands before the components", "ingress"),
    ("Rules of the registry", "registry"),
    ("Rules of the cloud", "cloud"),
)


def page() -> str:
    """The whole page."""
    return _HEAD + "".join(_group(head, _chosen(which)) for head, which in _GROUPS)


def _chosen(which: str | tuple[Rule, ...]) -> Iterable[Rule]:
    if not isinstance(which, str):
        return which
    others = (each for each in table.ALL if each not in table.DATA_MODEL)
    return [each for each in others if each.id.startswith(f"{which}-")]


def _group(head: str, rules: Iterable[Rule]) -> str:
    return f"\n## {head}\n" + "".join(map(_entry, rules))


def _entry(each: Rule) -> str:
    return (
        f"\n### {each.id}\n\n{each.title} {each.why}\n\n"
        f"- Checked: {', '.join(stages(each))}\n- What helps: {each.hint}\n- More: <{each.link}>\n"
    )


def stages(each: Rule) -> list[str]:
    """Where a rule is checked."""
    checks = {
        "here": each.here,
        "plan": each.plan,
        "cluster": each.cluster,
        "running": each.running,
    }
    return [name for name, check in checks.items() if check is not None]
