"""AWS's own images for runtimes. https://gallery.ecr.aws/lambda"""

from __future__ import annotations

import re

from homeport.aws.lambda_.executors.base import MissingRuntime
from homeport.aws.lambda_.model import Version

REGISTRY = "public.ecr.aws/lambda"

_RUNTIME = re.compile(
    r"(?P<family>python|nodejs|ruby|java|dotnet|provided|go)(?P<version>\d[\d.]*)?(?:\.x)?(?P<system>\.al\d+)?"
)
_TAGS = {"provided": "alami"}
"""Where the tag is not what follows from the runtime's name."""


def of(version: Version) -> str:
    """AWS's image for a version's runtime, such as `public.ecr.aws/lambda/python:3.12`. Raises `MissingRuntime`."""
    match = _RUNTIME.fullmatch(version.runtime)
    if match is None:
        raise MissingRuntime(
            f"Function {version.function.name} needs the runtime {version.runtime}, for which there is no image.",
            hint="Choose one of https://gallery.ecr.aws/lambda.",
        )
    parts = [(match["version"] or "").rstrip("."), (match["system"] or "").removeprefix(".")]
    tag = ".".join(part for part in parts if part)
    return f"{REGISTRY}/{match['family']}:{_TAGS.get(version.runtime, tag)}"
