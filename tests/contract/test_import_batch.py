import random
from dataclasses import replace
from datetime import date, timedelta

import pytest

from graph.exchange.imports.undo import KeepReason, KeptElement, undo_of
from graph.model import (
    Actor,
    Area,
    BelongsTo,
    ChangeKind,
    ChangeSet,
    ContactDetail,
    Element,
    End,
    Holds,
    Link,
    Node,
    Person,
    ReachedBy,
    Secret,
)
from graph.store.encryption.keyring import Keyring
from graph.store.store import Store
from graph.vocabulary import AreaKind, Channel
from tests.change_sets import MADE_AT, NUMBERS, change_set, changed, element_of
from tests.fixtures.examples import drills_after

TODAY = date(2026, 11, 25)
BATCH = "import-1"


def import_change_set(
    *,
    creates: tuple[Element, ...] = (),
    updates: tuple[Element, ...] = (),
    ends: tuple[End, ...] = (),
) -> ChangeSet:
    return replace(change_set(creates=creates, updates=updates, ends=ends), batch=BATCH)


def undo(store: Store, batch: str = BATCH, on: date = TODAY) -> tuple[KeptElement, ...]:
    """Undo an import, and return what it keeps."""
    whole = undo_of(store.batch(batch), store.load(), made_by="anna", made_at=MADE_AT, on=on)
    store.apply(whole.changes)
    return whole.kept


def content(store: Store) -> dict[str, Element]:
    """Return all elements that are ever valid, each at revision 1."""
    return {
        element.id: replace(element, revision=1)
        for element in store.load().elements()
        if not element.is_taken_back() and not _is_held(store, element)
    }


def _is_held(store: Store, element: Element) -> bool:
    """Return whether this is a link at a node that is never valid."""
    if not isinstance(element, Link):
        return False
    return any(
        end.is_taken_back() for end in store.elements([element.source_id, element.target_id])
    )


def test_everything_an_import_touches_gets_its_batch(town: Store) -> None:
    person = Person(id="ida", name="Ida Rugvang Holm", source="os2mo")
    town.apply(
        import_change_set(
            creates=(person,),
            updates=(changed(town, "bo", title="Leder"),),
            ends=(End(id="amina--ssp-post", on=TODAY, based_on=1),),
        )
    )
    elements = town.elements(["ida", "bo", "amina--ssp-post", "carl"])
    assert {element.id: element.batch for element in elements} == {
        "ida": BATCH, "bo": BATCH, "amina--ssp-post": BATCH, "carl": None,
    }  # fmt: skip
    town.apply(change_set(updates=[changed(town, "bo", title=None)]))
    assert element_of(town, "bo", Person).batch == BATCH  # the last import, not the last write


def test_a_batch_lists_its_changes_with_decrypted_previous_values(town: Store) -> None:
    new = changed(town, "phone-bo", value=Secret("+45 09 99 99 99"), channel=Channel.PHONE)
    town.apply(
        import_change_set(updates=(new, changed(town, "bo", name="Bo Ny Holm", title="Leder")))
    )
    town.apply(change_set(updates=[changed(town, "carl", title="Leder")]))
    bo, phone = town.batch(BATCH).changes
    assert (bo.touched, bo.kind, bo.revision) == ("bo", ChangeKind.UPDATED, 2)
    assert bo.before == {"name": "Bo Rugvang Sørensen", "title": None, "batch": None}
    number = phone.before["value"]
    assert isinstance(number, Secret)
    assert (number.uncover(), phone.before["channel"]) == ("+4505123478", "MOBILE")
    assert town.batch("import-2").changes == ()


def test_a_batch_omits_the_values_of_an_erased_person(town: Store, keyring: Keyring) -> None:
    new = changed(town, "phone-bo", value=Secret("+45 09 99 99 78"))
    town.apply(import_change_set(updates=(new, changed(town, "bo", name="Bo Ny Holm"))))
    keyring.destroy("bo")
    assert {change.touched: set(change.before) for change in town.batch(BATCH).changes} == {
        "bo": {"batch"}, "phone-bo": {"batch"},
    }  # fmt: skip


def test_a_batch_of_several_change_sets_is_undone_as_one(town: Store) -> None:
    for title in ("Leder", "Konsulent"):
        town.apply(import_change_set(updates=(changed(town, "bo", title=title),)))
    assert [change.revision for change in town.batch(BATCH).changes] == [2, 3]
    undo(town)
    assert element_of(town, "bo", Person).title is None


