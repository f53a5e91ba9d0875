"""Own kinds in imports: recognized, chosen, written once, and refused where they do not fit."""

from typing import Any, Final

import pytest

from graph.errors import InvalidNeed
from graph.exchange.imports import (
    ImportRule,
    SourceTable,
    TableMapping,
    TargetField,
    ValueReading,
    for_table,
    guess,
)
from graph.exchange.imports.comparison import HolderChoice
from graph.exchange.imports.kind_readings import find_kind, removed_kind
from graph.exchange.imports.records import RecordFormat, RecordMapping, preview_records
from graph.exchange.imports.records.record_mapping import unit_reading
from graph.exchange.imports.words import kinds_of
from graph.model import (
    Actor,
    Authority,
    Coordinates,
    Covers,
    Holds,
    MemberOf,
    Network,
    Organization,
)
from graph.own_kinds import NO_OWN_KINDS, OwnKinds, read_own_kinds
from graph.vocabulary import (
    AuthorityKind,
    LegalGate,
    NetworkKind,
    OrganizationKind,
    PostKind,
    PreventionLevel,
    Rule,
    Sector,
    Tier,
)
from tests.fixtures.own_kinds import OWN_KINDS, TEXT
from tests.graph.exchange.imports.office_lists import World, counts, options, register_of, table
from tests.graph.exchange.imports.records.record_files import (
    as_json,
    mo_answer,
    previewed,
    read,
    readings,
)
from tests.graph.exchange.imports.records.test_fk_organisation import answer as fk_answer
from tests.graph.exchange.imports.records.test_hsds import tables as hsds_tables
from tests.graph.exchange.imports.records.test_popolo import collection as popolo_collection

F = TargetField
HEAD: Final = "Kommune;Funktion;Navn;Samarbejde"
DEMOCRACY: Final = "Thisted;Demokratikonsulent;Mette Rugvang Bæk;"
UNIT: Final = "UNIT:Afdeling=UNIT"
MORE: Final = """
[[kind]]
id = "UNGECENTER"
of = "AuthorityKind"
is_a = "UNIT"
label_da = "Ungecenter"
label_en = "Youth center"

[[kind]]
id = "VAGTTELEFON"
of = "PostKind"
is_a = "OUTREACH_WORKER"
label_da = "Vagttelefon, opsøgende"
label_en = "Outreach phone"
is_unit_only = true

[[kind]]
id = "KOMMUNAL_OPSOEGER"
of = "PostKind"
is_a = "SSP_COORDINATOR_POLICE"
label_da = "Kredsens tryghedsbetjent"
label_en = "Safety officer"
"""
KINDS: Final = read_own_kinds(TEXT + MORE)


def world(*elements: Any, own_kinds: OwnKinds = KINDS) -> World:
    return World(elements, own_kinds)


def with_housing_network(kind: str | None = "BOLIGNET") -> tuple[Network, Covers]:
    """Thisted's network of an own kind beneath SSP."""
    network = Network(
        id="net-bolig-0787", kind=NetworkKind.SSP, own_kind=kind, name="Bolignettet i Thy",
        gate=LegalGate.GENERAL, levels=frozenset({PreventionLevel.OUTREACH}), source="test",
    )  # fmt: skip
    return network, Covers(
        id="cov-bolig-0787", source_id=network.id, target_id="mun-0787", source="test"
    )


def chosen(here: World, given: SourceTable, *values: ValueReading) -> TableMapping:
    """The guess with readings that a user chose."""
    register = register_of(here.snapshot(), own_kinds=here.own_kinds)
    return guess(given, register).with_choices(values=values)


def read_as(typed: str, value: str, field: TargetField = F.POST) -> ValueReading:
    return ValueReading(field=field, typed=typed, value=value)


def only_post(here: World, source: str = "hr-test") -> Actor:
    (post,) = here.of(Actor, source)
    assert isinstance(post, Actor)
    return post


# ---- words


