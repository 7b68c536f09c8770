# Copyright (c) 2026 The Weft authors
#
# SPDX-License-Identifier: GPL-2.0-only
#
# ./weft link: puts symbolic links to the modules and programs into an ns-3 source tree, where
# ns-3's own build takes them for contrib modules and scratch programs. Sourced by ./weft.

is_ns3_tree()
{
    [ -f "$1/VERSION" ] && [ -f "$1/CMakeLists.txt" ] && [ -f "$1/src/core/model/simulator.h" ]
}

# The links that a tree gets, each as "place in the tree<TAB>what it points to".
links_of_weft()
{
    local path
    for path in "$WEFT_ROOT"/contrib/*/CMakeLists.txt; do
        path=$(dirname "$path")
        printf 'contrib/%s\t%s\n' "$(basename "$path")" "$path"
    done
    for path in "$WEFT_ROOT"/scratch/*; do
        # scratch/CMakeLists.txt is for the build outside a tree; ns-3 has its own.
        [[ $path == *.cc || -d $path ]] || continue
        printf 'scratch/%s\t%s\n' "$(basename "$path")" "$path"
    done
}

# Removes the links in the tree that point into this checkout, also those whose target is gone.
remove_links()
{
    local tree=$1 link count=0
    for link in "$tree"/contrib/* "$tree"/scratch/*; do
        [ -L "$link" ] || continue
        [[ $(readlink "$link") == "$WEFT_ROOT"/* ]] || continue
        rm -- "$link" || return 1
        count=$((count + 1))
    done
    say "Removed $count links from $tree"
}

add_links()
{
    local tree=$1 place target count=0
    while IFS=$'\t' read -r place target; do
        if [ -e "$tree/$place" ] || [ -L "$tree/$place" ]; then
            [ "$(readlink "$tree/$place")" = "$target" ] && continue
            error "$tree/$place exists and is not a link to $target; nothing was linked"
            return 1
        fi
    done < <(links_of_weft)
    mkdir -p "$tree/contrib" "$tree/scratch" || return 1
    while IFS=$'\t' read -r place target; do
        [ -L "$tree/$place" ] && continue
        ln -s -- "$target" "$tree/$place" || return 1
        count=$((count + 1))
    done < <(links_of_weft)
    if [ "$count" -gt 0 ]; then
        say "Linked $count modules and programs into $tree. Now configure it (./ns3 configure"
        say "--enable-tests ...) and run a program with ./ns3 run."
    fi
}

link_tree()
{
    local remove=false tree=
    while [ $# -gt 0 ]; do
        case $1 in
        --remove) remove=true ;;
        -*) fail_usage "link knows no option '$1'" ;;
        *)
            [ -z "$tree" ] || fail_usage "link takes one ns-3 tree, not also '$1'"
            tree=$1
            ;;
        esac
        shift
    done
    [ -n "$tree" ] || fail_usage "link needs the folder of an ns-3 source tree"
    [ -d "$tree" ] || fail_usage "there is no folder '$tree'"
    tree=$(cd "$tree" && pwd -P)
    is_ns3_tree "$tree" || fail_usage "'$tree' is no ns-3 source tree (no VERSION, src/core)"
    if $remove; then
        remove_links "$tree"
    else
        add_links "$tree"
    fi
}
