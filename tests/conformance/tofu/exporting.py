"""Writes an export for the tests of this folder."""

from __future__ import annotations

import os
from pathlib import Path

from tests.targets.kubernetes.objects import stacks

from homeport.cli.tofu import export as command
from homeport.tofu.export import export, folder
from homeport.tofu.export.wanted import Form

HTPASSWD = "admin:$2b$05$" + "a" * 21 + "O" + "b" * 31
WORD = "not-to-be-shown"
GIVEN = {
    "cloud.engine": "builtin",
    "cloud.environment": '{"PRICE": "${5} %{if} $${y}", "MY_PASSWORD": "x"}',
    "registry.engine": "builtin",
}
"""Own engines start without a token and a socket of the node; a text begins an expression, another is secret."""
VARIABLES = {"registry_auth_htpasswd": HTPASSWD, "localstack_env_my_password": WORD}


def write(root: Path, form: Form = Form.RESOURCES, **more: str) -> None:
    """The files of a stack."""
    chosen = stacks.chosen(GIVEN | {key.replace("__", "."): text for key, text in more.items()})
    texts = export.files(command.wanted(chosen, form))
    folder.carry_out(root, folder.steps(root, texts, is_forced=False))


def environment(kubeconfig: Path | str = os.devnull) -> dict[str, str]:
    """The variables of that stack, as the program takes them."""
    given = VARIABLES | {"kubeconfig": str(kubeconfig)}
    return {f"TF_VAR_{name}": text for name, text in given.items()}
