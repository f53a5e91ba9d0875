"""The languages that can be chosen: each has a name in both languages, in alphabetical order."""

import pytest
from babel import Locale

from explorer import languages
from explorer.languages import LANGUAGES, language_name, language_names
from graph.model.base import known_languages


@pytest.mark.parametrize("lang", ["da", "en"])
def test_each_language_has_a_name_of_its_own(lang: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(languages, "language", lambda: lang)
    names = language_names()
    assert {*names} == {*LANGUAGES}
    assert len({*names.values()}) == len(LANGUAGES) >= 70
    assert not [tag for tag, name in names.items() if name.lower() == tag]
    assert [name[:1] for name in names.values()] == [name[:1].upper() for name in names.values()]


def test_danish_names_are_in_danish_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(languages, "language", lambda: "da")
    names = [*language_names().values()]
    assert names[:2] == ["Albansk", "Amharisk"]
    assert names.index("Dansk") < names.index("Dari") < names.index("Somali") < names.index("Zaza")


def test_each_language_may_be_stored() -> None:
    assert [*known_languages("x", frozenset(LANGUAGES))] == []


def test_a_language_variety_has_its_own_name_if_one_exists(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(languages, "language", lambda: "en")
    assert language_name("fa-AF") == "Dari"
    assert language_name("ar-SY") == "Arabic"
    assert language_name("xx") == "xx"
    assert language_names("ar-SY")["ar-SY"] == Locale("en").languages["ar"]
