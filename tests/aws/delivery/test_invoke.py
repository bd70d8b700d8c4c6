import pytest

from homeport.aws.delivery.invoke import Caller, Invoker
from homeport.aws.protocol.call import AwsError, Output, Service

CALLER = Caller("000000000000", "eu-west-1")


def plain(call, params):
    return {"Said": params, "By": (call.service, call.operation, call.account, call.region)}


async def waiting(call, params):
    del call
    return Output(params, status=206)


def failing(call, params):
    raise AwsError("NoSuchBucket", f"{call.operation} {params}")


@pytest.fixture
def invoker():
    operations = {"Plain": plain, "Waiting": waiting, "Failing": failing}
    return Invoker({"s3": Service("s3", operations)})


async def test_a_call_is_made_for_an_account_and_region(invoker):
    answer = await invoker.call(CALLER, "s3", "Plain", {"Key": "a"})
    by = ("s3", "Plain", "000000000000", "eu-west-1")
    assert answer.members == {"Said": {"Key": "a"}, "By": by}


async def test_an_operation_that_waits_is_awaited(invoker):
    answer = await invoker.call(CALLER, "s3", "Waiting", {"Key": "a"})
    assert (answer.members, answer.status) == ({"Key": "a"}, 206)


async def test_errors_are_those_of_the_service(invoker):
    with pytest.raises(AwsError, match="NoSuchBucket"):
        await invoker.call(CALLER, "s3", "Failing", {})


async def test_an_operation_that_is_missing_is_refused_by_name(invoker):
    with pytest.raises(AwsError, match=r"s3\.SelectObjectContent") as caught:
        await invoker.call(CALLER, "s3", "SelectObjectContent", {})
    assert caught.value.status == 501


def test_services_that_run_are_known(invoker):
    assert invoker.runs("s3")
    assert not invoker.runs("sns")


def test_a_service_may_be_opened_later():
    services = {}
    invoker = Invoker(services)
    services["s3"] = Service("s3", {})
    assert invoker.runs("s3")
