"""The command line by its real entry point, against the planted demo of 25 November 2026."""

import re
import shlex
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from api.cli.console import OUT
from api.cli.demo import NEXT_COMMANDS
from api.cli.node import node_card, show_card
from api.identity.store import open_identity_store
from graph.model import Holds
from graph.paths.policy_file import SHIPPED, load_policy
from graph.store.encryption.keyring import open_keyring
from graph.store.schema import SCHEMA_VERSION
from seed.loader import load
from tests.api.shell import Shell, shell_over
from tests.api.withheld import withhold
from tests.databases import Server
from tests.graph.paths.additions import POLICY, kystby_with, tie

pytestmark = pytest.mark.slow

README = Path(__file__).parents[3] / "README.md"
README_COLUMNS = "100"
README_NOW = "2026-11-28T20:15"
ON = ("--on", "2026-11-25")
PET = "PET Forebyggelsescenter"


@pytest.fixture(scope="module")
def shell(claimed_server: Server, tmp_path_factory: pytest.TempPathFactory) -> Shell:
    home = tmp_path_factory.mktemp("planted")
    claimed_server.empty()
    with open_keyring(home / "keys") as keyring, claimed_server.with_store(keyring) as store:
        load(store, now=datetime.now(UTC), today=date(2026, 11, 25))
    return shell_over(claimed_server, home)


def test_a_path_from_national_level_to_a_municipality_names_who_answers(shell: Shell) -> None:
    out = shell.ok("path", "--from", PET, "--to", "Thisted", "--network", "infohus", *ON)
    assert "Infohus-tovholder, Thisted Kommune" in out
    assert "Answers 25 November from 09:00: Birgit" in out
    assert "Answers now" not in out


def test_the_readme_shows_what_its_example_prints(shell: Shell) -> None:
    command, _, shown = README.read_text("utf-8").partition("$ kontaktvej ")[2].partition("\n")
    result = shell(*shlex.split(command), now=README_NOW, COLUMNS=README_COLUMNS)
    printed = [line.rstrip() for line in result.out.splitlines()]
    assert printed == shown.partition("\n```")[0].splitlines()


def test_the_next_commands_of_the_demo_run_without_error(shell: Shell) -> None:
    lines = [shlex.split(line)[1:] for line in NEXT_COMMANDS.strip().splitlines()]
    assert [shell(*line).code for line in lines if line != ["stop"]] == [0] * (len(lines) - 1)


def test_a_path_is_printed_in_danish_by_option_or_locale(shell: Shell) -> None:
    command = ("path", "--from", PET, "--to", "Thisted", "--network", "infohus", *ON)
    result = shell(*command, "--lang", "da")
    assert "Svarer 25. nov. fra kl. 09.00: Birgit" in result.out
    assert (
        "Du må ringe direkte. Sig ikke, hvem det handler om: I har ikke hjemmel til at dele det."
        in result.out
    )
    assert shell(*command, LANG="da_DK.UTF-8").out == result.out


def test_two_dates_are_compared_path_by_path_with_reasons(shell: Shell) -> None:
    command = (
        "path", "--from", "SSP-koordinator, Aalborg", "--to", "Læsø", "--network", "ssp", *ON,
    )  # fmt: skip
    out = shell.ok(*command, "--against", "2027-02-01")
    assert out.startswith("25 November 2026 and 1 February 2027: ")
    assert (
        "Nobody answers at SSP-koordinator, Læsø on the second date (vacant since 1 February 2027)."
        in out
    )
    body = shell(*command, "--against", "2027-02-01", "--json").json()
    ends = {path["before"]["stops"][-1]["node"]["id"] for path in body["paths"] if path["before"]}
    gone = {
        path["before"]["stops"][-1]["node"]["id"]
        for path in body["paths"]
        if path["fate"] == "GONE"
    }
    assert "act-ssp-0825" in gone
    assert "act-sspp-1460" in ends - gone  # the right contact on that date
    for more in (("--against", "2026-11-25"), ("--against", "2027-02-01", "--explain")):
        assert "--against" in shell.refused(*command, *more)


