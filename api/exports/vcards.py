"""The contact details of a post, or of the posts of a path, as vCards."""

from collections.abc import Sequence
from dataclasses import replace

from api.exports.contacts import ContactSelection, ReachableContact, Uncover, people, ways
from api.exports.request import ExportFile
from graph.access.view import View
from graph.exchange.provenance import Provenance
from graph.exchange.vcard import VCardContact, vcards
from graph.vocabulary import Language, LinkType


def build(
    view: View,
    those: ContactSelection,
    allowed: Sequence[str],
    stamp: Provenance,
    lang: Language,
    uncover: Uncover,
) -> ExportFile:
    """A card for each post with the details that were counted or are public."""
    contacts = [_contact(view, one, allowed, lang, uncover) for one in those.posts]
    return ExportFile(
        content=vcards(contacts, replace(stamp, losses=those.losses), lang),
        rows=len(contacts),
        people=people(view, those),
    )


def _contact(
    view: View, one: ReachableContact, allowed: Sequence[str], lang: Language, uncover: Uncover
) -> VCardContact:
    kind = view.value(one.row, "kind")
    bodies = view.targets(one.row, LinkType.BELONGS_TO)
    return VCardContact(
        id=one.post,
        name=view.name(one.row) or one.post,
        role=kind.label(lang),
        organization=next((view.name(body) for body in bodies), None),
        answers=one.answers(lang),
        ways=ways(one, allowed, uncover),
    )
