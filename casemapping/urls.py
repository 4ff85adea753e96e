"""Addresses of case mapping."""

from django.urls import path, register_converter

from casemapping import steps, views

app_name = "casemapping"


class KindConverter:
    regex = "|".join(steps.KINDS)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class SheetKindConverter(KindConverter):
    regex = "|".join(steps.SHEET_KINDS)


register_converter(KindConverter, "case_kind")
register_converter(SheetKindConverter, "sheet_kind")

CASES = "reviews/<int:review_id>/cases/"
CASE = f"{CASES}<uuid:case_id>/"
RECORD = f"{CASE}records/<case_kind:kind>/"
SHEETS = "reviews/<int:review_id>/case-sheets/"
SHEET = f"{SHEETS}<uuid:sheet_id>/"
SHEET_RECORD = f"{SHEET}<sheet_kind:kind>/"
RISK = "reviews/<int:review_id>/child-at-risk/"
ASIDE = f"{CASES}set-aside/"

urlpatterns = [
    path(CASES, views.cases, name="cases"),
    path(f"{CASES}new/", views.case_new, name="case-new"),
    path(ASIDE, views.set_aside, name="set-aside"),
    path(f"{ASIDE}<slug:kind>/<uuid:row_id>/destroy/", views.destroy, name="destroy"),
    path(
        f"{ASIDE}<slug:kind>/<uuid:row_id>/put-back/", views.put_back, name="put-back"
    ),
    path(CASE, views.case, name="case"),
    path(f"{CASE}details/", views.case_details, name="case-details"),
    path(f"{CASE}attendance/", views.attendance, name="attendance"),
    path(f"{CASE}facilitators/", views.facilitators, name="facilitators"),
    path(f"{CASE}agencies/", views.agencies, name="agencies"),
    path(f"{CASE}move/", views.case_move, name="case-move"),
    path(f"{CASE}map/", views.case_map, name="case-map"),
    path(f"{CASE}map/text/", views.case_text, name="case-text"),
    path(f"{CASE}wrong-data/", views.case_wrong_data, name="case-wrong-data"),
    path(f"{RECORD}add/", views.record_add, name="record-add"),
    path(f"{RECORD}<uuid:record_id>/", views.record, name="record"),
    path(
        f"{RECORD}<uuid:record_id>/remove/", views.record_remove, name="record-remove"
    ),
    path(
        f"{RECORD}<uuid:record_id>/wrong-data/",
        views.record_wrong_data,
        name="record-wrong-data",
    ),
    path(SHEETS, views.sheets, name="sheets"),
    path(SHEET, views.sheet, name="sheet"),
    path(f"{SHEET}hand-in/", views.sheet_hand_in, name="sheet-hand-in"),
    path(f"{SHEET}reopen/", views.sheet_reopen, name="sheet-reopen"),
    path(f"{SHEET_RECORD}add/", views.sheet_record_add, name="sheet-record-add"),
    path(f"{SHEET_RECORD}<uuid:record_id>/", views.sheet_record, name="sheet-record"),
    path(
        f"{SHEET_RECORD}<uuid:record_id>/remove/",
        views.sheet_record_remove,
        name="sheet-record-remove",
    ),
    path(
        f"{SHEET_RECORD}<uuid:record_id>/wrong-data/",
        views.sheet_wrong_data,
        name="sheet-wrong-data",
    ),
    path(RISK, views.child_at_risk, name="child-at-risk"),
    path(
        f"{RISK}<uuid:alert_id>/",
        views.child_at_risk_recorded,
        name="child-at-risk-recorded",
    ),
]
