"""cert-manager: real certificates once the issuer is Ready, and its words until then."""

from __future__ import annotations

import base64

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from tests.apiserver.cluster import Cluster
from tests.apiserver.controllers import conditions, samples

from homeport.clock import VirtualClock

ABSENT = ("False", "DoesNotExist", "Issuing certificate as Secret does not exist")


@pytest.fixture
def cluster():
    found = Cluster(clock=VirtualClock(), is_stepped=True)
    found.add_authority("homelab-ca")
    found.apply(samples.namespace())
    return found


def condition(cluster, kind="Ready"):
    found = conditions.find(cluster.get("Certificate", "registry", "web"), kind)
    return found and (found["status"], found["reason"], found["message"])


def secret(cluster, namespace="registry", name="web-tls"):
    found = cluster.get("Secret", namespace, name)
    return {key: base64.b64decode(value) for key, value in found["data"].items()}


def leaf(cluster):
    return x509.load_pem_x509_certificate(secret(cluster)["tls.crt"])


def names(certificate):
    found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    return found.value.get_values_for_type(x509.DNSName)


def test_a_certificate_is_signed_by_its_authority(cluster):
    cluster.apply(samples.certificate("homelab-ca"))
    authority = x509.load_pem_x509_certificate(secret(cluster)["ca.crt"])
    assert secret(cluster)["ca.crt"] == secret(cluster, "cert-manager", "homelab-ca")["tls.crt"]
    leaf(cluster).verify_directly_issued_by(authority)
    assert names(leaf(cluster)) == ["web.homelab.local"]
    key = serialization.load_pem_private_key(secret(cluster)["tls.key"], None)
    assert key.public_key() == leaf(cluster).public_key()


def test_it_is_then_ready(cluster):
    cluster.apply(samples.certificate("homelab-ca"))
    text = "Certificate is up to date and has not expired"
    assert condition(cluster) == ("True", "Ready", text)
    assert condition(cluster, "Issuing") is None
    status = cluster.get("Certificate", "registry", "web")["status"]
    assert (status["revision"], status["notBefore"]) == (1, "2023-11-14T22:13:20Z")
    assert status["notAfter"] == "2024-02-12T22:13:20Z"
    found = cluster.get("Secret", "registry", "web-tls")
    assert found["type"] == "kubernetes.io/tls"
    assert found["metadata"]["annotations"]["cert-manager.io/issuer-name"] == "homelab-ca"


@pytest.mark.parametrize("kind", ["Issuer", "ClusterIssuer"])
def test_an_issuer_that_is_not_there(cluster, kind):
    cluster.apply(samples.certificate("no", kind))
    assert condition(cluster) == ABSENT
    assert condition(cluster, "Issuing") == ("True", *ABSENT[1:])
    lower = f'{kind.lower()}.cert-manager.io "no" not found'
    expected = f'IssuerNotFound: Referenced "{kind}" not found: {lower}'
    assert expected in cluster.events("registry", "web-1")
    assert cluster.get("Secret", "registry", "web-tls") is None


def test_an_issuer_without_its_secret(cluster):
    cluster.apply(samples.issuer("broken", ca={"secretName": "no"}), samples.certificate("broken"))
    found = conditions.find(cluster.get("ClusterIssuer", None, "broken"), "Ready")
    assert (found["status"], found["reason"]) == ("False", "ErrGetKeyPair")
    assert found["message"] == 'Error getting keypair for CA issuer: secrets "no" not found'
    expected = "IssuerNotReady: Referenced issuer does not have a Ready status condition"
    assert expected in cluster.events("registry", "web-1")


def test_an_issuer_whose_secret_is_no_authority(cluster):
    cluster.apply(samples.certificate("homelab-ca"))
    cluster.apply(samples.issuer("leaf", "Issuer", ca={"secretName": "web-tls"}))
    found = conditions.find(cluster.get("Issuer", "registry", "leaf"), "Ready")
    expected = ("ErrInvalidKeyPair", "Invalid signing key pair: certificate is not a CA")
    assert (found["reason"], found["message"]) == expected


