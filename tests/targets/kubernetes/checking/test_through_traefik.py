"""The rules on what runs, through the real Traefik, which reads our objects from the stand-in."""

import contextlib
import copy

import pytest
from tests.stack.rules import examples, serving
from tests.targets.kubernetes.checking import deployed as making

from homeport.clock import SystemClock
from homeport.stack.rules import checking
from homeport.stack.rules.checking import Outcome
from homeport.targets.kubernetes.checking import running

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def deployed(tmp_path_factory):
    with making.deployed(tmp_path_factory.mktemp("deployed")) as made:
        made.traefik.wait(lambda: made.traefik.get(made.planned.chosen.hosts.registry), 301)
        yield made


@contextlib.contextmanager
def asked(made, password=serving.PASSWORD, *, may_restart=False):
    its = running.opened(
        made.planned,
        made.cluster,
        password,
        SystemClock(),
        address=made.address,
        may_restart=may_restart,
    )
    assert its.notes == ()
    with contextlib.closing(its.running):
        yield its.running


@pytest.mark.parametrize("rule", checking.running_rules(), ids=lambda each: each.id)
def test_each_rule_is_kept(rule, deployed):
    with asked(deployed, may_restart=True) as its:
        checked = checking.one_running(rule, deployed.planned, its)
    assert (checked.outcome, examples.said(checked)) == (Outcome.PASSED, "")


def test_a_wrong_password_is_found(deployed):
    with asked(deployed, "another") as its:
        checked = checking.one_running(examples.rule("registry-images"), deployed.planned, its)
    assert "is answered with 401" in examples.said(checked)


def test_a_route_without_a_password_is_found(tmp_path):
    """As somebody may have changed it by hand."""
    with making.deployed(tmp_path, HOMEPORT_REGISTRY_AUTH="false") as made:
        host = made.planned.chosen.hosts.registry
        made.traefik.wait(lambda: made.traefik.get(host), 301)
        with asked(made) as its:
            checked = checking.one_running(examples.rule("registry-basic-auth"), made.planned, its)
        assert checked.outcome is Outcome.FAILED
        assert "without a password, not with 401" in examples.said(checked)


def test_a_plain_route_that_serves_is_found(tmp_path):
    with making.deployed(tmp_path) as made:
        host = made.planned.chosen.hosts.registry
        _open(made)
        made.traefik.wait(lambda: made.traefik.get(host, "/v2/"), 401)
        with asked(made) as its:
            checked = checking.one_running(examples.rule("registry-https-only"), made.planned, its)
        assert checked.outcome is Outcome.FAILED
        assert "answered with 401 over plain HTTP" in examples.said(checked)


def _open(made):
    """Leads plain HTTP to the registry."""
    served = copy.deepcopy(made.planned.find("IngressRoute", "registry")["spec"]["routes"])
    route = copy.deepcopy(made.planned.find("IngressRoute", "registry-http"))
    route["spec"]["routes"] = served
    made.cluster.apply(route, is_forced=True)
