"""Configurations as they are found, and what is made of each: configs/NAME.yml becomes configs/NAME.txt."""

from pathlib import Path

import pytest

from homeport.stack.distribution import reading

CONFIGS = Path(__file__).parent / "configs"
NAMES = sorted(path.stem for path in CONFIGS.glob("*.yml"))


def variables(text):
    lines = [
        line.removeprefix("# env: ") for line in text.splitlines() if line.startswith("# env: ")
    ]
    return dict(line.split("=", 1) for line in lines)


def report(name):
    text = Path(f"{name}.yml").read_text()
    found = reading.read(Path(f"{name}.yml"), {"PATH": "/bin"} | variables(text))
    lines = [f"{key} = {raw.value!r}  <- {raw.origin}" for key, raw in sorted(found.values.items())]
    lines += [f"problem: {problem}" for problem in found.problems]
    lines += [f"note: {note}" for note in found.notes]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("name", NAMES)
def test_what_is_made_of_a_configuration(name, monkeypatch):
    monkeypatch.chdir(CONFIGS)
    assert report(name) == Path(f"{name}.txt").read_text()


def test_no_secret_is_in_a_message():
    for name in NAMES:
        for line in (CONFIGS / f"{name}.txt").read_text().splitlines():
            assert "hidden" not in line or line.startswith("registry.")
