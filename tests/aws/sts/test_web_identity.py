import base64

import pytest
from tests.aws.sts.conftest import ROLE, token

SOURCE = "https://aws.amazon.com/source_identity"


async def assume(client, web_token, **more):
    return await client(
        "AssumeRoleWithWebIdentity",
        by="",
        RoleArn=ROLE,
        RoleSessionName="session",
        WebIdentityToken=web_token,
        **more,
    )


async def test_a_token_is_read_and_gives_credentials(client, clock):
    web_token = token(aud=["sts.amazonaws.com", "x"], exp=clock.now() + 1)
    answer = await assume(client, web_token)
    assert answer["SubjectFromWebIdentityToken"] == "somebody"
    assert answer["Provider"] == "https://issuer"
    assert answer["Audience"] == "sts.amazonaws.com"
    arn = await client.arn(answer["Credentials"]["AccessKeyId"])
    assert arn == "arn:aws:sts::123456789012:assumed-role/deploy/session"


async def test_a_source_identity_is_taken_from_the_token(client):
    assert (await assume(client, token(**{SOURCE: "alice"})))["SourceIdentity"] == "alice"


@pytest.mark.parametrize(
    "wrong",
    [
        *("", "none", "a.b", "a.!!.c", "a.bm9uZQ.c", "a.W10.c", token(sub=1), token(iss=None)),
        *(token(sub="\ud800"), token(iss="\x01"), token(exp="soon"), token(exp=float("-inf"))),
        *(token(exp=float("nan")), token(**{SOURCE: "a b"}), token(**{SOURCE: 1})),
        "a." + "W" * 20_000 + ".c",
        f"a.{base64.urlsafe_b64encode(b'[' * 9000).decode().rstrip('=')}.c",
    ],
    ids=range(17),
)
async def test_what_is_no_token_is_refused(client, wrong):
    with pytest.raises(Exception, match="InvalidIdentityTokenException"):
        await assume(client, wrong)


async def test_a_token_that_has_expired_is_refused(client, clock):
    with pytest.raises(Exception, match="Token expired: current date/time 1700000000 must be"):
        await assume(client, token(exp=clock.now()))


async def test_an_audience_that_is_no_text_is_left_out(client):
    for audience in (None, [], [1], "\ud800"):
        assert (await assume(client, token(aud=audience)))["Audience"] is None


async def test_what_is_no_role_cannot_be_assumed(client):
    error = await client.refused(
        "AssumeRoleWithWebIdentity",
        RoleArn="arn:aws:iam::123456789012:user/somebody",
        RoleSessionName="session",
        WebIdentityToken=token(),
    )
    assert (error.code, error.status, error.message) == (
        "AccessDenied",
        403,
        "Not authorized to perform sts:AssumeRoleWithWebIdentity",
    )


async def test_a_token_without_a_time_never_expires(client, clock):
    web_token = token()
    await clock.advance(10**9)
    assert (await assume(client, web_token))["SubjectFromWebIdentityToken"] == "somebody"
