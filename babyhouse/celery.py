"""The worker and its clock. Redis carries the tasks; PostgreSQL remembers what must be done."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "babyhouse.settings.dev")

app = Celery("babyhouse", task_cls="babyhouse.jobs:Job")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

# Whoever has regular work adds a line; what a task does twice must be harmless.
app.conf.beat_schedule = {
    "deliver the post": {
        "task": "notifications.tasks.deliver",
        "schedule": 5.0,
        "options": {"expires": 5.0},
    },
    "forget sign-ups that nobody finished": {
        "task": "accounts.tasks.forget_unproven",
        "schedule": 3600.0,
        "options": {"expires": 600.0},
    },
    "publish sessions": {
        "task": "facilities.tasks.publish_sessions",
        "schedule": 60.0,  # works once an hour, and at the start
        "options": {"expires": 60.0},
    },
    "judge sessions again": {
        "task": "facilities.tasks.rejudge_sessions",
        "schedule": 60.0,  # works once a quarter of an hour
        "options": {"expires": 60.0},
    },
    "propose rosters": {
        "task": "staff.tasks.propose_rosters",
        "schedule": 2.0,  # somebody waits for it
        "options": {"expires": 2.0},
    },
    "settle hours that have passed": {
        "task": "bookings.tasks.settle",
        "schedule": 60.0,  # works once in five minutes
        "options": {"expires": 60.0},
    },
    "close stays that nobody closed": {
        "task": "bookings.tasks.close_forgotten",
        "schedule": 60.0,  # works once in five minutes
        "options": {"expires": 60.0},
    },
    "watch the floors and escalate shortages": {
        "task": "bookings.tasks.watch_breaches",
        "schedule": 60.0,
        "options": {"expires": 60.0},
    },
    "book what has opened of weekly series": {
        "task": "bookings.tasks.continue_series",
        "schedule": 60.0,  # works once in five minutes
        "options": {"expires": 60.0},
    },
    "pick up imports that were left": {
        "task": "imports.tasks.pick_up",
        "schedule": 15.0,
        "options": {"expires": 15.0},
    },
    "forget files brought in long ago": {
        "task": "imports.tasks.forget",
        "schedule": 3600.0,  # works once a day
        "options": {"expires": 600.0},
    },
    "take overdue duties to tell one level up": {
        "task": "safety.tasks.escalate_duties",
        "schedule": 60.0,
        "options": {"expires": 60.0},
    },
    "remind of checks that are due": {
        "task": "safety.tasks.remind_of_registers",
        "schedule": 600.0,  # works once a day, in the morning
        "options": {"expires": 600.0},
    },
    "count staff anew": {
        "task": "staff.tasks.recount",
        "schedule": 60.0,  # works once in five minutes
        "options": {"expires": 60.0},
    },
    "close presences that nobody closed": {
        "task": "staff.tasks.close_forgotten",
        "schedule": 60.0,  # works once in five minutes
        "options": {"expires": 60.0},
    },
    "remind of papers of staff": {
        "task": "staff.tasks.remind_of_papers",
        "schedule": 600.0,  # works once a day, in the morning
        "options": {"expires": 600.0},
    },
    "remind of weeks without a roster": {
        "task": "staff.tasks.remind_of_rosters",
        "schedule": 600.0,  # works once a day, in the morning
        "options": {"expires": 600.0},
    },
    "let last year's free units lapse": {
        "task": "bookings.tasks.lapse",
        "schedule": 600.0,  # works once a day
        "options": {"expires": 600.0},
    },
    "remind of health checks that end": {
        "task": "families.tasks.remind_of_expiring_checks",
        "schedule": 3600.0,  # says each thing once
        "options": {"expires": 600.0},
    },
    "forget runs of long ago": {
        "task": "audit.tasks.forget_runs",
        "schedule": 3600.0,  # works once a day
        "options": {"expires": 600.0},
    },
    "tell of reports that wait too long": {
        "task": "inspections.tasks.escalate_cases",
        "schedule": 600.0,  # works once an hour
        "options": {"expires": 600.0},
    },
    "publish results of inspections": {
        "task": "inspections.tasks.publish_results",
        "schedule": 600.0,  # works once a day
        "options": {"expires": 600.0},
    },
    "keep the day's root of all results": {
        "task": "inspections.tasks.keep_root",
        "schedule": 600.0,  # works once a day
        "options": {"expires": 600.0},
    },
    "issue orders of what was found": {
        "task": "inspections.tasks.issue_orders",
        "schedule": 60.0,  # works once in five minutes
        "options": {"expires": 60.0},
    },
    "see to orders": {
        "task": "inspections.tasks.see_to_orders",
        "schedule": 600.0,  # works once a day, in the morning
        "options": {"expires": 600.0},
    },
    "warn of houses at risk": {
        "task": "inspections.tasks.warn",
        "schedule": 600.0,  # works once a day, in the morning
        "options": {"expires": 600.0},
    },
    "choose visits at which two look at the same": {
        "task": "inspections.tasks.choose_shadows",
        "schedule": 600.0,  # works once a day, in the morning
        "options": {"expires": 600.0},
    },
    "say what draws wait for": {
        "task": "inspections.tasks.remind_of_draws",
        "schedule": 60.0,  # works once a quarter of an hour
        "options": {"expires": 60.0},
    },
}
