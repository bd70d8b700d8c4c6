"""The tables of the registry: who may do what, which tags stay, other registries, and who is told."""

from __future__ import annotations

import re

from homeport.registry import options
from homeport.stack import values
from homeport.stack.kinds import durations, http, lists, tables

_REPOSITORY = lists.Matching(
    r"[a-z0-9._/*?-]{1,255}",
    "a pattern such as team/** (lower-case letters, digits, . _ - / and * ** ?)",
)
"""https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pulling-manifests (names)"""
_TAG = lists.Matching(
    r"[A-Za-z0-9._*?-]{1,128}", "a pattern such as v* (letters, digits, . _ - and * ?)"
)
"""https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pulling-manifests (tags)"""
_PREFIX = lists.Matching(
    r"(?:[a-z0-9]+(?:[._-]+[a-z0-9]+)*(?:/(?!$)|$)){0,16}",
    "the first part of repository names, such as docker.io, or empty for all of them",
)
_NAME = lists.Matching(
    r"[!-~](?:[ -~]{0,98}[!-~])?", "a name (1 to 100 characters of ASCII, no space at either end)"
)
_MEDIA_TYPE = lists.Matching(r"[!-~]{1,255}", "a media type")

_REPOSITORIES = lists.Listed(_REPOSITORY, "a list of patterns of repositories", least=1)
_TAGS = lists.Listed(_TAG, "a list of patterns of tags")
USERS = lists.Listed(values.UserName(), "a list of users")
_ACTIONS = ("pull", "push", "delete")
_EVENTS = ("push", "pull", "mount", "delete")
_AGE = durations.Duration("1s", "3650d")

Column = tables.Column


def _rule(rule: options.Rule) -> str:
    if rule.users or rule.anonymous:
        return ""
    return 'it is for nobody: name users, or "*" for each that has logged in, or write anonymous = true.'


RULES = tables.Tables(
    options.Rule,
    (
        Column("repositories", "repositories", _REPOSITORIES, is_required=True),
        Column("allow", "allow", values.Words(f"a list of {', '.join(_ACTIONS)}", _ACTIONS)),
        Column("users", "users", USERS),
        Column("anonymous", "anonymous", values.Flag()),
    ),
    check=_rule,
)

_ALL = r"[*?]+"


def _retention(rule: options.Retention) -> str:
    reasons = (rule.keep, rule.keep_last, rule.keep_pushed_s, rule.keep_pulled_s)
    if any(reasons) or not any(re.fullmatch(_ALL, pattern) for pattern in rule.tags):
        return ""
    return (
        "it would remove every tag: say what to keep (keep, keep_last, keep_pushed, keep_pulled), "
        "or which tags it is for (tags; none for untagged alone)."
    )


RETENTION = tables.Tables(
    options.Retention,
    (
        Column("repositories", "repositories", _REPOSITORIES, is_required=True),
        Column("tags", "tags", _TAGS),
        Column("keep", "keep", _TAGS),
        Column("keep_last", "keep_last", values.Number(1, 1_000_000)),
        Column("keep_pushed", "keep_pushed_s", _AGE),
        Column("keep_pulled", "keep_pulled_s", _AGE),
        Column("untagged", "untagged_s", _AGE),
    ),
    check=_retention,
)


def _upstream(upstream: options.Upstream) -> str:
    if upstream.password and upstream.password_file is not None:
        return "it has both a password and a password_file: leave one of them out."
    if (upstream.password or upstream.password_file is not None) and not upstream.user:
        return "its password needs a user."
    return ""


UPSTREAMS = tables.Tables(
    options.Upstream,
    (
        Column("prefix", "prefix", _PREFIX, is_required=True),
        Column("url", "url", http.Url(has_path=False), is_required=True),
        Column("user", "user", values.Text()),
        Column("password", "password", values.Text(), is_secret=True),
        Column("password_file", "password_file", values.Folder("a file")),
        Column("ca", "ca", values.Folder("a file")),
        Column("fresh", "fresh_s", durations.Duration("0s", "365d")),
    ),
    unique="prefix",
    check=_upstream,
)

WEBHOOKS = tables.Tables(
    options.Webhook,
    (
        Column("name", "name", _NAME, is_required=True),
        Column("url", "url", http.Url(), is_required=True),
        Column("headers", "headers", http.Headers(), is_secret=True),
        Column("timeout", "timeout_s", durations.Duration("10ms", "5m")),
        Column("threshold", "threshold", values.Number(1, 1000)),
        Column("backoff", "backoff_s", durations.Duration("10ms", "1d")),
        Column("keep", "keep_s", _AGE),
        Column("actions", "actions", values.Words(f"a list of {', '.join(_EVENTS)}", _EVENTS)),
        Column(
            "ignored_media_types",
            "ignored_media_types",
            lists.Listed(_MEDIA_TYPE, "a list of media types"),
        ),
    ),
    unique="name",
)
