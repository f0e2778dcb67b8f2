"""Every secret of the installation is known to redaction, and a new one cannot be forgotten (A-18, reliability L1)."""

import base64
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import pytest
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.conf import settings
from django.utils import timezone

from incidents import tokens
from incidents.detection.heartbeats import keeping
from incidents.detection.models import Heartbeat, PingKey
from notifications import sealed
from notifications.models import Destination, WebhookEndpoint
from notifications.redaction import Known, redact
from postmortems import protected
from postmortems.models import RegressionCheck
from tests.factories import after
from tests.postmortems.factories import Learners

ROOT = Path(__file__).parents[2]
SECRET = {
    "SECRET_KEY": "canary-one-0123456789abcdefghijklmnopqrstuvwxyzABCDEF",
    "SECRET_KEY_FALLBACKS": "canary-eleven-0123456789,canary-twelve-0123456789",
    "DATABASE_URL": "postgres://allclear:canary-two%21@db.example.org/allclear",
    "REDIS_URL": "redis://:canary-three@redis.example.org:6379/0",
    "EMAIL_URL": "smtp+tls://user:canary-four@mail.example.org:587",
    "INBOUND_IMAP_URL": "imaps://replies%40example.org:canary%2Ffive@imap.example.org/INBOX",
    "OIDC_CLIENT_SECRET": "canary-six",
    "TELEGRAM_BOT_TOKEN": "canary-seven",
    "HUBSPOT_TOKEN": "canary-eight",
    "ALLCLEAR_METRICS_TOKEN": "canary-nine",
    "ALLCLEAR_DEAD_MAN_URL": "https://dead.example.org/ping/canary-ten-0123456789",
}
CANARIES = (
    SECRET["SECRET_KEY"],
    "canary-two!",
    "canary-three",
    "canary-four",
    "canary/five",
    "canary-six",
    "canary-seven",
    "canary-eight",
    "canary-nine",
    "canary-ten-0123456789",
    "canary-eleven-0123456789",
    "canary-twelve-0123456789",
)
HARMLESS = {
    "ALLCLEAR_DEBUG",
    "ALLCLEAR_DEMO",
    "ALLCLEAR_EGRESS_HOSTS",
    "ALLCLEAR_FROM_EMAIL",
    "ALLCLEAR_HOSTS",
    "ALLCLEAR_KEEP_MAIL_DAYS",
    "ALLCLEAR_KEEP_UNFILED_MAIL_DAYS",
    "ALLCLEAR_LOG_LEVEL",
    "ALLCLEAR_POOL",
    "ALLCLEAR_POOL_SIZE",
    "ALLCLEAR_REPLY_TO",
    "ALLCLEAR_SMTP_TIMEOUT",
    "ALLCLEAR_SSL_REDIRECT",
    "ALLCLEAR_STATEMENT_TIMEOUT",
    "ALLCLEAR_STATIC_ROOT",
    "ALLCLEAR_STATIC_STORAGE",
    "ALLCLEAR_TIME_ZONE",
    "ALLCLEAR_UNDO_SECONDS",
    "ALLCLEAR_URL",
    "HUBSPOT_API_URL",
    "HUBSPOT_APP_URL",
    "HUBSPOT_PORTAL_ID",
    "OIDC_CLIENT_ID",
    "OIDC_NAME",
    "OIDC_SERVER_URL",
    "REPLY_ADDRESS",
    "TELEGRAM_API_URL",
}

SOUNDS_SECRET = re.compile(r"secret|sealed|token|passw|digest|hash|sha256|key|code|seed|credential|data$|session|mark$")
KNOWN_BY_VALUE = {
    "detection.PingKey.key",
    "mfa.Authenticator.data",
}
KNOWN_BY_DIGEST = {
    "incidents.ApiToken.digest",
    "incidents.ClientLink.digest",
    "detection.InboundKey.digest",
    "detection.Heartbeat.code",
}
NO_SECRET = {
    # A hash that nobody can turn back, of something that may be shown.
    "incidents.Responder.password",
    "incidents.Evidence.sha256",
    "incidents.ErrorReport.sha256",
    "incidents.TimelineEntry.hash",
    "postmortems.Dismissal.digest",
    "postmortems.CheckRun.mark",
    # Names of things.
    "auth.Permission.codename",
    "incidents.Role.key",
    "incidents.Tier.key",
    "incidents.Responder.single_keys",
    "incidents.ClientLetter.keys",
    "incidents.KeptAnswer.key",
    "notifications.OutboundMessage.key",
    "playbooks.IncidentType.key",
    "playbooks.RunStep.key",
    "detection.CheckDefinition.key",
    "detection.Metric.key",
    "detection.Signal.key",
    "postmortems.Procedure.key",
    "postmortems.PausableWork.key",
    "postmortems.Criterion.key",
    "postmortems.ActionKind.key",
    "postmortems.RegressionCheck.key",
    "postmortems.Destination.key",
    # Days on which scheduled updates go: the word for these is the same.
    "incidents.Tier.digest_days",
    "incidents.Tier.digest_hour",
    "incidents.Client.digest_days",
    "incidents.Client.digest_hour",
    "incidents.IncidentClient.digested_at",
    "incidents.IncidentClient.digested_resolved_at",
    # Names one sending of one form; nothing is opened by knowing it.
    "incidents.SentForm.digest",
    # Dead within days, changed at each sign-in, and found by their shape: cookies and links of the sign-in.
    "sessions.Session.session_key",
    "sessions.Session.session_data",
    "account.EmailConfirmation.key",
    # Nothing is ever kept here: the provider comes from the environment, and its tokens are not stored.
    "socialaccount.SocialApp.secret",
    "socialaccount.SocialApp.key",
    "socialaccount.SocialToken.token",
    "socialaccount.SocialToken.token_secret",
    "socialaccount.SocialAccount.extra_data",
}


