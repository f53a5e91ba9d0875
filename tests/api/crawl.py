"""Every question the API can be asked, drawn from its own description: so that none is forgotten.

A parameter or a posted question that no example is known for raises KeyError, and the test that
crawls fails: whoever adds a route adds its examples here.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, cast

from api.pages import token_of

NODE: Final = "{node}"
LINK: Final = "{link}"
ACCOUNT: Final = "{account}"
QUESTION: Final = "{question}"
PLACES: Final = (NODE, LINK, ACCOUNT, QUESTION)
"""What stands in an example for each id of a kind."""
DAYS: Final = ("2026-03-01", "2026-11-25", "2026-12-07", "2027-06-01")
"""The dates asked about; they are those that worlds are drawn for."""
_AFTER_NODE: Final = (token_of("erik") or "", token_of("jens") or "", token_of("") or "")
_AFTER_CHANGE: Final = (token_of(1, "erik") or "", token_of(1, "jens") or "")

TEXTS: Final = ("kystby", "lyng", "ssp")
"""What is typed to look for."""
REQUIRED: Final[Mapping[str, Sequence[str]]] = {
    "area": ("kystby", "dk", NODE),
    "measure": ("DEGREE", "BETWEENNESS", "HARMONIC", "COMMUNITIES", "ASSORTATIVITY"),
    "bridges": ("true", "false"),
    "text": (*TEXTS, "sorensen", "formand", "en", "klubben", "fie holm", NODE),
    "from": DAYS[:2],
    "to": DAYS[2:],
    "since": ("2026-11-01T00:00:00Z",),
    "role": ("DPO", "COORDINATOR"),
    "until": ("2026-11-26T00:00:00Z",),
    "slug": ("not-found", "conflict", "nothing"),
    "node_id": (NODE,),
    "link_id": (LINK,),
    "person": (NODE,),
    "account": (ACCOUNT,),
    "question": (QUESTION,),
    "caller": (ACCOUNT,),
}
"""What parameters are given that a route cannot do without."""
OPTIONAL: Final[Mapping[str, Sequence[str]]] = {
    "on": DAYS,
    "limit": ("1", "3"),
    "page": _AFTER_NODE,
    "fields": ("name", "display_name,kind"),
    "label": ("Person", "ResourceIndividual", "ContactDetail", "Consent", "Actor"),
    "kind": ("MUNICIPALITY", "SSP", "SSP_COORDINATOR", "DIALOGUE_PARTNER"),
    "area": ("dk", "kystby", "havnen", NODE),
    "network": ("ssp", "forum", NODE),
    "source": (NODE,),
    "target": (NODE,),
    "type": ("HOLDS", "DOOR_OPENER_FOR", "KNOWS"),
    "hops": ("2",),
    "level": ("EXIT", "OUTREACH"),
    "state": ("VACANT", "HELD", "AWAY", "STALE"),
    "measure": ("reach",),
    "meets_in": ("SSP", "DIALOGUE_FORUM"),
    "by": ("POLICE_DISTRICT", "REGION"),
    "quarters": ("2",),
    "columns": ("POST_KIND", "COMPETENCE", "LANGUAGE"),
    "column": ("SSP",),
    "start": (NODE,),
    "since": ("0", "1"),
    "revision": ("0", "1", "2"),
    "ends_before": ("2026-12-01", "2027-12-31"),
    "lang": ("en",),
    "after": ("0",),
    "before": ("50",),
    "caller": (ACCOUNT,),
    "size": ("200",),
    "action": ("read_names", "reveal_detail"),
    "purpose": ("CONCERN",),
    "role": ("DPO", "COORDINATOR"),
    "until": ("2026-11-26T00:00:00Z",),
}
"""What is asked besides, one parameter at a time."""
_EXCEPT: Final[Mapping[tuple[str, str], Sequence[str]]] = {
    ("/impact", "label"): ("Network", "Person"),
    ("/relations", "kind"): ("SSP", "DIALOGUE_FORUM"),
    ("/metrics", "kind"): ("SSP", "SSP_COORDINATOR"),
    ("/coverage", "kind"): ("SSP_COORDINATOR", "RELEASE_CONTACT"),
    ("/coverage/map", "kind"): ("SSP_COORDINATOR", "RELEASE_CONTACT"),
    ("/coverage/map", "measure"): (
        "VACANT",
        "PLANS_DUE",
        "HOPS",
        "OLDEST_HOP",
        "COST",
        "CIVILIANS",
    ),
    ("/entities/{node_id}/changes", "page"): _AFTER_CHANGE,
    ("/links/{link_id}/changes", "page"): _AFTER_CHANGE,
    ("/changes", "page"): _AFTER_CHANGE,
    ("/links/due", "page"): _AFTER_CHANGE,
    ("/links", "fields"): ("verified_by", "declared_by,strength"),
    ("/links/{link_id}", "fields"): ("verified_by", "declared_by,strength"),
    ("/audit/rows", "since"): ("2026-11-01T00:00:00Z", "2026-11-26T00:00:00Z"),
    ("/audit/sample", "since"): ("2026-11-01T00:00:00Z",),
    ("/accounts", "after"): ("",),
    ("/audit/mine", "before"): (),  # it takes the id of a request, which nobody can know before
}
"""Where a name means something else."""
_SSP: Final = {"start": "ihd", "target": "ssp-post"}
BODIES: Final[Mapping[str, Sequence[Mapping[str, Any]]]] = {
    "/paths": (
        _SSP,
        {"start": "ssp-post", "target": "vindrosen"},
        {"start": "outreach", "target": "klub", "level": "OUTREACH"},
        {"start": "ihd", "target": NODE},
        {"start": NODE, "area": "nabo"},
        {"target": NODE},
        {"start": "ssp-post", "area": "kystby", "language": "so"},
        {"start": "carl", "network": ["SSP"], "gate": "SSP_115"},
        {**_SSP, "avoid": [NODE]},
        {**_SSP, "via": [NODE]},
        {"start": "duty", "trigger": "RELEASE", "area": "kystby"},
    ),
    "/paths/stops": (
        {**_SSP, "stops": ["duty"]},
        {"start": "ihd", "target": "vindrosen", "stops": [NODE]},
        {"start": "ihd", "target": NODE, "stops": ["ssp-post", "outreach"]},
    ),
    "/paths/why-not": (
        {**_SSP, "node": NODE},
        {"start": "ssp-post", "target": "vindrosen", "node": NODE},
        {"start": "ihd", "target": NODE, "node": "duty"},
    ),
    "/paths/diff": (
        {**_SSP, "against": "2027-06-02"},
        {"start": "outreach", "target": NODE, "against": "2027-06-02"},
        {"start": NODE, "area": "kystby", "against": "2027-06-02"},
    ),
    "/handover": (
        {"from_area": "kystby", "to_area": "nabo"},
        {"from_area": "nabo", "to_area": "kystby", "sectors": ["POLICE", "YOUTH"]},
        {"from_area": "havnen", "to_area": NODE, "level": "EXIT"},
    ),
    "/table": (
        {"area": "kystby", "required": ["POLICE", "YOUTH"]},
        {"area": "kystby", "required": ["SSP_COORDINATOR"], "with_deputies": True},
        {"area": "nabo", "required": ["YOUTH", NODE]},
        {"area": NODE, "required": ["YOUTH"]},
    ),
    "/reach": (
        {"start": "ihd", "sector": "YOUTH", "kinds": ["SSP_COORDINATOR"]},
        {"start": NODE, "sector": "YOUTH", "kinds": ["SSP_COORDINATOR", "OUTREACH_WORKER"]},
        {"trigger": "RELEASE", "kinds": ["RELEASE_CONTACT"], "level": "OUTREACH"},
    ),
    "/audit/terms": ({"word": "kystby"}, {"word": NODE}),
}
"""What posted questions are asked."""
_UNDATED: Final = frozenset({"/audit/terms"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Ids:
    """Which things a crawl asks about, by what takes them."""

    nodes: Sequence[str] = ()
    links: Sequence[str] = ()
    accounts: Sequence[str] = ()
    questions: Sequence[str] = ("que-0000000000000000",)

    def of(self, place: str) -> Sequence[str]:
        """Those that stand in one of the `PLACES`."""
        return {
            NODE: self.nodes, LINK: self.links, ACCOUNT: self.accounts, QUESTION: self.questions
        }[place]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One request of a caller; `about` is the id that was put in, if any."""

    method: str
    path: str
    template: str
    params: Mapping[str, str] = field(default_factory=dict[str, str])
    body: Mapping[str, Any] | None = None
    about: str | None = None

    def __str__(self) -> str:
        given = self.body if self.body is not None else self.params
        return f"{self.method} {self.path} {dict(given)}"