def test_an_issuer_of_the_namespace_signs_with_its_own_secret(cluster):
    cluster.apply(samples.issuer("self", "Issuer", selfSigned={}))
    root = samples.certificate("self", "Issuer", name="root", isCA=True, commonName="root")
    cluster.apply(root, samples.issuer("own", "Issuer", ca={"secretName": "root-tls"}))
    cluster.apply(samples.certificate("own", "Issuer"))
    authority = x509.load_pem_x509_certificate(secret(cluster, name="root-tls")["tls.crt"])
    leaf(cluster).verify_directly_issued_by(authority)


def test_an_issuer_that_comes_later(cluster):
    cluster.apply(samples.certificate("late"))
    cluster.apply(samples.issuer("late", selfSigned={}))
    assert condition(cluster)[0] == "True"
    assert leaf(cluster).issuer == leaf(cluster).subject


@pytest.mark.parametrize(
    ("private_key", "kind", "header"),
    [
        ({}, rsa.RSAPrivateKey, b"-----BEGIN RSA PRIVATE KEY"),
        ({"algorithm": "ECDSA", "size": 384}, ec.EllipticCurvePrivateKey, b"-----BEGIN EC PRIVATE"),
        ({"algorithm": "RSA", "encoding": "PKCS8"}, rsa.RSAPrivateKey, b"-----BEGIN PRIVATE KEY"),
    ],
)
def test_keys_are_of_the_kind_asked_for(cluster, private_key, kind, header):
    cluster.apply(samples.certificate("homelab-ca", privateKey=private_key))
    text = secret(cluster)["tls.key"]
    assert text.startswith(header)
    assert isinstance(serialization.load_pem_private_key(text, None), kind)


def change(cluster, **spec):
    found = cluster.get("Certificate", "registry", "web")
    cluster.world.save(found | {"spec": found["spec"] | spec})
    cluster.settle()


def test_a_new_name_makes_a_new_certificate(cluster):
    cluster.apply(samples.certificate("homelab-ca"))
    change(cluster, dnsNames=["new.homelab.local"])
    assert names(leaf(cluster)) == ["new.homelab.local"]
    assert cluster.get("Certificate", "registry", "web")["status"]["revision"] == 2


def test_a_secret_that_is_deleted_comes_back(cluster):
    cluster.apply(samples.certificate("homelab-ca"))
    cluster.world.remove(cluster.get("Secret", "registry", "web-tls"))
    cluster.settle()
    assert names(leaf(cluster)) == ["web.homelab.local"]


def test_another_issuer_makes_a_new_certificate(cluster):
    cluster.apply(samples.certificate("homelab-ca"))
    change(cluster, issuerRef={"name": "homelab-ca-selfsigned", "kind": "ClusterIssuer"})
    assert leaf(cluster).issuer == leaf(cluster).subject


def test_a_request_that_fails(cluster):
    cluster.controllers.fail("certificate", "web", "acme: order is invalid")
    cluster.apply(samples.certificate("homelab-ca"))
    status, reason, message = condition(cluster, "Issuing")
    assert (status, reason) == ("False", "Failed")
    assert message.endswith("will be retried: acme: order is invalid")
    assert condition(cluster) == ABSENT
    cluster.controllers.heal()
    cluster.settle()
    assert condition(cluster)[0] == "True"


def test_an_issuer_made_unready(cluster):
    cluster.controllers.fail("issuer", "homelab-ca", "no route to host")
    cluster.apply(samples.certificate("homelab-ca"))
    found = conditions.find(cluster.get("ClusterIssuer", None, "homelab-ca"), "Ready")
    assert (found["status"], found["reason"]) == ("False", "ErrRegisterACMEAccount")
    assert condition(cluster) == ABSENT
