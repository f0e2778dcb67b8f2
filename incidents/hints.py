"""What a client's words sound like: leaving, refund, law, breach. A suggestion to a person, never more. Pure.

Each pattern says a thing that the client does, wants or threatens; the bare noun is no sign (“the refund page”).
Quoted text is left out by the caller, so that nobody is reminded of what they said last week.
"""

import re
from dataclasses import dataclass

MOST = 20_000
OUR = r"(?:our|the|this|my|your)"
PATTERNS: dict[str, tuple[str, ...]] = {
    "client_leaving": (
        rf"\b(?:cancel(?:l?ing)?|terminat(?:e|ing)|end(?:ing)?) (?:of )?{OUR} (?:whole |entire )?"
        r"(?:contract|subscription|account|agreement|service|services|plan|retainer)\b",
        r"\b(?:switch(?:ing)?|mov(?:e|ing)|chang(?:e|ing)|go(?:ing)?) (?:over )?to (?:an(?:other)?|a (?:new|different)|your) "
        r"(?:\w+ )?(?:provider|vendor|supplier|agency|platform|competitors?)\b",
        r"\b(?:look(?:ing|ed)?|shop(?:ping)?) (?:around )?(?:for|at|into) (?:an? |other |some )?alternatives?\b",
        r"\b(?:leav(?:e|ing)|part(?:ing)? ways|take our business elsewhere|taking our business elsewhere|walk(?:ing)? away)"
        r"(?=[\s.,;!?]|$)(?! (?:the office|for the day|a message|a comment|it|them|him|her|this|that|on|at|early))",
        r"\b(?:not|won['’]t|will not|don['’]t|aren['’]t)(?: be| going to| want to)? (?:renew(?:ing)?|continu(?:e|ing) with you)\b",
        r"\b(?:reconsider(?:ing)?|rethink(?:ing)?|review(?:ing)?) (?:our|the) (?:contract|relationship|partnership|subscription)\b",
        r"\bnotice of (?:termination|cancellation)\b",
        r"\blast straw\b",
    ),
    "payment_dispute": (
        r"\b(?:want|wants|need|expect|demand|request|require|requesting|demanding|get|like|claim|ask(?:ing)? for"
        r"|consider(?:ing)?|seek(?:ing)?|owe[ds]?|entitled to)\b"
        r"(?: \w+){0,3} (?:refund|money back|credit note|compensation|reimbursement)\b",
        r"\brefund (?:us|me|our|my|the (?:fee|invoice|month|payment|last))\b",
        r"\bmoney back\b",
        r"\b(?:credit|reimburse|compensate) us\b",
        r"\b(?:charge ?back|charge-back)\b",
        r"\bdisput(?:e|ing) (?:the|this|that|your|our) (?:\w+ )?(?:charge|invoice|payment|bill|fee|amount)s?\b",
        r"\b(?:not|won['’]t|will not|refuse to|stop(?:ping)?|withhold(?:ing)?|suspend(?:ing)?)(?: be| going to)? "
        r"(?:pay(?:ing)?|payments?)\b(?! attention)",
        r"\b(?:should|do) not (?:have to )?pay\b",
    ),
    "legal_threat": (
        r"\b(?:our|my|the) (?:lawyers?|attorneys?|solicitors?|legal (?:team|counsel|department)|counsel)\b",
        r"\b(?:talk(?:ing)?|speak(?:ing)?|spoke|consult(?:ing|ed)?|contact(?:ing|ed)?|instruct(?:ing|ed)?)(?: \w+){0,3} "
        r"(?:lawyers?|attorneys?|solicitors?)\b",
        r"\blegal (?:action|proceedings?|steps|remedies|claim|consequences)\b",
        r"\b(?:sue|suing|lawsuit|litigation|litigate|cease and desist)\b",
        r"\b(?:see you|take (?:you|this|it)|go(?:ing)?|end up) (?:in|to) court\b",
        r"\bbreach of (?:our |the |this |your )?(?:contract|agreement|warranty)\b",
        r"\bhold (?:you|your company) (?:liable|responsible for (?:the |our |all |any )*(?:damages|losses))\b",
        r"\b(?:reserve|reserving) all (?:of )?(?:our )?rights\b",
    ),
    "data_breach": (
        r"\b(?:data|security|privacy) (?:breach|leak|incident)\b",
        r"\b(?:data|records?|contacts?|lists?|passwords?|credentials|emails?|details)(?: \w+){0,4} "
        r"(?:leaked|exposed|stolen|compromised|hacked)\b",
        r"\b(?:leaked|exposed|stolen|compromised|hacked)(?: \w+){0,3} (?:data|records?|contacts?|passwords?|credentials|accounts?)\b",
        r"\b(?:account|system|inbox|crm|server)s? (?:was|were|has been|have been|got|is) (?:hacked|compromised|breached)\b",
        r"\bunauthori[sz]ed (?:access|party|person|login|sign-in)\b",
        r"\b(?:see|seeing|sees|received?|receiving|got|getting|shows?|showing|found)\b(?: \w+){0,4} "
        r"(?:(?:another|a different|some other) (?:client|customer|company)|(?:other|someone else|somebody else)['’]?s?"
        r"(?: (?:clients?|customers?|compan(?:y|ies)))?)['’]?s? (?:\w+ )?(?:data|contacts?|leads?|records?|emails?|lists?|names)\b",
        r"\b(?:another|a different|some other) (?:client|customer|company)['’]s (?:\w+ )?(?:data|contacts?|leads?|records?|lists?)\b",
        r"\b(?:someone|somebody) else['’]s (?:\w+ )?(?:data|contacts?|leads?|records?|emails?|lists?)\b",
        r"\b(?:someone|somebody)(?: else)? (?:has|had|got|gained) access to\b",
        r"\b(?:gdpr|data protection) (?:breach|violation|complaint|officer|authority)\b",
    ),
}
COMPILED = {name: [re.compile(one, re.IGNORECASE) for one in patterns] for name, patterns in PATTERNS.items()}
# A thing that is denied is not threatened.
DENIED = re.compile(
    r"\b(?:not|never|no|without|nor)\b(?:\W+\w+){0,3}\W*$|n['’]t\b(?:\W+\w+){0,3}\W*$|\bno need to\b\W*$", re.IGNORECASE
)
SENTENCE = re.compile(r"[^.!?\n]+[.!?]*")


@dataclass(frozen=True, slots=True)
class Hint:
    """`situation` as the matrix names it; `words` the sentence that made it think so, `sign` the words within it."""

    situation: str
    sign: str
    words: str


def situations_in(text: str) -> list[Hint]:
    """What the text sounds like, at most once each, in the order of PATTERNS; empty for most letters."""
    text = " ".join(text[:MOST].replace("\n\n", ". ").split())
    found = []
    for situation, patterns in COMPILED.items():
        first = next(filter(None, (_first(pattern, text) for pattern in patterns)), None)
        if first is not None:
            found.append(Hint(situation, first[0].strip(), _sentence(text, first.start())))
    return found


def _first(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    """The first place that is not denied just before it."""
    for found in pattern.finditer(text):
        before = text[max(0, found.start() - 60) : found.start()]
        if not DENIED.search(SENTENCE.findall(before)[-1] if SENTENCE.findall(before) else before):
            return found
    return None


def _sentence(text: str, place: int) -> str:
    start = max(text.rfind(mark, 0, place) for mark in ".!?") + 1
    ends = [at for mark in ".!?" if (at := text.find(mark, place)) >= 0]
    return text[start : min(ends) + 1 if ends else len(text)].strip()[:400]
