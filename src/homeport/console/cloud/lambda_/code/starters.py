"""What a new function begins with."""

from __future__ import annotations

from typing import NamedTuple

PYTHON = """import json


def handler(event, context):
    print("event:", json.dumps(event))
    return {"statusCode": 200, "body": json.dumps({"hello": event.get("name", "world")})}
"""
NODE = """export const handler = async (event) => {
  console.log("event:", JSON.stringify(event));
  return { statusCode: 200, body: JSON.stringify({ hello: event.name ?? "world" }) };
};
"""
RUBY = """require "json"

def handler(event:, context:)
  puts "event: #{event.to_json}"
  { statusCode: 200, body: { hello: event["name"] || "world" }.to_json }
end
"""
SHELL = """#!/bin/sh
# https://docs.aws.amazon.com/lambda/latest/dg/runtimes-walkthrough.html
api="http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation"
while true; do
  headers="$(mktemp)"
  event="$(curl -sS -D "$headers" "$api/next")"
  id="$(grep -Fi Lambda-Runtime-Aws-Request-Id "$headers" | tr -d '[:space:]' | cut -d: -f2)"
  echo "event: $event"
  curl -sS -d '{"statusCode": 200, "body": "hello"}' "$api/$id/response" > /dev/null
done
"""


class Starter(NamedTuple):
    """Files, and the handler in them."""

    files: dict[str, str]
    handler: str


_BY_FAMILY = {
    "python": Starter({"app.py": PYTHON}, "app.handler"),
    "nodejs": Starter({"app.mjs": NODE}, "app.handler"),
    "ruby": Starter({"app.rb": RUBY}, "app.handler"),
    "provided": Starter({"bootstrap": SHELL}, "bootstrap"),
}


def of(runtime: str) -> Starter | None:
    """What a runtime begins with; None for languages that have to be compiled first."""
    return next((each for family, each in _BY_FAMILY.items() if runtime.startswith(family)), None)