def test_owners_lists_what_needs_a_new_owner_in_2027_by_region_and_district(shell: Shell) -> None:
    command = ("owners", "--from", "2026-12-31", "--to", "2027-01-01")
    out = shell.ok(*command, "--lang", "da")
    lines = [line.strip() for line in out.splitlines()]
    assert lines[:2] == [
        "Hvad mangler en ejer: 31. dec. 2026 → 1. jan. 2027",
        "Samarbejde: Sektoren er ikke længere med, 100 (100 med afløser)",
    ]
    assert "Region Sjælland · Sydsjællands og Lolland-Falsters Politi" in lines
    assert "→ Region Østdanmark" in out
    assert shell(*command, "--json").json()["sums"][0]["count"] == 100
    nothing = shell("owners", "--from", "2026-11-25", "--to", "2026-11-26")
    assert (nothing.code, "Nothing needs an owner." in nothing.out) == (1, True)
    assert shell("owners", "--from", "x", "--to", "2027-01-01").err.startswith("--from")


def test_impact_of_a_post_lists_lost_contacts_and_who_answers_afterwards(shell: Shell) -> None:
    post = "Infohus-tovholder, politi, Kalundborg"
    out = shell.ok("impact", post, *ON)
    lines = [" ".join(line.split()) for line in out.splitlines()]
    assert lines[0] == f"If {post} leaves (Post) · 25 November 2026"
    body = shell("impact", post, *ON, "--json").json()
    assert lines[1] == (
        f"Of {body['needs']} contacts in the municipalities, from the national level and the "
        f"districts, {body['lost']} are no longer reached and {body['worse']} are reached less "
        "well."
    )
    assert body["lost"] + body["worse"] == len(body["losses"]) > 0
    assert {loss["area"]["name"] for loss in body["losses"]} == {"Kalundborg"}
    assert any(line.startswith(f"{post} answers afterwards: nobody") for line in lines)
    danish = shell("impact", post, *ON, "--lang", "da")
    assert danish.out.startswith(f"Hvis {post} stopper (Funktion) · 25. nov. 2026")
    assert f"from {PET}" in shell("impact", "Thisted Kommune", *ON, "--from", PET).out
    unknown = shell("impact", "ingen hedder sådan", *ON)
    assert (unknown.code, unknown.out) == (2, "")


def test_path_as_json_holds_costs_stops_and_availability(shell: Shell) -> None:
    command = ("path", "--from", PET, "--to", "Thisted", "--network", "infohus", *ON, "-k", "1")
    answer = shell(*command, "--json").json()
    assert "paths" not in answer
    (path,) = answer["contacts"][0]["ways"]
    assert answer["direction"] == "DOWN"
    assert path["cost"] == sum(hop["cost"] for hop in path["hops"])
    assert len(path["stops"]) == len(path["hops"]) + 1
    assert answer["at"] is None
    available = answer["contacts"][0]["stop"]["resolution"]["availability"]
    assert (available["opens_at"], available["until"]) == ("2026-11-25T09:00", "2026-11-25T15:00")


SSP = ("path", "--from", PET, "--to", "Ringsted", "--network", "ssp")


@pytest.mark.parametrize(("typed", "now", "expected"), [
    ((), "2026-11-25T10:00", "Answers now: "),
    ((), "2026-11-28T22:00", "Opens Monday 09:00 ("),
    (("--at", "22:00"), "2026-11-28T20:00", "Opens Monday 30 November 09:00 ("),
    (("--at", "2026-11-28 22:00"), "2026-11-25T10:00", "Opens Monday 30 November 09:00 ("),
    (("--at", "10.00", "--on", "2026-11-30"), "2026-11-28T22:00", "Answers 30 November 10:00: "),
    (("--on", "2026-11-30"), "2026-11-28T22:00", "Answers 30 November from 09:00: "),
    (("--at", "2026-11-28T21:51"), "2026-11-28T22:00", "Opens Monday 09:00 ("),
])  # fmt: skip
def test_availability_is_shown_for_now_another_minute_or_a_date(
    shell: Shell, typed: tuple[str, ...], now: str, expected: str
) -> None:
    lead, _, contacts = shell.ok(*SSP, *typed, now=now).partition("\n1  ")
    assert f"Call directly: SSP-koordinator, Ringsted. {expected}" in " ".join(lead.split())
    first = [line.strip() for line in contacts.splitlines()]
    assert first[0] == "SSP-koordinator, Ringsted — coordinates SSP Ringsted"
    assert first[1].startswith("Reached by: ")
    assert first[2].startswith("You may call directly. Do not say who it is about")
    assert first[3].startswith("or through: ")


