"""Wire models of health and vocabulary."""

from pydantic import BaseModel, Field

from api.schemas.base import Wire, Words


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
