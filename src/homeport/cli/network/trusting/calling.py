"""How the command is called: by root for what only root may write, and by one at a time."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shlex
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from homeport import errors
from homeport.cli import arguments
from homeport.cli.network import again
from homeport.net.trust.contract import Wanted
from homeport.net.trust.machine import Machine
from homeport.stack import load, settings

Sudo = Callable[[Sequence[str]], str]
"""The command for stores that need root."""

_SETTINGS = (
    "target",
    "domain",
    "registry.hostname",
    "registry.host",
    "registry.port",
    "registry.tls",
    "ingress.enabled",
    "ingress.port",
    "kubernetes.node_ca",
    "kubernetes.name",
    "kubernetes.context",
)
"""Those that decide what is installed."""


def sudo(given: arguments.Given, loaded: load.Loaded, wanted: Wanted) -> Sudo:
    """Root has another home, path and environment: so the command says all that was said here."""
    chosen = loaded.settings
    words = ["sudo"]
    if chosen.target == settings.KUBERNETES and given["ca_file"] is None:
        default = Path("~/.kube/config").expanduser()
        words += ["env", f"KUBECONFIG={os.environ.get('KUBECONFIG') or default}"]
    words += [*again.program(), "trust", *(["--undo"] if wanted.is_undo else [])]
    ending = ["--data", str(chosen.data.absolute())]
    if loaded.file is not None:
        ending += ["--config", str(loaded.file.absolute())]
    if given["ca_file"] is not None:
        ending += ["--ca-file", str(given["ca_file"].absolute())]
    ending += again.flags(chosen, _SETTINGS)

    def made(stores: Sequence[str]) -> str:
        named = [word for store in stores for word in ("--store", store)]
        return shlex.join([*words, *named, *ending])

    return made


@contextlib.contextmanager
def alone(here: Machine) -> Iterator[None]:
    """Holds off another run by the same user, and by root. Raises `HomeportError` where there is one.

    The lock is on the folders themselves, so that no file is left: https://man7.org/linux/man-pages/man2/flock.2.html
    """
    folders = [here.person.home, *([here.at("/etc")] if here.is_root else [])]
    with contextlib.ExitStack() as held:
        for folder in folders:
            try:
                descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            except OSError:
                continue  # a user without a home has no stores there
            held.callback(os.close, descriptor)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise errors.HomeportError(
                    f"Another homeport trust is at work (it holds a lock on {folder}).",
                    hint="Wait for its end, or answer its question.",
                ) from error
            except OSError:
                continue  # some network file systems have no locks
        yield
