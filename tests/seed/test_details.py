import re

import phonenumbers
import pytest

from graph.model import (
    Actor,
    ContactDetail,
    HopLink,
    Organization,
    Person,
    ReachedBy,
)
from graph.model.rule_context import RuleContext
from graph.vocabulary import (
    Channel,
)
from seed.people.builder import DEMO
from tests.seed.demo import (
    pinned,
)


@pytest.fixture(scope="module")
def world() -> RuleContext:
    return pinned()


def values(world: RuleContext) -> list[tuple[ContactDetail, str]]:
    return [
        (node, node.value.uncover())
        for node in world.nodes.values()
        if isinstance(node, ContactDetail) and node.value
    ]


def test_no_phone_number_of_the_demo_is_valid_but_112_114_and_the_hotline(
    world: RuleContext,
) -> None:
    numbers = [
        (detail, value)
        for detail, value in values(world)
        if detail.channel in (Channel.PHONE, Channel.MOBILE, Channel.EMERGENCY)
    ]
    real = {value for detail, value in numbers if detail.source != DEMO}
    assert real == {"112", "114", "+4541749090"}
    invented = [value for detail, value in numbers if detail.source == DEMO]
    assert len(set(invented)) == len(invented) > 900
    for value in invented:
        parsed = phonenumbers.parse(value)
        assert re.fullmatch(r"\+450[1-9]\d{6}", value)
        assert phonenumbers.is_possible_number(parsed)
        assert not phonenumbers.is_valid_number(parsed)


def test_all_mail_and_web_addresses_end_in_example(world: RuleContext) -> None:
    mail = (Channel.EMAIL, Channel.SECURE_EMAIL)
    addresses = [value for detail, value in values(world) if detail.channel in mail]
    assert len(addresses) > 800
    assert all(address.endswith(".example") for address in addresses)
    sites = [n.website for n in world.nodes.values() if isinstance(n, Organization)]
    assert all(site and site.endswith(".example") for site in sites)


def test_every_detail_has_exactly_one_owner(world: RuleContext) -> None:
    for node in world.nodes.values():
        if isinstance(node, ContactDetail):
            assert len(world.links_to(node.id, ReachedBy)) == 1


def test_every_detail_and_hop_was_checked_by_a_person_or_a_post(world: RuleContext) -> None:
    checkers = {
        element.verified_by
        for element in (*world.nodes.values(), *world.links.values())
        if isinstance(element, ContactDetail | HopLink) and element.verified_by
    }
    assert all(isinstance(world.nodes[checker], Person | Actor) for checker in checkers)
