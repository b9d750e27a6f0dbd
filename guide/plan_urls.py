"""保教活动方案, under /plans/."""

from django.urls import path

from guide.views import plans

app_name = "plans"
urlpatterns = [
    path("plans/", plans.plans, name="plans"),
    path("plans/new/", plans.new, name="new"),
    path("plans/<uuid:public_id>/", plans.plan, name="plan"),
    path("plans/<uuid:public_id>/read/", plans.read, name="read"),
    path("plans/<uuid:public_id>/file/", plans.file, name="file"),
]
