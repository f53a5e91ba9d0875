from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from api.cli.node import Ambiguous, NothingNear, choose
from graph.access.policy import Caller, Role
from graph.access.view import View
from graph.errors import InvalidNeed, NotFound
from graph.model import Area, Authority, Holds, Person, SucceededBy
from graph.questions.names import (
    ALIAS,
    EXACT,
    NAMED_LABELS,
    NameMatch,
    NameSuccessor,
    fold,
    names,
    search,
)
from graph.snapshot.snapshot import Snapshot
from graph.synonyms import Subject
from graph.vocabulary import AuthorityKind, Freshness, Label, Language, Sector, Tier
from tests import kystby
from tests.fixtures.snapshots import snapshot_of
from tests.graph.paths.additions import tie
from tests.kystby import caller_of, view_of
from tests.seed import demo

TODAY = kystby.TODAY


def found_ids(
    text: str, view: View | None = None, labels: tuple[Label, ...] = NAMED_LABELS
) -> list[str]:
    return [match.id for match in names(view or view_of(kystby.snapshot()), text, labels=labels)]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Amina Søkilde Østergård", "amina"),
        ("amina soekilde oestergaard", "amina"),
        ("østergaard amina", "amina"),
        ("ostergard", "amina"),
        ("Åkær", "dina"),
        ("aakaer", "dina"),
        ("akar", "dina"),
        ("ÅKÆR", "dina"),
        ("kystby", "kystby"),
        ("Kystbi", "kystby"),
        ("ssp kystby", "ssp"),
        ("SSP-koordinator Kystby", "ssp-post"),
        ("ssp koordinater kystby", "ssp-post"),
        ("vagtcentral", "duty"),
        ("vindrossen", "vindrosen"),
        ("havn", "havnen"),
        ("info house coordinator", "ihd"),
        ("outreach worker", "outreach"),
    ],
)
def test_a_name_is_found_however_it_is_typed(text: str, first: str) -> None:
    assert found_ids(text)[0] == first


@pytest.mark.parametrize(
    "text", ["", "  ", "?!", "xyzzy", "zq", "i", "på hos", "hvem er i", "the of"]
)
def test_a_text_that_names_nothing_finds_nothing(text: str) -> None:
    assert found_ids(text) == []


def test_a_word_that_is_not_known_is_left_out_and_the_others_count() -> None:
    view = view_of(kystby.snapshot())
    answer = search(view, "ssp Xyzzy kystby?")
    assert answer.found[0].id == "ssp"
    assert answer.left_out == ("Xyzzy",)
    assert all(match.score < EXACT for match in answer.found)
    with pytest.raises(Ambiguous) as error:  # not all of it was found, so nothing is chosen
        choose(view, "ssp xyzzy kystby", (Label.NETWORK,))
    assert not error.value.is_exact


def test_a_hidden_name_is_an_unknown_word() -> None:
    next_door = caller_of(Role.COORDINATOR, areas=("nabo",))
    without = view_of(snapshot_of(kystby.elements(without={"amina", "amina--ssp-post"})), next_door)
    for text in ("amina kystby", "bekymring amina", "ssp-koordinator amina søkilde"):
        assert search(view_of(kystby.snapshot(), next_door), text) == search(without, text)
    assert "amina" in search(without, "amina kystby").left_out


def test_a_need_and_a_place_are_both_read_and_a_place_is_never_left_out() -> None:
    view = demo.view_of()
    for text in ("bekymring Vollsmose", "Vollsmose: bekymring?", "bekymret i vollsmose"):
        answer = search(view, text)
        assert answer.what[0].subjects[0] == Subject("Trigger", "CONCERN")
        (place,) = answer.where
        assert (place.areas[0].id, place.alias) == ("mun-0461", "Vollsmose")
        assert {"mun-0461", "act-ihm-0461"} & {match.id for match in answer.found}
        assert answer.left_out == ()