@pytest.mark.slow
def test_undoing_an_import_restores_names_numbers_and_seats(town: Store) -> None:
    before = content(town)
    number = changed(town, "phone-bo", value=Secret("+45 09 99 99 99"), hint="+45 •• •• •• 99")
    moved = BelongsTo(
        id="moved", source_id="ssp-post", target_id="nabo-kommune", source="os2mo", valid_from=TODAY
    )  # fmt: skip
    town.apply(
        import_change_set(
            creates=(moved,),
            updates=(number, changed(town, "bo", name="Bo Ny Holm", external_id="7")),
            ends=(End(id="ssp-post--kystby-kommune", on=TODAY, based_on=1),),
        )
    )
    undo(town, on=TODAY + timedelta(days=9))
    assert content(town) == before
    assert town.reveal("phone-bo").uncover() == NUMBERS["phone-bo"]
    town.apply(change_set(creates=[Person(id="ida", name="Ida Holm", source="kystby",
                                          external_id="7")]))  # fmt: skip


def test_undoing_an_import_twice_changes_nothing_the_second_time(town: Store) -> None:
    town.apply(import_change_set(updates=(changed(town, "bo", title="Leder"),)))
    assert undo(town) == ()
    revision = town.revision()
    assert undo(town) == (KeptElement("bo", KeepReason.EDITED, "anna"),)
    assert town.revision() == revision


@pytest.mark.slow
@pytest.mark.parametrize("seed", drills_after(1, range(12)))
def test_imports_are_undone_in_reverse_order(town: Store, seed: int) -> None:
    draw, before = random.Random(seed), content(town)
    town.apply(_drawn_import(town, draw))
    between = content(town)
    ida = Person(id="later", name="Ida Senere Holm", source="os2mo")
    town.apply(
        replace(
            import_change_set(
                creates=(
                    ida,
                    Holds(id="later--new", source_id="later", target_id="new-0", source="os2mo"),
                ),
                updates=(
                    changed(town, "new-0", hours="MO-FR 08:00-12:00"),
                    changed(town, "person-0", name="Ida Anden Holm"),
                    changed(town, "detail-0", value=Secret("06 12 34 78"), channel=Channel.MOBILE),
                    changed(town, "phone-bo", value=Secret("+45 09 99 99 99")),
                ),
                ends=(End(id="holds-0", on=TODAY + timedelta(days=1000), based_on=2),),
            ),
            batch="import-2",
        )
    )
    assert undo(town, "import-2") == ()
    assert _without_revision(content(town)) == _without_revision(between)
    assert town.reveal("detail-0").uncover() == "+45 05 12 34 78"
    assert undo(town) == ()
    assert content(town) == before


def _without_revision(elements: dict[str, Element]) -> dict[str, Element]:
    return {key: replace(element, revision=1) for key, element in elements.items()}


def test_an_undo_keeps_what_was_edited_since_with_what_it_needs(town: Store) -> None:
    """A colleague has corrected the number of a new person, and the title of a known one."""
    town.apply(_drawn_import(town, random.Random(7)))
    (post_hours,) = {element_of(town, "release", Actor).hours}
    town.apply(
        change_set(
            updates=[
                changed(town, "detail-0", value=Secret("09 99 99 99")),
                changed(town, "bo", name="Bo Rettet Holm", title="Chef"),
                changed(town, "intake--ssp", strength=0.3),
            ]
        )
    )
    kept = undo(town)
    assert KeptElement("detail-0", KeepReason.EDITED, "tester") in kept
    elements = tuple(town.load().elements())
    alive = {element.id for element in elements if element.id.endswith("-0")} & {
        element.id for element in elements if not element.is_taken_back()
    }
    assert alive == {"detail-0", "tie-0", "person-0", "holds-0", "also-0", "new-0", "seat-0"}
    assert town.reveal("detail-0").uncover() == "+45 09 99 99 99"
    assert element_of(town, "bo", Person).title == "Chef"
    assert element_of(town, "release", Actor).hours == post_hours


