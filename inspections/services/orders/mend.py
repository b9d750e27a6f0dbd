"""The house's part: how it will be mended and until when, that it is done, and asking for time."""

from collections.abc import Sequence
from contextlib import ExitStack
from datetime import date, datetime

from django.db import transaction

from accounts.types import Actor
from common.refusals import InvalidInput
from families.types import CleanFile
from inspections.evidence import stored
from inspections.models import OrderPhoto, OrderStep, RectificationOrder
from inspections.order_types import OrderEvent
from inspections.selectors.orders_access import is_ruled
from inspections.services.orders.steps import hold, step, worded

MOST_FILES = 6


def plan_rectification(
    *,
    order: str,
    plan: str,
    promised_on: date,
    files: Sequence[CleanFile] = (),
    actor: Actor,
    now: datetime,
) -> RectificationOrder:
    """Say how it will be mended, and by which day; a new plan replaces the one before.

    :raises NotFound: when it is not the actor's house.
    :raises InvalidInput: for a day that is past or after the order is due.
    :raises Refused: when it is no longer the house's turn.
    """
    with ExitStack() as kept, transaction.atomic():
        got = hold(order, OrderEvent.PLAN, actor=actor, now=now)
        words = worded(plan, "整改措施", "plan")
        if not got.today <= promised_on <= max(got.order.due_on, got.today):
            raise InvalidInput({"promised_on": ["请选今天到整改期限之间的日期。"]})
        row = step(got, OrderEvent.PLAN, reason=words, promised_on=promised_on)
        _attach(row, files, kept)
    return got.order


def claim_done(
    *, order: str, words: str, files: Sequence[CleanFile], actor: Actor, now: datetime
) -> RectificationOrder:
    """Say that it is mended, and show it.

    :raises NotFound: when it is not the actor's house.
    :raises InvalidInput: without words, or without a photo or paper where no row tells.
    :raises Refused: without a plan, or when it is not the house's turn.
    """
    with ExitStack() as kept, transaction.atomic():
        got = hold(order, OrderEvent.CLAIM, actor=actor, now=now)
        said = worded(words, "整改结果", "words")
        if not files and not is_ruled(got.order):
            raise InvalidInput({"evidence": ["请附上整改以后的照片或材料。"]})
        _attach(step(got, OrderEvent.CLAIM, reason=said), files, kept)
    return got.order


@transaction.atomic
def ask_extension(*, order: str, reason: str, actor: Actor, now: datetime) -> RectificationOrder:
    """Ask the lead for more time.

    :raises NotFound: when it is not the actor's house.
    :raises Refused: when it is not the house's turn.
    """
    got = hold(order, OrderEvent.ASK_EXTENSION, actor=actor, now=now)
    step(got, OrderEvent.ASK_EXTENSION, reason=worded(reason))
    return got.order


def _attach(row: OrderStep, files: Sequence[CleanFile], kept: ExitStack) -> None:
    if len(files) > MOST_FILES:
        raise InvalidInput({"evidence": [f"一次最多 {MOST_FILES} 个文件。"]})
    for file in {file.sha256: file for file in files}.values():
        name = kept.enter_context(stored(file))
        OrderPhoto.objects.create(step=row, file=name, sha256=file.sha256, size=len(file.content))
