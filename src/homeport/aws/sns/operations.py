"""The operations of Amazon SNS, by their name in the model."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable

from homeport.aws.protocol.call import Call, Params, Service
from homeport.aws.sns import overview, pages
from homeport.aws.sns.mobile import applications, endpoints, sms
from homeport.aws.sns.publishing import batch, publish
from homeport.aws.sns.sns import Sns
from homeport.aws.sns.subscriptions import subscribe, subscription
from homeport.aws.sns.topics import permissions, tagging, topic
from homeport.edge import http

Function = Callable[[Sns, Call, Params], Params | Awaitable[Params]]

TABLE: dict[str, Function] = {
    "AddPermission": permissions.add_permission,
    "CheckIfPhoneNumberIsOptedOut": sms.check_if_phone_number_is_opted_out,
    "ConfirmSubscription": subscribe.confirm_subscription,
    "CreatePlatformApplication": applications.create_platform_application,
    "CreatePlatformEndpoint": endpoints.create_platform_endpoint,
    "CreateSMSSandboxPhoneNumber": sms.create_sms_sandbox_phone_number,
    "CreateTopic": topic.create_topic,
    "DeleteEndpoint": endpoints.delete_endpoint,
    "DeletePlatformApplication": applications.delete_platform_application,
    "DeleteSMSSandboxPhoneNumber": sms.delete_sms_sandbox_phone_number,
    "DeleteTopic": topic.delete_topic,
    "GetDataProtectionPolicy": topic.get_data_protection_policy,
    "GetEndpointAttributes": endpoints.get_endpoint_attributes,
    "GetPlatformApplicationAttributes": applications.get_platform_application_attributes,
    "GetSMSAttributes": sms.get_sms_attributes,
    "GetSMSSandboxAccountStatus": sms.get_sms_sandbox_account_status,
    "GetSubscriptionAttributes": subscription.get_subscription_attributes,
    "GetTopicAttributes": topic.get_topic_attributes,
    "ListEndpointsByPlatformApplication": endpoints.list_endpoints_by_platform_application,
    "ListPhoneNumbersOptedOut": sms.list_phone_numbers_opted_out,
    "ListPlatformApplications": applications.list_platform_applications,
    "ListSMSSandboxPhoneNumbers": sms.list_sms_sandbox_phone_numbers,
    "ListSubscriptions": subscription.list_subscriptions,
    "ListSubscriptionsByTopic": subscription.list_subscriptions_by_topic,
    "ListTagsForResource": tagging.list_tags_for_resource,
    "ListTopics": topic.list_topics,
    "OptInPhoneNumber": sms.opt_in_phone_number,
    "Publish": publish.publish,
    "PublishBatch": batch.publish_batch,
    "PutDataProtectionPolicy": topic.put_data_protection_policy,
    "RemovePermission": permissions.remove_permission,
    "SetEndpointAttributes": endpoints.set_endpoint_attributes,
    "SetPlatformApplicationAttributes": applications.set_platform_application_attributes,
    "SetSMSAttributes": sms.set_sms_attributes,
    "SetSubscriptionAttributes": subscription.set_subscription_attributes,
    "SetTopicAttributes": topic.set_topic_attributes,
    "Subscribe": subscribe.subscribe,
    "TagResource": tagging.tag_resource,
    "Unsubscribe": subscribe.unsubscribe,
    "UntagResource": tagging.untag_resource,
    "VerifySMSSandboxPhoneNumber": sms.verify_sms_sandbox_phone_number,
}


def service(sns: Sns) -> Service:
    """SNS for the dispatcher."""
    table = {name: functools.partial(work, sns) for name, work in TABLE.items()}
    return Service("sns", table)


def site(sns: Sns) -> Callable[[http.Request], pages.Answer | None]:
    """What the dispatcher asks for paths that are no operation."""

    def answer(request: http.Request) -> pages.Answer | None:
        found = pages.answer(sns, request)
        return overview.answer(sns, request) if found is None else found

    return answer
