"""The history of an image as the Dockerfile that it came from, as far as it tells.

https://github.com/opencontainers/image-spec/blob/v1.1.1/config.md#properties (`created_by`)
https://docs.docker.com/reference/dockerfile/
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from homeport.console.registry.reading import printed
from homeport.console.registry.reading.config import Step
from homeport.console.registry.reading.document import Descriptor

_BUILDKIT = "# buildkit"
# The classic builder ran a shell for each step, and marked those that ran nothing.
_NOP = re.compile(r"\A(?:\S+\s+(?:-\S+\s+|/\S+\s+)*)?#\(nop\)\s+")
# Build arguments stand before the shell, with their number, not quoted: |2 A=1 B=2 /bin/sh -c make
_ARGUMENTS = re.compile(
    r"\A\|[0-9]{1,4} (.*?)(?=(?:/bin/|/usr/bin/)\S|cmd /S|powershell )", re.DOTALL
)
_SHELL = re.compile(
    r"\A(?:/usr)?/bin/(?:ba|da|a|z|k)?sh(?: -[a-zA-Z]+| pipefail)* -[a-zA-Z]*c\s|\Acmd /S /C |\Apowershell -Command "
)
_WORDS = frozenset(
    [
        "ADD",
        "ARG",
        "CMD",
        "COPY",
        "ENTRYPOINT",
        "ENV",
        "EXPOSE",
        "FROM",
        "HEALTHCHECK",
        "LABEL",
        "MAINTAINER",
        "ONBUILD",
        "RUN",
        "SHELL",
        "STOPSIGNAL",
        "USER",
        "VOLUME",
        "WORKDIR",
    ]
)
_JOINED = re.compile(r"[ \t]{2,}|\t")
"""What is left of a line that ended with a backslash: the builder takes that out, and leaves the indent of the next."""

_BREAK = " \\\n    "


class Line(NamedTuple):
    """One step as it is shown."""

    text: str
    """An instruction, of several lines where it had them; a comment where it is none."""
    arguments: str = ""
    """Build arguments that it ran with."""
    layer: Descriptor | None = None
    """What it made."""
    created: float | None = None
    number: int = 0


def lines(history: Sequence[Step], layers: Sequence[Descriptor]) -> list[Line]:
    """The steps with the layers that they made. Layers that no step tells of stand at the end."""
    made = iter(layers)
    is_told = sum(not step.is_empty for step in history) == len(layers)
    shown = []
    for step in history:
        arguments, text = instruction(step)
        layer = next(made, None) if is_told and not step.is_empty else None
        shown.append(Line(text, arguments, layer, step.created))
    rest = [] if is_told else layers
    shown += [Line("", "", layer) for layer in rest]
    return [line._replace(number=number) for number, line in enumerate(shown, 1)]


def instruction(step: Step) -> tuple[str, str]:
    """The build arguments of a step, and its instruction."""
    said = _unmarked(step.created_by.strip())
    nop = _NOP.match(said)
    if nop is not None:
        return "", _known(said[nop.end() :])
    verb, _, rest = said.partition(" ")
    if verb != "RUN":
        rest = said
    arguments = ""
    found = _ARGUMENTS.match(rest)
    if found is not None:
        arguments, rest = found[1].strip(), rest[found.end() :]
    shell = _SHELL.match(rest)
    if shell is not None:
        return arguments, _run(rest[shell.end() :])
    if verb == "RUN":
        return arguments, _run(rest)
    return "", _known(said) if said else _comment(step.comment or "a step without a text")


def in_one_line(step: Step) -> str:
    """A step without its breaks, to be compared with others."""
    return " ".join(instruction(step)[1].replace(_BREAK, " ").split())


def _unmarked(text: str) -> str:
    """Without what buildkit puts behind each of its steps."""
    before = text.removesuffix(_BUILDKIT)
    return before.rstrip() if before != before.rstrip() else text


def whole(shown: Sequence[Line]) -> str:
    """All of them as a file."""
    parts = []
    for line in shown:
        if line.arguments:
            parts.append(_comment(f"with {line.arguments}"))
        if line.text:
            parts.append(line.text)
    return "\n".join(parts)


def _run(command: str) -> str:
    command = command.strip()
    if "\n" not in command:
        return _broken(f"RUN {command}")
    # https://docs.docker.com/reference/dockerfile/#here-documents
    mark = "EOF"
    while mark in command:
        mark += "_"
    return f"RUN <<{mark}\n{command}\n{mark}"


def _known(text: str) -> str:
    """An instruction as a Dockerfile has it, and as a comment what is none: what another builder calls its step."""
    if text.partition(" ")[0] not in _WORDS:
        return _comment(text)
    # Only a RUN had lines that were joined: what stands in other instructions is a text that somebody quoted.
    return printed.rewritten(text) or text


def _comment(text: str) -> str:
    return "\n".join(f"# {each}".rstrip() for each in text.splitlines())


def _broken(text: str) -> str:
    """Gives back the lines that were joined."""
    return _JOINED.sub(lambda _: _BREAK, text.rstrip())
