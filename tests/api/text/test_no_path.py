"""Why there is no path, in Danish and English."""

from dataclasses import replace
from datetime import date
from typing import Any

from api.text.no_path import no_path
from graph.access.policy import Role
from graph.access.view import View
from graph.model import DeputizesFor, RefersTo
from graph.paths import Answer, Need, find
from graph.paths.answer import Missing, Nearest, NoPath, WouldWork
from graph.paths.answer_terms import Cause, Relaxed
from graph.paths.no_path import no_path as why_none
from graph.paths.relaxation import search_of
from graph.vocabulary import (
    Channel,
    Language,
    LegalGate,
    LinkType,
    NetworkKind,
    PreventionLevel,
    Sector,
    Trigger,
)
from tests.graph.paths.additions import ALL_LEVELS, POLICY, kystby_with, tie
from tests.kystby import caller_of

LANGUAGES: tuple[Language, ...] = ("da", "en")


def asked(view: View, **terms: Any) -> Answer:
    return find(view, Need(on=view.on, **terms), POLICY)


def test_where_there_is_a_path_nothing_is_said_of_none() -> None:
    answer = asked(kystby_with(), start="ihd", target="ssp-post")
    assert [no_path(answer, lang) for lang in LANGUAGES] == ["", ""]


def test_a_closed_post_is_told_with_what_is_missing_and_who_can_make_it() -> None:
    link = tie(RefersTo, "ssp-post", "release", gate=LegalGate.INTERNAL, levels=ALL_LEVELS)
    answer = asked(kystby_with(link), start="ihd", target="release")
    assert no_path(answer, "da") == (
        "Der er ingen kontaktvej fra Infohus-tovholder, Østkysten, til Hovedkontakt, Kystby, "
        "på disse vilkår. Årsag: ingen svarer dér. Vejen stopper ved: SSP-koordinator, Kystby. "
        "Det, der mangler: en indehaver eller stedfortræder for Hovedkontakt, Kystby; "
        "Infohus-tovholder, Østkysten eller registeransvarlig for Kystby kan udpege en."
    )
    assert no_path(answer, "en") == (
        "There is no path from Infohus-tovholder, Østkysten, to Hovedkontakt, Kystby, "
        "on these terms. Cause: nobody answers there. The path stops at: SSP-koordinator, Kystby. "
        "Missing: a holder or a deputy for Hovedkontakt, Kystby; "
        "Infohus-tovholder, Østkysten or the steward of Kystby can name one."
    )
    made = kystby_with(link, tie(DeputizesFor, "bo", "release", order=1))
    assert asked(made, start="ihd", target="release").paths


def test_terms_that_would_work_are_told_as_the_need_states_them() -> None:
    view = kystby_with(changed={"ihd--ssp-post": {"levels": frozenset({PreventionLevel.EXIT})}})
    terms: dict[str, Any] = {
        "start": "ihd", "area": "kystby", "network": frozenset({NetworkKind.SSP}),
        "level": PreventionLevel.OUTREACH,
    }  # fmt: skip
    none = why_none(search_of(view, Need(on=view.on, **terms), POLICY))
    answer = replace(asked(view, **terms), contacts=(), none=none)  # as without a telephone
    da, en = no_path(answer, "da"), no_path(answer, "en")
    assert "til SSP-samarbejde, Kystby, på disse vilkår" in da
    assert "Årsag: ikke på det forebyggelsesniveau." in da
    assert "Uden vilkåret »Outreach« er der 1 vej." in da
    assert "Without “Outreach” there is 1 path." in en


def test_what_a_search_did_not_get_to_see_is_not_told_as_absent() -> None:
    answer = asked(kystby_with(), start="ihd", target="intake", max_hops=2)
    assert answer.none is not None
    told = replace(answer, none=replace(answer.none, proved=False))
    da, en = no_path(told, "da"), no_path(told, "en")
    assert da.startswith("Der er ikke fundet en kontaktvej fra Infohus-tovholder")
    assert "Søgningen nåede sin grænse" in da
    assert en.startswith("No path was found from Infohus-tovholder")
    assert "There is no path" not in en
    assert "nåede sin grænse" not in no_path(answer, "da")


