"""Durations on the command line, in the form of those of the settings."""

from __future__ import annotations

import argparse

from homeport.stack import values
from homeport.stack.kinds import durations

_KIND = durations.Duration("0s", "3650d")


def seconds(text: str) -> float:
    """Seconds. Raises what the parser of the command line shows."""
    try:
        return float(_KIND.read(text) or 0)
    except values.NotOfKind as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not {_KIND.allowed}") from error
