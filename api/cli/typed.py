"""A name as it was typed: mended, and refused where it tells of a citizen. Nothing keeps it."""

from graph.errors import InvalidNeed, RefusedContent
from graph.model.content_filter import normalize_text, refuse_content


def typed(field: str, text: str) -> str:
    """The text to search for. Source of the words: explorer.md §2.0.

    Raises:
        InvalidNeed: it is empty, or of a kind that is never stored, which is never searched for.
    """
    text = normalize_text(text)
    if not text:
        raise InvalidNeed(field, "skriv et navn eller et id", "type a name or an id")
    try:
        refuse_content(field, text)
    except RefusedContent as error:
        raise InvalidNeed(
            field,
            f"{error.rule.label('da')}. Søg efter funktion, sted eller emne, aldrig efter borgere.",
            f"{error.rule.label('en')}. Search for a post, place or subject, never for citizens.",
        ) from None  # the text goes no further
    return text
