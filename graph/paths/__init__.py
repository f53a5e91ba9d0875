"""Contact search: `find` returns the contacts for a need, the paths to each, and their order."""

from dataclasses import replace

from graph.access.view import View
from graph.paths.answer import AcuteCard, Answer, LocalDesk, NodeRef
from graph.paths.contacts import ContactSearch
from graph.paths.desk import acute_card, local_desk, place_of
from graph.paths.ends import area_of
from graph.paths.kernel.engine_choice import EngineName
from graph.paths.kernel.request import Direction
from graph.paths.need import Need, check
from graph.paths.no_path import no_path
from graph.paths.policy import Policy
from graph.paths.relaxation import search_of
from graph.paths.resolve import named
from graph.vocabulary import Trigger

__all__ = ["Answer", "Need", "find"]


def find(view: View, need: Need, policy: Policy, engine: EngineName | None = None) -> Answer:
    """Return the contacts for a need with their paths, or the reason why there are none.

    The View must be of the date of the need. Acute danger is answered with the acute card alone,
    because there is nothing to choose. `engine` None: the compiled engine if it is warm.

    Raises:
        InvalidNeed: a term this policy or caller does not allow.
        NeedTooWide: too many starts or targets.
        NotFound: something the need names is absent or hidden.
    """
    check(view, need, policy)
    asked = ContactSearch(view, need, policy, engine)
    area = area_of(view, need)
    if need.trigger is Trigger.ACUTE:
        return _answer(asked, area, acute=acute_card(asked, area))
    contacts, passed = asked.contacts()
    if not contacts:
        search = search_of(view, need, policy)
        found = _answer(asked, area, local=_local(asked, area, None))
        direction, rung = search.ask.direction, search.ends.rung
        return replace(found, direction=direction, rung=rung, none=no_path(search))
    first = view.row(contacts[0].stop.node.id)
    found = _answer(asked, area, local=_local(asked, area, first))
    return replace(
        found,
        direction=asked.direction(first),
        rung=next(fit.rung for fit in asked.classes if first in fit.rows),
        contacts=contacts,
        passed=passed,
    )


def _answer(
    asked: ContactSearch,
    area: int | None,
    *,
    local: LocalDesk | None = None,
    acute: AcuteCard | None = None,
) -> Answer:
    """An answer without contacts."""
    view, need = asked.view, asked.need
    return Answer(
        need=need,
        on=view.on,
        at=need.at,
        revision=view.revision,
        policy=asked.policy.digest,
        direction=Direction.AUTO,
        rung=0,
        start=_named(view, need.start),
        target=_named(view, need.target),
        area=None if area is None else named(view, area),
        contacts=(),
        passed=(),
        local=local,
        acute=acute,
        none=None,
    )


def _named(view: View, node_id: str | None) -> NodeRef | None:
    return None if node_id is None else named(view, view.current(node_id))


def _local(asked: ContactSearch, area: int | None, first: int | None) -> LocalDesk | None:
    """The standing posts of the need's place, else of the first contact's place."""
    if area is None and first is not None:
        area = place_of(asked.view, first)
    if area is None:
        return None
    return local_desk(asked, area)
