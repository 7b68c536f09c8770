# Copyright (c) 2026 The Weft authors
#
# SPDX-License-Identifier: GPL-2.0-only
#
# What every part of ./weft uses: messages, and the programs there are. Sourced by ./weft.

error()
{
    printf 'weft: %s\n' "$*" >&2
}

# Exit code 1: something did not work.
fail()
{
    error "$@"
    exit 1
}

# Exit code 2: the command line is wrong.
fail_usage()
{
    error "$@"
    error "see './weft help'"
    exit 2
}

# Messages about the work of ./weft itself go to standard error: standard output belongs to the
# program that is run.
say()
{
    printf '%s\n' "$*" >&2
}

# A program is scratch/<name>.cc or scratch/<name>/<name>.cc, as in an ns-3 tree.
program_source()
{
    local source
    for source in "$WEFT_ROOT/scratch/$1.cc" "$WEFT_ROOT/scratch/$1/$1.cc"; do
        [ -f "$source" ] && printf '%s\n' "$source" && return 0
    done
    return 1
}

is_program()
{
    [[ $1 =~ ^[A-Za-z0-9_-]+$ ]] && program_source "$1" >/dev/null
}

# The first sentence of the comment that follows the licence in a program.
program_summary()
{
    awk '/^\/\/ / { text = text (text ? " " : "") substr($0, 4); next }
        text { exit }
        END { sub(/\. .*/, ".", text); print text }' "$1"
}

list_programs()
{
    local source name
    for source in "$WEFT_ROOT"/scratch/*.cc "$WEFT_ROOT"/scratch/*/*.cc; do
        [ -f "$source" ] || continue
        name=$(basename "$source" .cc)
        is_program "$name" || continue
        [ "$(program_source "$name")" = "$source" ] || continue
        printf '  %s\n' "$name"
        program_summary "$source" | fold -s -w 90 | sed 's/^/      /'
    done
}