def test_what_is_outside_the_register_says_where_to_go_instead() -> None:
    answer = search(demo.view_of(), "misbrugscenter Odense")
    (what,) = answer.what
    assert (what.words, what.is_outside) == ("misbrugscenter", True)
    assert answer.found[0].name == "Social modtagelse, Odense"
    (inside,) = search(demo.view_of(), "social modtagelse odense").what
    assert not inside.is_outside


def test_who_answers_in_the_area_of_the_callers_own_post_comes_first() -> None:
    posts = [f"act-ihm-{code}" for code in ("0630", "0851")]
    for post, place in zip(posts, ("Vejle", "Aalborg"), strict=True):
        caller = caller_of(Role.COORDINATOR, areas=("dk",), posts=(post,))
        view = View(demo.snapshot(), caller, demo.TODAY, today=demo.TODAY)
        for text in ("mentor", "ssp", "mentorer", "psp-koordinator"):
            assert names(view, text)[0].name.endswith(place), text
        assert names(view, "ssp thisted")[0].name == "SSP Thisted"


def test_a_place_abroad_is_left_out_and_not_read_as_one_here() -> None:
    answer = search(demo.view_of(), "bekymring Hamborg")
    assert (answer.where, answer.left_out) == ((), ("Hamborg",))


def test_an_exact_name_ranks_before_longer_names_that_contain_it() -> None:
    answer = names(view_of(kystby.snapshot()), "Kystby")
    assert answer[0].id == "kystby"
    assert answer[0].score == 1
    assert all(match.score < 1 for match in answer[1:])


def test_the_search_can_be_limited_to_labels() -> None:
    assert set(found_ids("kystby", labels=(Label.NETWORK,))) == {"ssp"}


def test_the_search_can_be_limited_to_an_area_and_who_answers_there() -> None:
    view = view_of(kystby.snapshot())
    in_havnen = [match.id for match in names(view, "havnen", area="havnen")]
    assert {"havnen", "outreach", "forum"} <= set(in_havnen)
    assert [match.id for match in names(view, "ssp", area="nabo")] == ["nabo-ssp"]
    assert [match.id for match in names(view, "sørensen", area="kystby")] == ["bo"]
    with pytest.raises(NotFound):
        names(view, "ssp", area="nowhere")
    with pytest.raises(InvalidNeed, match="area"):
        names(view, "ssp", area="kystby-kommune")


def test_a_found_post_shows_its_check_and_a_person_has_none() -> None:
    (ssp, *_) = names(view_of(kystby.snapshot()), "SSP-koordinator, Kystby")
    assert ssp.check is not None
    assert (ssp.check.freshness, ssp.check.days) == (Freshness.FRESH, 41)
    (bo, *_) = names(view_of(kystby.snapshot()), "Bo Rugvang")
    assert bo.check is None


def test_no_more_than_the_limit_is_given() -> None:
    assert len(names(view_of(kystby.snapshot()), "kystby", limit=2)) == 2


def namesakes() -> Snapshot:
    twin = Person(id="bo-2", name="Bo Rugvang Sørensen", source="kystby")
    seat = Holds(id="bo-2--nabo-ssp", source_id="bo-2", target_id="nabo-ssp", source="kystby")
    return snapshot_of((*kystby.elements(), twin, seat))


def test_a_person_is_found_by_a_name_that_is_a_stop_word_too() -> None:
    people = (
        Person(id=first.lower(), name=f"{first} Larsen", source="kystby") for first in ("My", "Per")
    )
    seats = (tie(Holds, person, "ssp-post") for person in ("my", "per"))
    view = view_of(snapshot_of((*kystby.elements(), *people, *seats)))
    assert found_ids("My", view) == ["my"]
    assert names(view, "my larsen")[0].score == EXACT
    assert choose(view, "My Larsen", (Label.PERSON,)) == "my"
    with pytest.raises(Ambiguous) as error:
        choose(view, "Larsen", (Label.PERSON,))
    assert {candidate.id for candidate in error.value.candidates} == {"my", "per"}


def test_namesakes_are_distinguished_by_their_place() -> None:
    answer = names(view_of(namesakes()), "bo rugvang sørensen")
    assert [(match.id, match.place) for match in answer[:2]] == [
        ("bo", ("SSP-koordinator, Kystby",)),
        ("bo-2", ("SSP-koordinator, Naboby",)),
    ]


