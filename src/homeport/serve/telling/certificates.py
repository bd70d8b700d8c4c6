"""What a certificate says of itself. Loaded when somebody asks for it."""

from __future__ import annotations

from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes

from homeport import errors
from homeport.console.stack import view
from homeport.net import ca


def read(component: str, path: Path) -> view.Certificate:
    """A certificate in a file; the first of a chain. Raises `HomeportError` where there is none."""
    try:
        found = x509.load_pem_x509_certificates(path.read_bytes())[0]
    except (OSError, ValueError) as error:
        raise errors.HomeportError(
            f"The certificate {path.name} could not be read: {errors.reason(error)}.",
            hint="homeport doctor looks at it.",
        ) from error
    return view.Certificate(
        component,
        found.subject.rfc4514_string(),
        tuple(sorted(ca.names_of(found))),
        found.issuer.rfc4514_string(),
        found.not_valid_before_utc.timestamp(),
        found.not_valid_after_utc.timestamp(),
        found.fingerprint(hashes.SHA256()).hex(":").upper(),
    )
