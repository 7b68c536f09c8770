# Copyright (c) 2026 The Weft authors
#
# SPDX-License-Identifier: GPL-2.0-only
#
# ./weft validate: runs the long checks of tests/validation and prints one table of their figures.
# Sourced by ./weft.
#
# A validation is an executable script tests/validation/<name>, or a program
# tests/validation/<name>.cc that CMake builds. It runs in an empty folder of its own with
#   WEFT       the ./weft command
#   WEFT_ROOT  the checkout
# and prints a line for each figure, its fields separated by tabs:
#   figure <name> <expected> <seen> <tolerance>
# The tolerance is relative ("2%"), absolute ("0.5"), "<=" or ">=" when the expected value is a bound
# for the one seen, or "-" for a figure that is only told. Everything else that it prints goes to its
# log. It fails if a figure is outside its tolerance, if it prints no figure that is judged, and if it
# ends with another exit code than 0.

# Reads the output of a validation, prints its rows of the table; exit code 1 if a figure is wrong.
print_figures()
{
    awk -F '\t' -v validation="$1" '
    function number(text) { return text ~ /^[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?$/ }
    function verdict(expected, seen, tolerance,    distance) {
        if (!number(expected) || !number(seen)) return "FAIL"
        if (tolerance == "-") return "told"
        if (tolerance == "<=") return seen + 0 <= expected + 0 ? "PASS" : "FAIL"
        if (tolerance == ">=") return seen + 0 >= expected + 0 ? "PASS" : "FAIL"
        distance = seen < expected ? expected - seen : seen - expected
        if (tolerance ~ /^[0-9.]+%$/)
            return distance <= (expected < 0 ? -expected : expected) * tolerance / 100 \
                ? "PASS" : "FAIL"
        return number(tolerance) && distance <= tolerance + 0 ? "PASS" : "FAIL"
    }
    $1 == "figure" {
        result = NF == 5 ? verdict($3, $4, $5) : "FAIL"
        if (result != "told") count++
        if (result == "FAIL") failed = 1
        printf "%-20s %-60s %14s %14s %9s  %s\n", validation, $2, $3, $4, $5, result
    }
    END {
        if (!count) {
            printf "%-20s %-60s %14s %14s %9s  %s\n", validation, "(no figure to judge)", "", "", "", "FAIL"
            failed = 1
        }
        exit failed
    }'
}

# The names of all validations, one a line.
list_validations()
{
    local path
    for path in "$WEFT_ROOT"/tests/validation/*; do
        case $path in
        *.cc) basename "$path" .cc ;;
        *) [ -f "$path" ] && [ -x "$path" ] && basename "$path" ;;
        esac
    done
    return 0
}

# run_validation NAME: prints its rows, exit code 1 if it failed.
run_validation()
{
    local name=$1 program=$WEFT_ROOT/tests/validation/$1 status
    local folder=$WEFT_ROOT/build/validation/$name
    [ -f "$program" ] || program=$(binary_dir)/bin/validation/$name
    # What a validation wants to keep for the next time lies in keep/.
    mkdir -p "$folder/keep" || return 1
    find "$folder" -mindepth 1 -maxdepth 1 -not -name keep -exec rm -rf -- {} +
    say "Running $name ..."
    (cd "$folder" && WEFT=$WEFT_ROOT/weft WEFT_ROOT=$WEFT_ROOT "$program") \
        >"$folder/log" 2>&1 </dev/null
    status=$?
    print_figures "$name" <"$folder/log" || status=1
    if [ "$status" -ne 0 ]; then
        say "$name failed (exit code $status); the end of $folder/log:"
        grep -v '^figure' "$folder/log" | tail -n 15 | sed 's/^/  /' >&2
    fi
    return "$status"
}

run_validations()
{
    local name names known failed=0 passed=0
    known=$(list_validations)
    for name in "$@"; do
        grep -qxF -- "$name" <<<"$known" && continue
        error "no validation is called '$name'; there are:"
        sed 's/^/  /' <<<"$known" >&2
        exit 2
    done
    names=("$@")
    [ $# -gt 0 ] || mapfile -t names <<<"$known"

    parse_build_options
    require_packages "${VALIDATION_PACKAGES[@]}"
    build
    printf '%-20s %-60s %14s %14s %9s  %s\n' validation figure expected seen tolerance verdict
    for name in "${names[@]}"; do
        if run_validation "$name"; then
            passed=$((passed + 1))
        else
            failed=$((failed + 1))
        fi
    done
    printf '%d validations passed, %d failed\n' "$passed" "$failed"
    [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
}
