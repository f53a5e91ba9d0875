"""How a searched text was read, in the words of the reader."""

from api.text.search import search_answer
from graph.own_kinds import NO_OWN_KINDS
from graph.questions.names import search
from tests import kystby
from tests.kystby import view_of


def test_what_is_outside_and_what_was_left_out_is_said_in_the_readers_language() -> None:
    answer = search(view_of(kystby.snapshot()), "misbrugscenter Kystby xyzzy")
    english = search_answer(answer, NO_OWN_KINDS, "en")
    assert english.found[0].id == "intake"
    (what,) = english.what
    assert (what.words, what.is_outside) == ("misbrugscenter", True)
    assert (what.subjects[0].field, what.subjects[0].label) == (None, "Social intake")
    (where,) = english.where
    assert (where.words, where.areas[0].id) == ("Kystby", "kystby")
    assert english.left_out == ("xyzzy",)
    assert english.remarks == (
        "Misbrugscenter: not in the register. Ask instead: Social intake.", "Left out: xyzzy.",
    )  # fmt: skip
    assert search_answer(answer, NO_OWN_KINDS, "da").remarks == (
        "Misbrugscenter: ikke i registret. Spørg i stedet: Social modtagelse.", "Udeladt: xyzzy.",
    )  # fmt: skip


def test_a_subject_has_the_field_and_word_that_a_need_takes() -> None:
    view = view_of(kystby.snapshot())
    (concern,) = search_answer(search(view, "bekymring kystby"), NO_OWN_KINDS, "da").what
    first = concern.subjects[0]
    assert (first.field, first.word, first.label) == ("trigger", "CONCERN", "Bekymring")
    (mentoring,) = search_answer(search(view, "mentorstøtte"), NO_OWN_KINDS, "da").what
    assert ("competence", "15.20.36") in {(one.field, one.word) for one in mentoring.subjects}
