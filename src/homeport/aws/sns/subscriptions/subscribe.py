"""Subscribe, ConfirmSubscription, Unsubscribe: who gets what is published.

https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html, https://docs.aws.amazon.com/sns/latest/dg/SendMessageToHttp.prepare.html
"""

from __future__ import annotations

import dataclasses
import hashlib
import re
from dataclasses import dataclass

from homeport.aws.protocol.call import Call, Params
from homeport.aws.sns import errors, limits
from homeport.aws.sns import sns as service
from homeport.aws.sns.engine import arns, endpoints, subscription_attributes
from homeport.aws.sns.engine.envelope import timestamp
from homeport.aws.sns.engine.model import CONFIRMED, DELETED, PENDING, Subscription, Topic
from homeport.aws.sns.mobile import endpoints as platform_endpoints
from homeport.aws.sns.sns import Sns
from homeport.aws.sns.store import notes, subscriptions, topics
from homeport.aws.sns.store.notes import Note
from homeport.aws.sns.store.topics import Connection
from homeport.aws.sns.subscriptions import confirmations
from homeport.storage.deliveries import outbox

PENDING_TEXT = "pending confirmation"
TOKEN = re.compile(r"[0-9a-f]+", re.ASCII)
"""`randomtoken` is no token at all, `abc123` one that is not known."""


async def subscribe(sns: Sns, call: Call, params: Params) -> Params:
    """Subscribe. An endpoint that is subscribed already gets the same subscription again."""
    topic = sns.topic(call, params["TopicArn"])
    protocol: str = params["Protocol"]
    endpoint = endpoints.check(protocol, params.get("Endpoint"), is_fifo=topic.is_fifo)
    if protocol == "application" and platform_endpoints.find(sns, endpoint.split(":")) is None:
        # `test_publish_to_deleted_platform_endpoint` in
        # https://github.com/getmoto/moto/blob/master/tests/test_sns/test_application.py
        reason = f"Endpoint does not exist for endpoint arn{endpoint}"
        raise errors.invalid("Endpoint", reason)
    settings = subscription_attributes.of_new(
        params.get("Attributes") or {}, is_fifo=topic.is_fifo, endpoint=endpoint
    )
    new = _new(sns, call, topic, protocol, endpoint, settings)
    found = await sns.write(
        lambda connection: _insert(sns, connection, topic, new),
        lambda made: (
            sns.forget_audience(topic.id) if made.state == CONFIRMED else sns.wake(made.lane)
        ),
    )
    is_open = found.state == CONFIRMED or params.get("ReturnSubscriptionArn")
    return {"SubscriptionArn": found.arn if is_open else PENDING_TEXT}


def _new(
    sns: Sns, call: Call, topic: Topic, protocol: str, endpoint: str, settings: dict[str, str]
) -> Subscription:
    is_pending = protocol in endpoints.CONFIRMING
    return Subscription(
        id=0,
        topic=topic.id,
        uuid=sns.ids(),
        account=topic.account,
        region=topic.region,
        owner=call.account,
        protocol=protocol,
        endpoint=endpoint,
        state=PENDING if is_pending else CONFIRMED,
        is_authenticated=not is_pending,
        needs_authentication=False,
        token=_token(sns) if is_pending else None,
        base=service.base(call.request),
        settings=settings,
        changed_at=sns.now(),
        topic_name=topic.name,
    )


def _token(sns: Sns) -> str:
    """A secret of the length that AWS's tokens have; random as the ids are."""
    return "".join(hashlib.sha512(sns.ids().encode()).hexdigest() for _ in range(3))[:288]


def _insert(sns: Sns, connection: Connection, topic: Topic, new: Subscription) -> Subscription:
    query = topics.reader(connection)
    # Once nobody can confirm it any more, an endpoint is forgotten.
    subscriptions.sweep(connection, new.changed_at - limits.PENDING_MS)
    found = subscriptions.by_endpoint(query, topic.id, new.protocol, new.endpoint)
    if found is not None:
        if not subscription_attributes.is_same(found, new.settings):
            raise errors.invalid(
                "Attributes", "Subscription already exists with different attributes"
            )
        if found.state == PENDING:
            _ask(sns, connection, found, confirmations.SUBSCRIPTION)
        return found
    _check_limits(connection, topic, new)
    made = dataclasses.replace(new, id=subscriptions.insert(connection, new))
    if made.state == PENDING:
        _ask(sns, connection, made, confirmations.SUBSCRIPTION)
    return made


def _check_limits(connection: Connection, topic: Topic, new: Subscription) -> None:
    query = topics.reader(connection)
    kept = topics.find(query, arns.Address(topic.account, topic.region, topic.name))
    if kept is None or kept.id != topic.id:
        raise errors.NOT_FOUND()
    if new.settings.get("FilterPolicy"):
        check_filters(connection, topic.id)
    if topic.is_fifo:
        counts = subscriptions.counts(query, topic.id)
        if counts.confirmed + counts.pending >= limits.FIFO_SUBSCRIPTIONS:
            raise errors.SUBSCRIPTION_LIMIT()