def test_a_found_post_shows_its_authority_and_area() -> None:
    (ssp, *_) = names(view_of(kystby.snapshot()), "SSP-koordinator, Kystby")
    assert ssp.place == ("Kystby Kommune", "Kystby")
    assert ssp.kind is not None
    assert ssp.kind.label_da == "SSP-koordinator"


def test_a_hidden_name_is_not_found_and_changes_no_order() -> None:
    next_door = caller_of(Role.COORDINATOR, areas=("nabo",))
    assert "amina" not in found_ids("amina", view_of(kystby.snapshot(), next_door))
    without = snapshot_of(kystby.elements(without={"amina", "amina--ssp-post"}))
    assert found_ids("sørensen", view_of(kystby.snapshot(), next_door)) == found_ids(
        "sørensen", view_of(without, next_door)
    )


def test_an_analyst_finds_posts_but_no_people() -> None:
    analyst = caller_of(Role.ANALYST, areas=("dk",))
    assert found_ids("sørensen", view_of(kystby.snapshot(), analyst)) == []
    assert found_ids("ssp-koordinator", view_of(kystby.snapshot(), analyst))


def test_a_civilian_is_found_by_capacity_only_by_a_caller_who_may_see_them() -> None:
    staff = caller_of(Role.OUTREACH, posts=("ssp-post",))
    for text in ("dialogpartner", "dialogue partner kystby", "dialogpartnere"):
        assert found_ids(text, view_of(kystby.snapshot(), staff)) == ["jens"]
        assert "jens" not in found_ids(text)


def test_a_municipality_is_found_by_its_code() -> None:
    assert "kystby" in found_ids("9999")


def renamed() -> Snapshot:
    """Return Kystby with other names, and an ended authority before its municipality's."""
    ended = Authority(
        id="old", kind=AuthorityKind.MUNICIPALITY, tier=Tier.MUNICIPAL, source="kystby",
        sector=Sector.SOCIAL_SERVICES, name="Gammelby Kommune (GBK)", name_en="Oldtown",
        valid_to=date(2023, 1, 1),
    )  # fmt: skip
    follows = SucceededBy(
        id="old--kystby-kommune", source_id="old", target_id="kystby-kommune", source="kystby"
    )
    others: dict[str, dict[str, Any]] = {
        "kystby": {"aliases": frozenset({"9990 Skovsted Ø", "Strandkvarteret"})},
        "nabo": {"aliases": frozenset({"9990 Skovsted Ø", "Skovsted Ø"}), "name_en": "Nextown"},
    }
    elements = (
        replace(element, **others.get(element.id, {})) if isinstance(element, Area) else element
        for element in kystby.elements()
    )
    return snapshot_of((*elements, ended, follows))


def matches(text: str, caller: Caller | None = None) -> tuple[NameMatch, ...]:
    snapshot = renamed()
    return names(view_of(snapshot, caller) if caller else view_of(snapshot), text)


@pytest.mark.parametrize(
    ("text", "first", "alias"),
    [
        ("Strandkvarteret", "kystby", "Strandkvarteret"),
        ("strandkvarter", "kystby", "Strandkvarteret"),
        ("9990", "nabo", "9990 Skovsted Ø"),
        ("skovsted", "nabo", "9990 Skovsted Ø"),
        ("Skovsted Oe", "nabo", "Skovsted Ø"),
        ("nextown", "nabo", "Nextown"),
        ("ssp strandkvarteret", "ssp", None),
        ("who is in ssp in the Strandkvarteret?", "ssp", None),
        ("kommunen i kystby", "kystby-kommune", None),
        ("kystbys ssp", "ssp", None),
    ],
)
def test_a_node_is_found_by_its_other_names(text: str, first: str, alias: str | None) -> None:
    (match, *_) = matches(text)
    assert (match.id, match.alias) == (first, alias)


def test_a_place_alone_does_not_find_everybody_who_answers_there() -> None:
    assert [match.id for match in matches("Strandkvarteret")] == ["kystby"]


