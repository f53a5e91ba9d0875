import pytest

from graph.access.policy import Role
from graph.access.view import View
from graph.errors import NotFound
from graph.questions.entities import link, links
from graph.vocabulary import Freshness, LinkType
from tests import kystby


def view(*roles: Role) -> View:
    return kystby.view_of(kystby.snapshot(), kystby.caller_of(*(roles or (Role.COORDINATOR,))))


def test_links_are_found_by_their_ends_and_type() -> None:
    seen = view()
    assert [one.id for one in links(seen, source="ssp-post").found] == [
        "ssp-post--kystby-kommune",
        "ssp-post--ssp",
    ]
    (held,) = links(seen, target="ssp-post", type=LinkType.HOLDS).found
    assert (held.source.id, held.fields["share"]) == ("amina", 1.0)
    assert links(seen, source="ssp-post", target="forum").found == ()


def test_a_link_tells_when_it_was_checked_and_one_that_never_is_does_not() -> None:
    member = link(view(), "intake--ssp")
    assert member.check is not None
    assert (member.check.days, member.check.freshness) == (297, Freshness.STALE)
    assert link(view(), "amina--ssp-post").check is None


def test_a_hidden_end_hides_its_links_and_asking_for_it_is_not_found() -> None:
    with pytest.raises(NotFound):
        link(view(), "erik--nabo-ssp")
    with pytest.raises(NotFound):
        links(view(), source="erik")
    with pytest.raises(NotFound):
        link(view(), "no-such-link")
    assert links(view(), target="nabo-ssp", type=LinkType.HOLDS).found == ()


def test_who_checked_a_link_is_for_those_who_may_know() -> None:
    assert link(view(), "intake--ssp").fields["verified_by"] == "ssp-post"
    assert not {"verified_by", "revision"} & link(view(Role.ANALYST), "intake--ssp").fields.keys()


def test_pages_go_on_where_the_last_one_ended() -> None:
    seen = view()
    first = links(seen, type=LinkType.BELONGS_TO, limit=5)
    assert first.after == first.found[-1].id
    rest = links(seen, type=LinkType.BELONGS_TO, after=first.after or "")
    assert rest.after is None
    assert len(first.found) + len(rest.found) == 7
