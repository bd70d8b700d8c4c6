"""Images as they are asked for: their manifests read, their layers unpacked. All of it blocks: it is called on threads.

`homeport.aws.lambda_.images.images` loads it with the first image, since what it is made of takes 2 MiB.
"""

from __future__ import annotations

from pathlib import Path

from homeport.aws.lambda_.images import layer, manifest
from homeport.aws.lambda_.images.budget import Budget
from homeport.aws.lambda_.images.client import Client
from homeport.aws.lambda_.images.manifest import Known, Manifest
from homeport.aws.lambda_.images.place import Place
from homeport.aws.lambda_.images.tree import Tree


def digest(place: Place, repository: str, reference: str) -> str:
    """The digest of the manifest or index that a name leads to. Raises `NoImage`, `BadImage`, `Unreachable`."""
    with Client(place) as client:
        return client.manifest(repository, reference).digest


def read(place: Place, repository: str, digest: str, architecture: str) -> Known:
    """What an image is made of and how it is run. Raises as `digest`."""
    with Client(place) as client:
        body = client.manifest(repository, digest).body
        chosen = manifest.chosen(body, architecture)
        if chosen is not None:
            body = client.manifest(repository, chosen).body
        found = manifest.manifest(body)
        config = b"".join(client.blob(repository, found.config))
        return Known(found, manifest.config(config))


def unpack(place: Place, repository: str, image: Manifest, folder: Path, budget: Budget) -> None:
    """Lays the layers over each other in a folder. Raises as `digest`, and `StorageError`."""
    root = Tree(str(folder))
    with Client(place) as client:
        for each in image.layers:
            layer.lay(root, budget.watched(client.blob(repository, each)), budget)
    root.finish()
