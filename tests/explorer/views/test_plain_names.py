"""Names, titles and texts made of them are drawn as text: Markdown in them has no effect."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

import pytest
from google.protobuf.message import Message
from markdown_it import MarkdownIt
from markdown_it.token import Token

from explorer.address import ANALYSIS, AUDIT, CURATION, FIND, MAP, NETWORK, REGISTER, Screen
from explorer.i18n import plain
from graph.access.policy import Role
from graph.model import ContactDetail, Node
from tests.change_sets import change_set
from tests.explorer.screen import Screens
from tests.kystby import elements

pytestmark = pytest.mark.slow

MARKED: Final = "[Klik](https://ondt.example) *kursiv* `kode` :smile: www.ondt.example ![x](/y)"
_ACTIVE: Final = {"link_open", "image", "code_inline", "em_open", "html_inline", "heading_open"}
_DRAWN_BY_ITSELF: Final = re.compile(
    r"https?://|\bwww\.|[\w.]@\w+\.|:(?!material/)[a-z_+-]\w*:", re.I
)
"""Texts that Streamlit turns into links or pictures after parsing Markdown."""
_NOT_MARKDOWN: Final = frozenset({"html", "code", "text", "text_input", "text_area"})
_READ: Final = frozenset({"body", "label", "caption", "captions", "header", "placeholder"})
_CHOICES_READ: Final = frozenset({"radio", "button_group"})

_SCREENS: Final[tuple[tuple[Screen, Role, Mapping[str, str]], ...]] = (
    (FIND, Role.COORDINATOR, {}),
    (FIND, Role.COORDINATOR, {"target": "ssp-post"}),
    (FIND, Role.COORDINATOR, {"target": "ssp-post", "answer": "1"}),
    (FIND, Role.COORDINATOR, {"target": "intake", "stops": "ssp-post"}),
    (FIND, Role.COORDINATOR, {"target": "release"}),
    (FIND, Role.COORDINATOR, {"target": "release", "via": "ihd", "avoid": "ssp"}),
    (FIND, Role.COORDINATOR, {"area": "kystby", "trigger": "ACUTE"}),
    (FIND, Role.COORDINATOR, {"area": "kystby", "trigger": "CONCERN"}),
    (FIND, Role.COORDINATOR, {"trigger": "MOVE", "from_area": "kystby", "area": "nabo"}),
    (FIND, Role.OUTREACH, {"target": "jens"}),
    (REGISTER, Role.COORDINATOR, {"area": "kystby", "id": "ssp-post"}),
    (REGISTER, Role.COORDINATOR, {"id": "amina"}),
    (REGISTER, Role.OUTREACH, {"id": "jens"}),
    (MAP, Role.COORDINATOR, {"measure": "VACANT", "area": "kystby"}),
    (NETWORK, Role.COORDINATOR, {"id": "ssp-post"}),
    (CURATION, Role.COORDINATOR, {"tab": "due"}),
    (CURATION, Role.COORDINATOR, {"tab": "handover", "leaving": "amina"}),
    (CURATION, Role.COORDINATOR, {"tab": "gaps"}),
    (CURATION, Role.OUTREACH, {"tab": "consents"}),
    (ANALYSIS, Role.ANALYST, {"question": "distance", "start": "ssp-post"}),
    (AUDIT, Role.DPO, {"tab": "subject", "subject": "amina"}),
    (AUDIT, Role.DPO, {"tab": "breach", "caller": MARKED, "from": "2026-11-01",
                       "to": "2026-11-25"}),
)  # fmt: skip


@pytest.fixture(scope="module")
def marked(read_only: Screens) -> Screens:
    """Kystby with Markdown syntax in every name and title."""
    before = [node for node in elements() if isinstance(node, Node)]
    updates = [
        replace(node, **{name: f"{value} {MARKED}" for name, value in _names_of(node)})
        for node in before
        if not isinstance(node, ContactDetail)
    ]
    read_only.app.store.apply(change_set(updates=[node for node in updates if node not in before]))
    return read_only


def _names_of(node: Node) -> Iterator[tuple[str, str]]:
    for name in ("name", "title", "display_name"):
        value = getattr(node, name, None)
        if isinstance(value, str):
            yield name, value


@pytest.mark.store
@pytest.mark.parametrize(("screen", "role", "query"), _SCREENS)
def test_markdown_in_names_has_no_effect_on_any_screen(
    marked: Screens, monkeypatch: pytest.MonkeyPatch, screen: Screen, role: Role,
    query: Mapping[str, str],
) -> None:  # fmt: skip
    monkeypatch.setenv("KONTAKTVEJ_EXPLORER_API_URL", marked.address)
    person = {Role.COORDINATOR: "carl", Role.OUTREACH: "dina"}.get(role)
    app = marked.screen(screen, role, person=person, areas=("dk",), **query)
    assert not app.exception, app.exception
    texts = [text for element in app for text in _markdown_of(element)]
    assert texts
    assert [text for text in texts if _is_active(text)] == []


def _markdown_of(element: Any) -> Iterator[str]:
    """Yield the texts of an element that Streamlit parses as Markdown."""
    if element.type in _NOT_MARKDOWN:
        return
    proto = getattr(element, "proto", None)
    if isinstance(proto, Message):
        yield from _texts(proto, is_choice=element.type in _CHOICES_READ)
    if element.type == "table":
        yield from element.value.astype(str).to_numpy().ravel().tolist()


def _texts(proto: Message, *, is_choice: bool) -> Iterator[str]:
    for field, value in proto.ListFields():
        if isinstance(value, Message):
            yield from _texts(value, is_choice=is_choice)
        elif field.name in _READ or (is_choice and field.name in {"options", "content"}):
            yield from [value] if isinstance(value, str) else map(str, value)


def _is_active(text: str) -> bool:
    tokens = list(_flat(MarkdownIt("commonmark").parse(text)))
    inline = " ".join(token.content for token in tokens if token.type == "text")
    return any(token.type in _ACTIVE for token in tokens) or bool(_DRAWN_BY_ITSELF.search(inline))


def _flat(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from _flat(token.children or [])


@pytest.mark.parametrize(
    "text",
    [MARKED, "22. juli-foreningen", "1) først", "- punkt", "# overskrift", "=====", "a_b_c",
     "Team 24/7", "A | B", "$x$ og $y$", "<b>fed</b>", "&amp;", ":red[rødt]", "kl. 22:00",
     "[^1] ~~væk~~", "\\*"],
)  # fmt: skip
def test_plain_text_renders_unchanged_as_markdown(text: str) -> None:
    tokens = MarkdownIt("commonmark").parse(plain(text))
    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    (inline,) = (token for token in tokens if token.type == "inline")
    assert {token.type for token in inline.children or []} == {"text"}
    assert "".join(token.content for token in inline.children or []).replace("\u2060", "") == text


@pytest.mark.parametrize(
    "text", ["SSP-koordinator, Kystby", "Søren Åkjær", "Infohus (Nord)", "A/B"]
)
def test_an_ordinary_name_needs_no_escaping(text: str) -> None:
    assert plain(text) == text
