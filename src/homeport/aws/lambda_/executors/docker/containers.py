"""What an engine is told about the container of an environment.

https://docs.docker.com/reference/api/engine/version/v1.47/#tag/Container/operation/ContainerCreate
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from homeport.aws.lambda_.executors import commands
from homeport.aws.lambda_.executors.base import Plan
from homeport.aws.lambda_.executors.commands import Command
from homeport.aws.lambda_.model import Version

LABEL = "homeport.functions"
"""Its value is the stack's; containers with it belong to nobody once their stack's process has ended."""
_FUNCTION_LABEL = "homeport.function"

_UID, _GID = 993, 990
"""AWS's `sbx_user1051`, whatever the image says."""
_MB = 1024 * 1024
_MB_PER_CPU = 1769
"""https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html"""
_NANO = 1_000_000_000
_FILES = 1024
_PROCESSES = 1024
"""https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html: file descriptors, processes and threads"""


class Engine(NamedTuple):
    """What containers must know of their engine."""

    processors: int
    is_podman: bool


def container(
    plan: Plan,
    run: Command,
    image: str,
    own: Mapping[str, str],
    layers: Path | None,
    engine: Engine,
    stack: str,
) -> dict[str, Any]:
    """The body that creates a container. `own` are the image's variables, `layers` is what `/opt` is."""
    version = plan.version
    body: dict[str, Any] = {
        "Image": image,
        "Cmd": list(run.arguments) or None,
        "Entrypoint": list(run.entry_point) or None,
        "WorkingDir": run.folder,
        "Env": [
            f"{name}={value}" for name, value in commands.variables(plan, plan.api, own).items()
        ],
        "User": f"{_UID}:{_GID}",
        "AttachStdout": True,
        "AttachStderr": True,
        "Labels": {LABEL: stack, _FUNCTION_LABEL: version.function.arn},
        "HostConfig": _host(plan, layers, engine),
    }
    return {name: value for name, value in body.items() if value not in (None, "")}


def _host(plan: Plan, layers: Path | None, engine: Engine) -> dict[str, Any]:
    version = plan.version
    binds = [(plan.code.task, "/var/task"), (layers, "/opt")]
    return {
        # The Runtime API and our AWS listen on this machine's loopback.
        "NetworkMode": "host",
        "Mounts": [_bind(path, target) for path, target in binds if path is not None],
        "Tmpfs": {"/tmp": _temporary(version, engine)},  # noqa: S108 - inside
        "ReadonlyRootfs": True,
        "Memory": version.memory_mb * _MB,
        "MemorySwap": version.memory_mb * _MB,
        "NanoCpus": _processors(version, engine.processors),
        "PidsLimit": _PROCESSES,
        "Ulimits": [{"Name": "nofile", "Soft": _FILES, "Hard": _FILES}],
        "CapDrop": ["ALL"],
        "SecurityOpt": ["no-new-privileges"],
        "Init": False,
        "LogConfig": {"Type": "none"},
    }


def _bind(path: Path, target: str) -> dict[str, Any]:
    """A mount and no `Binds`: a path may hold a colon, and a folder that is not there is an error and not made."""
    return {"Type": "bind", "Source": str(path), "Target": target, "ReadOnly": True}


def _temporary(version: Version, engine: Engine) -> str:
    """The function's own. podman knows no owners of a tmpfs; the folder in the image must then be open to all, as it mostly is."""
    owner = "mode=1777" if engine.is_podman else f"uid={_UID},gid={_GID}"
    return f"rw,exec,nosuid,nodev,size={version.ephemeral_mb}m,{owner}"


def _processors(version: Version, there: int) -> int:
    """AWS's share for the memory, but a whole processor at the least: small functions would take long to start."""
    share = max(1.0, version.memory_mb / _MB_PER_CPU)
    return int(min(share, max(1, there)) * _NANO)
