"""Addresses of the timetable, of somebody's day and of the team's notes."""

from django.urls import path

from scheduling.views import (
    away,
    day,
    moves,
    needs,
    notes,
    plans,
    prints,
    proof,
    releases,
    rooms,
    sessions,
    week,
)

app_name = "scheduling"

REVIEW = "reviews/<int:review_id>/"
SESSION = f"{REVIEW}timetable/<int:session_id>/"
RELEASES = f"{REVIEW}timetable/releases/"
DRAFT = f"{REVIEW}my-day/drafts/<uuid:draft_id>/"
NOTES = f"{REVIEW}notes/"
ROOMS = f"{REVIEW}timetable/rooms/"
NEEDS = f"{REVIEW}timetable/who/"
SITES = f"{REVIEW}timetable/buildings/"

urlpatterns = [
    path(f"{REVIEW}timetable/", week.timetable, name="timetable"),
    path(f"{REVIEW}timetable/sample-week/", week.timetable_seed, name="timetable-seed"),
    path(f"{REVIEW}timetable/plan/", plans.plan, name="timetable-plan"),
    path(
        f"{REVIEW}timetable/plan/progress/",
        plans.plan_work,
        name="timetable-plan-work",
    ),
    path(
        f"{REVIEW}timetable/plan/stop/",
        plans.plan_stop,
        name="timetable-plan-stop",
    ),
    path(
        f"{REVIEW}timetable/plan/take/",
        plans.plan_take,
        name="timetable-plan-take",
    ),
    path(
        f"{REVIEW}timetable/plan/drop/",
        plans.plan_drop,
        name="timetable-plan-drop",
    ),
    path(
        f"{REVIEW}timetable/plan/undo/",
        plans.plan_undo,
        name="timetable-plan-undo",
    ),
    path(f"{REVIEW}timetable/away/", away.away, name="timetable-away"),
    path(
        f"{REVIEW}timetable/away/<int:away_id>/remove/",
        away.away_remove,
        name="timetable-away-remove",
    ),
    path(ROOMS, rooms.rooms, name="rooms"),
    path(f"{ROOMS}new/", rooms.room_new, name="room-new"),
    path(f"{ROOMS}<int:room_id>/", rooms.room, name="room"),
    path(f"{ROOMS}<int:room_id>/out/", rooms.room_retire, name="room-retire"),
    path(f"{ROOMS}<int:room_id>/back/", rooms.room_restore, name="room-restore"),
    path(f"{SITES}main/", rooms.main_building, name="main-building"),
    path(f"{SITES}new/", rooms.site_new, name="site-new"),
    path(f"{SITES}<int:site_id>/", rooms.site, name="site"),
    path(f"{SITES}<int:site_id>/out/", rooms.site_remove, name="site-remove"),
    path(NEEDS, needs.needs, name="needs"),
    path(f"{NEEDS}new/", needs.need_new, name="need-new"),
    path(f"{NEEDS}fill/", needs.needs_fill, name="needs-fill"),
    path(f"{NEEDS}place/", needs.needs_place, name="needs-place"),
    path(f"{NEEDS}<uuid:need_id>/", needs.need, name="need"),
    path(f"{NEEDS}<uuid:need_id>/remove/", needs.need_remove, name="need-remove"),
    path(f"{REVIEW}timetable/now/", day.now_and_next, name="now"),
    path(f"{REVIEW}timetable/coverage/", day.coverage, name="coverage"),
    path(f"{REVIEW}timetable/print/", prints.prints_page, name="timetable-print"),
    path(
        f"{REVIEW}timetable/spreadsheet/",
        prints.timetable_xlsx,
        name="timetable-xlsx",
    ),
    path(f"{REVIEW}timetable/undo/", moves.undo, name="timetable-undo"),
    path(
        f"{REVIEW}timetable/change-rooms/",
        moves.rooms_change,
        name="rooms-change",
    ),
    path(RELEASES, releases.releases, name="timetable-releases"),
    path(f"{RELEASES}publish/", releases.publish, name="timetable-publish"),
    path(
        f"{RELEASES}<uuid:release_id>/",
        releases.release,
        name="timetable-release",
    ),
    path(
        f"{REVIEW}timetable/calendar/",
        releases.calendar,
        name="timetable-calendar",
    ),
    path(
        "calendar/<str:token>/timetable.ics",
        releases.feed,
        name="timetable-feed",
    ),
    path(f"{REVIEW}timetable/new/", sessions.session_new, name="session-new"),
    path(SESSION, sessions.session, name="session"),
    path(f"{SESSION}change/", sessions.session_edit, name="session-edit"),
    path(f"{SESSION}move/", moves.session_move, name="session-move"),
    path(f"{SESSION}drop/", moves.session_drop, name="session-drop"),
    path(f"{SESSION}places/", moves.session_places, name="session-places"),
    path(f"{SESSION}cancel/", sessions.session_cancel, name="session-cancel"),
    path(f"{SESSION}held/", day.session_hold, name="session-hold"),
    path(f"{SESSION}restore/", sessions.session_restore, name="session-restore"),
    path(f"{SESSION}pin/", plans.session_pin, name="session-pin"),
    path(f"{SESSION}note/", notes.note_new, name="note-new"),
    path(f"{REVIEW}my-day/", notes.my_day, name="my-day"),
    path(DRAFT, notes.draft_edit, name="draft-edit"),
    path(f"{DRAFT}delete/", notes.draft_delete, name="draft-delete"),
    path(f"{DRAFT}ready/", notes.draft_ready, name="draft-ready"),
    path(NOTES, notes.notes, name="notes"),
    path(f"{NOTES}gather/", notes.notes_gather, name="notes-gather"),
    path(f"{NOTES}proof/", proof.notes_proof, name="notes-proof"),
    path(f"{NOTES}proof/run/", proof.notes_proof_run, name="notes-proof-run"),
    path(f"{NOTES}<uuid:note_id>/", notes.note_screen, name="note-screen"),
]
