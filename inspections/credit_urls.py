"""Pages of houses' 诚信档案, under /inspections/credit/."""

from django.urls import path

from inspections.views import credit

app_name = "credit"
_HOUSE = "inspections/credit/<uuid:house>/"
urlpatterns = [
    path("inspections/credit/", credit.houses, name="houses"),
    path(_HOUSE, credit.house, name="house"),
    path(f"{_HOUSE}credit.xlsx", credit.file, name="file"),
    path(f"{_HOUSE}honor/", credit.honor, name="honor"),
    path(f"{_HOUSE}object/", credit.object_to, name="object"),
    path(f"{_HOUSE}objections/<uuid:objection>/", credit.decide, name="decide"),
]
