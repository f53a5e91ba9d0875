import random
from dataclasses import replace
from datetime import date

import pytest

from graph.model import Actor, BelongsTo, Element, End, Holds, Link, Node, Person
from graph.snapshot.snapshot import Snapshot
from graph.store.encryption.keyring import Keyring
from graph.store.encryption.sealing import SealBroken
from graph.store.store import Store
from graph.vocabulary import Label, LinkType, PostKind, Sector, Tier
from seed.structure import structure
from tests import kystby
from tests.change_sets import change_set
from tests.databases import Server
from tests.fixtures.examples import drills_after
from tests.fixtures.snapshots import snapshot_of

ENDS_ON = date(2030, 1, 1)


def test_a_new_store_loads_as_an_empty_snapshot_at_revision_0(store: Store) -> None:
    snapshot = store.load()
    assert (snapshot.revision, snapshot.nodes.ids, snapshot.links.ids) == (0, (), ())


@pytest.mark.slow
def test_what_was_written_is_loaded_field_by_field(town: Store) -> None:
    assert list(town.load().elements()) == list(snapshot_of(kystby.elements()).elements())


def test_counts_of_labels_and_link_types_match_the_written_elements(town: Store) -> None:
    counts = town.counts()
    assert set(counts) == {*map(str, Label), *map(str, LinkType)}
    assert (counts["Person"], counts["DEPUTIZES_FOR"], counts["Plan"]) == (5, 3, 0)
    assert sum(counts.values()) == len(kystby.elements())


def test_elements_returns_the_requested_elements_and_omits_unknown_ids(town: Store) -> None:
    elements = town.elements(["bo", "nobody", "bo--phone-bo"])
    assert [element.id for element in elements] == ["bo", "bo--phone-bo"]


@pytest.mark.slow
@pytest.mark.parametrize("seed", drills_after(1, range(3)))
def test_a_snapshot_plus_its_changes_equals_a_fresh_load(town: Store, seed: int) -> None:
    draw = random.Random(seed)
    snapshot = town.load()
    for step in range(8):
        creates, updates, ends = draw_change(draw, town.load(), step)
        town.apply(change_set(creates=creates, updates=updates, ends=ends))
        if draw.random() < 0.5:  # several writes may lie between two refreshes
            snapshot = town.refresh(snapshot)
            fresh = town.load()
            assert snapshot.revision == fresh.revision
            assert list(snapshot.elements()) == list(fresh.elements())


def draw_change(
    draw: random.Random, now: Snapshot, step: int
) -> tuple[list[Element], list[Element], list[End]]:
    """Draw a new post with its holder, some renamed people, and a link that ends."""
    post = Actor(
        id=f"post-{step}", kind=PostKind.SSP_COORDINATOR, name=f"SSP {step}",
        tier=Tier.MUNICIPAL, sector=Sector.YOUTH, source="drawn",
    )  # fmt: skip
    holder = Person(id=f"holder-{step}", name=f"Ny Lyngtoft Nr{step}", source="drawn")
    ties = [
        BelongsTo(id=f"b-{step}", source_id=post.id, target_id="kystby-kommune", source="drawn"),
        Holds(id=f"h-{step}", source_id=holder.id, target_id=post.id, source="drawn"),
    ]
    people = [element for element in now.elements() if isinstance(element, Person)]
    updates = [
        replace(person, title=draw.choice([None, "Konsulent", "Leder"]))
        for person in draw.sample(people, draw.randrange(1, 4))
    ]
    ended = draw.choice([element for element in now.elements() if isinstance(element, Holds)])
    end = End(id=ended.id, on=ENDS_ON, based_on=ended.revision)
    return [post, holder, *ties], list(updates), [end]


def test_a_destroyed_key_makes_only_its_owner_unreadable(town: Store, keyring: Keyring) -> None:
    keyring.destroy("jens")
    keyring.destroy("bo")
    snapshot = town.load()
    named = dict(zip(snapshot.nodes.ids, snapshot.nodes.name, strict=True))
    assert (named["jens"], named["bo"]) == ("Slettet person", "Slettet person")
    assert named["amina"] == "Amina Søkilde Østergård"
    assert all(isinstance(element, Node | Link) for element in snapshot.elements())


def test_a_ciphertext_moved_to_another_person_raises_seal_broken(
    town: Store, server: Server
) -> None:
    server.ask("MATCH (bo:Person {id: 'bo'}), (carl:Person {id: 'carl'}) SET bo.name = carl.name")
    with pytest.raises(SealBroken, match=r"bo\.name"):
        town.load()


@pytest.mark.slow
def test_the_structure_of_denmark_is_written_at_once_and_loaded_unchanged(store: Store) -> None:
    denmark = structure()
    assert store.apply(change_set(creates=(*denmark.nodes, *denmark.links))) == 1
    snapshot = store.load()
    elements = {element.id: element for element in (*denmark.nodes, *denmark.links)}
    assert {element.id: element for element in snapshot.elements()} == elements
