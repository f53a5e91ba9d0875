"""Texts on a contact in both languages: reasons, permission to call, passed-over contacts."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from api.requested_need import RequestedMoment
from api.text.contacts import (
    acute_title,
    call,
    contact_title,
    direct,
    direct_sentences,
    duty_line_sentence,
    fit,
    inform_heading,
    passed_reason,
    you,
)
from api.text.no_path import account
from api.text.paths import headline
from graph.paths import Answer, Need, find
from graph.paths.answer import AcuteCard, Direct, Fit, LocalPost, NodeRef, NoPath, PassedClass
from graph.paths.answer_terms import Cause, DirectGround, FitNeed
from graph.vocabulary import Channel, Language, LegalGate, NetworkKind, PostKind, Trigger
from tests.graph.paths.additions import POLICY, kystby_with
from tests.kystby import NOW

LANGUAGES: tuple[Language, ...] = ("da", "en")
POST = NodeRef(id="ssp", name="SSP-koordinator, Ringsted")
SSP = NodeRef(id="net", name="SSP Ringsted")


def answer_to(**terms: Any) -> Answer:
    view = kystby_with()
    return find(view, Need(on=view.on, **terms), POLICY)


ANSWER = answer_to(start="ihd", target="ssp-post")


# ---- the right contact


def sentence(fit_class: Fit, what: str, lang: Language) -> str:
    rule = POLICY.fit[fit_class.need][fit_class.number - 1]
    return (rule.danish if lang == "da" else rule.english).replace("{what}", what)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_fit_sentence_is_that_of_the_policy_with_the_deciding_node(lang: Language) -> None:
    coordinates = Fit(need=FitNeed.NETWORK_IN_AREA, number=1, through=SSP)
    words: dict[Language, str] = {"da": "koordinerer", "en": "coordinates"}
    assert fit(coordinates, ANSWER, POLICY, lang) == f"{words[lang]} SSP Ringsted"
    stands_in = Fit(need=FitNeed.NODE, number=2, through=POST)
    assert fit(stands_in, ANSWER, POLICY, lang) == sentence(
        stands_in, "SSP-koordinator, Ringsted", lang
    )


@pytest.mark.parametrize(("need", "terms", "danish", "english"), [
    (FitNeed.TRIGGER, {"trigger": Trigger.RELEASE}, "løsladelse", "release"),
    (FitNeed.ABILITY, {"language": "so"}, "somali", "Somali"),
    (FitNeed.AREA, {}, "Kystby", "Kystby"),
])  # fmt: skip
def test_a_fit_sentence_without_a_deciding_node_names_a_term_of_the_need(
    need: FitNeed, terms: dict[str, Any], danish: str, english: str
) -> None:
    answer = answer_to(start="ihd", area="kystby")
    answer = replace(answer, need=replace(answer.need, **terms))
    fit_class = Fit(need=need, number=1, through=None)
    assert fit(fit_class, answer, POLICY, "da") == sentence(fit_class, danish, "da")
    assert (
        fit(fit_class, answer, POLICY, "en").casefold()
        == sentence(fit_class, english, "en").casefold()
    )


def test_every_fit_class_of_the_policy_has_a_sentence_without_placeholders() -> None:
    for need, rules in POLICY.fit.items():
        for number, _ in enumerate(rules, 1):
            for lang in LANGUAGES:
                text = fit(Fit(need=need, number=number, through=SSP), ANSWER, POLICY, lang)
                assert text
                assert "{" not in text


def test_a_contact_title_has_its_name_and_fit_and_the_own_contact_is_marked() -> None:
    (contact,) = ANSWER.contacts
    assert contact_title(contact, ANSWER, POLICY, "da") == (
        f"SSP-koordinator, Kystby — {sentence(contact.fit, '', 'da')}"
    )
    assert [you(contact, lang) for lang in LANGUAGES] == [None, None]
    yours = replace(contact, is_you=True)
    assert [you(yours, lang) for lang in LANGUAGES] == ["Det er dig.", "That is you."]


@pytest.mark.parametrize(("expected", "danish", "english"), [
    ({"cause": Cause.NOT_ANSWERING, "until": date(2027, 2, 4)},
     "SSP-koordinator, Ringsted: ingen svarer før 4. feb. 2027.",
     "SSP-koordinator, Ringsted: nobody answers until 4 February 2027."),
    ({"cause": Cause.NOT_ANSWERING, "until": date(2026, 12, 29)},
     "SSP-koordinator, Ringsted: ingen svarer før 29. dec.",
     "SSP-koordinator, Ringsted: nobody answers until 29 December."),
    ({"cause": Cause.NOT_ANSWERING},
     "SSP-koordinator, Ringsted: ingen svarer.", "SSP-koordinator, Ringsted: nobody answers."),
    ({"cause": Cause.GATE},
     "SSP-koordinator, Ringsted: grundlaget tillader det ikke.",
     "SSP-koordinator, Ringsted: the legal ground does not allow it."),
    ({"cause": Cause.NOT_ANSWERING, "posts": (POST, NodeRef(id="x", name="X"))},
     "SSP-koordinator, Ringsted; X: ingen svarer.",
     "SSP-koordinator, Ringsted; X: nobody answers."),
    ({"cause": Cause.NO_TARGET, "posts": ()},
     "Der er ikke nogen, der koordinerer SSP Ringsted.",
     "There is nobody who coordinates SSP Ringsted."),
])  # fmt: skip
def test_a_passed_over_fit_class_is_described_in_one_line(
    expected: dict[str, Any], danish: str, english: str
) -> None:
    given: dict[str, Any] = {"posts": (POST,), "until": None, **expected}
    none = NoPath(cause=given["cause"], proved=True)
    passed_class = PassedClass(
        fit=Fit(need=FitNeed.NETWORK_IN_AREA, number=1, through=SSP), none=none, **given
    )
    texts = [passed_reason(passed_class, ANSWER, POLICY, lang) for lang in LANGUAGES]
    assert texts == [danish, english]


def test_the_account_of_no_path_names_the_contact() -> None:
    assert " ".join(account(NoPath(cause=Cause.DIRECTION, proved=True), ANSWER, "X", "da")) == (
        "Der er ingen kontaktvej fra Infohus-tovholder, Østkysten, til X på disse vilkår. "
        "Ingen henvisning går den vej."
    )


# ---- permission to call


def allowed(ground: DirectGround, **fields: Any) -> Direct:
    given: dict[str, Any] = {"covers_need": True, "channels": (Channel.PHONE,), **fields}
    return Direct(ground=ground, **given)


@pytest.mark.parametrize(("expected", "danish", "english"), [
    (allowed(DirectGround.GENERAL),
     "Du må ringe direkte. Sig ikke, hvem det handler om: I har ikke hjemmel til at dele det.",
     "You may call directly. Do not say who it is about: you have no legal ground to share it."),
    (allowed(DirectGround.GENERAL, channels=(Channel.EMAIL,)),
     "Du må henvende dig direkte. Sig ikke, hvem det handler om: I har ikke hjemmel til at dele "
     "det.",
     "You may make contact directly. Do not say who it is about: you have no legal ground to "
     "share it."),
    (allowed(DirectGround.NAMED, gate=LegalGate.SSP_115),
     "Du må ringe direkte om en bestemt person efter SSP, § 115.",
     "You may call directly about a named person under SSP, § 115."),
    (allowed(DirectGround.NAMED, gate=LegalGate.INFOHOUSE, through=SSP),
     "Du må ringe direkte om en bestemt person efter infohus, § 115. I mødes i SSP Ringsted.",
     "You may call directly about a named person under info house, § 115. "
     "You meet in SSP Ringsted."),
    (allowed(DirectGround.NAMED, gate=LegalGate.INTERNAL,
             through=NodeRef(id="k", name="Ringsted Kommune")),
     "Du må ringe direkte om en bestemt person: I hører begge til Ringsted Kommune.",
     "You may call directly about a named person: you both belong to Ringsted Kommune."),
    (allowed(DirectGround.CONSENT, channels=(Channel.MOBILE,), until=date(2027, 6, 1),
             opener=NodeRef(id="o", name="Opsøgende medarbejder, Havnen")),
     "SSP-koordinator, Ringsted må kontaktes direkte (mobil) til 1. jun. 2027. "
     "Døråbner: Opsøgende medarbejder, Havnen.",
     "SSP-koordinator, Ringsted may be contacted directly (mobile) until 1 June 2027. "
     "Door opener: Opsøgende medarbejder, Havnen."),
])  # fmt: skip
def test_direct_contact_is_described_with_its_matter_and_legal_ground(
    expected: Direct, danish: str, english: str
) -> None:
    assert [direct(expected, POST, lang) for lang in LANGUAGES] == [danish, english]


@pytest.mark.parametrize("gate", [gate for gate in LegalGate if gate.is_section_115])
def test_contact_on_a_named_person_has_the_three_sentences_on_section_115(gate: LegalGate) -> None:
    permission = allowed(DirectGround.NAMED, gate=gate)
    assert tuple(direct_sentences(permission, "da")) == (
        "Deling skal være nødvendig for samarbejdet.",
        "Aldrig til efterforskning (§ 115, stk. 2).",
        "Ingen har pligt til at dele (§ 115, stk. 4).",
    )
    assert "§ 115" in direct(permission, POST, "en")


def test_internal_contact_has_one_sentence_and_a_general_matter_has_none() -> None:
    inside = allowed(DirectGround.NAMED, gate=LegalGate.INTERNAL)
    assert tuple(direct_sentences(inside, "en")) == ("The authority's own rules apply.",)
    assert tuple(direct_sentences(allowed(DirectGround.GENERAL), "en")) == ()


# ---- whom to call


def test_the_call_says_whom_to_call_and_who_answers_there() -> None:
    """A contact who may not be called directly is reached through the first stop."""
    moment = RequestedMoment(on=NOW.date(), at=NOW, is_now=True)

    def told(target: str, lang: Language) -> str:
        (contact,) = answer_to(start="ihd", target=target, at=NOW).contacts
        return call(contact, moment, lang)

    until = "(indehaver fraværende til 7. dec.)."
    assert told("ssp-post", "da") == (
        "Ring direkte til SSP-koordinator, Kystby. Svarer nu: Bo Rugvang Sørensen, "
        f"stedfortræder for SSP-koordinator, til kl. 15.00 {until}"
    )
    assert told("intake", "da").startswith(
        "For at komme i kontakt med Social modtagelse, Kystby: ring først til SSP-koordinator, "
        "Kystby. Svarer nu: Bo Rugvang Sørensen"
    )
    assert told("intake", "en").startswith(
        "To reach Social modtagelse, Kystby: first call SSP-koordinator, Kystby. Answers now: Bo"
    )


@pytest.mark.parametrize(("lang", "says"), [
    ("da", "Social modtagelse, Kystby: henvend dig først til SSP-koordinator, Kystby."),
    ("en", "To reach Social modtagelse, Kystby: first contact SSP-koordinator, Kystby."),
])  # fmt: skip
def test_a_first_stop_whose_channels_the_role_may_not_see_is_not_to_be_written_to(
    lang: Language, says: str
) -> None:
    (contact,) = answer_to(start="ihd", target="intake", at=NOW).contacts
    assert contact.call is not None
    hidden = replace(contact, call=replace(contact.call, channels=(), reveal=None))
    assert says in call(hidden, RequestedMoment(on=NOW.date(), at=NOW, is_now=True), lang)


# ---- acute danger


def card(**fields: Any) -> AcuteCard:
    given: dict[str, Any] = {"area": None, "duty_line": None, **fields}
    return AcuteCard(lines=(), inform=(), **given)


def test_the_acute_card_names_emergency_numbers_and_the_duty_line() -> None:
    place = NodeRef(id="mun", name="Ringsted")
    resolution = ANSWER.contacts[0].stop.resolution
    assert resolution is not None
    line = LocalPost(
        post=NodeRef(id="duty", name="Vagtcentral, Politiet"), kind=PostKind.DUTY_LINE,
        resolution=resolution, is_you=False, direct=None,
    )  # fmt: skip
    assert [acute_title(lang) for lang in LANGUAGES] == [
        "Akut fare: ring 112. Politi: 114.", "Acute danger: call 112. Police: 114.",
    ]  # fmt: skip
    assert [inform_heading(lang) for lang in LANGUAGES] == [
        "Orientér bagefter:", "Afterwards inform:",
    ]  # fmt: skip
    known, unknown = card(area=place, duty_line=line), card(area=place)
    assert duty_line_sentence(known, "da") == "Vagtcentral for Ringsted: Vagtcentral, Politiet"
    assert duty_line_sentence(known, "en") == "Duty line for Ringsted: Vagtcentral, Politiet"
    assert duty_line_sentence(unknown, "da") == "Der kendes ingen vagtcentral for Ringsted."
    assert duty_line_sentence(card(), "en") == "Name a place to see its duty line."
    assert duty_line_sentence(card(duty_line=line), "en") == "Duty line: Vagtcentral, Politiet"


# ---- the headline


def test_the_headline_has_start_target_and_time() -> None:
    answer = answer_to(start="ihd", area="kystby", network=frozenset({NetworkKind.SSP}))
    assert headline(answer, "da") == (
        "Fra Infohus-tovholder, Østkysten, til Kystby (SSP-samarbejde), 25. nov. 2026"
    )
    minute = replace(answer, at=datetime.fromisoformat("2026-11-25T22:00"))
    assert headline(minute, "en") == (
        "From Infohus-tovholder, Østkysten, to Kystby (SSP), 25 November 2026, 22:00"
    )
    nowhere = replace(minute, start=None, area=None)
    assert headline(nowhere, "da") == "Til SSP-samarbejde, 25. nov. 2026 kl. 22.00"
