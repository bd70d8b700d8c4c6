async def test_an_instance_profile_holds_one_role(client):
    await client.role("one")
    await client.role("two")
    made = await client("CreateInstanceProfile", InstanceProfileName="i", Path="/a/")
    profile = made["InstanceProfile"]
    assert profile["InstanceProfileId"].startswith("AIPA")
    assert profile["Arn"] == "arn:aws:iam::000000000000:instance-profile/a/i"
    assert profile["Roles"] == []
    await client("AddRoleToInstanceProfile", InstanceProfileName="i", RoleName="one")
    for name in ("one", "two"):
        error = await client.refused(
            "AddRoleToInstanceProfile", InstanceProfileName="i", RoleName=name
        )
        assert error.message == "Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1"
    found = (await client("GetInstanceProfile", InstanceProfileName="i"))["InstanceProfile"]
    assert [role["RoleName"] for role in found["Roles"]] == ["one"]
    listed = await client("ListInstanceProfilesForRole", RoleName="one")
    assert [each["InstanceProfileName"] for each in listed["InstanceProfiles"]] == ["i"]


async def test_one_in_use_cannot_be_deleted(client):
    await client.role()
    await client("CreateInstanceProfile", InstanceProfileName="i")
    await client("AddRoleToInstanceProfile", InstanceProfileName="i", RoleName="r")
    error = await client.refused("DeleteInstanceProfile", InstanceProfileName="i")
    assert error.message == "Cannot delete entity, must remove roles from instance profile first."
    await client("RemoveRoleFromInstanceProfile", InstanceProfileName="i", RoleName="r")
    error = await client.refused(
        "RemoveRoleFromInstanceProfile", InstanceProfileName="i", RoleName="r"
    )
    assert error.code == "NoSuchEntityException"
    await client("DeleteInstanceProfile", InstanceProfileName="i")
    assert (await client("ListInstanceProfiles"))["InstanceProfiles"] == []
    error = await client.refused("GetInstanceProfile", InstanceProfileName="i")
    assert error.message == "Instance Profile i cannot be found."


async def test_a_name_is_taken(client):
    await client("CreateInstanceProfile", InstanceProfileName="i")
    error = await client.refused("CreateInstanceProfile", InstanceProfileName="I")
    assert error.message == "Instance Profile I already exists."
