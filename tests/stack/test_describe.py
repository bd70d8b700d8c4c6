import re
import tomllib
from pathlib import Path

from homeport.stack import load, names, settings, sources, spelling, version
from homeport.stack.distribution import keys
from homeport.stack.reference import page

ROOT = Path(__file__).parent.parent.parent


def test_the_page_of_settings_is_up_to_date():
    assert (ROOT / "docs/settings.md").read_text() == page.page(), (
        "write it anew: python -c 'from homeport.stack.reference import page; print(page.page(), end=\"\")' > docs/settings.md"
    )


def test_every_setting_is_described():
    said = page.descriptions()
    assert set(said) == set(names.BY_KEY)
    assert all(re.fullmatch(r"[A-Z].*\.", text, re.DOTALL) for text in said.values())


def test_localstack_names_are_described():
    assert all(f"`{name}`" in page.page() for name in sources.LOCALSTACK_VARIABLES)


def test_what_holds_passwords_has_no_flag():
    rows = [row for row in page.page().splitlines() if "HOMEPORT_REGISTRY_UPSTREAMS`" in row]
    assert len(rows) == 1
    assert all("--registry-upstreams" not in row for row in rows)


def test_every_key_of_a_table_is_described():
    rows = re.findall(r"^\| `(\w+)` \| [^|]*\| (.+?) Value: ", page.page(), re.MULTILINE)
    assert {"repositories", "keep_pulled", "password_file", "ignored_media_types"} <= dict(
        rows
    ).keys()
    assert all(re.fullmatch(r"[A-Z`].*\.", text) for _, text in rows)


def test_keys_of_registry_v2_are_described():
    assert all(f"| `{key}` | {each.meaning} |" in page.page() for key, each in keys.ALL.items())


def test_the_minimal_example_loads():
    chosen = load.load({}, {}, config=str(ROOT / "examples/minimal.toml")).settings
    assert chosen.data == Path("/srv/homeport")
    assert chosen.registry == settings.Registry()


def test_the_full_example_names_every_setting_with_its_default():
    path = ROOT / "examples/full.toml"
    document = tomllib.loads(path.read_text())
    given = {
        f"{key}.{inner}" if isinstance(value, dict) else key
        for key, value in document.items()
        for inner in (value if isinstance(value, dict) else [key])
    }
    assert given == set(names.BY_KEY) - {
        "registry.config"
    }  # the path of a file that is read at once
    chosen = load.load({}, {}, config=str(path)).settings
    for setting in names.ALL:
        if setting.default is not None and setting.key != "data":
            assert setting.of(chosen) == setting.default, setting.key


def test_the_version_is_that_of_the_package():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["version"] == version.VERSION


def test_spelling():
    assert spelling.distance("prot", "port") == 1
    assert spelling.distance("", "abc") == 3
    assert spelling.distance("kitten", "sitting") == 3
    assert spelling.nearest("statsu", ["status", "up"]) == "status"
    assert spelling.nearest("xyz", ["status", "up"]) == ""
    assert spelling.nearest("a", []) == ""
