"""What can be found, and the five classes that a support report must be free of (A-18)."""

PROVIDER_KEY = "provider key"
PRIVATE_KEY = "private key"
TOKEN = "token"
PASSWORD = "password"
SECRET = "secret"
HEADER = "authorisation header"
COOKIE = "cookie"
CONNECTION = "connection string"
CODE = "one-time code"
PIN = "pin"
CARD = "card number"
CARD_CODE = "card code"
CARD_EXPIRY = "card expiry"
IBAN = "iban"
ACCOUNT = "bank account"
EMAIL = "e-mail"
PHONE = "phone"
NAME = "name"
ADDRESS = "address"
IP = "ip address"
BIRTH = "date of birth"
IDENTITY = "identity number"
LOG = "log block"
KNOWN = "known secret"
UNKNOWN = "unknown token"
WITHHELD = "withheld"

CLASS_OF: dict[str, str] = {
    **dict.fromkeys((PROVIDER_KEY, TOKEN), "provider key"),
    **dict.fromkeys(
        (PRIVATE_KEY, PASSWORD, SECRET, HEADER, COOKIE, CONNECTION, CODE, PIN, KNOWN, UNKNOWN, WITHHELD), "credential"
    ),
    **dict.fromkeys((CARD, CARD_CODE, CARD_EXPIRY, IBAN, ACCOUNT), "payment"),
    **dict.fromkeys((EMAIL, PHONE, NAME, ADDRESS, IP, BIRTH, IDENTITY), "private customer detail"),
    LOG: "raw log",
}
"""Kind → one of: provider key, credential, payment, private customer detail, raw log."""

PEOPLE = frozenset({EMAIL, PHONE, NAME})
"""Kinds that are replaced by a pseudonym, `User-1`, which is the same wherever the value is the same."""
