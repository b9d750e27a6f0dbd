"""Pages of cases: the public's under /report/, one's own under /reports/, the officers' below."""

from django.urls import path

from inspections.views import cases, reports

app_name = "cases"
urlpatterns = [
    path("report/", reports.report, name="report"),
    path("report/find/", reports.find, name="find"),
    path("report/<slug:code>/", reports.status, name="status"),
    path("reports/", reports.mine, name="mine"),
    path("reports/<uuid:report>/", reports.own, name="own"),
    path("inspections/cases/", cases.cases, name="cases"),
    path("inspections/cases/<uuid:public_id>/", cases.case, name="case"),
    path("inspections/cases/<uuid:public_id>/step/", cases.step, name="step"),
]
