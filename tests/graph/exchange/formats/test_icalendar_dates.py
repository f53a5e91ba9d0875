"""The calendar as icalendar reads it."""

from datetime import date, timedelta
from typing import Any, cast

from icalendar import Calendar

from graph.exchange.formats import FORMATS
from graph.exchange.formats.icalendar_dates import calendar
from graph.exchange.selection import ExportSelection
from graph.model import RefersTo
from graph.vocabulary import LegalGate
from tests import kystby
from tests.graph.exchange.selections import everything, rich_things, selection_of
from tests.graph.exchange.stamps import stamp
from tests.graph.paths.additions import tie
from tests.kystby import TODAY


def events(selection: ExportSelection) -> dict[str, Any]:
    read: Any = cast("Any", Calendar).from_ical(calendar(selection, stamp(selection), "da"))
    return {str(event["UID"]).removesuffix("@kontaktvej"): event for event in read.walk("VEVENT")}


def test_a_post_has_an_event_for_its_next_check_and_a_plan_for_its_revision() -> None:
    selection = selection_of(everything())
    shown = events(selection)
    post = shown["ssp-post"]
    assert post["DTSTART"].dt == date(2026, 10, 15) + timedelta(days=184)
    assert post["DTEND"].dt == post["DTSTART"].dt + timedelta(days=1)
    assert post["SUMMARY"] == "Kontrollér: SSP-koordinator, Kystby"
    assert post["DESCRIPTION"] == "sidst kontrolleret 2026-10-15"
    assert shown["plan"]["DTSTART"].dt == date(2028, 3, 1)
    assert shown["plan"]["SUMMARY"] == "Revidér: Beredskabsplan, Kystby"
    assert FORMATS["ICALENDAR"].rows(selection) == len(shown)
    (checked,) = (node for node in selection.nodes if node.id == "ssp-post")
    assert checked.check is not None
    assert not checked.check.is_due


def test_a_link_not_covered_by_the_check_of_a_post_has_its_own_event() -> None:
    never = tie(RefersTo, "ssp-post", "release", gate=LegalGate.GENERAL)
    shown = events(selection_of(everything((*rich_things(), never))))
    assert shown["ssp-post--release"]["DTSTART"].dt == TODAY
    assert shown["ssp-post--release"]["DESCRIPTION"] == "aldrig kontrolleret"
    assert "ssp-post--ssp" not in shown
    view = everything()
    alone = ExportSelection(view, ["ssp-post", "ssp"], with_names=False)
    assert set(events(alone)) == {"ssp-post"}


def test_lines_are_folded_at_75_bytes_and_any_name_is_read_back() -> None:
    name = "SSP; Ærø, Åse\\n og " + "øå😀" * 20
    selection = selection_of(everything(kystby.elements(**{"ssp-post": {"name": name}})))
    content = calendar(selection, stamp(selection), "da")
    lines = content.split(b"\r\n")
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert all(len(line) <= 75 for line in lines)
    "".join(line.decode() for line in lines)  # no letter is cut in two
    event = events(selection)["ssp-post"]
    assert str(event["SUMMARY"]) == f"Kontrollér: {name}"
    assert event["UID"] == "ssp-post@kontaktvej"
    assert event["DTSTAMP"].dt == stamp().made_at
    assert event["DTSTART"].params["VALUE"] == event["DTEND"].params["VALUE"] == "DATE"
