"""How OpenTofu is made of its sources, without making it."""

from __future__ import annotations

import pytest
from tests.conformance.tofu import programs

GO_MOD = """\
module github.com/opentofu/opentofu

go 1.26.6

require (
	github.com/hashicorp/hcl/v2 v2.20.1
)

replace github.com/hashicorp/hcl/v2 v2.20.1 => github.com/opentofu/hcl/v2 v2.20.2

tool (
	example.org/a
	example.org/b
)

tool example.org/c
"""


def test_what_its_makers_use_is_left_out():
    made = programs.requirements(GO_MOD)
    assert made.startswith("module control\n")
    assert "replace github.com/hashicorp/hcl/v2 v2.20.1 => github.com/opentofu/hcl/v2" in made
    assert "tool" not in made
    assert "example.org" not in made


def test_the_version_has_both_hashes():
    rows = [line.split() for line in programs.VERSIONS.read_text().splitlines()]
    assert [row[:2] for row in rows] == [
        [programs.MODULE, programs.version()],
        [programs.MODULE, f"{programs.version()}/go.mod"],
    ]
    assert all(row[2].startswith("h1:") for row in rows)


def test_another_version_is_kept_elsewhere(monkeypatch, tmp_path):
    before, other = programs.path(), tmp_path / "versions.txt"
    other.write_text(programs.VERSIONS.read_text().replace(programs.version(), "v9.9.9"))
    monkeypatch.setattr(programs, "VERSIONS", other)
    assert programs.path().parent.name.startswith("tofu-v9.9.9-")
    assert programs.path() != before


def test_without_go_it_says_so(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(programs.NotBuilt, match="Go"):
        programs.build()
