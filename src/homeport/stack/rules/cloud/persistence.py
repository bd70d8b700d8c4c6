"""PERSISTENCE MUST be enabled."""

from __future__ import annotations

from collections.abc import Iterator

from homeport.stack.rules.cloud import choices, deployment, images
from homeport.stack.rules.cloud.images import Edition
from homeport.stack.rules.rule import Finding, Level, Planned, Rule


def on_plan(planned: Planned) -> Iterator[Finding]:
    """The variable is 1, and the image is one that heeds it."""
    value = deployment.variables(planned).get("PERSISTENCE")
    if value != "1":
        yield Finding(
            f"PERSISTENCE is {value!r}, and must be '1'.",
            "Leave PERSISTENCE out of cloud.environment in homeport.toml.",
        )
    if not deployment.is_upstream(planned.chosen):
        return
    image = deployment.image(planned)
    match images.edition(image):
        case Edition.FREE:
            yield Finding(
                f"{image} takes PERSISTENCE=1 and ignores it: a free image of LocalStack forgets everything at each restart.",
                choices.persistence(is_homeports=False),
            )
        case Edition.OLD:
            yield Finding(
                f"{image} is of before 1.0 and does not know PERSISTENCE: it records requests in DATA_DIR, and not of all services.",
                choices.persistence(is_homeports=False),
            )
        case Edition.UNKNOWN:
            yield Finding(
                f"Whether {image} heeds PERSISTENCE=1 cannot be told by its name.",
                "homeport verify --restart --rule cloud-kept tells.",
                Level.WARNING,
            )


RULE = Rule(
    id="cloud-persistence",
    title="PERSISTENCE MUST be enabled (value: 1).",
    why="Without it all queues, tables and objects are gone with each restart of the pod, as a node's update is one.",
    hint="cloud.engine = builtin keeps everything; LocalStack does with a licence that has persistence.",
    link="https://docs.localstack.cloud/aws/capabilities/state-management/persistence/",
    plan=on_plan,
)
