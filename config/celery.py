"""Celery is the alarm clock, never the memory (design law 5).

Every task takes no argument, holds no state and may run anywhere, any number of times, at once. What is owed is
a row with `due_at` in PostgreSQL; a lost message costs one interval. Clocks and mail have queues of their own,
so that a slow mail server never delays a clock; so have chores, which may count and tidy up for seconds.
"""

import gc
import os
import warnings

from celery import Celery
from celery.signals import worker_process_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
# Containers run as root; celery's advice about that is for hosts shared with others, and hides what matters in the log.
warnings.filterwarnings("ignore", message=".*superuser privileges.*")

app = Celery("allclear")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_process_init.connect
def _settled(**_: object) -> None:
    """What a child is born with stands for ever: the collector need not walk through it again in a storm."""
    gc.freeze()


def _every(seconds: float, task: str, queue: str) -> dict[str, object]:
    # `expires`: a tick that waited longer than its interval is worthless, the next one does its work.
    return {"task": task, "schedule": seconds, "options": {"queue": queue, "expires": max(seconds * 2, 2.0)}}


app.conf.beat_schedule = {
    # Four times a second: the first of many deadlines is enforced within half a second of the instant that is late.
    "enforce clocks": _every(0.25, "incidents.tasks.enforce_clocks", "clocks"),
    "repeat escalations": _every(5.0, "incidents.tasks.repeat_escalations", "clocks"),
    "escalate what is unresolved": _every(30.0, "incidents.tasks.escalate_unresolved", "clocks"),
    "resurface untouched incidents": _every(60.0, "incidents.tasks.resurface_untouched", "clocks"),
    "notice failed letters": _every(10.0, "incidents.tasks.notice_failed_letters", "clocks"),
    "forget answers": _every(120.0, "incidents.tasks.forget_answers", "chores"),
    "send scheduled updates": _every(15.0, "incidents.tasks.send_scheduled_updates", "clocks"),
    "refresh figures": _every(60.0, "incidents.tasks.refresh_figures", "chores"),
    "seal anew": _every(30.0, "incidents.tasks.seal_anew", "chores"),
    "open reviews": _every(2.0, "postmortems.tasks.open_reviews", "clocks"),
    "see to what is due": _every(30.0, "postmortems.tasks.see_to_what_is_due", "chores"),
    "audit closed incidents": _every(60.0, "postmortems.tasks.audit_closed", "chores"),
    "count for reports": _every(5.0, "postmortems.tasks.count_for_reports", "chores"),
    "fold alerts": _every(1.0, "incidents.detection.tasks.fold_alerts", "clocks"),
    "miss pings": _every(2.0, "incidents.detection.tasks.miss_pings", "clocks"),
    "miss readings": _every(10.0, "incidents.detection.tasks.miss_readings", "clocks"),
    "run checks": _every(10.0, "incidents.detection.tasks.run_checks", "clocks"),
    "fetch mail": _every(20.0, "notifications.tasks.fetch_mail", "mail"),
    "sort mail": _every(2.0, "incidents.detection.tasks.sort_mail", "mail"),
    "send e-mail": _every(1.0, "notifications.tasks.send_email", "mail"),
    "switch off unheard webhooks": _every(300.0, "incidents.tasks.switch_off_unheard", "chores"),
    "tell of stuck rows": _every(60.0, "incidents.tasks.tell_of_stuck_rows", "clocks"),
    "say otherwise what did not get through": _every(5.0, "incidents.tasks.say_otherwise", "clocks"),
    "forget mail": _every(300.0, "incidents.detection.tasks.forget_mail", "chores"),
    "measure our own letters": _every(300.0, "incidents.detection.tasks.measure_own_letters", "chores"),
    "send chat and SMS": _every(1.0, "notifications.tasks.send_chat", "mail"),
    "send webhooks": _every(1.0, "notifications.tasks.send_webhooks", "mail"),
    "send CRM notes": _every(3.0, "notifications.tasks.send_crm_notes", "mail"),
    "settle CRM notes": _every(5.0, "incidents.tasks.settle_crm_notes", "chores"),
    "send Telegram": _every(1.0, "notifications.tasks.send_telegram", "mail"),
}
