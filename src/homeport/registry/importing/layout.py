"""The storage folder of Distribution (`registry:2`), read as it lies on the disk; nothing in it is changed.

https://github.com/distribution/distribution/blob/v3.1.1/registry/storage/paths.go
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from homeport import errors
from homeport.registry.grammar import names
from homeport.storage.shelving import adopting

BELOW = ("docker", "registry", "v2")
"""Where everything lies below the folder that a configuration names."""
_LINK_BYTES = 256
"""More than the longest digest; a link is a file that holds one."""

OnDamage = Callable[[str, str], None]
"""Told of what can not be read: where, and why."""


class Damaged(Exception):
    """Something in the folder is not what it should be; the text says what."""


class Link(NamedTuple):
    """A tag, or a revision where `tag` is empty: what a repository has under it, and since when."""

    repository: str
    digest: str
    tag: str
    at: float


class Layout:
    """The folder `docker/registry/v2`. Every function reads the disk, so they belong into a thread."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._blobs = f"{root}/blobs"
        self._repositories = f"{root}/repositories"

    @classmethod
    def find(cls, path: Path) -> Layout:
        """The storage at a path, which may be its root or any folder on the way down to `v2`."""
        try:
            found = path.resolve()
        except (OSError, ValueError, RuntimeError) as error:
            raise errors.HomeportError(f"{str(path)!r} leads nowhere: {error}.") from error
        for length in range(len(BELOW) + 1):
            root = found.joinpath(*BELOW[length:])
            if found.parts[len(found.parts) - length :] != BELOW[:length]:
                continue
            if all(_is_folder(root / name) for name in ("repositories", "blobs")):
                return cls(root)
        raise errors.HomeportError(
            f"{path} is no storage folder of a registry: there is no {'/'.join(BELOW)} with `blobs` and `repositories` in it.",
            hint="Give the folder that `storage.filesystem.rootdirectory` of its config.yml names, by default /var/lib/registry.",
        )

    # What there is

    def links(self, on_damage: OnDamage) -> Iterator[Link]:
        """All tags and revisions, repository after repository, tags first."""
        for name, folder in self._found_repositories(on_damage):
            yield from self._tags(name, f"{folder}/_manifests/tags", on_damage)
            yield from self._revisions(name, f"{folder}/_manifests/revisions", on_damage)

    def _found_repositories(self, on_damage: OnDamage) -> Iterator[tuple[str, str]]:
        """Names and folders. A repository may lie inside the folder of another."""
        waiting = [_folders(self._repositories, on_damage)]
        while waiting:
            folder = next(waiting[-1], None)
            if folder is None:
                waiting.pop()
                continue
            above, _, last = folder.rpartition("/")
            name = folder[len(self._repositories) + 1 :]
            if last == "_manifests" and above != self._repositories:
                yield above[len(self._repositories) + 1 :], above
            elif names.is_repository(name):
                waiting.append(_folders(folder, on_damage))
            elif last not in {"_layers", "_uploads"}:
                on_damage(folder, "it is not the name of a repository")

    def _tags(self, repository: str, folder: str, on_damage: OnDamage) -> Iterator[Link]:
        for path in _folders(folder, on_damage):
            tag = path[len(folder) + 1 :]
            if not names.is_tag(tag):
                on_damage(path, "it is not the name of a tag")
                continue
            try:
                digest, at = self._read_link(f"{path}/current/link")
            except FileNotFoundError:
                continue  # a tag that was deleted leaves its folder
            except (Damaged, OSError) as error:
                on_damage(f"{path}/current/link", text(error))
            else:
                yield Link(repository, digest, tag, at)

    def _revisions(self, repository: str, folder: str, on_damage: OnDamage) -> Iterator[Link]:
        for algorithm in names.ALGORITHMS:
            for path in _folders(f"{folder}/{algorithm}", on_damage):
                digest = f"{algorithm}:{path[len(folder) + len(algorithm) + 2 :]}"
                try:
                    link = self.revision(repository, digest)
                except (Damaged, OSError) as error:
                    on_damage(path, text(error))
                else:
                    if link is not None:
                        yield link

    def blobs(self) -> Iterator[tuple[str, int]]:
        """Digests and sizes of all blobs, whether anything names them or not, as far as they can be read."""

        def on_damage(_where: str, _why: str) -> None:
            """Told where an image needs it."""

        for algorithm in names.ALGORITHMS:
            for folder in _folders(f"{self._blobs}/{algorithm}", on_damage):
                for path in _folders(folder, on_damage):
                    digest = f"{algorithm}:{os.path.basename(path)}"  # noqa: PTH119 - paths are text here
                    if names.is_digest(digest) and self.blob(digest) == f"{path}/data":
                        try:
                            yield digest, os.lstat(f"{path}/data").st_size
                        except FileNotFoundError:
                            continue  # a collection leaves folders

    # What one of them is

    def revision(self, repository: str, digest: str) -> Link | None:
        """A manifest of a repository; None where it has none of that digest, or it was deleted."""
        _check_digest(digest)
        algorithm, _, encoded = digest.partition(":")
        folder = f"{self._repositories}/{repository}/_manifests/revisions"
        try:
            linked, at = self._read_link(f"{folder}/{algorithm}/{encoded}/link")
        except FileNotFoundError:
            return None
        if linked != digest:
            raise Damaged(f"its link names {linked}")
        return Link(repository, digest, "", at)

    def has_layer(self, repository: str, digest: str) -> bool:
        """Whether a blob belongs to a repository."""
        _check_digest(digest)
        algorithm, _, encoded = digest.partition(":")
        try:
            self._read_link(f"{self._repositories}/{repository}/_layers/{algorithm}/{encoded}/link")
        except (Damaged, OSError):
            return False
        return True

    def blob(self, digest: str) -> str:
        """Where the bytes of a digest are, or would be."""
        _check_digest(digest)
        algorithm, _, encoded = digest.partition(":")
        return f"{self._blobs}/{algorithm}/{encoded[:2]}/{encoded}/data"

    def check_blob(self, digest: str) -> None:
        """Raises `Damaged` where the bytes of a digest are not to be had."""
        try:
            os.close(_open(self.blob(digest)))
        except FileNotFoundError as error:
            raise Damaged(f"{digest} is missing") from error
        except OSError as error:
            raise Damaged(f"{digest} could not be read: {text(error)}") from error

    def read(self, digest: str, limit: int) -> bytes:
        """The bytes of a small blob, up to `limit`. They are what is there, whatever the digest. Raises `Damaged`, `OSError`."""
        data, _ = _read(self.blob(digest), limit + 1)
        if len(data) > limit:
            raise Damaged(f"it has more than {limit:,} bytes")
        return data

    def _read_link(self, path: str) -> tuple[str, float]:
        data, at = _read(path, _LINK_BYTES)
        digest = data.decode("ascii", "replace").strip()
        if not names.is_digest(digest):
            raise Damaged("it is empty" if not data else "it holds no digest")
        return digest, at


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir() and path.resolve() == path
    except OSError as error:
        raise errors.HomeportError(
            f"{path} could not be read: {error.strerror}.", hint="Check the rights of that folder."
        ) from error


