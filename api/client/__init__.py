"""Python client of the API with typed requests and responses.

    from api.client import ApiClient, Need

    with ApiClient("http://127.0.0.1:8000", token=token) as kontaktvej:
        hit = kontaktvej.names("ssp thisted").found[0]
        found = kontaktvej.paths(Need(target=hit.id, trigger="CONCERN"))
        for contact in found.contacts:
            print(contact.words.title, contact.stop.words.answers)

Names are looked up first; requests take ids and vocabulary words. Errors are a `Problem`.
"""

from api.client.client import ApiClient, DownloadedFile
from api.client.problems import (
    BadRequest,
    Conflict,
    Fault,
    InternalError,
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
from api.client.transport import Language, StreamEvent, VersionedValue
from api.schemas.accounts import (
    ChangedPassword,
    Code,
    ListedAccount,
    NewAccount,
    NewAccounts,
    NewGrant,
    NewToken,
    Proof,
    Redemption,
    SetUp,
    Subject,
)
from api.schemas.analysis import AskedQuery, AskedQueryExport, NewQuestion, Parameter, QuestionFile
from api.schemas.audit import AskedAuditExport, AskedSubjectLetter, AskedTerm
from api.schemas.changes import (
    AskedRenewal,
    ChangedFields,
    ChangeSet,
    Create,
    Ending,
    NewEntity,
    NewLink,
    NewProposal,
    ProposalAnswer,
    Update,
    Verify,
)
from api.schemas.entities import NewAssignment
from api.schemas.exports import AskedContacts, AskedExport, AskedMap, AskedMatrix, AskedMetrics
from api.schemas.imports import AskedApply, AskedMapping, PickedReading
from api.schemas.paths import (
    AskedHandover,
    AskedPathDiff,
    AskedReach,
    AskedStops,
    AskedTable,
    AskedWhyNot,
    Need,
)
from api.schemas.reveal import AskedContact, AskedDetail, AskedReveal, AskedState
from api.schemas.system import AskedOwnKind, NewOwnKind

__all__ = [
    "ApiClient",
    "AskedApply",
    "AskedAuditExport",
    "AskedContact",
    "AskedContacts",
    "AskedDetail",
    "AskedExport",
    "AskedHandover",
    "AskedMap",
    "AskedMapping",
    "AskedMatrix",
    "AskedMetrics",
    "AskedOwnKind",
    "AskedPathDiff",
    "AskedQuery",
    "AskedQueryExport",
    "AskedReach",
    "AskedRenewal",
    "AskedReveal",
    "AskedState",
    "AskedStops",
    "AskedSubjectLetter",
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
    "Fault",
    "InternalError",
    "Invalid",
    "Language",
    "ListedAccount",
    "Need",
    "NewAccount",
    "NewAccounts",
    "NewAssignment",
    "NewEntity",
    "NewGrant",
    "NewLink",
    "NewOwnKind",
    "NewProposal",
    "NewQuestion",
    "NewToken",
    "NotAllowed",
    "NotFound",
    "NotSignedIn",
    "Parameter",
    "PickedReading",
    "Problem",
    "Proof",
    "ProposalAnswer",
    "QuestionFile",
    "Redemption",
    "SetUp",
    "StreamEvent",
    "Subject",
    "TooExpensive",
    "TooMany",
    "Unavailable",
    "Unreachable",
    "Update",
    "Verify",
    "VersionedValue",
]  # fmt: skip
