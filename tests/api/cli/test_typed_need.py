"""The meaning of a typed path: names, short words and sectors as stops, and the way back."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from api.cli.node import Ambiguous
from api.cli.paths import PathArguments, minute_of, need_of, normalize_arguments, stop_ids
from graph.errors import InvalidNeed, NotFound
from graph.paths import Need
from graph.vocabulary import Competence, LegalGate, NetworkKind, Sector
from tests.fixtures.own_kinds import TEXT
from tests.seed.demo import TODAY, view_of

PSP = frozenset({NetworkKind.PSP_OPERATIONAL, NetworkKind.PSP_STEERING})


def arguments_of(**typed: Any) -> PathArguments:
    given: dict[str, Any] = {"start": "act-pet-capacity", "to": "act-ihm-0787", **typed}
    return normalize_arguments(PathArguments(**given))


def need(**typed: Any) -> Need:
    return need_of(view_of(), arguments_of(**typed), None)


@pytest.mark.parametrize(("text", "via"), [
    ("SSP", frozenset({NetworkKind.SSP})),
    ("psp", PSP),
    ("police", Sector.POLICE),
    ("Politi", Sector.POLICE),
    ("prison and probation", Sector.PRISON_PROBATION),
    ("SSP Thisted", "net-ssp-0787"),
    ("net-ssp-0787", "net-ssp-0787"),
    ("Midt- og Vestjyllands Politi", "aut-pol-1462"),
])  # fmt: skip
def test_a_via_stop_is_a_network_kind_a_sector_or_a_name(text: str, via: object) -> None:
    assert need(via=(text,)).via == (via,)


def test_an_own_network_kind_can_be_a_via_stop_by_id_or_label(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "own.toml").write_text(TEXT, "utf-8")
    monkeypatch.setenv("KONTAKTVEJ_VOCABULARY", str(tmp_path / "own.toml"))
    for text in ("BOLIGNET", "boligsocialt netværk", "Housing-social network"):
        assert need(via=(text,)).via == (NetworkKind.SSP,)


def test_an_own_sector_or_competence_is_replaced_by_its_parent(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "own.toml").write_text(TEXT, "utf-8")
    monkeypatch.setenv("KONTAKTVEJ_VOCABULARY", str(tmp_path / "own.toml"))
    assert need(sector="tryghedsforvaltningen", via=("TRYGHED",)).sector is Sector.YOUTH
    assert need(via=("Department of safety",)).via == (Sector.YOUTH,)
    for text in ("BROBYGNING", "bridge building", "mentorstøtte", Competence.MENTORING.number):
        assert need(competence=text).competence == Competence.MENTORING.number


def test_gate_max_hops_and_avoid_become_terms_of_the_need() -> None:
    typed = need(gate="ksp_115", max_hops=4, avoid=("Rådgiver, CDE", "SSP Thisted"))
    assert (typed.gate, typed.max_hops) == (LegalGate.KSP_115, 4)
    assert typed.avoid == {"act-cde-1", "net-ssp-0787"}


def test_the_reverse_path_has_the_same_stops_in_reverse_order() -> None:
    assert need(via=("ssp", "Politi"), is_reverse=True).via == (
        Sector.POLICE, frozenset({NetworkKind.SSP}),
    )  # fmt: skip
    stops = arguments_of(stops=("Rådgiver, CDE", "Thisted"))
    assert stop_ids(view_of(), stops) == ("act-cde-1", "mun-0787")
    back = arguments_of(stops=("Rådgiver, CDE", "Thisted"), is_reverse=True)
    assert stop_ids(view_of(), back) == ("mun-0787", "act-cde-1")


@pytest.mark.parametrize(("typed", "error", "expected"), [
    ({"via": ("ssp", "ksp", "psp")}, InvalidNeed, "via: two stops"),
    ({"gate": "PSD2"}, InvalidNeed, "KSP_115"),
    ({"avoid": ("Xyzzyville",)}, NotFound, "Xyzzyville"),
    ({"via": ("SSP-koordinator",)}, Ambiguous, "SSP-koordinator"),
    ({"avoid": ("  ",)}, InvalidNeed, "--avoid: type a name"),
])  # fmt: skip
def test_bad_terms_are_refused(
    typed: dict[str, Any], error: type[Exception], expected: str
) -> None:
    with pytest.raises(error, match=expected):
        need(**typed)


@pytest.mark.parametrize(("text", "minute"), [
    ("2026-11-28 22:00", "2026-11-28T22:00"),
    ("2026-11-28T22:00", "2026-11-28T22:00"),
    ("2026-11-28T21:00Z", "2026-11-28T22:00"),
    ("2026-07-28T22:00+02:00", "2026-07-28T22:00"),
    ("2026-11-28 22:00:59", "2026-11-28T22:00"),
    (" 22:00 ", "2026-11-25T22:00"),
    ("9.05", "2026-11-25T09:05"),
    ("00:00", "2026-11-25T00:00"),
])  # fmt: skip
def test_a_minute_is_typed_with_or_without_its_date(text: str, minute: str) -> None:
    assert minute_of(text, TODAY) == datetime.fromisoformat(minute)


@pytest.mark.parametrize(
    "text",
    ["", "now", "22", "24:00", "22:60", "2026-11-28", "28-11-2026 22:00", "22:00 28/11", "²²:00"],
)
def test_an_invalid_time_is_refused_with_the_expected_format(text: str) -> None:
    with pytest.raises(InvalidNeed, match=r"--at: .* is not a time such as 2026-11-28 22:00 or"):
        minute_of(text, TODAY)


def test_no_typed_time_is_none() -> None:
    assert minute_of(None, TODAY) is None


def test_why_not_is_refused_together_with_stops() -> None:
    with pytest.raises(InvalidNeed, match="--why-not: not together with --stops"):
        stop_ids(view_of(), arguments_of(stops=("Thisted",), why_not="ssp"))
