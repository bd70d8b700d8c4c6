"""What stands around the resources: versions, providers, variables, outputs.

https://opentofu.org/docs/language/syntax/json/
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from homeport.tofu.export import pihole, sealed, template
from homeport.tofu.export.sealed import Secret
from homeport.tofu.export.template import Body
from homeport.tofu.export.wanted import Names, Wanted

REQUIRED = ">= 1.6.0"
KUBERNETES = ">= 2.38.0, < 4.0.0"
"""What the files were run with: 2.38.0 and 3.2.1."""

_ADDRESS = 'can(cidrhost("${var.traefik_address}/32", 0))'
"""https://opentofu.org/docs/language/functions/cidrhost/"""


def kubernetes() -> Body:
    """Versions and provider of the folders that are about the cluster."""
    required = {"kubernetes": {"source": "hashicorp/kubernetes", "version": KUBERNETES}}
    provider = {
        "config_path": str(template.expression("pathexpand(var.kubeconfig)")),
        "config_context": str(template.expression("var.context")),
    }
    return {
        "terraform": {"required_version": REQUIRED, "required_providers": required},
        "provider": {"kubernetes": provider},
    }


def of_pihole() -> Body:
    """Versions and provider of the records."""
    required = {"pihole": {"source": "ryanwholey/pihole", "version": pihole.VERSION}}
    provider = {
        "url": str(template.expression("var.pihole_url")),
        "password": str(template.expression("var.pihole_password")),
    }
    return {
        "terraform": {"required_version": REQUIRED, "required_providers": required},
        "provider": {"pihole": provider},
    }


def cluster_variables(wanted: Wanted) -> Body:
    """Which cluster."""
    return {
        "kubeconfig": {
            "description": "The file with the cluster's address and your credentials.",
            "type": "string",
            "default": wanted.kubeconfig,
        },
        "context": {
            "description": "The context in it; null takes the current one.",
            "type": "string",
            "default": wanted.context or None,
        },
    }


def stack_variables(wanted: Wanted, secrets: Sequence[Secret], *, has_custom: bool) -> Body:
    """The cluster, how long to wait, and what is secret."""
    made = cluster_variables(wanted)
    made["wait_for_rollout"] = {
        "description": "Whether apply waits until the pods are ready.",
        "type": "bool",
        "default": True,
    }
    if has_custom:
        made["custom_kinds"] = {
            "description": (
                "Whether routes and certificates are made. Their kinds must be in the cluster when it is planned: "
                "false leaves them out as long as Traefik or cert-manager is not installed."
            ),
            "type": "bool",
            "default": True,
        }
    return made | {secret.variable: sealed.variable(secret) for secret in secrets}


def record_variables(names: Names) -> Body:
    """The Pi-hole and the address of Traefik."""
    address: Body = {
        "description": "The address of Traefik: kubectl --namespace kube-system get service traefik",
        "type": "string",
        "validation": {
            "condition": f"${{{_ADDRESS}}}",
            "error_message": "traefik_address must be an IPv4 address.",
        },
    }
    if names.address:
        address["default"] = names.address
    return {
        "pihole_url": {
            "description": "Where the web interface of the Pi-hole (version 6) is.",
            "type": "string",
            "default": names.url,
        },
        "pihole_password": {
            "description": "Its password, or an app password (which needs webserver.api.app_sudo).",
            "type": "string",
            "sensitive": True,
        },
        "traefik_address": address,
    }


def outputs(endpoints: Mapping[str, str]) -> Body:
    """Where the components are."""
    return {
        f"{component.replace('-', '_')}_url": {
            "description": f"Where {component} is.",
            "value": template.literal(url),
        }
        for component, url in endpoints.items()
    }
