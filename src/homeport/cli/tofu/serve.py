"""`homeport tofu serve`: the provider as a process. terraform and tofu start it; here its engines are put together."""

from __future__ import annotations

import argparse
import functools
import importlib
import os
import sys
from collections.abc import Callable, Mapping
from typing import Protocol

from homeport import clock, errors
from homeport.cli import arguments, output
from homeport.stack import settings, version
from homeport.tofu import engine

_QUIET = {"GRPC_VERBOSITY": "NONE", "GRPC_ENABLE_FORK_SUPPORT": "0"}
"""What grpc says about itself is nothing to whoever runs terraform; and programs that give credentials are started without fork.
https://github.com/grpc/grpc/blob/master/doc/environment_variables.md"""


_SERVING, _PROVIDER = "homeport.tofu.serving", "homeport.tofu.provider"
_ENGINES = {
    settings.KUBERNETES: ("homeport.cli.tofu.kubernetes_engine", "KubernetesEngine"),
    settings.LOCAL: ("homeport.cli.tofu.local_engine", "LocalEngine"),
}
"""Each is loaded when the first stack asks for it: terraform starts the provider some times in each command."""


class _Serving(Protocol):
    def serve(self, provider: object, environ: Mapping[str, str]) -> None: ...


class _Providers(Protocol):
    def Provider(  # noqa: N802 - a class
        self, engines: Mapping[str, Callable[[], engine.Engine]], notes: tuple[str, ...]
    ) -> object: ...


def configure(parser: argparse.ArgumentParser) -> None:
    """Which version was installed."""
    parser.add_argument("--installed", default=version.VERSION, help=argparse.SUPPRESS)


def run(given: arguments.Given) -> int:
    """Serves until terraform or tofu is done."""
    try:
        _serve(given)
    except errors.HomeportError as error:
        if not sys.stdout.isatty():
            # They show this in the place of the line that they wait for, and nothing of standard error.
            output.out(" ".join(str(error).split()))
        raise
    return 0


def _serve(given: arguments.Given) -> None:
    os.environ.update(_QUIET)  # read when grpc is loaded
    try:
        serving: _Serving = importlib.import_module(_SERVING)
        providers: _Providers = importlib.import_module(_PROVIDER)
    except ModuleNotFoundError as error:
        raise errors.HomeportError(
            f"The provider needs the Python package {error.name}, which is not there.",
            hint="pip install 'homeport[tofu]' brings it.",
        ) from error
    engines = {target: functools.partial(_loaded, *which) for target, which in _ENGINES.items()}
    serving.serve(providers.Provider(engines, _notes(given["installed"])), os.environ)


def _loaded(module: str, name: str) -> engine.Engine:
    kind: Callable[[Mapping[str, str], clock.Clock], engine.Engine]
    kind = getattr(importlib.import_module(module), name)
    return kind(os.environ, clock.SystemClock())


def _notes(installed: str) -> tuple[str, ...]:
    if installed == version.VERSION:
        return ()
    said = (
        f"The provider was installed by Homeport {installed}, and this is {version.VERSION}.\n"
        "  homeport tofu install, then terraform init -upgrade (or tofu), puts that right."
    )
    return (said,)
