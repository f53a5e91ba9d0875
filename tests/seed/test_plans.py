"""Plans, and whom they bind."""

from collections import Counter

from graph.model import GovernedBy, Plan
from graph.vocabulary import LegalGate
from tests.seed.real_structure import kind, kinds, links, nodes


def test_plans_have_no_dates_of_their_own_yet() -> None:
    assert kinds(Plan) == {
        "PREPAREDNESS_PLAN": 98, "RELEASE_AGREEMENT": 98,
        "COOPERATION_PLAN": 12, "PSP_AGREEMENT": 12,
    }  # fmt: skip
    assert all(plan.adopted_on is None and plan.due_on is None for plan in nodes(Plan))


def test_only_links_to_preparedness_plans_have_their_own_gate() -> None:
    gates = Counter((kind(link.target_id), link.gate) for link in links(GovernedBy))
    assert gates == {
        ("PREPAREDNESS_PLAN", LegalGate.CHILDRENS_ACT_15_3): 98,
        ("RELEASE_AGREEMENT", None): 98,
        ("COOPERATION_PLAN", None): 12,
        ("PSP_AGREEMENT", None): 12,
    }
