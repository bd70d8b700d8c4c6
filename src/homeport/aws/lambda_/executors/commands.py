"""What runs in a container, for all executors that start one from an image."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from homeport.aws.lambda_.executors.base import Plan, StartFailed
from homeport.aws.lambda_.images import running
from homeport.aws.lambda_.model import Image


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


def variables(plan: Plan, api: str, own: Mapping[str, str]) -> dict[str, str]:
    """What the function sees beside what its image sets; `own` are the image's variables, where they are known."""
    if plan.version.image is not None:
        seen = running.variables(plan.version, plan.environment, own)
    else:
        seen = {**plan.environment, "LAMBDA_TASK_ROOT": "/var/task"}
    return {**seen, "AWS_LAMBDA_RUNTIME_API": api}
