import re
from pathlib import Path

import pytest

from graph.errors import InvalidPolicy
from graph.paths.answer_terms import FitGroup, FitNeed
from graph.paths.policy_file import SHIPPED, load_policy
from graph.vocabulary import Label, LegalGate, LinkType, PathUse, PostKind, PreventionLevel, Trigger

TEXT = SHIPPED.read_text("utf-8")


def faults(tmp_path: Path, *changes: tuple[str, str]) -> tuple[str, ...]:
    """Return the faults of the shipped file after some texts in it were replaced."""
    text = TEXT
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path = tmp_path / "policy.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(InvalidPolicy) as refused:
        load_policy(path)
    return refused.value.faults


def test_the_shipped_policy_loads_with_its_costs_in_micro_nats() -> None:
    policy = load_policy()
    assert policy.standing["holder"] == 0
    assert policy.standing["deputy"] == 105_361
    assert policy.links[LinkType.KNOWS].is_lifted
    assert policy.links[LinkType.REFERS_TO].walk is PathUse.FORWARD
    assert policy.gates[LegalGate.CONSENT].levels == {PreventionLevel.OUTREACH}
    assert policy.gates[LegalGate.SSP_115].levels == set(PreventionLevel)
    assert policy.triggers[Trigger.RELEASE].posts[0] is PostKind.RELEASE_CONTACT
    assert policy.direct == {Label.ACTOR, Label.RESOURCE_INDIVIDUAL}
    assert policy.closing == {(6, 5), (12, 24), (12, 31)}
    assert policy.local[0] is PostKind.INFOHOUSE_COORDINATOR_MUNICIPAL


def test_every_kind_of_need_has_classes_with_a_sentence_in_both_languages() -> None:
    fit = load_policy().fit
    assert set(fit) == set(FitNeed)
    assert {rule.who for rules in fit.values() for rule in rules} == set(FitGroup)
    for need, rules in fit.items():
        assert all(need in rule.who.needs for rule in rules)
        assert all(rule.danish and rule.english != rule.danish for rule in rules)


