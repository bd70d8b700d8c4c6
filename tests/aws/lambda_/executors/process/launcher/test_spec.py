from homeport.aws.lambda_.executors.process.launcher import spec


def test_a_spec_crosses_the_socket():
    given = spec.Spec(
        ["/x", "ü"],
        {"A": "1"},
        "/",
        128,
        512,
        5,
        "/r",
        ["/dev"],
        [("/f", "t")],
        [],
        [("/a", "/b")],
        ["/l"],
    )
    data = spec.encoded(given)
    assert int.from_bytes(data[:4], "big") == len(data) - 4
    found = spec.decoded(data[4:])
    assert found.binds == [["/a", "/b"]]
    assert spec.encoded(found) == data