@pytest.mark.parametrize("text", ["Demokratikonsulent", "democracy adviser", "DEMOKRATIKONSULENT"])
def test_a_label_or_id_of_an_own_kind_is_recognized_exactly(text: str) -> None:
    (proposal,) = kinds_of(text, "post", OWN_KINDS)
    assert (proposal.id, proposal.kind, proposal.score) == (
        "DEMOKRATIKONSULENT", PostKind.OUTREACH_WORKER, 100,
    )  # fmt: skip
    assert (proposal.label("da"), proposal.label("en")) == (
        "Demokratikonsulent",
        "Democracy adviser",
    )
    assert all(proposal.own is None for proposal in kinds_of(text, "post"))


def test_a_label_of_another_family_is_no_proposal() -> None:
    assert kinds_of("Boligsocialt netværk", "network", OWN_KINDS)[0].id == "BOLIGNET"
    assert all(
        proposal.own is None for proposal in kinds_of("Boligsocialt netværk", "post", OWN_KINDS)
    )


def test_an_own_kinds_label_takes_precedence_over_a_word_for_a_shipped_kind() -> None:
    named = TEXT.replace("Tryghedsvejleder", "SSP-konsulent")
    assert kinds_of("SSP-konsulent", "post")[0].id == "SSP_COORDINATOR"
    assert kinds_of("ssp konsulent", "post", read_own_kinds(named))[0].id == "SSP_KONSULENT"


def test_a_word_that_names_two_kinds_is_ambiguous_and_refused() -> None:
    both = read_own_kinds(TEXT.replace("Tryghedsvejleder", "SSP koordinator"))
    proposals = kinds_of("SSP-koordinator", "post", both)
    assert [(proposal.id, proposal.score) for proposal in proposals] == [
        ("SSP_COORDINATOR", 99), ("SSP_KONSULENT", 99),
    ]  # fmt: skip
    here = world(own_kinds=both)
    (row,) = here.preview(
        table(HEAD, DEMOCRACY.replace("Demokratikonsulent", "SSP-koordinator"))
    ).rows
    assert [fault.rule for fault in row.faults] == [ImportRule.UNKNOWN_POST]


def test_a_column_of_own_kinds_is_guessed_and_a_near_word_read() -> None:
    given = table("Hvor;Hvad;Hvem", "Thisted;Tryghedsvejleder;Mette Rugvang Bæk",
                  "Aalborg;Demokratikonsulent nord;Ida Holm Bæk")  # fmt: skip
    mapping = guess(given, register_of(own_kinds=OWN_KINDS))
    assert [column.field for column in mapping.columns] == [F.AUTHORITY, F.POST, F.NAME]
    assert mapping.reading(F.POST, "Demokratikonsulent nord") == "DEMOKRATIKONSULENT"
    assert guess(given, register_of()).columns[1].field is not F.POST


@pytest.mark.parametrize(
    ("text", "families", "kind"),
    [
        ("demokratikonsulent", (PostKind,), "DEMOKRATIKONSULENT"),
        ("Democracy adviser", (PostKind,), "DEMOKRATIKONSULENT"),
        ("ssp_coordinator", (PostKind,), "SSP_COORDINATOR"),
        ("boligsocialt netværk", (NetworkKind,), "BOLIGNET"),
        ("fritidsklub", (AuthorityKind, OrganizationKind), "FRITIDSKLUB"),
        ("Tryghedsforvaltningen", (Sector,), "TRYGHED"),
    ],
)
def test_a_kind_is_found_by_id_or_label(text: str, families: Any, kind: str) -> None:
    assert find_kind(text, families, OWN_KINDS, name="--read").id == kind