@pytest.mark.parametrize(("typed", "expected"), [
    (("--at", "21:49"), "--at: is in the past: it is 28 November 2026, 22:00"),
    (("--at", "2028-01-03 10:00"), "--at: is more than 400 days ahead"),
    (("--at", "2027-03-28 02:30"), "--at: does not exist: 28 March 2027, 02:30 is skipped"),
    (("--at", "2026-11-30 10:00", "--on", "2026-11-29"), "--at: is not on 29 November 2026"),
    (("--at", "tonight"), '--at: "tonight" is not a time such as 2026-11-28 22:00 or 22:00'),
    (("--at", "2026-11-28"), '--at: "2026-11-28" is not a time'),
    (("--at", "23:00", "--against", "2027-01-01"), "--at: cannot be used with --against"),
    (("--contacts", "0"), "--contacts: must be from 1 to 5"),
])  # fmt: skip
def test_an_invalid_time_or_number_of_contacts_is_refused_naming_the_option(
    shell: Shell, typed: tuple[str, ...], expected: str
) -> None:
    assert expected in shell.refused(*SSP, *typed, now="2026-11-28T22:00")


def test_an_acute_need_prints_one_card_without_a_choice_of_contacts(shell: Shell) -> None:
    command = ("path", "--from", "act-ihm-0787", "--to", "Ringsted", "--trigger", "acute")
    out = shell.ok(*command, "--lang", "da", now="2026-11-28T22:00")
    assert out.splitlines()[2:4] == [
        "Akut fare: ring 112. Politi: 114.",
        "Vagtcentral for Ringsted: Vagtcentral, Midt- og Vestsjællands Politi",
    ]
    assert re.fullmatch(r" +\+45( \d\d){4}", out.splitlines()[4]), "its number, without a purpose"
    assert "Orientér bagefter:" in out
    assert "\n1  " not in out


def test_standing_contacts_show_who_answers_and_whether_one_may_call(shell: Shell) -> None:
    result = shell(*SSP, "--contacts", "1", now="2026-11-28T22:00")
    desk = result.out.partition("Standing contacts, Ringsted")[2].splitlines()
    rows = [" ".join(line.split()) for line in desk]
    assert "Who Answers May I call?" in rows
    assert any(
        row.startswith("Social modtagelse, Ringsted Opens Monday 09:00 (Ringsted Kommune)")
        and row.endswith("In general terms")
        for row in rows
    )


CAPACITY = (
    "path", "--from", "act-pet-capacity", "--to", "act-ihm-0787", "--level", "capacity_building",
    *ON,
)  # fmt: skip


def test_explain_shows_reason_and_cost_of_each_hop_and_how_paths_differ(shell: Shell) -> None:
    out = shell.ok(*CAPACITY, "-k", "2", "--explain")
    assert out.count("Why: ") == out.count("Costs ") == 5  # steps of both paths
    assert out.count("Unlike path 1: ") == 1
    assert "Checked 22 September by PET: kapacitet (64 days ago, up to date)." in out
    assert shell(*CAPACITY, "-k", "2", "--explain", "--json").json()["excluded"] == []


def test_a_path_respects_via_avoid_and_max_hops(shell: Shell) -> None:
    terms = ("--via", "aut-pol-1462", "--via", "infohus", "--max-hops", "4")
    avoid = ("--avoid", "Rådgiver, CDE", "--avoid", "SSP Thisted", "--why-not", "Rådgiver, CDE")
    answer = shell(*CAPACITY, *terms[:4], *avoid[:4], *terms[4:], "--json").json()
    assert answer["contacts"][0]["ways"]
    for path in answer["contacts"][0]["ways"]:
        stops = {node["id"] for stop in path["stops"] for node in stop["covers"]}
        assert stops & {"act-head-1462", "act-ihp-0787"}
        assert stops & {"net-ihn-1462", "net-ihk-0787"}
        assert not stops & {"act-cde-1", "net-ssp-0787"}
        assert len(path["hops"]) <= 4
    assert shell(*CAPACITY, *avoid, "--json").json()["why_not"]["obstacle"] == "AVOIDED"


