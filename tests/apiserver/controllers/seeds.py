"""What K3s with cert-manager has beside an empty API: its namespace, Traefik, and a CA where a test wants one."""

from __future__ import annotations

from tests.apiserver import seed

TRAEFIK_LABELS = {
    "app.kubernetes.io/instance": "traefik-kube-system",
    "app.kubernetes.io/managed-by": "Helm",
    "app.kubernetes.io/name": "traefik",
    "helm.sh/chart": "traefik-40.0.0_up40.0.0",
}
"""Of the chart that K3s installs: https://docs.k3s.io/networking/networking-services#traefik-ingress-controller"""
TRAEFIK_IMAGE = "rancher/mirrored-library-traefik:3.7.4"
DOCKER_SOCKET = "/var/run/docker.sock"

_NODE_CONDITIONS = (
    (
        "MemoryPressure",
        "False",
        "KubeletHasSufficientMemory",
        "kubelet has sufficient memory available",
    ),
    ("DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
    ("PIDPressure", "False", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
    ("Ready", "True", "KubeletReady", "kubelet is posting ready status"),
)
"""https://kubernetes.io/docs/reference/node/node-status/#condition"""


def fill(world, runtime=None):
    """Creates what is not there yet; `runtime` is what the node says it runs, `docker://27.5.1` brings its socket."""
    world.create({"apiVersion": "v1", "kind": "Namespace"} | seed.namespace("cert-manager"))
    world.create(_traefik())
    world.create(_traefik_service())
    for node in world.all("Node"):
        rows = [_condition(world, *row) for row in _NODE_CONDITIONS]
        world.report(node, node["status"] | {"conditions": rows})
    if runtime:
        set_runtime(world, runtime)


def _condition(world, kind, status, reason, message):
    times = dict.fromkeys(("lastHeartbeatTime", "lastTransitionTime"), world.now_text())
    return {"type": kind, "status": status, "reason": reason, "message": message} | times


def set_runtime(world, runtime):
    """Makes the node run that: `containerd://2.2.5-k3s1` or `docker://27.5.1`."""
    for node in world.all("Node"):
        node["status"]["nodeInfo"]["containerRuntimeVersion"] = runtime
        world.report(node, node["status"])
    world.node_files.pop(DOCKER_SOCKET, None)
    if runtime.startswith("docker:"):
        world.node_files[DOCKER_SOCKET] = "Socket"


def _traefik():
    ports = [("web", 8000), ("websecure", 8443), ("traefik", 8080), ("metrics", 9100)]
    args = [f"--entryPoints.{name}.address=:{port}/tcp" for name, port in ports]
    container = {
        "name": "traefik",
        "image": TRAEFIK_IMAGE,
        "args": [*args, "--providers.kubernetescrd", "--entryPoints.websecure.http.tls=true"],
        "ports": [{"name": name, "containerPort": port} for name, port in ports],
    }
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "traefik", "namespace": "kube-system", "labels": TRAEFIK_LABELS},
        "spec": {
            "replicas": 1,
            "selector": {"matchLabels": _selector()},
            "template": {
                "metadata": {"labels": TRAEFIK_LABELS},
                "spec": {"containers": [container]},
            },
        },
    }


def _selector():
    return {
        key: TRAEFIK_LABELS[key] for key in ("app.kubernetes.io/instance", "app.kubernetes.io/name")
    }


def _traefik_service():
    rows = [("web", 80), ("websecure", 443)]
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "traefik", "namespace": "kube-system", "labels": TRAEFIK_LABELS},
        "spec": {
            "type": "LoadBalancer",
            "ports": [
                {"name": name, "port": port, "protocol": "TCP", "targetPort": name}
                for name, port in rows
            ],
            "selector": _selector(),
        },
    }


def add_authority(world, name="homelab-ca"):
    """A CA ClusterIssuer of that name, as homelabs make it.

    https://cert-manager.io/docs/configuration/selfsigned/#bootstrapping-ca-issuers
    """
    first = f"{name}-selfsigned"
    world.create(_issuer(first, {"selfSigned": {}}))
    world.create(
        {
            "apiVersion": "cert-manager.io/v1",
            "kind": "Certificate",
            "metadata": {"name": name, "namespace": "cert-manager"},
            "spec": {
                "isCA": True,
                "commonName": name,
                "secretName": name,
                "privateKey": {"algorithm": "ECDSA", "size": 256},
                "issuerRef": {"name": first, "kind": "ClusterIssuer", "group": "cert-manager.io"},
            },
        }
    )
    world.create(_issuer(name, {"ca": {"secretName": name}}))


def _issuer(name, spec):
    return {
        "apiVersion": "cert-manager.io/v1",
        "kind": "ClusterIssuer",
        "metadata": {"name": name},
        "spec": spec,
    }
