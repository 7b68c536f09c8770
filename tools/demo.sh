# Copyright (c) 2026 The Weft authors
#
# SPDX-License-Identifier: GPL-2.0-only
#
# ./weft demo: simulates the scenario of the demo and says how long that took. Sourced by ./weft.

run_demo()
{
    parse_build_options "$@"
    [ ${#ARGS[@]} -eq 0 ] || fail_usage "demo takes no argument '${ARGS[0]}'"
    require_packages "${BUILD_PACKAGES[@]}"
    build train

    local begin=${EPOCHREALTIME/[.,]/} status wall
    "$(binary_dir)/bin/train" "$WEFT_ROOT/scenarios/demo-gpt13b.yaml" \
        --output="$WEFT_ROOT/results/demo"
    status=$?
    wall=$(((${EPOCHREALTIME/[.,]/} - begin) / 100000))
    printf 'Wall time of the demo: %d.%d s\n' $((wall / 10)) $((wall % 10))
    exit "$status"
}
