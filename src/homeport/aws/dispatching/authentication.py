"""What is asked of a request before its operation is looked at: an unexpired URL always, a true signature where that is on."""

from __future__ import annotations

from typing import NamedTuple

from homeport.aws.signing import errors, presigned
from homeport.aws.signing.chunk_signatures import ChunkSignatures
from homeport.aws.signing.credential import Credential, Form
from homeport.aws.signing.errors import Family
from homeport.aws.signing.verify import Verifier
from homeport.clock import Clock
from homeport.edge import http


class Checked(NamedTuple):
    """What a request's head told, for those who look at its body."""

    query: dict[str, str] | None = None
    """The parameters of a presigned URL."""
    chunks: ChunkSignatures | None = None
    """Verifies the body of an upload that is signed in chunks."""


_NOTHING = Checked()


class Authentication:
    """One for all services. `verifier` is None where signatures are not verified."""

    def __init__(self, clock: Clock, verifier: Verifier | None = None) -> None:
        self._clock = clock
        self._verifier = verifier

    def check_head(
        self, request: http.Request, credential: Credential, *, s3_path: str | None
    ) -> Checked:
        """Raises `AwsError` where the head alone shows that the request must be refused.

        S3 signs its head and a hash of the body, so there the signature is verified here, and headers that were moved into a
        presigned URL take their places. `s3_path` is the path with the bucket in front, None for every other service.
        """
        query: dict[str, str] | None = None
        if _is_presigned(request, credential):
            query = presigned.check(request.query, credential, self._clock.now())
        if s3_path is None:
            return _NOTHING if query is None else Checked(query)
        chunks = None
        if self._verifier is not None:
            chunks = self._verifier.verify(
                request, credential, errors.S3, query=query, resource=s3_path
            )
        if query is not None:
            for name, value in presigned.hoisted(query).items():
                request.headers.setdefault(name, value)
        return _NOTHING if query is None and chunks is None else Checked(query, chunks)

    def check_body(
        self,
        request: http.Request,
        credential: Credential,
        family: Family,
        body: bytes,
        checked: Checked,
    ) -> None:
        """Verifies the signature of a request of any other service, which is over the body itself. Raises `AwsError`."""
        if self._verifier is not None:
            self._verifier.verify(request, credential, family, body, checked.query)


def _is_presigned(request: http.Request, credential: Credential) -> bool:
    form = credential.form
    return form is Form.QUERY or (form is Form.V2 and "authorization" not in request.headers)
