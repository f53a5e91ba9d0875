"""Who is called ...? On Kystby, and on a few namesakes beside it."""

import pytest

from graph.access import Role
from graph.errors import NotFound
from graph.model import Holds, Person
from graph.questions.names import NAMED, fold, names
from graph.snapshot import Snapshot, snapshot_of
from graph.view import View
from graph.vocabulary import Freshness, Label
from tests import kystby
from tests.kystby import caller_of, view_of


def found(text: str, view: View | None = None, labels: tuple[Label, ...] = NAMED) -> list[str]:
    return [one.id for one in names(view or view_of(kystby.snapshot()), text, labels=labels)]


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
    assert found(text)[0] == first


@pytest.mark.parametrize("text", ["", "  ", "?!", "xyzzy", "kystby xyzzy", "zq"])
def test_a_text_that_names_nothing_finds_nothing(text: str) -> None:
    assert found(text) == []


def test_the_very_name_comes_before_longer_names_that_hold_it() -> None:
    answer = names(view_of(kystby.snapshot()), "Kystby")
    assert answer[0].id == "kystby"
    assert answer[0].score == 1
    assert all(one.score < 1 for one in answer[1:])


def test_the_search_can_be_kept_to_some_labels() -> None:
    assert set(found("kystby", labels=(Label.NETWORK,))) == {"ssp"}


def test_the_search_can_be_kept_to_a_place_and_who_answers_there() -> None:
    view = view_of(kystby.snapshot())
    in_havnen = [one.id for one in names(view, "havnen", area="havnen")]
    assert {"havnen", "outreach", "forum"} <= set(in_havnen)
    assert [one.id for one in names(view, "ssp", area="nabo")] == ["nabo-ssp"]
    assert [one.id for one in names(view, "sørensen", area="kystby")] == ["bo"]
    with pytest.raises(NotFound):
        names(view, "ssp", area="nowhere")


def test_what_is_found_says_when_it_was_checked() -> None:
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
    return snapshot_of((*kystby.things(), twin, seat))


def test_namesakes_are_told_apart_by_their_place() -> None:
    answer = names(view_of(namesakes()), "bo rugvang sørensen")
    assert [(one.id, one.place) for one in answer[:2]] == [
        ("bo", ("SSP-koordinator, Kystby",)),
        ("bo-2", ("SSP-koordinator, Naboby",)),
    ]


def test_a_post_shows_its_body_and_its_area() -> None:
    (ssp, *_) = names(view_of(kystby.snapshot()), "SSP-koordinator, Kystby")
    assert ssp.place == ("Kystby Kommune", "Kystby")
    assert ssp.kind is not None
    assert ssp.kind.label_da == "SSP-koordinator"


def test_a_hidden_name_is_not_found_and_changes_no_order() -> None:
    next_door = caller_of(Role.COORDINATOR, areas=("nabo",))
    assert "amina" not in found("amina", view_of(kystby.snapshot(), next_door))
    without = snapshot_of(kystby.things(without={"amina", "amina--ssp-post"}))
    assert found("sørensen", view_of(kystby.snapshot(), next_door)) == found(
        "sørensen", view_of(without, next_door)
    )


def test_an_analyst_finds_posts_but_no_people() -> None:
    analyst = caller_of(Role.ANALYST, areas=("dk",))
    assert found("sørensen", view_of(kystby.snapshot(), analyst)) == []
    assert found("ssp-koordinator", view_of(kystby.snapshot(), analyst))


def test_a_municipality_is_found_by_its_code() -> None:
    assert "kystby" in found("9999")


@pytest.mark.parametrize(
    ("text", "folded"),
    [("Æblø", "aebloe"), ("Århus", "aarhus"), ("Café  Müller", "cafe myller"), ("Łódź", "lodz")],
)
def test_folding_is_danish(text: str, folded: str) -> None:
    assert fold(text) == folded
