"""What docs/opentofu.md tells a stranger to type does what it says."""

import re
from pathlib import Path

import pytest
from tests.e2e.tofu import terraforming

pytestmark = pytest.mark.e2e

PAGE = Path(__file__).parents[3] / "docs/opentofu.md"


def test_the_first_example_from_nothing_to_an_apply(stand_in, home, tmp_path):
    example = re.search(r"```hcl\n(# main.tf\n.*?)```", PAGE.read_text("utf-8"), re.DOTALL)[1]
    kubeconfig = stand_in.kubeconfig(tmp_path / "kubeconfig")
    person = terraforming.Terraform(tmp_path / "work", home, KUBECONFIG=str(kubeconfig))
    (person.folder / "main.tf").write_text(example)
    person.ok("init")
    assert 'registry = "https://registry.homelab.local"' in person.apply()
    assert person.plan().code == 0
