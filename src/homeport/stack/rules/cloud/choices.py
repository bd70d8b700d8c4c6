"""What a user can choose where LocalStack cannot do what the data model wants."""

from __future__ import annotations

BUILTIN = 'cloud.engine = "builtin" runs Homeport\'s own, which needs no token and no Docker, and keeps all data'


def token() -> str:
    """For an image that does not start without a token."""
    return (
        "Choose in homeport.toml, one of:\n"
        f"  - {BUILTIN};\n"
        "  - the token of a LocalStack account: HOMEPORT_CLOUD_AUTH_TOKEN in the environment, or cloud.auth_token;\n"
        '  - an older image, cloud.image = "localstack/localstack:4.14.0": it starts without a token, and forgets everything '
        "at each restart; --accept cloud-persistence takes that."
    )


def persistence(*, is_homeports: bool) -> str:
    """Where data does not survive a restart, of Homeport's own cloud or of LocalStack's."""
    if is_homeports:
        return (
            "Its data folder must be on a volume, or a folder that stays: cloud.folder, DATA_DIR."
        )
    return (
        "Choose in homeport.toml, one of:\n"
        f"  - {BUILTIN};\n"
        '  - an image with a licence that has persistence: cloud.image = "localstack/localstack-pro:latest" and '
        "HOMEPORT_CLOUD_AUTH_TOKEN;\n"
        "  - nothing, where data may be lost: --accept cloud-persistence."
    )


def functions(*, is_homeports: bool) -> str:
    """Where functions do not run, of Homeport's own cloud or of LocalStack's."""
    if is_homeports:
        return "The runtime must be installed where the cloud runs: homeport logs cloud says what is missing."
    return (
        "Choose in homeport.toml, one of:\n"
        f"  - {BUILTIN};\n"
        '  - cloud.docker_socket = "none": all services but Lambda work;\n'
        "  - cloud.docker_socket with the path of a Docker engine's socket on each node (K3s: k3s server --docker); where one runs beside "
        "containerd, which Kubernetes does not tell, --accept cloud-docker-socket."
    )
