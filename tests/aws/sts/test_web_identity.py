import pytest
from tests.aws.sts.conftest import ROLE, token


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
    claim = {"https://aws.amazon.com/source_identity": "alice"}
    assert (await assume(client, token(**claim)))["SourceIdentity"] == "alice"


@pytest.mark.parametrize(
    "wrong",
    ["", "none", "a.b", "a.!!.c", "a.bm9uZQ.c", "a.W10.c", token(sub=1), token(iss=None)],
    ids=range(8),
)
async def test_what_is_no_token_is_refused(client, wrong):
    with pytest.raises(Exception, match="InvalidIdentityTokenException"):
        await assume(client, wrong)


async def test_a_token_that_has_expired_is_refused(client, clock):
    with pytest.raises(Exception, match="Token expired: current date/time 1700000000 must be"):
        await assume(client, token(exp=clock.now()))
