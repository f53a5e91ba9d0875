"""What a caller is told of the revision: raised by what may reach them, and by nothing else."""

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

import pytest

from graph.access.policy import Role
from graph.model import Secret
from tests.api.routes.consenting import renew, withdraw
from tests.api.test_non_interference import whole
from tests.change_sets import change_set, changed
from tests.fixtures.app import TestHouse
from tests.fixtures.endpoint_examples import Ask, Ids, questions
from tests.kystby import TODAY

HEALTH: Final = "/health/revision"
_IDS: Final = Ids(nodes=("kystby", "ssp-post", "carl"), links=("ssp-post--ssp", "carl--dina"))
_OTHERS: Final = ("/audit", "/accounts", "/me")
"""They tell of accounts, and of what was asked."""
WRITES: Final[Mapping[str, tuple[str, dict[str, Any]]]] = {
    "a professional's title": ("carl", {"title": "Leder"}),
    "a professional's languages": ("carl", {"languages": frozenset({"pl"})}),
    "a professional's number": ("phone-bo", {"value": Secret("+45 05 87 65 21")}),
    "an acquaintance": ("carl--dina", {"strength": 0.4}),
    "who has verified": ("intake--ssp", {"verified_by": "ihd"}),
    "a post's hours": ("intake", {"hours": "00:00-24:00"}),
    "a civilian's name": ("jens", {"display_name": "Formand Jens Nyvang"}),
    "a civilian's number": ("phone-jens", {"value": Secret("+45 07 87 65 21")}),
    "what a civilian stands for": ("jens--vindrosen", {"strength": 0.1}),
    "a withdrawal": ("consent-jens", {"withdrawn_on": TODAY}),
}
_ABSENCES: Final = frozenset({"a professional's languages"})  # written with absences
_NAMES: Final = frozenset({"a professional's title"})
_NUMBERS: Final = frozenset({"a professional's number"})
_CIVIL: Final = frozenset(
    {"a civilian's name", "a civilian's number", "what a civilian stands for"}
)
_TIES: Final = frozenset({"an acquaintance"})
_PROVENANCE: Final = frozenset({"who has verified"})
_CONSENT: Final = frozenset({"a withdrawal"})
UNTOLD: Final[Mapping[Role, frozenset[str]]] = {
    Role.COORDINATOR: frozenset(),
    Role.OUTREACH: frozenset(),
    Role.ANALYST: _NAMES | _NUMBERS | _CIVIL | _PROVENANCE,
    Role.STEWARD: _CIVIL,
    Role.DPO: frozenset(),
    Role.ADMIN: frozenset(WRITES.keys() - {"a post's hours", *_ABSENCES}),
    Role.SERVICE: _CIVIL | _TIES | _PROVENANCE | _CONSENT,
}
"""Of which writes nothing reaches a role; all others do."""


def write(house: TestHouse, name: str) -> None:
    thing, fields = WRITES[name]
    house.store.apply(change_set(updates=[changed(house.store, thing, **fields)]))


def told(house: TestHouse, headers: dict[str, str]) -> int:
    answer = house.http.get(HEALTH, headers=headers)
    assert answer.status_code == 200
    return answer.json()["revision"]


def asks(house: TestHouse) -> list[Ask]:
    """A question of each route that asks the register."""
    known = questions(house.app.openapi(), _IDS)
    return [
        several[0]
        for template, several in known.items()
        if not template.partition(" ")[2].startswith(_OTHERS)
    ]


def answers(
    house: TestHouse, headers: dict[str, str], wanted: Iterable[Ask]
) -> list[tuple[Any, ...]]:
    return [
        whole(ask, house.http.request(ask.method, ask.path, params=ask.params, json=ask.body,
                                      headers=headers))
        for ask in wanted
    ]  # fmt: skip


@pytest.mark.parametrize("role", [role for role in Role if UNTOLD[role]])
def test_a_write_that_is_nothing_to_a_role_changes_no_byte_of_any_answer(
    house: TestHouse, role: Role
) -> None:
    here, wanted = house.as_(role, areas=("dk",)), asks(house)
    before = answers(house, here, wanted)
    for name in sorted(UNTOLD[role]):
        write(house, name)
    assert house.directory.revision() == house.store.revision() == 1 + len(UNTOLD[role])
    for one, other in zip(before, answers(house, here, wanted), strict=True):
        assert one == other
    assert told(house, here) == 1


@pytest.mark.parametrize("role", list(Role))
def test_every_other_write_is_told(house: TestHouse, role: Role) -> None:
    here = house.as_(role, areas=("dk",))
    for name in WRITES:
        before = told(house, here)
        write(house, name)
        now = before if name in UNTOLD[role] else house.store.revision()
        assert told(house, here) == now, name


@pytest.mark.parametrize("role", [Role.ANALYST, Role.STEWARD])
def test_every_answer_tells_the_revision_that_a_screen_asks_for(
    house: TestHouse, role: Role
) -> None:
    here = house.as_(role, areas=("dk",))
    for name in ("a professional's title", "a civilian's name"):
        write(house, name)
    newest = told(house, here)
    assert newest == {Role.ANALYST: 1, Role.STEWARD: 2}[role]
    known = [json.loads(body) for _, status, _, body in answers(house, here, asks(house))
             if status == 200]  # fmt: skip
    revisions = [one["revision"] for one in known if "revision" in one]
    assert set(revisions) == {newest}
    assert len(revisions) > 10


@pytest.mark.parametrize("role", [Role.OUTREACH, Role.COORDINATOR, Role.ANALYST, Role.STEWARD])
def test_a_withdrawal_and_a_renewal_are_told_to_whoever_sees_or_counts_civilians(
    house: TestHouse, role: Role
) -> None:
    here, dina = house.as_(role), house.as_(Role.OUTREACH, person="dina")
    withdraw(house, dina)
    assert told(house, here) == 2
    assert renew(house, dina, "consent-jens").status_code == 201
    assert told(house, here) == house.store.revision() == 3


def test_a_change_that_is_nothing_to_an_analyst_is_no_news_in_the_feed(house: TestHouse) -> None:
    here = house.as_(Role.ANALYST)
    write(house, "a professional's title")
    feed = house.http.get("/changes", params={"since": 1}, headers=here).json()
    assert (feed["changes"], feed["until"]) == ([], 1)
    write(house, "a post's hours")
    feed = house.http.get("/changes", params={"since": 1}, headers=here).json()
    assert ([one["revision"] for one in feed["changes"]], feed["until"]) == ([3], 3)


def test_asking_for_the_revision_leaves_no_row(house: TestHouse) -> None:
    told(house, house.as_(Role.ANALYST))
    assert house.told() == []
