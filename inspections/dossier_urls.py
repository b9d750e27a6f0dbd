"""Pages of publication: everybody's first, the lead's under /inspections/."""

from django.urls import path

from inspections.views import dossier, publication

app_name = "dossier"
urlpatterns = [
    path("dossiers/<uuid:public_id>/", dossier.house, name="house"),
    path("dossiers/<uuid:public_id>/published.json", dossier.house_file, name="house_file"),
    path("notices/", dossier.notices, name="notices"),
    path("notices/<uuid:public_id>/", dossier.notice, name="notice"),
    path("inspections/publication/", publication.publication, name="publication"),
    path("inspections/stars/<uuid:public_id>/", publication.star, name="star"),
    path(
        "inspections/notices/<uuid:public_id>/",
        publication.officers_notice,
        name="officers_notice",
    ),
    path(
        "inspections/notices/<uuid:public_id>/objections/<uuid:objection>/",
        publication.answer,
        name="answer",
    ),
    path("inspections/notices/<uuid:public_id>/decide/", publication.decide, name="decide"),
    path("inspections/briefs/", publication.briefs, name="briefs"),
    path(
        "inspections/briefs/<uuid:public_id>/brief.xlsx", publication.brief_file, name="brief_file"
    ),
    path("inspections/briefs/<uuid:public_id>/step/", publication.brief_step, name="brief_step"),
]
