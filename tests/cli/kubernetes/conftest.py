"""The commands of the cluster as a person runs them, against a stand-in."""

import json

import pytest
from tests.apiserver import cluster as clusters

from homeport.cli import main


class Person:
    """Somebody at a shell, who deploys a stack that is all Homeport's own."""

    def __init__(self, stand_in, folder, capsys):
        self.stand_in, self.folder, self._capsys = stand_in, folder, capsys
        self.file = folder / "homeport.toml"
        self.set()

    def set(self, text="", cloud='edge = "off"'):
        """Writes homeport.toml."""
        data, kubeconfig = self.folder / "data", self.folder / "kubeconfig"
        self.stand_in.kubeconfig(kubeconfig)
        self.file.write_text(
            f'data = "{data}"\n[kubernetes]\nkubeconfig = "{kubeconfig}"\ntimeout_s = 20\n'
            f'[cloud]\nengine = "builtin"\n{cloud}\n{text}\n'
        )

    def run(self, *words):
        """Exit code, standard output and standard error."""
        self._capsys.readouterr()
        code = main.main([words[0], "--config", str(self.file), *words[1:]])
        said = self._capsys.readouterr()
        return code, said.out, said.err

    def events(self, *words):
        code, out, _ = self.run(*words, "-o", "json")
        return code, [json.loads(line) for line in out.splitlines()]

    def apply(self, *words):
        code, out, err = self.run("apply", "--yes", *words)
        assert code == 0, (err, out)
        self.stand_in.settle()
        return out


@pytest.fixture
def person(tmp_path, capsys, monkeypatch):
    for name in ("KUBECONFIG", "HOMEPORT_CONFIG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    with clusters.Cluster() as stand_in:
        yield Person(stand_in, tmp_path, capsys)
