"""Whom do I contact, through whom, in what order? `find` is the only way in."""

from graph.questions.paths.answer import Answer, Direct, Fewer, Named
from graph.questions.paths.ask import Found
from graph.questions.paths.civil import direct
from graph.questions.paths.ends import area_of
from graph.questions.paths.explain import explain
from graph.questions.paths.need import Need
from graph.questions.paths.nopath import no_path
from graph.questions.paths.relaxing import search_of
from graph.questions.paths.resolve import named
from graph.questions.paths.rules import Policy
from graph.view import View
from graph.vocabulary import Label

__all__ = ["Answer", "Need", "find"]


def find(view: View, need: Need, policy: Policy) -> Answer:
    """The best different paths for a need, or why there is none. The View is of the need's date.

    Raises:
        InvalidNeed: a term this policy or caller does not allow.
        NeedTooWide: too many starts or targets.
        NotFound: something the need names is absent or hidden.
    """
    asked = search_of(view, need, policy)
    reach, found = asked.ends, asked.again()
    return Answer(
        need=need,
        on=view.on,
        revision=view.revision,
        policy=policy.digest,
        direction=reach.direction,
        rung=reach.rung,
        start=_named(view, need.start),
        target=_named(view, need.target),
        area=None if (area := area_of(view, need)) is None else named(view, area),
        paths=explain(view, need, policy, found.paths),
        is_exact=found.is_exact,
        is_cut_off=found.is_cut_off,
        fewer=_fewer(view, found),
        direct=_direct(view, need, policy),
        none=None if found.paths else no_path(asked, is_cut_off=found.is_cut_off),
    )


def _named(view: View, node_id: str | None) -> Named | None:
    return None if node_id is None else named(view, view.current(node_id))


def _fewer(view: View, found: Found) -> Fewer | None:
    if found.fewer is None or not found.paths:
        return None
    node = found.fewer.bottleneck
    return Fewer(why=found.fewer.why, bottleneck=None if node is None else named(view, node))


def _direct(view: View, need: Need, policy: Policy) -> Direct | None:
    """What stands beside the paths to a civilian who may be contacted without the door opener."""
    if need.target is None or not policy.tells_direct_contact:
        return None
    row = view.current(need.target)
    return direct(view, row) if view.label(row) is Label.RESOURCE_INDIVIDUAL else None
