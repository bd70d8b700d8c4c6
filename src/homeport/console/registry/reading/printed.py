"""Instructions that builders print into a history in Go's own notation, as a Dockerfile has them: what is copied from the page can be built.

https://pkg.go.dev/fmt (`%q`, `%v`), https://github.com/moby/buildkit/blob/v0.16.0/frontend/dockerfile/dockerfile2llb/convert.go
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable

_QUOTED = r'"(?:[^"\\\n]|\\.)*"'
_TEXT = re.compile(_QUOTED)
_WORDS = re.compile(rf"\[({_QUOTED}(?: {_QUOTED})+)\]")
"""Of two texts at least: one alone is printed as a Dockerfile has it."""
_BARE = re.compile(r"\[([^\]\"]*)\]")
_PORTS = re.compile(r"map\[([^\]]*)\]")
_EMPTY = ":{}"
_HEALTH = re.compile(
    rf"&\{{\[((?:{_QUOTED})(?: {_QUOTED})*)\]((?: \"[^\"\n]*\"){{2,4}}) '(\\?[^'\n]{{1,4}}|\\'|\n)'\}}"
)
"""The check, two to four times, and the tries as the character of that number.

https://pkg.go.dev/github.com/moby/docker-image-spec/specs-go/v1#HealthcheckConfig"""
_FLAGS = ("--interval", "--timeout", "--start-period", "--start-interval")
_ESCAPE = re.compile(r"\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|U([0-9a-f]{8})|(.))")
_SHORT = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
"""https://go.dev/ref/spec#Rune_literals"""
_LAST = 0x10FFFF


def rewritten(text: str) -> str | None:
    """The instruction as a Dockerfile has it; None where it stands there so already, or is another one."""
    verb, _, rest = text.partition(" ")
    turn = _TURNS.get(verb)
    made = turn(rest.strip()) if turn is not None else None
    return None if made is None else f"{verb} {made}"


def _exec(rest: str) -> str | None:
    """`["a" "b"]`: https://docs.docker.com/reference/dockerfile/#exec-form"""
    found = _WORDS.fullmatch(rest)
    return _listed(found[1]) if found is not None else None


def _shell(rest: str) -> str | None:
    """As the others, or `[/bin/bash -c]`, printed without quotes."""
    found = _BARE.fullmatch(rest)
    return json.dumps(found[1].split()) if found is not None and found[1] else _exec(rest)


def _volumes(rest: str) -> str | None:
    """`[/a /b]`, printed without quotes."""
    found = _BARE.fullmatch(rest)
    return found[1] if found is not None and found[1] else None


def _ports(rest: str) -> str | None:
    """`map[80/tcp:{}]`, or a list as of late."""
    found = _PORTS.fullmatch(rest) or _BARE.fullmatch(rest)
    ports = [each.removesuffix(_EMPTY) for each in found[1].split()] if found is not None else []
    return " ".join(ports) or None


def _health(rest: str) -> str | None:
    """`&{["CMD-SHELL" "curl x"] "30s" "0s" "0s" "0s" '\\x03'}`: what is nothing is not said."""
    found = _HEALTH.fullmatch(rest)
    if found is None:
        return None
    kind, *command = [_plain(each) for each in _TEXT.findall(found[1])]
    if kind == "NONE":
        return kind
    spans = [each.strip('"') for each in found[2].split()]
    flags = [f"{flag}={span}" for flag, span in zip(_FLAGS, spans, strict=False) if span != "0s"]
    tries = ord(_unescaped(found[3])[:1] or "\0")
    flags += [f"--retries={tries}"] if tries else []
    shown = command[0] if kind == "CMD-SHELL" and command else json.dumps(command)
    return " ".join([*flags, "CMD", shown])


_TURNS: dict[str, Callable[[str], str | None]] = {
    "CMD": _exec,
    "ENTRYPOINT": _exec,
    "SHELL": _shell,
    "VOLUME": _volumes,
    "EXPOSE": _ports,
    "HEALTHCHECK": _health,
}


def _listed(quoted: str) -> str:
    return json.dumps([_plain(each) for each in _TEXT.findall(quoted)], ensure_ascii=False)


def _plain(quoted: str) -> str:
    """A text without its quotes."""
    return _unescaped(quoted[1:-1])


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(_character, text)


def _character(found: re.Match[str]) -> str:
    number = found[1] or found[2] or found[3]
    if not number:
        return _SHORT.get(found[4], found[4])
    # Half of a surrogate pair is no character of its own.
    return chr(min(int(number, 16), _LAST)).encode(errors="replace").decode()
