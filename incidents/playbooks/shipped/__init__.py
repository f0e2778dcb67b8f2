"""The five playbooks of the SOP and the incident types that they are for. Pure data.

Read by the migration that installs them and by “restore as shipped”; changing it changes no playbook that is installed.
Numbered steps keep the SOP's numbers; an unnumbered one is ours, or is a prohibition that holds for the whole run.
"""

from incidents.playbooks.shape import Body
from incidents.playbooks.shipped.clients import REPORTED
from incidents.playbooks.shipped.providers import API_DOWN, CRM
from incidents.playbooks.shipped.sending import BOUNCES, SUSPENDED

# key, name, words
TYPES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("api_down", "An API or provider is down", ("API", "provider", "status page", "rate limit")),
    ("email_bounces", "E-mails bounce", ("bounce", "bounces", "deliverability")),
    ("crm_sync", "A CRM sync fails", ("CRM", "sync", "integration")),
    ("client_report", "A client reports an issue", ("client says",)),
    ("tool_suspended", "An outreach tool is suspended", ("suspended", "suspension")),
)

# key of the playbook, key of its incident type, body
PLAYBOOKS: tuple[tuple[str, str, Body], ...] = (
    ("api-down", "api_down", API_DOWN),
    ("email-bounce-spike", "email_bounces", BOUNCES),
    ("crm-sync-break", "crm_sync", CRM),
    ("client-report", "client_report", REPORTED),
    ("outreach-suspension", "tool_suspended", SUSPENDED),
)
BODIES = {key: body for key, _, body in PLAYBOOKS}