@pytest.mark.requirement("A-18")
def test_every_variable_of_the_environment_is_a_known_secret_or_said_to_be_none() -> None:
    named = set(re.findall(r"\benv(?:\.\w+)?\(\s*\"([A-Z_]+)\"", (ROOT / "config" / "settings.py").read_text()))
    assert len(named) > 30
    assert named == {*SECRET, *HARMLESS}, "a new variable: does it hold a secret? Then postmortems/protected.py"


@pytest.mark.requirement("A-18")
def test_the_secrets_of_the_environment_are_known_in_clear() -> None:
    code = (
        "import django, json, sys; django.setup(); from postmortems import protected;"
        "sys.stdout.write(json.dumps(list(protected.from_settings())))"
    )
    env = {**os.environ, **SECRET, "OIDC_CLIENT_ID": "allclear", "DJANGO_SETTINGS_MODULE": "config.settings"}
    done = subprocess.run(
        [sys.executable, "-c", code], env=env, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    assert set(CANARIES) <= set(json.loads(done.stdout))


@pytest.mark.requirement("A-18")
def test_every_column_that_sounds_like_a_secret_is_known_or_said_to_be_none() -> None:
    named = {
        f"{model._meta.label}.{field.attname}"
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if SOUNDS_SECRET.search(field.attname) and not field.is_relation
    }
    sealed_ones = {f"{model._meta.label}.{column}" for model, column in protected.sealed_columns()}
    assert {"notifications.WebhookEndpoint.sealed_secret", "notifications.Destination.sealed_url"} <= sealed_ones
    wanted = sealed_ones | KNOWN_BY_VALUE | KNOWN_BY_DIGEST | NO_SECRET
    assert named == wanted, "a new column: does it hold a secret? Then postmortems/protected.py"


def _known() -> Known:
    return Known(secrets=protected.secrets(), digests=protected.digests())


@pytest.mark.requirement("A-18")
@pytest.mark.django_db
def test_what_is_sealed_is_found_in_each_form_it_may_be_written_in() -> None:
    team = Learners()
    check = team.check(team.resolved(), by_machine=True)
    for place, (model, column) in enumerate(protected.sealed_columns()):
        value = sealed.seal(f"canary.{place}.kestrel+meadow")
        if model is RegressionCheck:
            RegressionCheck.objects.filter(pk=check.pk).update(sealed_secret=value)
        elif model is Destination:
            Destination.objects.create(name="Room", scheme="slack", shown="…", made_at=after(), sealed_url=value)
        else:
            columns = {"sealed_url": "", "sealed_secret": "", "sealed_old_secret": "", column: value}
            WebhookEndpoint.objects.create(name=column, shown="…", made_at=after(), **columns)
    known = _known()
    for place in range(len(protected.sealed_columns())):
        plain = f"canary.{place}.kestrel+meadow"
        for form in (plain, quote(plain, safe=""), base64.b64encode(plain.encode()).decode()):
            assert form not in redact(f"it was {form} there", known=known).text


@pytest.mark.requirement("A-18")
@pytest.mark.django_db
def test_the_pieces_of_a_sealed_address_are_found_and_its_host_stays() -> None:
    url = "https://hooks.chat.example.org/services/meadowkestrelbrook/windmillharbour?room=general"
    Destination.objects.create(name="Room", scheme="x", shown="…", made_at=after(), sealed_url=sealed.seal(url))
    done = redact("hooks.chat.example.org said no to windmillharbour", known=_known())
    assert done.text == "hooks.chat.example.org said no to [redacted: known secret]"


@pytest.mark.requirement("A-18")
@pytest.mark.django_db
def test_what_is_known_by_its_digest_alone_is_found() -> None:
    team = Learners()
    _, token = tokens.create("ci", ["gates:read"], team.admin, at=after())
    beat = Heartbeat.objects.create(name="Nightly", slug="nightly", registered_at=timezone.now())
    text = f"Authorization {token}, see /x?k={token}. Pinged {beat.code} and {beat.code.hex}"
    done = redact(text, known=_known())
    assert token not in done.text and str(beat.code) not in done.text and beat.code.hex not in done.text
    assert redact("an ordinary-token-of-thirty-letters stays", known=_known()).findings == ()


@pytest.mark.requirement("A-18", "A-25")
@pytest.mark.django_db
def test_secrets_of_checks_webhooks_pings_and_second_factors_are_found() -> None:
    team = Learners()
    incident = team.resolved()
    check = team.check(incident, by_machine=True)
    hook = "https://ops.example.org/hook/windmill-harbour"
    signing = f"whsec_{'kestrel' * 4}"
    WebhookEndpoint.objects.create(
        name="Ops", shown="…", made_at=after(), sealed_url=sealed.seal(hook), sealed_secret=sealed.seal(signing)
    )
    key = PingKey.objects.filter(revoked_at=None).first() or keeping.new_ping_key(by=team.admin, at=timezone.now())
    Authenticator.objects.create(user=team.admin, type="totp", data={"secret": "meadowbrookkestrel"})
    known = _known()
    for one in (check.secret, signing, key.key, "meadowbrookkestrel", "windmill-harbour", settings.SECRET_KEY):
        assert one and one not in redact(f"saw {one} in the log", known=known).text, one


def test_many_known_secrets_do_not_make_a_report_slow() -> None:
    known = Known(secrets=tuple(f"windmill-harbour-{n}-kestrel" for n in range(500)))
    assert redact("nothing of it " * 300, known=known, deadline_seconds=2).withheld == ""