def test_the_digest_follows_the_content_and_not_its_layout(tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    path.write_text("# a comment\n" + TEXT.replace("   ", " "), "utf-8")
    assert load_policy(path).digest == load_policy().digest
    path.write_text(TEXT.replace("free = 30", "free = 31"), "utf-8")
    assert load_policy(path).digest != load_policy().digest
    assert re.fullmatch(r"[0-9a-f]{12}", load_policy().digest)


def without_line(fault: str) -> str:
    """A fault without the number of the line before it."""
    return re.sub(r"^line \d+: ", "", fault)


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("factor = 0.90", "factor = 1.4",
         "links.KNOWS.factor: 1.4 should be less than or equal to 1"),
        ("factor = 0.90", "factor = true", "links.KNOWS.factor: True should be a valid number"),
        ("factor = 0.90", "factor = nan", "links.KNOWS.factor: nan should be a finite number"),
        ("floor = 0.3 ", "floor = 0 ", "links.REPRESENTS.floor: 0 should be greater than 0"),
        ("half_life_days = 365", "half_life_days = 0",
         "links.REPRESENTS.half_life_days: 0 should be greater than or equal to 1"),
        ("half_life_days = 365", "half_life = 365", "links.REPRESENTS.half_life_days: is missing"),
        ("half_life_days = 365", "half_life = 365",
         "links.REPRESENTS.half_life: is not known; do you mean half_life_days?"),
        ("KNOWS           =", "KNOW            =", "links: KNOWS is missing"),
        ("KNOWS           =", "KNOW            =",
         "links.KNOW: 'KNOW' is not known; do you mean KNOWS?"),
        ("REFERS_TO       = { makers", "SUPPORTS        = { makers",
         "missing.SUPPORTS: 'SUPPORTS' is not known; "
         "known: DEPUTIZES_FOR, DOOR_OPENER_FOR, MEMBER_OF, REFERS_TO"),
        ('"HOLDS", ', "", "unwalked.types: HOLDS is missing"),
        ('"HOLDS", ', '"HOLDS", "KNOWS", ', "unwalked.types: KNOWS must be walked"),
        ('"HOLDS", ', '"HOLDS", "HOLDS", ', "unwalked.types: HOLDS is named twice"),
        ('"HOLDS", ', '"HOLD", ', "unwalked.types.1: 'HOLD' is not known; do you mean HOLDS?"),
        ('walk = "forward", factor = 0.95', 'walk = "both", factor = 0.95',
         'links.REPRESENTS.walk: must be "forward"'),
        ('walk = "forward", factor = 0.95', 'walk = "sideways", factor = 0.95',
         "links.REPRESENTS.walk: 'sideways' is not known; known: both, forward"),
        (", lift = true", "", "links.KNOWS.lift: must be true"),
        ("named = true }\nPSP", "named = false }\nPSP",
         "gates.SSP_115.named: must be true: the law says so"),
        ("INTERNAL     =", "INTERN       =", "gates: INTERNAL is missing"),
        ('gates = ["CHILDRENS_ACT_15_3"]', "gates = []", "gates: CHILDRENS_ACT_15_3 is missing"),
        ('"ResourceIndividual"]', "]", "crossing.cross: ResourceIndividual is missing"),
        ('end = ["Organization"]', "end = []", "crossing.cross: Organization is missing"),
        ('cross = ["Actor"', 'cross = ["Organization", "Actor"',
         "crossing.cross: Organization can only end a path"),
        ('never = ["Area", ', "never = [", "crossing.never: Area is missing"),
        ('cross = ["Actor"', 'cross = ["Area", "Actor"',
         "crossing.cross: Area can never be on a path"),
        (', "MENTOR_CORPS"]', "]", "crossing.end_kinds: MENTOR_CORPS is missing"),
        ('end_kinds = [', 'end_kinds = ["SSP", ', "crossing.end_kinds: SSP is crossed"),
        ('by = ["DOOR_OPENER_FOR"]', 'by = ["DOOR_OPENER_FOR", "MEMBER_OF"]',
         'introduce.ResourceIndividual.by: must be ["DOOR_OPENER_FOR"]: '
         "a civilian is met no other way"),
        ('onward = ["REPRESENTS"]', "onward = []",
         'introduce.ResourceIndividual.onward: must be ["REPRESENTS"]: '
         "a civilian is met no other way"),
        ('"holder_present"', '"anybody"',
         "introduce.ResourceIndividual.opener: 'anybody' is not known; known: holder_present"),
        ("default_hops = 6", "default_hops = 9", "search.default_hops: 9 is above max_hops, 8"),
        ("max_hops = 8", "max_hops = 13", "search.max_hops: 13 should be less than or equal to 12"),
        ("max_paths = 5", "max_path = 5", "search.max_path: is not known; do you mean max_paths?"),
        ("[0.3, 0.45, 0.7]", "[0.4, 0.2]",
         "budget.widen: [0.4, 0.2] is not a list of rising numbers"),
        ("pops = 200000", "pops = 0.5", "budget.pops: 0.5 should be a valid integer"),
        ("strength_doubt = 0.5", "strength_doubt = 1",
         "cost.strength_doubt: 1 should be less than 1"),
        ("unverified_days = 730", "unverified_days = 0",
         "cost.unverified_days: 0 should be greater than or equal to 1"),
        ("exponent = 0.5", "exponent = -1", "hub.exponent: -1 should be greater than 0"),
        ("mailbox = 0.70", "mailbox = 0", "standing.mailbox: 0 should be greater than 0"),
        ("most = 5 ", "most = 0 ", "contacts.most: 0 should be greater than or equal to 1"),
        ("ways_alone = 5", "ways_alone = 33",
         "contacts.ways_alone: 33 should be less than or equal to 32"),
        ('labels = ["Actor"', 'labels = ["Person", "Actor"',
         "direct.labels.1: 'Person' is not known; known: Actor, ResourceIndividual"),
        ('"12-31"]', '"12-32"]', "closing.days.3: '12-32' is not a month and day such as 12-24"),
        ('"12-31"]', '"31/12"]', "closing.days.3: '31/12' is not a month and day such as 12-24"),
        ('"12-31"]', "1231]", "closing.days.3: 1231 should be a valid string"),
        ('posts = ["INFOHOUSE_COORDINATOR_MUNICIPAL"', 'posts = ["INFOHOUSE"',
         "local.posts.1: 'INFOHOUSE' is not known; do you mean INFOHOUSE_SECRETARIAT?"),
        ("NETWORK = [\n", "NETWORKS = [\n", "fit: NETWORK is missing"),
        ("NETWORK = [\n", "NETWORKS = [\n",
         "fit.NETWORKS: 'NETWORKS' is not known; do you mean NETWORK?"),
        ('who = "MEMBER"', 'who = "ANY_MEMBER"',
         "fit.NETWORK_IN_AREA.3.who: ANY_MEMBER is not one of COORDINATOR, COORDINATOR_ABOVE, "
         "MEMBER, MEMBER_ABOVE"),
        ('who = "STANDS_IN"', 'who = "NAMED"', "fit.NODE.2.who: NAMED is named twice"),
        ('da = "koordinerer {what}"', 'da = ""', "fit.NETWORK_IN_AREA.1.da: is empty"),
        ('da = "koordinerer {what}"', 'dk = "koordinerer {what}"',
         "fit.NETWORK_IN_AREA.1.da: is missing"),
        ('en = "coordinates {what}"', 'en = "coordinates {it}"',
         "fit.NETWORK_IN_AREA.1.en: 'coordinates {it}' may hold {what} and no other braces"),
        ('grounds = ["KSP_115", ', 'grounds = ["GENERAL", ',
         "triggers.RELEASE.grounds.1: GENERAL is no ground for discussing a named person"),
        ("HAND_BACK =", "HAND_BAG  =", "triggers: HAND_BACK is missing"),
        ("HAND_BACK =", "HAND_BAG  =",
         "triggers.HAND_BAG: 'HAND_BAG' is not known; do you mean HAND_BACK?"),
        ('"PET_EXIT"', '"PET_EXITS"',
         "triggers.SERIOUS.posts.3: 'PET_EXITS' is not known; do you mean PET_EXIT?"),
        ('DEPUTIZES_FOR   =', "DEPUTIES        =",
         "missing.DEPUTIES: 'DEPUTIES' is not known; do you mean DEPUTIZES_FOR?"),
        ("CONSENT      =", "CHILDRENS_ACT_15_3 = { factor = 1, named = false }\nCONSENT      =",
         "gates.CHILDRENS_ACT_15_3: is a duty to plan, no ground for a hop"),
        ('never = ["Area", ', 'never = ["Actor", "Area", ',
         "crossing.never: Actor is an end of links a path walks"),
        ("version = 1", "version = 2", "version: 2 should be less than or equal to 1"),
        ("[hub]", "[hubs]", "hubs: is not known; do you mean hub?"),
        ("[hub]", "[hubs]", "hub: is missing"),
        ("cap_nat = 1.5", "cap_nat = 9.9",
         "cost: the dearest path of 12 hops comes to 2702319180, above 2147483646"),
        ("mailbox = 0.70", "mailbox = 1e-20",
         "cost: the dearest path of 12 hops comes to 9862964364, above 2147483646"),
    ],
)  # fmt: skip
def test_a_broken_rule_is_reported_with_its_key_and_reason(
    tmp_path: Path, old: str, new: str, line: str
) -> None:
    assert [fault for fault in faults(tmp_path, (old, new)) if without_line(fault) == line]


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("factor = 0.90", "factor = 1.4", "KNOWS "),  # inside a table on one line
        ("free = 30", "fre = 30", "fre "),
        ("mailbox = 0.70", "", "[standing]"),  # missing: the table it belongs in
        ('da = "koordinerer {what}"', 'da = ""', "NETWORK_IN_AREA"),
        ('onward = ["REPRESENTS"]', "onward = []", "onward "),
        ("version = 1", "version = 2", "version "),
    ],
)
def test_a_fault_is_reported_with_its_line_number(
    tmp_path: Path, old: str, new: str, key: str
) -> None:
    *_, fault = faults(tmp_path, (old, new))
    number = int(fault.removeprefix("line ").partition(":")[0])
    assert TEXT.replace(old, new).splitlines()[number - 1].startswith(key)


