"""Folders as a kubelet mounts ConfigMaps and Secrets: the files are links through a link that is moved on in one step.

https://kubernetes.io/docs/concepts/configuration/configmap/#mounted-configmaps-are-updated-automatically
"""

from __future__ import annotations

import tempfile
from pathlib import Path


class Volume:
    """A mounted ConfigMap or Secret."""

    def __init__(self, parent: Path, files: dict[str, str]) -> None:
        self.path = Path(tempfile.mkdtemp(dir=parent, prefix="mounted"))
        self.path.chmod(0o755)
        self._count = 0
        self.update(files)
        for name in files:
            (self.path / name).symlink_to(f"..data/{name}")

    def update(self, files: dict[str, str]) -> None:
        """Gives the files new content, all at once."""
        self._count += 1
        made = self.path / f"..2026_11_29_{self._count}"
        made.mkdir(0o755)
        for name, text in files.items():
            (made / name).write_text(text)
        (self.path / "..data_tmp").symlink_to(made.name)
        (self.path / "..data_tmp").rename(self.path / "..data")

    def at(self, place: str) -> str:
        """The flag that mounts it."""
        return f"--volume={self.path}:{place}:ro"
