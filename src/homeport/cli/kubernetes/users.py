"""What `homeport users` does where the registry is deployed to a cluster: it edits the file from which `apply` makes the Secret."""

from __future__ import annotations

from pathlib import Path

from homeport.cli import arguments, output
from homeport.cli.kubernetes import opening
from homeport.targets.kubernetes import users


def file(given: arguments.Given) -> Path:
    """The file of the deployed registry's users, written anew from the cluster where it was lost."""
    chosen = given.load().settings
    path = users.file(chosen)
    if not path.exists():
        with opening.opened(given) as here:
            if users.take_over(chosen, here.cluster):
                output.note(f"The users were taken from the context {here.cluster.context}.")
    return path


def add(given: arguments.Given, name: str, password: str) -> None:
    """Adds a user, or gives one that is there a new password."""
    users.add(given.load().settings, name, password)