def test_an_undo_keeps_what_a_later_holder_needs(town: Store) -> None:
    town.apply(_drawn_import(town, random.Random(3)))
    later = Holds(id="by-hand", source_id="carl", target_id="new-0", source="form")
    town.apply(change_set(creates=[later]))
    assert undo(town) == (KeptElement("new-0", KeepReason.NEEDED, "by-hand"),)
    assert not element_of(town, "new-0", Actor).is_taken_back()
    assert element_of(town, "person-0", Person).is_taken_back()


@pytest.mark.drill
def test_a_large_change_set_is_written_whole_or_not_at_all(store: Store) -> None:
    """More rows than one statement takes."""
    areas = tuple(
        Area(id=f"a{number:05}", kind=AreaKind.COUNTRY, code="x", name="Land", source="os2mo",
             external_id=str(number))
        for number in range(11_000)
    )  # fmt: skip
    people = tuple(
        Person(id=f"p{number:05}", name="Ida Rugvang Holm", source="cvr", external_id=str(number))
        for number in range(1_000)
    )
    twice = replace(areas[-1], id="b")
    with pytest.raises(Exception, match="external_id"):
        store.apply(import_change_set(creates=(*areas, *people, twice)))
    assert (store.revision(), store.counts()["Area"], store.batch(BATCH).changes) == (0, 0, ())
    store.apply(import_change_set(creates=(*areas, *people)))
    snapshot = store.load()
    assert snapshot.nodes.ids == tuple(node.id for node in (*areas, *people))
    assert len(store.batch(BATCH).changes) == len(store.changes_since(0)) == 12_000
    renamed = tuple(replace(area, revision=1, name="Rige") for area in areas)
    store.apply(import_change_set(updates=renamed, ends=(End(id="p00000", on=TODAY, based_on=1),)))
    assert set(store.load().tables[renamed[0].label].columns["name"]) == {"Rige"}
    undo(store)
    assert all(element.is_taken_back() for element in store.load().elements())


@pytest.mark.slow
@pytest.mark.parametrize("seed", drills_after(1, range(12)))
def test_undoing_a_random_import_restores_the_previous_content(town: Store, seed: int) -> None:
    draw, before = random.Random(seed), content(town)
    town.apply(_drawn_import(town, draw))
    assert content(town) != before
    undo(town, on=TODAY + timedelta(days=draw.randint(0, 900)))
    assert content(town) == before


def _drawn_import(store: Store, draw: random.Random) -> ChangeSet:
    """Draw new posts with holders and details; changed posts, people and links; ended seats."""

    def begin() -> date | None:
        return draw.choice([None, TODAY + timedelta(days=draw.randint(-900, 900))])

    post = element_of(store, "release", Actor)
    creates: list[Node | Link] = []
    for number in range(draw.randint(1, 4)):
        new = replace(post, id=f"new-{number}", revision=1, valid_from=begin())
        person = Person(id=f"person-{number}", name="Ida Rugvang Holm", source="os2mo")
        detail = ContactDetail(
            id=f"detail-{number}", channel=Channel.PHONE, value=Secret("05 12 34 78"),
            hint="•••••", source="os2mo",
        )  # fmt: skip
        creates += (
            new, person, detail,
            BelongsTo(id=f"seat-{number}", source_id=new.id, target_id="politi", source="os2mo"),
            Holds(id=f"holds-{number}", source_id=person.id, target_id=new.id, source="os2mo",
                  valid_from=new.valid_from),
            Holds(id=f"also-{number}", source_id=person.id, target_id="nabo-ssp", source="os2mo",
                  valid_from=begin()),
            ReachedBy(id=f"tie-{number}", source_id=person.id, target_id=detail.id,
                      source="os2mo"),
        )  # fmt: skip
    updates = [
        changed(store, "ssp-post", hours=None, needs_deputy=draw.random() < 0.5),
        changed(store, "bo", title="Leder", external_id="7"),
        changed(store, "amina--ssp-post", share=draw.choice([0.25, 0.5])),
        changed(store, "intake--ssp", verified_on=TODAY, strength=None),
    ]
    ends = [End(id=link_id, on=TODAY, based_on=1) for link_id in ("dina--outreach", "bo--ssp-post")]
    return import_change_set(
        creates=tuple(creates),
        updates=tuple(draw.sample(updates, draw.randint(1, 4))),
        ends=tuple(draw.sample(ends, draw.randint(0, 2))),
    )