def check_filters(connection: Connection, topic: int) -> None:
    """Refuses a filter policy too many."""
    if subscriptions.filters(topics.reader(connection), topic) >= limits.FILTERS_OF_A_TOPIC:
        raise errors.FILTER_LIMIT()


def _ask(sns: Sns, connection: Connection, about: Subscription, kind: str) -> None:
    """Asks an endpoint: by HTTP, or by a mail that can be read where mails are kept."""
    topic = sns.find(arns.Address(about.account, about.region, about.topic_name))
    version = "1" if topic is None else topic.settings.get("SignatureVersion", "1")
    made = confirmations.make(about, kind, version, sns.ids(), sns.now())
    if about.protocol in endpoints.HTTP:
        body = confirmations.pack(made, about.endpoint)
        outbox.add(connection, about.lane, body, made.sent_at)
    else:
        document = {"Subject": "AWS Notification - Subscription Confirmation", "Message": made.text}
        document |= {"SubscribeURL": made.url, "TopicArn": made.topic_arn}
        document |= {"MessageId": made.message_id, "Timestamp": timestamp(made.sent_at)}
        notes.add(
            connection, Note(notes.MAIL, about.account, about.region, about.endpoint, document)
        )


# Confirming


async def confirm_subscription(sns: Sns, call: Call, params: Params) -> Params:
    """ConfirmSubscription, by a signed call or by the link that the endpoint was sent.

    Of the topic only the region counts, the token says the rest: `test_subscribe_external_http_endpoint`, see `errors`.
    """
    parts = params["TopicArn"].split(":")
    token: str = params["Token"]
    if len(parts) != arns.ELEMENTS or (call.access_key and parts[3] != call.region):
        raise errors.invalid("Topic")
    if not TOKEN.fullmatch(token):
        raise errors.INVALID("Invalid token")
    decision = _Confirming(
        token=token,
        region=parts[3],
        is_signed=bool(call.access_key),
        needs_authentication=params.get("AuthenticateOnUnsubscribe") == "true",
        now=sns.now(),
    )
    found = await sns.write(
        lambda connection: _confirm(connection, decision),
        lambda confirmed: sns.forget_audience(confirmed.topic),
    )
    return {"SubscriptionArn": found.arn}


@dataclass(frozen=True, slots=True)
class _Confirming:
    token: str
    region: str
    is_signed: bool
    needs_authentication: bool
    now: int


def _confirm(connection: Connection, how: _Confirming) -> Subscription:
    query = topics.reader(connection)
    found = subscriptions.by_token(query, how.token)
    if found is None or _is_over(query, found, how.now):
        raise errors.invalid("Token")
    if found.region != how.region:
        raise errors.invalid("Topic")
    if found.state == CONFIRMED:
        return found
    confirmed = dataclasses.replace(
        found,
        state=CONFIRMED,
        is_authenticated=how.is_signed,
        needs_authentication=how.is_signed and how.needs_authentication,
        changed_at=how.now,
    )
    subscriptions.save(connection, confirmed)
    return confirmed


def _is_over(query: topics.Query, found: Subscription, now: int) -> bool:
    """Whether a token counts no more: too old, or its endpoint came back by another one."""
    if found.state == CONFIRMED:
        return False
    if found.changed_at < now - limits.PENDING_MS:
        return True
    return found.state == DELETED and (
        subscriptions.by_endpoint(query, found.topic, found.protocol, found.endpoint) is not None
    )


# Ending


async def unsubscribe(sns: Sns, call: Call, params: Params) -> Params:
    """Unsubscribe, by a signed call or by the link in each message; one that is not there is not missed."""
    arn: str = params["SubscriptionArn"]
    address = arns.subscription(arn)
    if call.access_key and address.topic.region != call.region:
        raise errors.invalid("SubscriptionArn")
    found = subscriptions.by_uuid(sns.db.query, address.uuid) if arn.isascii() else None
    if found is None or found.arn != arn:
        return {}
    if found.needs_authentication and not call.access_key:
        # https://docs.aws.amazon.com/sns/latest/api/API_ConfirmSubscription.html (AuthenticateOnUnsubscribe)
        raise errors.AUTHORIZATION(
            f"User: anonymous is not authorized to perform: SNS:Unsubscribe on resource: {arn}"
        )

    def ended(_: None) -> None:
        sns.forget_audience(found.topic)
        sns.wake(found.lane)

    await sns.write(lambda connection: _end(sns, connection, found.uuid), ended)
    return {}


def _end(sns: Sns, connection: Connection, uuid: str) -> None:
    """An HTTP endpoint is told, and may restore the subscription by a new token."""
    found = subscriptions.by_uuid(topics.reader(connection), uuid)
    if found is None:
        return
    if found.protocol in endpoints.HTTP and found.state == CONFIRMED:
        ended = dataclasses.replace(found, state=DELETED, token=_token(sns), changed_at=sns.now())
        subscriptions.save(connection, ended)
        _ask(sns, connection, ended, confirmations.UNSUBSCRIPTION)
    else:
        subscriptions.delete(connection, found.id)
