"""May a civilian be contacted, by which channels, through whom and until when?"""

from dataclasses import dataclass
from datetime import date

from graph.access.view import View
from graph.paths.answer import NodeRef
from graph.paths.resolve import named
from graph.vocabulary import Channel, LinkType


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """On what terms a civilian may be contacted by the caller.

    `until`: the first date without a consent; `channels` are those of the consents in force that
    hold the caller; `is_mediated_only`: none of them lets anybody but a door opener make contact.
    """

    until: date
    channels: tuple[Channel, ...]
    is_mediated_only: bool
    door_openers: tuple[NodeRef, ...]


def terms_of(view: View, civilian: int) -> Terms | None:
    """On what terms the caller may contact a visible civilian; None: by no consent in force."""
    given = view.targets(civilian, LinkType.GAVE_CONSENT)
    consents = [consent for consent in given if view.lets_contact(consent)]
    if not consents:
        return None
    channels = {channel for one in consents for channel in view.value(one, "channels")}
    return Terms(
        until=max(_until(view, consent) for consent in consents),
        channels=tuple(channel for channel in Channel if channel in channels),
        is_mediated_only=all(view.value(consent, "is_mediated_only") for consent in consents),
        door_openers=tuple(
            named(view, opener) for opener in view.sources(civilian, LinkType.DOOR_OPENER_FOR)
        ),
    )


def _until(view: View, consent: int) -> date:
    """The first date on which a consent is not in force, or not any more in the graph."""
    expires_on: date = view.value(consent, "expires_on")
    ends = (view.value(consent, "withdrawn_on"), view.value(consent, "valid_to"))
    return min([expires_on, *(end for end in ends if end)])
