"""cert-manager's Certificates: a Secret with a real key and certificate as soon as the issuer can sign.

https://cert-manager.io/docs/usage/certificate/
"""

from __future__ import annotations

import base64
import datetime

from cryptography import x509
from tests.apiserver.controllers import conditions
from tests.apiserver.controllers.issuing import issuers, signing

GROUP = "cert-manager.io"
_ANNOTATIONS = {
    "certificate-name": lambda found, _: found["metadata"]["name"],
    "issuer-name": lambda found, _: found["spec"]["issuerRef"]["name"],
    "issuer-kind": lambda found, _: issuer_kind(found),
    "issuer-group": lambda _, __: GROUP,
    "common-name": lambda found, _: found["spec"].get("commonName", ""),
    "alt-names": lambda found, _: ",".join(found["spec"].get("dnsNames") or []),
    "ip-sans": lambda found, _: ",".join(found["spec"].get("ipAddresses") or []),
    "uri-sans": lambda found, _: ",".join(found["spec"].get("uris") or []),
}


def run(world):
    """Issues what is not issued yet, or no longer fits."""
    for found in world.all("Certificate"):
        if "deletionTimestamp" not in found["metadata"]:
            _sync(world, found)


def issuer_kind(found):
    """Issuer, where the Certificate does not say."""
    return found["spec"]["issuerRef"].get("kind", "Issuer")


def _sync(world, found):
    reason, text = _need(world, found)
    if reason is None:
        _ready(world, found)
        return
    found = _issuing(world, found, reason, text)
    issuer = _issuer(world, found)
    if issuer is None:
        return
    trouble = world.troubles.of("certificate", found)
    if trouble:
        _failed(world, found, trouble.message)
    elif world.is_due(found, "certificate"):
        _issue(world, found, issuer)


def _need(world, found):
    """Why a certificate must be issued, in cert-manager's words; None where the Secret is good.

    https://github.com/cert-manager/cert-manager/blob/v1.21.1/internal/controller/certificates/policies/checks.go
    """
    spec = found["spec"]
    secret = world.find("Secret", found["metadata"]["namespace"], spec["secretName"])
    if secret is None:
        return "DoesNotExist", "Issuing certificate as Secret does not exist"
    data = secret.get("data") or {}
    if not data.get("tls.key") or not data.get("tls.crt"):
        return "MissingData", "Issuing certificate as Secret does not contain a certificate"
    notes = secret["metadata"].get("annotations") or {}
    issuer = (notes.get(f"{GROUP}/issuer-kind"), notes.get(f"{GROUP}/issuer-name"))
    if issuer != (issuer_kind(found), spec["issuerRef"]["name"]):
        old = f"{issuer[0]}.{GROUP}/{issuer[1]}"
        text = f'Issuing certificate as Secret was previously issued by "{old}"'
        return "IncorrectIssuer", text
    if _names(base64.b64decode(data["tls.crt"])) != set(signing.alternative_names(spec)):
        text = "Issuing certificate as Existing issued Secret is not up to date for spec: [spec.dnsNames]"
        return "SecretMismatch", text
    return None, ""


def _names(text):
    certificate = x509.load_pem_x509_certificates(text)[0]
    try:
        found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except x509.ExtensionNotFound:
        return set()
    return set(found.value)


def _report(world, found, *rows, drop=(), **more):
    state = found.get("status") or {}
    have = state.get("conditions") or []
    for kind in drop:
        have = conditions.drop(have, kind)
    generation = found["metadata"]["generation"]
    for row in rows:
        have = conditions.put(have, world.now_text(), *row, observedGeneration=generation)
    return world.report(found, state | {"conditions": have} | more)


def _issuing(world, found, reason, text):
    if not conditions.is_true(found, "Issuing"):
        world.event(found, "Issuing", text, source="cert-manager-certificates-trigger")
    rows = [("Ready", "False", reason, text)]
    old = conditions.find(found, "Issuing")
    if old is None or old["status"] == "True":
        rows.append(("Issuing", "True", reason, text))
    return _report(world, found, *rows)


