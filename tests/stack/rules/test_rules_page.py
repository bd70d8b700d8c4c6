"""docs/rules.md is made from the rules."""

from pathlib import Path

from homeport.stack.reference import rules_page
from homeport.stack.rules import table

ROOT = Path(__file__).parent.parent.parent.parent


def test_the_page_of_rules_is_up_to_date():
    assert (ROOT / "docs/rules.md").read_text() == rules_page.page(), (
        "write it anew: python -c 'from homeport.stack.reference import rules_page; print(rules_page.page(), end=\"\")' > docs/rules.md"
    )


def test_each_rule_is_told_once():
    lines = rules_page.page().splitlines()
    heads = [line.removeprefix("### ") for line in lines if line.startswith("### ")]
    assert sorted(heads) == sorted(each.id for each in table.ALL)


def test_each_rule_says_where_it_is_checked():
    assert all(rules_page.stages(each) for each in table.ALL)
    named = {each.id: rules_page.stages(each) for each in table.DATA_MODEL}
    assert named == {
        "registry-htpasswd-secret": ["plan", "cluster"],
        "registry-volume-bound": ["plan", "cluster", "running"],
        "registry-https-only": ["plan", "running"],
        "registry-basic-auth": ["plan", "running"],
        "cloud-services": ["plan"],
        "cloud-persistence": ["plan"],
        "cloud-data-dir": ["plan"],
        "cloud-docker-socket": ["plan", "cluster"],
    }
