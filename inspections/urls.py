"""Pages of inspections: the officers' under /inspections/, the public's under /draws/."""

from django.urls import path

from inspections.views import draws, policy, programme, public, register, shadow, warnings

app_name = "inspections"
urlpatterns = [
    path("draws/", public.draws, name="public_draws"),
    path("draws/<uuid:public_id>/", public.draw, name="public_draw"),
    path("draws/<uuid:public_id>/draw.json", public.draw_file, name="draw_file"),
    path("results/", public.results, name="results"),
    path("inspections/programme/", programme.programme, name="programme"),
    path("inspections/visits/new/", programme.new_visit, name="new_visit"),
    path("inspections/visits/<uuid:public_id>/withdraw/", programme.withdraw, name="withdraw"),
    path("inspections/register/", register.register, name="register"),
    path("inspections/register/<uuid:officer>/", register.entry, name="entry"),
    path("inspections/conflicts/", register.conflict, name="conflict"),
    path("inspections/policy/", policy.policy, name="policy"),
    path("inspections/agreement/", shadow.agreement, name="agreement"),
    path("inspections/shadow/<uuid:shadow>/", shadow.sheet, name="shadow"),
    path("inspections/shadow/<uuid:shadow>/decline/", shadow.decline, name="decline_shadow"),
    path("inspections/warnings/", warnings.warnings, name="warnings"),
    path("inspections/warnings/mine/", warnings.mine, name="own_warnings"),
    path("inspections/warnings/<uuid:public_id>/", warnings.warning, name="warning"),
    path("inspections/draws/", draws.draws, name="draws"),
    path("inspections/draws/plan/", draws.plan, name="plan"),
    path("inspections/draws/<uuid:public_id>/", draws.draw, name="draw"),
    path("inspections/draws/<uuid:public_id>/reveal/", draws.reveal, name="reveal"),
    path("inspections/draws/<uuid:public_id>/seal/", draws.seal, name="seal"),
    path("inspections/draws/<uuid:public_id>/open/", draws.open_seal, name="open_seal"),
    path("inspections/draws/<uuid:public_id>/arrange/", draws.arrange, name="arrange"),
    path("inspections/draws/<uuid:public_id>/publish/", draws.publish, name="publish"),
]