def test_every_term_that_would_work_is_put_in_words() -> None:
    answer = asked(kystby_with(), start="ihd", target="intake", max_hops=2)
    assert answer.none is not None
    works = tuple(WouldWork(term=term, paths=1) for term in Relaxed)
    need = replace(
        answer.need, language="so", within_km=60, trigger=Trigger.CONCERN, sector=Sector.HOUSING,
        channel=Channel.VISIT, competence="27", gate=LegalGate.KSP_115,
        level=PreventionLevel.EXIT, network=frozenset({NetworkKind.SSP}),
    )  # fmt: skip
    told = replace(answer, need=need, none=replace(answer.none, would_work=works))
    text = no_path(told, "da")
    assert text.count("er der 1 vej.") == len(Relaxed)
    assert "Hvis retningen er ligegyldig, er der 1 vej." in text
    for term in ("somali", "60 km", "Bekymring", "Bolig", "27", "Exit", "SSP-samarbejde"):
        assert f"»{term}«" in text


def test_the_next_rung_and_a_vacancy_are_told() -> None:
    answer = asked(kystby_with(), start="ihd", target="release")
    assert answer.none is not None
    edge = replace(answer.none.from_target[0], vacant_since=date(2026, 11, 1))
    missing = Missing(
        type=LinkType.DEPUTIZES_FOR, target=edge.node, path_cost=0, path_chance=1.0, makers=(),
        steward=None,
    )  # fmt: skip
    nearest = Nearest(rung=1, node=edge.node, hops=2, cost=0, chance=1.0)
    none = replace(answer.none, from_target=(edge,), missing=(missing,), nearest=nearest)
    told = replace(answer, none=none)
    assert "for Hovedkontakt, Kystby (ubesat siden 1. nov.)." in no_path(told, "da")
    assert no_path(told, "da").endswith("Et niveau op: Hovedkontakt, Kystby, 2 led.")
    assert no_path(told, "en").endswith("One tier up: Hovedkontakt, Kystby, 2 steps.")


def test_being_there_needs_no_path() -> None:
    answer = asked(kystby_with(), start="ihd", target="release")
    told = replace(answer, none=NoPath(cause=Cause.HERE, proved=True))
    assert no_path(told, "da") == "Ingen kontaktvej er nødvendig. Årsag: du er der allerede."


def test_every_link_that_would_do_is_told_with_its_ground_and_who_can_make_it() -> None:
    own = caller_of(Role.COORDINATOR, Role.OUTREACH, posts=("ssp-post", "outreach"))
    view = kystby_with(caller=own, without=("carl--dina",))
    answer = asked(view, start="ihd", target="jens", level=PreventionLevel.OUTREACH)
    assert no_path(answer, "da").endswith(
        "Det, der mangler: at Infohus-tovholder, Østkysten bliver døråbner for Formand Jens R.; "
        "Opsøgende medarbejder, Havnen eller registeransvarlig for Havnen kan aftale det. "
        "Eller: en henvisning fra Infohus-tovholder, Østkysten, til Opsøgende medarbejder, Havnen "
        "(generelt niveau); Infohus-tovholder, Østkysten eller registeransvarlig for Havnen kan "
        "aftale det. Eller: at Infohus-tovholder, Østkysten bliver medlem af Dialogforum Havnen; "
        "SSP-koordinator, Kystby eller registeransvarlig for Havnen kan aftale det."
    )
    assert no_path(answer, "en").endswith(
        "Missing: Infohus-tovholder, Østkysten as the door opener for Formand Jens R.; "
        "Opsøgende medarbejder, Havnen or the steward of Havnen can arrange it. "
        "Or: a referral from Infohus-tovholder, Østkysten to Opsøgende medarbejder, Havnen "
        "(general level); Infohus-tovholder, Østkysten or the steward of Havnen can arrange it. "
        "Or: Infohus-tovholder, Østkysten as a member of Dialogforum Havnen; "
        "SSP-koordinator, Kystby or the steward of Havnen can arrange it."
    )
