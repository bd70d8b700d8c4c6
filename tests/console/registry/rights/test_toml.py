"""What is shown to be copied is what the settings take."""

import dataclasses
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeport.console.registry.rights import settings, toml
from homeport.registry.options import Options, Retention, Rule
from homeport.stack import load, names

TEXTS = st.text(max_size=20)
VALUES = st.one_of(st.booleans(), st.integers(0, 10**6), TEXTS, st.lists(TEXTS, max_size=4))
FIELDS = st.dictionaries(st.sampled_from(["a", "b_c", "keep"]), VALUES, min_size=1)


@given(FIELDS, st.booleans())
def test_any_fields_are_read_back(fields, is_array):
    read = tomllib.loads(toml.table("x.y", fields, is_array=is_array))["x"]["y"]
    assert (read if not is_array else read[0]) == fields


def loaded(tmp_path, text):
    """The settings of a file, as the stack reads it."""
    file = tmp_path / "homeport.toml"
    file.write_text(text)
    return load.load({}, {"HOME": str(tmp_path)}, config=str(file)).settings


RULES = [
    Rule(("**",), ("pull",), ("*",)),
    Rule(("team/**", "x/?"), ("pull", "push", "delete"), ("bob", 'o"neil', "robot+ci")),
    Rule(("public/**",), anonymous=True),
]
RETENTION = [
    Retention(("team/**",), keep=("v*", "latest"), keep_last=10, keep_pulled_s=30 * 86_400.0),
    Retention(("**",), tags=("pr-*",), keep_pushed_s=90.0),
    Retention(("mirror/**",), tags=(), untagged_s=14 * 86_400.0),
]


def test_rules_are_read_back_by_the_stack(tmp_path):
    told = [dataclasses.asdict(each) for each in RULES]
    assert list(loaded(tmp_path, toml.rules(told)).registry.rules) == RULES


def test_retention_is_read_back_by_the_stack(tmp_path):
    told = [dataclasses.asdict(each) for each in RETENTION]
    assert list(loaded(tmp_path, toml.retention(told)).registry.retention) == RETENTION


def test_settings_are_read_back_by_the_stack(tmp_path):
    told = dataclasses.asdict(Options(scrub_s=86_400.0, may_delete=False, has_tokens=True))
    shown = settings.switches(told)
    read = loaded(tmp_path, settings.snippet(shown)).registry
    assert (read.delete, read.readonly, read.tokens) == (False, False, True)
    assert (read.gc_interval, read.gc_untagged, read.scrub_interval) == (900, None, 86_400)
    assert read.upload_age == 7 * 86_400


def test_each_setting_exists():
    told = dataclasses.asdict(Options())
    assert [
        f"registry.{each.name}"
        for each in settings.switches(told)
        if f"registry.{each.name}" not in names.BY_KEY
    ] == []


@pytest.mark.parametrize(
    ("seconds", "text"), [(None, "none"), (900.0, "15m"), (86_400.0, "1d"), (0.5, "500ms")]
)
def test_durations(seconds, text):
    assert toml.duration(seconds) == text