def test_contacts_can_be_narrowed_by_sector_competence_channel_and_language(shell: Shell) -> None:
    command = ("path", "--from", PET, "--to", "Thisted", *ON, "--json")
    youth = shell(*command, "--sector", "ungdom og fritid").json()
    assert [contact["stop"]["node"]["id"] for contact in youth["contacts"]] == ["act-ssp-0787"]
    for terms, would_work_without in (
        (("--sector", "youth", "--competence", "kv:01"), {"AREA", "SECTOR", "COMPETENCE"}),
        (("--sector", "youth", "--channel", "secure_email"), {"AREA", "SECTOR", "CHANNEL"}),
        (("--language", "so", "--within-km", "60"), {"LANGUAGE"}),
    ):
        narrow = shell(*command, *terms)
        assert narrow.code == 1, narrow.err
        none = narrow.json()["none"]
        assert none["cause"] == "NO_TARGET"
        assert {item["term"] for item in none["would_work"]} == would_work_without
    assert "--sector: " in shell(*command, "--sector", "shoes").err
    assert "--within-km: must be from 1 to 1000" in shell(*command, "--within-km", "0").err


def test_why_not_names_a_less_sure_path_and_refuses_an_ambiguous_name(shell: Shell) -> None:
    result = shell(*CAPACITY, "-k", "1", "--why-not", "SSP Thisted")
    assert "The path through SSP Thisted is less sure." in result.out
    assert "Choose an id" in shell.refused(*CAPACITY, "--why-not", "SSP-koordinator")


def test_max_hops_out_of_range_is_refused_naming_the_option(shell: Shell) -> None:
    assert "--max-hops: must be from 1 to 8" in shell.refused(*CAPACITY, "--max-hops", "99")


def test_a_path_through_stops_is_shown_by_leg_or_names_the_leg_without_a_path(shell: Shell) -> None:
    stops = ("--stops", "Rådgiver, CDE", "--stops", "Infohus netværk Midt- og Vestjylland")
    out = shell.ok(*CAPACITY, *stops, "-k", "1", "--explain")
    assert "through Rådgiver, CDE; Infohus netværk Midt- og Vestjylland to" in out
    assert out.count("   Leg ") == 3
    answer = shell(*CAPACITY, *stops, "-k", "1", "--json").json()
    assert [len(path["legs"]) for path in answer["paths"]] == [3]
    laesoe = ("path", "--from", "act-ssp-0851", "--to", "SSP-koordinator, Læsø")
    none = shell(*laesoe, "--on", "2027-02-01", "--stops", "Aalborg Kommune", "--lang", "da")
    assert none.code == 1
    assert "Stykke 2: Aalborg Kommune → SSP-koordinator, Læsø" in none.out
    assert "Årsag: ingen svarer dér." in none.out


def test_a_policy_file_given_as_an_option_is_used(shell: Shell, tmp_path: Path) -> None:
    policy = tmp_path / "policy.toml"
    text = SHIPPED.read_text("utf-8")
    policy.write_text(text.replace("ways_alone = 5", "ways_alone = 1"), encoding="utf-8")
    answer = shell(*CAPACITY, "--policy", str(policy), "--json").json()
    assert (len(answer["contacts"][0]["ways"]), answer["policy"]) == (1, load_policy(policy).digest)


def test_a_path_by_ids_equals_the_path_by_names(shell: Shell) -> None:
    by_name = shell("path", "--from", PET, "--to", "Ringsted", "--network", "infohus", *ON)
    by_id = shell("path", "--from", "aut-pet-fc", "--to", "mun-0329", "--network", "infohus", *ON)
    assert by_id == by_name


def test_a_reverse_path_ends_where_the_forward_path_starts(shell: Shell) -> None:
    command = ("path", "--from", PET, "--to", "Thisted", "--network", "infohus", *ON, "--json")
    back = shell(*command, "--sector", "youth", "--reverse").json()  # from the post in Thisted
    assert back["direction"] == "UP"
    assert back["contacts"]
    ends = [path["stops"][-1] for contact in back["contacts"] for path in contact["ways"]]
    assert all(end["node"]["id"].startswith("act-pet") for end in ends)