def test_a_kind_of_another_family_or_an_unknown_kind_is_refused_by_name() -> None:
    with pytest.raises(InvalidNeed) as other:
        find_kind("Bolignet", (PostKind,), OWN_KINDS, name="--read")
    assert other.value.text("da") == (
        "--read: BOLIGNET er en egen type under Samarbejde, ikke under Funktion"
    )
    assert other.value.text("en") == (
        "--read: BOLIGNET is an own kind beneath Network, not beneath Post"
    )
    with pytest.raises(InvalidNeed) as none:
        find_kind("FARVE", (NetworkKind,), OWN_KINDS, name="--read")
    assert none.value.text("da").startswith("--read: der er ingen type FARVE; skal være et af SSP,")
    assert none.value.text("da").endswith(", BOLIGNET")
    with pytest.raises(InvalidNeed):
        unit_reading("DEMOKRATIKONSULENT", OWN_KINDS)
    with pytest.raises(InvalidNeed):
        unit_reading("UNIT/MUNICIPAL/BOLIGNET", OWN_KINDS)


def test_a_saved_reading_of_a_removed_or_moved_kind_is_detected() -> None:
    gone = read_own_kinds("")
    assert removed_kind(F.POST, "UNGEKONSULENT", gone) == "UNGEKONSULENT"
    assert removed_kind(F.POST, "BOLIGNET", OWN_KINDS) == "BOLIGNET"
    for target, value in (
        (F.POST, "UNGEKONSULENT"), (F.POST, "MENTOR"), (F.NETWORK, "BOLIGNET"),
        (F.NETWORK, "net-ssp-0787"), (F.AUTHORITY, "XX"), (F.POST, None),
    ):  # fmt: skip
        assert removed_kind(target, value, OWN_KINDS) is None


# ---- lists


def test_a_post_of_an_own_kind_is_made_once() -> None:
    here, given = world(), table(HEAD, DEMOCRACY)
    preview = here.preview(given)
    assert (counts(preview), preview.rows[0].post) == ({"NEW": 1}, "Demokratikonsulent, Thisted")
    here.write(preview)
    post = only_post(here)
    assert (post.kind, post.own_kind) == (PostKind.OUTREACH_WORKER, "DEMOKRATIKONSULENT")
    assert (post.tier, post.sector) == (Tier.COMMUNITY, Sector.YOUTH)
    assert list(KINDS.faults(post)) == []
    again = here.preview(given)
    assert (counts(again), len(again.change_set())) == ({"UNCHANGED": 1}, 0)


def test_a_word_is_read_as_an_own_kind_that_a_user_chose() -> None:
    here, given = world(), table(HEAD, DEMOCRACY.replace("Demokratikonsulent", "Gul trøje"))
    assert [fault.rule for fault in here.preview(given).all_faults()] == [ImportRule.UNKNOWN_POST]
    mapping = chosen(here, given, read_as("Gul trøje", "UNGEKONSULENT"))
    here.write(here.preview(given, mapping))
    assert only_post(here).own_kind == "UNGEKONSULENT"
    assert counts(here.preview(given, mapping)) == {"UNCHANGED": 1}


def test_posts_of_a_kind_and_of_an_own_kind_beneath_it_are_separate() -> None:
    rows = ("Thisted;Tryghedsvejleder;Mette Rugvang Bæk;", "Thisted;SSP-koordinator;Ida Holm Bæk;")
    for order in (rows, rows[::-1]):
        here, given = world(), table(HEAD, *order)
        here.write(here.preview(given))
        own = only_post(here)
        assert (own.kind, own.own_kind) == (PostKind.SSP_COORDINATOR, "SSP_KONSULENT")
        names = {here.elements[link.source_id].name: link.target_id for link in here.of(Holds)}  # type: ignore[attr-defined] - a person
        assert names == {"Mette Rugvang Bæk": own.id, "Ida Holm Bæk": "act-ssp-0787"}
        assert counts(here.preview(given)) == {"UNCHANGED": 2}


