"""有效结案率: how many of the orders that were due were mended in time, and for good. E8"""

from collections.abc import Collection
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from accounts.types import Actor, Place
from inspections.models import Finding, OrderStep, RectificationOrder
from inspections.order_types import Effectiveness, OrderEvent, OrderState
from inspections.selectors.parts import departments_at
from inspections.types import Department


def departments_counted(actor: Actor, district: str) -> frozenset[Department] | None:
    """Whose orders somebody's rate counts: their department's; None, for education: all."""
    own = departments_at(actor, Place(district, ""))
    return None if Department.EDUCATION in own else own - {Department.HOUSE}


def effectiveness_of(
    district: str, *, since: date, through: date, today: date,
    departments: Collection[Department] | None = None,
) -> Effectiveness:  # fmt: skip
    """有效结案率 of a district's orders that were due within some days, up to yesterday.

    Due: every order whose day lies within them and has passed or that was closed already. Left
    out are withdrawn ones, and those whose finding a correction has taken back. Effective: closed
    by 再检查 on or before its day, and the same item of the same house not found again within the
    months of the limit (a later order says that it recurs). A failed 再检查 starts no new clock;
    an extension moves the day.
    """
    theirs = Q() if departments is None else Q(department__in=departments)
    closed = OrderStep.objects.filter(order=OuterRef("pk"), event=OrderEvent.CLOSE)
    again = _rightful(RectificationOrder.objects.filter(recurs=OuterRef("pk")))
    rows = (
        _rightful(
            RectificationOrder.objects.filter(
                theirs,
                facility__subdistrict__district__code=district,
                due_on__range=(since, through),
            )
        )
        .annotate(closed_on=Subquery(closed.values("at__date")[:1]), is_again=Exists(again))
        .values_list("due_on", "closed_on", "is_again")
    )
    due = [row for row in rows if row[1] is not None or row[0] < today]
    in_time = [row for row in due if row[1] is not None and row[1] <= row[0]]
    recurred = sum(is_again for _, _, is_again in in_time)
    open_ = sum(closed_on is None for _, closed_on, _ in due)
    return Effectiveness(
        since=since,
        through=through,
        due=len(due),
        effective=len(in_time) - recurred,
        late=len(due) - len(in_time) - open_,
        recurred=recurred,
        open=open_,
    )


def _rightful(orders: QuerySet[RectificationOrder]) -> QuerySet[RectificationOrder]:
    """Orders that still rest on a finding.

    What was corrected away and found once more on the same visit is a new finding of the same
    item, which the first order covers.
    """
    standing = Finding.objects.filter(
        item=OuterRef("finding__item"),
        kind=OuterRef("finding__kind"),
        withdrawn_by__isnull=True,
    )
    rests = Q(finding__withdrawn_by__isnull=True) | Exists(standing)
    return orders.filter(rests).exclude(state=OrderState.WITHDRAWN)
