"""One step with the records of a stack, in a session of its own."""

from homeport.cli.network import naming


def plan(chosen, time, cluster=None):
    """What `apply` would change; None where nobody keeps records."""
    with _of(chosen, time, cluster) as named:
        return named.plan()


def apply(
    chosen,
    time,
    told=naming.untold,
    cluster=None,
):
    """Plans and makes it so in one session; gives what was changed."""
    with _of(chosen, time, cluster) as named:
        changes = named.plan()
        if changes is not None:
            named.apply(changes, told)
        return changes


def removal(chosen, time, cluster=None):
    """What `remove` would change."""
    with _of(chosen, time, cluster) as named:
        return named.removal()


def remove(
    chosen,
    time,
    told=naming.untold,
    cluster=None,
):
    """Takes away what is ours, in one session; gives what was changed."""
    with _of(chosen, time, cluster) as named:
        changes = named.removal()
        if changes is not None:
            named.remove(changes, told)
        return changes


def _of(chosen, time, cluster):
    return (
        naming.of_cluster(chosen, time, cluster)
        if cluster is not None
        else naming.of_machine(chosen, time)
    )
