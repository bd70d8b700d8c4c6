"""Kubeconfig files of tests."""

from __future__ import annotations

import base64
import dataclasses
from pathlib import Path

import yaml
from tests.apiserver.wire import certificates

from homeport.targets.kubernetes.cluster import kubeconfig
from homeport.targets.kubernetes.cluster.configuration.access import Access, Places


def text(content: bytes) -> str:
    return base64.b64encode(content).decode()


CA = certificates.authority().certificate_pem
PAIR = certificates.client("dev")
CLUSTER = {"server": "https://10.0.0.2:6443", "certificate-authority-data": text(CA)}
CERTIFIED = {
    "client-certificate-data": text(PAIR.certificate_pem),
    "client-key-data": text(PAIR.key_pem),
}


def config(name: str = "lab", cluster: object = CLUSTER, user: object = CERTIFIED) -> dict:
    """One cluster, one user, one context, all of one name."""
    return {
        "clusters": [{"name": name, "cluster": cluster}],
        "users": [{"name": name, "user": user}],
        "contexts": [{"name": name, "context": {"cluster": name, "user": name}}],
        "current-context": name,
    }


@dataclasses.dataclass
class Home:
    """A folder, and what is known by convention."""

    folder: Path
    places: Places
    environ: dict = dataclasses.field(default_factory=dict)

    def __post_init__(self) -> None:
        self.environ["HOME"] = str(self.folder)

    def write(self, content: object, name: str = ".kube/config") -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content if isinstance(content, str) else yaml.safe_dump(content))
        return path

    def load(self, path: Path | None = None, context: str = "") -> Access:
        return kubeconfig.load(path, context, self.environ, places=self.places)

    def of(self, **parts: object) -> Access:
        """The access of a file with this cluster and this user."""
        self.write(config(**parts))
        return self.load()
