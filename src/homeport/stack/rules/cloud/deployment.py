"""The Deployment of the cloud, as the rules read it."""

from __future__ import annotations

from homeport.stack import settings
from homeport.stack.rules import objects
from homeport.stack.rules.rule import Object, Planned, Running

NAME, CLAIM = "localstack", "localstack-storage"


def of(planned: Planned) -> Object:
    """The rendered Deployment."""
    return objects.find(planned, "Deployment", NAME)


def variables(planned: Planned) -> dict[str, str | None]:
    """Its environment."""
    return objects.variables(of(planned))


def is_upstream(chosen: settings.Settings) -> bool:
    """Whether it is LocalStack."""
    return chosen.cloud.engine != "builtin"


def is_homeports(planned: Planned, running: Running) -> bool:
    """Whether what runs is Homeport's own: on this machine always."""
    return running.cluster is None or not is_upstream(planned.chosen)


def image(planned: Planned) -> str:
    """The image that it runs."""
    return str(objects.container(of(planned))["image"])
