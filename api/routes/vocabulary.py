"""Which words are there, and what are they called?"""

from collections.abc import Mapping
from typing import Annotated, Final

from fastapi import APIRouter, Depends

from api.audit.verify import BreakReason
from api.audited_route import AuditedRoute
from api.dependencies import may
from api.schemas.vocabulary import Enumeration, Vocabulary, WordOf
from api.state import RequestContext
from graph.access.field_groups import FieldGroup
from graph.access.policy import Action, Role, Scope, Task
from graph.access.purposes import Purpose
from graph.exchange.loss_report import LossKind
from graph.model import ChangeKind, Reason
from graph.paths import answer_terms
from graph.paths.kernel.request import Direction, FewerWhy
from graph.paths.path_diff import PathChangeReason, PathFate
from graph.questions.coverage_map import MapLack, MapMeasure
from graph.questions.coverage_matrix import MatrixColumns
from graph.questions.handover import Gap
from graph.questions.history import Turn
from graph.questions.impact import SuccessorWhy, Worsening
from graph.questions.metrics import Metric
from graph.questions.owners import OwnerWhy
from graph.questions.post_states import PostState
from graph.questions.reference_needs import Reference
from graph.vocabulary import (
    AreaKind,
    Attendance,
    AuthorityKind,
    Channel,
    Competence,
    Confidence,
    ConsentPurpose,
    CoordinationFunction,
    Freshness,
    Label,
    Language,
    LegalGate,
    LinkType,
    NetworkKind,
    ObtainedHow,
    OrganizationKind,
    PlanKind,
    PostKind,
    PreventionLevel,
    ResourceKind,
    Rule,
    Sector,
    SupportKind,
    Term,
    Tier,
    Trigger,
    Visibility,
)

router = APIRouter(tags=["Which words are there?"], route_class=AuditedRoute)
Asking = Annotated[RequestContext, Depends(may(Task.OWN, plain=("lang",)))]
_OWN_NAME: Final[tuple[type[Term], ...]] = (
    Action, AreaKind, Attendance, AuthorityKind, ChangeKind, Channel, Competence,
    Confidence, ConsentPurpose, CoordinationFunction, Direction, FewerWhy,
    FieldGroup, Freshness, Gap, Label, LegalGate, LinkType, LossKind, MapLack, MapMeasure,
    MatrixColumns, Metric, NetworkKind, ObtainedHow, OrganizationKind, OwnerWhy, PathFate,
    PlanKind, PostKind, PostState, PreventionLevel, Purpose, Reference, ResourceKind,
    Role, Rule, Scope, Sector,
    SuccessorWhy, SupportKind, Task, Tier, Trigger, Turn, Visibility, Worsening,
    answer_terms.AvailabilityState, answer_terms.Cause, answer_terms.DirectGround,
    answer_terms.FitGroup, answer_terms.FitNeed,
    answer_terms.NoteKind, answer_terms.Obstacle, answer_terms.PassedWhy, answer_terms.Relaxed,
)  # fmt: skip
ENUMERATIONS: Final[Mapping[str, type[Term]]] = {
    **{words_of.__name__: words_of for words_of in _OWN_NAME},
    "Break": BreakReason,
    "ChangeReason": Reason,
    "PathReason": answer_terms.Reason,
    "PathWhy": PathChangeReason,
    "Rung": answer_terms.AnswerRole,
}
"""Every enumeration that travels, by its name on the wire."""


@router.get("/vocabulary")
def read_vocabulary(context: Asking, lang: Language | None = None) -> Vocabulary:  # noqa: ARG001 - read by `context`
    """Every word in use: its identifier, and what it is called in Danish and English."""
    return Vocabulary(
        enumerations=tuple(
            Enumeration(name=name, words=tuple(_told(word, context.lang) for word in words_of))
            for name, words_of in sorted(ENUMERATIONS.items())
        )
    )


def _told(word: Term, lang: Language) -> WordOf:
    return WordOf(
        id=word.value,
        label=word.label(lang),
        label_da=word.label_da,
        label_en=word.label_en,
        code=word.number if isinstance(word, Competence) else None,
    )
