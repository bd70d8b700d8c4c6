"""Every rule on real processes: it holds where it is kept, and fails where it is broken."""

import base64
import contextlib
import datetime
import json

import pytest
from tests.stack.rules import examples

from homeport import errors
from homeport.clock import SystemClock, VirtualClock
from homeport.stack import settings
from homeport.stack.rules import checking
from homeport.stack.rules.checking import Outcome
from homeport.stack.rules.registry import content, operations

QUICK = [each.id for each in checking.running_rules() if not each.id.endswith(("-kept", "-bound"))]


def check(name, served, running=None, **changes):
    with contextlib.closing(running or served.running(**changes)) as asked:
        return checking.one_running(examples.rule(name), served.planned, asked)


@pytest.mark.parametrize("name", QUICK)
def test_a_good_stack_keeps_it(name, good):
    checked = check(name, good)
    assert (checked.outcome, examples.said(checked)) == (Outcome.PASSED, "")


def test_nothing_is_left_behind(good):
    for name in QUICK:
        check(name, good)
    running = good.running()
    client = content.Client(running, good.planned)
    left = [
        running.aws("s3").list_buckets()["Buckets"],
        running.aws("sqs").list_queues().get("QueueUrls", []),
        running.aws("sns").list_topics()["Topics"],
        running.aws("dynamodb").list_tables()["TableNames"],
        running.aws("lambda").list_functions()["Functions"],
    ]
    for repository in (client.repository, f"{client.repository}-other"):
        reply = client.ask("GET", f"/v2/{repository}/tags/list", (200, 404))
        left.append(json.loads(reply.body).get("tags") or [])
    assert left == [[]] * 7
    running.close()


def test_the_table_has_every_end_point_of_the_specification():
    numbers = {f"end-{number}" for number in (1, 2, 3, 5, 6, 7, 9, 10, 11, 13, 14)}
    named = {each.name.partition(":")[0] for each in operations.ALL}
    assert named == numbers | {"end-4a", "end-8a", "end-12a", "catalog"}


# Broken