def routes(openapi: Mapping[str, Any]) -> frozenset[str]:
    """The method and template of each question: every GET, and what is posted to find something."""
    return frozenset(f"{method} {template}" for method, template, _ in _questions(openapi))


def questions(openapi: Mapping[str, Any], ids: Ids) -> dict[str, list[Ask]]:
    """What is asked of each route, with each id where it takes one.

    Raises: KeyError: a parameter or a posted question has no example here.
    """
    asked: dict[str, list[Ask]] = {}
    for method, template, operation in _questions(openapi):
        make = _reads(template, operation) if method == "GET" else _posts(template)
        asked[f"{method} {template}"] = [whole for one in make for whole in _about(one, ids)]
    return asked


def _questions(openapi: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    for template, operations in openapi["paths"].items():
        for method, operation in operations.items():
            if method == "get" and "{ticket}" in template:
                continue  # asked for by a ticket, which the canary crawl gets itself
            if method == "get" or operation["operationId"].startswith("find_"):
                yield method.upper(), template, operation


def _posts(template: str) -> Iterator[Ask]:
    for body in BODIES[template]:
        yield Ask(method="POST", path=template, template=template, body=body)
        for on in () if template in _UNDATED else DAYS:
            yield Ask(method="POST", path=template, template=template, body={**body, "on": on})


def _reads(template: str, operation: Mapping[str, Any]) -> Iterator[Ask]:
    parameters: Sequence[Mapping[str, Any]] = operation.get("parameters", ())
    needed = [one["name"] for one in parameters if one.get("required")]
    others = [one["name"] for one in parameters if not one.get("required")]
    bases: list[dict[str, str]] = [{}]
    for name in needed:
        values = _EXCEPT.get((template, name)) or REQUIRED[name]
        bases = [{**base, name: value} for base in bases for value in values]
    in_path = {one["name"] for one in parameters if one["in"] == "path"}
    for base in bases:
        yield _read(template, base, in_path)
        for name in (*others, "lang"):
            for value in _EXCEPT.get((template, name), OPTIONAL[name]):
                yield _read(template, {**base, name: value}, in_path)


def _read(template: str, given: Mapping[str, str], in_path: set[str]) -> Ask:
    path = template
    for name in in_path:
        path = path.replace(f"{{{name}}}", given[name])
    params = {name: value for name, value in given.items() if name not in in_path}
    return Ask(method="GET", path=path, template=template, params=params)


def _about(ask: Ask, ids: Ids) -> Iterator[Ask]:
    """It with each id in its place; itself where it has no place for one."""
    text = f"{ask.path} {ask.params} {ask.body}"
    places = [place for place in PLACES if place in text]
    if not places:
        yield ask
    for place in places[:1]:
        for one in ids.of(place):
            yield _filled(ask, {place: one, **{other: _first(ids, other) for other in places[1:]}})


def _first(ids: Ids, place: str) -> str:
    return next(iter(ids.of(place)), "nothing")


def _filled(ask: Ask, ids: Mapping[str, str]) -> Ask:
    path = ask.path
    for place, one in ids.items():
        path = path.replace(place, one)
    return Ask(
        method=ask.method, path=path, template=ask.template, about=next(iter(ids.values())),
        params={name: ids.get(value, value) for name, value in ask.params.items()},
        body=None if ask.body is None else cast("dict[str, Any]", _put(ask.body, ids)),
    )  # fmt: skip


def _put(given: object, ids: Mapping[str, str]) -> object:
    match given:
        case str():
            return ids.get(given, given)
        case list():
            return [_put(one, ids) for one in cast("list[object]", given)]
        case dict():
            return {name: _put(one, ids) for name, one in cast("dict[str, object]", given).items()}
        case _:
            return given
