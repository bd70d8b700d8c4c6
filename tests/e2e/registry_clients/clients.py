"""Real clients with everything of their own: storage, logins, trust. Each is called with the registry and its own arguments."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from subprocess import CompletedProcess

import daemons
import harness
from tests.e2e.registry_clients.served import Registry

Done = CompletedProcess[str]


def _environment(home: Path, registry: Registry) -> dict[str, str]:
    """Without the caller's names and logins. The logins of one registry are those of all clients in this home."""
    return {
        "PATH": f"/usr/sbin:/sbin:{os.environ['PATH']}",
        "HOME": str(home),
        "SSL_CERT_FILE": str(registry.ca),
        "REGISTRY_AUTH_FILE": str(home / f"auth-{registry.port}.json"),
    }


class Tool:
    """skopeo, podman or buildah. Certificates and logins are those of the registry it is called for."""

    def __init__(self, name: str, home: Path, *own: str | Path) -> None:
        self._path = harness.tool(name)
        self._home = home
        self._own = own

    def __call__(
        self, registry: Registry, *arguments: str | Path, registries: Path | None = None, **options
    ) -> Done:
        """`registries` is a registries.conf."""
        environment = _environment(self._home, registry)
        if registries is not None:
            environment["CONTAINERS_REGISTRIES_CONF"] = str(registries)
        logins = Path(environment["REGISTRY_AUTH_FILE"])
        if not logins.exists():
            logins.write_text("{}")
        return harness.run(self._path, *self._own, *arguments, env=environment, **options)

    def login(self, registry: Registry, user: str, password: str, **options) -> Done:
        words = ("login", "-u", user, "--password-stdin", registry.host)
        return self(registry, *words, input=password, **options)

    def logout(self, registry: Registry) -> None:
        (self._home / f"auth-{registry.port}.json").write_text("{}")


class Docker:
    """A docker CLI and its engine."""

    def __init__(self, run: harness.Client, home: Path) -> None:
        self._run = run
        self._home = home

    def __call__(self, registry: Registry, *arguments: str | Path, **options) -> Done:
        logins = self._home / f"docker-{registry.port}"
        return self._run("--config", logins, *arguments, **options)

    def login(self, registry: Registry, user: str, password: str, **options) -> Done:
        words = ("login", "-u", user, "--password-stdin", registry.host)
        return self(registry, *words, input=password, **options)

    def logout(self, registry: Registry) -> None:
        shutil.rmtree(self._home / f"docker-{registry.port}", ignore_errors=True)

    @contextlib.contextmanager
    def mirrored(self, registry: Registry) -> Iterator[None]:
        """Asks the registry first for images of docker.io: https://docs.docker.com/docker-hub/image-library/mirror/"""
        self._configure(registry, [registry.url])
        try:
            yield
        finally:
            self._configure(registry, [])

    def _configure(self, registry: Registry, mirrors: list[str]) -> None:
        engine = self._home / "engine"
        (engine / "empty.json").write_text(json.dumps({"registry-mirrors": mirrors}))
        os.kill(int((engine / "pid").read_text()), signal.SIGHUP)
        deadline = time.monotonic() + 20
        while self._mirrors(registry) != [f"{url}/" for url in mirrors]:
            assert time.monotonic() < deadline, self._mirrors(registry)
            time.sleep(0.05)

    def _mirrors(self, registry: Registry) -> list[str]:
        said = self(registry, "info", "--format", "{{json .RegistryConfig.Mirrors}}").stdout
        return json.loads(said) or []


class Ctr:
    """A ctr and its containerd. Where it finds registries is in a folder of hosts."""

    def __init__(self, run: harness.Client, home: Path) -> None:
        self._run = run
        self._home = home

    def __call__(self, registry: Registry, verb: str, *arguments: str | Path, **options) -> Done:
        """`ctr images verb`."""
        own: tuple[str | Path, ...] = ()
        if verb in {"pull", "push"}:
            own = ("--hosts-dir", self._hosts(registry))
        if verb == "pull":
            own += ("--snapshotter", "native")
        return self._run("images", verb, *own, *arguments, **options)

    def _hosts(self, registry: Registry) -> Path:
        """A folder that tells containerd whom to trust at the registry's address, and whom to ask for images of `docker.io`.

        What stands before the table is for `server`, which is asked last and has the last word.
        https://github.com/containerd/containerd/blob/main/docs/hosts.md
        """
        folder = self._home / f"hosts-{registry.port}"
        trust = f'ca = "{registry.ca}"\n' if registry.has_tls else ""
        for name in (registry.host, "docker.io"):
            (folder / name).mkdir(parents=True, exist_ok=True)
            (folder / name / "hosts.toml").write_text(
                f'server = "{registry.url}"\n{trust}[host."{registry.url}"]\n{trust}'
            )
        return folder


@contextlib.contextmanager
def near_the_root() -> Iterator[Path]:
    """A folder whose path is short enough for sockets and for podman."""
    folder = Path(tempfile.mkdtemp(prefix="hpc"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def docker() -> Iterator[Docker]:
    """A Docker engine of its own."""
    with near_the_root() as home:
        bare = {"PATH": f"/usr/sbin:/sbin:{os.environ['PATH']}", "HOME": str(home)}
        with daemons.dockerd(home / "engine", bare) as run:
            yield Docker(run, home)


@contextlib.contextmanager
def ctr() -> Iterator[Ctr]:
    """A containerd of its own."""
    with near_the_root() as home:
        bare = {"PATH": f"/usr/sbin:/sbin:{os.environ['PATH']}", "HOME": str(home)}
        with daemons.containerd(home / "engine", bare) as run:
            yield Ctr(run, home)


@contextlib.contextmanager
def stored(name: str) -> Iterator[Tool]:
    """A podman or buildah with images of its own."""
    with near_the_root() as home:
        places = ("--root", home / "root", "--runroot", home / "run", "--storage-driver", "vfs")
        yield Tool(name, home, *places)


@contextlib.contextmanager
def skopeo() -> Iterator[Tool]:
    """A skopeo with logins of its own."""
    with near_the_root() as home:
        yield Tool("skopeo", home, "--insecure-policy")
