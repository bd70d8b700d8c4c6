"""SERVICES MUST include s3, sqs, sns, dynamodb and lambda."""

from __future__ import annotations

from collections.abc import Iterator

from homeport.stack import settings
from homeport.stack.rules.cloud import deployment
from homeport.stack.rules.rule import Finding, Planned, Rule


def on_plan(planned: Planned) -> Iterator[Finding]:
    """The variable of the container has them all."""
    value = deployment.variables(planned).get("SERVICES") or ""
    given = {name.strip() for name in value.split(",")}
    missing = [name for name in settings.SERVICES if name not in given]
    if missing:
        yield Finding(
            f"SERVICES is {value!r}: {', '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing.",
            "Leave cloud.services out of homeport.toml (SERVICES of the environment sets it too), "
            f"or write all of them: {', '.join(settings.SERVICES)}.",
        )


RULE = Rule(
    id="cloud-services",
    title="The SERVICES environment variable MUST include s3, sqs, sns, dynamodb and lambda.",
    why="LocalStack starts only what the variable names; clients of the others see errors.",
    hint="Leave cloud.services out of homeport.toml.",
    link="https://docs.localstack.cloud/aws/capabilities/config/configuration/",
    plan=on_plan,
)
