"""A plan as a person reads it."""

from tests.targets.planning import declared
from tests.targets.planning.declared import TEXT

from homeport.targets.local import prepare
from homeport.targets.local.lifecycle import State
from homeport.targets.local.planning import definition, texts, words

SECRET = "never to be seen"
WEBHOOK = f"""
[[registry.webhooks]]
name = "chat"
url = "https://chat.test/hook"
headers = {{ Authorization = "{SECRET}" }}
"""


def said(made):
    return "\n".join(words.lines(made))


def applied(folder, text=TEXT):
    wanted = declared.of(folder, text)
    prepare.data_folder(wanted.folder)
    prepare.prepare(wanted.settings, declared.TIME)
    definition.keep(wanted)
    return declared.start(wanted)


def test_a_new_stack(tmp_path):
    text = said(declared.plan(declared.of(tmp_path)))
    assert f"stack {tmp_path} on this machine: Initial, nothing runs" in text
    assert f"+ component/registry  starts  https://localhost:{declared.REGISTRY}" in text
    assert "goes on when this command has ended" in text


def test_nothing_changes(tmp_path):
    running = applied(tmp_path)
    text = said(declared.plan(declared.of(tmp_path), running))
    assert text.startswith(f"stack {tmp_path} on this machine: Ready\n")
    assert text.endswith("Nothing changes.")
    assert len(text.splitlines()) == 2


def test_what_changes_and_what_stays(tmp_path):
    running = applied(tmp_path)
    text = said(declared.plan(declared.of(tmp_path, f"{TEXT}cloud.memory = '1GiB'"), running))
    assert "cloud.memory  2GiB -> 1GiB" in text
    assert "~ component/cloud" in text
    assert "unchanged" in text
    assert "component/registry, supervisor, file/users" in text
    assert "stopped and started again as a whole" in text


def test_secrets_are_not_shown(tmp_path):
    running = applied(tmp_path, TEXT + WEBHOOK)
    other = WEBHOOK.replace(SECRET, "another secret")
    changed = said(declared.plan(declared.of(tmp_path, TEXT + other), running))
    removed = said(declared.plan(declared.of(tmp_path), running))
    given = said(declared.plan(declared.of(tmp_path, TEXT + WEBHOOK), applied(tmp_path)))
    assert "registry.webhooks  changes (not shown)" in changed
    assert "registry.webhooks  is given no more" in removed
    assert "registry.webhooks  is given (not shown)" in given
    assert not any(secret in changed + removed + given for secret in (SECRET, "another secret"))


def test_a_component_on_its_way(tmp_path):
    applied(tmp_path)
    wanted = declared.of(tmp_path)
    text = said(declared.plan(wanted, declared.running(wanted, cloud=State.STARTING)))
    assert "+ component/cloud  is waited for" in text
    assert "What runs goes on." in text


def test_values_move_no_cursor_and_fill_no_screen(tmp_path):
    running = applied(tmp_path)
    text = f'{TEXT}admin.user = "{"a" * 250}"\nregistry.folder = "/a\\u001b[2J"\n'
    lines = said(declared.plan(declared.of(tmp_path, text), running))
    assert "\x1b" not in lines
    assert "\\x1b[2J" in lines
    assert "a" * 201 not in lines
    assert max(map(len, lines.splitlines())) < 300


def test_an_older_program_is_started_anew(tmp_path, monkeypatch):
    running = applied(tmp_path)
    monkeypatch.setattr(texts.version, "VERSION", "9.9.9")
    assert f"{texts.VERSION}  0.1.0 -> 9.9.9" in said(declared.plan(declared.of(tmp_path), running))
