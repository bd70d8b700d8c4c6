"""Runtimes that functions bring along. https://docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html"""

from __future__ import annotations

from homeport.aws.lambda_.executors.base import MissingRuntime
from homeport.aws.lambda_.invoking.functions import Code
from homeport.aws.lambda_.model import Version
from homeport.aws.lambda_.runtimes.base import Places, Run


def run(code: Code, places: Places) -> Run:
    """Runs `bootstrap` of the function or, where it has none, of its layers."""
    if code.task is not None and (code.task / "bootstrap").exists():
        return Run(command=(f"{places.task}/bootstrap",))
    if any((layer / "bootstrap").exists() for layer in code.layers):
        return Run(command=(f"{places.layers}/bootstrap",))
    return Run(command=())


def no_dotnet(version: Version) -> MissingRuntime:
    """.NET's managed runtime is not there; its other form is a custom runtime, which runs."""
    return MissingRuntime(
        f"Function {version.function.name} needs the managed runtime {version.runtime}, which cannot run here.",
        hint="Publish it with its own runtime (dotnet publish --self-contained, assembly name bootstrap) and choose runtime "
        "provided.al2023.",
    )
