"""The kinds that a word of a file is read as: found by identifier or label, of one family.

The family of a field is the enumeration of its kinds. An own kind belongs to the family of its
parent.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from graph.errors import InvalidNeed
from graph.exchange.imports.register import ImportRegister
from graph.exchange.imports.targets import TargetField
from graph.exchange.imports.words import KindProposal, plain
from graph.model.base import OWN_KIND_ID
from graph.own_kinds import LABEL_OF, OwnKinds
from graph.vocabulary import Competence, Language, NetworkKind, PostKind, Sector, Term, Tier

_SURE: Final = 100
KINDS_OF: Final[Mapping[TargetField, type[PostKind] | type[NetworkKind]]] = {
    TargetField.POST: PostKind, TargetField.NETWORK: NetworkKind,
}  # fmt: skip
"""The family of each field of a list whose words are kinds."""
_FAMILIES: Final[Mapping[type[Term], tuple[str, str]]] = {
    **{kinds: (label.label_da, label.label_en) for kinds, label in LABEL_OF.items()},
    Sector: ("Sektor", "Sector"),
    Competence: ("Kompetence", "Competence"),
    Tier: ("Niveau", "Tier"),
}
"""The name of each family in Danish and English."""


def find_kind(
    text: str, families: Sequence[type[Term]], own_kinds: OwnKinds, *, name: str
) -> KindProposal:
    """Return the kind of some families whose identifier or label a text is, ignoring case.

    Raises: InvalidNeed: there is none, or several have the label; `name` is that of the option or
        member that has the text.
    """
    kinds, key, words = _kinds(families, own_kinds), text.strip().casefold(), plain(text)
    for kind in kinds:
        if key == kind.id.casefold():
            return kind
    same = [
        kind for kind in kinds if words in map(plain, (kind.id, kind.label("da"), kind.label("en")))
    ]
    if len(same) == 1:
        return same[0]
    raise no_such_kind(text, families, own_kinds, name=name, same=same)


def no_such_kind(
    text: str,
    families: Sequence[type[Term]],
    own_kinds: OwnKinds,
    *,
    name: str,
    same: Sequence[KindProposal] = (),
) -> InvalidNeed:
    """Return the error for a text that is no kind of some families, or the label of the `same`.

    It names an own kind of another family, or an identifier that is unknown.
    """
    others = tuple(family for family in _FAMILIES if family not in families)
    if not same and (row := own_kinds.find_by_name(text.strip(), others)) is not None:
        own, labels = _FAMILIES[type(row.parent)], [_FAMILIES[family] for family in families]
        danish = " eller ".join(label for label, _ in labels)
        english = " or ".join(label for _, label in labels)
        return InvalidNeed(
            name,
            f"{row.id} er en egen type under {own[0]}, ikke under {danish}",
            f"{row.id} is an own kind beneath {own[1]}, not beneath {english}",
        )
    listed = ", ".join(kind.id for kind in same or _kinds(families, own_kinds))
    danish, english = f"skal være et af {listed}", f"must be one of {listed}"
    if not same and OWN_KIND_ID.fullmatch(text.strip()):
        danish = f"der er ingen type {text.strip()}; {danish}"
        english = f"there is no kind {text.strip()}; {english}"
    return InvalidNeed(name, danish, english)


def _kinds(families: Sequence[type[Term]], own_kinds: OwnKinds) -> list[KindProposal]:
    shipped = [KindProposal(kind, _SURE) for family in families for kind in family]
    own = [
        KindProposal(row.parent, _SURE, row)
        for row in own_kinds.rows
        if isinstance(row.parent, tuple(families))
    ]
    return shipped + own


def removed_kind(target: TargetField, value: str | None, own_kinds: OwnKinds) -> str | None:
    """Return the id of an own kind that a saved reading of a list names and that is there no more.

    An own kind that now belongs to another family is none of the field either. The id of a network
    of the register is not of the form of such an id.
    """
    family = KINDS_OF.get(target)
    if family is None or value is None or not OWN_KIND_ID.fullmatch(value):
        return None
    return value if own_kinds.kind_of(value, family) is None else None


def reading_label(value: str, register: ImportRegister, lang: Language) -> str:
    """Return what a reading of a list means: the label of a kind, or the name of an authority."""
    if not value:
        return "udelades" if lang == "da" else "left out"
    for family in KINDS_OF.values():
        match = register.own_kinds.kind_of(value, family)
        if match is not None:
            kind, own = match
            return (own or kind).label(lang)
    return register.names.get(value, value)
