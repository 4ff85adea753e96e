# Sourced by .ci/run and .ci/long: steps that say what they took, and a PostgreSQL that goes afterwards.

work=$(mktemp -d)
chmod 711 "$work"  # the owner of the database passes through
postgres=$work/cluster
tidy() {
  deploy/ci_postgres.sh stop "$postgres" >/dev/null 2>&1 || true
  rm -rf "$work"
}
trap tidy EXIT
trap 'exit 1' INT TERM

step() {
  begun=$(date +%s)
  printf '\n== %s\n' "$*"
  "$@"
  printf '%6s s  %s%s\n' "$(($(date +%s) - begun))" "$*" "${DATABASE_URL:+ on PostgreSQL}" |
    tee -a "$work/taken"
}

begin_postgresql() {
  DATABASE_URL=$(deploy/ci_postgres.sh start "$postgres")
  export DATABASE_URL
}

all_green() {
  printf '\nAll green.\n'
  cat "$work/taken"
  awk '{ all += $1 } END { printf "%6s s  together\n", all }' "$work/taken"
}
