"""Each command of `homeport registry`, on a registry that is stopped; it opens none of its ports."""

import contextlib
import json
import sqlite3

import pytest

from homeport.cli.registry import command
from homeport.storage.lock import FolderLock


@pytest.fixture(autouse=True)
def no_ports(stack, monkeypatch):
    """A stopped registry must not need its port, so here another program has it."""
    monkeypatch.setattr("homeport.edge.server.Server.start", None)


def test_usage(stack):
    stack.push("team/app:v1=one", "team/app:v2=two!", "tools/base:1=one")
    code, out, err = stack.run("usage")
    assert (code, err) == (0, "")
    assert "2 blobs" in out
    assert "3 manifests, 3 tags in 2 repositories" in out
    assert "30.0 GiB" in out
    assert stack.json("usage")["blob_bytes"] == 7


def test_usage_of_each_repository(stack):
    stack.push("a:v1=one", "b:v1=three")
    _, out, _ = stack.run("usage", "--repositories")
    assert [line.split()[0] for line in out.splitlines()] == ["REPOSITORY", "b", "a"]
    assert [each["name"] for each in stack.json("usage", "-r", "--order", "name")] == ["a", "b"]
    assert len(stack.json("usage", "-r", "-n", "1")) == 1
    assert "No more than 1 are shown" in stack.run("usage", "-r", "-n", "1")[2]
    assert stack.run("usage", "-r", "-n", "0")[0] == 2


def test_gc_shows_what_would_go_and_frees_it(stack):
    stack.push("a:v1=" + "x" * 2048, "a:v1=new")
    code, out, _ = stack.run("gc", "--dry-run", "--grace", "0s", "--untagged", "0s")
    assert code == 0
    assert "2.0 KiB would be freed: 1 blob, 1 image without a tag." in out
    assert [line.split()[0] for line in out.splitlines()[:3]] == ["REPOSITORY", "a", "a"]
    assert stack.json("usage")["blobs"] == 2
    done = stack.run("gc", "--grace", "0s", "--untagged", "0s")[1]
    assert done == "2.0 KiB freed: 1 blob, 1 image without a tag.\n"
    assert stack.json("usage")["blobs"] == 1
    assert stack.run("gc", "--grace", "0s")[1] == "There was nothing to free.\n"


def test_gc_says_what_images_without_a_tag_hold_and_how_to_free_it(stack):
    stack.push("a:v1=" + "x" * 2048, "a:v1=new")
    out = stack.run("gc", "--grace", "0s")[1]
    assert "2.0 KiB are held by 1 image without a tag alone." in out
    assert "homeport registry gc --untagged 7d" in out


def test_the_grace_period_does_not_begin_anew_where_nobody_is_there_to_push(stack):
    stack.push("a:v1=old", "a:v1=new")
    with contextlib.closing(sqlite3.connect(stack.where.registry / "registry.db")) as db, db:
        db.execute("UPDATE repository_blob SET pushed = 0")
        db.execute("UPDATE manifest SET pushed = 0")
    assert stack.json("gc", "--untagged", "7d")["blobs"] == 1


def test_retention_without_rules(stack):
    stack.push("a:v1=one")
    code, out, err = stack.run("retention")
    assert (code, out) == (0, "")
    assert "no retention rules" in err


def test_retention_shows_what_would_go_and_lets_it_go(stack):
    (stack.home.folder / "homeport.toml").write_text(
        '[[registry.retention]]\nrepositories = ["**"]\nkeep = ["v1"]\n'
    )
    stack.push("a:v1=one", "a:v2=two", "a:v3=three")
    _, out, _ = stack.run("retention", "--dry-run")
    assert sorted(line.split()[0] for line in out.splitlines()[1:3]) == ["a:v2", "a:v3"]
    assert "2 tags and 2 manifests would go; 1 tag of the same repositories stay" in out
    report = stack.json("retention")
    assert (report["tags"], report["is_dry_run"]) == (2, False)
    assert stack.run("retention")[1] == "Every tag stays.\n"
    assert stack.json("usage")["tags"] == 1


