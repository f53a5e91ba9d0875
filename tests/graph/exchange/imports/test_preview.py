"""Previews of imports: new, changed, conflicting and ended rows; a second run changes nothing."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from graph.errors import InvalidNeed
from graph.exchange.imports import (
    FileRefused,
    ImportRule,
    PreviewRow,
    RowState,
    SourceTable,
    TargetField,
    guess,
    read_file,
    require_source,
    rows_to_correct,
    table_of,
)
from graph.exchange.imports.comparison import FieldVerdict, Likeness
from graph.exchange.imports.preview import PreviewNote
from graph.model import (
    Actor,
    BelongsTo,
    Consent,
    ContactDetail,
    Coordinates,
    DeputizesFor,
    DoorOpenerFor,
    EntryPointFor,
    GaveConsent,
    Holds,
    MemberOf,
    Person,
    ReachedBy,
    ResourceIndividual,
)
from graph.vocabulary import (
    Attendance,
    Channel,
    PostKind,
    PreventionLevel,
    Rule,
    Sector,
    Tier,
    Visibility,
)
from tests.graph.exchange.imports.office_lists import (
    ON,
    World,
    counts,
    office_csv,
    office_workbook,
    register_of,
    table,
)

HEAD = "Kommune;Funktion;Enhed;Navn;Jobtitel;Tlf.;Mail;Åbningstid;Stedfortræder;Id"
METTE = (
    "Thisted;SSP-koordinator;;Mette Rugvang Bæk;Konsulent;05 12 34 78;m@t.example;man-fre 9-15;;"
)
LATER = date(2027, 2, 1)


def only(world: World, cls: type[Any], source: str = "hr-test") -> Any:
    (element,) = world.of(cls, source)
    return element


def world_and_table(*rows: str, head: str = HEAD) -> tuple[World, SourceTable]:
    world, given = World(), table(head, *rows)
    preview = world.preview(given)
    assert preview.is_clean, [fault.text("en") for fault in preview.all_faults()]
    world.write(preview)
    return world, given


def states(rows: tuple[PreviewRow, ...]) -> list[RowState]:
    return [row.state for row in rows]


def test_a_row_becomes_a_person_in_a_known_post() -> None:
    world, _given = world_and_table(METTE)
    person, holds = only(world, Person), only(world, Holds)
    assert (person.name, person.title) == ("Mette Rugvang Bæk", "Konsulent")
    assert (holds.source_id, holds.target_id) == (person.id, "act-ssp-0787")
    assert holds.valid_from == ON
    assert {detail.channel: detail.hint for detail in world.of(ContactDetail)} == {
        Channel.EMAIL: "•••••",
        Channel.PHONE: "+45 •• •• •• 78",
    }
    assert len(world.of(ContactDetail)) == 2
    assert all(detail.is_work and detail.value is None for detail in world.of(ContactDetail))
    assert {link.source_id for link in world.of(ReachedBy)} == {person.id}
    assert sorted(world.values.values()) == ["+4505123478", "m@t.example"]
    assert world.of(Actor) == []
    assert {holder.batch for holder in world.of(Person)} == {"hr-test:20261125:0"}


def test_ids_do_not_depend_on_names_or_numbers() -> None:
    world, _ = world_and_table(METTE)
    other, _ = world_and_table(METTE.replace("Mette", "Ida").replace("78", "79"))
    assert only(world, Person).id == only(other, Person).id
    assert {x.id for x in world.of(ContactDetail)} == {x.id for x in other.of(ContactDetail)}


def test_the_same_list_again_changes_nothing() -> None:
    world, given = world_and_table(METTE, METTE.replace("Thisted", "Aalborg"))
    for on in (ON, LATER):
        again = world.preview(given, on=on)
        assert (counts(again), len(again.change_set())) == ({"UNCHANGED": 2}, 0)


def test_the_hours_of_a_post_of_another_source_are_a_conflict_and_not_written() -> None:
    world, given = world_and_table(METTE)
    preview = world.preview(given)
    assert preview.rows[0].differences == ()  # the structure has the same hours
    other = table(HEAD, METTE.replace("9-15", "10-14"))
    (row,) = world.preview(other).rows
    assert row.state is RowState.CONFLICT
    (difference,) = row.differences
    assert (difference.field, difference.source_says, difference.we_say, difference.verdict) == (
        "hours", "MO-FR 10:00-14:00", "MO-FR 09:00-15:00", FieldVerdict.CONFLICT,
    )  # fmt: skip
    assert len(world.preview(other).change_set()) == 0
    takeover = world.preview(other, takes_source=True)
    assert (states(takeover.rows), len(takeover.updates)) == ([RowState.CHANGED], 1)


def test_hours_in_another_notation_or_only_by_appointment_change_nothing() -> None:
    world, _ = world_and_table(METTE)
    for hours in ("man-ons 9-15, tor + fre 9-15", "efter aftale"):
        (row,) = world.preview(table(HEAD, METTE.replace("man-fre 9-15", f'"{hours}"'))).rows
        assert (row.state, row.differences) == (RowState.UNCHANGED, ())


def test_a_field_written_by_the_source_follows_later_lists() -> None:
    world, _ = world_and_table(METTE)
    preview = world.preview(table(HEAD, METTE.replace("Konsulent", "Chefkonsulent")), on=LATER)
    assert states(preview.rows) == [RowState.CHANGED]
    world.write(preview)
    person = only(world, Person)
    assert (person.title, person.batch) == ("Chefkonsulent", "hr-test:20270201:0")


def test_a_field_corrected_locally_is_a_conflict() -> None:
    world, given = world_and_table(METTE)
    world.edit(only(world, Person).id, title="SSP-leder")
    (row,) = world.preview(given).rows
    assert row.state is RowState.CONFLICT
    assert [(difference.source_says, difference.we_say) for difference in row.differences] == [
        ("Konsulent", "SSP-leder")
    ]
    preview = world.preview(given, takes_source=True, on=LATER)
    world.write(preview)
    assert only(world, Person).title == "Konsulent"
    later = world.preview(table(HEAD, METTE.replace("Konsulent", "Chef")), on=date(2027, 3, 1))
    assert states(later.rows) == [RowState.CHANGED]  # the source wrote it last


def test_a_new_phone_number_replaces_the_old_one() -> None:
    world, _ = world_and_table(METTE)
    preview = world.preview(table(HEAD, METTE.replace("34 78", "34 99")))
    assert states(preview.rows) == [RowState.CHANGED]
    (difference,) = preview.rows[0].differences
    assert (difference.source_says, difference.we_say) == ("+45 •• •• •• 99", "+45 •• •• •• 78")
    assert "05 12 34 99" not in repr(preview)
    world.write(preview)
    assert sorted(world.values.values()) == ["+4505123499", "m@t.example"]


def test_a_phone_number_corrected_locally_is_a_conflict() -> None:
    world, given = world_and_table(METTE)
    detail = next(detail for detail in world.of(ContactDetail) if detail.channel is Channel.PHONE)
    world.edit(detail.id, hint="+45 •• •• •• 11")
    world.history[detail.id][-1] = world.history[detail.id][-1].__class__(
        **{
            name: getattr(world.history[detail.id][-1], name)
            for name in world.history[detail.id][-1].__dataclass_fields__
            if name != "fields"
        },
        fields=("hint", "value"),
    )
    world.values[detail.id] = "+45 05 99 99 11"
    preview = world.preview(given)
    assert states(preview.rows) == [RowState.CONFLICT]
    assert len(preview.change_set()) == 0


def test_one_person_in_two_posts_is_one_person() -> None:
    world, _ = world_and_table(METTE, METTE.replace("SSP-koordinator", "PSP-koordinator"))
    assert len(world.of(Person)) == 1
    assert {link.target_id for link in world.of(Holds)} == {"act-ssp-0787", "act-psp-0787"}
    assert len(world.of(ContactDetail)) == 2


def test_the_same_name_at_another_authority_is_proposed_and_not_merged() -> None:
    world, _ = world_and_table(METTE)
    row_elsewhere = METTE.replace("Thisted", "Morsø").replace("78", "70")
    elsewhere = table(HEAD, row_elsewhere.replace("m@t", "m@m"))
    preview = world.preview(elsewhere)
    (row,) = preview.rows
    (like,) = row.duplicates
    assert (row.state, like.id, like.likeness) == (
        RowState.NEW, only(world, Person).id, Likeness.NAME,
    )  # fmt: skip
    assert preview.notes[PreviewNote.DUPLICATES] == 1
    merged = world.preview(elsewhere, merges={2: like.id})
    assert not any(isinstance(element, Person) for element in merged.creates)


@pytest.mark.parametrize(
    ("name", "number", "likeness"),
    [
        ("Mette R Bæk", "79", None),
        ("Mette Bæk", "79", Likeness.SPELLING),
        ("Mette Rugvang Bækk", "79", Likeness.SPELLING),
        ("Karsten Dam Holm", "78", Likeness.CONTACT),
        ("Karsten Dam Holm", "79", None),
    ],
)
def test_similar_persons_are_proposed_as_duplicates(
    name: str, number: str, likeness: Likeness | None
) -> None:
    world, _ = world_and_table(METTE)
    row = METTE.replace("Mette Rugvang Bæk", name).replace("34 78", f"34 {number}")
    (shown,) = world.preview(table(HEAD, row.replace("m@t", "k@t"))).rows
    likenesses = {duplicate.likeness for duplicate in shown.duplicates}
    assert likenesses == ({likeness} if likeness else set())


def test_a_missing_post_is_created_with_its_authority_and_networks() -> None:
    head = f"{HEAD};Netværk"
    row = "Thisted;SSP-kontaktlærer;Vesterskolen;Bo Dam Holm;;05 12 34 71;;;;"
    world, given = world_and_table(f"{row};SSP, infohus", head=head)
    post = only(world, Actor)
    assert (post.kind, post.name) == (
        PostKind.SSP_SCHOOL_CONTACT, "SSP-kontakt, skole, Vesterskolen, Thisted",
    )  # fmt: skip
    assert (post.tier, post.sector, post.hours) == (Tier.MUNICIPAL, Sector.SCHOOL, None)
    assert only(world, BelongsTo).target_id == "aut-mun-0787"
    members = {link.target_id: link.attendance for link in world.of(MemberOf)}
    assert members == {
        "net-ssp-0787": Attendance.STANDING, "net-ihk-0787": Attendance.BY_NEED,
    }  # fmt: skip
    assert counts(world.preview(given)) == {"UNCHANGED": 1}


@pytest.mark.parametrize("names", [("", ""), ("Ida Dam", "Bo Holm")])
@pytest.mark.parametrize(
    "units",
    [("Skole 1", "Skole 1 afd. 2"), ("Vesterskolen, afd. Nord", "Vesterskolen"),
     ("Thisted", "Skole"), ("Vesterskolen", "Vesterskolen, Thisted")],
)  # fmt: skip
def test_units_whose_names_contain_each_other_have_separate_posts(
    units: tuple[str, str], names: tuple[str, str]
) -> None:
    rows = [
        f"Thisted;SSP-kontaktlærer;{unit};{name};;;;;;"
        for unit, name in zip(units, names, strict=True)
    ]
    world, given = world_and_table(*rows)
    posts = {post.id: post.name for post in world.of(Actor)}
    assert sorted(posts.values()) == sorted(
        f"SSP-kontakt, skole, {unit}, Thisted" for unit in units
    )
    seats = {posts[link.target_id]: link.source_id for link in world.of(Holds)}
    people = {person.id: person.name for person in world.of(Person)}
    for unit, name in zip(units, names, strict=True):
        if name:
            assert people[seats[f"SSP-kontakt, skole, {unit}, Thisted"]] == name
    again = world.preview(given, on=LATER)
    assert (counts(again), len(again.change_set())) == ({"UNCHANGED": 2}, 0)


def test_a_later_row_of_a_unit_is_not_seated_in_a_unit_whose_name_contains_it() -> None:
    row = "Thisted;SSP-kontaktlærer;{};{};;;;;;"
    world, _ = world_and_table(row.format("Vesterskolen, afd. Nord", "Bo Holm"))
    given = table(HEAD, row.format("Vesterskolen", "Ida Dam"))
    world.write(world.preview(given))
    people = {person.id: person.name for person in world.of(Person)}
    posts = {post.id: post.name for post in world.of(Actor)}
    assert {people[link.source_id]: posts[link.target_id] for link in world.of(Holds)} == {
        "Bo Holm": "SSP-kontakt, skole, Vesterskolen, afd. Nord, Thisted",
        "Ida Dam": "SSP-kontakt, skole, Vesterskolen, Thisted",
    }
    assert counts(world.preview(given)) == {"UNCHANGED": 1}


def test_a_post_that_was_renamed_here_is_found_again() -> None:
    world, given = world_and_table("Thisted;SSP-kontaktlærer;Vesterskolen;Ida Dam;;;;;;")
    world.edit(only(world, Actor).id, name="SSP-kontakt på Vesterskolen")
    assert counts(world.preview(given)) == {"UNCHANGED": 1}


@pytest.mark.parametrize(
    ("authority", "post", "unit", "known"),
    [
        ("Region Hovedstadens Psykiatri", "Kontakt, psykiatri", "Psykiatrisk Center Ballerup",
         "act-psy-03"),
        ("Midt- og Vestjyllands Politi", "Funktionspostkasse", "Kriminalpræventiv sektion",
         "act-mail-1462"),
    ],
)  # fmt: skip
def test_a_unit_cell_matches_an_existing_post_by_its_whole_name(
    authority: str, post: str, unit: str, known: str
) -> None:
    preview = World().preview(table(HEAD, f"{authority};{post};{unit};;;;k@t.example;;;"))
    (row,) = preview.rows
    assert (row.state, row.post) == (RowState.CHANGED, World().elements[known].name)  # type: ignore[attr-defined] - a post


def test_a_missing_coordination_is_created_with_its_usual_function() -> None:
    world = World()
    for link in [x for x in world.elements.values() if isinstance(x, Coordinates)]:
        if link.source_id == "act-ssp-0787" and link.target_id == "net-lr-0787":
            del world.elements[link.id]
    world.write(world.preview(table(f"{HEAD};Samarbejde", f"{METTE};Lokalråd, SSP")))
    link = only(world, Coordinates)
    assert (link.target_id, link.function.value) == ("net-lr-0787", "SECRETARIAT")


def test_an_entry_point_gets_the_next_free_order() -> None:
    head = f"{HEAD};Primær"
    world, _ = world_and_table(f"{METTE};ja", head=head)
    link = only(world, EntryPointFor)
    assert (link.source_id, link.target_id, link.order) == ("act-ssp-0787", "mun-0787", 5)


def test_entry_points_follow_the_order_of_the_list() -> None:
    head = f"{HEAD};Primær"
    psp = METTE.replace("SSP", "PSP")
    world, _ = world_and_table(f"{METTE};1", f"{psp};2", head=head)
    orders = {link.source_id: link.order for link in world.of(EntryPointFor)}
    assert orders == {"act-ssp-0787": 5, "act-psp-0787": 6}
    given = table(head, f"{METTE};2", f"{psp};1")
    world.write(world.preview(given, on=LATER))
    orders = {link.source_id: link.order for link in world.of(EntryPointFor)}
    assert orders == {"act-ssp-0787": 6, "act-psp-0787": 5}
    assert len(world.preview(given, on=LATER).change_set()) == 0
    yes = table(head, f"{METTE};ja", f"{psp};ja")
    assert len(world.preview(yes, on=LATER).change_set()) == 0


def test_a_deputy_of_a_row_becomes_a_person_with_an_order() -> None:
    row = METTE.replace("9-15;;", "9-15;Bo Dam Holm; ").replace("Holm; ", "Holm;")
    world, given = world_and_table(row)
    deputy = only(world, DeputizesFor)
    assert (deputy.target_id, deputy.order) == ("act-ssp-0787", 1)
    assert {person.name for person in world.of(Person)} == {"Mette Rugvang Bæk", "Bo Dam Holm"}
    assert counts(world.preview(given)) == {"UNCHANGED": 1}


def test_a_line_break_separates_the_members_of_a_list() -> None:
    row = METTE.replace("man-fre 9-15;;", '"man 9-12\ntirs 10-14";"Ole Dam\nIda Kær";')
    given = table(f"{HEAD};Sprog;Samarbejde", f'{row};"dansk\nsomali";"SSP\nLokalråd"')
    world = World()
    preview = world.preview(given, takes_source=True)
    assert preview.is_clean, [fault.text("en") for fault in preview.all_faults()]
    world.write(preview)
    post = world.elements["act-ssp-0787"]
    assert isinstance(post, Actor)
    assert post.hours == "MO 09:00-12:00; TU 10:00-14:00"
    people = {person.name: person for person in world.of(Person)}
    assert people.keys() == {"Mette Rugvang Bæk", "Ole Dam", "Ida Kær"}
    assert people["Mette Rugvang Bæk"].languages == {"da", "so"}
    assert [(link.source_id, link.order) for link in world.of(DeputizesFor)] == [
        (people["Ole Dam"].id, 1), (people["Ida Kær"].id, 2),
    ]  # fmt: skip


def test_a_name_in_two_columns_is_one_person() -> None:
    head = HEAD.replace("Navn", "Fornavn;Efternavn")
    row = METTE.replace("Mette Rugvang Bæk", "{}")
    world, _ = world_and_table(row.format("Anne marie;Bæk"), head=head)
    assert only(world, Person).name == "Anne marie Bæk"
    for names, rule in (
        ('"Mette\nOle";"Bæk\nDam"', ImportRule.ONE_NAME),
        ("Mette;Bæk, konsulent", ImportRule.NAME_ONLY),
        ("Mette;", Rule.FULL_NAME),
    ):
        preview = World().preview(table(head, row.format(names)))
        assert [fault.rule for fault in preview.all_faults()] == [rule]


def test_a_person_is_found_by_source_id_after_a_change_of_name() -> None:
    world, _ = world_and_table(METTE + "A17")
    preview = world.preview(table(HEAD, METTE.replace("Rugvang Bæk", "Rugvang Holm") + "A17"))
    assert states(preview.rows) == [RowState.CHANGED]
    world.write(preview)
    assert only(world, Person).name == "Mette Rugvang Holm"


def test_an_id_of_a_post_with_a_new_holder_ends_the_old_one() -> None:
    world, _ = world_and_table(METTE + "A17")
    new = METTE.replace("Mette Rugvang Bæk", "Karsten Dam Holm").replace("78", "70") + "A17"
    preview = world.preview(table(HEAD, new), on=LATER)
    assert states(preview.rows) == [RowState.NEW]
    world.write(preview)
    seats = {world.elements[link.source_id].name: link for link in world.of(Holds)}  # type: ignore[attr-defined] - a person
    assert seats["Mette Rugvang Bæk"].valid_to == LATER
    assert (seats["Karsten Dam Holm"].valid_from, seats["Karsten Dam Holm"].valid_to) == (
        LATER,
        None,
    )
    assert counts(world.preview(table(HEAD, new), on=LATER)) == {"UNCHANGED": 1}


def test_a_person_missing_from_a_complete_list_is_ended() -> None:
    bo = METTE.replace("Mette Rugvang Bæk", "Bo Dam Holm").replace("Thisted", "Morsø")
    world, _ = world_and_table(METTE, bo.replace("78", "71"))
    given = table(HEAD, METTE)
    assert counts(world.preview(given, on=LATER)) == {"UNCHANGED": 1}
    preview = world.preview(given, on=LATER, is_complete=True)
    assert counts(preview) == {"UNCHANGED": 1, "ENDED": 1}
    assert (preview.rows[-1].line, preview.rows[-1].person) == (None, "Bo Dam Holm")
    world.write(preview)
    gone = [element for element in world.elements.values() if element.valid_to == LATER]
    assert sorted(type(element).__name__ for element in gone) == [
        "ContactDetail", "ContactDetail", "Holds", "Person", "ReachedBy", "ReachedBy",
    ]  # fmt: skip
    again = world.preview(given, on=LATER, is_complete=True)
    assert (counts(again), len(again.change_set())) == ({"UNCHANGED": 1}, 0)


def test_a_seat_and_a_contact_missing_from_a_complete_list_are_shown_as_ended() -> None:
    two = METTE.replace("SSP-koordinator", "PSP-koordinator")
    world, _ = world_and_table(METTE, two)
    fewer = table(HEAD, METTE.replace("m@t.example", ""))
    preview = world.preview(fewer, on=LATER, is_complete=True)
    ended = [row for row in preview.rows if row.state is RowState.ENDED]
    assert {(row.person, row.post) for row in ended} == {
        ("Mette Rugvang Bæk", "PSP-koordinator, Thisted"), ("Mette Rugvang Bæk", None),
    }  # fmt: skip
    (number,) = [difference for row in ended for difference in row.differences]
    assert (number.source_says, number.we_say) == (None, "•••••")
    world.write(preview)
    assert counts(world.preview(fewer, on=LATER, is_complete=True)) == {"UNCHANGED": 1}


def test_the_last_contact_of_a_network_is_not_ended_by_a_list() -> None:
    head = f"{HEAD};Samarbejde;Opdateret"
    row = "Thisted;SSP-kontaktlærer;Vesterskolen;Bo Dam Holm;;05 12 34 71;;;;;SSP;01.11.2026"
    world, _ = world_and_table(row, head=head)
    link = only(world, MemberOf)
    preview = world.preview(table(HEAD, METTE), on=LATER, is_complete=True)
    ended = {end.id for end in preview.ends}
    assert {link.id, link.source_id}.isdisjoint(ended)
    assert only(world, Person).id in ended
    gone = [row for row in preview.rows if row.state is RowState.ENDED]
    assert [(row.person, row.post) for row in gone] == [("Bo Dam Holm", None)]


def test_a_complete_list_of_the_same_day_ends_elements_on_the_next_day() -> None:
    bo = METTE.replace("Mette Rugvang Bæk", "Bo Dam Holm").replace("Thisted", "Morsø")
    world, _ = world_and_table(METTE, bo.replace("78", "71"))
    preview = world.preview(table(HEAD, METTE), is_complete=True)
    assert preview.is_clean
    assert {end.on for end in preview.ends} == {date(2026, 11, 26)}


def test_a_post_with_a_holder_of_another_source_is_not_ended() -> None:
    row = "Thisted;SSP-kontaktlærer;Vesterskolen;Bo Dam Holm;;05 12 34 71;;;;"
    world, _ = world_and_table(METTE, row)
    post = only(world, Actor)
    person = next(person for person in world.of(Person) if person.name == "Mette Rugvang Bæk")
    link = Holds(id="h-1", source_id=person.id, target_id=post.id, source="form")
    world.elements[link.id] = link
    preview = world.preview(table(HEAD, METTE), on=LATER, is_complete=True)
    assert post.id not in {end.id for end in preview.ends}


def test_nothing_ends_while_rows_are_refused() -> None:
    world, _ = world_and_table(METTE, METTE.replace("Thisted", "Morsø").replace("Mette", "Ida"))
    preview = world.preview(
        table(HEAD, METTE, METTE.replace("Thisted", "Atlantis")), is_complete=True
    )
    assert (counts(preview), preview.ends) == ({"UNCHANGED": 1, "REFUSED": 1}, ())


def test_a_correction_file_does_not_count_as_a_complete_list() -> None:
    ida = METTE.replace("Thisted", "Morsø").replace("Mette", "Ida")
    world, _ = world_and_table(METTE, ida)
    given = table(HEAD, METTE, ida, METTE.replace("Thisted", "Atlantis"))
    preview = world.preview(given, is_complete=True)
    text = rows_to_correct(given, preview.all_faults(), "da").replace(b"Atlantis", b"Roskilde")
    corrected = table_of(read_file("ret.csv", text))
    preview = world.preview(corrected, is_complete=True, on=LATER)
    assert (counts(preview), preview.ends) == ({"NEW": 1}, ())
    assert preview.notes[PreviewNote.CORRECTION] == 1
    assert PreviewNote.CORRECTION not in world.preview(corrected, on=LATER).notes


def test_an_ended_coordination_need_not_match_its_network() -> None:
    world = World()
    link = next(
        link
        for link in world.elements.values()
        if isinstance(link, Coordinates) and link.source_id == "act-ssp-0787"
    )
    levels = frozenset(PreventionLevel) - link.levels
    world.elements[link.id] = replace(link, levels=levels, valid_to=date(2026, 1, 1))
    preview = world.preview(table(HEAD, METTE.replace("9-15", "10-14")), takes_source=True)
    assert [fault.rule for fault in preview.all_faults()] == []
    assert preview.updates


def test_a_row_with_a_past_end_does_not_take_the_id_of_the_next_holder() -> None:
    head = f"{HEAD};Slutdato"
    bo = METTE.replace("Mette Rugvang Bæk", "Bo Dam Holm")
    world, given = world_and_table(f"{bo}A17;31.10.2026", f"{METTE}A17;", head=head)
    assert only(world, Person).name == "Mette Rugvang Bæk"
    again = world.preview(given, on=LATER)
    assert (counts(again), len(again.change_set())) == ({"UNCHANGED": 2}, 0)


@pytest.mark.parametrize(
    ("row", "rule", "header"),
    [
        (METTE.replace("Thisted", "Atlantis"), ImportRule.UNKNOWN_AUTHORITY, "Kommune"),
        (METTE.replace("Thisted", ""), Rule.REQUIRED, "Kommune"),
        (METTE.replace("SSP-koordinator", "Kok"), ImportRule.UNKNOWN_POST, "Funktion"),
        (METTE.replace("SSP-koordinator", ""), Rule.REQUIRED, "Funktion"),
        (METTE.replace("SSP-koordinator", "Ressourceperson"),
         ImportRule.CIVILIAN_WITHOUT_CONSENT, "Funktion"),
        (METTE.replace("SSP-koordinator", "Social modtagelse"), Rule.UNIT_ONLY, "Navn"),
        (METTE.replace("SSP-koordinator", "CDE-rådgiver"), ImportRule.KIND_OF_AUTHORITY,
         "Funktion"),
        (METTE.replace("SSP-koordinator", "KSP-koordinator, politi"),
         ImportRule.KIND_OF_AUTHORITY, "Funktion"),
        (METTE.replace("Mette Rugvang Bæk", "Mette"), Rule.FULL_NAME, "Navn"),
        (METTE.replace("Rugvang Bæk", "Bæk / Ole Dam"), ImportRule.ONE_NAME, "Navn"),
        (METTE.replace("Rugvang Bæk", "Bæk, konsulent"), ImportRule.NAME_ONLY, "Navn"),
        (METTE.replace("Rugvang Bæk", "Bæk (orlov)"), ImportRule.NAME_ONLY, "Navn"),
        (METTE.replace("Rugvang Bæk", "Bæk 2"), ImportRule.NAME_ONLY, "Navn"),
        (METTE.replace("05 12 34 78", "1234"), ImportRule.BAD_PHONE, "Tlf."),
        (METTE.replace("m@t.example", "m@t"), ImportRule.BAD_EMAIL, "Mail"),
        (METTE.replace("man-fre 9-15", "kontortid"), ImportRule.BAD_HOURS, "Åbningstid"),
        (METTE.replace("9-15;;", "9-15;Bo;"), ImportRule.UNKNOWN_PERSON, "Stedfortræder"),
        (METTE + "m@t.example", Rule.CONTACT_DETAIL, "Id"),
        (METTE.replace("Konsulent", "Muslim"), Rule.SPECIAL_CATEGORY, "Jobtitel"),
        (METTE.replace("Rugvang Bæk", "Katolik Bæk"), Rule.SPECIAL_CATEGORY, "Navn"),
        (METTE + "A 17", Rule.BAD_FORMAT, "Id"),
        (METTE.replace("SSP-koordinator;", f"SSP-kontaktlærer;{'x' * 115}"), Rule.TOO_LONG,
         "Enhed"),
        (METTE.replace("Konsulent", "x" * 130), Rule.TOO_LONG, "Jobtitel"),
    ],
)  # fmt: skip
def test_a_row_is_refused_with_its_rule_and_column(
    row: str, rule: ImportRule | Rule, header: str
) -> None:
    bo = METTE.replace("Mette Rugvang Bæk", "Bo Dam Holm").replace("Thisted", "Morsø")
    preview = World().preview(table(HEAD, bo, row))
    assert states(preview.rows) == [RowState.NEW, RowState.REFUSED]
    (fault,) = preview.all_faults()
    assert (fault.rule, fault.place.line, fault.place.header) == (rule, 3, header)
    assert HEAD.split(";")[fault.place.column or 0] == header
    people = [person.name for person in preview.creates if isinstance(person, Person)]
    assert people == ["Bo Dam Holm"]


CIVIL_HEAD = (
    "Kommune;Funktion;Navn;Id;Døråbner;Samtykke givet;Samtykke udløber;Samtykke givet ved;"
    "Samtykketekst;Fyldt 18;Sprog"
)
CIVIL = (
    "Thisted;Ressourceperson;Formand Jens R.;C7;SSP-koordinator;10.01.2026;14.12.2026;møde;"
    "da-3;ja;dansk, somali"
)


def test_a_civilian_is_imported_with_consent_and_door_opener() -> None:
    world, given = world_and_table(CIVIL, head=CIVIL_HEAD)
    civilian, consent = only(world, ResourceIndividual), only(world, Consent)
    assert (civilian.display_name, civilian.visibility) == ("Formand Jens R.", Visibility.AREA)
    assert civilian.languages == {"da", "so"}
    assert (consent.given_on, consent.expires_on) == (date(2026, 1, 10), date(2026, 12, 14))
    assert (consent.audience, consent.is_mediated_only) == ({"aut-mun-0787"}, True)
    opener = only(world, DoorOpenerFor)
    assert (opener.source_id, opener.target_id) == ("act-ssp-0787", civilian.id)
    assert only(world, GaveConsent).target_id == consent.id
    assert counts(world.preview(given)) == {"UNCHANGED": 1}
    assert world.preview(given, is_complete=True, on=LATER).ends == ()


@pytest.mark.parametrize(
    ("row", "head", "rule"),
    [
        (CIVIL.replace("C7", ""), CIVIL_HEAD, ImportRule.CIVILIAN_WITHOUT_CONSENT),
        (CIVIL.replace("da-3", ""), CIVIL_HEAD, ImportRule.CIVILIAN_WITHOUT_CONSENT),
        (CIVIL.replace("SSP-koordinator", ""), CIVIL_HEAD, ImportRule.CIVILIAN_WITHOUT_CONSENT),
        (CIVIL.replace(";ja;", ";nej;"), CIVIL_HEAD, Rule.ADULT),
        (CIVIL.replace("Jens R.", "Jens R. og Ida K."), CIVIL_HEAD, ImportRule.ONE_NAME),
        (CIVIL.replace("møde", "rygte"), CIVIL_HEAD, Rule.UNKNOWN_WORD),
        (CIVIL.replace("14.12.2026", "14.12.2029"), CIVIL_HEAD, Rule.CONSENT_TERM),
        (CIVIL.replace("SSP-koordinator", "Kok"), CIVIL_HEAD, ImportRule.UNKNOWN_POST),
        (CIVIL.replace("da-3", "hej"), CIVIL_HEAD, Rule.BAD_FORMAT),
        (CIVIL.replace("Formand Jens R.", "Muslimsk Jens"), CIVIL_HEAD, Rule.SPECIAL_CATEGORY),
        (f"{CIVIL};05 12 34 78", f"{CIVIL_HEAD};Mobil", ImportRule.CIVILIAN_CONTACT),
    ],
)
def test_an_incomplete_or_invalid_civilian_row_is_refused(
    row: str, head: str, rule: ImportRule | Rule
) -> None:
    preview = World().preview(table(head, row))
    assert [fault.rule for fault in preview.all_faults()] == [rule]
    assert preview.creates == ()


def test_refused_rows_can_be_corrected_and_sent_again() -> None:
    given = table(HEAD, METTE.replace("Thisted", "Tisted"), METTE.replace("Thisted", "Atlantis"))
    world = World()
    mapping = guess(given, register_of())
    preview = world.preview(given, mapping)
    assert states(preview.rows) == [RowState.NEW, RowState.REFUSED]  # "Tisted" is read as Thisted
    text = rows_to_correct(given, preview.all_faults(), "da")
    again = table_of(read_file("ret.csv", text.replace(b"Atlantis", b"Roskilde")))
    assert again.headers[-2:] == ("Linje", "Hvad skal rettes")
    assert again.rows[0].cells[-2] == "3"
    assert again.rows[0].cells[-1].startswith("Kommune: er ikke en myndighed")
    assert counts(world.preview(again)) == {"NEW": 1}


def test_a_row_that_contradicts_an_earlier_one_is_refused() -> None:
    world = World()
    preview = world.preview(table(HEAD, METTE, METTE.replace("Konsulent", "Leder")))
    assert states(preview.rows) == [RowState.NEW, RowState.REFUSED]
    (fault,) = preview.all_faults()
    assert fault.rule is ImportRule.CONTRADICTION
    assert fault.place.text("da") == "liste.csv, linje 3, kolonne E (Jobtitel)"
    assert fault.reason("da") == "en anden række i filen siger noget andet (linje 2)"
    other = METTE.replace("Mette", "Ida") + "A17"
    (fault,) = world.preview(table(HEAD, METTE + "A17", other)).all_faults()
    assert fault.text("en") == (
        "liste.csv, line 3, column J (Id): another row has the same id and another content (line 2)"
    )


def test_a_contradicting_title_from_the_post_column_names_that_column() -> None:
    head = "Kommune;Stilling;Navn"
    rows = ("Thisted;SSP-konsulent;Mette Rugvang Bæk", "Thisted;SSP;Mette Rugvang Bæk")
    (fault,) = World().preview(table(head, *rows)).all_faults()
    assert (fault.rule, fault.place.header) == (ImportRule.CONTRADICTION, "Stilling")
    assert "(linje 2)" in fault.reason("da")


def test_a_second_civilian_with_the_same_id_is_refused_with_the_first_line() -> None:
    (fault,) = World().preview(table(CIVIL_HEAD, CIVIL, CIVIL)).all_faults()
    assert (fault.rule, fault.place.line, fault.place.header) == (
        ImportRule.SAME_EXTERNAL_ID, 3, "Id",
    )  # fmt: skip
    assert "(linje 2)" in fault.reason("da")


def test_a_row_that_matches_several_posts_is_refused_at_its_column() -> None:
    row = "Thisted;SSP-kontaktlærer;{};Bo Dam Holm;;05 12 34 71;;;;"
    world, _ = world_and_table(row.format("Vesterskolen"), row.format("Nordskolen"))
    (fault,) = world.preview(table(HEAD, row.format("").replace("Bo", "Ib"))).all_faults()
    assert (fault.rule, fault.place.header) == (ImportRule.SEVERAL_POSTS, "Funktion")


@pytest.mark.parametrize(
    ("row", "rule", "header"),
    [
        (CIVIL.replace("14.12.2026", "14.12.2029"), Rule.CONSENT_TERM, "Samtykke udløber"),
        (CIVIL.replace("SSP-koordinator", "Kok"), ImportRule.UNKNOWN_POST, "Døråbner"),
        (CIVIL.replace("Formand Jens R.", "Muslimsk Jens"), Rule.SPECIAL_CATEGORY, "Navn"),
        (CIVIL.replace("da-3", "hej"), Rule.BAD_FORMAT, "Samtykketekst"),
    ],
)  # fmt: skip
def test_a_refused_civilian_row_names_the_column(
    row: str, rule: ImportRule | Rule, header: str
) -> None:
    (fault,) = World().preview(table(CIVIL_HEAD, row)).all_faults()
    assert (fault.rule, fault.place.header) == (rule, header)


def test_a_broken_model_rule_names_the_row_and_column() -> None:
    world, _ = world_and_table(METTE)
    holds = only(world, Holds)
    person = only(world, Person)
    world.elements[person.id] = replace(person, valid_to=date(2027, 1, 1))
    world.elements[holds.id] = replace(holds, valid_to=date(2027, 1, 1))
    later = table(f"{HEAD};Ansat til", f"{METTE};31.12.2028")
    (fault,) = world.preview(later).all_faults()
    assert (fault.rule, fault.place.line, fault.place.header) == (
        Rule.OUTLIVES_END, 2, "Ansat til",
    )  # fmt: skip


def test_dates_of_unknown_order_stop_the_import_until_an_order_is_chosen() -> None:
    head = f"{HEAD};Ansat fra;Slutdato"
    given = table(head, f"{METTE};03/04/2026;31.12.2026")
    preview = World().preview(given)
    assert [fault.rule for fault in preview.faults] == [ImportRule.DATE_ORDER]
    assert (preview.rows, preview.is_clean) == ((), False)
    with pytest.raises(FileRefused):
        preview.change_set()
    register = register_of()
    from graph.exchange.imports import DateOrder

    for order, begins in ((DateOrder.DMY, date(2026, 4, 3)), (DateOrder.MDY, date(2026, 3, 4))):
        mapping = guess(given, register).with_choices(dates={"Ansat fra": order})
        world = World()
        world.write(world.preview(given, mapping))
        holds = only(world, Holds)
        assert (holds.valid_from, holds.valid_to) == (begins, date(2027, 1, 1))


def test_a_seat_with_a_past_end_is_not_imported_but_a_known_one_is_ended() -> None:
    head = f"{HEAD};Slutdato"
    past = table(head, f"{METTE};31.10.2026")
    preview = World().preview(past)
    assert (counts(preview), len(preview.change_set())) == ({"UNCHANGED": 1}, 0)
    assert preview.notes[PreviewNote.PAST] == 1
    world, _ = world_and_table(f"{METTE};31.12.9999", head=head)
    assert only(world, Holds).valid_to is None  # 9999 is for ever
    left = table(head, f"{METTE};31.01.2027")
    world.write(world.preview(left, on=LATER))
    assert only(world, Holds).valid_to == LATER
    assert counts(world.preview(left, on=LATER)) == {"UNCHANGED": 1}


@pytest.mark.parametrize("end", ["", "31.12.9999"])
def test_an_end_date_removed_from_the_list_is_removed_here(end: str) -> None:
    head = f"{HEAD};Slutdato"
    world, _ = world_and_table(f"{METTE};31.12.2027", head=head)
    assert counts(world.preview(table(HEAD, METTE))) == {"UNCHANGED": 1}  # no column of ends
    given = table(head, f"{METTE};{end}")
    preview = world.preview(given)
    (difference,) = preview.rows[0].differences
    assert (difference.field, difference.source_says, difference.we_say, difference.verdict) == (
        "valid_to", None, date(2028, 1, 1), FieldVerdict.CHANGED,
    )  # fmt: skip
    world.write(preview)
    assert only(world, Holds).valid_to is None
    assert len(world.preview(given, on=LATER).change_set()) == 0
    world.edit(only(world, Holds).id, valid_to=date(2027, 6, 1))
    assert states(world.preview(given).rows) == [RowState.CONFLICT]


def test_two_periods_of_one_seat_are_a_contradiction() -> None:
    head = f"{HEAD};Ansat fra;Slutdato"
    first, second = f"{METTE};01.01.2026;31.12.2026", f"{METTE};01.01.2027;"
    world = World()
    for _time in range(2):
        (fault,) = world.preview(table(head, first, second)).all_faults()
        assert (fault.rule, fault.place.line, fault.place.header) == (
            ImportRule.CONTRADICTION, 3, "Ansat fra",
        )  # fmt: skip
        world.write(world.preview(table(head, first)))


def test_a_start_in_1998_is_read_and_far_or_ambiguous_years_are_refused() -> None:
    head = f"{HEAD};Ansat fra;Slutdato"
    world, given = world_and_table(f"{METTE};01.08.98;31.12.28", head=head)
    holds = only(world, Holds)
    assert (holds.valid_from, holds.valid_to) == (date(1998, 8, 1), date(2029, 1, 1))
    assert counts(world.preview(given)) == {"UNCHANGED": 1}
    for dates, rule, header in (
        ("01.08.2032;", ImportRule.FAR_START, "Ansat fra"),
        ("01.08.2098;", ImportRule.FAR_START, "Ansat fra"),
        ("01.08.50;", ImportRule.SHORT_YEAR, "Ansat fra"),
        (";31.12.99", ImportRule.SHORT_YEAR, "Slutdato"),
    ):
        (fault,) = World().preview(table(head, f"{METTE};{dates}")).all_faults()
        assert (fault.rule, fault.place.header) == (rule, header)


def test_a_verification_date_after_the_import_is_refused() -> None:
    head = f"{HEAD};Sidst opdateret"
    assert counts(World().preview(table(head, f"{METTE};25.11.2026"))) == {"NEW": 1}
    (fault,) = World().preview(table(head, f"{METTE};26.11.2026")).all_faults()
    assert (fault.rule, fault.place.header) == (ImportRule.CHECK_AHEAD, "Sidst opdateret")


def test_a_merge_with_an_element_that_is_no_person_is_refused() -> None:
    preview = World().preview(table(HEAD, METTE), merges={2: "mun-0787"})
    assert [fault.rule for fault in preview.all_faults()] == [ImportRule.UNKNOWN_PERSON]


def test_a_list_without_a_municipality_needs_a_fixed_one() -> None:
    head = HEAD.removeprefix("Kommune;")
    given = table(head, METTE.removeprefix("Thisted;"))
    assert World().preview(given).faults[0].rule is ImportRule.MISSING_COLUMN
    mapping = guess(given, register_of()).with_choices(
        constants={TargetField.AUTHORITY: "Thisted Kommune"}
    )
    assert counts(World().preview(given, mapping)) == {"NEW": 1}


@pytest.mark.parametrize("name", ["vakant", "Ikke besat", "Under ansættelse", "Vakant pr. 1.8"])
def test_a_vacant_row_adds_no_holder_and_its_contacts_belong_to_the_post(name: str) -> None:
    row = METTE.replace("Mette Rugvang Bæk", name).replace("Konsulent", "")
    world, given = world_and_table(row)
    assert world.of(Person) == []
    assert {link.source_id for link in world.of(ReachedBy)} == {"act-ssp-0787"}
    assert world.preview(given).notes[PreviewNote.VACANT] == 1


def test_a_vacant_row_ends_the_holder_from_an_earlier_list() -> None:
    world, _ = world_and_table(METTE)
    vacant = table(HEAD, METTE.replace("Mette Rugvang Bæk", "vakant").replace("Konsulent", ""))
    both = table(HEAD, METTE, METTE.replace("Mette Rugvang Bæk", "vakant").replace("Konsulent", ""))
    assert world.preview(both, on=LATER).ends == ()
    preview = world.preview(vacant, on=LATER)
    assert (preview.rows[-1].state, preview.rows[-1].person) == (
        RowState.ENDED, "Mette Rugvang Bæk",
    )  # fmt: skip
    world.write(preview)
    assert only(world, Holds).valid_to == LATER
    assert len(world.preview(vacant, on=LATER).change_set()) == 0


def test_a_police_row_matches_the_police_post_of_the_same_function() -> None:
    row = METTE.replace("Thisted", "Midt- og Vestjyllands Politi")
    world, _ = world_and_table(row.replace("man-fre 9-15", ""))
    assert only(world, Holds).target_id == "act-sspp-1462"


def test_a_withheld_person_is_not_imported_again() -> None:
    world, given = world_and_table(METTE + "A17")
    person = only(world, Person).id
    preview = world.preview(given, withheld=frozenset({person}))
    assert [fault.rule for fault in preview.all_faults()] == [ImportRule.WITHHELD]
    fresh = World().preview(given, withheld=frozenset({person}))
    assert [fault.rule for fault in fresh.all_faults()] == [ImportRule.WITHHELD]


def test_an_invalid_or_reserved_source_name_is_refused() -> None:
    assert require_source("hr-thisted") == "hr-thisted"
    for name in ("", "Hr Thisted", "form", "demo", "x" * 60):
        with pytest.raises(InvalidNeed):
            require_source(name)


@pytest.mark.slow
@pytest.mark.parametrize("data", [office_workbook(), office_csv()], ids=["excel", "csv"])
def test_the_list_of_an_office_is_imported_whole_and_once(data: bytes) -> None:
    world, given = World(), table_of(read_file("liste", data))
    preview = world.preview(given)
    assert counts(preview) == {"NEW": 300}, [fault.text("en") for fault in preview.all_faults()][:5]
    world.write(preview)
    assert len(world.of(Person)) == 306
    assert len(world.of(Actor)) == 294
    again = world.preview(given)
    assert (counts(again), len(again.change_set())) == ({"UNCHANGED": 300}, 0)
