import pytest
from tests.aws.lambda_.conftest import zipped

from homeport.aws.lambda_ import limits
from homeport.aws.lambda_.code.objects import Object
from homeport.aws.protocol.call import AwsError
from homeport.edge import http


class Bucket:
    """An S3 of one bucket."""

    def __init__(self, objects):
        self.objects = objects
        self.read_of = []

    def runs(self):
        return True

    async def read(self, place):
        self.read_of.append(place)
        body = self.objects.get(place.key)
        if body is None:
            raise AwsError("NoSuchKey", "The specified key does not exist.", 404)
        for start in range(0, len(body), 10):
            yield body[start : start + 10]


async def test_from_s3(client):
    client.lambda_.objects = bucket = Bucket({"k": zipped({"a": "1"})})
    code = {"S3Bucket": "bucket", "S3Key": "k", "S3ObjectVersion": "v"}
    made = await client.make(Code=code)
    assert made["CodeSize"] == len(bucket.objects["k"])
    assert bucket.read_of == [Object("000000000000", "us-east-1", "bucket", "k", "v")]
    code = await client.lambda_.functions.code(client.resolve().version)
    assert (code.task / "a").read_text() == "1"


async def test_what_s3_refuses_is_told(client):
    """test_lambda_code_location_s3_errors"""
    client.lambda_.objects = Bucket({})
    with pytest.raises(AwsError) as caught:
        await client.make(Code={"S3Bucket": "bucket", "S3Key": "none"})
    assert caught.value.code == "InvalidParameterValueException"
    assert caught.value.message == (
        "Error occurred while GetObject. S3 Error Code: NoSuchKey. S3 Error Message: The specified key does not exist."
    )


async def test_without_s3(client):
    with pytest.raises(AwsError) as caught:
        await client.make(Code={"S3Bucket": "bucket", "S3Key": "none"})
    assert caught.value.status == 501


async def test_an_object_that_is_too_large_is_not_read_to_its_end(client, monkeypatch):
    monkeypatch.setattr(limits, "UNZIPPED", 100)
    client.lambda_.objects = Bucket({"k": bytes(1_000_000)})
    with pytest.raises(AwsError) as caught:
        await client.make(Code={"S3Bucket": "bucket", "S3Key": "k"})
    assert caught.value.message == "Unzipped size must be smaller than 262144000 bytes"
    assert not any((client.folder / "lambda" / "staging").iterdir())


async def test_an_archive_that_is_too_large_to_be_sent(client, monkeypatch):
    """test_oversized_zipped_create_lambda"""
    monkeypatch.setattr(limits, "ZIPPED", 50)
    with pytest.raises(AwsError) as caught:
        await client.make()
    error = caught.value
    assert (error.code, error.status) == ("RequestEntityTooLargeException", 413)
    assert error.message == "Zipped size must be smaller than 52428800 bytes"


async def test_the_url_of_a_package_leads_to_it(client, clock):
    await client.make()
    answer = await client("GetFunction", FunctionName="f")
    assert answer["Code"]["RepositoryType"] == "S3"
    url = answer["Code"]["Location"]
    assert url.startswith("http://localhost:4566/_lambda/packages/")
    path, _, query = url.removeprefix("http://localhost:4566").partition("?")

    def ask(path, query, method="GET"):
        request = http.Request(method, path, query, {}, http.BytesBody())
        return client.service.before(request)

    response = ask(path, query)
    assert response.status == 200
    package = client.lambda_.content.path(path.rpartition("/")[2])
    assert response.body.path == str(package)
    assert package.read_bytes() == zipped()
    await client("DeleteFunction", FunctionName="f")
    assert package.exists()
    response.on_end()
    assert ask(path, query).status == 404
    assert ask(path, query, "POST").status == 405
    assert ask("/2015-03-31/functions", "") is None
    assert ask(path, query.replace("Until=1", "Until=2")).status == 403
    assert ask(path, "").status == 403
    assert ask("/_lambda/packages/../../lambda.db", query).status == 403
    await clock.advance(limits.LOCATION_S)
    assert ask(path, query).status == 403
