"""What was typed is kept when a form cannot be taken: whoever sent it was signed out meanwhile, or signed in anew.

The page shows the words and sends them again. It is drawn only for a form of our own pages: the browser says from where
a form comes, and a page elsewhere that sends one in somebody's name gets a plain refusal and no button to press.
"""

from collections.abc import Callable
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from incidents import once

# No page repeats these, not even to whoever typed them.
UNSPOKEN = ("password", "secret", "token", "code", "key")
MOST = 500_000
OUT = "You are signed out, and nothing was done. What you typed is kept on this page."
RENEWED = "The page that you sent is older than your sign-in, so nothing was done yet. Send what you typed once more."
NO_COOKIE = "Your browser sent no cookie, so nothing was done. Allow cookies for this address and send it again."
ELSEWHERE = "This form did not come from a page that Allclear drew for you. Open the page here and fill it in again."


class Word(NamedTuple):
    """A field as it was typed."""

    name: str
    label: str
    text: str


class KeepTyped(LoginRequiredMiddleware):
    """Asks to sign in like its parent; a form that was sent keeps its words on the page that asks."""

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponseBase], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        asked = super().process_view(request, view, args, kwargs)
        words = _typed(request) if asked is not None else []
        return _page(request, OUT, words) if words else asked


def not_ours(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form without the token of this browser (`CSRF_FAILURE_VIEW`); with its words if it is ours."""
    words = _typed(request) if _from_here(request) else []
    if not words:
        return _page(request, ELSEWHERE, words)
    return _page(request, RENEWED if settings.CSRF_COOKIE_NAME in request.COOKIES else NO_COOKIE, words)


def _from_here(request: HttpRequest) -> bool:
    """Whether the browser says that one of our own pages sent this: no page can send a form in another's name."""
    return request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"


def _typed(request: HttpRequest) -> list[Word]:
    """The words of a form; none where there are too many, or where one of them is not to be repeated."""
    if request.method != "POST":
        return []
    found = [
        Word(name, name.replace("_", " ").replace("-", " ").capitalize(), text)
        for name, texts in request.POST.lists()
        for text in texts
        if name != once.PAGE
    ]
    unspoken = any(part in word.name.lower() for word in found for part in UNSPOKEN)
    return [] if unspoken or sum(len(word.text) for word in found) > MOST else found


def _page(request: HttpRequest, sentence: str, words: list[Word]) -> HttpResponse:
    match = request.resolver_match
    asked = not request.user.is_authenticated and getattr(match and match.func, "login_required", True)
    told = {
        "sentence": sentence,
        "words": words,
        "shown": [word for word in words if len(word.text.split()) > 1],
        "files": bool(request.FILES),
        "login": f"{reverse('account_login')}?{urlencode({'next': request.get_full_path()})}" if asked else "",
        "to": request.get_full_path(),
    }
    return render(request, "typed.html", told, status=403)
