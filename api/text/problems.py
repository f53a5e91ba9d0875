"""The meaning and remedy of each kind of problem, by slug."""

from collections.abc import Mapping
from typing import Final

from api.i18n import N_

EXPLAINED: Final[Mapping[str, str]] = {
    "malformed": N_(
        "The request is no valid HTTP or JSON, or a page token is not ours. Correct it before "
        "sending it again."
    ),
    "unauthenticated": N_(
        "You are not signed in, or your session has ended. Sign in, and send the token as "
        "`Authorization: Bearer`."
    ),
    "forbidden": N_(
        "None of your roles allows this. `needed` says what is missing; an administrator can "
        "give it."
    ),
    "step-up": N_(
        "This needs a stronger sign-in. `needed` says which: `STRONG` is a code from your app "
        "besides the password, `SESSION` is to sign in instead of using a token."
    ),
    "no-grant": N_(
        "You are signed in, but the account has no rights yet. An administrator can give them."
    ),
    "own-rights": N_(
        "Nobody gives, takes or confirms rights of their own, and whoever asked for a change does "
        "not say yes to it. Ask another administrator or the data protection officer; where there "
        "is none, whoever holds the host."
    ),
    "not-found": N_(
        "It does not exist, or you have no access: both are answered alike. Try another date, or "
        "search by name."
    ),
    "method": N_("The address exists, but not with this method. `Allow` names those it has."),
    "duplicate": N_(
        "There is something with the same public code already. Change it instead of creating "
        "another."
    ),
    "home-elsewhere": N_(
        "The person belongs to another area, so the steward there must agree first; `errors` "
        "says where in what was sent. Propose it with `POST /proposals`; the rest can be saved "
        "by itself."
    ),
    "mediated-only": N_(
        "The consent holds through the door opener only: `openers` says whom. Ask for contact with "
        "`POST /contact-requests`."
    ),
    "in-progress": N_(
        "A request with the same Idempotency-Key is still running. Wait, and send it again."
    ),
    "key-reused": N_("This Idempotency-Key belongs to another body. Choose a new key."),
    "withdrawn": N_(
        "The person has withdrawn the consent since the renewal was first sent. Ask them again, "
        "and then renew again."
    ),
    "separation": N_(
        "Administrators and data protection officers share no account with another role. Give the "
        "role to another account."
    ),
    "second-yes": N_(
        "The change ends more things than one person may end alone, and waits for approval. "
        "Somebody else who may change them approves it within seven days: `POST "
        "/change-sets/{waiting}/confirm`."
    ),
    "preview-changed": N_(
        "The list or the register has changed since the preview. Read `GET /imports/{import_id}` "
        "again, and send its `digest` and `revision`."
    ),
    "conflict": N_(
        "Somebody has changed it since you read it. Both versions stand in the answer: choose, and "
        "save again with the new ETag."
    ),
    "too-large": N_(
        "The body, address or headers are larger, or the JSON deeper, than `limit`. Send less at a "
        "time."
    ),
    "media-type": N_(
        "The body is of a type that the address does not read. Send `application/json`."
    ),
    "invalid": N_("Some fields must be corrected. `errors` says which and why; nothing was saved."),
    "refused-content": N_(
        "The text looks like a CPR number or a case. Kontaktvej holds only those who help; use "
        "your own case system."
    ),
    "import-refused": N_(
        "Nothing of the list is written: `errors` say file, sheet, line, column and rule of each "
        "fault. Correct the list, and send it again."
    ),
    "query-refused": N_(
        "The query would do more than read, cannot be read, or breaks a limit: `rule` says which, "
        "`line` and `column` where. Correct it, and run it again."
    ),
    "precondition-required": N_(
        "A change must say what it is based on: send the ETag of the last reading as `If-Match`."
    ),
    "too-many": N_(
        "The account or address calls too often. Wait for the seconds in `Retry-After`."
    ),
    "people-limit": N_(
        "The account was shown the most different people of an hour. Those stay visible; the text "
        "and `Retry-After` say from when others do too. An emergency is never refused by it."
    ),
    "budget-used": N_(
        "Today's number of reveals is used, or fewer are left than were asked for: `left` says "
        "how many. You can reveal more after midnight in Denmark. For the purposes in `beyond` it "
        "does not have to wait: ask again with `beyond`, and the data protection officer is told. "
        "Duty lines and hotlines are always open."
    ),
    "internal": N_(
        "That is an error on our side. Give the operator the `request_id`; it is in the log."
    ),
    "store-unavailable": N_(
        "The database does not answer, and we never answer from memory. Nothing was written. Try "
        "again after `Retry-After` seconds."
    ),
    "outcome-unknown": N_(
        "The database went away while it saved: the change is there as a whole or not at all. Send "
        "it again with the same Idempotency-Key; then it is made once."
    ),
    "audit-unavailable": N_(
        "The look-up cannot be logged, so nothing is shown. Contact the operator."
    ),
    "issuer-unavailable": N_(
        "The sign-in service that issues your proof does not answer. Try again after `Retry-After` "
        "seconds, or sign in with a password."
    ),
    "setup-required": N_(
        "There is no account yet. Make the first one with the code that `kontaktvej serve` showed."
    ),
    "replica-filling": N_(
        "The copy that your queries run on is being started or filled: `step` says how far it is. "
        "Try again after `Retry-After` seconds."
    ),
    "busy": N_("There are too many requests at once. Try again after `Retry-After` seconds."),
    "too-expensive": N_("The question took too long. Ask for a smaller area or fewer steps."),
}
