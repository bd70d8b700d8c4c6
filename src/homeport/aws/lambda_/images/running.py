"""How an image is run, from its configuration and from what the function overrides of it.

https://docs.aws.amazon.com/lambda/latest/dg/images-create.html, https://docs.aws.amazon.com/lambda/latest/api/API_ImageConfig.html
"""

from __future__ import annotations

from collections.abc import Mapping

from homeport.aws.lambda_.images.manifest import Config
from homeport.aws.lambda_.model import Image, Version

_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
"""Where the image names none, as of all engines: https://github.com/opencontainers/image-spec/blob/main/conversion.md"""
_REPLACEABLE = ("LANG", "TZ")
"""What AWS sets unless the function, or here its image, says otherwise."""


def command(image: Image, config: Config) -> tuple[str, ...]:
    """The program and its arguments; each of the two parts may be overridden alone."""
    return (image.entry_point or config.entry_point) + (image.command or config.command)


def folder(image: Image, config: Config) -> str:
    """The working folder."""
    return image.working_directory or config.folder or "/"


def variables(
    version: Version, environment: Mapping[str, str], own: Mapping[str, str]
) -> dict[str, str]:
    """What the function sees: `environment` is what AWS sets and the function's own, `own` that of the image."""
    seen = {
        "PATH": _PATH,
        "LAMBDA_TASK_ROOT": "/var/task",
        "LAMBDA_RUNTIME_DIR": "/var/runtime",
        **own,
        **environment,
    }
    for name in _REPLACEABLE:
        if name in own and name not in version.environment:
            seen[name] = own[name]
    return seen
