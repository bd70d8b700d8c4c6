"""What an environment of a container image sees: the image's own root, and nothing of this machine but how hosts are found."""

from __future__ import annotations

from pathlib import Path

from homeport.aws.lambda_.executors.base import Plan, StartFailed
from homeport.aws.lambda_.executors.process.launcher.spec import Spec
from homeport.aws.lambda_.images import running, tree
from homeport.aws.lambda_.images.images import Root
from homeport.aws.lambda_.model import Image


def shut(plan: Plan, image: Image, root: Root, mounted: Path, host_uid: int) -> Spec:
    """An environment whose root is an image; `mounted` is the folder that it is mounted on."""
    command = running.command(image, root.config)
    if not command:
        raise StartFailed(
            f"The image {image.uri} says not what to run.",
            hint="Give it an ENTRYPOINT or CMD, or set ImageConfig of the function.",
        )
    seen = running.variables(plan.version, plan.environment, root.config.environment)
    return Spec(
        command=list(command),
        environment={**seen, "AWS_LAMBDA_RUNTIME_API": plan.api},
        folder=running.folder(image, root.config),
        memory_mb=plan.version.memory_mb,
        ephemeral_mb=plan.version.ephemeral_mb,
        host_uid=host_uid,
        root=str(mounted),
        binds=_hosts(),
        image=str(root.path),
    )


def _hosts() -> list[tuple[str, str]]:
    """The files that say how hosts are found; what they are on this machine, be it behind a link."""
    found = [(Path("/", name).resolve(), f"/{name}") for name in tree.FILES]
    return [(str(path), inside) for path, inside in found if path.is_file()]
