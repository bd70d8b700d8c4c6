"""The whole application, asked without sockets by whatever a generator makes up."""

import asyncio
import random
import shutil

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.registry.fuzz import oracle, rounds
from tests.registry.fuzz.words import Maker

from homeport.edge import http
from homeport.registry.access import htpasswd
from homeport.storage.quota import Quota

REQUESTS = 120


def shape(tools, chance, asked):
    """The body as it arrives: at hand, or in pieces and perhaps never as a whole."""
    body = asked.body
    if len(body) <= 64 * 1024 and chance.random() < 0.7:
        return body
    half = len(body) // 2
    return tools.Stream(body[:half], body[half:], is_lost=chance.random() < 0.1)


async def send(home, asked, body):
    """Asks in process."""
    try:
        path = asked.path.encode().decode("latin-1")
        answer = await home.ask(
            asked.method, f"{path}?{asked.query.encode().decode('latin-1')}", body, **asked.headers
        )
    except http.ClientGone:
        return None
    return (
        answer.status,
        {name.lower(): value for name, value in answer.headers.items()},
        answer.body,
    )


async def go_on(home, tools, chance, requests):
    """Several clients at once."""
    maker = Maker(chance)

    async def one(asked, body):
        answer = await send(home, asked, body)
        if answer is not None:
            oracle.check_answer(asked, *answer)
            maker.hear(asked, answer[0], answer[1])

    for asked in maker.opening():
        await one(asked, asked.body)
    for _ in range(requests // 4):
        together = [maker.request() for _ in range(chance.choice([1, 2, 5]))]
        shaped = [(asked, shape(tools, chance, asked)) for asked in together]
        await asyncio.gather(*(one(*each) for each in shaped))


def lock(parent):
    """A file of users, which asks for ann's password."""
    users = parent / "htpasswd"
    htpasswd.add(users, "ann", "secret", cost=4)
    return users


async def explore(parent, tools, chance, requests):
    check_files = oracle.guard(parent)
    users = lock(parent) if chance.random() < 0.25 else None
    home = tools.Home(parent / "registry", users=users, quota=Quota(30_000_000))
    home.authorization = tools.basic("ann", "secret") if users else None
    try:
        await go_on(home, tools, chance, requests)
        check_files()
        await home.restart(home.folder)
        await oracle.check_stored(home.folder, getter(home))
        check_files()
    finally:
        await home.registry.close()


def getter(home):
    async def ask(path):
        answer = await home.ask("GET", path)
        headers = {name.lower(): value for name, value in answer.headers.items()}
        return answer.status, headers, answer.body

    return ask


@pytest.mark.timeout(rounds.PATIENCE_S)
async def test_any_seed(tmp_path, tools):
    before = oracle.memory_mib()
    for seed in rounds.seeds():
        folder = tmp_path / str(seed)
        try:
            await explore(folder, tools, random.Random(seed), REQUESTS)
        except Exception as error:
            error.add_note(f"HOMEPORT_FUZZ_SEED={seed}")
            raise
        shutil.rmtree(folder)
        assert oracle.memory_mib() - before < oracle.GROWTH_MIB


@given(st.randoms(use_true_random=False))
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
async def test_what_shrinks(tmp_path_factory, tools, chance):
    """The same by hypothesis, which looks for the smallest history that fails."""
    await explore(tmp_path_factory.mktemp("fuzz") / "parent", tools, chance, 16)
