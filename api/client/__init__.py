"""The API from Python: whom do I contact, asked in a line, with answers typed.

    from api.client import ApiClient, Need

    with ApiClient("http://127.0.0.1:8000", token=token) as kontaktvej:
        hit = kontaktvej.names("ssp thisted").found[0]
        found = kontaktvej.paths(Need(target=hit.id, trigger="CONCERN"))
        for contact in found.contacts:
            print(contact.words.title, contact.stop.words.answers)

A name is looked up first; a question takes ids and words. What goes wrong is a `Problem`.
"""

from api.client.client import ApiClient
from api.client.events import Event
from api.client.exporting import DownloadedFile
from api.client.problems import (
    BadRequest,
    Conflict,
    Failed,
    Fault,
    Invalid,
    NotAllowed,
    NotFound,
    NotSignedIn,
    Problem,
    TooExpensive,
    TooMany,
    Unavailable,
    Unreachable,
)
from api.client.transport import Language, Versioned
from api.schemas.accounts import NewAccount, NewGrant, Subject
from api.schemas.analysis import AskedQuery, AskedQueryExport
from api.schemas.audit import AskedAuditExport, AskedTerm
from api.schemas.changes import (
    ChangedFields,
    ChangeSet,
    Create,
    Ending,
    NewEntity,
    NewLink,
    Update,
    Verify,
)
from api.schemas.consents import AskedRenewal
from api.schemas.exports import AskedContacts, AskedExport, AskedMap, AskedMatrix, AskedMetrics
from api.schemas.needs import (
    AskedHandover,
    AskedPathDiff,
    AskedReach,
    AskedStops,
    AskedTable,
    AskedWhyNot,
    Need,
)
from api.schemas.proposals import NewProposal, ProposalAnswer
from api.schemas.questions import NewQuestion, Parameter, QuestionFile
from api.schemas.reveal import AskedContact, AskedDetail, AskedReveal, AskedState
from api.schemas.sign_in import ChangedPassword, Code, NewToken, Proof, Redeemed, SetUp

__all__ = [
    "ApiClient",
    "AskedAuditExport",
    "AskedContact",
    "AskedContacts",
    "AskedDetail",
    "AskedExport",
    "AskedHandover",
    "AskedMap",
    "AskedMatrix",
    "AskedMetrics",
    "AskedPathDiff",
    "AskedQuery",
    "AskedQueryExport",
    "AskedReach",
    "AskedRenewal",
    "AskedReveal",
    "AskedState",
    "AskedStops",
    "AskedTable",
    "AskedTerm",
    "AskedWhyNot",
    "BadRequest",
    "ChangeSet",
    "ChangedFields",
    "ChangedPassword",
    "Code",
    "Conflict",
    "Create",
    "DownloadedFile",
    "Ending",
    "Event",
    "Failed",
    "Fault",
    "Invalid",
    "Language",
    "Need",
    "NewAccount",
    "NewEntity",
    "NewGrant",
    "NewLink",
    "NewProposal",
    "NewQuestion",
    "NewToken",
    "NotAllowed",
    "NotFound",
    "NotSignedIn",
    "Parameter",
    "Problem",
    "Proof",
    "ProposalAnswer",
    "QuestionFile",
    "Redeemed",
    "SetUp",
    "Subject",
    "TooExpensive",
    "TooMany",
    "Unavailable",
    "Unreachable",
    "Update",
    "Verify",
    "Versioned",
]  # fmt: skip
