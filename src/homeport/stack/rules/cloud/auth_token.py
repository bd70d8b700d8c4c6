"""LocalStack has the token without which it does not start."""

from __future__ import annotations

from collections.abc import Iterator

from homeport.stack.rules import objects
from homeport.stack.rules.cloud import choices, deployment, images
from homeport.stack.rules.cloud.images import Edition
from homeport.stack.rules.rule import Cluster, Finding, Planned, Rule, Skipped

VARIABLE = "LOCALSTACK_AUTH_TOKEN"
"""https://docs.localstack.cloud/aws/getting-started/auth-token/"""
SECRET = "localstack-config"  # noqa: S105 - its name


def on_cluster(planned: Planned, cluster: Cluster) -> Iterator[Finding]:
    """An image that needs a token gets one: by the settings, or by a Secret that is there already."""
    if not deployment.is_upstream(planned.chosen):
        raise Skipped("the engine builtin needs no token")
    image = deployment.image(planned)
    if images.edition(image) is Edition.LICENSED and not _has_token(planned, cluster):
        yield Finding(
            f"{image} does not start without an auth token, since March 2026, and none is given.",
            choices.token(),
        )


def _has_token(planned: Planned, cluster: Cluster) -> bool:
    if deployment.variables(planned).get(VARIABLE):
        return True
    secret = planned.find("Secret", SECRET) or cluster.get(
        "v1", "Secret", planned.chosen.cloud.namespace, SECRET
    )
    return secret is not None and bool(objects.secret_values(secret).get(VARIABLE, b"").strip())


RULE = Rule(
    id="cloud-auth-token",
    title="LocalStack has the token without which it does not start.",
    why="Since March 2026 localstack/localstack:latest is one image that asks for a licence, and ends without one.",
    hint="cloud.engine = builtin needs none; else give HOMEPORT_CLOUD_AUTH_TOKEN.",
    link="https://docs.localstack.cloud/aws/getting-started/auth-token/",
    cluster=on_cluster,
)