def test_another_date_changes_who_answers(shell: Shell) -> None:
    command = ("path", "--from", "SSP-koordinator, Aalborg", "--to", "Læsø", "--network", "ssp")
    assert shell(*command, *ON).code == 0
    out = shell.ok(*command, "--on", "2027-02-01")
    assert "\n1  SSP-koordinator, politi, Nordjylland — " in out
    assert "SSP-koordinator, Læsø: nobody answers." in out
    none = shell("path", "--from", "act-ssp-0851", "--to", "act-ssp-0825", "--on", "2027-02-01")
    assert none.code == 1
    assert "There is no path from SSP-koordinator, Aalborg, to SSP-koordinator, Læsø" in none.out


def test_an_unknown_place_suggests_similar_names(shell: Shell) -> None:
    result = shell("path", "--from", PET, "--to", "Tistd", *ON)
    assert result.code == 2
    assert "mun-0787" in result.err
    nothing = shell("path", "--from", PET, "--to", "Xyzzyville", *ON)
    assert nothing.code == 2
    assert "Xyzzyville" in nothing.err


def test_an_ambiguous_name_lists_its_candidates_and_asks_for_an_id(shell: Shell) -> None:
    result = shell("path", "--from", "SSP-koordinator", "--to", "Thisted", *ON)
    assert result.code == 2
    assert "Choose an id" in result.err
    assert result.err.count("act-ssp-") > 3
    assert "There are more" in result.err
    assert result.out == ""


def test_candidates_are_not_truncated_on_a_narrow_terminal(shell: Shell) -> None:
    result = shell("show", "PET", COLUMNS="80")
    assert "aut-pet-fc" in result.err
    assert "…" not in result.err


@pytest.mark.parametrize("bad", ["2027-13-01", "tomorrow", "31-12-2026", ""])
def test_a_bad_date_is_refused_with_the_right_form(shell: Shell, bad: str) -> None:
    result = shell("path", "--from", PET, "--to", "Thisted", "--on", bad)
    assert result.code == 2
    assert bad in result.err
    assert "2027-01-15" in result.err


def test_an_older_revision_can_be_queried_and_one_above_the_newest_is_refused(shell: Shell) -> None:
    command = ("path", "--from", PET, "--to", "Thisted", "--network", "infohus", *ON, "--json")
    assert shell("find", "Thisted", *ON, "--revision", "0").code == 1
    assert shell("show", "mun-0787", *ON, "--revision", "1").code == 0
    newest = shell(*command).json()["revision"]
    assert shell(*command, "--revision", str(newest)).json() == shell(*command).json()
    above = shell(*command, "--revision", str(newest + 1))
    assert above.code == 2
    assert "--revision: must be 0 or higher, and at most the newest revision" in above.err


def test_a_person_with_withdrawn_consent_is_hidden_at_every_revision(shell: Shell) -> None:
    command = ("path", "--from", PET, "--to", "Thisted", "--network", "infohus", *ON, "--json")
    person = shell(*command).json()["contacts"][0]["stop"]["resolution"]["who"]["id"]
    with open_identity_store(Path(shell.environment["KONTAKTVEJ_HOME"]) / "accounts") as identities:
        withhold(identities.withholdings, person)
        try:
            for more in ((), ("--revision", "1")):
                assert person not in shell.ok(*command, *more)
                assert shell("show", person, *ON, *more).code == 2
        finally:
            identities.withholdings.lift([person])


def test_a_setting_that_cannot_be_used_is_named(shell: Shell) -> None:
    result = shell("find", "thisted", KONTAKTVEJ_CALLS_PER_MIN="bad")
    assert result.code == 2
    assert "KONTAKTVEJ_CALLS_PER_MIN" in result.err


def test_a_need_without_a_target_is_refused(shell: Shell) -> None:
    result = shell("path", "--from", PET, *ON)
    assert result.code == 2
    assert "--to: say at least one: target" in result.err


def test_a_network_may_be_typed_in_capitals(shell: Shell) -> None:
    command = ("path", "--from", PET, "--to", "Thisted", *ON, "-k", "1")
    assert shell(*command, "--network", "SSP") == shell(*command, "--network", "ssp")


def test_a_network_kind_as_the_only_target_is_named_in_the_heading(shell: Shell) -> None:
    result = shell("path", "--from", PET, "--network", "ssp", *ON, "-k", "1")
    assert f"From {PET} to SSP, 25 November 2026" in result.out


