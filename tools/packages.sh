# Copyright (c) 2026 The Weft authors
#
# SPDX-License-Identifier: GPL-2.0-only
#
# Which Debian packages are needed, which are missing, and their installation. Sourced by ./weft.

# The CMake files of libns3-dev name a program of the package ns3 and the libraries that ns-3 was
# built with, so all of these have to be there although our sources use only some of them.
BUILD_PACKAGES=(
    g++ cmake ninja-build ccache
    libns3-dev ns3 libgsl-dev libxml2-dev python3-dev libsqlite3-dev
    libyaml-cpp-dev nlohmann-json3-dev libboost-dev zlib1g-dev libgtest-dev
)
# tshark reads the captures that the tests write, sqlite3 the databases; lp_solve (LGPL) is what a
# solver of ours is compared with.
TEST_PACKAGES=("${BUILD_PACKAGES[@]}" tshark sqlite3 liblpsolve55-dev)
# dpkg-dev and python3 fetch and configure the source tree of ns-3.
VALIDATION_PACKAGES=("${TEST_PACKAGES[@]}" dpkg-dev python3)

# Prints those of the packages named that are not installed.
missing_packages()
{
    local installed package
    installed=$(dpkg-query -W -f='${Package} ${db:Status-Status}\n' "$@" 2>/dev/null |
        awk '$2 == "installed" { print $1 }')
    for package in "$@"; do
        grep -qxF -- "$package" <<<"$installed" || printf '%s\n' "$package"
    done
}

# On a system without dpkg only the commands can be looked for; CMake reports missing libraries.
require_commands()
{
    local command
    for command in c++ cmake ninja; do
        command -v "$command" >/dev/null && continue
        error "$command is not installed, and this system has no apt-get to install it with."
        error "Weft needs what these Debian packages hold: $*"
        exit 1
    done
}

# require_packages NAME...: installs those that are missing, or ends with a message that names them.
require_packages()
{
    if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
        require_commands "$@"
        return
    fi
    local missing
    mapfile -t missing < <(missing_packages "$@")
    [ ${#missing[@]} -gt 0 ] || return 0

    local root=()
    if [ "$(id -u)" -ne 0 ]; then
        if ! command -v sudo >/dev/null; then
            error "these packages are missing, and neither root nor sudo is there to install them:"
            error "  apt-get install ${missing[*]}"
            exit 1
        fi
        root=(sudo)
    fi
    say "Weft installs the packages that are missing here, with apt-get:"
    fold -s -w 96 <<<"${missing[*]}" | sed 's/^/  /' >&2
    install_packages "${missing[@]}" || exit 1
    # What CMake did not find before may be there now.
    rm -f -- "$WEFT_ROOT"/build/*/CMakeCache.txt
}

# Uses `root` of the caller: sudo, or nothing.
install_packages()
{
    local log=$WEFT_ROOT/build/log/apt.log
    local apt=(
        ${root[@]+"${root[@]}"} env DEBIAN_FRONTEND=noninteractive
        apt-get -q -y -o Acquire::Retries=3 -o DPkg::Lock::Timeout=300
    )
    mkdir -p "$(dirname "$log")" || return 1
    # A list that cannot be fetched matters only if a package is then not found.
    "${apt[@]}" update </dev/null >"$log" 2>&1
    "${apt[@]}" install --no-install-recommends "$@" </dev/null >>"$log" 2>&1 && return 0
    error "apt-get could not install them. The end of $log:"
    tail -n 15 "$log" | sed 's/^/  /' >&2
    error "Weft needs these packages: $*"
    return 1
}
