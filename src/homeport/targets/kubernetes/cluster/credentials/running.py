"""Runs a credential plugin. It is loaded where a kubeconfig has one.

https://kubernetes.io/docs/reference/access-authn-authz/authentication/#input-and-output-formats
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from homeport.targets.kubernetes.cluster import errors, limits
from homeport.targets.kubernetes.cluster.credentials.program import ALWAYS, NEVER, Program

_OURS = "HOMEPORT_"


def run(program: Program, environ: Mapping[str, str], timeout_s: float | None = None) -> bytes:
    """What it prints. What it says beside that goes where our own complaints go: a person may have to act on it.

    Raises `Unauthorized` where it fails, `Unconfigured` where it cannot be run.
    """
    is_interactive = _is_interactive(program)
    timeout_s = timeout_s or (limits.INTERACTIVE_S if is_interactive else limits.PLUGIN_S)
    process = _start(program, _environment(program, environ, is_interactive), is_interactive)
    try:
        output, _ = process.communicate(timeout=timeout_s)
    except subprocess.TimeoutExpired:
        raise _failed(program, f"gave no answer in {timeout_s:.0f} s") from None
    finally:
        _end(process, is_alone=not is_interactive)
    if process.returncode != 0:
        raise _failed(program, f"failed (exit code {process.returncode})")
    if len(output) > limits.PLUGIN_BYTES:
        raise _failed(program, "answered more than a credential can be")
    return output


def _is_interactive(program: Program) -> bool:
    """Whether it may ask a person; one that must, and can not, is not run."""
    has_terminal = sys.stdin is not None and sys.stdin.isatty()
    if program.interactive == ALWAYS and not has_terminal:
        raise _failed(program, "wants to ask a person, and there is no terminal")
    return has_terminal and program.interactive != NEVER


def _environment(
    program: Program, environ: Mapping[str, str], is_interactive: bool
) -> dict[str, str]:
    spec: dict[str, Any] = {"interactive": is_interactive}
    if program.cluster is not None:
        spec["cluster"] = program.cluster
    info = {"kind": "ExecCredential", "apiVersion": program.api_version, "spec": spec}
    told = {"KUBERNETES_EXEC_INFO": json.dumps(info)}
    # Our own settings are in our environment, passwords among them: they are none of its business.
    others = {name: value for name, value in environ.items() if not name.startswith(_OURS)}
    return {**others, **dict(program.environment), **told}


def _start(
    program: Program, environment: dict[str, str], is_interactive: bool
) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(  # noqa: S603  # what the kubeconfig names, and no shell
            [program.command, *program.arguments],
            env=environment,
            stdin=None if is_interactive else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            # A group of its own ends with all that it has started; one that asks a person needs the terminal instead.
            start_new_session=not is_interactive,
        )
    except FileNotFoundError:
        missing = f"The program {program.command}, which the kubeconfig names for logging in, is not there."
        raise errors.Unconfigured(missing, hint=program.install_hint or "Install it.") from None
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise errors.Unconfigured(f"{program.command} can not be run: {why}.") from None


def _end(process: subprocess.Popen[bytes], *, is_alone: bool) -> None:
    """Leaves nothing of it running: what it has started may hold its output open for ever."""
    if is_alone:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    elif process.poll() is None:
        process.kill()
    process.wait()
    if process.stdout is not None:
        process.stdout.close()


def _failed(program: Program, what: str) -> errors.Unauthorized:
    name = Path(program.command).name
    return errors.Unauthorized(
        f"{program.command}, which the kubeconfig names for logging in, {what}.",
        hint=f"Log in again with {name}, then see what it says: kubectl auth whoami",
    )
