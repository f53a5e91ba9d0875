"""Which changes to a post, and to who holds it, are refused?"""

from datetime import date

from graph.model import Actor, BelongsTo, DeputizesFor, EntryPointFor, Holds
from graph.vocabulary import PostKind, Rule, Sector, Tier
from tests import kystby
from tests.graph.model.breaking import NEW_YEAR, broken, found, tie


def test_a_post_answered_by_a_unit_takes_no_holder() -> None:
    link = tie(Holds, "carl", "intake")
    assert broken(link) == {(link.id, "target_id", Rule.UNIT_ONLY)}


def test_a_post_with_a_holder_cannot_turn_into_a_unit() -> None:
    things = kystby.things(**{"ssp-post": {"is_unit_only": True}})
    assert found(things, ["ssp-post"]) == {("amina--ssp-post", "target_id", Rule.UNIT_ONLY)}


def test_two_deputies_share_an_order_one_after_the_other_only() -> None:
    until, after = {"valid_to": NEW_YEAR}, {"valid_from": NEW_YEAR}
    rival = tie(DeputizesFor, "carl", "ssp-post", order=1, **after)
    assert broken(rival, **{"bo--ssp-post": until}) == set()
    assert broken(rival) == {
        (rival.id, "order", Rule.SAME_ORDER),
        ("bo--ssp-post", "order", Rule.SAME_ORDER),
    }


def test_an_order_clashes_with_nothing_that_ended_with_its_deputy() -> None:
    rival = tie(DeputizesFor, "carl", "ssp-post", order=1, valid_from=NEW_YEAR)
    assert broken(rival, bo={"valid_to": NEW_YEAR}) == set()


def test_two_entry_points_of_an_area_have_different_orders() -> None:
    first = tie(EntryPointFor, "ihd", "kystby", order=1)
    assert broken(first, tie(EntryPointFor, "duty", "kystby", order=2)) == set()
    assert broken(first, tie(EntryPointFor, "duty", "nabo", order=1)) == set()
    second = tie(EntryPointFor, "duty", "kystby", order=1)
    assert broken(first, second) == {(one.id, "order", Rule.SAME_ORDER) for one in (first, second)}


def test_a_new_post_needs_an_authority() -> None:
    post = Actor(
        id="new", kind=PostKind.MENTOR, name="Mentor, Kystby", tier=Tier.MUNICIPAL,
        sector=Sector.YOUTH, source="test",
    )  # fmt: skip
    assert broken(post) == {("new", "BELONGS_TO", Rule.ONE_SEAT)}
    assert broken(post, tie(BelongsTo, "new", "kystby-kommune")) == set()


def test_a_post_belongs_to_two_one_after_the_other_only() -> None:
    new = tie(BelongsTo, "release", "politi", valid_from=NEW_YEAR)
    assert broken(new, **{"release--kystby-kommune": {"valid_to": NEW_YEAR}}) == set()
    assert (new.id, "target_id", Rule.ONE_SEAT) in broken(new)


def test_a_post_is_never_without_an_authority_between_two() -> None:
    new = tie(BelongsTo, "release", "politi", valid_from=date(2027, 2, 1))
    ended = {"release--kystby-kommune": {"valid_to": NEW_YEAR}}
    assert broken(new, **ended) == {("release", "BELONGS_TO", Rule.ONE_SEAT)}
    assert broken(**ended) == {("release", "BELONGS_TO", Rule.ONE_SEAT)}


def test_a_seat_that_was_lost_with_its_authority_is_mended_without_closing_the_gap() -> None:
    new = tie(BelongsTo, "release", "politi", valid_from=date(2027, 2, 1))
    abolished = {"kystby-kommune": {"valid_to": NEW_YEAR}}
    things = (*kystby.things(**abolished), new)
    assert found(kystby.things(**abolished), ["kystby-kommune"]) == set()
    assert found(things, [new.id]) == set()


def test_what_was_before_the_first_link_is_no_gap() -> None:
    assert broken(**{"release--kystby-kommune": {"valid_from": date(2024, 5, 1)}}) == set()


def test_a_shared_line_belongs_to_several() -> None:
    assert broken(tie(BelongsTo, "duty", "kystby-kommune")) == set()