def test_an_ended_node_is_found_by_its_names_and_shows_its_successor() -> None:
    follows = NameSuccessor(id="kystby-kommune", name="Kystby Kommune", since=None, years="2022/23")
    for text in ("Gammelby Kommune", "GBK", "oldtown"):
        (match, *_) = matches(text)
        assert (match.id, match.current, match.successor) == ("old", "kystby-kommune", follows)
    before = names(View(renamed(), caller_of(Role.ANALYST), date(2022, 12, 31), today=TODAY), "gbk")
    assert [(match.id, match.successor) for match in before] == [("old", None)]


def test_an_ended_node_is_found_only_in_the_area_of_its_successor() -> None:
    assert [match.id for match in names(view_of(renamed()), "oldtown", area="kystby")] == ["old"]
    assert names(view_of(renamed()), "oldtown", area="nabo") == ()
    assert names(view_of(renamed()), "oldtown", labels=(Label.AREA,)) == ()


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("hvem er i ssp på læsø", "net-ssp-0825"),
        ("ssp in læsø", "net-ssp-0825"),
        ("SSP Laeso", "net-ssp-0825"),
        ("Læsøs SSP", "net-ssp-0825"),
        ("ssp'en på Læsø", "net-ssp-0825"),
        ("the ssp of the municipality of Læsø", "net-ssp-0825"),
        ("ssp koordinator hos Læsø kommune", "act-ssp-0825"),
        ("hvem er ssp-koordinator i Rønne?", "act-ssp-0400"),
        ("ssp 3700", "net-ssp-0400"),
        ("psp nørrebro", "net-pspo-0101"),
        ("who do I contact about SSP in Copenhagen?", "net-ssp-0101"),
        ("National Board of Social Services", "aut-socialstyrelsen"),
        ("the national board of social services", "aut-socialstyrelsen"),
        ("Servicestyrelsen", "aut-socialstyrelsen"),
        ("Danish Authority of Social Services and Housing", "aut-sbst"),
        ("Prison and Probation Service", "aut-kf-01"),
        ("Danish Prison and Probation Service", "aut-kf-01"),
        ("kriminalforsorgen", "aut-kf-01"),
        ("Rønne", "mun-0400"),
        ("Ronne", "mun-0400"),
        ("Roenne", "mun-0400"),
        ("i Rønne", "mun-0400"),
        ("Rønnes", "mun-0400"),
        ("3700", "mun-0400"),
        ("3700 Rønne", "mun-0400"),
        ("8000", "mun-0751"),
        ("Aarhus C", "mun-0751"),
        ("Århus", "mun-0751"),
        ("4000", "mun-0265"),
        ("Hellerup", "mun-0157"),
        ("Frederiksværk", "mun-0260"),
        ("7700", "mun-0787"),
        ("Hanstholm", "mun-0787"),
        ("Sydthy", "mun-0787"),
        ("787", "mun-0787"),
        ("Thisted Kommune", "aut-mun-0787"),
        ("kommunen i Thisted", "aut-mun-0787"),
        ("Nørrebro", "mun-0101"),
        ("Copenhagen", "mun-0101"),
        ("Vollsmose", "mun-0461"),
        ("Tilst", "mun-0751"),
        ("PET", "aut-pet"),
        ("Danish Security and Intelligence Service", "aut-pet"),
        ("CDE", "aut-cde"),
        ("NCFE", "aut-ncfe"),
        ("Centre for Prevention of Extremism", "aut-ncfe"),
        ("SIRI", "aut-siri"),
        ("local government denmark", "aut-kl"),
    ],
)
def test_on_the_demo_a_name_is_found_as_people_write_it(text: str, first: str) -> None:
    assert names(demo.view_of(), text)[0].id == first


@pytest.mark.parametrize("text", ["MENTORING", "mentorstøtte", "15.20.36", "Mentorstoette"])
def test_on_the_demo_a_competence_finds_the_nodes_that_have_it(text: str) -> None:
    view = demo.view_of()
    answer = names(view, text)
    assert len(answer) == 20
    assert answer[0].name.startswith("Mentor") or text == "15.20.36"
    for match in answer:
        assert "15.20.36" in {
            competence.number for competence in view.value(view.row(match.id), "competences")
        }


