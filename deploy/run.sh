#!/bin/sh
# Starts the site: database, demonstration where nothing else is configured, then serving.
set -eu
cd "$(dirname "$0")/.."

# Without any setting this is a demonstration on this machine alone.
if [ -z "${DEMO+set}" ] && [ -z "${DATABASE_URL:-}${ALLOWED_HOSTS:-}${EMAIL_URL:-}" ]; then
  DEMO=1
fi
export DEMO="${DEMO:-0}"
var=${VAR_DIR:-var}
manage() { .venv/bin/python manage.py "$@"; }

manage migrate -v 0
manage collectstatic --noinput -v 0
# Loaded once: who takes it away, or moves it on, finds it so next time.
if [ "$DEMO" = 1 ] && [ ! -e "$var/demonstration-loaded" ]; then
  echo "Loading the demonstration"
  manage demo --stage on-site >/dev/null
  touch "$var/demonstration-loaded"
fi
exec .venv/bin/python manage.py serve
