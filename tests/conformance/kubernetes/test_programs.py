"""How the control plane is made of its sources, without making it."""

from __future__ import annotations

from tests.conformance.kubernetes import programs

GO_MOD = """\
// a comment
module k8s.io/kubernetes

go 1.25.0

require (
	github.com/blang/semver/v4 v4.0.0
	k8s.io/api v0.0.0
)

replace (
	k8s.io/api => ./staging/src/k8s.io/api
	k8s.io/nowhere => ./staging/src/k8s.io/nowhere
)
"""


def test_all_programs_are_of_pinned_modules():
    assert set(programs.COMMANDS) <= set(programs.versions())


def test_each_version_has_both_hashes():
    rows = [line.split() for line in programs.VERSIONS.read_text().splitlines()]
    pinned = {(name, version) for name, version, _ in rows}
    for name, version in programs.versions().items():
        assert {(name, version), (name, f"{version}/go.mod")} <= pinned
    assert all(digest.startswith("h1:") for *_, digest in rows)


def test_folders_beside_a_module_become_published_modules():
    made = programs._requirements(GO_MOD)
    version = programs.versions()["k8s.io/api"]
    assert f"replace k8s.io/api => k8s.io/api {version}" in made.splitlines()
    assert "module control" in made.splitlines()
    assert "\tgithub.com/blang/semver/v4 v4.0.0" in made.splitlines()
    assert "staging" not in made


def test_other_versions_are_kept_elsewhere(monkeypatch, tmp_path):
    before = programs.folder()
    other = tmp_path / "versions.txt"
    other.write_text(programs.VERSIONS.read_text().replace("v1.35.6", "v1.36.0"))
    monkeypatch.setattr(programs, "VERSIONS", other)
    assert programs.folder().name.startswith("kubernetes-v1.36.0-")
    assert programs.folder() != before
