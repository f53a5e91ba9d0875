"""Wire models of health and vocabulary."""

from typing import Annotated

from pydantic import BaseModel, Field

from api.schemas.base import Wire, Words
from api.schemas.changes import Asked


class Ready(BaseModel):
    """It answers."""

    is_ready: bool = Field(examples=[True])


class Revision(BaseModel):
    """The highest revision that wrote anything of what may reach you; 0: none did."""

    revision: int = Field(ge=0, examples=[1])


class WordOf(Wire):
    """An identifier, and what it is called."""

    id: str = Field(examples=["SSP_COORDINATOR"])
    label: str = Field(examples=["SSP-koordinator"])
    label_da: str = Field(examples=["SSP-koordinator"])
    label_en: str = Field(examples=["SSP coordinator, municipality"])
    code: str | None = Field(
        default=None,
        description="of a competence: its KLE number or `kv:` code",
        examples=["27.25"],
    )


class Enumeration(Wire):
    """The words of one enumeration, in their own order."""

    name: str = Field(examples=["PostKind"])
    words: tuple[WordOf, ...]


class OwnKind(Wire):
    """A kind of the installation's own: a word of the enumeration `of`, beneath `parent`.

    `is_a` is the kind directly above it: `parent`, or another own one. A node of it has `parent` as
    its `kind` and this as its `own_kind`; posts are of these `tiers`, and a network has this `gate`
    or a stricter one.
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
    """All enumerations, by name, and the own kinds; `label` is in the language asked for."""

    enumerations: tuple[Enumeration, ...]
    own_kinds: tuple[OwnKind, ...] = ()


class KeptOwnKind(OwnKind):
    """An own kind in the file: which of its keys narrow what is above it, and who is of it."""

    narrows: Words = Field(examples=[["tiers"]])
    nodes: int = Field(description="how many nodes are of it and have not ended", examples=[3])


class KeptOwnKinds(Wire):
    """The own kinds in the order of the file."""

    found: tuple[KeptOwnKind, ...]
    may_change: bool = Field(examples=[True])
    why_not: str | None = Field(description="why you may not change them", examples=[None])
    faults: tuple[str, ...] = Field(
        description="what is wrong with the file on the server; its last good content is in force",
        examples=[[]],
    )


Text = Annotated[str, Field(max_length=400)]


class AskedOwnKind(Asked):
    """The row of an own kind: `of` names an enumeration, `is_a` the kind it is beneath.

    `tiers` and `is_unit_only` of a post and `gate` of a network narrow what is above; without them,
    the kind has what the one above it has.
    """

    of: Text = Field(examples=["PostKind"])
    is_a: Text = Field(examples=["OUTREACH_WORKER"])
    label_da: Text = Field(examples=["Demokratikonsulent"])
    label_en: Text = Field(examples=["Democracy adviser"])
    tiers: tuple[Text, ...] = Field(default=(), max_length=20, examples=[["COMMUNITY"]])
    is_unit_only: bool = Field(default=False, examples=[False])
    gate: Text | None = Field(default=None, examples=[None])


class NewOwnKind(AskedOwnKind):
    """An own kind to add; its id is what nodes keep, and does not change."""

    id: Text = Field(examples=["DEMOKRATIKONSULENT"])
