"""Addresses of the timetable, of somebody's day and of the team's notes."""

from django.urls import path

from scheduling import (
    away_views,
    day_views,
    move_views,
    need_views,
    plan_views,
    print_views,
    release_views,
    room_views,
    views,
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
    path(f"{REVIEW}timetable/", views.timetable, name="timetable"),
    path(
        f"{REVIEW}timetable/sample-week/", views.timetable_seed, name="timetable-seed"
    ),
    path(f"{REVIEW}timetable/plan/", plan_views.plan, name="timetable-plan"),
    path(
        f"{REVIEW}timetable/plan/progress/",
        plan_views.plan_work,
        name="timetable-plan-work",
    ),
    path(
        f"{REVIEW}timetable/plan/stop/",
        plan_views.plan_stop,
        name="timetable-plan-stop",
    ),
    path(
        f"{REVIEW}timetable/plan/take/",
        plan_views.plan_take,
        name="timetable-plan-take",
    ),
    path(
        f"{REVIEW}timetable/plan/drop/",
        plan_views.plan_drop,
        name="timetable-plan-drop",
    ),
    path(
        f"{REVIEW}timetable/plan/undo/",
        plan_views.plan_undo,
        name="timetable-plan-undo",
    ),
    path(f"{REVIEW}timetable/away/", away_views.away, name="timetable-away"),
    path(
        f"{REVIEW}timetable/away/<int:away_id>/remove/",
        away_views.away_remove,
        name="timetable-away-remove",
    ),
    path(ROOMS, room_views.rooms, name="rooms"),
    path(f"{ROOMS}new/", room_views.room_new, name="room-new"),
    path(f"{ROOMS}<int:room_id>/", room_views.room, name="room"),
    path(f"{ROOMS}<int:room_id>/out/", room_views.room_retire, name="room-retire"),
    path(f"{ROOMS}<int:room_id>/back/", room_views.room_restore, name="room-restore"),
    path(f"{SITES}main/", room_views.main_building, name="main-building"),
    path(f"{SITES}new/", room_views.site_new, name="site-new"),
    path(f"{SITES}<int:site_id>/", room_views.site, name="site"),
    path(f"{SITES}<int:site_id>/out/", room_views.site_remove, name="site-remove"),
    path(NEEDS, need_views.needs, name="needs"),
    path(f"{NEEDS}new/", need_views.need_new, name="need-new"),
    path(f"{NEEDS}fill/", need_views.needs_fill, name="needs-fill"),
    path(f"{NEEDS}place/", need_views.needs_place, name="needs-place"),
    path(f"{NEEDS}<uuid:need_id>/", need_views.need, name="need"),
    path(f"{NEEDS}<uuid:need_id>/remove/", need_views.need_remove, name="need-remove"),
    path(f"{REVIEW}timetable/now/", day_views.now_and_next, name="now"),
    path(f"{REVIEW}timetable/coverage/", day_views.coverage, name="coverage"),
    path(f"{REVIEW}timetable/print/", print_views.prints_page, name="timetable-print"),
    path(
        f"{REVIEW}timetable/spreadsheet/",
        print_views.timetable_xlsx,
        name="timetable-xlsx",
    ),
    path(f"{REVIEW}timetable/undo/", move_views.undo, name="timetable-undo"),
    path(
        f"{REVIEW}timetable/change-rooms/",
        move_views.rooms_change,
        name="rooms-change",
    ),
    path(RELEASES, release_views.releases, name="timetable-releases"),
    path(f"{RELEASES}publish/", release_views.publish, name="timetable-publish"),
    path(
        f"{RELEASES}<uuid:release_id>/",
        release_views.release,
        name="timetable-release",
    ),
    path(
        f"{REVIEW}timetable/calendar/",
        release_views.calendar,
        name="timetable-calendar",
    ),
    path(
        "calendar/<str:token>/timetable.ics",
        release_views.feed,
        name="timetable-feed",
    ),
    path(f"{REVIEW}timetable/new/", views.session_new, name="session-new"),
    path(SESSION, views.session, name="session"),
    path(f"{SESSION}change/", views.session_edit, name="session-edit"),
    path(f"{SESSION}move/", move_views.session_move, name="session-move"),
    path(f"{SESSION}drop/", move_views.session_drop, name="session-drop"),
    path(f"{SESSION}places/", move_views.session_places, name="session-places"),
    path(f"{SESSION}cancel/", views.session_cancel, name="session-cancel"),
    path(f"{SESSION}held/", day_views.session_hold, name="session-hold"),
    path(f"{SESSION}restore/", views.session_restore, name="session-restore"),
    path(f"{SESSION}pin/", plan_views.session_pin, name="session-pin"),
    path(f"{SESSION}note/", views.note_new, name="note-new"),
    path(f"{REVIEW}my-day/", views.my_day, name="my-day"),
    path(DRAFT, views.draft_edit, name="draft-edit"),
    path(f"{DRAFT}delete/", views.draft_delete, name="draft-delete"),
    path(f"{DRAFT}ready/", views.draft_ready, name="draft-ready"),
    path(NOTES, views.notes, name="notes"),
    path(f"{NOTES}gather/", views.notes_gather, name="notes-gather"),
    path(f"{NOTES}<uuid:note_id>/", views.note_screen, name="note-screen"),
]
