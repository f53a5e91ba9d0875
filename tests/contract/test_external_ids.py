import random
from dataclasses import replace
from pathlib import Path

import pytest

from graph.errors import Fault, Invalid
from graph.model import Area, Covers, Element, Link, Person, ResourceIndividual, SucceededBy
from graph.store.encryption.keyring import Keyring
from graph.store.store import Store
from graph.vocabulary import AreaKind, Rule
from tests.change_sets import change_set, changed, element_of
from tests.contract.test_secrecy import everything_in
from tests.databases import Server
from tests.fixtures.examples import drills_after


def country(area_id: str, external_id: str | None = None, source: str = "os2mo") -> Area:
    return Area(
        id=area_id, kind=AreaKind.COUNTRY, code=area_id, name="Land", source=source,
        external_id=external_id,
    )  # fmt: skip


def person(person_id: str, external_id: str | None) -> Person:
    return Person(id=person_id, name="Ida Rugvang Holm", source="os2mo", external_id=external_id)


def refused(store: Store, *creates: Element, updates: tuple[Element, ...] = ()) -> set[str]:
    """Return the elements whose external id is refused; there must be no other fault."""
    before = store.revision()
    with pytest.raises(Invalid) as error:
        store.apply(change_set(creates=creates, updates=updates))
    assert store.revision() == before
    faults = error.value.faults
    assert {(fault.field, fault.rule) for fault in faults} == {
        ("external_id", Rule.SAME_EXTERNAL_ID)
    }
    return {fault.where for fault in faults}


def test_external_id_and_batch_are_stored_and_loaded_unchanged(store: Store) -> None:
    elements = (
        replace(country("dk", "DK/01:a.B-_"), batch="import-1"),
        replace(person("ida", "MA-17"), batch="import-1"),
    )
    store.apply(change_set(creates=elements))
    assert tuple(element_of(store, element.id, Element) for element in elements) == elements
    snapshot = store.load()
    assert {snapshot.node(snapshot.row_of[element.id]) for element in elements} == set(elements)


@pytest.mark.slow
def test_an_external_id_is_unique_per_source_among_nodes_and_among_links(town: Store) -> None:
    tie = Covers(
        id="tie", source_id="politi", target_id="nabo", source="os2mo", external_id="7"
    )  # fmt: skip
    town.apply(change_set(creates=[country("a", "7"), tie, country("b", "7", source="cvr")]))
    assert refused(town, country("c", "7")) == {"c"}
    assert refused(town, replace(tie, id="tie-2", target_id="kystby")) == {"tie-2"}
    assert refused(town, country("d", "8"), country("e", "8")) == {"e"}
    assert refused(town, updates=(changed(town, "b", source="os2mo"),)) == {"b"}
    town.apply(change_set(creates=[country("c", "8"), country("d")]))


@pytest.mark.slow
def test_a_dry_run_checks_external_ids_and_reserves_none(town: Store) -> None:
    town.apply(change_set(creates=[person("ida", "7")]))
    with pytest.raises(Invalid) as error:
        town.dry_run(change_set(creates=[person("eva", "7")]))
    assert error.value.faults == (Fault("eva", "external_id", Rule.SAME_EXTERNAL_ID),)
    town.dry_run(change_set(creates=[person("eva", "8")]))
    town.apply(change_set(creates=[person("una", "8")]))


def test_external_ids_can_be_released_and_exchanged(town: Store) -> None:
    town.apply(change_set(creates=[country("a", "1"), person("ida", "2")]))
    exchanged = changed(town, "a", external_id="2"), changed(town, "ida", external_id="1")
    town.apply(change_set(updates=exchanged))
    town.apply(change_set(updates=[changed(town, "ida", external_id=None)]))
    town.apply(change_set(creates=[country("b", "1")]))
    assert refused(town, person("eva", "2")) == {"eva"}


def test_a_persons_external_id_is_not_in_plain_text_and_is_still_unique(
    town: Store, server: Server
) -> None:
    town.apply(change_set(creates=[person("ida", "Medarbejder/417")]))
    town.apply(change_set(updates=[changed(town, "jens", external_id="Frivillig/9")]))
    stored = everything_in(server)
    assert "os2mo" in stored
    assert [name for name in ("Medarbejder", "Frivillig") if name in stored] == []
    assert refused(town, person("eva", "Medarbejder/417")) == {"eva"}
    assert refused(town, country("a", "Medarbejder/417")) == {"a"}
    jens = element_of(town, "jens", ResourceIndividual)
    assert refused(town, replace(country("a", "Frivillig/9"), source=jens.source)) == {"a"}


def test_the_external_id_of_an_erased_person_can_be_reused(town: Store, keyring: Keyring) -> None:
    town.apply(change_set(creates=[person("ida", "7")]))
    assert keyring.owners_by_external_id(["node|os2mo|7"]) == {"node|os2mo|7": {"ida"}}
    keyring.destroy("ida")
    assert keyring.owners_by_external_id(["node|os2mo|7"]) == {}
    town.apply(change_set(creates=[person("eva", "7")]))


def test_a_failed_write_reserves_no_external_id(town: Store) -> None:
    lost = Covers(id="tie", source_id="nobody", target_id="nabo", source="os2mo")
    with pytest.raises(Invalid):
        town.apply(change_set(creates=[person("ida", "7"), country("a", "8"), lost]))
    town.apply(change_set(creates=[person("eva", "7"), country("b", "8")]))


def test_external_id_digests_persist_and_the_key_files_contain_no_ids(
    town: Store, server: Server, keyring: Keyring, tmp_path: Path
) -> None:
    town.apply(change_set(creates=[person("ida", "Medarbejder/417")]))
    with server.with_store(keyring) as again:
        assert refused(again, person("eva", "Medarbejder/417")) == {"eva"}
    files = [file.read_bytes() for file in tmp_path.rglob("keys.sqlite*")]
    assert files
    assert not any(b"Medarbejder" in content for content in files)


@pytest.mark.slow
@pytest.mark.parametrize("seed", drills_after(1, range(3)))
def test_random_writes_are_refused_exactly_when_the_external_id_is_taken(
    store: Store, seed: int
) -> None:
    """Compares the store with a table in memory, at each of many drawn writes."""
    draw = random.Random(seed)
    held: dict[str, tuple[bool, str, str | None]] = {}
    store.apply(change_set(creates=[country("x"), country("y"), country("z")]))
    for step in range(40):
        source, external_id = draw.choice("ab"), draw.choice([None, "1", "2", "3"])
        new: Element = draw.choice([country("c"), person("p", None), succession(draw)])
        is_update = bool(held) and draw.random() < 0.5
        if is_update:
            old = element_of(store, draw.choice(sorted(held)), Element)
            after = replace(old, source=source, external_id=external_id)
        else:
            after = replace(new, id=f"n{step}", source=source, external_id=external_id)
        mine = isinstance(after, Link), source, external_id
        is_taken = external_id is not None and any(
            other == mine for other_id, other in held.items() if other_id != after.id
        )
        if is_taken:
            creates = () if is_update else (after,)
            assert refused(store, *creates, updates=(after,) if is_update else ()) == {after.id}
            continue
        changes = change_set(updates=[after]) if is_update else change_set(creates=[after])
        store.apply(changes)
        held[after.id] = mine


def succession(draw: random.Random) -> SucceededBy:
    """Return a link that only the rule of external ids can refuse."""
    source, target = draw.choice([("x", "y"), ("x", "z"), ("y", "z")])
    return SucceededBy(id="l", source_id=source, target_id=target, source="a")
