from collections.abc import Iterator

import pytest

from graph import vocabulary
from graph.model import LINK_CLASSES, NODE_CLASSES, ChangeKind, ChangeReason
from graph.vocabulary import (
    KEY_POSTS,
    SECTION_115,
    Channel,
    Freshness,
    Label,
    Language,
    LegalGate,
    LinkType,
    NetworkKind,
    PostKind,
    Rule,
    Term,
    Tier,
    Visibility,
)

LANGUAGES: tuple[Language, Language] = ("da", "en")


def _enumerations() -> Iterator[type[Term]]:
    for name in vocabulary.__all__:
        member = getattr(vocabulary, name)
        if isinstance(member, type) and issubclass(member, Term) and member is not Term:
            yield member


ENUMERATIONS = (*_enumerations(), ChangeKind, ChangeReason)


@pytest.mark.parametrize("words", ENUMERATIONS)
def test_every_word_has_a_danish_and_an_english_label(words: type[Term]) -> None:
    for word in words:
        for lang in LANGUAGES:
            label = word.label(lang)
            assert label == label.strip() != ""
            assert "_" not in label


@pytest.mark.parametrize("words", ENUMERATIONS)
def test_the_code_of_a_word_is_its_position_and_its_identifier_finds_it(words: type[Term]) -> None:
    assert [word.code for word in words] == list(range(len(words)))
    assert [words(str(word)) for word in words] == list(words)


@pytest.mark.parametrize("words", [words for words in ENUMERATIONS if words is not Label])
def test_the_value_of_a_word_is_its_name(words: type[Term]) -> None:
    assert [word.value for word in words] == [word.name for word in words]


@pytest.mark.parametrize("words", ENUMERATIONS)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_two_words_of_an_enumeration_read_the_same(words: type[Term], lang: Language) -> None:
    labels = [word.label(lang) for word in words]
    assert len(set(labels)) == len(labels)


def test_every_stored_enumeration_fits_an_int64_mask() -> None:
    stored = [words for words in ENUMERATIONS if words is not Rule]
    assert all(len(words) < 64 for words in stored)  # a set of words is an int64 mask


def test_an_english_label_left_out_is_the_identifier_in_words() -> None:
    assert vocabulary.PreventionLevel.CAPACITY_BUILDING.label("en") == "Capacity building"


def test_every_rule_is_a_sentence_of_its_own_in_each_language() -> None:
    for rule in Rule:
        assert rule.label("da") != rule.label("en")
        assert rule.label("da")[0].islower()
        assert not rule.label("en").endswith(".")


def test_every_label_and_link_type_has_a_class() -> None:
    assert set(NODE_CLASSES) == set(Label)
    assert set(LINK_CLASSES) == set(LinkType)
    assert {label: cls.__name__ for label, cls in NODE_CLASSES.items()} == {
        label: label.value for label in Label
    }


def test_visibility_runs_from_the_widest_to_the_narrowest() -> None:
    assert [str(level) for level in sorted(Visibility, key=lambda level: level.code)] == [
        "OPEN", "NETWORK", "AREA", "NAMED",
    ]  # fmt: skip


def test_districts_and_regions_have_the_same_height() -> None:
    assert [tier.height for tier in Tier] == [0, 1, 1, 2, 3]


@pytest.mark.parametrize(
    ("days", "freshness"),
    [
        (None, Freshness.NEVER),
        (0, Freshness.FRESH),
        (183, Freshness.FRESH),
        (184, Freshness.STALE),
        (365, Freshness.STALE),
        (366, Freshness.EXPIRED),
    ],
)
def test_a_link_ages_at_half_a_year_and_a_year(days: int | None, freshness: Freshness) -> None:
    assert Freshness.of(days) is freshness


def test_names_are_allowed_under_section_115_and_inside_one_authority_only() -> None:
    named = {gate for gate in LegalGate if gate.allows_named}
    assert named - {gate for gate in LegalGate if gate.is_section_115} == {LegalGate.INTERNAL}
    assert all(len(SECTION_115[lang]) == 3 for lang in LANGUAGES)


def test_councils_and_corps_are_ends_of_a_path_only() -> None:
    ends = {kind for kind in NetworkKind if not kind.crosses}
    assert ends == {NetworkKind.DISTRICT_COUNCIL, NetworkKind.MENTOR_CORPS}


def test_every_network_carries_a_level() -> None:
    assert all(kind.levels for kind in NetworkKind)


def test_intelligence_and_shared_lines_never_have_a_named_holder() -> None:
    units = {str(kind) for kind in PostKind if kind.is_unit_only}
    assert units == {
        "SOCIAL_INTAKE", "PET_EXIT", "PET_CAPACITY", "PET_OUTREACH", "HOTLINE", "EMERGENCY_LINE",
        "DUTY_LINE", "SOCIAL_DUTY_LINE", "FUNCTIONAL_MAILBOX",
    }  # fmt: skip


def test_no_key_post_is_a_unit() -> None:
    assert not any(kind.is_unit_only for kind in KEY_POSTS)


def test_a_civilian_is_reached_through_a_door_opener() -> None:
    assert Channel.MEDIATED.label("en") == "Through a door opener"
    assert LinkType.DOOR_OPENER_FOR.targets == {Label.RESOURCE_INDIVIDUAL}
