# pyright: reportOptionalMemberAccess=false
from datetime import UTC, date, datetime
from typing import Any

import pytest

from graph.access.policy import Caller, Role
from graph.model import Change, ChangeKind, ChangeReason
from graph.questions.changes import visible_changes
from graph.vocabulary import Label, LinkType
from tests import kystby

SNAPSHOT = kystby.snapshot()
HERE = kystby.caller_of(Role.COORDINATOR)
ANALYST = kystby.caller_of(Role.ANALYST, areas=("dk",))


def change(what: Label | LinkType, touched: str, **before: Any) -> Change:
    return Change(
        revision=7, touched=touched, kind=ChangeKind.UPDATED, what=what, fields=tuple(before),
        before=before, made_by="tester", made_at=datetime(2026, 11, 20, tzinfo=UTC),
        reason=ChangeReason.CORRECTED,
    )  # fmt: skip


AMINA = change(Label.PERSON, "amina", name=b"sealed", title=b"sealed", absent_from=date(2026, 1, 1))
MEMBER = change(LinkType.MEMBER_OF, "intake--ssp", verified_by="bo", strength=0.4)


def test_a_change_omits_sealed_personal_values_and_shows_the_rest() -> None:
    visible_change = visible_changes(kystby.view_of(SNAPSHOT, HERE), AMINA)
    assert visible_change.fields == ("name", "title", "absent_from")
    assert visible_change.before == {"absent_from": date(2026, 1, 1)}
    assert (visible_change.made_by, visible_change.reason) == ("tester", ChangeReason.CORRECTED)


def test_a_change_hides_unreadable_fields_and_its_author_and_reason() -> None:
    visible_change = visible_changes(kystby.view_of(SNAPSHOT, ANALYST), AMINA)
    assert visible_change.fields == ("absent_from",)
    assert (visible_change.made_by, visible_change.reason) == (None, None)
    named = change(Label.PERSON, "amina", name=b"sealed")
    assert visible_changes(kystby.view_of(SNAPSHOT, ANALYST), named) is None
    visible_change = visible_changes(kystby.view_of(SNAPSHOT, ANALYST), MEMBER)
    assert dict(visible_change.before) == {"strength": 0.4}


@pytest.mark.parametrize(
    ("caller", "is_visible"),
    [
        (HERE, False),  # the town next door
        (kystby.caller_of(Role.COORDINATOR, areas=("nabo",)), True),
        (kystby.caller_of(Role.STEWARD), False),
        (kystby.caller_of(Role.OUTREACH), False),
        (ANALYST, True),
        (kystby.caller_of(Role.DPO), True),
        (kystby.caller_of(Role.SERVICE, areas=("nabo",)), False),
        (kystby.caller_of(Role.ADMIN, areas=("nabo",)), False),
    ],
)
def test_changes_are_visible_by_role_and_for_most_roles_only_in_own_areas(
    caller: Caller, is_visible: bool
) -> None:
    view = kystby.view_of(SNAPSHOT, caller)
    assert view.find("nabo-ssp") is not None
    post_change = visible_changes(view, change(Label.ACTOR, "nabo-ssp", hours="MO-FR 08:00-14:00"))
    assert (post_change is not None) is is_visible
    if caller.grants[0].role is not Role.ADMIN:
        link_change = visible_changes(
            view, change(LinkType.BELONGS_TO, "nabo-ssp--nabo-kommune", source="x")
        )
        assert (link_change is not None) is is_visible


def test_a_hidden_thing_has_no_changes() -> None:
    view = kystby.view_of(SNAPSHOT, HERE)
    assert visible_changes(view, change(Label.PERSON, "erik", title=None)) is None
    assert visible_changes(view, change(LinkType.HOLDS, "erik--nabo-ssp", share=0.5)) is None
    assert visible_changes(view, change(Label.ACTOR, "gone", hours=None)) is None


def test_a_changed_contact_value_is_listed_without_the_value() -> None:
    number = change(Label.CONTACT_DETAIL, "phone-bo", value=b"sealed", hint="+45 •• •• •• 11")
    visible_change = visible_changes(kystby.view_of(SNAPSHOT, HERE), number)
    assert visible_change.fields == ("value", "hint")
    assert dict(visible_change.before) == {"hint": "+45 •• •• •• 11"}
    assert visible_changes(kystby.view_of(SNAPSHOT, ANALYST), number) is None
