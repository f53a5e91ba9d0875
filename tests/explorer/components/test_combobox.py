"""Names that were found, as options: in groups, the likeliest first, each told from namesakes."""

from datetime import date

from api.schemas.entities import NameHit, Names, Successor
from explorer.components.combobox import MAX_OPTIONS, options
from tests.explorer.components.saying import SAID


def hit(id: str, label: str, kind: str | None = None, *place: str) -> NameHit:
    return NameHit(id=id, label=label, kind=kind, name=id.upper(), place=place, score=0.5)


def test_an_option_says_its_kind_and_where_it_is() -> None:
    found = Names(found=(hit("ssp", "Actor", "SSP_COORDINATOR", "Thisted Kommune", "Thisted"),))
    assert options(found, SAID) == (
        {
            "id": "ssp", "label": "Actor", "kind": "~SSP_COORDINATOR", "name": "SSP",
            "detail": "Thisted Kommune, Thisted", "group": "~Actor",
        },
    )  # fmt: skip


def test_an_option_says_by_which_other_name_it_was_found() -> None:
    found = hit("mun", "Area", None, "Bornholms Politi").model_copy(update={"alias": "3700 Rønne"})
    (option,) = options(Names(found=(found,)), SAID)
    assert option["detail"] == "3700 Rønne, Bornholms Politi"


def test_an_office_that_has_ended_stands_for_its_successor() -> None:
    told = {
        "2022/23": Successor(id="new", name="Ny", years="2022/23"),
        "10. okt. 2022": Successor(id="new", name="Ny", since=date(2022, 10, 10)),
    }
    for when, successor in told.items():
        ended = hit("old", "Authority").model_copy(update={"successor": successor})
        (option,) = options(Names(found=(ended,)), SAID)
        assert (option["id"], option["name"]) == ("new", "OLD")
        assert option["detail"] == f"siden {when}: Ny"


def test_groups_stand_together_in_the_order_of_their_likeliest() -> None:
    found = Names(found=tuple(
        hit(f"{label}{at}", label) for at, label in enumerate(("Area", "Actor", "Area", "Network"))
    ))  # fmt: skip
    assert [one["id"] for one in options(found, SAID)] == ["Area0", "Area2", "Actor1", "Network3"]
    assert options(found, SAID)[0]["kind"] == "~Area"  # of what has no kind, the label is said


def test_more_than_a_list_can_hold_are_left_out_not_shown_in_small_print() -> None:
    found = Names(found=tuple(hit(str(at), "Actor") for at in range(MAX_OPTIONS + 1)))
    assert len(options(found, SAID)) == MAX_OPTIONS
    assert options(Names(found=()), SAID) == ()