def test_a_competence_found_in_either_language_is_shown_in_the_requested_one() -> None:
    view = demo.view_of()
    for text in ("ssp crime prevention thisted", "kriminalpræventiv indsats ssp thisted"):
        aliases_of: Mapping[Language, str] = {
            "da": "Kriminalpræventiv indsats, SSP, 27.25.08",
            "en": "SSP crime prevention, 27.25.08",
        }
        for lang, expected in aliases_of.items():
            aliases = {match.alias for match in names(view, text, lang=lang)}
            assert expected in aliases, (text, lang)
            assert not {alias for alias in aliases if alias and "27.25.08" in alias} - {expected}


def test_on_the_demo_an_ended_authority_shows_its_successor() -> None:
    (ncfe, *_) = names(demo.view_of(), "NCFE")
    assert ncfe.successor == NameSuccessor(
        id="aut-cde", name="Center for Dokumentation og Indsats mod Ekstremisme (CDE)",
        since=date(2022, 10, 10), years=None,
    )  # fmt: skip
    (old, *_) = names(demo.view_of(), "Socialstyrelsen")
    assert old.successor == NameSuccessor(
        id="aut-sbst", name="Social- og Boligstyrelsen", since=None, years="2022/23"
    )


@pytest.mark.parametrize(
    ("text", "chosen"),
    [
        ("Rønne", "mun-0400"),
        ("3700", "mun-0400"),
        ("Frederiksværk", "mun-0260"),
        ("Thisted Kommune", "aut-mun-0787"),
        ("NCFE", "aut-cde"),
        ("Socialstyrelsen", "aut-sbst"),
    ],
)
def test_on_the_demo_an_unambiguous_name_chooses_one_node(text: str, chosen: str) -> None:
    assert choose(demo.view_of(), text, (Label.AREA, Label.AUTHORITY)) == chosen


@pytest.mark.parametrize("text", ["Hasle", "Hellerup", "Klampenborg", "Nykøbing", "4000"])
def test_on_the_demo_a_name_of_several_places_is_ambiguous(text: str) -> None:
    with pytest.raises(Ambiguous) as error:
        choose(demo.view_of(), text, (Label.AREA, Label.AUTHORITY))
    assert error.value.is_exact
    assert len(error.value.candidates) > 1


def test_on_the_demo_a_place_abroad_is_never_guessed() -> None:
    for text in ("Malmö", "Hamburg"):
        with pytest.raises(Ambiguous) as near:
            choose(demo.view_of(), text, (Label.AREA,))
        assert not near.value.is_exact
    with pytest.raises(NothingNear) as error:
        choose(demo.view_of(), "Reykjavík", (Label.AREA,))
    assert error.value.text("en").endswith("Kontaktvej knows places in Denmark only.")
    assert error.value.text("da").endswith("Kontaktvej kender kun steder i Danmark.")


def test_a_full_alias_scores_below_a_name_and_above_a_partial_match() -> None:
    scores = {match.id: match.score for match in names(demo.view_of(), "Roskilde")}
    assert scores["mun-0265"] == 1 > scores["aut-mun-0265"] >= ALIAS > scores["net-ssp-0265"]


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Æblø", "aebloe"),
        ("Århus", "aarhus"),
        ("Café  Müller", "cafe myller"),
        ("Łódź", "lodz"),
        ("Þóra Đilas", "thora dilas"),
        ("Yal\u0131n", "yalin"),
    ],
)
def test_folding_is_danish(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_a_search_for_starts_finds_only_nodes_a_path_can_start_from() -> None:
    view = demo.view_of()
    assert "aut-siri" in [match.id for match in names(view, "siri")]
    starts = [match.id for match in names(view, "siri", starts_only=True)]
    assert "aut-siri" not in starts
    assert "aut-pet-fc" in [match.id for match in names(view, "PET", starts_only=True)]