BROKEN = {
    "everyone is let in": (
        "registry-basic-auth",
        {"HOMEPORT_REGISTRY_AUTH": "false"},
        {},
        "(catalog) is answered with 200 without a password",
    ),
    "everyone may read": (
        "registry-basic-auth",
        {"HOMEPORT_REGISTRY_RULES": '[{"repositories": ["**"], "anonymous": true}]'},
        {},
        "(end-8a: list tags) is answered with 404 without a password",
    ),
    "plain HTTP is served": (
        "registry-https-only",
        {"HOMEPORT_REGISTRY_TLS": "false"},
        {"is_encrypted": False},
        "401 over plain HTTP",
    ),
    "there is no TLS": (
        "ingress-certificates",
        {"HOMEPORT_REGISTRY_TLS": "false"},
        {},
        "does not speak TLS",
    ),
    "a wrong password": ("registry-images", {}, {"password": "not the one"}, "with 401"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_broken_is_found(name, serve):
    rule, environment, changes, text = BROKEN[name]
    served = serve("registry", "cloud", **environment)
    checked = check(rule, served, **changes)
    assert checked.outcome is Outcome.FAILED
    assert text in examples.said(checked)


def test_another_ca_is_not_trusted(good, serve):
    other = serve()
    checked = check("ingress-certificates", good, ca=other.ca)
    assert checked.outcome is Outcome.FAILED
    assert "unable to get local issuer certificate" in examples.said(checked)
    for name in ("registry-images", "cloud-s3"):
        checked = check(name, good, ca=other.ca)
        assert checked.outcome is Outcome.FAILED
        assert "is not trusted: unable to get local issuer" in examples.said(checked)


def test_the_system_does_not_trust_our_ca(good):
    assert "is not trusted" in examples.said(check("ingress-certificates", good, ca=""))


def test_an_expired_certificate(serve):
    then = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=400)
    served = serve("registry", now=then)
    checked = check("ingress-certificates", served)
    assert checked.outcome is Outcome.FAILED
    assert "certificate has expired" in examples.said(checked)


def test_a_certificate_of_another_name(serve):
    served = serve("registry")
    served.rename(HOMEPORT_REGISTRY_HOSTNAME="images.example.org")
    checked = check("ingress-certificates", served)
    assert "Hostname mismatch" in examples.said(checked)


def near_the_end(served, left):
    """The stack, seen at a time at which its certificate has so many days left."""
    running = served.running()
    running._clock = VirtualClock(SystemClock().now() + (397 - left) * 86_400)
    return running


@pytest.mark.parametrize(("left", "outcome"), [(8, Outcome.PASSED), (6, Outcome.WARNED)])
def test_a_certificate_that_ends_soon(good, left, outcome):
    assert check("ingress-certificates", good, near_the_end(good, left)).outcome is outcome


@pytest.mark.parametrize(("ahead_s", "outcome"), [(30, Outcome.PASSED), (90, Outcome.WARNED)])
def test_clocks_that_differ(good, ahead_s, outcome):
    running = good.running()
    running._clock = VirtualClock(SystemClock().now() + ahead_s)
    assert check("ingress-clocks", good, running).outcome is outcome


def test_a_stack_that_is_gone(serve):
    served = serve()
    for name in QUICK:
        checked = check(name, served)
        assert checked.outcome is Outcome.FAILED, name
        assert "is not reached at 127.0.0.1" in examples.said(checked), name


ONLY = {
    "cloud-s3": "sqs",
    "cloud-sqs": "s3",
    "cloud-sns": "sqs",
    "cloud-dynamodb": "s3",
    "cloud-lambda": "s3",
}


@pytest.mark.parametrize("service", ["s3", "sqs"])
def test_a_cloud_that_does_not_do_what_is_planned(service, serve):
    served = serve("cloud", HOMEPORT_CLOUD_SERVICES=service)
    served.rename(HOMEPORT_CLOUD_SERVICES=",".join(settings.SERVICES))
    for name in (name for name, only in ONLY.items() if only == service):
        checked = check(name, served)
        assert checked.outcome is Outcome.FAILED, name
        assert "is not enabled here" in examples.said(checked), name


def test_a_registry_that_does_not_do_what_is_planned(serve):
    served = serve("registry", HOMEPORT_REGISTRY_DELETE="false")
    served.rename(HOMEPORT_REGISTRY_DELETE="true")
    for name in ("registry-images", "registry-basic-auth"):
        checked = check(name, served)
        assert checked.outcome is Outcome.FAILED
        assert "is answered with 405" in examples.said(checked)


POD = {"volumes": [{"name": "storage", "persistentVolumeClaim": {"claimName": "registry-storage"}}]}
VOLUMES = {
    "bound": ("Running", "Bound", Outcome.PASSED, ""),
    "not bound": ("Running", "Pending", Outcome.FAILED, "is Pending"),
    "no claim": ("Running", None, Outcome.FAILED, "is missing"),
    "no pod runs": ("Pending", "Bound", Outcome.FAILED, "No pod in registry uses"),
}


@pytest.mark.parametrize("name", VOLUMES)
def test_the_claim_of_the_running_pod(name, good):
    pod, claim, outcome, text = VOLUMES[name]
    status = {"status": {"phase": pod}}
    its = [examples.made("v1", "Pod", "registry-x", "registry", spec=POD, **status)]
    if claim is not None:
        where = ("v1", "PersistentVolumeClaim", "registry-storage", "registry")
        its.append(examples.made(*where, status={"phase": claim}))
    running = good.running()
    running._cluster = examples.Cluster(*its)
    checked = check("registry-volume-bound", good, running)
    assert checked.outcome is outcome
    assert text in examples.said(checked)


# Restarts


@pytest.mark.parametrize("name", ["registry-kept", "cloud-kept"])
def test_a_restart_is_asked_for(name, good):
    checked = check(name, good)
    assert checked.outcome is Outcome.SKIPPED
    assert "--restart" in checked.why


@pytest.mark.parametrize("name", ["registry-kept", "cloud-kept"])
def test_data_is_there_after_a_restart(name, serve):
    served = serve("registry", "cloud")
    assert check(name, served, may_restart=True).outcome is Outcome.PASSED


LOST = {"registry-kept": "is answered with 404", "cloud-kept": "s3, sqs, dynamodb is gone"}


@pytest.mark.parametrize("name", LOST)
def test_data_that_is_lost_is_found(name, serve):
    served = serve("registry", "cloud")
    served.forgets = True
    checked = check(name, served, may_restart=True)
    assert checked.outcome is Outcome.FAILED
    assert LOST[name] in examples.said(checked)


# Settings that leave something out

LEFT_OUT = {
    "cloud-s3": {"HOMEPORT_CLOUD_SERVICES": "sqs"},
    "cloud-sns": {"HOMEPORT_CLOUD_SERVICES": "sns"},
    "registry-images": {"HOMEPORT_REGISTRY_READONLY": "true"},
}


@pytest.mark.parametrize("name", LEFT_OUT)
def test_what_is_left_out_is_skipped(name, serve):
    assert check(name, serve(**LEFT_OUT[name])).outcome is Outcome.SKIPPED


def test_without_deletes_an_image_stays_and_is_named(serve):
    served = serve("registry", HOMEPORT_REGISTRY_DELETE="false")
    checked = check("registry-images", served)
    assert checked.outcome is Outcome.WARNED
    assert "homeport-verify:homeport-check-" in examples.said(checked)
    assert check("registry-basic-auth", served).outcome is Outcome.PASSED


def test_a_wrong_password_is_asked_once_for_all_operations(good):
    """The registry slows down whoever guesses; a check must not look like one that does."""
    seen = set()
    running = good.running()
    ask = running.ask

    def noted(host, method, path, *, headers=None, **more):
        seen.add((headers or {}).get("Authorization"))
        return ask(host, method, path, headers=headers, **more)

    running.ask = noted
    check("registry-basic-auth", good, running)
    (wrong,) = seen - {None}
    assert base64.b64decode(wrong.partition(" ")[2]).startswith(b"homeport-check-")


def test_an_error_of_aws_is_for_people(good):
    with pytest.raises(
        errors.HomeportError, match=r"^s3 get_object: NoSuchBucket, The specified bucket"
    ):
        good.running().aws("s3").get_object(Bucket="nowhere-at-all", Key="x")


def test_what_does_not_become_so(good):
    running = good.running()
    running._clock = VirtualClock()
    running.now = None

    def look():
        running._clock._now += 100
        return False

    with pytest.raises(errors.HomeportError, match="in vain for the moon"):
        running.until(look, "the moon")
