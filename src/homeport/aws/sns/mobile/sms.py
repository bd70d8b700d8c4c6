"""Settings of text messages, phones that want none, and the sandbox. Kept.

https://docs.aws.amazon.com/sns/latest/api/API_SetSMSAttributes.html,
https://docs.aws.amazon.com/sns/latest/dg/sns-sms-sandbox.html
"""

from __future__ import annotations

import re

from homeport.aws.protocol.call import AwsError, Call, Params
from homeport.aws.sns import errors, limits
from homeport.aws.sns.sns import Sns
from homeport.aws.sns.store import mobile

_DEFAULTS = {"MonthlySpendLimit": "1"}
_SETTABLE = frozenset(
    {
        "DefaultSMSType",
        "DefaultSenderID",
        "DeliveryStatusIAMRole",
        "DeliveryStatusSuccessSamplingRate",
        "MonthlySpendLimit",
        "UsageReportS3Bucket",
    }
)
_SENDER = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9]{1,11}", re.ASCII)
_NUMBER = re.compile(r"\+?[0-9]{4,15}", re.ASCII)
_PENDING, _VERIFIED = "Pending", "Verified"


def get_sms_attributes(sns: Sns, call: Call, params: Params) -> Params:
    """GetSMSAttributes"""
    every = _DEFAULTS | mobile.sms_settings(sns.db.query, call.account, call.region)
    wanted = params.get("attributes") or list(every)
    return {"attributes": {name: value for name, value in every.items() if name in wanted}}


async def set_sms_attributes(sns: Sns, call: Call, params: Params) -> Params:
    """SetSMSAttributes. Texts: `test_set_invalid_sms_attributes`, see `homeport.aws.sns.errors`."""
    values: dict[str, str] = params["attributes"]
    for name, value in values.items():
        if name not in _SETTABLE or (name == "DefaultSenderID" and not _SENDER.fullmatch(value)):
            said = "DefaultSendID" if name == "DefaultSenderID" else name
            raise errors.INVALID(f"{said} is not a valid attribute")
        if name == "DefaultSMSType" and value not in ("Promotional", "Transactional"):
            raise errors.INVALID("DefaultSMSType is invalid")
    await sns.db.write(
        lambda connection: mobile.set_sms(connection, call.account, call.region, values)
    )
    return {}


# Phones that want no messages


def check_if_phone_number_is_opted_out(sns: Sns, call: Call, params: Params) -> Params:
    """CheckIfPhoneNumberIsOptedOut"""
    number = _number(params["phoneNumber"])
    kept = mobile.phone(sns.db.query, mobile.OPTED_OUT, call.account, call.region, number)
    return {"isOptedOut": kept is not None}


def list_phone_numbers_opted_out(sns: Sns, call: Call, params: Params) -> Params:
    """ListPhoneNumbersOptedOut"""
    rows = mobile.phones(
        sns.db.query,
        mobile.OPTED_OUT,
        call.account,
        call.region,
        params.get("nextToken") or "",
        limits.PAGE + 1,
    )
    numbers = [number for number, _ in rows[: limits.PAGE]]
    return {
        "phoneNumbers": numbers,
        "nextToken": numbers[-1] if len(rows) > limits.PAGE else None,
    }


async def opt_in_phone_number(sns: Sns, call: Call, params: Params) -> Params:
    """OptInPhoneNumber; one that had not opted out is not missed."""
    number = _number(params["phoneNumber"])
    await sns.db.write(
        lambda connection: mobile.delete_phone(
            connection, mobile.OPTED_OUT, call.account, call.region, number
        )
    )
    return {}


def _number(number: str) -> str:
    if not _NUMBER.fullmatch(number):
        raise errors.invalid("PhoneNumber", "input incorrectly formatted")
    return number


# The sandbox


def get_sms_sandbox_account_status(sns: Sns, call: Call, params: Params) -> Params:
    """GetSMSSandboxAccountStatus: every number may be sent to."""
    del sns, call, params
    return {"IsInSandbox": False}


async def create_sms_sandbox_phone_number(sns: Sns, call: Call, params: Params) -> Params:
    """CreateSMSSandboxPhoneNumber"""
    await _save(sns, call, _number(params["PhoneNumber"]), _PENDING)
    return {}


async def verify_sms_sandbox_phone_number(sns: Sns, call: Call, params: Params) -> Params:
    """VerifySMSSandboxPhoneNumber. No password is sent, so each of the right form is right."""
    number = _number(params["PhoneNumber"])
    _known(sns, call, number)
    if not re.fullmatch(r"[0-9]{5,8}", params["OneTimePassword"], re.ASCII):
        raise AwsError("VerificationException", "Invalid one-time password", 400)
    await _save(sns, call, number, _VERIFIED)
    return {}


async def delete_sms_sandbox_phone_number(sns: Sns, call: Call, params: Params) -> Params:
    """DeleteSMSSandboxPhoneNumber"""
    number = _number(params["PhoneNumber"])
    _known(sns, call, number)
    await sns.db.write(
        lambda connection: mobile.delete_phone(
            connection, mobile.SANDBOX, call.account, call.region, number
        )
    )
    return {}


def list_sms_sandbox_phone_numbers(sns: Sns, call: Call, params: Params) -> Params:
    """ListSMSSandboxPhoneNumbers"""
    limit = params.get("MaxResults") or limits.PAGE
    after = params.get("NextToken") or ""
    rows = mobile.phones(sns.db.query, mobile.SANDBOX, call.account, call.region, after, limit + 1)
    found = [{"PhoneNumber": number, "Status": state} for number, state in rows[:limit]]
    return {
        "PhoneNumbers": found,
        "NextToken": found[-1]["PhoneNumber"] if len(rows) > limit else None,
    }


def _known(sns: Sns, call: Call, number: str) -> None:
    if mobile.phone(sns.db.query, mobile.SANDBOX, call.account, call.region, number) is None:
        raise errors.NO_RESOURCE("Phone number does not exist")


async def _save(sns: Sns, call: Call, number: str, state: str) -> None:
    await sns.db.write(
        lambda connection: mobile.save_phone(
            connection, mobile.SANDBOX, call.account, call.region, number, state
        )
    )
