#!/usr/bin/env bash
# Runs fuzzers for long: so many minutes each, one after the other, from their corpora on.
#
#   fuzz.sh [--keep] [TARGET...] [MINUTES]     all of them, ten minutes each, unless told
#   fuzz.sh run TARGET FILE...                 runs each file once more, as it is
#
# Those of C are native-shim/test/fuzz, by libFuzzer; those of TypeScript test/fuzz. What fails ends it, and is left in the file that is
# named. With --keep, what was found to lead further is added to test/fuzz/corpus, and what leads nowhere that the rest does not is taken
# out. FUZZ_SEED repeats a run of those of TypeScript.
set -euo pipefail
cd "$(dirname "$0")/.."

BUILD=native-shim/build
CORPUS=test/fuzz/corpus
# Longer inputs lead nowhere that shorter ones do not, and take longer.
LONGEST=1024

main() {
	local minutes=10 keep='' targets=() again=''
	[ "${1:-}" != run ] || { again=1 && shift; }
	while [ $# -gt 0 ] && [ -z "$again" ]; do
		case "$1" in
		--keep) keep=1 ;;
		-*) usage ;;
		[1-9]*) [[ $# = 1 && $1 =~ ^[1-9][0-9]{0,4}$ ]] || usage && minutes=$1 ;;
		*) targets+=("$1") ;;
		esac
		shift
	done
	node scripts/fuzz-bundle.mjs
	local of_c of_typescript target
	of_c=$(make -s -C native-shim fuzz-list)
	of_typescript=$(node $BUILD/fuzz-ts.mjs list | paste -sd ' ')
	[ -z "$again" ] || targets=("${1:-}")
	# shellcheck disable=SC2206 # one word a target
	[ ${#targets[@]} -gt 0 ] || targets=($of_c $of_typescript)
	for target in "${targets[@]}"; do
		[[ " $of_c $of_typescript " == *" $target "* ]] || usage "$of_c $of_typescript"
	done
	for target in "${targets[@]}"; do
		local kind=typescript
		[[ " $of_c " != *" $target "* ]] || kind=c
		[ $kind = typescript ] || build_c
		if [ -n "$again" ]; then
			run_$kind "$@"
			continue
		fi
		echo "fuzz: $target, $minutes minutes"
		mkdir -p "$BUILD/found-$target"
		fuzz_$kind "$target" $((minutes * 60)) || fail "$target failed: see above" "fuzz.sh run $target FILE, and mend what it shows"
		[ -z "$keep" ] || merge "$kind" "$target"
	done
}

build_c() {
	[ -e "$(clang -print-file-name="libclang_rt.fuzzer-$(uname -m).a" 2>/dev/null)" ] ||
		fail "there is no clang, or not the runtime of its fuzzer" "npm run setup (or install: clang libclang-rt-dev)"
	make -s -j"$(nproc)" -C native-shim fuzz
}

# Goes on from where the last run came to.
fuzz_c() {
	"$BUILD/fuzz-$1" -max_total_time="$2" -max_len=$LONGEST -print_final_stats=1 -artifact_prefix="$BUILD/$1-" \
		"$BUILD/found-$1" "$CORPUS/$1" 2>&1 | grep -vE '^#[0-9]+[[:space:]]+(NEW|REDUCE|pulse)'
}

fuzz_typescript() {
	node $BUILD/fuzz-ts.mjs fuzz "$1" --seconds "$2" ${FUZZ_SEED:+--seed "$FUZZ_SEED"} --found "$BUILD/found-$1" --artifacts "$BUILD/$1-" \
		"$BUILD/found-$1" "$CORPUS/$1"
}

run_c() {
	"$BUILD/fuzz-$1" "${@:2}"
}

run_typescript() {
	node --enable-source-maps $BUILD/fuzz-ts.mjs run "$@"
}

merge_c() {
	"$BUILD/fuzz-$1" -merge=1 -max_len=$LONGEST "$2" "$CORPUS/$1" "$BUILD/found-$1" 2>&1 | tail -n 1
}

merge_typescript() {
	node $BUILD/fuzz-ts.mjs merge "$1" "$2" "$CORPUS/$1" "$BUILD/found-$1"
}

merge() {
	local target=$2 least
	least=$(mktemp -d "$BUILD/least-XXXXXX")
	"merge_$1" "$target" "$least"
	rm -rf "${CORPUS:?}/$target"
	mv "$least" "$CORPUS/$target"
	chmod 755 "$CORPUS/$target"
}

usage() {
	echo "usage: fuzz.sh [--keep] [TARGET...] [MINUTES] | run TARGET FILE...${1:+; targets: $1}" >&2
	exit 2
}

fail() {
	printf 'fuzz: %s\n  fix: %s\n' "$1" "$2" >&2
	exit 1
}

main "$@"
