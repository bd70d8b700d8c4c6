"""What stands beside a control plane in K3s, as far as our objects wait for it: storage, load balancer, certificates."""

from __future__ import annotations

import base64
import threading
from pathlib import Path

import urllib3
from tests.apiserver.client import MERGE, Api, where
from tests.apiserver.wire import certificates

LOOK_S = 0.3
NODE = "volume.kubernetes.io/selected-node"
PROVISIONER = "rancher.io/local-path"
PROVISIONED = "pv.kubernetes.io/provisioned-by"
MANAGER = "cert-manager.io"
CLAIMS, VOLUMES = "/api/v1/persistentvolumeclaims", "/api/v1/persistentvolumes"
CERTIFICATES = "/apis/cert-manager.io/v1/certificates"


class Neighbours:
    """Looks again and again at what is asked for, in a thread of its own."""

    def __init__(self, kubeconfig: Path) -> None:
        self._api = Api(kubeconfig)
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def start(self) -> None:
        """Begins."""
        self._thread.start()

    def stop(self) -> None:
        """Ends, and waits for it."""
        self._is_over.set()
        self._thread.join()

    def _look(self) -> None:
        with self._api:
            while not self._is_over.wait(LOOK_S):
                try:
                    self._look_once()
                except urllib3.exceptions.HTTPError:
                    # The server goes down before us, or is not up yet.
                    continue

    def _look_once(self) -> None:
        for claim in self._all(CLAIMS):
            self._provide(claim)
        for volume in self._all(VOLUMES):
            self._clean(volume)
        for service in self._all("/api/v1/services"):
            self._balance(service)
        for certificate in self._all(CERTIFICATES):
            self._issue(certificate)

    def _all(self, path: str) -> list[dict]:
        return self._api.get(path).document.get("items", [])

    def _provide(self, claim: dict) -> None:
        """https://github.com/rancher/local-path-provisioner: once the scheduler has chosen a node."""
        place, spec = claim["metadata"], claim["spec"]
        if NODE not in (place.get("annotations") or {}) or spec.get("volumeName"):
            return
        name = f"pvc-{place['uid']}"
        reference = {key: place[key] for key in ("name", "namespace", "uid")}
        spec = {
            "accessModes": spec["accessModes"],
            "capacity": {"storage": spec["resources"]["requests"]["storage"]},
            "claimRef": {"apiVersion": "v1", "kind": "PersistentVolumeClaim", **reference},
            "hostPath": {"path": f"/opt/local-path-provisioner/{name}"},
            "persistentVolumeReclaimPolicy": "Delete",
            "storageClassName": spec["storageClassName"],
        }
        annotations = {PROVISIONED: PROVISIONER}
        metadata = {"name": name, "annotations": annotations}
        self._api.create(_object("v1", "PersistentVolume", metadata, spec=spec))

    def _clean(self, volume: dict) -> None:
        """A volume whose claim is gone goes as well, where its policy says so."""
        policy = volume["spec"].get("persistentVolumeReclaimPolicy")
        is_ours = (volume["metadata"].get("annotations") or {}).get(PROVISIONED) == PROVISIONER
        if is_ours and policy == "Delete" and volume["status"].get("phase") == "Released":
            self._api.call("DELETE", f"{VOLUMES}/{volume['metadata']['name']}")

    def _balance(self, service: dict) -> None:
        """https://docs.k3s.io/networking/networking-services#service-load-balancer"""
        if service["spec"].get("type") != "LoadBalancer" or service["status"]["loadBalancer"]:
            return
        path = where(_object("v1", "Service", service["metadata"]))
        status = {"loadBalancer": {"ingress": [{"ip": "192.168.1.20"}]}}
        self._api.call("PATCH", f"{path}/status", {"status": status}, form=MERGE)

    def _issue(self, certificate: dict) -> None:
        """https://cert-manager.io/docs/usage/certificate/: a Secret with a key pair, and a condition that says so."""
        conditions = (certificate.get("status") or {}).get("conditions") or []
        if any(row["status"] == "True" for row in conditions):
            return
        pair, authority = certificates.server(), certificates.authority()
        place = certificate["metadata"]
        name = certificate["spec"]["secretName"]
        contents = {
            "tls.crt": pair.certificate_pem,
            "tls.key": pair.key_pem,
            "ca.crt": authority.certificate_pem,
        }
        data = {key: base64.b64encode(pem).decode() for key, pem in contents.items()}
        marks = {f"{MANAGER}/certificate-name": place["name"]}
        metadata = {"name": name, "namespace": place["namespace"], "annotations": marks}
        metadata["labels"] = {f"controller.{MANAGER}/fao": "true"}
        self._api.create(_object("v1", "Secret", metadata, type="kubernetes.io/tls", data=data))
        ready = {"type": "Ready", "status": "True", "reason": "Ready"}
        path = where(_object("cert-manager.io/v1", "Certificate", place))
        self._api.call("PATCH", f"{path}/status", {"status": {"conditions": [ready]}}, form=MERGE)


def _object(version: str, kind: str, metadata: dict, **parts: object) -> dict:
    return {"apiVersion": version, "kind": kind, "metadata": metadata, **parts}
