"""What a start does not load. Each of these costs it 1 to 60 ms."""

import subprocess
import sys

import pytest

HEAVY = {"awscrt", "boto3", "botocore", "cryptography", "homeport.aws.dynamodb", "homeport.stack.reference.page", "homeport.stack.distribution", "rich", "shutil", "tomllib", "urllib3", "yaml"}  # fmt: skip

LOADED = """
import importlib, sys
from homeport.cli import arguments, main
command = importlib.import_module(main.COMMANDS["serve"].module)
parser = arguments.Parser(["{component}"])
command.configure(parser)
parser.given().load()
importlib.import_module("homeport.serve.{component}")
print(*sys.modules)
"""


@pytest.mark.parametrize("component", ["cloud", "registry"])
def test_what_a_component_does_not_load(component, tmp_path):
    loaded = subprocess.run(
        [sys.executable, "-I", "-c", LOADED.format(component=component)],
        env={"HOME": str(tmp_path)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert HEAVY & set(loaded.stdout.split()) == set()
