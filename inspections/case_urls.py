"""Pages of cases: the public's under /report/, one's own under /reports/, the officers' below.

No address carries a receipt code.
"""

from django.urls import path

from inspections.views import cases, questions, reports

app_name = "cases"
urlpatterns = [
    path("report/", reports.report, name="report"),
    path("report/find/", reports.find, name="find"),
    path("report/follow/", reports.follow, name="follow"),
    path("report/leave/", reports.leave, name="leave"),
    path("report/photos/<uuid:photo>/", reports.photo, name="own_photo"),
    path("reports/", reports.mine, name="mine"),
    path("reports/<uuid:report>/", reports.own, name="own"),
    path("inspections/cases/", cases.cases, name="cases"),
    path("inspections/cases/<uuid:public_id>/", cases.case, name="case"),
    path("inspections/cases/<uuid:public_id>/step/", cases.step, name="step"),
    path("inspections/cases/<uuid:public_id>/visit/", cases.visit, name="visit"),
    path("inspections/cases/photos/<uuid:photo>/", cases.photo, name="photo"),
    path("inspections/questions/", questions.questions, name="questions"),
    path("inspections/questions/<uuid:public_id>/", questions.question, name="question"),
]
