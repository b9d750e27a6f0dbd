"""Who is engaged in a house, with all that is judged of them. For those who inspect it."""

from datetime import date

from staff.models import Employment
from staff.selectors.facts import people_facts
from staff.selectors.scope import lasting
from staff.types import PersonFacts


def people_of_house(facility_id: int, *, on: date) -> list[PersonFacts]:
    """Everybody who is engaged in a house on a day, by number. Eight statements."""
    rows = Employment.objects.filter(lasting(on), facility_id=facility_id, starts_on__lte=on)
    return list(
        people_facts(rows.order_by("person_id").values_list("person_id", flat=True)).values()
    )
