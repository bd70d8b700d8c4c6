"""DATA_DIR MUST point to the mounted PVC path."""

from __future__ import annotations

from collections.abc import Iterator

from homeport.stack.rules import objects
from homeport.stack.rules.cloud import deployment
from homeport.stack.rules.rule import Finding, Planned, Rule

FIXED = "/var/lib/localstack"
"""Where LocalStack keeps its data from 1.0 on, whatever DATA_DIR says:
https://docs.localstack.cloud/aws/capabilities/config/filesystem/"""


def on_plan(planned: Planned) -> Iterator[Finding]:
    """The folder is on the claim, and is the one that the image writes to."""
    made = deployment.of(planned)
    folder = objects.variables(made).get("DATA_DIR") or ""
    volume = objects.claimed(made, deployment.CLAIM)
    mounted = objects.mounts(made, volume) if volume is not None else []
    if not any(objects.is_below(folder, path) for path in mounted):
        yield Finding(
            f"DATA_DIR is {folder or 'not set'}, and the claim {deployment.CLAIM} is mounted at {', '.join(mounted) or 'no path'}.",
            "Leave DATA_DIR out of cloud.environment in homeport.toml.",
        )
    if deployment.is_upstream(planned.chosen) and FIXED not in mounted:
        yield Finding(
            f"LocalStack writes to {FIXED} whatever DATA_DIR says, and no claim is mounted there.",
            "This is a mistake of Homeport: homeport render shows the mounts.",
        )


RULE = Rule(
    id="cloud-data-dir",
    title="DATA_DIR MUST point to the mounted PVC path.",
    why="What is written elsewhere is in the container, and gone with it.",
    hint="Leave DATA_DIR out of cloud.environment.",
    link="https://docs.localstack.cloud/aws/capabilities/config/filesystem/",
    plan=on_plan,
)
