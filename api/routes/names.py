"""Who is called …?"""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from api.audited_route import AuditedRoute
from api.known import question_context
from api.schemas.names import NameHit, Names
from api.state import RequestContext
from graph.questions.names import NAMED, names
from graph.vocabulary import Label

router = APIRouter(tags=["Who is called …?"], route_class=AuditedRoute)
Asking = Annotated[
    RequestContext,
    Depends(
        question_context(
            plain=("label", "area", "on", "limit", "lang"),
            per_min=lambda settings: settings.names_per_min,
            lists_people=True,
        )
    ),
]


@router.get("/names")
def read_names(
    context: Asking,
    text: Annotated[str, Query(min_length=2, max_length=80, examples=["ssp thisted"])],
    label: Annotated[tuple[Label, ...], Query(max_length=len(NAMED))] = (),
    area: Annotated[str | None, Query(max_length=120, examples=["mun-0787"])] = None,
    on: date | None = None,
    limit: Annotated[int, Query(ge=1, le=50)] = 20,
) -> Names:
    """Who has a name like this, however it is spelled, best first; an empty list if nobody does.

    Other names count as well: English and former ones, towns, postcodes, codes, competences. A body
    that has ended is told with its successor. Small words are left out: "hvem er i ssp på læsø".
    `label` and `area` keep it to some kinds of thing, and to a place and who answers there.
    """
    found = names(context.view(on), text, labels=label or NAMED, area=area, limit=limit)
    return Names(found=tuple(NameHit.model_validate(one) for one in found))
