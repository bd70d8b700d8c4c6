"""What each refusal of an API server becomes."""

import pytest

from homeport.targets.kubernetes.cluster import answers, errors
from homeport.targets.kubernetes.cluster.configuration.access import Access
from homeport.targets.kubernetes.cluster.credentials.given import Given
from homeport.targets.kubernetes.cluster.wire import request
from homeport.targets.kubernetes.cluster.wire.reply import Reply
from homeport.targets.kubernetes.objects import kinds
from homeport.targets.kubernetes.objects.kinds import Ref

ACCESS = Access("lab", "/kube", "https://10.0.0.2:6443", "dev", Given("dev", "/kube"))
DEPLOYMENT = Ref(kinds.DEPLOYMENT, "registry", "registry")
ASKED = request.apply(DEPLOYMENT, {"kind": "Deployment"}, is_dry_run=False, is_forced=False)


def of(code, message="it is so", reason="", causes=(), asked=ASKED):
    content = {"kind": "Status", "code": code, "message": message, "reason": reason}
    found = [dict(zip(("field", "reason", "message"), cause, strict=True)) for cause in causes]
    return answers.of_status(content | {"details": {"causes": found}}, asked, ACCESS)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (400, errors.Invalid),
        (401, errors.Unauthorized),
        (403, errors.Forbidden),
        (404, errors.NotFound),
        (409, errors.Conflict),
        (410, errors.Gone),
        (422, errors.Invalid),
        (429, errors.Busy),
        (500, errors.Busy),
        (503, errors.Busy),
        (504, errors.Busy),
        (418, errors.ClusterError),
    ],
)
def test_each_code_is_an_error_of_its_own(code, kind):
    error = of(code, reason="Word")
    assert type(error) is kind
    assert error.reason == "Word"
    assert error.what == "Could not apply Deployment registry/registry: it is so."


@pytest.mark.parametrize(
    ("message", "manager"),
    [
        ('conflict with "kubectl-client-side-apply" using apps/v1', "kubectl-client-side-apply"),
        ('conflict with "helm" with subresource "scale" using apps/v1', "helm"),
        ("something else", ""),
    ],
)
def test_the_manager_of_a_cause(message, manager):
    assert errors.Cause(".spec.replicas", "FieldManagerConflict", message).manager == manager


def test_a_conflict_names_who_owns_what():
    using = 'conflict with "{}" using apps/v1'.format
    error = of(
        409,
        'Apply failed with 3 conflicts: conflicts with "helm" using apps/v1: ...',
        "Conflict",
        [
            (".spec.replicas", "FieldManagerConflict", using("helm")),
            (".spec.paused", "FieldManagerConflict", using("helm")),
            (".metadata.labels.app", "FieldManagerConflict", using("kubectl")),
        ],
    )
    assert error.what.endswith(
        "registry/registry: helm owns .spec.replicas, .spec.paused; kubectl owns .metadata.labels.app."
    )
    assert [cause.manager for cause in error.causes] == ["helm", "helm", "kubectl"]


def test_an_invalid_object_has_a_cause_for_each_field():
    causes = [
        ("spec.replicas", "FieldValueInvalid", "Invalid value: -1: must be 0 or more"),
        ("spec.selector", "FieldValueRequired", "Required value"),
    ]
    assert of(422, 'Deployment.apps "x" is invalid: [...]', "Invalid", causes).causes == tuple(
        errors.Cause(*cause) for cause in causes
    )


# Both texts as https://github.com/kubernetes/kubernetes/issues/122480 has them: a 500 that never passes.
@pytest.mark.parametrize(
    ("told", "fields"),
    [
        (".spec.entrypoints: field not declared in schema", [".spec.entrypoints"]),
        (
            'errors:\n  .spec.a: field not declared in schema\n  .spec.c[name="x"].b: expected string, got 1',
            [".spec.a", '.spec.c[name="x"].b'],
        ),
    ],
)
def test_fields_that_a_kind_does_not_have(told, fields):
    error = of(500, f"failed to create typed patch object (a/b; apps/v1, Kind=Deployment): {told}")
    assert type(error) is errors.Invalid
    assert [cause.field for cause in error.causes] == fields


