"""The revision that a caller sees: raised by changes visible to them, and by nothing else."""

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

import pytest

from graph.access.policy import Role
from graph.model import Secret
from tests.api.routes.consenting import renew, withdraw
from tests.api.test_non_interference import whole
from tests.change_sets import change_set, changed
from tests.fixtures.app import TestApp
from tests.fixtures.endpoint_examples import Ask, Ids, questions
from tests.kystby import TODAY

HEALTH: Final = "/health/revision"
_IDS: Final = Ids(nodes=("kystby", "ssp-post", "carl"), links=("ssp-post--ssp", "carl--dina"))
_OTHERS: Final = ("/audit", "/accounts", "/me")
"""Routes about accounts and about the audit log, not the register."""
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
_CIVIL: Final = frozenset(
    {"a civilian's name", "a civilian's number", "what a civilian stands for"}
)
HIDDEN_WRITES: Final[Mapping[Role, frozenset[str]]] = {
    Role.COORDINATOR: frozenset(),
    Role.OUTREACH: frozenset(),
    Role.ANALYST: _CIVIL | {
        "a professional's title", "a professional's number", "who has verified",
    },
    Role.STEWARD: _CIVIL,
    Role.DPO: frozenset(),
    Role.ADMIN: frozenset(WRITES.keys() - {"a post's hours", "a professional's languages"}),
    Role.SERVICE: _CIVIL | {"an acquaintance", "who has verified", "a withdrawal"},
}  # fmt: skip
"""The writes that are invisible to each role; all others are visible."""


def write(app: TestApp, name: str) -> None:
    element_id, fields = WRITES[name]
    app.store.apply(change_set(updates=[changed(app.store, element_id, **fields)]))


def revision_of(app: TestApp, headers: dict[str, str]) -> int:
    return app.read(HEALTH, headers)["revision"]


def asks(app: TestApp) -> list[Ask]:
    """Return one question for each route that reads the register."""
    return [
        group[0]
        for template, group in questions(app.asgi.openapi(), _IDS).items()
        if not template.partition(" ")[2].startswith(_OTHERS)
    ]


def answers(
    app: TestApp, headers: dict[str, str], requests: Iterable[Ask]
) -> list[tuple[Any, ...]]:
    return [
        whole(ask, app.http.request(ask.method, ask.path, params=ask.params, json=ask.body,
                                      headers=headers))
        for ask in requests
    ]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("role", [role for role in Role if HIDDEN_WRITES[role]])
def test_a_write_hidden_from_a_role_changes_no_byte_of_its_answers(
    app: TestApp, role: Role
) -> None:
    here, requests = app.as_(role, areas=("dk",)), asks(app)
    before = answers(app, here, requests)
    for name in sorted(HIDDEN_WRITES[role]):
        write(app, name)
    assert app.directory.revision() == app.store.revision() == 1 + len(HIDDEN_WRITES[role])
    for first, second in zip(before, answers(app, here, requests), strict=True):
        assert first == second
    assert revision_of(app, here) == 1


@pytest.mark.slow
@pytest.mark.parametrize("role", list(Role))
def test_a_write_raises_the_revision_only_for_roles_that_see_it(app: TestApp, role: Role) -> None:
    here = app.as_(role, areas=("dk",))
    for name in WRITES:
        before = revision_of(app, here)
        write(app, name)
        now = before if name in HIDDEN_WRITES[role] else app.store.revision()
        assert revision_of(app, here) == now, name


@pytest.mark.slow
@pytest.mark.parametrize("role", [Role.ANALYST, Role.STEWARD])
def test_every_answer_has_the_revision_that_the_health_route_returns(
    app: TestApp, role: Role
) -> None:
    here = app.as_(role, areas=("dk",))
    for name in ("a professional's title", "a civilian's name"):
        write(app, name)
    newest = revision_of(app, here)
    assert newest == {Role.ANALYST: 1, Role.STEWARD: 2}[role]
    expected = [json.loads(body) for _, status, _, body in answers(app, here, asks(app))
             if status == 200]  # fmt: skip
    revisions = [item["revision"] for item in expected if "revision" in item]
    assert set(revisions) == {newest}
    assert len(revisions) > 10


@pytest.mark.slow
@pytest.mark.parametrize("role", [Role.OUTREACH, Role.COORDINATOR, Role.ANALYST, Role.STEWARD])
def test_withdrawals_and_renewals_raise_the_visible_revision(app: TestApp, role: Role) -> None:
    here, dina = app.as_(role), app.as_(Role.OUTREACH, person="dina")
    withdraw(app, dina)
    assert (revision_of(app, here), renew(app, dina, "consent-jens").status_code) == (2, 201)
    assert revision_of(app, here) == app.store.revision() == 3


def test_the_change_feed_omits_writes_hidden_from_an_analyst(app: TestApp) -> None:
    here = app.as_(Role.ANALYST)
    write(app, "a professional's title")
    feed = app.get("/changes", here, since=1).json()
    assert (feed["changes"], feed["until"]) == ([], 1)
    write(app, "a post's hours")
    feed = app.get("/changes", here, since=1).json()
    assert ([change["revision"] for change in feed["changes"]], feed["until"]) == ([3], 3)


def test_the_revision_route_writes_no_audit_row(app: TestApp) -> None:
    revision_of(app, app.as_(Role.ANALYST))
    assert app.json_rows() == []
