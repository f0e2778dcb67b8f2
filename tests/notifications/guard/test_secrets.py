"""What lets somebody in, however it is said in a letter, and what only looks like it (B-133)."""

import time
from random import Random

import pytest

from notifications.guard import check
from notifications.guard.secrets import secret_spans


def _secrets(text: str, known: tuple[str, ...] = ()) -> list[str]:
    return [one.text for one in check(text, secrets=known) if one.kind == "secret"]


@pytest.mark.requirement("B-133")
@pytest.mark.parametrize(("text", "known"), [
    # Of a provider's shape, and called a key.
    ("A new API key has been issued for your integration: sk_live_51Hc8aQz0vTn.", ()),
    ("Your recovery key is 4H7Q-PLM2-99XD-VV1A.", ()),
    # One of ours inside another of ours, and in the words around it.
    ("Use ghp-Lantern-9931-oboe, please.", ("ghp-Lantern-9931", "Lantern-9931-oboe")),
    ("The password is Lantern-9931-oboe.", ("Lantern-9931-oboe",)),
])  # fmt: skip
def test_a_secret_of_two_shapes_is_shown_once(text: str, known: tuple[str, ...]) -> None:
    assert len(_secrets(text, known)) == 1


@pytest.mark.requirement("B-133")
@pytest.mark.parametrize(("text", "secret"), [
    # Called a password, before it or after it, with words between.
    ("The technician needs the admin password, which is Kestrel_77_noon.", "Kestrel_77_noon"),
    ("We have set a temporary password of Blue7Wagon for every teacher.", "Blue7Wagon"),
    ("We are using Quince_44_Table as the shared password for the kiosks.", "Quince_44_Table"),
    ("The password hasn't changed since the last outage: Mulberry#Gate2.", "Mulberry#Gate2"),
    ("If you're asked for a Wi-Fi password, it's badgerbadger77.", "badgerbadger77"),
    ("The old password, Winter2023, was never revoked.", "Winter2023"),
    ("When the inbox asks for the passphrase, type harbour-Lantern-92.", "harbour-Lantern-92"),
    ("I have reset your account to “Welcome-Otter-2026”.", "Welcome-Otter-2026"),
    # Words that are one.
    ("She said the kiosk password is “trombone”.", "trombone"),
    ("We have put \"opensesame\" back as the staging password.", "opensesame"),
    ("Type “open the pod bay” where it asks for the pass phrase.", "open the pod bay"),
    ("The passphrase for the archive is seven-otters-under-a-plum-tree.", "seven-otters-under-a-plum-tree"),
    ("Its passphrase is copper lantern 58 fjord.", "copper lantern 58 fjord"),
    ("The answer to the security question on the account is Bramble.", "Bramble"),
    ("Say \"yellow submarine\" and the agent will reset your account.", "yellow submarine"),
    # A name and a password.
    ("Our courier desk shares one login, dispatch / Anvil$1903.", "Anvil$1903"),
    ("Log in as guest, password guest.", "guest"),
    ("The admin login of both printers is admin with 31415926.", "31415926"),
    ("curl -u nightjob:Fenster.Putz https://api.example.com/export gives you the file.", "Fenster.Putz"),
    ("The cache is at redis://:p4nther-Row@10.2.0.9:6379/0.", "redis://:p4nther-Row@"),
    ("Set SMTP_PASS=qu1et-Meadow-5 in the copier.", "qu1et-Meadow-5"),
    ("The ssh password for pi@10.0.0.7 is himbeere.", "himbeere"),
    # Keys and tokens.
    ("The token which our agent uses for your webhook is whk-33d0-A81f-pQz7-0c6e.", "whk-33d0-A81f-pQz7-0c6e"),
    ("Please put AKX9-77PLQ2-ee01-mmT4 into the field marked “API key”.", "AKX9-77PLQ2-ee01-mmT4"),
    ("The webhook's signing secret was reissued as sgn-Q2m8-00tLp.", "sgn-Q2m8-00tLp"),
    ("The encryption key for the backup is 3f9a 77c1 d0e2 84bb 19f0.", "3f9a 77c1 d0e2 84bb 19f0"),
    # Codes, and what opens with them.
    ("As the voicemail was reset, its PIN is once again 1234.", "1234"),
    ("Your new PIN came out as 60184.", "60184"),
    ("You asked for the voicemail PIN, here it is: 9914.", "9914"),
    ("Staff can enter by the side door with 2580 on the keypad.", "2580"),
    ("Since the card readers are dead, tap in 1-9-7-3 at the side entrance.", "1-9-7-3"),
    ("Type the six digits 271 904 into the banking app to approve the device.", "271 904"),
    ("The padlock on the rack opens at 5092.", "5092"),
    ("The safe opens with 18 left, 42 right, 7 left.", "18 left, 42 right, 7 left"),
    ("I'll just tell you the code, it's 6092, and the door will let you through.", "6092"),
    ("With the code XK4-77P-LM2 you can switch off two-step verification.", "XK4-77P-LM2"),
    ("It's the usual alarm code (3074) plus the star key.", "3074"),
    ("The pharmacist's PIN had to be reset to 2020.", "2020"),
    ("I have given the intern the pin for the till, 4410.", "4410"),
    ("For the delivery gate the code is still the same: 1357.", "1357"),
    ("The shared mailbox is protected by “Pumpkin#Latte”.", "Pumpkin#Latte"),
    ("You asked for the safe's code. It is 99-13-47.", "99-13-47"),
    ("You can open the medicine drawer by pressing 2, 5, 8 and 0.", "2, 5, 8 and 0"),
    ("Mail is sent with " + "SG." + "mFv8Zc2kQ1xTn4Wb9L.", "SG." + "mFv8Zc2kQ1xTn4Wb9L"),
    # Links.
    ("Use this magic link: https://app.example.io/magic/7Hq2-kkP9-xT", "https://app.example.io/magic/7Hq2-kkP9-xT"),
    ("Get the file at https://files.example.org/s/may?sig=b7Qe91xT0vLd.", "https://files.example.org/s/may?sig=b7Qe91xT0vLd"),
    ("Anyone with https://drive.example.com/open/8fQ2-xk01-LLmz can read the list.", "https://drive.example.com/open/8fQ2-xk01-LLmz"),
])  # fmt: skip
def test_what_lets_somebody_in_is_marked_and_nothing_else(text: str, secret: str) -> None:
    assert _secrets(text) == [secret]


