# Copyright (c) 2026 The Weft authors
#
# SPDX-License-Identifier: GPL-2.0-only
#
# ./weft test: builds everything and runs the tests. Sourced by ./weft.

# The number that the attribute has in the first <testsuite> of a JUnit file; 0 if it has none.
junit_count()
{
    local count
    count=$(tr '\n' ' ' <"$1" | sed -n "s/.*<testsuite [^>]*\b$2=\"\([0-9]*\)\".*/\1/p")
    printf '%s\n' "${count:-0}"
}

run_tests()
{
    local select=() others=()
    while [ $# -gt 0 ]; do
        case $1 in
        -R)
            [ $# -ge 2 ] || fail_usage "-R needs a regular expression"
            select=(-R "$2")
            shift
            ;;
        -R?*) select=(-R "${1#-R}") ;;
        *) others+=("$1") ;;
        esac
        shift
    done
    parse_build_options ${others[@]+"${others[@]}"}
    [ ${#ARGS[@]} -eq 0 ] || fail_usage "test knows no option '${ARGS[0]}'"
    require_packages "${TEST_PACKAGES[@]}"
    build

    local junit
    junit=$(binary_dir)/tests.xml
    rm -f -- "$junit"
    ctest --test-dir "$(binary_dir)" --output-on-failure -j "$JOBS" ${select[@]+"${select[@]}"} \
        --output-junit "$junit" </dev/null
    local status=$? total=0 failed=0 skipped=0
    if [ -f "$junit" ]; then
        total=$(junit_count "$junit" tests)
        failed=$(junit_count "$junit" failures)
        skipped=$(($(junit_count "$junit" skipped) + $(junit_count "$junit" disabled)))
    fi
    if [ "$skipped" -gt 0 ]; then
        say "Skipped: $skipped (a tool that they need is not installed)"
    fi
    local passed=$((total - failed - skipped))
    [ "$passed" -gt 0 ] || status=1
    [ "$failed" -eq 0 ] || status=1
    printf '%d passed, %d failed\n' "$passed" "$failed"
    exit "$status"
}
