#!/usr/bin/env bash
# Runs the fuzzers of native-shim/test/fuzz for long: so many minutes each, one after the other, from their corpora on.
#
#   fuzz.sh [--minutes N] [--keep] [TARGET...]
#
# What fails ends it: `native-shim/build/fuzz-TARGET FILE` runs the file that is named once more. With --keep, what was found to
# lead further is added to test/fuzz/corpus, and what leads nowhere that the rest does not is taken out.
set -euo pipefail
cd "$(dirname "$0")/.."

BUILD=native-shim/build
CORPUS=test/fuzz/corpus
# Longer inputs lead nowhere that shorter ones do not, and take longer.
LONGEST=1024

main() {
	local minutes=10 keep= targets=()
	while [ $# -gt 0 ]; do
		case "$1" in
		--minutes) [[ "${2:-}" =~ ^[1-9][0-9]*$ ]] || usage && minutes=$2 && shift ;;
		--keep) keep=1 ;;
		-*) usage ;;
		*) targets+=("$1") ;;
		esac
		shift
	done
	local all
	all=$(make -s -C native-shim fuzz-list)
	# shellcheck disable=SC2206 # one word a target
	[ ${#targets[@]} -gt 0 ] || targets=($all)
	local target
	for target in "${targets[@]}"; do
		[[ " $all " == *" $target "* ]] || usage "$all"
	done
	[ -e "$(clang -print-file-name="libclang_rt.fuzzer-$(uname -m).a" 2>/dev/null)" ] ||
		fail "there is no clang, or not the runtime of its fuzzer" "npm run setup (or install: clang libclang-rt-dev)"
	make -s -j"$(nproc)" -C native-shim fuzz
	for target in "${targets[@]}"; do
		fuzz "$target" "$minutes"
		[ -z "$keep" ] || merge "$target"
	done
}

# Goes on from where the last run came to.
fuzz() {
	local target=$1 found=$BUILD/found-$1
	mkdir -p "$found"
	echo "fuzz: $target, $2 minutes"
	"$BUILD/fuzz-$target" -max_total_time=$(($2 * 60)) -max_len=$LONGEST -print_final_stats=1 -artifact_prefix="$BUILD/$target-" \
		"$found" "$CORPUS/$target" 2>&1 | grep -vE '^#[0-9]+[[:space:]]+(NEW|REDUCE|pulse)' ||
		fail "$target failed: see above" "run $BUILD/fuzz-$target with the file that is named, and mend what it shows"
}

merge() {
	local target=$1 least
	least=$(mktemp -d "$BUILD/least-XXXXXX")
	"$BUILD/fuzz-$target" -merge=1 -max_len=$LONGEST "$least" "$CORPUS/$target" "$BUILD/found-$target" 2>&1 | tail -n 1
	rm -rf "${CORPUS:?}/$target"
	mv "$least" "$CORPUS/$target"
	chmod 755 "$CORPUS/$target"
}

usage() {
	echo "usage: fuzz.sh [--minutes N] [--keep] [TARGET...]${1:+, of $1}" >&2
	exit 2
}

fail() {
	printf 'fuzz: %s\n  fix: %s\n' "$1" "$2" >&2
	exit 1
}

main "$@"
