"""The Telegram Bot API by plain HTTP; its base URL is a setting, so that a local server can stand in for it."""

from typing import Any

import requests
from django.conf import settings

from notifications.channels.outcomes import Ambiguous, Refused, Unreachable
from notifications.models import OutboundMessage

TIMEOUT = (3, 10)


class Telegram:
    def __init__(self) -> None:
        self.session = requests.Session()

    def open(self) -> None:
        if not settings.TELEGRAM_BOT_TOKEN:
            raise Unreachable("no Telegram bot token is set")

    def send(self, message: OutboundMessage) -> str:
        """Returns Telegram's message id. A chat that became a supergroup is followed to its new id once."""
        return self._post(message, message.recipient, follow=True)

    def _post(self, message: OutboundMessage, chat: str, *, follow: bool) -> str:
        body: dict[str, Any] = {
            "chat_id": chat,
            "text": message.body_text[:4000],
            "link_preview_options": {"is_disabled": True},
        }
        if message.buttons:
            body["reply_markup"] = {"inline_keyboard": [[{"text": text, "url": url} for text, url in message.buttons]]}
        try:
            answer = self.session.post(
                f"{settings.TELEGRAM_API_URL}/bot{settings.TELEGRAM_BOT_TOKEN}/sendMessage", json=body, timeout=TIMEOUT
            )
        except requests.ConnectTimeout as error:
            raise Unreachable("Telegram did not answer in time") from error
        except requests.ConnectionError as error:
            # The exception's text holds the address and with it the token: it is never repeated.
            if "Connection refused" in str(error) or "NameResolution" in str(error) or "resolve" in str(error):
                raise Unreachable("Telegram cannot be reached") from None
            raise Ambiguous("the connection to Telegram broke off") from None
        except requests.Timeout:
            raise Ambiguous("Telegram took the message and did not answer") from None
        return self._judge(message, answer, follow)

    def _judge(self, message: OutboundMessage, answer: requests.Response, follow: bool) -> str:
        try:
            said = answer.json()
        except ValueError:
            said = {}
        if not isinstance(said, dict):
            said = {}
        if answer.status_code == 200 and said.get("ok"):
            return str(said.get("result", {}).get("message_id", ""))
        about = said.get("parameters") or {}
        if follow and about.get("migrate_to_chat_id"):
            return self._post(message, str(about["migrate_to_chat_id"]), follow=False)
        sentence = f"Telegram {answer.status_code}: {str(said.get('description', ''))[:200]}"
        if answer.status_code == 429:
            raise Refused(sentence, permanent=False, wait=float(about.get("retry_after", 30)))
        if answer.status_code >= 500:
            raise Refused(sentence, permanent=False)
        raise Refused(sentence, permanent=True)

    def close(self) -> None:
        self.session.close()
