#!/bin/sh
# `make run` as a newcomer meets it: on a Debian with nothing but what README.md names. The database is
# the environment's; everything else is made here and thrown away. Needs root and debootstrap.
set -eu
cd "$(dirname "$0")/.."

if [ "$(id -u)" != 0 ] || ! command -v debootstrap >/dev/null; then
  echo "LEFT OUT: trying a bare Debian needs root, and: apt-get install debootstrap"
  exit 0
fi

debian=$(mktemp -d)
site=
tidy() {
  [ -z "$site" ] || kill -s INT -- "-$site" 2>/dev/null || true
  sleep 15
  [ -z "$site" ] || kill -s KILL -- "-$site" 2>/dev/null || true
  umount "$debian/proc" 2>/dev/null || true
  rm -rf --one-file-system "$debian"
}
trap tidy EXIT
trap 'exit 1' INT TERM

debootstrap --variant=minbase --include=python3,git,make,ca-certificates \
  "${DEBIAN:-bookworm}" "$debian" >"$debian.log" || { cat "$debian.log" && exit 1; }
rm "$debian.log"
mount -t proc proc "$debian/proc"
# How this machine reaches others is not what is tried.
for file in /etc/resolv.conf /etc/hosts /etc/pip.conf /etc/uv/uv.toml "$HOME/.npmrc" \
  /etc/ssl/certs/ca-certificates.crt; do
  [ ! -e "$file" ] || { mkdir -p "$debian$(dirname "$file")" && cp -L "$file" "$debian$file"; }
done

git clone --quiet --no-hardlinks . "$debian/srv/site"
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
setsid env PORT="$port" DEMO=1 chroot "$debian" make --directory=/srv/site run &
site=$!

address=http://127.0.0.1:$port/account/login/
tries=0
until python3 -c "import urllib.request; urllib.request.urlopen('$address', timeout=5)" 2>/dev/null; do
  kill -0 "$site" 2>/dev/null || { echo "It did not start." && exit 1; }
  tries=$((tries + 1))
  [ "$tries" -lt 600 ] || { echo "It did not answer within 20 minutes." && exit 1; }
  sleep 2
done
echo "It answers."
