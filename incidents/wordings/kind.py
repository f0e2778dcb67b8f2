"""What a kind of wording is: its shipped text, and the variables that whoever edits it may use."""

from dataclasses import dataclass
from typing import Literal

from notifications.wording import Wording, faults

Part = Literal["subject", "body"]


@dataclass(frozen=True, slots=True)
class Variable:
    """`{{ name }}` in a text. `sample` stands for it in a preview without an incident; `needed_in` is the part that may
    not be without it, "" when it may be left out."""

    name: str
    meaning: str
    sample: str
    needed_in: Literal["subject", "body", ""] = ""
    may_be_empty: bool = False


@dataclass(frozen=True, slots=True)
class Kind:
    """One letter that can be reworded: an entry in the table is all that a new one needs.

    `shipped` is the text that is in force until somebody writes another, and to which one can always return. A kind
    whose readers are clients may be worded for a brand or for one client as well.
    """

    shipped: Wording
    title: str
    when: str
    variables: tuple[Variable, ...]
    from_sop: bool = False
    note: str = ""
    for_clients: bool = True

    @property
    def key(self) -> str:
        return self.shipped.key

    @property
    def names(self) -> frozenset[str]:
        return frozenset(one.name for one in self.variables)

    @property
    def optional(self) -> frozenset[str]:
        """Those that have nothing to say at times; a line that holds nothing else then goes with them."""
        return frozenset(one.name for one in self.variables if one.may_be_empty)

    def needed_in(self, part: Part) -> list[str]:
        return [one.name for one in self.variables if one.needed_in == part]

    def faults(self, part: Part, text: str) -> list[str]:
        """Why this subject or body may not be stored, in sentences; empty when it may."""
        return faults(part, text, known=self.names, needed=self.needed_in(part))

    def samples(self) -> dict[str, str]:
        return {one.name: one.sample for one in self.variables}
