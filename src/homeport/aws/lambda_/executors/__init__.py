"""Where functions run: processes of this machine, containers, pods."""
