"""All rules, in the order in which they are told. A rule that is not in this table does not exist."""

from __future__ import annotations

from homeport.stack.rules.cloud import (
    auth_token,
    data_dir,
    docker_socket,
    edge,
    enabled,
    persistence,
)
from homeport.stack.rules.cloud import kept as cloud_kept
from homeport.stack.rules.cloud.services import dynamodb, lambda_, s3, sns, sqs
from homeport.stack.rules.cluster import (
    cert_manager,
    issuer,
    load_balancer,
    namespaces,
    nodes,
    rights,
    storage_class,
    traefik,
    version,
)
from homeport.stack.rules.ingress import (
    certificates,
    clocks,
    entry_points,
    multicast,
    names,
    read_timeout,
)
from homeport.stack.rules.registry import (
    basic_auth,
    htpasswd_secret,
    https_only,
    images,
    volume_bound,
)
from homeport.stack.rules.registry import kept as registry_kept
from homeport.stack.rules.rule import Rule

DATA_MODEL: tuple[Rule, ...] = (
    htpasswd_secret.RULE,
    volume_bound.RULE,
    https_only.RULE,
    basic_auth.RULE,
    enabled.RULE,
    persistence.RULE,
    data_dir.RULE,
    docker_socket.RULE,
)
"""Section 6 of the data model, in its order."""

ALL: tuple[Rule, ...] = (
    version.RULE,
    nodes.RULE,
    namespaces.RULE,
    rights.RULE,
    storage_class.RULE,
    load_balancer.RULE,
    traefik.RULE,
    cert_manager.RULE,
    issuer.RULE,
    multicast.RULE,
    names.RULE,
    entry_points.RULE,
    read_timeout.RULE,
    certificates.RULE,
    clocks.RULE,
    *DATA_MODEL,
    auth_token.RULE,
    edge.RULE,
    images.RULE,
    registry_kept.RULE,
    s3.RULE,
    sqs.RULE,
    sns.RULE,
    dynamodb.RULE,
    lambda_.RULE,
    cloud_kept.RULE,
)
