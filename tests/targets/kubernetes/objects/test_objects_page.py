from pathlib import Path

from tests.targets.kubernetes.objects.stacks import Rendered

from homeport.targets.kubernetes.objects import making, page

ROOT = Path(__file__).parents[4]


def test_the_page_is_up_to_date():
    assert (ROOT / "docs/kubernetes-objects.md").read_text() == page.page(), (
        "write it anew: python -c 'from homeport.targets.kubernetes.objects import page;"
        ' print(page.page(), end="")\' > docs/kubernetes-objects.md'
    )


def test_every_object_is_on_it():
    text = page.page()
    for obj in Rendered().all:
        where = obj["metadata"].get("namespace", "")
        name = f"{where}/{obj['metadata']['name']}" if where else obj["metadata"]["name"]
        assert f"| {obj['kind']} | `{name}` |" in text


def test_every_object_says_what_it_is_for():
    said = [obj["metadata"]["annotations"][making.DESCRIPTION] for obj in Rendered().all]
    assert all(text.endswith(".") and text[0].isupper() for text in said)


def test_what_is_always_there_is_always_there():
    given = {
        "registry.auth": "false",
        "ui.enabled": "false",
        "cloud.edge": "off",
        "kubernetes.issuer": "acme",
        "kubernetes.plain_entry_point": "none",
        "kubernetes.network_policies": "false",
        "kubernetes.publish": "false",
    }
    least = {(obj["kind"], obj["metadata"]["name"]) for obj in Rendered(given).all}
    rows = [row.split(" | ") for row in page.page().splitlines() if " | always | " in row]
    listed = {(row[0].removeprefix("| "), row[1].strip("`").rpartition("/")[2]) for row in rows}
    assert listed == least
