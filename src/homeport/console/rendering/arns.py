"""ARNs as links to their pages: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html"""

from __future__ import annotations

import urllib.parse

import markupsafe

from homeport.console.asking import scope as scopes


def link(arn: str) -> markupsafe.Markup:
    """The name of a queue, topic, function or of a table's stream, as a link to its page in its own account and region; else the text itself."""
    found = _page(arn)
    if found is None:
        return markupsafe.escape(arn)
    return markupsafe.Markup('<a href="{}">{}</a>').format(*found)


def _page(arn: str) -> tuple[str, str] | None:
    parts = arn.split(":", 5)
    if len(parts) < 6 or parts[0] != "arn":
        return None
    service, region, account, rest = parts[2:]
    scope = scopes.read(account, region)
    if scope is None:
        return None
    path, name = _below(service, rest)
    return (scope.path + path.format(urllib.parse.quote(name, safe="")), name) if path else None


def _below(service: str, rest: str) -> tuple[str, str]:
    kind, _, name = rest.partition("/" if service == "dynamodb" else ":")
    if service == "sqs" and not name:
        return "/sqs/q/{}", rest
    if service == "sns" and not name:
        return "/sns/t/{}", rest
    if service == "lambda" and kind == "function":
        return "/lambda/functions/{}", name.partition(":")[0]
    if service == "dynamodb" and kind == "table":
        name, _, stream = name.partition("/")
        return f"/dynamodb/tables/{{}}{'/stream' if stream.startswith('stream/') else ''}", name
    return "", ""
