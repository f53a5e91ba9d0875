"""The rules in words: all of them, in both languages, with the numbers of the given policy."""

import re
from pathlib import Path

import pytest

from api.text.policy import policy_chapters
from graph.errors import InvalidPolicy
from graph.paths.policy import Policy
from graph.paths.policy_file import SHIPPED, load_policy
from graph.vocabulary import Language, LegalGate, LinkType, Trigger
from tests.graph.paths.additions import POLICY

LANGUAGES: tuple[Language, ...] = ("da", "en")
TEXT = SHIPPED.read_text("utf-8")
NUMBERS = [
    found
    for found in re.finditer(r"(?<![\w#.])\d+(\.\d+)?", TEXT)
    if "#" not in (before := TEXT[TEXT.rfind("\n", 0, found.start()) : found.start()])
    and before.count('"') % 2 == 0  # not inside a text
    and not TEXT[: found.start()].endswith("version = ")
]


def policy_text(policy: Policy, lang: Language) -> str:
    return "\n".join(
        line
        for chapter in policy_chapters(policy, lang)
        for line in (chapter.title, *chapter.lines)
    )


def changed(tmp_path: Path, match: re.Match[str]) -> Policy:
    """Return the shipped policy with one number changed to another allowed one."""
    number = float(match[0])
    for other in (number / 2, number + 1, number - 1, number - 0.1, number + 0.05):
        text = f"{other:g}" if "." in match[0] else str(int(other))
        path = tmp_path / "policy.toml"
        path.write_text(TEXT[: match.start()] + text + TEXT[match.end() :], "utf-8")
        try:
            policy = load_policy(path)
        except InvalidPolicy:
            continue
        if policy.digest != POLICY.digest:
            return policy
    raise AssertionError(f"no other number is allowed for {match[0]}")


@pytest.mark.parametrize("match", NUMBERS, ids=lambda match: f"{match.start()}-{match[0]}")
def test_every_number_of_the_policy_affects_the_text_in_both_languages(
    tmp_path: Path, match: re.Match[str]
) -> None:
    policy = changed(tmp_path, match)
    for lang in LANGUAGES:
        assert policy_text(policy, lang) != policy_text(POLICY, lang)


def test_the_policy_file_contains_more_than_60_numbers() -> None:
    assert len(NUMBERS) > 60


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_link_type_trigger_and_gate_is_named_by_its_label(lang: Language) -> None:
    text = policy_text(POLICY, lang)
    for word in (*LinkType, *Trigger, *POLICY.gates):
        assert word.label(lang) in text
    assert LegalGate.CHILDRENS_ACT_15_3.label(lang) not in text


def test_both_languages_have_equally_many_lines_that_are_whole_sentences() -> None:
    danish, english = (policy_chapters(POLICY, lang) for lang in LANGUAGES)
    assert [len(chapter.lines) for chapter in danish] == [len(item.lines) for item in english]
    for chapter, other in zip(danish, english, strict=True):
        assert chapter.title != other.title
        assert all(line.endswith(".") for line in (*chapter.lines, *other.lines))


def test_numbers_and_percentages_are_formatted_for_each_language() -> None:
    danish, english = policy_text(POLICY, "da"), policy_text(POLICY, "en")
    assert "»kender«: begge veje; 90 %; en kontrol er 60 % værd efter 180 dage" in danish
    assert (
        "“knows”: both ways; 90%; a check is worth 60% after 180 days, never below 20%" in english
    )
    assert "60: 70,7 %, 120: 50 %; aldrig under 22,3 %" in danish
    assert "Samtykke: ingen navngivne personer; 97 %; kun til outreach." in danish
    assert "Efter 200.000 skridt" in danish


@pytest.mark.parametrize(("was", "is_now", "line"), [
    ('labels = ["Actor", "ResourceIndividual"]', "labels = []",
     "A post is contacted by a path alone."),
    ('labels = ["Actor", "ResourceIndividual"]', 'labels = ["Actor"]',
     "Whether a civilian may be contacted directly is not shown."),
    ('days = ["06-05", "12-24", "12-31"]', 'days = ["02-29"]',
     "Weekday hours are closed on public holidays and 29 February."),
    ('days = ["06-05", "12-24", "12-31"]', "days = []",
     "Weekday hours are closed on public holidays."),
    ('{ who = "COORDINATOR",       da = "koordinerer {what}", en = "coordinates {what}" }',
     '{ who = "COORDINATOR", da = "x", en = "leads {what}" }',
     "A network in a place: 1. leads …; 2. "),
    ('"KSP_COORDINATOR_POLICE", "DUTY_LINE"]\n[fit]', '"DUTY_LINE"]\n[fit]',
     "PSP coordinator, police; duty line."),
])  # fmt: skip
def test_texts_on_contacts_grounds_and_hours_follow_the_policy_file(
    tmp_path: Path, was: str, is_now: str, line: str
) -> None:
    assert was in TEXT
    path = tmp_path / "policy.toml"
    path.write_text(TEXT.replace(was, is_now), "utf-8")
    assert line in policy_text(load_policy(path), "en")
