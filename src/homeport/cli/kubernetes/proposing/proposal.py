"""What plan, apply and diff have in common: the objects, what the rules find, and the plan."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent import futures
from typing import NamedTuple

from homeport.cli import arguments
from homeport.cli.kubernetes import accepting
from homeport.stack import settings
from homeport.stack.rules import checking, rule
from homeport.targets.kubernetes import users
from homeport.targets.kubernetes.cluster import contract
from homeport.targets.kubernetes.objects import render
from homeport.targets.kubernetes.objects.kinds import Object
from homeport.targets.kubernetes.planning import asked, judging, making, plan


class Proposal(NamedTuple):
    """A plan, with all that stands against it."""

    planned: plan.Plan
    checked: tuple[checking.Checked, ...]
    users: users.Users

    @property
    def is_stopped(self) -> bool:
        """Whether it must not be carried out."""
        return bool(self.planned.problems) or checking.is_failed(self.checked)


def configure(parser: arguments.Parser) -> None:
    """What a person agrees to beforehand."""
    parser.shows_settings = parser.is_for_cluster = True
    parser.add_argument(
        "--adopt", action="store_true", help="take objects of others that have a wanted name"
    )
    parser.add_argument(
        "--force-conflicts", action="store_true", help="take over fields that others have set"
    )
    parser.add_argument(
        "--replace",
        action="store_true",
        help="delete and create anew what cannot be changed; never a volume",
    )
    parser.add_argument(
        "--delete-data", action="store_true", help="delete volumes that are no longer wanted"
    )
    accepting.configure(parser)


def propose(
    given: arguments.Given, chosen: settings.Settings, cluster: contract.Cluster
) -> Proposal:
    """Makes the plan. Changes nothing, in the cluster or here."""
    found = users.find(chosen, cluster)
    objects = render.objects(chosen, found.material)
    with futures.ThreadPoolExecutor(1) as pool:
        checking_ = pool.submit(_checked, given, chosen, cluster, objects)
        planned = making.make(cluster, chosen.kubernetes.name, objects, _options(given))
        return Proposal(planned, checking_.result(), found)


def _checked(
    given: arguments.Given,
    chosen: settings.Settings,
    cluster: contract.Cluster,
    objects: Sequence[Object],
) -> tuple[checking.Checked, ...]:
    about = rule.Planned(chosen, objects, accepting.of(given, chosen))
    return checking.on_plan(about) + checking.on_cluster(about, asked.Asked(cluster, objects))


def _options(given: arguments.Given) -> judging.Options:
    return judging.Options(
        is_adopting=given["adopt"],
        is_forced=given["force_conflicts"],
        is_replacing=given["replace"],
        deletes_data=given["delete_data"],
    )
