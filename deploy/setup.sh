#!/bin/sh
# Prepares this folder for `make run` or `make test`: system packages, Python, front end.
# What is done already is skipped, so a second call needs no network.
set -eu
cd "$(dirname "$0")/.."

kind=${1:-run}
case $kind in run | test) ;; *) echo "Usage: deploy/setup.sh run|test" >&2 && exit 2 ;; esac

say() { printf '%s\n' "$*"; }
stop() { printf '%s\n' "$*" >&2 && exit 1; }

# --- System packages: Pango draws the report; the rest is for tests and their browsers.
packages="python3-venv ca-certificates libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
if [ "$kind" = test ]; then
  packages="$packages chromium libatomic1 poppler-utils qpdf fonts-liberation2"
  # Firefox, and WebKit with its driver, which needs a screen.
  packages="$packages firefox-esr webkit2gtk-driver xvfb"
fi
# Node from a wheel, where there is no npm, needs libatomic1.
command -v npm >/dev/null || packages="$packages libatomic1"

installed() { dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null | grep -qx installed; }

if command -v dpkg-query >/dev/null; then
  missing=
  for package in $packages; do
    case " $missing " in *" $package "*) continue ;; esac
    installed "$package" || missing="$missing $package"
  done
  missing=${missing# }
  if [ -n "$missing" ]; then
    line="apt-get install --yes --no-install-recommends $missing"
    if [ "$(id -u)" = 0 ]; then
      as_root=
    elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
      as_root="sudo -n"
    else
      stop "These system packages are missing. Run this line, then the same command again:

  sudo apt-get update && sudo $line"
    fi
    say "Installing system packages: $missing"
    # shellcheck disable=SC2086
    $as_root apt-get update -qq
    # shellcheck disable=SC2086
    $as_root env DEBIAN_FRONTEND=noninteractive $line -qq >/dev/null
  fi
else
  say "This is not Debian: be sure that Pango is installed, and for tests Chromium too."
fi

# --- Python, 3.11 or later.
new_enough='import sys; sys.exit(sys.version_info < (3, 11))'
if [ ! -x .venv/bin/python ] || ! .venv/bin/python -c "$new_enough" 2>/dev/null; then
  python=
  for candidate in python3 python3.14 python3.13 python3.12 python3.11; do
    if command -v $candidate >/dev/null && $candidate -c "$new_enough" 2>/dev/null; then
      python=$candidate
      break
    fi
  done
  [ -n "$python" ] || stop "Python 3.11 or later is needed, and none was found."
  say "Making the virtual environment"
  rm -rf .venv
  "$python" -m venv .venv
fi

# --- Locked dependencies. The stamp is a copy of what was installed.
# Where an organisation inspects its traffic, only the system knows the certificate for it.
export UV_SYSTEM_CERTS=1
same() { cmp -s "$1" "$2"; }
install() {
  .venv/bin/uv pip install --quiet --compile-bytecode --python .venv/bin/python --require-hashes -r "$1" ||
    .venv/bin/python -m pip install --quiet --require-hashes -r "$1"
}
if ! same deploy/requirements-uv.txt .venv/installed-uv.txt; then
  say "Installing the installer"
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes \
    -r deploy/requirements-uv.txt
  cp deploy/requirements-uv.txt .venv/installed-uv.txt
fi
# The second list holds everything that the first does.
if [ "$kind" = test ] && ! same requirements-dev.txt .venv/installed-dev.txt; then
  say "Installing the locked dependencies, with those of the tests"
  install requirements-dev.txt
  cp requirements-dev.txt .venv/installed-dev.txt
  cp requirements.txt .venv/installed.txt
fi
if ! same requirements.txt .venv/installed.txt; then
  say "Installing the locked dependencies"
  install requirements.txt
  cp requirements.txt .venv/installed.txt
  rm -f .venv/installed-dev.txt
fi

# --- Front end: fetched once, built once.
wanted=$(cat package-lock.json deploy/build_assets.py requirements.txt locale/*/LC_MESSAGES/*.po | cksum)
if [ "$wanted" != "$(cat build/static/built-from 2>/dev/null)" ]; then
  say "Building the front end"
  if ! command -v npm >/dev/null; then
    if ! same deploy/requirements-node.txt build/node/installed.txt; then
      rm -rf build/node
      .venv/bin/python -m venv --without-pip build/node
      .venv/bin/uv pip install --quiet --python build/node/bin/python --require-hashes \
        -r deploy/requirements-node.txt ||
        .venv/bin/python -m pip --python build/node/bin/python install --quiet \
          --require-hashes -r deploy/requirements-node.txt
      cp deploy/requirements-node.txt build/node/installed.txt
    fi
    PATH="$PWD/build/node/bin:$PATH"
    export NODE_OPTIONS=--use-system-ca
  fi
  npm ci --ignore-scripts --no-progress --no-update-notifier --loglevel=error >/dev/null
  .venv/bin/python deploy/build_assets.py >/dev/null
  printf '%s\n' "$wanted" >build/static/built-from
fi