def test_a_parent_kind_matches_a_post_with_an_own_kind_unless_both_are_listed() -> None:
    here = world()
    here.edit("act-ssp-0787", own_kind="SSP_KONSULENT")
    given = table(HEAD, "Thisted;SSP-koordinator;Mette Rugvang Bæk;")
    preview = here.preview(given)
    assert preview.rows[0].post == "SSP-koordinator, Thisted"
    here.write(preview)
    assert here.of(Actor) == []
    both = table(HEAD, "Thisted;SSP-koordinator;Mette Rugvang Bæk;",
                 "Thisted;Tryghedsvejleder;Ida Holm Bæk;")  # fmt: skip
    second = world()
    second.edit("act-ssp-0787", own_kind="SSP_KONSULENT")
    second.write(second.preview(both))
    post = only_post(second)
    assert (post.own_kind, post.name) == (None, "SSP-koordinator, Thisted")
    assert counts(second.preview(both)) == {"UNCHANGED": 2}


def test_a_post_found_by_source_id_receives_the_own_kind() -> None:
    head = "Kommune;Funktion;Id"
    here, given = world(), table(head, "Thisted;Opsøgende medarbejder;p-1")
    here.write(here.preview(given))
    other = table(head, "Thisted;Demokratikonsulent;p-1")
    preview = here.preview(other)
    (difference,) = preview.rows[0].differences
    assert (difference.field, difference.source_says, difference.we_say) == (
        "own_kind",
        "DEMOKRATIKONSULENT",
        None,
    )
    here.write(preview)
    assert only_post(here).own_kind == "DEMOKRATIKONSULENT"
    assert counts(here.preview(other)) == {"UNCHANGED": 1}


def test_posts_of_one_unit_are_separated_by_own_kind() -> None:
    head = "Kommune;Funktion;Enhed;Navn"
    rows = ("Thisted;Opsøgende medarbejder;Nord;Mette Rugvang Bæk",
            "Thisted;Ungekonsulent;Nord;Ida Holm Bæk")  # fmt: skip
    here, alone = world(), table(head, rows[0])
    here.write(here.preview(alone))
    here.edit(only_post(here).id, own_kind="UNGEKONSULENT")
    assert counts(here.preview(alone)) == {"UNCHANGED": 1}
    both = table(head, *rows)  # Mette has the post of the shipped kind, and Ida hers
    here.write(here.preview(both, holders={None: HolderChoice.REPLACES}))
    assert sorted(str(post.own_kind) for post in here.of(Actor)) == ["None", "UNGEKONSULENT"]
    for again in (both, both):
        assert counts(here.preview(again)) == {"UNCHANGED": 2}


def test_a_label_of_an_own_kind_in_a_name_cell_is_refused() -> None:
    named = read_own_kinds(TEXT.replace("Tryghedsvejleder", "Brobygger"))
    given = table(
        HEAD, 'Thisted;SSP-koordinator;"Brobygger, Ida Holm";', "Aalborg;SSP;Mette Rugvang Bæk;"
    )
    (fault,) = world(own_kinds=named).preview(given).all_faults()
    assert fault.rule is ImportRule.NAME_ONLY


def test_rows_must_satisfy_the_limits_of_an_own_kind() -> None:
    named = table(HEAD, "Thisted;Vagttelefon, opsøgende;Mette Rugvang Bæk;")
    assert [fault.rule for fault in world().preview(named).all_faults()] == [Rule.UNIT_ONLY]
    here = world()
    here.write(here.preview(table(HEAD, "Thisted;Vagttelefon, opsøgende;;")))
    assert only_post(here).is_unit_only
    police = table(HEAD, "Thisted;Kredsens tryghedsbetjent;Mette Rugvang Bæk;")
    refused = world().preview(police).all_faults()
    assert [fault.rule for fault in refused] == [ImportRule.KIND_OF_AUTHORITY]


def test_a_post_joins_a_network_of_an_own_kind() -> None:
    here = world(*with_housing_network())
    given = table(HEAD, "Thisted;SSP-koordinator;Mette Rugvang Bæk;Boligsocialt netværk, SSP")
    here.write(here.preview(given))
    joined = {link.target_id for cls in (MemberOf, Coordinates) for link in here.of(cls)}
    assert joined == {"net-bolig-0787"}  # the structure has the other
    assert counts(here.preview(given)) == {"UNCHANGED": 1}
    read_other = chosen(here, given, read_as("SSP", "BOLIGNET", F.NETWORK))
    assert counts(here.preview(given, read_other)) == {"UNCHANGED": 1}
    missing = world()
    (fault,) = missing.preview(given).all_faults()
    assert fault.rule is ImportRule.UNKNOWN_NETWORK


