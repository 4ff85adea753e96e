"""Addresses of case mapping."""

from django.urls import path, register_converter

from casemapping.rules import steps
from casemapping.views import cases, map, records, sheets

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
    path(CASES, cases.cases, name="cases"),
    path(f"{CASES}new/", cases.case_new, name="case-new"),
    path(ASIDE, cases.set_aside, name="set-aside"),
    path(f"{ASIDE}<slug:kind>/<uuid:row_id>/destroy/", cases.destroy, name="destroy"),
    path(
        f"{ASIDE}<slug:kind>/<uuid:row_id>/put-back/", cases.put_back, name="put-back"
    ),
    path(CASE, cases.case, name="case"),
    path(f"{CASE}details/", cases.case_details, name="case-details"),
    path(f"{CASE}attendance/", cases.attendance, name="attendance"),
    path(f"{CASE}facilitators/", cases.facilitators, name="facilitators"),
    path(f"{CASE}agencies/", cases.agencies, name="agencies"),
    path(f"{CASE}move/", cases.case_move, name="case-move"),
    path(f"{CASE}map/", map.case_map, name="case-map"),
    path(f"{CASE}map/text/", map.case_text, name="case-text"),
    path(f"{CASE}wrong-data/", cases.case_wrong_data, name="case-wrong-data"),
    path(f"{RECORD}add/", records.record_add, name="record-add"),
    path(f"{RECORD}<uuid:record_id>/", records.record, name="record"),
    path(f"{RECORD}<uuid:record_id>/clear/", records.record_clear, name="record-clear"),
    path(
        f"{RECORD}<uuid:record_id>/remove/", records.record_remove, name="record-remove"
    ),
    path(
        f"{RECORD}<uuid:record_id>/wrong-data/",
        records.record_wrong_data,
        name="record-wrong-data",
    ),
    path(SHEETS, sheets.sheets, name="sheets"),
    path(SHEET, sheets.sheet, name="sheet"),
    path(f"{SHEET}hand-in/", sheets.sheet_hand_in, name="sheet-hand-in"),
    path(f"{SHEET}reopen/", sheets.sheet_reopen, name="sheet-reopen"),
    path(f"{SHEET_RECORD}add/", sheets.sheet_record_add, name="sheet-record-add"),
    path(f"{SHEET_RECORD}<uuid:record_id>/", sheets.sheet_record, name="sheet-record"),
    path(
        f"{SHEET_RECORD}<uuid:record_id>/remove/",
        sheets.sheet_record_remove,
        name="sheet-record-remove",
    ),
    path(
        f"{SHEET_RECORD}<uuid:record_id>/wrong-data/",
        sheets.sheet_wrong_data,
        name="sheet-wrong-data",
    ),
    path(RISK, cases.child_at_risk, name="child-at-risk"),
    path(
        f"{RISK}<uuid:alert_id>/",
        cases.child_at_risk_recorded,
        name="child-at-risk-recorded",
    ),
]