def test_all_faults_of_a_file_are_reported_at_once(tmp_path: Path) -> None:
    lines = faults(tmp_path, ("factor = 0.90", "factor = 1.4"), ("free = 30", "free = 0"))
    assert [without_line(line) for line in lines] == [
        "links.KNOWS.factor: 1.4 should be less than or equal to 1",
        "hub.free: 0 should be greater than or equal to 1",
    ]


def test_a_missing_table_is_one_fault_and_not_one_for_each_of_its_keys(tmp_path: Path) -> None:
    lines = faults(tmp_path, ("[direct]", "[hub.direct]"))
    problems = [without_line(line) for line in lines]
    assert problems == ["hub.direct: is not known", "direct: is missing"]


def test_invalid_toml_is_reported_with_its_line(tmp_path: Path) -> None:
    at = TEXT[: TEXT.index("[links]")].count("\n") + 2
    (line,) = faults(tmp_path, ("COORDINATES     = {", "COORDINATES     { "))
    assert line.startswith(f"line {at}: not TOML: ")
    (line,) = faults(tmp_path, ("[hub]", "[links]"))
    assert "not TOML" in line


def test_a_truncated_file_is_reported_as_not_toml(tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    path.write_text('version = "', "utf-8")
    with pytest.raises(InvalidPolicy, match=r"^(line 1|last line): not TOML: "):
        load_policy(path)


def test_a_missing_or_non_utf8_file_is_refused_with_a_message(tmp_path: Path) -> None:
    with pytest.raises(InvalidPolicy, match="cannot be read: No such file"):
        load_policy(tmp_path / "none.toml")
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(InvalidPolicy, match="is not UTF-8 text"):
        load_policy(tmp_path / "bytes.toml")
