"""Which service a request is for. On one port the request itself must tell.

Asked in this order, as LocalStack does, so that its clients find the same service here: the target header, the credential's
scope, the path of RPC v2, the host name, the action of a query. What nothing tells is S3's, which owns every path.
https://docs.localstack.cloud/aws/capabilities/networking/
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import parse_qsl

from homeport.aws.protocol.model import ServiceModel
from homeport.aws.signing.credential import Credential
from homeport.edge import http

FALLBACK = "s3"

_S3_CONTROL_PREFIX = "/v20180820/"
"""https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_AWS_S3_Control.html; it signs as S3 does."""

_S3_NAMES = ("s3", "s3express")

_RPC_PREFIX = "/service/"
"""https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html#requests"""

_UNSIGNED_VERSIONS = {"2011-06-15": "sts"}
"""Of services of the query protocol that may be called without a credential.
https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html"""

_OLD_HOSTS = {"sqs": ("queue",)}
"""https://docs.aws.amazon.com/general/latest/gr/sqs-service.html ("legacy endpoints")"""

_MAX_HOSTS = 1024


class Selection:
    """Knows the marks of our services; a service of AWS that is none of ours is named too."""

    def __init__(self, models: Iterable[ServiceModel]) -> None:
        self._by_target: dict[str, str] = {}
        self._by_signing: dict[str, str] = {}
        self._by_host: dict[str, str] = {}
        self._by_version: dict[str, str] = {}
        self._by_rpc: dict[str, str] = {}
        self._hosts: dict[str, str | None] = {}
        self._query: list[ServiceModel] = []
        for model in models:
            self._by_signing.setdefault(model.signing_name, model.name)
            for label in (model.endpoint_prefix, *_OLD_HOSTS.get(model.name, ())):
                self._by_host.setdefault(label, model.name)
            self._by_rpc[model.metadata.get("targetPrefix", model.name)] = model.name
            if model.target_prefix:
                self._by_target[model.target_prefix] = model.name
            if "query" in model.protocols:
                self._query.append(model)
                self._by_version[model.api_version] = model.name

    def of(self, request: http.Request, credential: Credential) -> str:
        """The name of the service: of its model where it is ours, else as the request has it."""
        target = request.headers.get("x-amz-target")
        if target is not None:
            found = self._by_target.get(target.partition(".")[0])
            if found is not None:
                return found
        service = credential.service
        if target is not None and not service:
            return target.partition(".")[0]
        if service:
            if service in _S3_NAMES and request.path.startswith(_S3_CONTROL_PREFIX):
                return "s3control"
            return self._by_signing.get(service, service)
        return self._unsigned(request)

    def _unsigned(self, request: http.Request) -> str:
        if request.path.startswith(_RPC_PREFIX) and "smithy-protocol" in request.headers:
            name = request.path[len(_RPC_PREFIX) :].partition("/")[0]
            return self._by_rpc.get(name, name)
        return (
            self._of_host(request.headers.get("host", "")) or self._of_action(request) or FALLBACK
        )

    def _of_host(self, host: str) -> str | None:
        if host not in self._hosts:
            if len(self._hosts) >= _MAX_HOSTS:
                self._hosts.clear()
            self._hosts[host] = self._name_in(host.lower().partition(":")[0].split("."))
        return self._hosts[host]

    def _name_in(self, labels: list[str]) -> str | None:
        # `sqs.us-east-1.amazonaws.com`, `sqs.localhost`, `us-east-1.queue.amazonaws.com`. A bucket may be named like a service:
        # `sqs.s3.us-east-1.amazonaws.com`.
        if "s3" in labels or len(labels) == 1:
            return None
        for label in labels[:2]:
            found = self._by_host.get(label)
            if found is not None:
                return found
        return None

    def _of_action(self, request: http.Request) -> str | None:
        """The service of a query that names its action in the query string or in a form.

        https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-making-api-requests-xml.html
        """
        text = request.query
        if "Action=" not in text:
            is_form = request.headers.get("content-type", "").startswith(
                "application/x-www-form-urlencoded"
            )
            body = request.body.peek() if is_form and request.method == "POST" else None
            if body is None or b"Action=" not in body:
                return None
            text = body.decode("latin-1")
        values = dict(parse_qsl(text))
        by_version = self._by_version.get(values.get("Version", ""))
        if by_version is not None:
            return by_version
        action = values.get("Action", "")
        ours = next((model.name for model in self._query if action in model.operations), None)
        return ours or _UNSIGNED_VERSIONS.get(values.get("Version", ""))
