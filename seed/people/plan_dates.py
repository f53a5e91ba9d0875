"""When plans were adopted and are due: nine preparedness plans within 12 months, none overdue."""

from dataclasses import replace
from datetime import timedelta
from typing import Final

from graph.model import Plan, months_later
from graph.vocabulary import PlanKind
from seed.people import scenarios
from seed.people.builder import WorldBuilder

DUE_WITHIN_A_YEAR: Final = 9
_PLAN_MONTHS: Final = 48  # barnets lov § 15(3): four years at most
_SOON_DAYS, _LATER_DAYS = (30, 360), (400, 1_400)
_AGREED_DAYS: Final = (60, 2_500)


def plan_dates(draft: WorldBuilder) -> None:
    """Dates all plans of the structure; only the duty to plan sets a day it is due."""
    stream = draft.stream("plans")
    plans = draft.all(Plan)
    duties = [plan for plan in plans if plan.kind is PlanKind.PREPAREDNESS_PLAN]
    quiet = {f"plan-prep-{place.removeprefix('mun-')}" for place in scenarios.PLACES}
    soon = set(
        stream.sample([plan.id for plan in duties if plan.id not in quiet], DUE_WITHIN_A_YEAR)
    )
    for plan in plans:
        if plan.kind is PlanKind.PREPAREDNESS_PLAN:
            days = stream.randint(*(_SOON_DAYS if plan.id in soon else _LATER_DAYS))
            _adopt_for_four_years(draft, plan, days)
        else:
            draft.swap(replace(plan, adopted_on=draft.days_ago(stream.randint(*_AGREED_DAYS))))


def _adopt_for_four_years(draft: WorldBuilder, plan: Plan, days: int) -> None:
    due_on = draft.today + timedelta(days=days)
    adopted_on = months_later(due_on, -_PLAN_MONTHS)
    due_on = months_later(adopted_on, _PLAN_MONTHS)  # 29 February is adopted on the 28th
    draft.swap(replace(plan, adopted_on=adopted_on, due_on=due_on))
