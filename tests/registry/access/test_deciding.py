"""Rights that several threads ask for at once, as lists of repositories are read beside requests."""

from concurrent.futures import ThreadPoolExecutor

from homeport.registry import limits
from homeport.registry.access.rules import Rules
from homeport.registry.options import Rule


def test_threads_decide_beside_each_other(monkeypatch):
    monkeypatch.setattr(limits, "DECISIONS", 20)
    rules = Rules([Rule(("team/*7",), users=("*",))])
    names = [f"team/{number}" for number in range(2000)]

    def ask(name):
        user = rules.user(name)
        return [repository for repository in names if user.may("pull", repository)]

    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(ask, "abcdefgh"))
    assert found == [[name for name in names if name.endswith("7")]] * 8
    assert len(rules._decided) == 20
