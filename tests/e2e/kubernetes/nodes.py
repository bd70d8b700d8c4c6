"""What a kubelet does with a pod, done with processes: the container of a stored Deployment, with its mounts as folders of a test."""

from __future__ import annotations

import base64
import contextlib
import http.client
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import harness
from tests.apiserver.cluster import Cluster

LIMIT_S, POLL_S = 30, 0.1


class Container:
    """The first container of a Deployment, on a port of its own."""

    def __init__(self, cluster: Cluster, namespace: str, name: str, folder: Path) -> None:
        self._cluster, self._namespace, self._folder = cluster, namespace, folder
        self._spec = cluster.get("Deployment", namespace, name)["spec"]["template"]["spec"]
        self._container = self._spec["containers"][0]
        self.port = harness.free_port()
        for volume in self._spec["volumes"]:
            (folder / volume["name"]).mkdir(parents=True)
        self.mount()

    def mount(self) -> None:
        """Writes what ConfigMaps and Secrets have now, each file at once, as a kubelet does from time to time."""
        for volume in self._spec["volumes"]:
            for name, text in self._files(volume).items():
                path = self._folder / volume["name"] / name
                new = path.with_name("..data")
                new.write_text(text)
                new.replace(path)

    def _files(self, volume: dict) -> dict[str, str]:
        if "configMap" in volume:
            found = self._get("ConfigMap", volume["configMap"]["name"])
            return {name: self._here(text) for name, text in found["data"].items()}
        if "secret" in volume:
            found = self._get("Secret", volume["secret"]["secretName"])
            return {name: base64.b64decode(data).decode() for name, data in found["data"].items()}
        return {}

    def _get(self, kind: str, name: str) -> dict:
        return self._cluster.get(kind, self._namespace, name)

    def _here(self, text: str) -> str:
        """Paths and port of the pod, as they are here; all at once, since a path here may have one of there in it."""
        port, mounts = self._container["ports"][0]["containerPort"], self._container["volumeMounts"]
        here = {row["mountPath"]: str(self._folder / row["name"]) for row in mounts}
        here |= dict.fromkeys((f"0.0.0.0:{port}", f":{port}"), f"127.0.0.1:{self.port}")
        longest_first = sorted(here, key=len, reverse=True)
        return re.sub("|".join(map(re.escape, longest_first)), lambda found: here[found[0]], text)

    def _command(self) -> list[str]:
        words = [self._here(word) for word in self._container["args"]]
        if self._container["image"].startswith("homeport:"):
            return [sys.executable, "-P", "-m", "homeport", *words]
        # What the entry point of the image does: https://github.com/distribution/distribution-library-image
        return [harness.tool("docker-registry"), "serve", *words]

    def _environment(self) -> dict[str, str]:
        given = {row["name"]: self._here(row["value"]) for row in self._container.get("env", ())}
        return {"PATH": os.environ["PATH"], "HOME": str(self._folder)} | given

    @property
    def _log(self) -> str:
        return (self._folder / "log").read_text()[-3000:]

    def _wait(self, process: subprocess.Popen) -> None:
        """Until it is ready, as its probe has it."""
        path, pause = self._container["readinessProbe"]["httpGet"]["path"], threading.Event()
        for _ in range(int(LIMIT_S / POLL_S)):
            assert process.poll() is None, self._log
            if self._is_ready(path):
                return
            pause.wait(POLL_S)
        raise AssertionError(f"it never answers 200 to {path}:\n{self._log}")

    def _is_ready(self, path: str) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=LIMIT_S)
        with contextlib.closing(connection), contextlib.suppress(OSError):
            connection.request("GET", path)
            return connection.getresponse().status == 200
        return False

    @contextlib.contextmanager
    def running(self) -> Iterator[None]:
        """It runs while the block does."""
        with (self._folder / "log").open("wb") as log:
            process = subprocess.Popen(
                self._command(),
                env=self._environment(),
                cwd=self._folder,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        try:
            self._wait(process)
            yield
            assert process.poll() is None, self._log
        finally:
            process.terminate()
            process.wait(LIMIT_S)