def _read(path: str, limit: int) -> tuple[bytes, float]:
    """The first bytes of a file, and when it was written."""
    fd = _open(path)
    try:
        return os.pread(fd, limit, 0), os.fstat(fd).st_mtime
    finally:
        os.close(fd)


def _open(path: str) -> int:
    """Opens a plain file; raises `Damaged` where a symbolic link is on the way: it could lead out of the folder."""
    fd = adopting.open_plain(path)
    if _where(fd, path) != path:
        os.close(fd)
        raise Damaged("a symbolic link is on the way to it, and none is followed")
    return fd


def _where(fd: int, path: str) -> str:
    """Where an open file lies. Linux knows; elsewhere each folder on the way is looked at, which takes ten times as long."""
    try:
        return os.readlink(f"/proc/self/fd/{fd}").removesuffix(" (deleted)")  # noqa: PTH115 - paths are text here
    except FileNotFoundError:
        return os.path.realpath(path)


def _check_digest(digest: str) -> None:
    if not names.is_digest(digest):
        raise Damaged("it is not a digest")


def _folders(path: str, on_damage: OnDamage) -> Iterator[str]:
    """The folders in a folder, as they are found; none where it is not there."""
    try:
        with os.scandir(path) as entries:
            for entry in entries:
                if entry.is_symlink():
                    on_damage(entry.path, "it is a symbolic link, and none is followed")
                elif entry.is_dir(follow_symlinks=False):
                    yield entry.path
    except FileNotFoundError:
        return
    except OSError as error:
        on_damage(path, text(error))


def text(error: Exception) -> str:
    """What went wrong, without the path, which is named beside it."""
    return (error.strerror if isinstance(error, OSError) else None) or str(error)
