"""A letter to a person about how they were looked up: when, how, why, never by whom (GDPR art. 15).

Kinds of requests are described in plain words, since the reader does not know the system.
"""

from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final

from api.audit.report import REVEALS, CallerPosts, LookUp, look_ups
from api.exports.audit_log import caller_area_filter
from api.exports.request import ExportFile, SubjectLetterExport
from api.i18n import N_, _, ngettext
from api.state import RequestContext
from api.text.format import format_date
from graph.access.policy import Role
from graph.access.purposes import Purpose
from graph.access.view import View
from graph.errors import NotFound
from graph.exchange.loss_report import ExportLoss, LossKind
from graph.exchange.provenance import Provenance
from graph.exchange.subject_letter import Letter, subject_letter
from graph.vocabulary import Language, PostKind

MOST: Final = 1_000
_ENTRY_SHOWN: Final = N_("Your entry was shown")
_LOG_READ: Final = N_("Supervision: the log of look-ups of you was read")
_KINDS: Final = (
    (("reveal_",), N_("Your contact details were shown")),
    (("ask_for_contact", "answer_contact_request"), N_("Somebody asked to get in touch with you")),
    (
        ("read_rows", "read_subject", "read_sample", "read_breach", "find_term",
         "make_subject_letter", "make_audit_export"),
        _LOG_READ,
    ),
    (
        ("make_proposal", "withdraw_proposal"),
        N_("Somebody proposed to correct your entry, or withdrew the proposal"),
    ),
    (
        ("read_account", "create_account", "disable_account", "enable_account",
         "forget_second_factor", "give_grant", "end_grant", "confirm_account_change",
         "refuse_account_change"),
        N_("Your account or its rights were shown or changed"),
    ),
    (
        ("read_export", "make_export", "make_map_export", "make_matrix_export",
         "make_metrics_export", "make_query_export", "command_export"),
        N_("You were in a file that was downloaded"),
    ),
    (("find_",), N_("You were part of an answer about whom to contact")),
    (
        ("read_consents", "renew_consent", "withdraw_consent", "withdraw_by_link",
         "make_withdrawal_link", "read_withdrawal"),
        N_("Your consent was shown, renewed or withdrawn"),
    ),
    (
        ("create_entity", "create_link", "change_entity", "change_link", "end_entity", "end_link",
         "verify_", "apply_", "confirm_change_set", "answer_proposal", "import_list",
         "undo_import"),
        N_("Your entry was checked or changed"),
    ),
)  # fmt: skip
"""Actions by name or prefix -> what happened to the person, in plain words.

The first match counts; after any other action, the entry was shown.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectLookUps:
    """The newest look-ups of a person; `has_more`: there are older ones."""

    rows: tuple[LookUp, ...]
    has_more: bool

    @property
    def losses(self) -> tuple[ExportLoss, ...]:
        """What the letter leaves out."""
        return (ExportLoss(kind=LossKind.OLDER),) if self.has_more else ()


def selection(context: RequestContext, order: SubjectLetterExport) -> SubjectLookUps:
    """The look-ups of the person up to the order.

    Raises: NotFound: the person is unknown or of other areas, and nobody has looked them up.
    """
    app_state, person = context.app_state, order.asked.person
    rows, older = look_ups(
        app_state.audit, person,
        CallerPosts(app_state.directory.snapshot(), app_state.accounts.person_of),
        before=order.before, most=MOST, within=caller_area_filter(context),
    )  # fmt: skip
    if not rows and context.view().find(person) is None:
        raise NotFound(person)
    context.subjects.add(person)
    return SubjectLookUps(rows=rows, has_more=older is not None)


def build(
    view: View, selection: SubjectLookUps, order: SubjectLetterExport, stamp: Provenance
) -> ExportFile:
    """The letter as a PDF, with a line for each day and kind of look-up."""
    lang, person = order.lang, order.asked.person
    descriptions = [(look_up.on, *_describe(look_up, lang)) for look_up in selection.rows]
    lines: list[tuple[str, ...]] = []
    for (on, what, why, office), same in groupby(sorted(descriptions, reverse=True)):
        count = len(tuple(same))
        times = ngettext("{count} time", "{count} times", count, lang) if count > 1 else ""
        lines.append((format_date(on, lang), f"{what} ({times})" if times else what, why, office))
    reveal_count = sum(look_up.action.startswith(REVEALS) for look_up in selection.rows)
    count = len(selection.rows)
    total = ngettext(
        "You were looked up {count} time.", "You were looked up {count} times.", count, lang
    )
    reveals = ngettext(
        "Your contact details were shown {count} time.",
        "Your contact details were shown {count} times.",
        reveal_count, lang,
    )  # fmt: skip
    if selection.has_more:
        older = _("The letter holds the newest {count}; ask for the older ones.", lang, count=MOST)
        total = f"{total} {older}"
    letter = Letter(
        title=_("Look-ups of you in Kontaktvej", lang),
        name=view.name_of(person) or person,
        day=format_date(stamp.made_at.date(), lang),
        opening=(
            _(
                "Kontaktvej is the directory of professionals and volunteers whom municipalities, "
                "police and other authorities contact to prevent extremism. Every look-up is "
                "logged. This letter lists the look-ups in which information about you was shown.",
                lang,
            ),
            f"{total} {reveals}" if count else _("Nobody has looked you up.", lang),
        ),
        heads=tuple(
            _(head, lang)
            for head in (N_("Day"), N_("What happened"), N_("Purpose"), N_("Looked up from"))
        ),
        lines=tuple(lines),
        closing=(
            _(
                "The names of those who looked you up are not in the letter: they did so in the "
                "course of their work, and the log keeps who they are for supervision.",
                lang,
            ),
            _(
                "You may ask to have information about you corrected or deleted, you may object to "
                "its use, and you may complain to the Danish Data Protection Agency "
                "(datatilsynet.dk). Reply to the data protection officer who sent you the letter.",
                lang,
            ),
        ),
        sender=_("Data protection officer", lang),
    )
    return ExportFile(
        content=subject_letter(letter, replace(stamp, losses=selection.losses), lang),
        rows=count,
        people=frozenset({person}),
    )


def _describe(look_up: LookUp, lang: Language) -> tuple[str, str, str]:
    """What happened, why, and from what kind of office or else in what role, in words."""
    purpose = Purpose.__members__.get(look_up.purpose or "")
    offices = [
        PostKind[kind].label(lang) for kind in look_up.offices if kind in PostKind.__members__
    ]
    roles = [Role[name].label(lang) for name in (look_up.role or "").split("+") if name]
    why = "" if purpose is None else purpose.label(lang)
    return what_happened(look_up.action, lang), why, ", ".join(offices or roles)


def what_happened(action: str, lang: Language) -> str:
    """What an action did to the person, in plain words."""
    texts = (text for prefixes, text in _KINDS if action.startswith(prefixes))
    return _(next(texts, _ENTRY_SHOWN), lang)
