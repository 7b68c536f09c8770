# Copyright (c) 2026 The Weft authors
#
# SPDX-License-Identifier: GPL-2.0-only
#
# Configures and builds one preset. Sourced by ./weft, which sets PRESET and JOBS.

binary_dir()
{
    printf '%s\n' "$WEFT_ROOT/build/$PRESET"
}

# Lets checkouts in different folders share the compiler cache: paths are hashed relative to the
# checkout, and the header stubs that CMake writes anew do not count as changed.
share_compiler_cache()
{
    export CCACHE_BASEDIR=${CCACHE_BASEDIR-$WEFT_ROOT}
    export CCACHE_NOHASHDIR=${CCACHE_NOHASHDIR-1}
    export CCACHE_SLOPPINESS=${CCACHE_SLOPPINESS-include_file_mtime,include_file_ctime,time_macros}
}

# Copies the output of ninja into a log and shows how far it is: on a terminal as one line that
# changes, otherwise a line every 20 seconds. Says nothing when nothing is to be done.
show_progress()
{
    local log=$1 line done total text shown=0 next=0 columns=${COLUMNS:-100}
    local terminal=false
    [ -t 2 ] && terminal=true
    : >"$log"
    while IFS= read -r line; do
        printf '%s\n' "$line" >>"$log"
        [[ $line =~ ^\[([0-9]+)/([0-9]+)\]\ (.*)$ ]] || continue
        # Looking whether something is to be done is not yet work.
        [[ ${BASH_REMATCH[3]} == Re-* ]] && continue
        done=${BASH_REMATCH[1]} total=${BASH_REMATCH[2]} text=${BASH_REMATCH[3]}
        if $terminal; then
            text="Building $done/$total ${text##*/}"
            printf '\r\033[K%s' "${text:0:columns-1}" >&2
            shown=1
        elif [ "$SECONDS" -ge "$next" ]; then
            say "Building $PRESET: $done of $total"
            next=$((SECONDS + 20))
        fi
    done
    [ "$shown" -eq 0 ] || printf '\r\033[K' >&2
}

# The first failure in a build log, with the messages of the compiler.
show_failure()
{
    local log=$1 first
    first=$(grep -n -m 1 '^FAILED:\|^CMake Error\|^ninja: error' "$log" | cut -d: -f1)
    # The command line that stands behind "FAILED:" is long and helps nobody.
    tail -n "+${first:-1}" "$log" | grep -v '^\(/usr/bin/\)\?\(ccache\|:\|c++\|/usr/bin/c++\) ' |
        head -n 60 | sed 's/^/  /' >&2
}

configure()
{
    local log=$1
    say "Configuring $PRESET ..."
    if ! (cd "$WEFT_ROOT" && cmake --preset "$PRESET") >"$log" 2>&1 </dev/null; then
        show_failure "$log"
        # A half-made configuration would otherwise pass for a finished one.
        rm -f -- "$(binary_dir)/CMakeCache.txt"
        fail "CMake could not configure the build; the whole log: $log"
    fi
}

# build [TARGET...]: brings the targets (everything, if none is named) up to date, or exits with 1.
build()
{
    local log=$WEFT_ROOT/build/log/$PRESET.log
    local ninja=(ninja -C "$(binary_dir)" -j "$JOBS" "$@")
    mkdir -p "$WEFT_ROOT/build/log" || exit 1
    share_compiler_cache
    if [ ! -f "$(binary_dir)/build.ninja" ] || [ ! -f "$(binary_dir)/CMakeCache.txt" ]; then
        configure "$log"
    fi
    if ! "${ninja[@]}" </dev/null 2>&1 | show_progress "$log"; then
        show_failure "$log"
        fail "the build failed; the whole log: $log"
    fi
}
