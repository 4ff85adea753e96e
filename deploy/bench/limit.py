"""The least that a Django site can do for a questionnaire: what our own costs are measured against.

No sessions, no users, no ORM, no forms: one SELECT and one small template a page, one upsert a post.
Five pages of eight statements with seven answers each, a check page, and a receipt; and pages of n
rows for the other measurements. ``LIMIT_DB`` names a SQLite file or a postgres:// address.

    LIMIT_DB=limit.sqlite3 python limit.py        makes the table
    LIMIT_DB=limit.sqlite3 gunicorn limit:application
"""

import json
import os
from urllib.parse import urlsplit

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

WHERE = os.environ.get("LIMIT_DB", "limit.sqlite3")


def database() -> dict[str, object]:
    if not WHERE.startswith("postgres"):
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": WHERE,
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
                " PRAGMA busy_timeout=5000;",
            },
        }
    at = urlsplit(WHERE)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": at.path[1:],
        "HOST": at.hostname,
        "PORT": at.port,
        "USER": at.username,
        "PASSWORD": at.password or "",
        "CONN_MAX_AGE": None,
    }


settings.configure(
    SECRET_KEY="measurements only",  # noqa: S106 - nothing is kept by it
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    DATABASES={"default": database()},
    MIDDLEWARE=["django.middleware.csrf.CsrfViewMiddleware"],
    USE_TZ=True,
    TEMPLATES=[
        {"BACKEND": "django.template.backends.django.DjangoTemplates", "OPTIONS": {}}
    ],
)
django.setup()

PAGES, STATEMENTS = 5, range(1, 9)
SCALE = (
    "Strongly agree",
    "Agree",
    "Neither agree nor disagree",
    "Disagree",
    "Strongly disagree",
    "I do not know",
    "Not my role",
)
HEAD = '<!doctype html><html lang="en"><meta charset="utf-8"><title>{{ title }}</title>'
ASK = engines["django"].from_string(
    HEAD
    + """<h1>Page {{ page }} of 5</h1><form method="post" action="/q/{{ token }}/{{ page }}/">
{% csrf_token %}{% for statement in statements %}<fieldset><legend>Statement {{ page }}.{{ statement }}:
staff have the time and supervision they need</legend>{% for label in scale %}<label><input type="radio"
name="q{{ page }}_{{ statement }}" value="{{ forloop.counter }}"> {{ label }}</label>{% endfor %}</fieldset>
{% endfor %}<button>Continue</button></form></html>"""
)
CHECK = engines["django"].from_string(
    HEAD
    + """<h1>Check your answers</h1><form method="post" action="/q/{{ token }}/6/">{% csrf_token %}<dl>
{% for code, answer in answers %}<dt>Statement {{ code }}: staff have the time and supervision they
need</dt><dd>{{ answer }}</dd>{% endfor %}</dl><button>Send your answers</button></form></html>"""
)
ROWS = engines["django"].from_string(
    HEAD
    + """<h1>Rows</h1><ul>{% for token, page, text in rows %}<li id="n{{ forloop.counter }}">
<b>{{ token }}</b> <i>{{ page }}</i> <p>{{ text }}</p></li>{% endfor %}</ul></html>"""
)
UPSERT = """INSERT INTO answer (token, page, answers) VALUES (%s, %s, %s)
ON CONFLICT (token, page) DO UPDATE SET answers = excluded.answers"""


def show(request: HttpRequest, token: str, page: int) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT answers FROM answer WHERE token = %s AND page = %s", [token, page]
        )
        cursor.fetchone()
    context = {
        "title": f"Page {page}",
        "token": token,
        "page": page,
        "statements": STATEMENTS,
        "scale": SCALE,
    }
    return HttpResponse(ASK.render(context, request))


def check(request: HttpRequest, token: str) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("SELECT answers FROM answer WHERE token = %s", [token])
        found = [
            (code, SCALE[int(answer) - 1])
            for (answers,) in cursor.fetchall()
            for code, answer in json.loads(answers).items()
        ]
    context = {"title": "Check your answers", "token": token, "answers": found}
    return HttpResponse(CHECK.render(context, request))


def questionnaire(request: HttpRequest, token: str, page: int = 1) -> HttpResponse:
    if request.method != "POST":
        return show(request, token, page)
    answers = json.dumps({k: v for k, v in request.POST.items() if k[0] == "q"})
    with connection.cursor() as cursor:
        cursor.execute(UPSERT, [token, page, answers])
    if page < PAGES:
        return show(request, token, page + 1)
    if page == PAGES:
        return check(request, token)
    return HttpResponse("<h1>Your answers have been sent</h1>")


def rows(request: HttpRequest, n: int) -> HttpResponse:
    """The least that a page with n rows can cost: one SELECT, one loop."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT token, page, answers FROM answer LIMIT %s", [n])
        return HttpResponse(
            ROWS.render({"title": "Rows", "rows": cursor.fetchall()}, request)
        )


urlpatterns = [
    path("rows/<int:n>/", rows),
    path("q/<str:token>/", questionnaire),
    path("q/<str:token>/<int:page>/", questionnaire),
]
application = get_wsgi_application()

if __name__ == "__main__":
    with connection.cursor() as made:
        made.execute(
            "CREATE TABLE IF NOT EXISTS answer (token varchar(64), page integer,"
            " answers text, PRIMARY KEY (token, page))"
        )
