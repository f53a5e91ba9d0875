"""Networks of a list by name: that of the area, one above it or a part of it, never another's."""

import pytest

from graph.exchange.imports import ImportRule, Preview, TargetField, ValueReading, guess
from graph.model import Covers, Element, MemberOf, Network
from graph.vocabulary import NetworkKind
from tests.graph.exchange.imports.office_lists import World, register_of, table

HEAD = "Kommune;Funktion;Enhed;Navn;Mail;Samarbejde"
THISTED, AALBORG = "mun-0787", "mun-0851"
POLICE = "Midt- og Vestjyllands Politi;Funktionspostkasse;Kriminalpræventiv sektion;;k@t.example"


def school(town: str, networks: str) -> str:
    return f'{town};SSP-kontaktlærer;Vesterskolen;Bo Dam Holm;;"{networks}"'


def named_network(name: str, area: str, kind: NetworkKind) -> tuple[Element, ...]:
    """A network of an area with a name of its own."""
    network_id = f"net-own-{area}"
    return (
        Network(
            id=network_id, kind=kind, name=name, gate=kind.gate, levels=kind.levels, source="test"
        ),
        Covers(id=f"c-{network_id}", source_id=network_id, target_id=area, source="test"),
    )


FORUMS = tuple(
    element
    for area in (THISTED, AALBORG)
    for element in named_network("Trygge Unge", area, NetworkKind.DIALOGUE_FORUM)
)


def joined_networks(preview: Preview) -> list[str]:
    """The networks that the posts of a list become members of."""
    assert preview.is_clean, [fault.text("en") for fault in preview.all_faults()]
    return sorted(link.target_id for link in preview.creates if isinstance(link, MemberOf))


@pytest.mark.parametrize(
    ("town", "network"), [("Thisted", "net-ssp-0787"), ("Aalborg", "net-own-mun-0851")]
)
def test_a_kind_that_is_also_a_network_name_means_the_network_of_the_area(
    town: str, network: str
) -> None:
    world = World(named_network("SSP", AALBORG, NetworkKind.SSP))
    assert joined_networks(world.preview(table(HEAD, school(town, "SSP")))) == [network]


def test_networks_with_the_same_name_are_resolved_by_area() -> None:
    rows = (school("Thisted", "Trygge Unge, SSP"), school("Aalborg", "Trygge Unge"))
    preview = World(FORUMS).preview(table(HEAD, *rows))
    assert joined_networks(preview) == ["net-own-mun-0787", "net-own-mun-0851", "net-ssp-0787"]


@pytest.mark.parametrize(
    ("row", "network"),
    [
        (school("Thisted", "SSP Thisted"), "net-ssp-0787"),
        (school("Thisted", "Kredsråd Midt- og Vestjylland"), "net-kr-1462"),
        (f"{POLICE};Lokalråd Thisted", "net-lr-0787"),
    ],
)
def test_a_network_above_or_in_a_part_of_the_area_is_found_by_name(row: str, network: str) -> None:
    assert joined_networks(World().preview(table(HEAD, row))) == [network]


def test_a_network_of_another_area_is_refused() -> None:
    (fault,) = World().preview(table(HEAD, school("Thisted", "SSP Aalborg"))).all_faults()
    assert (fault.rule, fault.place.header) == (ImportRule.UNKNOWN_NETWORK, "Samarbejde")


@pytest.mark.parametrize("meaning", ["net-own-mun-0851", "LOCAL_COUNCIL"])
def test_a_chosen_reading_wins_over_a_name(meaning: str) -> None:
    world = World(FORUMS)
    given = table(HEAD, school("Thisted", "Trygge Unge"))
    reading = ValueReading(field=TargetField.NETWORK, typed="Trygge Unge", value=meaning)
    mapping = guess(given, register_of(world.snapshot())).with_choices(values=[reading])
    preview = world.preview(given, mapping)
    assert joined_networks(preview) == [{"LOCAL_COUNCIL": "net-lr-0787"}.get(meaning, meaning)]
