"""Items of the two lists, as FTL 6.4.1 keeps them: the same tests for the stand-in and a real one."""

from __future__ import annotations

import pytest
from tests.pihole import reached
from tests.pihole.reached import DOMAIN

HOST, ALIAS = f"10.77.0.1 traefik.{DOMAIN}", f"registry.{DOMAIN},traefik.{DOMAIN},300"
NAME = f"registry.{DOMAIN}"


@pytest.fixture
def api(pihole):
    """Somebody who may."""
    with pihole.client() as made:
        yield made


def test_an_address_counts_at_once(pihole, api):
    assert api.put("hosts", HOST, restarts=True).status == 201
    pihole.until(lambda: pihole.answers(f"traefik.{DOMAIN}") == ["10.77.0.1"])
    assert api.delete("hosts", HOST, restarts=True).status == 204
    pihole.until(lambda: pihole.answers(f"traefik.{DOMAIN}") == [])


@pytest.mark.parametrize(("setting", "item"), [("hosts", HOST), ("cnameRecords", ALIAS)])
def test_the_same_item_again(api, setting, item):
    api.put(setting, item)
    got = api.put(setting, item)
    assert got.status == 400
    assert got.error == (
        "bad_request",
        "Item already present",
        "Uniqueness of items is enforced",
    )


@pytest.mark.parametrize("setting", ["hosts", "cnameRecords"])
def test_an_item_that_is_not_there(api, setting):
    assert api.delete(setting, f"10.0.0.1 no.{DOMAIN}").status == 404


def test_only_the_exact_text_is_removed(api):
    api.put("cnameRecords", ALIAS)
    assert api.delete("cnameRecords", ALIAS.removesuffix(",300")).status == 404
    assert api.delete("cnameRecords", ALIAS).status == 204


@pytest.mark.parametrize(
    ("item", "flaw"),
    [
        (f"10.77.0.999 a.{DOMAIN}", "neither a valid IPv4 nor IPv6 address"),
        ("10.77.0.1", "entry does not have at least one hostname"),
        (f"10.77.0.1 bücher.{DOMAIN}", "invalid hostname"),
    ],
)
def test_bad_hosts(api, item, flaw):
    got = api.put("hosts", item)
    assert got.status == 400
    assert got.error[1] == "Invalid value"
    assert flaw in got.error[2]


def test_a_host_may_have_more_names_and_a_remark(api):
    item = f"fd00::77 a.{DOMAIN} b_c.{DOMAIN} # of mine"
    assert api.put("hosts", item).status == 201
    assert item in api.items("hosts")


def test_an_alias_of_two(api):
    api.put("cnameRecords", ALIAS)
    got = api.put("cnameRecords", f"{NAME},other.{DOMAIN}")
    assert got.status == 400
    assert got.error[1] == "Invalid configuration"
    # FTL 6.4.1 loses the first letters of what dnsmasq says where an item is added.
    assert "uplicate CNAME at line" in got.error[2]


def test_a_loop(api):
    api.put("cnameRecords", f"x.{DOMAIN},y.{DOMAIN}")
    got = api.put("cnameRecords", f"y.{DOMAIN},x.{DOMAIN}")
    assert got.status == 400
    assert "CNAME loop involving" in got.error[2]


def test_too_few_elements(api):
    got = api.put("cnameRecords", "only")
    assert (got.status, got.error[1]) == (400, "Invalid value")
    assert "not a valid CNAME definition (too few elements)" in got.error[2]


@pytest.mark.parametrize("item", ["has space.{0},a.{0}", "A.{0},B.{0},abc", "*.apps.{0},a.{0}"])
def test_what_is_taken_though_it_is_no_name(api, item):
    assert api.put("cnameRecords", item.format(DOMAIN)).status == 201


def test_a_stored_alias_counts_after_a_restart(pihole, api):
    api.put("hosts", HOST)
    api.put("cnameRecords", ALIAS, restarts=False)
    assert api.items("cnameRecords")[-1] == ALIAS
    pihole.wait(1.5)
    assert pihole.answers(NAME) == []
    assert api.call("POST", "/api/action/restartdns").body["status"] == "success"
    pihole.until(lambda: pihole.answers(NAME) == [f"traefik.{DOMAIN}", "10.77.0.1"])


def test_an_alias_has_it_restart_and_sessions_outlive_that(pihole, api):
    api.put("hosts", HOST)
    api.put("cnameRecords", ALIAS, restarts=True)
    pihole.until(lambda: pihole.answers(NAME) == [f"traefik.{DOMAIN}", "10.77.0.1"])
    pihole.until(lambda: api.call("GET", "/api/auth").status == 200)


def test_an_alias_whose_target_it_does_not_know(pihole, api):
    """The API takes it and its DNS does not: the reason why a check is a question to DNS."""
    assert api.put("cnameRecords", ALIAS, restarts=True).status == 201
    pihole.wait(1.5)
    pihole.until(lambda: api.call("GET", "/api/auth").status == 200)
    assert not any(map(reached.is_address, pihole.answers(NAME)))


def test_the_shape_of_a_setting_in_detail(api):
    api.put("hosts", HOST)
    found = api.call("GET", "/api/config/dns/hosts?detailed=true").body["config"]["dns"]["hosts"]
    assert HOST in found["value"]
    assert found["flags"]["env_var"] is False


def test_a_list_is_replaced_as_a_whole_or_not_at_all(api):
    before = api.items("cnameRecords")
    bad = [*before, f"b.{DOMAIN},c.{DOMAIN}", f"b.{DOMAIN},d.{DOMAIN}"]
    body = {"config": {"dns": {"cnameRecords": bad}}}
    got = api.call("PATCH", "/api/config?restart=false", body)
    assert got.status == 400
    assert "duplicate CNAME at line" in got.error[2]
    assert api.items("cnameRecords") == before
    good = {"config": {"dns": {"cnameRecords": bad[:-1]}}}
    got = api.call("PATCH", "/api/config?restart=false", good)
    assert got.body["config"]["dns"]["cnameRecords"] == bad[:-1]


@pytest.mark.parametrize("body", [{"nosuch": 1}, {"config": 1}])
def test_a_body_that_is_none(api, body):
    got = api.call("PATCH", "/api/config", body)
    assert got.status == 400
    assert got.error == ("body_error", 'No "config" object in body data', None)


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/api/nothing"), ("POST", "/api/config/dns/hosts/1")]
)
def test_a_path_that_is_none(api, method, path):
    got = api.call(method, path)
    assert got.status == 404
    assert got.error == ("not_found", "Not found", path)


def test_a_list_that_is_none(api):
    assert api.call("PUT", "/api/config/dns/nothing/1").status == 404
