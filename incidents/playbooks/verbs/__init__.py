"""The verbs of playbooks: following one on an incident, and keeping the library."""

from incidents.playbooks.verbs.library import (
    create,
    discard,
    draft_of,
    move_step,
    publish,
    remove_step,
    restore_shipped,
    restore_version,
    retire,
    save_outline,
    save_step,
    save_type,
)
from incidents.playbooks.verbs.noticing import classify, hint, name_playbook
from incidents.playbooks.verbs.running import (
    acknowledge_prohibition,
    assign_step,
    finish,
    record_step,
    skip_step,
    start,
    stop,
    untick_step,
)

__all__ = [
    "acknowledge_prohibition",
    "assign_step",
    "classify",
    "create",
    "discard",
    "draft_of",
    "finish",
    "hint",
    "move_step",
    "name_playbook",
    "publish",
    "record_step",
    "remove_step",
    "restore_shipped",
    "restore_version",
    "retire",
    "save_outline",
    "save_step",
    "save_type",
    "skip_step",
    "start",
    "stop",
    "untick_step",
]
