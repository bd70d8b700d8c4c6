"""The records in a Pi-hole."""

import json

from tests.tofu.export import stacks

from homeport.tofu.export.wanted import Names

ALIASES = ("registry.homelab.local", "registry.example.org", "cloud.homelab.local")
NAMES = Names("http://pi.hole", "traefik.homelab.local", ALIASES, "192.168.1.20")


def records(names):
    return json.loads(stacks.files(names=names)["dns/records.tf.json"])["resource"]


def test_the_address_comes_before_the_aliases_and_each_alone():
    aliases = records(NAMES)["pihole_cname_record"]
    assert {name: each["depends_on"] for name, each in aliases.items()} == {
        "registry": ["pihole_dns_record.traefik"],
        "registry_example_org": ["pihole_cname_record.registry"],
        "cloud": ["pihole_cname_record.registry_example_org"],
    }
    assert {each["domain"] for each in aliases.values()} == set(ALIASES)


def test_the_address_is_asked_for_where_it_is_not_known():
    for address, default in (("", None), ("192.168.1.20", "192.168.1.20")):
        text = stacks.files(names=NAMES._replace(address=address))["dns/variables.tf.json"]
        assert json.loads(text)["variable"]["traefik_address"].get("default") == default


def test_the_password_is_a_variable():
    texts = stacks.files(names=NAMES)
    variable = json.loads(texts["dns/variables.tf.json"])["variable"]["pihole_password"]
    assert variable["sensitive"]
    assert "default" not in variable


def test_without_a_pihole_there_is_no_folder_of_it():
    texts = stacks.files()
    assert not any(path.startswith("dns/") for path in texts)
    assert "pihole" not in "".join(texts.values()).lower()


def test_its_address_is_no_command():
    texts = stacks.files(names=NAMES._replace(url="http://x/$(reboot);"))
    assert "'http://x/$(reboot);/api/auth'" in texts["README.md"]
