"""What the objects of a stack are called. Those of the data model have its names; what is beside it is named after them.

Names of the cluster as a whole begin with the stack's, so that two stacks do not meet; the others are apart by their namespaces.
"""

from __future__ import annotations

REGISTRY = "registry"
UI = "registry-ui"
CLOUD = "localstack"

AUTH_SECRET = "registry-auth"  # noqa: S105 - a name
HTPASSWD = "htpasswd"
"""The only key of that Secret: Traefik takes none with two.
https://doc.traefik.io/traefik/reference/routing-configuration/http/middlewares/basicauth/"""
SETTINGS_SECRET = "registry-settings"  # noqa: S105 - a name
CONFIG = "registry-config"
CONFIG_KEY = "config.yml"
REGISTRY_CLAIM = "registry-storage"

CLOUD_SECRET = "localstack-config"  # noqa: S105 - a name
TOKEN = "LOCALSTACK_AUTH_TOKEN"  # noqa: S105 - a name
CLOUD_CLAIM = "localstack-storage"
EDGE = "localstack-edge"

BASIC_AUTH = "basic-auth"

PUBLISHED = "local-registry-hosting"
PUBLISHED_KEY = "localRegistryHosting.v1"
PUBLISHED_NAMESPACE = "kube-public"


def certificate_secret(component: str) -> str:
    """Where cert-manager puts the certificate of a component and its key."""
    return f"{component}-tls"


def plain_route(component: str) -> str:
    """The route by which clients are sent on to HTTPS."""
    return f"{component}-http"


def redirect(component: str) -> str:
    """The Middleware that does so."""
    return f"{component}-redirect"


def self_signed(stack: str) -> str:
    """The issuer that signs the stack's CA."""
    return f"{stack}-selfsigned"


def ca(stack: str) -> str:
    """The stack's CA: its issuer, its certificate and the Secret of that."""
    return f"{stack}-ca"


def service(component: str, namespace: str) -> str:
    """The name of a Service inside the cluster. https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/"""
    return f"{component}.{namespace}.svc"
