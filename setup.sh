#!/usr/bin/env bash
# Prepares this folder on Debian or Ubuntu: `setup.sh run` for running the portal, `setup.sh test` also for its tests.
# Repeating it is cheap, and neither kind undoes the other.
set -euo pipefail
cd "$(dirname "$0")"

kind=${1:?usage: setup.sh run|test}
export UV_PYTHON_DOWNLOADS=never UV_PROJECT_ENVIRONMENT=.venv
unset VIRTUAL_ENV
# A network may have a certificate authority of its own, which only the system knows.
[ ! -e /etc/ssl/certs/ca-certificates.crt ] || export UV_SYSTEM_CERTS=${UV_SYSTEM_CERTS:-true}

say() { printf '%s\n' "$*" >&2; }
fail() { say "setup: $*"; exit 1; }

# The first Python that is new enough.
find_python() {
    local candidate
    for candidate in ${PYTHON:-python3 python3.11 python3.12 python3.13 python3.14}; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            printf '%s' "$candidate"
            return
        fi
    done
    fail "Python 3.11 or newer is needed; install it, or name it: make PYTHON=/path/to/python3.11 …"
}

libraries=$(/sbin/ldconfig -p 2>/dev/null || true)
has_library() { [[ $libraries == *"$1"* ]]; }
has_browser() { command -v chromium-headless-shell >/dev/null || command -v chromium >/dev/null; }
has_postgresql() { compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || command -v initdb >/dev/null; }

# The Debian packages that are missing, one a line.
missing_packages() {
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        "$python" -c 'import sys; print(f"python{sys.version_info[0]}.{sys.version_info[1]}-venv")'
    fi
    # What WeasyPrint draws with.
    has_library libpango-1.0.so.0 || echo libpango-1.0-0
    has_library libpangoft2-1.0.so.0 || echo libpangoft2-1.0-0
    has_library libharfbuzz-subset.so.0 || echo libharfbuzz-subset0
    if [ "$kind" = test ]; then
        has_postgresql || echo postgresql
        # Ubuntu has Chromium only as a snap: there Playwright brings its own, below.
        has_browser || is_ubuntu || echo chromium-headless-shell
        command -v openssl >/dev/null || echo openssl
        command -v node >/dev/null || echo nodejs
        command -v npm >/dev/null || echo npm
    fi
}

is_ubuntu() { grep -qs '^ID=ubuntu' /etc/os-release; }

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

can_be_root() {
    [ "$(id -u)" = 0 ] || { command -v sudo >/dev/null && { sudo -n true 2>/dev/null || [ -t 0 ]; }; }
}

install_packages() {
    local packages
    mapfile -t packages < <(missing_packages)
    [ ${#packages[@]} -gt 0 ] || return 0
    if ! command -v apt-get >/dev/null || ! can_be_root; then
        fail "please install these first: apt-get install ${packages[*]}"
    fi
    say "Installing ${packages[*]}"
    local install=(env DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet=2 --no-install-recommends "${packages[@]}")
    if ! as_root "${install[@]}" >/dev/null 2>&1; then
        as_root apt-get update --quiet=2 >/dev/null || fail "apt-get update failed"
        as_root "${install[@]}" >/dev/null || fail "apt-get install ${packages[*]} failed"
    fi
}

make_environment() {
    if ! .venv/bin/python -c '' 2>/dev/null; then
        say "Making .venv with $("$python" --version)"
        "$python" -m venv --clear .venv
    fi
    local wanted
    wanted=$(sed -n 's/^uv==\([0-9.]*\).*/\1/p' bootstrap.txt)
    if [ "$(.venv/bin/uv --version 2>/dev/null | cut -d' ' -f2)" != "$wanted" ]; then
        .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r bootstrap.txt
    fi
    say "Installing the Python packages of uv.lock for: $kind"
    if [ "$kind" = test ]; then
        .venv/bin/uv sync --quiet --frozen --inexact
    else
        .venv/bin/uv sync --quiet --frozen --inexact --no-dev
    fi
}

# Chromium's headless shell opens pages in half the time; where it cannot be had, the Chromium that is there does.
prefer_headless_shell() {
    command -v chromium-headless-shell >/dev/null && return
    command -v chromium >/dev/null || return 0
    [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null || return 0
    say "Installing chromium-headless-shell, if it can be had"
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends --option Acquire::Retries=0 \
        --option Acquire::http::Timeout=10 chromium-headless-shell >/dev/null 2>&1 || true
}

install_browser() {
    prefer_headless_shell
    has_browser && return
    say "Installing Chromium for the tests"
    .venv/bin/playwright install --with-deps chromium >/dev/null || fail "Chromium could not be installed"
}

# Stripe's command line and types, which judge the offline Stripe and the checkout script.
install_stripe_tools() {
    local wanted=tests/fake_stripe/tools made=.venv/stripe-tools
    cmp --silent "$wanted/package-lock.json" "$made/installed.json" && return
    say "Installing Stripe's own tools for the tests"
    mkdir -p "$made"
    cp "$wanted/package.json" "$wanted/package-lock.json" "$made"
    npm ci --prefix "$made" --ignore-scripts --no-audit --no-fund --silent \
        || fail "npm could not install what $wanted/package-lock.json names"
    cp "$wanted/package-lock.json" "$made/installed.json"
}

python=$(find_python)
install_packages
make_environment
[ "$kind" != test ] || { install_browser; install_stripe_tools; }
touch ".venv/.ready-$kind"
