"""Wire models of health and vocabulary."""

from pydantic import BaseModel, Field

from api.schemas.base import Wire


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


class Vocabulary(Wire):
    """All enumerations, by name; `label` is in the language asked for."""

    enumerations: tuple[Enumeration, ...]