@pytest.mark.parametrize("option", [("--network", "skat"), ("--trigger", "murder"), ("-k", "99")])
def test_an_invalid_option_value_is_refused(shell: Shell, option: tuple[str, str]) -> None:
    err = shell.refused("path", "--from", PET, "--to", "Thisted", *ON, *option)
    assert err


def test_find_matches_other_spellings_and_shows_ids_and_who_answers(shell: Shell) -> None:
    out = shell.ok("find", "ssp laesoe")
    assert "SSP-koordinator, Læsø  act-ssp-0825\n" in out
    assert "\n   Answers: " in out
    assert shell("find", "xyzzy").code == 1
    body = shell("find", "thisted", "--json", "-n", "3").json()
    assert (body[0]["id"], len(body)) == ("mun-0787", 3)


def test_find_fits_a_narrow_terminal_with_whole_names_and_ids(shell: Shell) -> None:
    person = shell("find", "ssp laesoe", "--json").json()[4]
    lines = shell.ok("find", "ssp laesoe", COLUMNS="60").splitlines()
    assert next(line for line in lines if person["id"] in line).startswith(person["name"])
    assert max(len(line) for line in lines if line.startswith("   ")) <= 60


def test_show_lists_links_and_who_answers(shell: Shell) -> None:
    out = shell.ok("show", "SSP-koordinator, Thisted", *ON)
    assert "act-ssp-0787" in out
    assert "coordinates" in out
    card = shell("show", "act-ssp-0787", *ON, "--json").json()
    assert (card["label"], card["answering"]["rung"]) == ("Actor", "HOLDER")


def test_show_calls_a_post_doubled_only_with_more_than_one_seat() -> None:
    second = tie(Holds, "bo", "ssp-post", share=0.5)
    for share, is_doubled in ((1.0, True), (0.5, False)):
        view = kystby_with(second, changed={"amina--ssp-post": {"share": share}})
        card = node_card(view, view.row("ssp-post"), POLICY)
        with OUT.capture() as printed:
            show_card(card, "en")
        assert card.is_doubled is is_doubled
        assert ("Doubled: several holders." in printed.get()) is is_doubled


def test_doctor_reports_engine_schema_and_counts_without_findings(shell: Shell) -> None:
    out = shell.ok("doctor")
    assert "Neo4j" in out
    assert "All is well" in out
    examined = shell("doctor", "--json").json()
    assert examined["engine"]["schema"] == SCHEMA_VERSION
    assert examined["counts"]["Actor"] >= 827
    assert examined["findings"] == []


def test_a_bad_policy_is_named_by_doctor_and_refused_by_path_and_serve(
    shell: Shell, tmp_path: Path
) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text("version = 1\n[searhc]\nmax_paths = 5\n", encoding="utf-8")
    result = shell("doctor", KONTAKTVEJ_POLICY=str(policy))
    assert result.code == 1
    assert "searhc" in result.out
    refusal = shell("path", "--from", PET, "--to", "Thisted", KONTAKTVEJ_POLICY=str(policy))
    assert refusal.code == 2
    assert "searhc" in refusal.err
    unserved = shell.started("serve", KONTAKTVEJ_POLICY=str(policy))
    assert (unserved.code, unserved.out) == (2, "")
    assert "searhc" in unserved.err


def test_seeding_again_reports_nothing_to_change(shell: Shell) -> None:
    assert "Nothing to change" in shell.ok("seed")


def test_the_demo_is_refused_if_a_server_is_configured(shell: Shell) -> None:
    result = shell("demo")
    assert result.code == 3
    assert "NEO4J_URI" in result.err


def test_speakers_lists_people_within_the_distance_nearest_first(shell: Shell) -> None:
    out = shell.ok("speakers", "so", "--near", "Silkeborg", "--within", "60", *ON)
    assert "Distance" in out.splitlines()[0]
    distances = [int(line.split()[0]) for line in out.splitlines()[1:] if line[:1].isdigit()]
    assert distances == sorted(distances)
    assert distances[-1] <= 60
    result = shell("speakers", "am", "--near", "Silkeborg", "--within", "1", "--lang", "da", *ON)
    assert result.code == 1
    assert result.out == "Ingen inden for 1 km fra Silkeborg vides at tale amharisk.\n"