def test_scrub_finds_what_has_rotted_and_whose_it_is(stack):
    stack.push("a:v1=" + "x" * 100_000)
    assert "Every byte is what was pushed." in stack.run("scrub")[1]
    (file,) = (path for path in (stack.where.registry / "blobs/files").rglob("*") if path.is_file())
    file.write_bytes(b"y" * 100_000)
    code, out, _ = stack.run("scrub")
    assert code == 1
    assert "a:v1" in out.splitlines()[1]
    assert "Push the images again" in out
    assert "1 blob has rotted" in stack.run("usage")[1]


def test_delete_takes_a_word(stack):
    stack.push("team/app:v1=one")
    code, _, err = stack.run("delete", "team/app")
    assert code == 1
    assert "--yes" in err
    assert stack.json("usage")["tags"] == 1
    assert stack.json("delete", "team/app", "--yes")["tags"] == 1
    assert stack.json("usage")["tags"] == 0
    code, _, err = stack.run("delete", "team/app", "--yes")
    assert (code, "no image in team/app" in err) == (1, True)


@pytest.mark.parametrize(("word", "left"), [("y\n", 0), ("n\n", 1), ("", 1)])
def test_delete_asks_on_a_terminal(stack, monkeypatch, tmp_path, word, left):
    class Terminal:
        def isatty(self):
            return True

        def readline(self):
            return word

    stack.push("team/app:v1=one")
    monkeypatch.setattr("sys.stdin", Terminal())
    code, _, err = stack.run("delete", "team/app")
    assert code == left
    assert "team/app has 1 tag and 1 manifest" in err
    assert stack.json("usage")["tags"] == left


def test_robots_come_and_go(stack):
    stack.push("a:v1=one")
    assert "no robots yet" in stack.run("robots", "list")[2]
    code, out, err = stack.run("robots", "add", "ci", "--allow", "team/**:pull,push")
    assert (code, out.startswith("hprobot_")) == (0, True)
    assert "robot+ci" in err
    made = stack.json(
        "robots", "add", "x", "--allow", "a:pull", "--allow", "b:push", "--expires", "90d"
    )
    assert made["user"] == "robot+x"
    out = stack.run("robots", "list")[1]
    assert "team/**:pull,push" in out
    assert "in 89 days" in out
    assert made["secret"] not in json.dumps(stack.json("robots", "list"))
    assert stack.run("robots", "remove", "ci")[0] == 0
    assert [robot["name"] for robot in stack.json("robots", "list")] == ["x"]


def test_an_import_of_nothing(stack):
    stack.push("a:v1=one")
    code, _, err = stack.run("import", "elsewhere")
    assert code == 1
    assert f"{stack.home.folder}/elsewhere is no storage folder" in err
    assert "rootdirectory" in err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "which command?"),
        (["gx"], "invalid choice: 'gx'"),
        (["gc", "--dryrun"], "Did you mean --dry-run?"),
        (["gc", "--grace", "5"], "'5' is not a duration"),
        (["robots", "add"], "name is missing"),
        (["robots", "add", "ci"], "--allow"),
        (["robots", "add", "ci", "--allow", "team"], "not a pattern, a colon"),
        (["delete"], "repository"),
    ],
)
def test_a_command_line_that_makes_no_sense(stack, words, said):
    code, out, err = stack.run(*words)
    assert (code, out) == (2, "")
    assert said in err


@pytest.mark.parametrize("name", command.COMMANDS)
def test_each_command_has_help_and_takes_the_settings(stack, name):
    with pytest.raises(SystemExit) as ended:
        stack.run(name, "--help")
    assert ended.value.code == 0
    out = stack.capsys.readouterr().out
    assert f"usage: homeport registry {name}" in out
    assert "--data" in out


def test_a_folder_may_stand_on_either_side_of_the_command(stack, tmp_path):
    for words in (("--data", "other", "usage"), ("usage", "--data", "other")):
        code, _, err = stack.run(*words)
        assert code == 1
        assert "other/registry yet" in err


def test_a_folder_is_let_go_of(stack):
    stack.push("a:v1=one")
    stack.run("usage")
    assert not stack.where.registry_control.exists()
    with FolderLock(stack.where.registry / "lock"):
        pass
