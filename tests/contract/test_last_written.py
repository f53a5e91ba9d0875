import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from graph.access.field_groups import FieldGroup
from graph.access.policy import CIVIL_DETAIL
from graph.model import (
    Actor,
    ChangeSet,
    Consent,
    ContactDetail,
    Element,
    End,
    HopLink,
    Knows,
    MemberOf,
    Person,
    ReachedBy,
    RefersTo,
    ResourceIndividual,
    Secret,
)
from graph.store.store import Store
from graph.vocabulary import Channel, Label, LegalGate, LinkType, PreventionLevel
from tests import kystby
from tests.change_sets import change_set, changed
from tests.databases import Server
from tests.fixtures.examples import drills_after

Drawn = Callable[[random.Random, list[Element], str], ChangeSet]
NUMBER = "+45 05 12 34 99"
CONSENTED = LegalGate.CONSENT
OUTREACH = frozenset({PreventionLevel.OUTREACH})


def of(now: list[Element], *classes: type[Element]) -> list[Any]:
    return [element for element in now if isinstance(element, classes)]


def renamed(draw: random.Random, now: list[Element], step: str) -> ChangeSet:
    return change_set(updates=[replace(draw.choice(of(now, Person)), title=f"Leder {step}")])


def away(draw: random.Random, now: list[Element], step: str) -> ChangeSet:
    until = kystby.TODAY + timedelta(len(step) + draw.randrange(90))
    person = draw.choice(of(now, Person))
    return change_set(updates=[replace(person, absent_from=kystby.TODAY, absent_to=until)])


def called(draw: random.Random, now: list[Element], step: str) -> ChangeSet:
    individual = draw.choice(of(now, ResourceIndividual))
    return change_set(updates=[replace(individual, display_name=f"Lyng {step}")])


def checked(draw: random.Random, now: list[Element], _: str) -> ChangeSet:
    hop = draw.choice(of(now, HopLink))
    day = kystby.TODAY - timedelta(draw.randrange(90))
    return change_set(updates=[replace(hop, verified_on=day, verified_by="ihd")])


def rewritten(draw: random.Random, now: list[Element], _: str) -> ChangeSet:
    return change_set(updates=[draw.choice(of(now, Actor, Person, MemberOf))])


def numbered(draw: random.Random, now: list[Element], _: str) -> ChangeSet:
    return change_set(updates=[replace(draw.choice(of(now, ContactDetail)), value=Secret(NUMBER))])


def reordered(draw: random.Random, now: list[Element], _: str) -> ChangeSet:
    return change_set(updates=[replace(draw.choice(of(now, ReachedBy)), order=draw.randrange(9))])


def new_detail(draw: random.Random, now: list[Element], step: str) -> ChangeSet:
    owner = draw.choice([*of(now, Person), *of(now, ResourceIndividual), *of(now, Actor)])
    detail = ContactDetail(
        id=f"detail-{step}", channel=Channel.MOBILE, hint="•••", value=Secret(NUMBER),
        is_work=not isinstance(owner, ResourceIndividual), source="drawn",
    )  # fmt: skip
    link = ReachedBy(id=f"r-{step}", source_id=owner.id, target_id=detail.id, source="drawn")
    return change_set(creates=[detail, link])


def met(draw: random.Random, now: list[Element], step: str) -> ChangeSet:
    member = draw.choice([*of(now, ResourceIndividual), *of(now, Actor)])
    link = MemberOf(
        id=f"m-{step}", source_id=member.id, target_id="forum", gate=CONSENTED, levels=OUTREACH,
        source="drawn",
    )  # fmt: skip
    return change_set(creates=[link])


def withdrawn(draw: random.Random, now: list[Element], _: str) -> ChangeSet:
    standing = [consent for consent in of(now, Consent) if consent.withdrawn_on is None]
    return change_set(
        updates=[replace(draw.choice(standing), withdrawn_on=kystby.TODAY)] if standing else []
    )


def over(draw: random.Random, now: list[Element], _: str) -> ChangeSet:
    tie = draw.choice(of(now, Knows, MemberOf, RefersTo))
    return change_set(ends=[End(id=tie.id, on=date(2030, 1, 1), based_on=tie.revision)])


EVERY: tuple[Drawn, ...] = (
    renamed, away, called, checked, rewritten, numbered, reordered, new_detail, met, withdrawn,
    over,
)  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("seed", drills_after(1, range(3)))
def test_a_refreshed_snapshot_has_the_field_group_revisions_of_a_fresh_load(
    town: Store, seed: int
) -> None:
    draw, snapshot = random.Random(seed), town.load()
    writes = [*EVERY, *EVERY]
    draw.shuffle(writes)
    for step, write in enumerate(writes):
        town.apply(write(draw, list(town.load().elements()), str(step)))
        if draw.random() < 0.6:  # several writes may lie between two refreshes
            snapshot = town.refresh(snapshot)
            fresh = town.load()
            assert snapshot.revision == fresh.revision
            assert snapshot.written == fresh.written
    assert town.refresh(snapshot).written == town.load().written
    assert town.revision() > len(EVERY)


def test_each_field_group_has_the_revision_that_last_wrote_it(town: Store) -> None:
    town.apply(change_set(updates=[changed(town, "bo", title="Leder")]))
    town.apply(change_set(updates=[changed(town, "phone-jens", value=Secret(NUMBER))]))
    town.apply(change_set(updates=[changed(town, "phone-bo", value=Secret(NUMBER))]))
    revisions = town.load().written
    assert revisions[Label.PERSON, FieldGroup.IDENTITY] == 2
    assert revisions[Label.PERSON, FieldGroup.PROVENANCE] == 2
    assert revisions[Label.PERSON, FieldGroup.PROFILE] == 1
    assert revisions[CIVIL_DETAIL, FieldGroup.CHANNEL] == 3
    assert revisions[Label.CONTACT_DETAIL, FieldGroup.CHANNEL] == 4
    assert revisions[Label.CONTACT_DETAIL, FieldGroup.STRUCTURE] == 1
    assert (LinkType.MEMBER_OF, FieldGroup.TIES) not in revisions  # no civilian is a member yet


def test_a_revision_that_only_deletes_changes_no_field_group_revision(
    town: Store, server: Server
) -> None:
    known = town.load()
    server.ask("MATCH (gone {id: 'kaj'}) DETACH DELETE gone")
    server.ask("MATCH (store:Store) SET store.revision = store.revision + 1")
    snapshot = town.refresh(known)
    assert snapshot.revision == 2
    assert snapshot.written == town.load().written
    assert set(snapshot.written.values()) == {1}
