"""`[cloud]` and `[functions]`: the local AWS."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from homeport.stack import values
from homeport.stack.groups import deployment, fields

SERVICES = ("s3", "sqs", "sns", "dynamodb", "lambda")
"""The services of the data model (SERVICES)."""

SUPPORTING_SERVICES = ("iam", "logs", "secretsmanager", "ssm", "sts")
"""Services that those above and the tools that deploy to them lean on; they always run."""

_SERVICES = values.Words(f"a list of services, of {', '.join(SERVICES)}", SERVICES)


@dataclass(frozen=True, slots=True)
class Cloud:
    """The local AWS."""

    host: str = field(default="127.0.0.1", metadata=fields.of(values.Address()))
    """The address to listen on; `0.0.0.0` opens the cloud to the network, where any credentials are accepted by default."""
    port: int = field(default=4566, metadata=fields.of(fields.PORT))
    """The port of all services, HTTP and HTTPS."""
    folder: Path | None = field(default=None, metadata=fields.of(values.Folder()))
    """Where data is kept; by default `cloud` in the data folder."""
    quota: int | None = field(default=20 * fields.GIB, metadata=fields.of(values.Size()))
    """The most that objects, tables and their backups may take on disk."""
    memory: int | None = field(default=2 * fields.GIB, metadata=fields.of(values.Size()))
    """The most memory of its process; one that takes more is started anew."""
    services: tuple[str, ...] = field(default=SERVICES, metadata=fields.of(_SERVICES))
    """The services to start; IAM, STS, CloudWatch Logs, Secrets Manager and SSM stand beside them in any case."""
    verify_signatures: bool = field(default=False, metadata=fields.of(values.Flag()))
    """Whether signatures are verified (the secret key is `test`); otherwise any credentials are accepted."""
    hostname: str = field(default="", metadata=fields.of(deployment.HOST))
    """Its name; by default `localstack` in `domain`."""
    engine: str = field(default="auto", metadata=fields.cluster(deployment.ENGINE))
    """On Kubernetes: `upstream` deploys `cloud.image`, `builtin` Homeport's own; `auto` is `upstream`."""
    image: str = field(
        default="localstack/localstack:latest", metadata=fields.cluster(deployment.IMAGE)
    )
    """On Kubernetes: the image of the engine `upstream`."""
    namespace: str = field(default="localstack", metadata=fields.cluster(deployment.LABEL))
    """On Kubernetes: where the cloud is."""
    cpu: str = field(default="1000m", metadata=fields.cluster(deployment.CPU))
    """On Kubernetes: the most of the processors that it may take."""
    volume: int | None = field(default=None, metadata=fields.cluster(values.Size()))
    """On Kubernetes: the size of its volume; by default `cloud.quota`. A volume can grow, where its class can, and never shrink."""
    edge: str = field(default="ask", metadata=fields.cluster(values.Choice(("ask", "open", "off"))))
    """On Kubernetes: the Service `localstack-edge`, an AWS without a password at `cloud.port` of every node. `apply` asks first."""
    edge_networks: tuple[str, ...] = field(default=(), metadata=fields.cluster(deployment.NETWORKS))
    """On Kubernetes: the networks from which that Service may be reached; by default all of them."""
    docker_socket: Path | None = field(
        default=Path("/var/run/docker.sock"), metadata=fields.cluster(deployment.SOCKET)
    )
    """On Kubernetes: the Docker socket of the nodes, without which LocalStack's Lambda does not run; or `none`."""
    auth_token: str = field(default="", metadata=fields.cluster(values.Text()))
    """On Kubernetes: the token without which LocalStack does not start since March 2026; kept in the Secret `localstack-config`."""
    environment: tuple[tuple[str, str], ...] = field(
        default=(), metadata=fields.cluster(deployment.VARIABLES)
    )
    """On Kubernetes: more variables for the cloud's container."""


@dataclass(frozen=True, slots=True)
class Functions:
    """Where and how the functions of Lambda run."""

    executor: str = field(
        default="process", metadata=fields.of(values.Choice(("process", "docker", "kubernetes")))
    )
    """What runs them: processes of this machine, containers of a Docker-compatible engine, or pods."""
    environments: int = field(default=64, metadata=fields.of(values.Number(1, 10_000)))
    """The most environments at a time, of all functions together; a call that needs one more is answered 429."""
    idle_s: int = field(default=300, metadata=fields.of(values.Number(1, 86_400, "seconds")))
    """How long an environment waits for its next call before it is ended."""
    isolated: bool = field(default=True, metadata=fields.of(values.Flag()))
    """Whether each environment gets namespaces of its own where the kernel allows it; off is for kernels where they fail."""
    docker: str = field(default="unix:///var/run/docker.sock", metadata=fields.of(values.Text()))
    """The socket of the engine, for the executor `docker`."""
