"""What an engine is told about the container of an environment.

https://docs.docker.com/reference/api/engine/version/v1.47/#tag/Container/operation/ContainerCreate
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from homeport.aws.lambda_.executors.base import Plan, StartFailed
from homeport.aws.lambda_.images import running
from homeport.aws.lambda_.model import Image, Version

LABEL = "homeport.functions"
"""Its value is the stack's; containers with it belong to nobody once their stack's process has ended."""
_FUNCTION_LABEL = "homeport.function"

_USER = "993:990"
"""AWS's `sbx_user1051`, whatever the image says."""
_MB = 1024 * 1024
_MB_PER_CPU = 1769
"""https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html"""
_NANO = 1_000_000_000
_FILES = 1024
_PROCESSES = 1024
"""https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html: file descriptors, processes and threads"""


class Command(NamedTuple):
    """What runs; an empty part is left to the image."""

    entry_point: tuple[str, ...] = ()
    arguments: tuple[str, ...] = ()
    folder: str = ""


def command(plan: Plan) -> Command:
    """How a version is run in its image. Raises `StartFailed` where it has nothing that could be."""
    version = plan.version
    if version.image is not None:
        return _of_image(version.image)
    if not version.runtime.startswith("provided"):
        # AWS's images take the handler: https://docs.aws.amazon.com/lambda/latest/dg/python-image.html
        return Command(arguments=(version.handler,))
    places = [(plan.code.task, "/var/task"), *((layer, "/opt") for layer in plan.code.layers)]
    for folder, inside in places:
        if folder is not None and (folder / "bootstrap").exists():
            return Command((f"{inside}/bootstrap",), (version.handler,), "/var/task")
    raise StartFailed(f"Function {version.function.name} has no bootstrap.")


def _of_image(image: Image) -> Command:
    return Command(image.entry_point, image.command, image.working_directory)


def container(
    plan: Plan,
    run: Command,
    image: str,
    own: Mapping[str, str],
    layers: Path | None,
    processors: int,
    stack: str,
) -> dict[str, Any]:
    """The body that creates a container. `own` are the image's variables, `layers` is what `/opt` is."""
    version = plan.version
    body: dict[str, Any] = {
        "Image": image,
        "Cmd": list(run.arguments) or None,
        "Entrypoint": list(run.entry_point) or None,
        "WorkingDir": run.folder,
        "Env": [f"{name}={value}" for name, value in _variables(plan, own).items()],
        "User": _USER,
        "AttachStdout": True,
        "AttachStderr": True,
        "Labels": {LABEL: stack, _FUNCTION_LABEL: version.function.arn},
        "HostConfig": _host(plan, layers, processors),
    }
    return {name: value for name, value in body.items() if value not in (None, "")}


def _variables(plan: Plan, own: Mapping[str, str]) -> dict[str, str]:
    if plan.version.image is not None:
        seen = running.variables(plan.version, plan.environment, own)
    else:
        seen = {**plan.environment, "LAMBDA_TASK_ROOT": "/var/task"}
    return {**seen, "AWS_LAMBDA_RUNTIME_API": plan.api}


def _host(plan: Plan, layers: Path | None, processors: int) -> dict[str, Any]:
    version = plan.version
    binds = [(plan.code.task, "/var/task"), (layers, "/opt")]
    return {
        # The Runtime API and our AWS listen on this machine's loopback.
        "NetworkMode": "host",
        "Mounts": [_bind(path, target) for path, target in binds if path is not None],
        "Tmpfs": {"/tmp": f"rw,exec,nosuid,nodev,size={version.ephemeral_mb}m,uid=993,gid=990"},  # noqa: S108 - inside
        "ReadonlyRootfs": True,
        "Memory": version.memory_mb * _MB,
        "MemorySwap": version.memory_mb * _MB,
        "NanoCpus": _processors(version, processors),
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


def _processors(version: Version, there: int) -> int:
    """AWS's share for the memory, but a whole processor at the least: small functions would take long to start."""
    share = max(1.0, version.memory_mb / _MB_PER_CPU)
    return int(min(share, max(1, there)) * _NANO)
