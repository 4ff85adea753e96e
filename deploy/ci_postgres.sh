#!/bin/sh
# A private PostgreSQL for the tests: its own folder, its own port, gone afterwards.
#   deploy/ci_postgres.sh start FOLDER    starts it and prints the DATABASE_URL
#   deploy/ci_postgres.sh stop FOLDER
set -eu

verb=${1:?start or stop}
folder=${2:?a folder}

installed() { dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null | grep -qx installed; }
if ! installed postgresql; then
  [ "$(id -u)" = 0 ] || { echo "Run: sudo apt-get install postgresql" >&2 && exit 1; }
  apt-get update -qq
  # Debian would start a server of its own; this one is enough.
  mkdir -p /etc/postgresql-common
  [ -e /etc/postgresql-common/createcluster.conf ] ||
    echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.conf
  DEBIAN_FRONTEND=noninteractive apt-get install -qq --yes --no-install-recommends \
    postgresql >/dev/null
fi
programs=$(find /usr/lib/postgresql -maxdepth 2 -name bin | sort -V | tail -n 1)

# PostgreSQL refuses to run as root.
as_owner() {
  if [ "$(id -u)" = 0 ]; then
    (cd / && setpriv --reuid=postgres --regid=postgres --clear-groups env HOME=/tmp "$@")
  else
    "$@"
  fi
}

if [ "$verb" = stop ]; then
  if [ -d "$folder/data" ]; then
    as_owner "$programs/pg_ctl" -D "$folder/data" -m immediate stop >/dev/null || true
  fi
  rm -rf "$folder"
  exit 0
fi

port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
password=$(python3 -c 'import secrets; print(secrets.token_hex(16))')
rm -rf "$folder"
mkdir -p "$folder"
printf '%s' "$password" >"$folder/password"
chmod 600 "$folder/password"
[ "$(id -u)" != 0 ] || chown -R postgres "$folder"
as_owner "$programs/initdb" -D "$folder/data" -U review -A scram-sha-256 \
  --pwfile="$folder/password" --encoding=UTF8 --locale=C.UTF-8 >/dev/null
# The first lines are what peerreview/checks.py asks of every installation; the others make
# tests quick and are for tests only.
cat "$(dirname "$0")/postgresql.conf.example" - >"$folder/settings" <<END
listen_addresses = '127.0.0.1'
port = $port
unix_socket_directories = ''
fsync = off
synchronous_commit = off
full_page_writes = off
END
as_owner sh -c 'cat >>"$1"' sh "$folder/data/postgresql.conf" <"$folder/settings"
as_owner "$programs/pg_ctl" -D "$folder/data" -l "$folder/log" -w start >/dev/null
echo "postgres://review:$password@127.0.0.1:$port/postgres"
