"""What the civilians agreed to: 68 receipts, each in one of four states."""

import random
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from graph.model import Consent, GaveConsent, ResourceIndividual, id_of
from graph.vocabulary import Channel, ConsentPurpose, ObtainedHow
from seed.people.builder import DEMO, WorldBuilder
from seed.people.roll import CivilianEntry, ConsentState
from seed.people.scenarios import AARHUS_VEST

_ENDS_IN_DAYS, _GIVEN_DAYS = 19, 319  # the one in Aarhus Vest (story 6)
_TERM_DAYS: Final = 700  # 24 months at most
_REPLACED_AFTER_DAYS: Final = 650
_PASSED_ON, _COUNTED = 0.4, 0.5


@dataclass(frozen=True, slots=True)
class _Terms:
    """When a consent was given and until when."""

    given_on: date
    expires_on: date
    withdrawn_on: date | None = None


def consents(draft: WorldBuilder, one: CivilianEntry, individual: ResourceIndividual) -> Consent:
    """The receipt that counts, and the older one it replaced; gives the one that counts."""
    terms = _terms(draft, one)
    if one.is_renewed:
        older = _Terms(terms.given_on - timedelta(days=_REPLACED_AFTER_DAYS), terms.given_on)
        _receipt(draft, one, individual, older, "older")
    return _receipt(draft, one, individual, terms, "present")


def _terms(draft: WorldBuilder, one: CivilianEntry) -> _Terms:
    stream, ago = one.stream, draft.days_ago
    long = timedelta(days=_TERM_DAYS)
    if one.state is ConsentState.ENDS_SOON and one.community.area.id == AARHUS_VEST:
        return _Terms(ago(_GIVEN_DAYS), ago(-_ENDS_IN_DAYS))
    if one.state is ConsentState.ENDS_SOON:
        ends = ago(-stream.randint(3, 29))
        return _Terms(ends - long, ends)
    if one.state is ConsentState.EXPIRED:
        ended = ago(stream.randint(5, 150))
        return _Terms(ended - long, ended)
    given = ago(stream.randint(130, 400))
    if one.state is ConsentState.WITHDRAWN:
        return _Terms(given, given + long, ago(stream.randint(5, 120)))
    return _Terms(given, given + long)


def _receipt(
    draft: WorldBuilder, one: CivilianEntry, individual: ResourceIndividual, terms: _Terms, key: str
) -> Consent:
    """Heard by the municipality, and by the area's outreach unless only who is named may know."""
    audience = {f"aut-{one.community.municipality}"}
    if not one.is_named_only:
        audience.add(one.community.area.id)
    channels = {Channel.MEDIATED} if one.is_mediated else {Channel.MOBILE, Channel.MEDIATED}
    consent = draft.add(
        Consent(
            id=id_of(DEMO, "consent", one.key, terms.given_on.isoformat()),  # never changed
            purposes=_purposes(one.stream),
            audience=frozenset(audience),
            channels=frozenset(channels),
            is_mediated_only=one.is_mediated,
            given_on=terms.given_on,
            expires_on=terms.expires_on,
            withdrawn_on=terms.withdrawn_on,
            obtained_how=one.stream.choice(tuple(ObtainedHow)),
            text_version="da-2" if key == "older" else "da-3",
            covers_art9=one.is_of_faith,
            is_adult=True,
            recorded_by=one.community.worker.id,
            renewal_by=one.community.worker.id,
            source=DEMO,
        )
    )
    draft.tie(GaveConsent, individual.id, consent.id)
    return consent


def _purposes(stream: random.Random) -> frozenset[ConsentPurpose]:
    purposes = {ConsentPurpose.CONTACT}
    if stream.random() < _PASSED_ON:
        purposes.add(ConsentPurpose.PASS_ON)
    if stream.random() < _COUNTED:
        purposes.add(ConsentPurpose.STATISTICS)
    return frozenset(purposes)
