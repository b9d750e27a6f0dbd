"""Pages of safety."""

from django.urls import path

from safety.views import incidents, registers

app_name = "safety"
urlpatterns = [
    path("safety/", registers.overview, name="overview"),
    path("safety/houses/<uuid:facility>/", registers.registers, name="registers"),
    path("safety/houses/<uuid:facility>/new/", registers.new_item, name="new_item"),
    path("safety/items/<uuid:item>/", registers.item, name="item"),
    path("safety/items/<uuid:item>/done/", registers.done_today, name="done_today"),
    path("safety/items/<uuid:item>/retire/", registers.retire, name="retire"),
    path("safety/incidents/", incidents.incidents, name="incidents"),
    path("safety/houses/<uuid:facility>/report/", incidents.report, name="report"),
    path("safety/incidents/<uuid:incident>/", incidents.incident, name="incident"),
    path("safety/incidents/<uuid:incident>/told/", incidents.told, name="told"),
    path("safety/incidents/<uuid:incident>/notes/", incidents.note, name="note"),
    path("safety/incidents/<uuid:incident>/close/", incidents.close, name="close"),
]
