"""`homeport env`: the environment that points AWS clients at the stack, for `eval "$(homeport env)"`.

Only names that concern the stack are set. `SSL_CERT_FILE` and `AWS_CA_BUNDLE` are not: they would take the place of every other
CA in all programs of the shell. The cloud answers on plain HTTP too, so that AWS clients need no CA.

A function of the shell gives the endpoint to `aws` as a flag too: Debian 12's 2.9 does not know `AWS_ENDPOINT_URL` yet, and
version 1 forgets it for SQS (`overridesslcommonname.py` in its source). Where `AWS_ENDPOINT_URL` is unset, it does nothing.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping
from typing import NamedTuple

from homeport.cli import arguments, output
from homeport.stack import folders, settings
from homeport.targets.local import component

REGION = "us-east-1"


def configure(parser: arguments.Parser) -> None:
    """The shell to write for."""
    parser.add_argument(
        "--shell",
        choices=sorted(_SHELLS),
        default="sh",
        help="sh fits bash and zsh too (default: %(default)s)",
    )


def run(given: arguments.Given) -> int:
    """Prints one line for each variable, and the function."""
    shell = _SHELLS[given["shell"]]
    for name, value in variables(given.load().settings).items():
        output.out(shell.export(name, value))
    output.out(shell.function)
    return 0


def variables(chosen: settings.Settings) -> Mapping[str, str]:
    """What clients of the stack want to know."""
    made = {one.name: one for one in component.components(chosen, {})}
    ca = str(folders.of(chosen).certificates / "ca.crt")
    # Whose CA has signed a certificate of the user's own is not known here.
    trusted = {
        "HOMEPORT_CA": ca,
        # Added to the CAs that Node.js knows: https://nodejs.org/api/cli.html#node_extra_ca_certsfile
        "NODE_EXTRA_CA_CERTS": ca,
    }
    return {
        # https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
        "AWS_ENDPOINT_URL": made["cloud"].url,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        # The CLI and boto3 read the first, other SDKs the second:
        # https://docs.aws.amazon.com/sdkref/latest/guide/feature-region.html
        "AWS_DEFAULT_REGION": REGION,
        "AWS_REGION": REGION,
        "HOMEPORT_REGISTRY": made["registry"].url.partition("://")[2],
        **(trusted if chosen.tls.certificate is None else {}),
    }


def _posix(name: str, value: str) -> str:
    return f"export {name}={shlex.quote(value)}"


def _fish(name: str, value: str) -> str:
    # https://fishshell.com/docs/current/language.html#quotes
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"set -gx {name} '{escaped}'"


class _Shell(NamedTuple):
    export: Callable[[str, str], str]
    function: str


_SHELLS = {
    # The flag and its value are one word: zsh does not split what a variable expands to.
    "sh": _Shell(
        _posix,
        'aws() { command aws ${AWS_ENDPOINT_URL:+--endpoint-url="$AWS_ENDPOINT_URL"} "$@"; }',
    ),
    "fish": _Shell(
        _fish,
        "function aws; command aws (set -q AWS_ENDPOINT_URL;"
        " and echo --endpoint-url=$AWS_ENDPOINT_URL) $argv; end",
    ),
}
