from homeport.cli.kubernetes import opening


def test_why_there_is_a_pause_is_said_once_for_each_reason(capsys):
    tell = opening._Telling()
    for why in ("It is down.", "It is down.", "It answered 503.", "It answered 503."):
        tell(why, 0.2)
    said = capsys.readouterr().err
    assert said.count("It is down. Asking again") == said.count("It answered 503.") == 1
