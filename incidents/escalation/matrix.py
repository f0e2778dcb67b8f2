"""Who must hear of a situation: the enabled rows of the matrix, their people, and how each is reached."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.conf import settings
from django.db.models import prefetch_related_objects

from incidents import texts
from incidents.models import Absence, EscalationRule, Incident, Responder, RoleHolding
from incidents.texts import Text
from incidents.wordings import BY_CHANNEL
from notifications.channels.chat import recipient
from notifications.models import Destination

REACHED = {"email": "by e-mail", "telegram": "by Telegram", "in_app": "in Allclear", "chat": "by chat or SMS"}
OWN = {"coordinator": "coordinator_id", "resolver": "resolver_id", "communicator": "communicator_id"}


@dataclass(frozen=True, slots=True)
class Address:
    """One way to reach one responder; `instead_of` says which channel it stands in for."""

    responder: Responder
    channel: str
    to: str
    instead_of: str = ""

    @property
    def words(self) -> str:
        """How the record says it: “Clayton Boyd by e-mail (no Telegram)”."""
        missed = f" (no {EscalationRule.Channel(self.instead_of).label})" if self.instead_of else ""
        return f"{self.responder} {REACHED[self.channel]}{missed}"


class Matrix:
    """The rules and texts as they stand at one instant, each read once however many escalations follow.

    Most verbs raise what no rule names: people, roles and texts are read when somebody is told.
    """

    def __init__(self, at: datetime) -> None:
        self.at = at
        self.rules: dict[str, list[EscalationRule]] = {}
        for rule in EscalationRule.objects.filter(is_enabled=True).order_by("pk"):
            self.rules.setdefault(rule.situation, []).append(rule)
        self.destinations: dict[int | None, list[Destination]] = {}
        chatty = [rule for rules in self.rules.values() for rule in rules if "chat" in rule.channels]
        if chatty:
            prefetch_related_objects(chatty, "rooms")
            for one in Destination.objects.filter(is_active=True).only("name", "scheme", "responder_id"):
                self.destinations.setdefault(one.responder_id, []).append(one)
        self._named: dict[int, tuple[list[str], list[int]]] = {}
        self._reached: dict[tuple[int, int], list[Address]] = {}

    @cached_property
    def texts(self) -> dict[str, Text]:
        """The text in force for each channel that has one of its own."""
        in_force = texts.for_responders(list(BY_CHANNEL.values()))
        return {channel: in_force[kind.key] for channel, kind in BY_CHANNEL.items()}

    @cached_property
    def people(self) -> dict[int, Responder]:
        """Everybody who is active."""
        return {responder.pk: responder for responder in Responder.objects.filter(is_active=True)}

    @cached_property
    def away(self) -> set[int]:
        """Who is out of office at this instant."""
        now_away = Absence.objects.filter(starts_at__lte=self.at, ends_at__gt=self.at)
        return set(now_away.values_list("responder_id", flat=True))

    @cached_property
    def _held(self) -> list[tuple[str, list[str], int]]:
        held = RoleHolding.objects.order_by("position", "pk")
        rows = held.values_list("role__key", "role__permissions", "responder_id")
        return [(key, granted, holder) for key, granted, holder in rows if holder in self.people]

    @cached_property
    def holders(self) -> dict[str, list[int]]:
        """The active holders of each role, in their order."""
        found: dict[str, list[int]] = {}
        for key, _, holder in self._held:
            found.setdefault(key, []).append(holder)
        return found

    @cached_property
    def cleared(self) -> set[int]:
        """Who may see every restricted incident by a role."""
        return {holder for _, granted, holder in self._held if "view_restricted" in granted}

    def worded(self, channel: str) -> Text:
        """The text in force for a channel; one that has none of its own says what Telegram says."""
        return self.texts.get(channel, self.texts["telegram"])

    def rules_for(self, situation: str, severity: int) -> Sequence[EscalationRule]:
        """The enabled rules for a situation that name this severity, or none in particular."""
        return [r for r in self.rules.get(situation, ()) if not r.severities or severity in r.severities]

    def holder(self, role_key: str) -> int | None:
        """The first holder of a role who is not away; when all are away the first of all, for somebody must hear."""
        holders = self.holders.get(role_key, [])
        return next((h for h in holders if h not in self.away), holders[0] if holders else None)

    def recipients(self, rule: EscalationRule, incident: Incident) -> list[Responder]:
        """The incident's own people before the role's holders; each person once, in the order of the rule."""
        roles, responders = self._names(rule)
        chosen: list[int] = []
        for key in roles:
            own = getattr(incident, OWN[key]) if key in OWN else None
            person = own if own and own not in self.away else self.holder(key) or own
            if person and person not in chosen:
                chosen.append(person)
        chosen += [pk for pk in responders if pk not in chosen]
        return [self.people[pk] for pk in chosen if pk in self.people]

    def absent(self, rule: EscalationRule, incident: Incident, person: Responder) -> Responder | None:
        """For whom this person stands in: whoever the rule would tell if they were not away; nobody is usual."""
        if not self.away:
            return None
        roles, responders = self._names(rule)
        found: Responder | None = None
        for key in roles:
            own = getattr(incident, OWN[key]) if key in OWN else None
            meant = own or next(iter(self.holders.get(key, [])), None)
            told = own if own and own not in self.away else self.holder(key) or own
            if told == person.pk and meant == told:
                return None
            if told == person.pk and meant:
                found = found or self.people.get(meant)
        return None if person.pk in responders else found

    def _names(self, rule: EscalationRule) -> tuple[list[str], list[int]]:
        """The roles and the people that a rule names: a related manager for each of ten thousand firings costs."""
        if not self._named:
            prefetch_related_objects([one for rules in self.rules.values() for one in rules], "roles", "responders")
        if rule.pk not in self._named:
            roles = [role.key for role in rule.roles.all()]
            self._named[rule.pk] = roles, [responder.pk for responder in rule.responders.all()]
        return self._named[rule.pk]

    def may_see(self, responder: Responder, incident: Incident) -> bool:
        """Whether a message may say what it is about; one query more for an incident that is restricted."""
        if not incident.is_restricted or responder.pk in self.cleared:
            return True
        own = {getattr(incident, column) for column in OWN.values()}
        return responder.pk in own or incident.named.filter(pk=responder.pk).exists()

    def rooms(self, rule: EscalationRule, incident: Incident) -> list[Destination]:
        """The chat rooms that hear of it; none of a restricted incident, for nobody knows who reads along."""
        if "chat" not in rule.channels or incident.is_restricted:
            return []
        return self._rooms_of(rule)

    def _rooms_of(self, rule: EscalationRule) -> list[Destination]:
        known = next((one for one in self.rules.get(rule.situation, ()) if one.pk == rule.pk), rule)
        return [room for room in known.rooms.all() if room.is_active]

    def second(self, rule: EscalationRule, told: Collection[int]) -> Responder | None:
        """Who hears of it when nobody of those told could be reached: the next holder of the rule's roles, in order."""
        for role in rule.roles.all():
            for holder in self.holders.get(role.key, []):
                if holder not in told and holder not in self.away:
                    return self.people[holder]
        return None

    def addresses(self, rule: EscalationRule, responder: Responder) -> list[Address]:
        """Each channel of the rule once; e-mail stands in for Telegram and chat where somebody has none."""
        known = self._reached.get((rule.pk, responder.pk))
        if known is None:
            known = self._reached[rule.pk, responder.pk] = self._addresses(rule, responder)
        return known

    def _addresses(self, rule: EscalationRule, responder: Responder) -> list[Address]:
        found: dict[str, Address] = {}
        for channel in rule.channels:
            if channel == "telegram" and not (responder.telegram_chat and settings.TELEGRAM_BOT_TOKEN):
                found.setdefault("email", Address(responder, "email", responder.email, instead_of="telegram"))
            elif channel == "telegram":
                found[channel] = Address(responder, channel, responder.telegram_chat)
            elif channel == "chat" and responder.pk in self.destinations:
                for one in self.destinations[responder.pk]:
                    found[recipient(one.pk)] = Address(responder, channel, recipient(one.pk))
            elif channel == "chat":
                # Where a room hears of it, whoever has no telephone here has not been left out.
                if not self._rooms_of(rule):
                    found.setdefault("email", Address(responder, "email", responder.email, instead_of="chat"))
            elif channel == "email":
                found[channel] = Address(responder, channel, responder.email)
            else:
                found[channel] = Address(responder, channel, str(responder.pk))
        return list(found.values())