def test_a_network_kind_label_with_a_comma_is_not_split() -> None:
    own = read_own_kinds(TEXT.replace("Boligsocialt netværk", "Børn og unge, Thy"))
    here = world(*with_housing_network(), own_kinds=own)
    given = table(HEAD, "Thisted;SSP-koordinator;Mette Rugvang Bæk;Børn og unge, Thy")
    assert here.preview(given).is_clean


def test_a_saved_own_kind_that_was_removed_is_refused_by_name() -> None:
    here = world(*with_housing_network())
    given = table(
        HEAD, "Thisted;Gul trøje;Mette Rugvang Bæk;", "Thisted;SSP-koordinator;Ida Holm Bæk;Nettet"
    )
    saved = chosen(
        here, given, read_as("Gul trøje", "UNGEKONSULENT"),
        read_as("Nettet", "BOLIGNET", F.NETWORK),
    )  # fmt: skip
    assert here.preview(given, saved).is_clean
    later = world(own_kinds=NO_OWN_KINDS)
    mapping = for_table(TableMapping.from_json(saved.to_json()), given, register_of())
    preview = later.preview(given, mapping)
    assert [fault.text("da") for fault in preview.all_faults()] == [
        "liste.csv, linje 2, kolonne B (Funktion): vælg igen, hvad ordet betyder: den type, der "
        "var valgt, findes ikke længere: UNGEKONSULENT",
        "liste.csv, linje 3, kolonne D (Samarbejde): vælg igen, hvad ordet betyder: den type, der "
        "var valgt, findes ikke længere: BOLIGNET",
    ]
    assert preview.all_faults()[0].reason("en").endswith("no longer exists: UNGEKONSULENT")


def test_the_preview_digest_depends_on_the_own_kinds() -> None:
    given = table(HEAD, "Thisted;SSP-koordinator;Mette Rugvang Bæk;")
    preview, other = world().preview(given), world(own_kinds=OWN_KINDS).preview(given)
    assert preview.digest != other.digest


# ---- formats of others


def test_os2mo_makes_units_and_posts_of_own_kinds_once() -> None:
    answer = as_json(mo_answer()).replace(b"SSP-konsulent", b"Demokratikonsulent")
    records = read(answer, RecordFormat.OS2MO)
    words = ("UNIT:Afdeling=Ungecenter//tryghed", "POST:Leder=ungekonsulent")
    here = world()
    preview = previewed(here, records, *words)
    assert preview.is_clean
    here.write(preview)
    (unit,) = here.of(Authority, "os2mo-test")
    assert (unit.kind, unit.own_kind) == (AuthorityKind.UNIT, "UNGECENTER")
    assert (unit.sector, unit.own_sector) == (Sector.YOUTH, "TRYGHED")
    assert {post.own_kind for post in here.of(Actor, "os2mo-test")} == {
        "DEMOKRATIKONSULENT", "UNGEKONSULENT",
    }  # fmt: skip
    again = previewed(here, records, *words)
    assert (again.creates, again.updates, again.ends) == ((), (), ())


def test_the_label_of_an_own_kind_of_unit_needs_no_reading() -> None:
    answer = as_json(mo_answer()).replace(b"Afdeling", b"Ungecenter")
    here = world()
    preview = previewed(here, read(answer, RecordFormat.OS2MO), "POST:*=")
    assert preview.questions == ()
    assert [element.own_kind for element in preview.creates if isinstance(element, Authority)] == [
        "UNGECENTER"
    ]
    below = as_json(mo_answer()).replace(b"Afdeling", b"Fritidsklub")
    clubs = previewed(world(), read(below, RecordFormat.OS2MO), "POST:*=").creates
    assert [(club.kind, club.own_kind) for club in clubs if isinstance(club, Organization)] == [
        (OrganizationKind.SPORTS_CLUB, "FRITIDSKLUB")
    ]