def _issuer(world, found):
    """The issuer if it is there and Ready; why not, stands in an event of the request, and nowhere in the Certificate."""
    name, kind = found["spec"]["issuerRef"]["name"], issuer_kind(found)
    namespace = found["metadata"]["namespace"] if kind == "Issuer" else None
    issuer = world.find(kind, namespace, name)
    lower = f'{kind.lower()}.{GROUP} "{name}" not found'
    if issuer is None:
        _tell(world, found, "IssuerNotFound", f'Referenced "{kind}" not found: {lower}')
    elif not conditions.is_true(issuer, "Ready"):
        text = "Referenced issuer does not have a Ready status condition"
        _tell(world, found, "IssuerNotReady", text)
    else:
        return issuer
    return None


def _request(found):
    """The request's name: https://cert-manager.io/docs/usage/certificaterequest/"""
    revision = (found.get("status") or {}).get("revision", 0) + 1
    place = found["metadata"]
    return {
        "apiVersion": f"{GROUP}/v1",
        "kind": "CertificateRequest",
        "metadata": place | {"name": f"{place['name']}-{revision}"},
    }


def _tell(world, found, reason, text):
    source = "cert-manager-certificaterequests-issuer-ca"
    world.event(_request(found), reason, text, source=source)


def _failed(world, found, why):
    why = why or "The certificate request was denied"
    text = f"The certificate request has failed to complete and will be retried: {why}"
    _report(world, found, ("Issuing", "False", "Failed", text))
    source = "cert-manager-certificates-issuing"
    world.event(found, "Failed", text, is_warning=True, source=source)


def _issue(world, found, issuer):
    spec = found["spec"]
    key = signing.new_key(spec)
    signer = issuers.pair(world, issuer)
    top = (signer[0][0], signer[1]) if signer else None
    certificate = signing.sign(spec, key, top, world.clock.now())
    chain = signer[0] if signer else []
    data = {
        "tls.key": signing.key_pem(key, spec),
        "tls.crt": signing.pem([certificate, *(row for row in chain if row.issuer != row.subject)]),
        "ca.crt": signing.pem([chain[-1] if chain else certificate]),
    }
    _write(world, found, data)
    source = "cert-manager-certificates-issuing"
    request = _request(found)["metadata"]["name"]
    text = f'Created new CertificateRequest resource "{request}"'
    world.event(found, "Requested", text, source="cert-manager-certificates-request-manager")
    text = "The certificate has been successfully issued"
    world.event(found, "Issuing", text, source=source)
    revision = (found.get("status") or {}).get("revision", 0) + 1
    _report(world, found, drop=["Issuing"], revision=revision)


def _write(world, found, data):
    place, spec = found["metadata"], found["spec"]
    template = spec.get("secretTemplate") or {}
    notes = {f"{GROUP}/{name}": value(found, spec) for name, value in _ANNOTATIONS.items()}
    secret = {
        "apiVersion": "v1",
        "kind": "Secret",
        "type": "kubernetes.io/tls",
        "metadata": {
            "name": spec["secretName"],
            "namespace": place["namespace"],
            "labels": (template.get("labels") or {}) | {f"controller.{GROUP}/fao": "true"},
            "annotations": (template.get("annotations") or {}) | notes,
        },
        "data": {name: base64.b64encode(text).decode() for name, text in data.items()},
    }
    old = world.find("Secret", place["namespace"], spec["secretName"])
    if old is None:
        world.create(secret)
    else:
        world.save(old | {"data": secret["data"], "metadata": old["metadata"] | _marks(secret)})


def _marks(secret):
    return {key: secret["metadata"][key] for key in ("labels", "annotations")}


def _ready(world, found):
    secret = world.find("Secret", found["metadata"]["namespace"], found["spec"]["secretName"])
    certificate = x509.load_pem_x509_certificates(base64.b64decode(secret["data"]["tls.crt"]))[0]
    begin, end = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    times = {"notBefore": begin, "notAfter": end, "renewalTime": end - (end - begin) / 3}
    text = "Certificate is up to date and has not expired"
    _report(
        world,
        found,
        ("Ready", "True", "Ready", text),
        drop=["Issuing"],
        **{key: _time(moment) for key, moment in times.items()},
    )


def _time(moment):
    return moment.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
