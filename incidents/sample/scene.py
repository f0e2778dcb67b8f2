"""The handful of incidents that are in progress when somebody opens the sample workspace."""

import copy
from datetime import datetime, timedelta

from incidents import client_links, clocks, configuration, lifecycle, wordings
from incidents.facts import Acknowledgement, Letter
from incidents.models import Incident, SlaPolicy
from incidents.sample.story import PLOTS, Storyteller, deliver


def reword(teller: Storyteller) -> None:
    """One client has asked for warmer letters, and got a text of their own."""
    shipped = wordings.BY_KIND["incident-notification"].shipped
    configuration.write_wording(
        shipped.key,
        configuration.Place(client_id=teller.world.clients["lumen"].pk),
        subject=shipped.subject,
        body=shipped.body.replace("Hi {{ name }},", "Dear {{ name }},").replace(
            "If you have questions, reply to this email.",
            "If you have questions, reply to this email or ring the number that you have from us.",
        ),
        note="Lumen asked for a telephone number in each letter.",
        expected=0,
        by=teller.world.people["ada"],
        at=teller.now - timedelta(days=20),
    )


def ask_for_a_second_person(teller: Storyteller, client: str, *, at: datetime) -> None:
    """One client has a policy of their own, under which somebody else reads every letter before they do."""
    ada, like = teller.world.people["ada"], SlaPolicy.objects.get(is_default=True)
    policy = configuration.add_policy({"name": "Two pairs of eyes"}, like=like, by=ada, at=at)
    body = copy.deepcopy(configuration.newest(policy).body)
    for row in body["severities"].values():
        row["approval"] = True
    configuration.add_version(policy.pk, body, note="Their contract asks for it.", by=ada, at=at)
    configuration.save_client(teller.world.clients[client].pk, {"policy": policy}, by=ada, at=at)


def approve(teller: Storyteller, incident: Incident, at: datetime) -> None:
    """Alfred lets the letter go that awaits approval."""
    row = incident.awaiting_letters.get(state="awaiting")
    lifecycle.approve_letter(row.pk, by=teller.world.people["alfred"], at=at)


def set_scene(teller: Storyteller) -> None:
    """Nine open incidents from a fresh SEV-1 to a scheduled SEV-4, one overdue, one being verified."""
    reword(teller)
    now, people = teller.now, teller.world.people
    suspended, enrichment, sync, bounces, replies, report, duplicates, typo = PLOTS

    scheduled = teller.begin(typo, now - timedelta(days=3), clients=("cedar",))
    teller.triage(scheduled, now - timedelta(days=2, hours=20), "jonas")
    teller.acknowledge(scheduled, typo, now - timedelta(days=2))

    merged = teller.begin(duplicates, now - timedelta(hours=26), clients=("kestrel",))
    teller.triage(merged, now - timedelta(hours=25), "priya")
    teller.acknowledge(merged, duplicates, now - timedelta(hours=20))
    teller.investigate(merged, duplicates, now - timedelta(hours=19), "priya")

    unsaid = teller.begin(duplicates, now - timedelta(hours=9), clients=("harbor",))
    teller.triage(unsaid, now - timedelta(hours=8, minutes=50), "priya")
    seen = Acknowledgement(note="Seen; nobody has put it into words for the client yet.")
    lifecycle.acknowledge(unsaid.pk, seen, by=people["rick"], at=now - timedelta(hours=8))

    stale = teller.begin(report, now - timedelta(hours=30), clients=("northwind",))
    teller.triage(stale, now - timedelta(hours=29), "jonas")
    teller.acknowledge(stale, report, now - timedelta(hours=25))

    verifying = teller.begin(replies, now - timedelta(hours=20), clients=("atlas",))
    teller.triage(verifying, now - timedelta(hours=19, minutes=50))
    teller.acknowledge(verifying, replies, now - timedelta(hours=19))
    teller.investigate(verifying, replies, now - timedelta(hours=18))
    teller.fix(verifying, replies, now - timedelta(hours=4))
    last = Letter("Replies sorted late", "Replies are being sorted on time again.", is_last=True)
    lifecycle.update(verifying.pk, last, by=people["rick"], at=now - timedelta(hours=3, minutes=30))

    ask_for_a_second_person(teller, "cedar", at=now - timedelta(days=2))
    bouncing = teller.begin(bounces, now - timedelta(hours=21), clients=("cedar",))
    teller.triage(bouncing, now - timedelta(hours=20, minutes=40), "priya")
    teller.acknowledge(bouncing, bounces, now - timedelta(hours=19, minutes=56))
    approve(teller, bouncing, now - timedelta(hours=19, minutes=51))
    promised = now + timedelta(hours=1, minutes=38)
    word = Letter("One sequence paused", "We are verifying the addresses of one sequence.", next_update_by=promised)
    lifecycle.update(bouncing.pk, word, by=people["rick"], at=now - timedelta(hours=16, minutes=6))
    approve(teller, bouncing, now - timedelta(hours=16))
    teller.investigate(bouncing, bounces, now - timedelta(hours=15), "priya")

    enriching = teller.begin(enrichment, now - timedelta(hours=3, minutes=10), clients=("lumen", "harbor", "atlas"))
    teller.triage(enriching, now - timedelta(hours=3))
    promised = now + timedelta(minutes=8)
    word = Letter("Lead enrichment paused", enrichment.happening, next_update_by=promised)
    lifecycle.acknowledge(
        enriching.pk, Acknowledgement(letter=word), by=people["rick"], at=now - timedelta(hours=2, minutes=48)
    )
    teller.investigate(enriching, enrichment, now - timedelta(hours=2, minutes=40))
    text = "Key rotated on Monday by the vendor’s schedule; the **worker** still has the old one."
    lifecycle.note(enriching.pk, text=text, by=people["devin"], at=now - timedelta(hours=1))

    teller.begin(sync, now - timedelta(hours=4, minutes=12), clients=("harbor",))
    clocks.sweep(now=now - timedelta(minutes=1))

    outreach = teller.begin(suspended, now - timedelta(minutes=42), clients=("northwind",))
    teller.triage(outreach, now - timedelta(minutes=33))
    # Somebody else reads it before Cedar does; its promise runs on meanwhile.
    happening = "The addresses of one sequence are verified again. The other sequences go on being sent."
    word = Letter("One sequence paused", happening, next_update_by=now + timedelta(hours=4))
    lifecycle.update(bouncing.pk, word, by=people["rick"], at=now - timedelta(minutes=11))
    teller.run_updates(now - timedelta(minutes=5))
    deliver(before=now - timedelta(minutes=5))


def give_link(teller: Storyteller) -> str:
    """The address of a status page that one client has had for a week and reads; it is shown this once."""
    rick, northwind = teller.world.people["rick"], teller.world.clients["northwind"]
    made = teller.now - timedelta(days=7)
    until = (teller.now + timedelta(days=83)).date()
    link, secret = configuration.add_client_link(northwind.pk, note="Dana Whitfield", ends_on=until, by=rick, at=made)
    client_links.seen(link, at=teller.now - timedelta(hours=3))
    return client_links.address(secret)
