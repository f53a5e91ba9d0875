"""The report at the end of a run: journeys in order, and faults of every browser profile."""

from tests.e2e.report import FIGURES, Journey, JourneyReport


def test_journeys_are_listed_in_the_order_of_their_numbers() -> None:
    names = ["12 expand", "J10 the new year", "2 begin", "J2 map"]
    journeys = [Journey(name=name, steps=2, most=3, seconds=1.25) for name in names]
    lines = [*JourneyReport(journeys=journeys).lines()][: len(names)]
    assert [line.split()[0] for line in lines] == ["J2", "J10", "2", "12"]
    assert "2 interactions (at most 3)" in lines[0]


def test_faults_of_all_profiles_are_counted_together() -> None:
    report = JourneyReport()
    refused = "Refused to load: it violates the Content Security Policy directive"
    report.close(requests=40, outside=1, errors=["something broke", refused])
    report.close(requests=2, outside=0, errors=[])
    assert list(report.lines())[len(FIGURES) :] == [
        "2 browser profiles, 42 requests: 1 to the outside, 1 policy violations, 2 console errors"
    ]


def test_each_figure_has_a_line_with_its_earlier_value_limit_and_result() -> None:
    journeys = [
        Journey(name="J1 release to Thisted", steps=2, most=2, seconds=1),
        Journey(name="J3 a move from Egedal to Roskilde", steps=7, most=7, seconds=1),
    ]
    lines = [" ".join(line.split()) for line in JourneyReport(journeys=journeys).lines()]
    assert "release to Thisted before 5 at most 2 now 2 reached" in lines
    assert "a move before dead end at most 6 now 7 missed" in lines
    assert "correct a phone number before impossible at most 4 now – not walked" in lines
