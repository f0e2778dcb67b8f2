"""Changes of configuration: one function for each, which writes the row and the record of the change together."""

from incidents.configuration.addresses import lift_suppression
from incidents.configuration.catalogue import (
    remove_contact,
    save_brand,
    save_client,
    save_contact,
    save_system,
    save_tier,
)
from incidents.configuration.links import add_client_link, revoke_client_link
from incidents.configuration.people import (
    activate_responder,
    administrators_exist,
    be_away,
    deactivate_responder,
    end_absence,
    found,
    join,
    remove_factors,
    renew_access,
    save_preferences,
    save_responder,
    set_holders,
    set_permissions,
)
from incidents.configuration.policies import (
    SavedCalendar,
    add_policy,
    add_version,
    calendars_used,
    make_default,
    newest,
    policies_using,
    rename_policy,
    save_calendar,
    save_severity,
    with_calendars,
)
from incidents.configuration.record import record_change, snapshot
from incidents.configuration.rules import save_rule, switch_rule
from incidents.configuration.tokens import add_token, revoke_token
from incidents.configuration.wordings import Place, withdraw_wording, write_wording

__all__ = [
    "Place",
    "SavedCalendar",
    "activate_responder",
    "add_client_link",
    "add_policy",
    "add_token",
    "add_version",
    "administrators_exist",
    "be_away",
    "calendars_used",
    "deactivate_responder",
    "end_absence",
    "found",
    "join",
    "lift_suppression",
    "make_default",
    "newest",
    "policies_using",
    "record_change",
    "remove_contact",
    "remove_factors",
    "rename_policy",
    "renew_access",
    "revoke_client_link",
    "revoke_token",
    "save_brand",
    "save_calendar",
    "save_client",
    "save_contact",
    "save_preferences",
    "save_responder",
    "save_rule",
    "save_severity",
    "save_system",
    "save_tier",
    "set_holders",
    "set_permissions",
    "snapshot",
    "switch_rule",
    "with_calendars",
    "withdraw_wording",
    "write_wording",
]
