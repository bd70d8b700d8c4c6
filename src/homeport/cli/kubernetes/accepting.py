"""The flag by which a person says that a rule may be broken, beside the setting `kubernetes.accept`."""

from __future__ import annotations

from homeport.cli import arguments
from homeport.stack import settings
from homeport.stack.rules import checking


def configure(parser: arguments.Parser) -> None:
    """The flag."""
    parser.add_argument(
        "--accept",
        action="append",
        default=[],
        metavar="RULE",
        help="take this rule's errors for warnings; may be repeated",
    )


def of(given: arguments.Given, chosen: settings.Settings) -> frozenset[str]:
    """The rules that may be broken. Raises `HomeportError` for one that is not there."""
    return checking.accepted((*chosen.kubernetes.accept, *given["accept"]))
