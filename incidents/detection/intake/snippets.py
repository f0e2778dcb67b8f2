"""Words to copy into a sender's own configuration, with the address and the key already in them. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Snippet:
    title: str
    where: str
    text: str


def snippets(kind: str, url: str, key: str) -> list[Snippet]:
    """The snippets of a kind of source, the one that most people need first."""
    at = f"{url}/api/v1/inbound"
    payload = '{"title":"Disk is full","key":"disk-web-1","severity":"critical","status":"firing"}'
    curl = (
        f"curl -i -X POST '{at}/generic' \\\n  -H 'Authorization: Bearer {key}' \\\n"
        f"  -H 'Content-Type: application/json' \\\n  -d '{payload}'"
    )
    python = (
        "import requests\n\nanswer = requests.post(\n"
        f'    "{at}/generic",\n    headers={{"Authorization": "Bearer {key}"}},\n'
        '    json={"title": "Disk is full", "key": "disk-web-1", "severity": "critical"},\n'
        "    timeout=10,\n)\nanswer.raise_for_status()"
    )
    made = {
        "alertmanager": [
            Snippet(
                "Alertmanager",
                "alertmanager.yml, then reload",
                "route:\n  receiver: allclear\n  group_by: [alertname]\n  group_wait: 10s\n  group_interval: 1m\n"
                "  repeat_interval: 4h\nreceivers:\n  - name: allclear\n    webhook_configs:\n"
                f"      - url: {at}/alertmanager\n        send_resolved: true\n        http_config:\n"
                f"          authorization:\n            type: Bearer\n            credentials: {key}",
            ),
            Snippet(
                "Try it with amtool",
                "any shell",
                "amtool --alertmanager.url=http://localhost:9093 alert add \\\n"
                "  alertname=FirstAlert severity=warning --annotation=summary='My first alert'",
            ),
        ],
        "grafana": [
            Snippet(
                "Grafana",
                "Alerting › Contact points › Webhook",
                f"URL: {at}/grafana\nHTTP method: POST\nAuthorization header – scheme: Bearer\n"
                f"Authorization header – credentials: {key}",
            )
        ],
        "pagerduty": _pagerduty(url, at, key),
        "opsgenie": [
            Snippet(
                "Opsgenie-style",
                "any shell",
                f"curl -i -X POST '{url}/v2/alerts' \\\n  -H 'Authorization: GenieKey {key}' \\\n"
                "  -H 'Content-Type: application/json' \\\n"
                '  -d \'{"message":"Disk is full","alias":"disk-web-1","priority":"P1"}\'',
            )
        ],
        "generic": [Snippet("curl", "any shell", curl), Snippet("Python", "pip install requests", python)],
        "email": [
            Snippet(
                "Try it",
                "any shell",
                "printf 'From: dana@client.example\\nSubject: Sync stopped\\n\\nNothing since 08:00.\\n' | \\\n"
                f"  curl -i -X POST '{at}/mail' \\\n  -H 'Authorization: Bearer {key}' \\\n"
                "  -H 'Content-Type: message/rfc822' --data-binary @-",
            ),
            Snippet(
                "A provider that posts mail",
                "its inbound route, with the raw letter (SendGrid, Mailgun, Postmark and others)",
                f"{at}/mail/{key}",
            ),
        ],
        "report": [
            Snippet(
                "curl",
                "any shell",
                f"curl -i -X POST '{at}/report' \\\n  -H 'Authorization: Bearer {key}' \\\n"
                "  -H 'Content-Type: application/json' \\\n"
                '  -d \'{"title":"Sync stopped","description":"No record since 08:00.","severity":"SEV-2"}\'',
            ),
            Snippet(
                "Python",
                "pip install requests",
                python.replace("/generic", "/report")
                .replace('"key": "disk-web-1"', '"description": "No room since 08:00."')
                .replace('"critical"', '"SEV-2"'),
            ),
        ],
    }
    return made.get(kind, [])


def _pagerduty(url: str, at: str, key: str) -> list[Snippet]:
    """PagerDuty's own client speaks to https alone: where this installation has none, it comes last and says so."""
    events = (
        '{"routing_key":"' + key + '","event_action":"trigger","dedup_key":"disk-web-1",'
        '"payload":{"summary":"Disk is full","source":"web-1","severity":"critical"}}'
    )
    secure = url.startswith("https://")
    client = Snippet(
        "PagerDuty’s Python client",
        "pip install pagerduty" + ("" if secure else "; it refuses http, so it works once this address has https"),
        "import pagerduty\n\n"
        f'events = pagerduty.EventsApiV2Client("{key}", base_url="{url}")\n'
        'dedup_key = events.trigger("Disk is full", "web-1", severity="critical")\nevents.resolve(dedup_key)',
    )
    others = [
        Snippet(
            "curl",
            "any shell",
            f"curl -i -X POST '{at}/events/v2/enqueue' \\\n  -H 'Content-Type: application/json' \\\n  -d '{events}'",
        ),
        Snippet(
            "Anything with a PagerDuty integration",
            "its settings",
            f"Events API URL: {at}/events/v2/enqueue\nIntegration key: {key}",
        ),
    ]
    return [client, *others] if secure else [*others, client]
