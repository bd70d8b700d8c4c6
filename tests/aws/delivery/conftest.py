import itertools
import os

import pytest

from homeport.aws.delivery.invoke import Invoker
from homeport.aws.delivery.objects import S3Objects
from homeport.aws.dynamodb.backups.objects import Place
from homeport.aws.protocol.call import Call
from homeport.aws.s3 import operations
from homeport.aws.s3.s3 import S3
from homeport.clock import VirtualClock
from homeport.edge import http
from homeport.storage import db


@pytest.fixture(autouse=True)
def _nothing_waits_for_company(monkeypatch):
    """Writes that could wait for others on the machine's time do not: these tests move a virtual clock."""
    monkeypatch.setattr(db, "LATER_S", 0)


ACCOUNT, REGION = "000000000000", "us-east-1"


@pytest.fixture
async def s3(tmp_path):
    numbers = itertools.count(1)
    s3 = S3.open(tmp_path, VirtualClock(), lambda: f"{next(numbers):032x}")
    yield operations.service(s3)
    await s3.close()


@pytest.fixture
async def bucket(s3):
    request = http.Request("PUT", "/", "", {"host": "localhost"}, http.BytesBody())
    call = Call("s3", "CreateBucket", ACCOUNT, REGION, "id", request)
    await s3.operations["CreateBucket"](call, {"Bucket": "things"})
    return Place(ACCOUNT, REGION, "things")


@pytest.fixture
def objects(s3):
    return S3Objects(Invoker({"s3": s3}), part_size=5 * 1024 * 1024)


@pytest.fixture
def data():
    return os.urandom(12 * 1024 * 1024 + 17)
