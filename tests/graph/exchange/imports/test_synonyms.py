"""Titles that mean a post of which each place has one: counted, and asked about where rows meet."""

from dataclasses import replace

import pytest

from graph.exchange.imports import RowState, TargetField, ValueReading, guess
from graph.exchange.imports.faults import ImportRule
from graph.model import Holds
from tests.graph.exchange.imports.office_lists import World, counts, register_of, table

HEAD = "Kommune;Stilling;Navn;Fra;Til"
ONE = "Thisted;{};Mette Rugvang Bæk;;"
OTHER = "Thisted;{};Ida Holm Krag;;"


def test_two_holders_by_a_title_are_asked_about_and_nothing_is_planned_for_them() -> None:
    preview = World().preview(
        table(HEAD, ONE.format("SSP-konsulent"), OTHER.format("SSP-konsulent"))
    )
    assert counts(preview) == {"REFUSED": 2}
    assert {fault.rule for fault in preview.all_faults()} == {ImportRule.SYNONYM}
    assert preview.asked_words() == {"SSP-konsulent": 2}
    assert preview.creates == ()


def test_the_rows_with_the_posts_own_word_are_read_beside_the_question() -> None:
    preview = World().preview(
        table(HEAD, ONE.format("SSP-koordinator"), OTHER.format("SSP-konsulent"))
    )
    assert counts(preview) == {"NEW": 1, "REFUSED": 1}
    assert [row.state for row in preview.rows] == [RowState.NEW, RowState.REFUSED]


@pytest.mark.parametrize(
    ("meaning", "result"), [("SSP_COORDINATOR", {"NEW": 2}), ("", {"LEFT_OUT": 2})]
)
def test_a_chosen_meaning_settles_the_question_for_all_rows(
    meaning: str, result: dict[str, int]
) -> None:
    world = World()
    given = table(HEAD, ONE.format("SSP-konsulent"), OTHER.format("SSP-konsulent"))
    reading = ValueReading(field=TargetField.POST, typed="SSP-konsulent", value=meaning)
    mapping = guess(given, register_of(world.snapshot())).with_choices(values=[reading])
    preview = world.preview(given, mapping)
    assert counts(preview) == result
    assert sum(isinstance(element, Holds) for element in preview.creates) == result.get("NEW", 0)


def test_a_word_that_is_only_nearly_a_kinds_is_asked_about_until_it_is_chosen() -> None:
    world = World()
    given = table(HEAD, ONE.format("SSP-koordinator, øst"), OTHER.format("SSP-koordinator, vest"))
    mapping = guess(given, register_of(world.snapshot()))
    assert world.preview(given, mapping).asked_words() == {
        "SSP-koordinator, øst": 1, "SSP-koordinator, vest": 1,
    }  # fmt: skip
    chosen = replace(
        mapping, values=tuple(replace(reading, score=100) for reading in mapping.values)
    )
    assert counts(world.preview(given, chosen)) == {"NEW": 2}


@pytest.mark.parametrize(
    "rows",
    [
        (ONE.format("SSP-konsulent"), OTHER.format("SSP-konsulent").replace("Thisted", "Morsø")),
        (ONE.format("SSP-konsulent"), ONE.format("SSP-konsulent")),
        (
            ONE.format("SSP-konsulent").replace(";;", ";;2026-12-31"),
            OTHER.format("SSP-konsulent").replace(";;", ";2027-01-01;"),
        ),
        (ONE.format("Skolens SSP-kontakt"), OTHER.format("SSP-kontaktlærer")),
    ],
    ids=["two places", "one person", "one after the other", "a place has several"],
)
def test_rows_that_do_not_meet_are_not_asked_about(rows: tuple[str, str]) -> None:
    preview = World().preview(table(HEAD, *rows))
    assert preview.asked_words() == {}
    assert preview.is_clean
