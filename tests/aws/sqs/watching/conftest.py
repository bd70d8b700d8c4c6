import inspect
import json
from urllib.parse import urlencode

import pytest

from homeport.aws.sqs.watching import pages
from homeport.aws.sqs.watching.depths import Depths
from homeport.edge import http


class Looking:
    """Asks for the pages as the dispatcher does."""

    def __init__(self, client):
        self.client = client
        self.depths = Depths(client.sqs)
        self.site = pages.site(client.sqs, self.depths)

    async def ask(self, path, method="GET", body=b"", headers=None, **query):
        request = http.Request(
            method,
            path,
            urlencode(query),
            {"host": "localhost:4566", **(headers or {})},
            http.BytesBody(body),
        )
        answer = self.site(request)
        return await answer if inspect.isawaitable(answer) else answer

    async def tree(self, url, **query):
        """The result of LocalStack's JSON form."""
        answer = await self.ask(
            pages.MESSAGES, headers={"accept": "application/json"}, QueueUrl=url, **query
        )
        assert answer.status == 200, answer.body
        return json.loads(answer.body)["ReceiveMessageResponse"]["ReceiveMessageResult"]

    async def messages(self, url, **query):
        """All of them, as a list."""
        found = (await self.tree(url, **query) or {}).get("Message", [])
        return found if isinstance(found, list) else [found]

    async def bodies(self, url, **query):
        return [message["Body"] for message in await self.messages(url, **query)]

    async def json(self, path, **query):
        answer = await self.ask(path, **query)
        assert answer.status == 200, answer.body
        return json.loads(answer.body)


@pytest.fixture
def looking(client):
    return Looking(client)


def attributes(message):
    """The attributes of LocalStack's JSON form."""
    return {each["Name"]: each["Value"] for each in message["Attribute"]}
