"""The message catalogs hold a translation of each message in code, and no other message."""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast

import pytest
from babel.messages.catalog import Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir

from api import i18n as api_i18n
from api.i18n import catalogs
from explorer import i18n as explorer_i18n
from explorer.address import SCREENS
from graph.exchange.csv import METRIC_HEADS
from graph.exchange.formats.csv_tables import NODE_HEAD
from graph.vocabulary import Language

ROOT: Final = Path(__file__).parents[1]
_METHODS: Final = [("**.py", "python"), ("templates/**.html", "jinja2")]
_PLACEHOLDER: Final = re.compile(r"\{(\w+)")
Key = tuple[str | None, str]


@dataclass(frozen=True)
class Package:
    name: str
    locale: Path
    keywords: Mapping[str, Any]
    others: frozenset[str] = frozenset()

    def in_code(self) -> Iterator[Key]:
        messages = extract_from_dir(ROOT / self.name, method_map=_METHODS, keywords=self.keywords)
        for _file, _line, message, _comments, context in messages:
            yield context, _texts(message)[0]
        yield from ((None, message) for message in self.others)

    def danish(self) -> Iterator[Message]:
        for catalog in catalogs(self.locale, "da"):
            yield from (message for message in catalog if message.id)


PACKAGES: Final = (
    Package("api", api_i18n.LOCALE, {**DEFAULT_KEYWORDS, "bilingual": None}),
    Package(
        "explorer",
        explorer_i18n.LOCALE,
        {"_": None, "gettext_in": (2,), "ngettext": (1, 2)},
        frozenset(screen.title for screen in SCREENS),
    ),
)
each_package = pytest.mark.parametrize("package", PACKAGES, ids=lambda one: one.name)


@pytest.mark.slow
@each_package
def test_every_message_in_code_is_in_the_danish_catalog_and_no_other(package: Package) -> None:
    in_code, translated = set(package.in_code()), {_key(message) for message in package.danish()}
    assert in_code - translated == set(), "not translated"
    assert translated - in_code == set(), "translated, but not used"


@each_package
def test_no_message_is_inside_an_f_string_where_babel_does_not_see_it(package: Package) -> None:
    inside = [
        f"{path}:{call.lineno}"
        for path in sorted((ROOT / package.name).rglob("*.py"))
        if "node_modules" not in path.parts
        for text in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(text, ast.JoinedStr)
        for call in ast.walk(text)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id in package.keywords
        and call.args
        and isinstance(call.args[0], ast.Constant)
    ]
    assert inside == []


@each_package
def test_a_message_has_the_same_translation_in_all_catalogs(package: Package) -> None:
    translations: dict[Key, set[tuple[str, ...]]] = {}
    for message in package.danish():
        translations.setdefault(_key(message), set()).add(_texts(message.string))
    assert {message: texts for message, texts in translations.items() if len(texts) > 1} == {}


@each_package
def test_danish_is_complete_and_keeps_the_placeholders(package: Package) -> None:
    for message in package.danish():
        ids, strings = _texts(message.id), _texts(message.string)
        assert all(strings), message.id
        assert not message.fuzzy
        names = {name for text in ids for name in _PLACEHOLDER.findall(text)}
        assert {name for text in strings for name in _PLACEHOLDER.findall(text)} <= names, (
            message.id
        )
        assert not any("!" in text for text in strings), "no exclamation marks"


_REPLACED: Final = re.compile(
    r"Nævn ingen|fælles retsgrundlag|[Ææ]ldre kontrol|[Ee]gne arter|Kuratering|Kæden|kæden er hel"
    r"|Listens sted|Kort \(PDF\)|Det er udført|strukturen pr\.|[Nn]ame nobody|[Oo]lder check"
    r"|Inside one authority|[Tt]he chain|structure as of"
)


@each_package
def test_a_replaced_word_does_not_return_in_a_message(package: Package) -> None:
    texts = [
        text
        for message in package.danish()
        for text in (*_texts(message.id), *_texts(message.string))
    ]
    assert [text for text in texts if _REPLACED.search(text)] == []


def test_a_replaced_word_does_not_return_in_a_help_page_or_guide() -> None:
    pages = [
        *ROOT.glob("explorer/help/*/*.md"),
        ROOT / "docs/guide.md",
        ROOT / "docs/vejledning.md",
    ]
    assert len(pages) > 20
    assert [page.name for page in pages if _REPLACED.search(page.read_text())] == []


@pytest.mark.parametrize("lang", ["da", "en"])
def test_a_file_names_the_kind_of_a_node_as_the_screens_do(lang: Language) -> None:
    words = {message.id: message.string for message in PACKAGES[1].danish()}
    kind = cast("str", words["Kind"]) if lang == "da" else "Kind"
    for head in (NODE_HEAD[lang], METRIC_HEADS[lang]["rows"]):
        assert head[head.index("Node") + 1] == kind
        assert len(set(head)) == len(head)


def _texts(message: object) -> tuple[str, ...]:
    if isinstance(message, list | tuple):
        return tuple(map(str, cast("Iterable[object]", message)))
    return (str(message or ""),)


def _key(message: Message) -> Key:
    return message.context, _texts(message.id)[0]
