"""Text as bytes, one byte for each character, so that an offset found in the bytes is an offset in the text.

The patterns run on these bytes: no offset has to be counted out of UTF-8, a lone surrogate does no harm, and what
looks like ASCII (full-width letters, curly quotes, Arabic digits) is read as ASCII.
"""

import codecs
import re
import unicodedata
from collections.abc import Iterator

LINE = 4096
OVERLAP = 512

_ODD = "\u2018\u2019\u201a\u201b\u201c\u201d\u201e\u201f\u2010\u2011\u2012\u2013\u2014\u2212\u00a0\u2007\u2009\u202f\u2028\u2029\u0085\u2044"
_SAME = dict(zip(_ODD, "''''\"\"\"\"------    \n\n\n/", strict=True))
_UNALIKE = re.compile(f"[{_ODD}]")
_CONTROLS = bytes.maketrans(b"\x00\x01\x02\x0b\x0c\x0d\x1c\x1d\x1e\x1f", b"          ")
MASK = b"\x02"

# "Password" in other languages, read as an English word that is no longer: the patterns need to know one language only.
_CALLED = {
    "lösenord": "password",
    "losenord": "password",
    "passord": "passwd",
    "kodeord": "passwd",
    "adgangskode": "password",
    "salasana": "password",
    "lykilorð": "password",
    "wachtwoord": "password",
    "hasło": "pwd",
    "haslo": "pwd",
    "heslo": "pwd",
    "geslo": "pwd",
    "lozinka": "passwd",
    "jelszó": "passwd",
    "jelszo": "passwd",
    "şifre": "pwd",
    "parola": "passwd",
    "parole": "passwd",
    "parool": "passwd",
    "slaptažodis": "password",
    "palavra-passe": "password",
    "contrasenya": "password",
    "kata sandi": "password",
    "mật khẩu": "password",
    "пароль": "passwd",
    "пароля": "passwd",
    "парола": "passwd",
    "лозинка": "passwd",
    "κωδικός": "passwd",
    "סיסמה": "pwd",
    "كلمة المرور": "password",
    "รหัสผ่าน": "password",
    "パスワード": "pwd",
    "密码": "pw",
    "密碼": "pw",
    "口令": "pw",
    "비밀번호": "pass",
}
_ENGLISH = re.compile("|".join(map(re.escape, _CALLED)), re.IGNORECASE)


def _read(match: "re.Match[str]") -> str:
    called = match.group()
    return _CALLED.get(called.lower(), "").ljust(len(called))


def _stand_in(error: UnicodeError) -> tuple[bytes, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return bytes(_one(char) for char in error.object[error.start : error.end]), error.end


def _one(char: str) -> int:
    plain = unicodedata.normalize("NFKC", char)
    if len(plain) == 1 and ord(plain) < 256:
        return ord(plain)
    digit = unicodedata.digit(char, -1)
    if digit >= 0:
        return 48 + digit
    return 0xF8 if char.isalpha() else 0xA4


codecs.register_error("allclear-flat", _stand_in)


def flatten(text: str) -> bytes:
    """As many bytes as the text has characters. The byte 2 is kept free: it stands for what is already masked."""
    lowered = text.lower()
    if any(word in lowered for word in _CALLED):
        text = _ENGLISH.sub(_read, text)
    if text.isascii():
        return text.encode("ascii").translate(_CONTROLS)
    return (
        _UNALIKE.sub(lambda match: _SAME[match.group()], text).encode("latin-1", "allclear-flat").translate(_CONTROLS)
    )


def windows(flat: bytes) -> Iterator[tuple[int, int]]:
    """Cuts the text so that no line is longer than 4 kB: runs of shorter lines stay whole, longer lines overlap."""
    begun = line = 0
    while line < len(flat):
        stop = flat.find(b"\n", line)
        stop = len(flat) if stop < 0 else stop
        if stop - line > LINE:
            if line > begun:
                yield begun, line
            for start in range(line, stop, LINE - OVERLAP):
                yield start, min(start + LINE, stop)
                if start + LINE >= stop:
                    break
            begun = stop
        line = stop + 1
    if begun < len(flat):
        yield begun, len(flat)
