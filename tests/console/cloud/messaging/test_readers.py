"""What somebody sees of a queue's and a topic's settings who may only look."""

from __future__ import annotations


async def test_attributes_and_tags_of_a_queue(standing, reader):
    standing.client("sqs").create_queue(QueueName="looked-at", tags={"team": "<b>one"})
    page = await reader.get("/sqs/q/looked-at/settings")
    assert page.find("caption").text == "Attributes of the queue"
    assert ["VisibilityTimeout", "30"] in page.rows()
    assert page.find("pre").text == "team = <b>one"
    assert page.buttons() == ["Log out"]


async def test_attributes_of_a_topic(standing, reader):
    arn = standing.client("sns").create_topic(Name="looked-at")["TopicArn"]
    page = await reader.get("/sns/t/looked-at/settings")
    assert page.find("caption").text == "Attributes of the topic"
    assert ["TopicArn", arn] in page.rows()
    assert "None." in page.text
    assert page.buttons() == ["Log out"]
