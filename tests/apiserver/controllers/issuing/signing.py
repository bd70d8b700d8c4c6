"""Keys and certificates as cert-manager makes them, real ones.

https://cert-manager.io/docs/reference/api-docs/#cert-manager.io/v1.CertificateSpec
"""

from __future__ import annotations

import datetime
import ipaddress
import re

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

LIFETIME_S = 90 * 86400
"""https://cert-manager.io/docs/usage/certificate/#cert-duration-and-renewal"""
_CURVES = {256: ec.SECP256R1, 384: ec.SECP384R1, 521: ec.SECP521R1}
_UNITS_S = {"h": 3600, "m": 60, "s": 1}


def new_key(spec):
    """A key of the algorithm and size that the Certificate asks for: RSA of 2048 bits where it does not say."""
    wanted = spec.get("privateKey") or {}
    match wanted.get("algorithm", "RSA"):
        case "ECDSA":
            return ec.generate_private_key(_CURVES[wanted.get("size", 256)]())
        case "Ed25519":
            return ed25519.Ed25519PrivateKey.generate()
        case _:
            return rsa.generate_private_key(65537, wanted.get("size", 2048))


def key_pem(key, spec):
    """The key as it stands in the Secret."""
    wanted = (spec.get("privateKey") or {}).get("encoding", "PKCS1")
    is_old = wanted == "PKCS1" and not isinstance(key, ed25519.Ed25519PrivateKey)
    form = serialization.PrivateFormat
    return key.private_bytes(
        serialization.Encoding.PEM,
        form.TraditionalOpenSSL if is_old else form.PKCS8,
        serialization.NoEncryption(),
    )


def pem(certificates):
    """Certificates as text, one after the other."""
    return b"".join(row.public_bytes(serialization.Encoding.PEM) for row in certificates)


def alternative_names(spec):
    """What the certificate is for."""
    return [
        *(x509.DNSName(name) for name in spec.get("dnsNames") or []),
        *(x509.IPAddress(ipaddress.ip_address(ip)) for ip in spec.get("ipAddresses") or []),
        *(x509.UniformResourceIdentifier(uri) for uri in spec.get("uris") or []),
        *(x509.RFC822Name(address) for address in spec.get("emailAddresses") or []),
    ]


def sign(spec, key, issuer, now):
    """The certificate of `key`; `issuer` is a certificate and its key, or None for one that signs itself."""
    subject = _subject(spec)
    signer, signing_key = issuer or (None, key)
    begin = datetime.datetime.fromtimestamp(now, datetime.UTC).replace(microsecond=0)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(signer.subject if signer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + datetime.timedelta(seconds=duration_s(spec)))
    )
    for extension, is_critical in _extensions(spec, key, signing_key):
        builder = builder.add_extension(extension, critical=is_critical)
    is_plain = isinstance(signing_key, ed25519.Ed25519PrivateKey)
    return builder.sign(signing_key, None if is_plain else hashes.SHA256())


def duration_s(spec):
    """The lifetime, from Go's way to write it: `2160h`, `1h30m`."""
    rows = re.findall(r"(\d+)([hms])", spec.get("duration") or "")
    return sum(int(number) * _UNITS_S[unit] for number, unit in rows) or LIFETIME_S


def _subject(spec):
    name = spec.get("commonName")
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)] if name else [])


def _extensions(spec, key, signing_key):
    is_ca = bool(spec.get("isCA"))
    usages = spec.get("usages") or ["digital signature", "key encipherment"]
    names = alternative_names(spec)
    signer = x509.AuthorityKeyIdentifier.from_issuer_public_key(signing_key.public_key())
    rows = [
        (x509.BasicConstraints(ca=is_ca, path_length=None), True),
        (_key_usage(usages, is_ca=is_ca), True),
        (x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False),
        (signer, False),
    ]
    if "server auth" in usages:
        rows.append((x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False))
    if names:
        is_critical = not spec.get("commonName")
        rows.append((x509.SubjectAlternativeName(names), is_critical))
    return rows


def _key_usage(usages, *, is_ca):
    return x509.KeyUsage(
        digital_signature="digital signature" in usages,
        key_encipherment="key encipherment" in usages,
        key_cert_sign=is_ca or "cert sign" in usages,
        crl_sign="crl sign" in usages,
        content_commitment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