@pytest.mark.requirement("B-133")
@pytest.mark.parametrize("text", [
    "The password you chose must have at least 12 characters and one digit.",
    "The passphrase is stored in the vault and known to two people.",
    "For your safety the passphrase is given only in person at the counter.",
    "The message said “invalid password” although the password was right.",
    "The password was “too short” for the new rule.",
    "The password policy “Strict” was switched on for everybody.",
    "The password manager filled in the wrong field in Chrome131.",
    "The password problem is known as TKT-20418.",
    "We have reset your password, and a link was sent to your address.",
    "Your new password is unguessable.",
    "The password of the night team is unaffected.",
    "The one who has the password is Brandt.",
    "Boarding pass LH1234-22C could not be opened.",
    "Passwords were reset for the 412 users of the Hamburg office.",
    "Single sign-on with SAML2 and OAuth2 works again.",
    "Log-ins fail whenever the token endpoint does not answer within 3600 ms.",
    "The certificate with the serial 04:9F:2A:77 replaced the old key.",
    "The webhook is signed with HMAC-SHA256, and its secret is safe.",
    "The key figure, 4471 calls a day, was shown twice.",
    "Ticket INC-20418 holds the list of tokens that we revoked.",
    "The rule in sg-0c45d7e89ab0c1d2e let the traffic in.",
    "Set password=<your password> in the configuration.",
    "https://user:password@example.com is the form of the address.",
    "PIN entry on the terminals in shops 1204, 1187 and 1190 was slow.",
    "Your PIN has 4 digits, the new one will have 6.",
    "The PIN was changed on 31-08-2026.",
    "Your order 4471-2093 was printed twice because of the error code E204.",
    "The voucher code SPRING-2026-XX7 is valid again.",
    "The confirmation number of your booking is 771 204.",
    "The one-time codes come from the number 82822, as before.",
    "Call +44 20 7946 0958 if the code does not arrive.",
    "Please type the order number, 118 204, into the form.",
    "To unlock an account, call extension 4471 between 08:00 and 18:00.",
    "Both lockers open with 739 keys of the old kind.",
    "Sign in and use the voucher code SPRING-2026-XX7 again.",
    "The fault code of the gate is 4471, and it opens again.",
    "The lock on row 4471 was held for 36 minutes.",
    "Door 14 opens with a delay of 350 milliseconds.",
    "The gate opens at 6:30 and closes at 22:00.",
    "The safe margin of 250 ms was exceeded.",
    "We have set your account to read-only until the check is done.",
    "The affected server is db-a71x, and its password was reset at once.",
    "The accounts of admin and jsmith42 were locked by the rule.",
    "We asked for the password once more, and db-a71x, a server of ours, refused it.",
    "Only sites with kiosk-7f3c2a need a new token.",
    "The token was revoked in commit 4f9a81c.",
    "The alarm with number 88213 was closed.",
    "The alarm threshold was set to 4471.",
    "The lift answers with code 4471 when the door is blocked.",
    "Before you can say \"lunch\", your door shows its opening hours again.",
    "https://www.example.com/login?utm_campaign=autumn26&utm_id=a1b2c3 leads to the right page again.",
    "Without logging in you see the work at https://status.example.com/incidents/7kq2m9x1.",
    "Please choose a new password at https://app.example.com/reset-password.",
    "The video is at https://www.youtube.com/watch?v=dQw4w9WgXcQ, no sign-in needed.",
    "The log-in is at https://portal.example.com/login?next=/orders/20418.",
])  # fmt: skip
def test_what_is_near_a_password_and_lets_nobody_in_is_left_alone(text: str) -> None:
    assert not _secrets(text)


def test_a_value_belongs_to_the_words_of_its_own_sentence() -> None:
    assert not _secrets("We changed the password. Blue7Wagon is the name of the van.")
    assert _secrets("The password:\nBlue7Wagon") == ["Blue7Wagon"]


WORDS = (
    "password is ",
    "a1B2c3d4 ",
    "the code ",
    "4471 ",
    '"x y" ',
    "enter ",
    "door opens with ",
    "log in as ",
    "/ ",
    ", ",
)


@pytest.mark.parametrize("text", [
    "password is ", "token=", "1-", "a1-", '"', "pin 12 ", "https://x.y/magic/", "passphrase is a ",
    "18 left ", "login as a/", "pass_", "key: ",
    "".join(Random(133).choices(WORDS, k=500)),
])  # fmt: skip
def test_secrets_are_looked_for_in_hostile_letters_in_time(text: str) -> None:
    began = time.perf_counter()
    list(secret_spans((text * 50_000)[:50_000]))
    assert time.perf_counter() - began < 5
