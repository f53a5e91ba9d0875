"""Who is able: which posts have a competence, speak a language or have a kind of channel."""

from collections.abc import Iterable

from graph.questions.paths.need import Need, has_competence, speaks
from graph.view import View
from graph.vocabulary import Channel, Label, LinkType

_CIVIL = (Label.RESOURCE_INDIVIDUAL, Label.ORGANIZATION)


def able(view: View, need: Need, rows: Iterable[int]) -> list[int]:
    """The rows with the competence, language and channel a need asks for."""
    return [
        row
        for row in rows
        if (need.competence is None or _is_competent(view, row, need.competence))
        and (need.language is None or speakers(view, row, need.language))
        and (need.channel is None or _has_channel(view, row, need.channel))
    ]


def speakers(view: View, row: int, tag: str) -> frozenset[LinkType]:
    """By whom a language is spoken at a post: HOLDS by a holder or the team, DEPUTIZES_FOR."""
    found = {link for link, person in _people(view, row) if speaks(languages_of(view, person), tag)}
    if speaks(languages_of(view, row), tag):
        found.add(LinkType.HOLDS)
    return frozenset(found)


def channels_of(view: View, row: int) -> tuple[Channel, ...]:
    """The kinds of a node's own visible contact details, each once, in order."""
    details = view.targets(row, LinkType.REACHED_BY)
    kinds = {kind for detail in details if (kind := view.value(detail, "channel"))}
    return tuple(channel for channel in Channel if channel in kinds)


def languages_of(view: View, row: int) -> frozenset[str]:
    """The languages a person or post is known to speak, where the caller may know."""
    if view.label(row) is Label.ORGANIZATION:
        return frozenset()
    return view.value(row, "languages")


def _people(view: View, row: int) -> list[tuple[LinkType, int]]:
    """The visible holders and deputies of a post who are people."""
    if view.label(row) in _CIVIL:
        return []
    return [
        (link_type, person)
        for link_type in (LinkType.HOLDS, LinkType.DEPUTIZES_FOR)
        for person in view.sources(row, link_type)
        if view.label(person) is Label.PERSON
    ]


def _is_competent(view: View, row: int, prefix: str) -> bool:
    if view.label(row) is Label.ORGANIZATION:
        return False
    nodes = [row, *(person for _, person in _people(view, row))]
    return any(has_competence(view.value(node, "competences"), prefix) for node in nodes)


def _has_channel(view: View, row: int, channel: Channel) -> bool:
    nodes = [row, *(person for _, person in _people(view, row))]
    return any(channel in channels_of(view, node) for node in nodes)
