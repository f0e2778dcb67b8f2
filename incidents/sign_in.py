"""How people come in: nobody signs up by himself. An administrator invites, and the first one comes by a link."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import base36_to_int, int_to_base36

from incidents.models import Responder
from notifications import sealed

FIRST_SALT = "allclear.first-sign-in"
FIRST_HOURS = 24
LOOPBACK = ("127.0.0.1", "::1")
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """False: responders are invited, or come through single sign-on when their address is known."""
        return False

    def format_email_subject(self, subject: str) -> str:
        """As the template has it: without the name of a site, of which there is one."""
        return subject


class SocialAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest, sociallogin: object) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Connects a first single sign-on with the responder of the same address, if the provider has verified it.

        An address that the provider does not vouch for connects to nobody: it could be anybody's.
        """
        if sociallogin.is_existing:
            return
        verified = [one.email for one in sociallogin.email_addresses if one.verified]
        responder = Responder.objects.filter(email__in=[one.lower() for one in verified], is_active=True).first()
        if responder is not None:
            sociallogin.connect(request, responder)


class LostFactor(ValidationError, sealed.Lost):
    """Beside the code where one is asked for; anywhere else a page of its own (config.errors)."""

    def __str__(self) -> str:
        return str(self.message)


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Seeds of authenticator apps and of recovery codes lie sealed: whoever reads the database cannot make codes."""

    def encrypt(self, text: str) -> str:
        return sealed.seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        """`LostFactor` when no key opens it: an empty seed would make codes that anybody can compute.

        A plain one was written by a process of the version before; the sweep of what is sealed seals it.
        """
        if not sealed.is_sealed(encrypted_text):
            return encrypted_text
        try:
            return sealed.unseal(encrypted_text)
        except sealed.Lost as error:
            raise LostFactor(
                "Your second factor cannot be read: it was sealed under another SECRET_KEY than this installation has. "
                "Ask an administrator to take it away, or to give the old key back."
            ) from error


class _InvitationTokens(PasswordResetTokenGenerator):
    """Good until the password is set or changed, the address changes, or PASSWORD_RESET_TIMEOUT passes."""

    key_salt = "allclear.invitation"


_tokens = _InvitationTokens()


def invitation_address(responder: Responder) -> str:
    """The one-time link by which an invited responder sets the first password."""
    path = reverse("incidents:join", args=[int_to_base36(responder.pk), _tokens.make_token(responder)])
    return f"{settings.PUBLIC_URL}{path}"


def invited(key: str, token: str) -> Responder | None:
    """Whom a link belongs to; None when it was used, is too old or was never made."""
    try:
        pk = base36_to_int(key)
    except ValueError:
        return None
    responder = Responder.objects.filter(pk=pk, is_active=True).first()
    if responder is None or responder.has_usable_password() or not _tokens.check_token(responder, token):
        return None
    return responder


def first_sign_in_address() -> str:
    """The link for the first administrator, good for a day and only while there is none."""
    token = signing.TimestampSigner(salt=FIRST_SALT).sign("administrator").removeprefix("administrator:")
    return f"{settings.PUBLIC_URL}{reverse('incidents:first_sign_in', args=[token])}"


def first_sign_in_holds(token: str) -> bool:
    try:
        signing.TimestampSigner(salt=FIRST_SALT).unsign(f"administrator:{token}", max_age=FIRST_HOURS * 3600)
    except signing.BadSignature:
        return False
    return True


def demo_door_is_open(request: HttpRequest) -> bool:
    """Only in the sample workspace, and only from this very machine."""
    return bool(settings.DEMO) and request.META.get("REMOTE_ADDR", "") in LOOPBACK
