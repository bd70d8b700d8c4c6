"""Pulls of images, in the words of containerd.

https://kubernetes.io/docs/concepts/containers/images/#imagepullbackoff
"""

from __future__ import annotations

_SIZE = 24576000
HUB = "docker.io"


def full_name(image):
    """The image as containerd resolves it: `registry:2` is `docker.io/library/registry:2`."""
    head, _, rest = image.partition("/")
    if not rest:
        name = f"{HUB}/library/{image}"
    elif "." in head or ":" in head or head == "localhost":
        name = image
    else:
        name = f"{HUB}/{image}"
    is_tagged = ":" in name.rpartition("/")[2] or "@" in name
    return name if is_tagged else f"{name}:latest"


def failure(image, given=""):
    """What containerd says of an image that it cannot get; `given` replaces the last part."""
    name = full_name(image)
    why = given or f"{name}: not found"
    code = "rpc error: code = NotFound desc = " if not given else ""
    return (
        f'{code}failed to pull and unpack image "{name}": failed to resolve reference "{name}": '
        f"{why}"
    )


def fail(world, pod, image, why):
    """Writes the events of a failed pull."""
    for reason, text in (
        ("Pulling", f'Pulling image "{image}"'),
        ("Failed", f'Failed to pull image "{image}": {why}'),
        ("Failed", "Error: ErrImagePull"),
    ):
        world.event(pod, reason, text, is_warning=reason == "Failed")


def back_off(world, pod, image):
    """Writes the events of a pull that waits for its next try."""
    world.event(pod, "BackOff", f'Back-off pulling image "{image}"')
    world.event(pod, "Failed", "Error: ImagePullBackOff", is_warning=True)


def pulled(world, pod, image):
    """Writes the events of a pull that went well."""
    world.event(pod, "Pulling", f'Pulling image "{image}"')
    text = (
        f'Successfully pulled image "{image}" in 1.2s (1.2s including waiting). '
        f"Image size: {_SIZE} bytes."
    )
    world.event(pod, "Pulled", text)
