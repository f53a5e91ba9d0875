"""The user's own account: rights, sign-in, sessions, tokens, budgets, language, appearance."""

from collections.abc import Mapping

import streamlit as st

from api.client import ApiClient, NotAllowed, NotFound
from api.schemas.accounts import Me
from explorer import account_menu, address, frame, screen_state, session
from explorer.address import REGISTER
from explorer.html_table import text_table
from explorer.i18n import _, danish_key, number, plain
from explorer.views.accounts import outcome, rights
from explorer.views.my_account import credentials, sessions, tokens


def show(context: frame.ScreenContext) -> None:
    """Draw what the account may do, how it signs in, and where it is signed in."""
    frame.title(context, _("My account"))
    outcome.draw()
    client, me = context.client, context.me
    _rights(client, me)
    left, right = st.columns(2, gap="large")
    with left:
        credentials.password(client)
    with right:
        credentials.authenticator(client, me)
    sessions.show(client, me)
    tokens.show(client, me)
    _budgets(client)
    st.header(_("Language"), anchor=False)
    st.html(f'<p class="kv-languages">{account_menu.languages()}</p>')
    st.header(_("Appearance"), anchor=False)
    st.html(f'<p class="kv-themes">{account_menu.themes()}</p>')


def _rights(client: ApiClient, me: Me) -> None:
    st.header(_("What I may do"), anchor=False)
    facts = [_("Login: {login}", login=me.login)]
    posts = [seat.name for seat in session.seats(me)]
    if posts:
        facts.append(_("Posts: {posts}", posts=", ".join(posts)))
    text = plain(" · ".join(facts))
    if me.person is not None and session.may(me, "QUESTION"):
        card = _("My card in the register")
        text += f" · [{card}]({address.link(REGISTER, id=me.person)})"
    st.markdown(text)
    if not me.grants:
        st.info(_("You have no right yet. Ask an administrator in your organization."))
        return
    try:
        names = _area_names(client, me)
        lines = [rights.in_words(grant, names) for grant in me.grants]
    except NotAllowed as refused:  # no right is in force, or none with a password alone
        st.warning(plain(refused.detail))
        return
    for grant, line in zip(me.grants, lines, strict=True):
        text = plain(line)
        waits = _("waits for a second yes")
        st.markdown(f"- {text} :orange-badge[{waits}]" if grant.is_waiting else f"- {text}")
    with st.expander(_("Task by task")):
        st.html(
            text_table(
                _("What I may do"),
                (_("Task"), _("May I?"), _("Why not")),
                (
                    (task.label, _("yes") if task.may else _("no"), task.why_not)
                    for task in me.tasks
                ),
            )
        )


def _area_names(client: ApiClient, me: Me) -> Mapping[str, str]:
    """The names of the areas of the user's rights, as far as they may be read."""
    if session.may(me, "APPROVE"):
        return rights.area_names(client)
    names: dict[str, str] = {}
    for area in sorted({area for grant in me.grants for area in grant.areas}, key=danish_key):
        try:
            names[area] = session.name_of(area, client) or area
        except (NotFound, NotAllowed):
            names[area] = area
    return names


def _budgets(client: ApiClient) -> None:
    """Draw how many contact details may still be shown today, by purpose."""
    budgets = screen_state.fetch(client, "budgets", client.budgets).found
    if not budgets:
        return
    st.header(_("Contact details today"), anchor=False)
    st.html(
        text_table(
            _("Contact details today"),
            (_("Purpose"), _("Shown today"), _("Left today")),
            (
                (
                    session.term("Purpose", budget.purpose), number(budget.used),
                    number(max(0, budget.most - budget.used)),
                )
                for budget in budgets
            ),
        )
    )  # fmt: skip
