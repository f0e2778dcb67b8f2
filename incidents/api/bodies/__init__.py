"""What each verb is told through the API, in types, and the call that it ends in."""

from incidents.api.bodies.beginning import (
    AssignBody,
    CancelBody,
    MergeBody,
    QuickFixBody,
    ReclassifyBody,
    ReportBody,
    RescopeBody,
    TriageBody,
)
from incidents.api.bodies.noting import (
    CloseBody,
    KeepErrorBody,
    LiftRestrictionBody,
    NamePeopleBody,
    NoteBody,
    PauseBody,
    RaiseSituationBody,
    ReopenBody,
    RestrictBody,
    ResumeBody,
)
from incidents.api.bodies.telling import (
    AcknowledgeBody,
    ResolveBody,
    UpdateBody,
    WordBody,
)
from incidents.api.bodies.verb_body import (
    VerbBody,
)
from incidents.api.bodies.working import (
    ChangeBody,
    ConfirmBody,
    DiagnoseBody,
    EndOutageBody,
    FailVerificationBody,
    FixBody,
    InvestigateBody,
    IsolateBody,
    StartOutageBody,
    WorkAroundBody,
)

__all__ = ["BODIES", "MergeBody", "ReportBody", "VerbBody"]

BODIES: dict[str, type[VerbBody]] = {
    one.verb: one
    for one in (
        TriageBody,
        QuickFixBody,
        AcknowledgeBody,
        UpdateBody,
        WordBody,
        InvestigateBody,
        DiagnoseBody,
        IsolateBody,
        ChangeBody,
        WorkAroundBody,
        StartOutageBody,
        EndOutageBody,
        FixBody,
        ConfirmBody,
        FailVerificationBody,
        ResolveBody,
        CloseBody,
        ReopenBody,
        ReclassifyBody,
        AssignBody,
        RescopeBody,
        PauseBody,
        ResumeBody,
        NoteBody,
        KeepErrorBody,
        RaiseSituationBody,
        MergeBody,
        CancelBody,
        RestrictBody,
        NamePeopleBody,
        LiftRestrictionBody,
    )
}