DENIED = (
    'deployments.apps "registry" is forbidden: User "dev" cannot patch resource "deployments" in API group '
    '"apps" in the namespace "registry"'
)
ENDING = (
    "forbidden: unable to create new content in namespace registry because it is being terminated"
)
CLUSTER_WIDE = 'User "dev" cannot list resource "nodes" in API group "" at the cluster scope'
WEBHOOK = 'failed calling webhook "webhook.cert-manager.io": connection refused'


@pytest.mark.parametrize(
    ("code", "message", "hint"),
    [
        (403, DENIED, "kubectl --context lab auth can-i patch deployments.apps --namespace registry"),
        (403, CLUSTER_WIDE, "kubectl --context lab auth can-i list nodes"),
        (403, ENDING, "kubectl --context lab get namespace registry --watch"),
        (403, "exceeded quota: small", "kubectl --context lab describe resourcequota --namespace registry"),
        (500, WEBHOOK, "The webhook webhook.cert-manager.io does not answer"),
        (503, "apiserver not ready", "kubectl --context lab get --raw /readyz?verbose"),
    ],
)  # fmt: skip
def test_a_refusal_says_what_to_do(code, message, hint):
    error = of(code, message)
    assert hint in error.hint
    assert message in error.what


def test_a_right_that_is_missing_names_user_verb_and_resource():
    what = of(403, DENIED).what
    assert all(word in what for word in ('"dev"', "patch", '"deployments"', '"registry"'))


@pytest.mark.parametrize(
    ("code", "kind", "body", "written", "error"),
    [
        (502, "text/html", b"<html>token</html>", "502 (text/html)", errors.Busy),
        (404, "text/html", b"<html>token</html>", "404 (text/html)", errors.Unreachable),
        (302, "", b"", "302 (nothing)", errors.ClusterError),
        (200, "text/html", b"<html>token</html>", "200 (text/html)", errors.ClusterError),
        (200, "application/json", b"[1]", "200 (application/json)", errors.ClusterError),
        (200, "application/json", b'{"a":' * 100_000, "200 (application/json)", errors.ClusterError),
    ],
)  # fmt: skip
def test_what_is_not_kubernetes_is_told_and_not_shown(code, kind, body, written, error):
    headers = {"content-type": kind} if kind else {}
    with pytest.raises(errors.ClusterError) as caught:
        answers.document(Reply(code, headers, body), ASKED, ACCESS)
    assert type(caught.value) is error
    assert f"answered {written}" in caught.value.what
    assert "token" not in str(caught.value)


# What the API server writes without a Status: unknown groups, too many requests, and K3s while it starts.
@pytest.mark.parametrize(
    ("code", "body", "kind"),
    [
        (404, b"404 page not found\n", errors.NotFound),
        (429, b"Too many requests, please try again later.\n", errors.Busy),
        (503, b"apiserver not ready", errors.Busy),
        (503, b"", errors.Busy),
    ],
)
def test_plain_text_of_an_api_server(code, body, kind):
    with pytest.raises(kind):
        answers.document(Reply(code, {"content-type": "text/plain"}, body), ASKED, ACCESS)


@pytest.mark.parametrize(
    ("headers", "body", "wait_s"),
    [
        ({"retry-after": "7"}, b"", 7),
        ({"retry-after": "Wed, 21 Oct 2026 07:28:00 GMT"}, b"", 0),
        ({"retry-after": "99999999"}, b"", 3600),
        ({}, b'{"details":{"retryAfterSeconds":3}}', 3),
        ({}, b'{"details":[]}', 0),
        ({}, b"not json", 0),
    ],
)
def test_how_long_to_wait(headers, body, wait_s):
    assert Reply(429, headers, body).retry_after_s == wait_s


def test_what_a_server_says_moves_no_cursor_and_has_an_end():
    what = of(422, "\x1b[2J\rbad" + "x" * 5000).what
    assert "\x1b" not in what
    assert "\r" not in what
    assert len(what) < 2200