def test_a_unit_has_the_own_sector_of_the_unit_above() -> None:
    here = world()
    here.edit("aut-mun-0787", sector=Sector.YOUTH, own_sector="TRYGHED")
    preview = previewed(
        here, read(mo_answer(), RecordFormat.OS2MO), "UNIT:Afdeling=UNIT", "POST:*="
    )
    (unit,) = (element for element in preview.creates if isinstance(element, Authority))
    assert (unit.sector, unit.own_sector) == (Sector.YOUTH, "TRYGHED")


def test_a_near_word_is_read_as_an_own_kind_and_an_unknown_word_proposes_it() -> None:
    answer = as_json(mo_answer()).replace(b"SSP-konsulent", b"Demokratikonsulent, Thy")
    preview = previewed(world(), read(answer, RecordFormat.OS2MO), UNIT, "POST:Leder=")
    assert [proposal.id for proposal in preview.readings.values()] == ["DEMOKRATIKONSULENT"]
    other = as_json(mo_answer()).replace(b"SSP-konsulent", b"Demokratispecialkonsulent")
    draft = previewed(world(), read(other, RecordFormat.OS2MO), UNIT, "POST:Leder=")
    (question,) = draft.questions
    assert "DEMOKRATIKONSULENT" in question.proposals


def test_a_unit_typed_as_an_own_network_kind_is_no_unit_unless_chosen() -> None:
    answer = as_json(mo_answer()).replace(b"Afdeling", "Boligsocialt netværk".encode())
    records = read(answer, RecordFormat.OS2MO)
    left = previewed(world(), records, "POST:*=")
    assert {note.value: count for note, count in left.notes.items()}["NETWORKS"] == 1
    chosen_as = previewed(world(), records, "UNIT:Boligsocialt netværk=UNIT", "POST:*=")
    assert any(isinstance(element, Authority) for element in chosen_as.creates)


@pytest.mark.parametrize("form", [RecordFormat.FK_ORG, RecordFormat.POPOLO, RecordFormat.HSDS])
def test_each_other_format_makes_posts_of_own_kinds_once(form: RecordFormat) -> None:
    content = {
        RecordFormat.FK_ORG: fk_answer, RecordFormat.POPOLO: popolo_collection,
        RecordFormat.HSDS: hsds_tables,
    }[form]()  # fmt: skip
    records = read(as_json(content).replace(b"SSP-koordinator", b"Tryghedsvejleder"), form)
    here = world()
    preview = previewed(here, records, UNIT, source="andre")
    assert preview.is_clean
    here.write(preview)
    post = only_post(here, "andre")
    assert (post.kind, post.own_kind) == (PostKind.SSP_COORDINATOR, "SSP_KONSULENT")
    again = previewed(here, records, UNIT, source="andre")
    assert (again.creates, again.updates, again.ends) == ((), (), ())


def test_a_saved_reading_of_a_removed_own_kind_becomes_a_question() -> None:
    saved = readings(
        "UNIT:Afdeling=UNGECENTER", "POST:Leder=UNGEKONSULENT", "POST:*=", own_kinds=KINDS
    )
    here = world(own_kinds=NO_OWN_KINDS)
    records = read(mo_answer(), RecordFormat.OS2MO)
    mapping = RecordMapping.of_saved(saved.values, NO_OWN_KINDS)
    assert [reading.value for reading in mapping.values] == [""]
    preview = preview_records(
        records, mapping, register_of(here.snapshot()), options(), known_contacts=here.details_with
    )
    assert {(question.typed, question.removed_kind) for question in preview.questions} == {
        ("Leder", "UNGEKONSULENT"), ("Afdeling", "UNGECENTER"),
    }  # fmt: skip
    assert {fault.rule for fault in preview.faults} == {ImportRule.REMOVED_KIND}
    assert "UNGECENTER" in preview.faults[-1].text("da")
