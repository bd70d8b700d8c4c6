"""The client of the local AWS: accounts, regions, errors, and what it keeps."""

from __future__ import annotations

import asyncio
import gc
import weakref

import pytest

from homeport.console.asking import cloud as clouds
from homeport.console.asking.cloud import Clients, Cloud
from homeport.console.asking.scope import ACCOUNT, REGION, Scope
from homeport.console.asking.troubles import Trouble, Unreachable
from homeport.console.asking.wire import Wire
from homeport.console.options import Place


@pytest.fixture
def clients(standing):
    made = Clients(Wire("the local AWS", standing.options.cloud))
    yield made
    made.wire.close()


def of(clients, account=ACCOUNT, region=REGION):
    return Cloud(clients, Scope(account, region), "https://aws.example")


@pytest.mark.parametrize("account", ["000000000000", "123456789012", "000000000001"])
async def test_the_account_is_the_one_that_was_chosen(clients, account):
    answer = await of(clients, account).call("sts", "GetCallerIdentity")
    assert answer["Account"] == account


async def test_regions_are_kept_apart(clients):
    await of(clients, region="eu-west-1").call("sqs", "CreateQueue", QueueName="apart")
    there = await of(clients, region="eu-west-1").call("sqs", "ListQueues")
    assert any(each.endswith("/apart") for each in there["QueueUrls"])
    elsewhere = await of(clients).within("eu-west-2").call("sqs", "ListQueues")
    assert not any(each.endswith("/apart") for each in elsewhere.get("QueueUrls", []))


async def test_an_error_of_aws_is_a_sentence_with_its_code(clients):
    with pytest.raises(Trouble) as caught:
        await of(clients).call("s3", "GetObject", Bucket="nowhere-at-all", Key="k")
    assert caught.value.what == "GetObject was refused: The specified bucket does not exist"
    assert caught.value.hint == "AWS calls this NoSuchBucket."
    assert caught.value.status == 404


async def test_a_parameter_that_is_wrong_is_said_before_it_is_sent(clients):
    with pytest.raises(Trouble, match="Unknown parameter in input"):
        await of(clients).call("s3", "ListBuckets", Nonsense=1)


async def test_a_cloud_that_is_not_there():
    clients = Clients(Wire("the local AWS", Place("http://127.0.0.1:1")))
    with pytest.raises(
        Unreachable, match=r"does not answer at http://127\.0\.0\.1:1: nobody listens there\."
    ):
        await of(clients).call("sqs", "ListQueues")


async def test_links_lead_where_people_reach_it(clients):
    cloud = of(clients)
    link = await cloud.use(
        "s3",
        lambda _: cloud.public("s3").generate_presigned_url(
            "get_object", Params={"Bucket": "b", "Key": "k"}
        ),
    )
    assert link.startswith("https://aws.example/b/k?X-Amz-Algorithm=AWS4-HMAC-SHA256")


async def test_many_at_once_make_one_client(clients):
    made = await asyncio.gather(*(of(clients).use("sqs", id) for _ in range(30)))
    assert len(set(made)) == 1


async def test_the_clients_that_are_kept_are_bounded(clients):
    for number in range(clouds.CLIENTS + 5):
        await of(clients, f"{number:012}").use("sqs", id)
    assert len(clients._made) == clouds.CLIENTS


async def test_what_is_set_for_the_users_own_aws_is_nothing_to_it(standing, monkeypatch, tmp_path):
    config = tmp_path / "config"
    config.write_text("[profile other]\nregion = nowhere-1\nendpoint_url = http://127.0.0.1:1\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    monkeypatch.setenv("AWS_PROFILE", "missing")
    clients = Clients(Wire("the local AWS", standing.options.cloud))
    assert "Buckets" in await of(clients).call("s3", "ListBuckets")


async def test_warm_clients_are_there_before_the_first_page(clients):
    clients.warm()
    async with asyncio.timeout(20):
        while len(clients._made) < len(clouds.WARM):
            await asyncio.sleep(0.01)
    assert {service for service, _, _ in clients._made} == set(clouds.WARM)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("2026-01-02T03:04:05.678Z", 1767323045.678),
        ("2026-01-02T03:04:05Z", 1767323045),
        ("2026-01-02T04:04:05+01:00", 1767323045),
        ("Fri, 02 Jan 2026 03:04:05 GMT", 1767323045),
        (1767323045.5, 1767323045.5),
        ("1767323045", 1767323045),
    ],
)
def test_times_of_answers(value, seconds):
    assert clouds.moment(value).timestamp() == seconds


def test_clients_that_were_let_go_do_not_pile_up(clients):
    """The process collects garbage rarely; whoever looks at region after region made it 90 MiB larger."""
    gc.disable()
    try:
        made = []
        for number in range(clouds.CLIENTS + 3 * clouds.GONE):
            client = clients.of("sqs", Scope(ACCOUNT, f"r{number}"))
            made.append(weakref.ref(type(client)))
        alive = sum(each() is not None for each in made)
    finally:
        gc.enable()
    assert alive <= clouds.CLIENTS + clouds.GONE
    assert made[-1]() is type(client)
