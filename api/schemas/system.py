"""Wire models of health and vocabulary."""

from typing import Annotated

from pydantic import BaseModel, Field

from api.schemas.base import Wire, Words
from api.schemas.changes import RequestBody


class Ready(BaseModel):
    """Whether the server can answer."""

    is_ready: bool = Field(examples=[True])


class Revision(BaseModel):
    """The newest revision that may affect your answers; 0 if there is none."""

    revision: int = Field(ge=0, examples=[1])


class WordOf(Wire):
    """An identifier, and its names."""

    id: str = Field(examples=["SSP_COORDINATOR"])
    label: str = Field(examples=["SSP-koordinator"])
    label_da: str = Field(examples=["SSP-koordinator"])
    label_en: str = Field(examples=["SSP coordinator, municipality"])
    code: str | None = Field(
        default=None,
        description="the KLE number or `kv:` code of a competence",
        examples=["27.25"],
    )


class Enumeration(Wire):
    """The values of an enumeration, in their order."""

    name: str = Field(examples=["PostKind"])
    words: tuple[WordOf, ...]


class OwnKind(Wire):
    """A kind that this installation has added: a word of the enumeration `of`, beneath `parent`.

    `is_a` is the kind directly above it: `parent`, or another own kind. A node of it has `parent`
    as `kind` and this kind as `own_kind`; its posts have one of `tiers`, and its networks have this
    `gate` or a stricter one.
    """

    id: str = Field(examples=["DEMOKRATIKONSULENT"])
    of: str = Field(examples=["PostKind"])
    parent: str = Field(examples=["OUTREACH_WORKER"])
    is_a: str = Field(examples=["OUTREACH_WORKER"])
    label: str = Field(examples=["Demokratikonsulent"])
    label_da: str = Field(examples=["Demokratikonsulent"])
    label_en: str = Field(examples=["Democracy adviser"])
    tiers: Words = Field(default=(), examples=[["COMMUNITY"]])
    is_unit_only: bool = Field(default=False, examples=[False])
    gate: str | None = Field(default=None, examples=["SSP_115"])


class Vocabulary(Wire):
    """All enumerations by name, and the own kinds; `label` is in the language of the request."""

    enumerations: tuple[Enumeration, ...]
    own_kinds: tuple[OwnKind, ...] = ()


class KeptOwnKind(OwnKind):
    """An own kind of the file: what it narrows, and how many nodes are of it."""

    narrows: Words = Field(examples=[["tiers"]])
    nodes: int = Field(description="the number of nodes of it that have not ended", examples=[3])


class KeptOwnKinds(Wire):
    """The own kinds, in the order of the file."""

    found: tuple[KeptOwnKind, ...]
    may_change: bool = Field(examples=[True])
    why_not: str | None = Field(description="why you may not change them, if so", examples=[None])
    faults: tuple[str, ...] = Field(
        description="the faults of the file on the server; its last good content is in force",
        examples=[[]],
    )


Text = Annotated[str, Field(max_length=400)]


class AskedOwnKind(RequestBody):
    """The row of an own kind: `of` names an enumeration, `is_a` the kind it is beneath.

    `tiers` and `is_unit_only` of a post, and `gate` of a network, narrow those of the kind above;
    without them, it has the same.
    """

    of: Text = Field(examples=["PostKind"])
    is_a: Text = Field(examples=["OUTREACH_WORKER"])
    label_da: Text = Field(examples=["Demokratikonsulent"])
    label_en: Text = Field(examples=["Democracy adviser"])
    tiers: tuple[Text, ...] = Field(default=(), max_length=20, examples=[["COMMUNITY"]])
    is_unit_only: bool = Field(default=False, examples=[False])
    gate: Text | None = Field(default=None, examples=[None])


class NewOwnKind(AskedOwnKind):
    """An own kind to add; nodes refer to it by its id, which does not change."""

    id: Text = Field(examples=["DEMOKRATIKONSULENT"])
