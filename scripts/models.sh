#!/usr/bin/env bash
# Has Spin check the models of docs/models: each property must hold, and each mutant must give a counterexample.
#
#   models.sh [--short]                     all of it, or what npm test runs
#   models.sh show MODEL PROPERTY [NAME[=VALUE]...]
#                                           what a counterexample does, step by step
#
# The table has a line a run: model, property, definitions, states, depth, seconds, verdict.
set -euo pipefail
cd "$(dirname "$0")/.."

MODELS=docs/models
MEGABYTES=6000
SECONDS_MAX=900
# Steps that a search goes down at most; one that could go further has not finished.
declare -A DEPTH=([sessions]=3000000 [roaming]=50000 [cookies]=50000)
# The properties that are a formula, and whether their processes are given fairness.
declare -A FAIR=([recovers]= [stays]= [follows]=-f [comes_back]=-f [gets_in]=-f)

# model, property ("asserts" are those in the text, which the others look at as well), what is expected of it, "short" if npm test runs it, definitions
RUNS='
sessions recovers   holds  short
sessions stays      holds  short
sessions asserts    holds  short TWINS
sessions recovers   holds  short BEHIND_NAT
sessions recovers   holds  long  RENEWALS=3 REPLAYS=3
sessions stays      holds  long  RENEWALS=3 REPLAYS=3
sessions asserts    mutant short MUTANT_PROMOTE_ON_INIT
sessions asserts    mutant short MUTANT_SEND_UNDER_PENDING
sessions asserts    mutant short MUTANT_ANSWER_AGAIN
sessions recovers   mutant short MUTANT_CLOBBER
sessions recovers   mutant short MUTANT_CONFIRM_WITHOUT_USE
sessions recovers   mutant short MUTANT_NO_SILENCE
sessions recovers   mutant short MUTANT_TIE_BREAK BEHIND_NAT
sessions stays      mutant short MUTANT_NOTHING_RETIRED
sessions asserts    limit  short TWINS LIMIT_OVERTAKEN
roaming  asserts    holds  short
roaming  asserts    holds  short RELAYS
roaming  follows    holds  short
roaming  comes_back holds  short RELAYS
roaming  asserts    holds  long  RELAYS MOVES=4 STOLEN_ANSWERS=4
roaming  follows    holds  long  MOVES=4 STOLEN_ANSWERS=4
roaming  comes_back holds  long  RELAYS MOVES=4 STOLEN_ANSWERS=4
roaming  asserts    mutant short MUTANT_NO_CHALLENGE
roaming  asserts    mutant short MUTANT_ONE_TOKEN
roaming  asserts    mutant short MUTANT_NO_OLD_PROBE RELAYS
roaming  asserts    mutant short MUTANT_ONLY_FROM_THERE RELAYS
roaming  follows    mutant short MUTANT_NO_HOLD_DOWN
roaming  follows    mutant short MUTANT_OLD_ROUND_TRIP
roaming  follows    limit  short RELAYS
roaming  asserts    limit  short LIMIT_OLD_MOVED RELAYS
cookies  asserts    holds  short
cookies  asserts    holds  short FORGED=1
cookies  gets_in    holds  short
cookies  gets_in    holds  long  LOSSES=5
cookies  gets_in    holds  short ONE_AT_RANDOM FORGED=1
cookies  gets_in    holds  long  ONE_AT_RANDOM FORGED=3 UNLUCKY=6
cookies  asserts    mutant short MUTANT_INVERTED_MAC2
cookies  asserts    mutant short MUTANT_NO_ADDRESS_IN_COOKIE
cookies  asserts    mutant short MUTANT_COOKIE_BEFORE_MAC1
cookies  asserts    mutant short MUTANT_COOKIE_TOO
cookies  asserts    mutant short MUTANT_NO_TOKENS
cookies  asserts    mutant short MUTANT_COOKIE_SENDS
cookies  gets_in    mutant short MUTANT_ONE_COOKIE FORGED=1
cookies  gets_in    limit  short FORGED=1
'
FORMAT='%-6s %-8s %-10s %-34s %10s %9s %8s  %s\n'

main() {
	case "${1:-}" in
	"" | --short) ;;
	show) [ $# -ge 3 ] || usage ;;
	*) usage ;;
	esac
	if ! command -v spin >/dev/null || ! command -v cc >/dev/null; then
		printf 'skip models: there is no spin, or no cc\n0 passed, 0 failed\n'
		exit 0
	fi
	scratch=$(mktemp -d)
	trap 'rm -rf "$scratch"' EXIT
	if [ "${1:-}" = show ]; then show "${@:2}"; else run_all "${1:-}"; fi
}

usage() {
	echo "usage: models.sh [--short] | show MODEL PROPERTY [NAME[=VALUE]...]" >&2
	exit 2
}

run_all() {
	local model property expected length definitions number=0
	# shellcheck disable=SC2059 # one format for all lines
	printf "$FORMAT" '' model property with states depth seconds verdict
	while read -r model property expected length definitions; do
		[ -n "$model" ] || continue
		[ "$1" != --short ] || [ "$length" = short ] || continue
		number=$((number + 1))
		while [ "$(jobs -rp | wc -l)" -ge "$(nproc)" ]; do wait -n || true; done
		# shellcheck disable=SC2086 # one word a definition
		verify "$scratch/$number" "$model" "$property" "$expected" $definitions &
	done <<<"$RUNS"
	wait
	local failed
	failed=$(find "$scratch" -name failed | wc -l)
	echo "$((number - failed)) passed, $failed failed"
	[ "$failed" = 0 ]
}

# Runs one line of RUNS in a folder of its own, and prints its line of the table.
verify() {
	local folder=$1 model=$2 property=$3 expected=$4 begun=$EPOCHREALTIME verdict word=ok
	prepare "$folder" "$model" "$property" "${@:5}" && search "$folder" "$property" "${DEPTH[$model]}" || echo "ended by $?" >>"$folder/out"
	verdict=$(verdict "$folder/out")
	case "$expected $verdict" in
	"holds holds" | "mutant counterexample") ;;
	"limit counterexample") verdict="counterexample, as known" ;;
	"holds "*) word='not ok' verdict="$verdict: it should hold" ;;
	*) word='not ok' verdict="$verdict: there should be a counterexample" ;;
	esac
	# shellcheck disable=SC2059
	printf "$FORMAT" "$word" "$model" "$property" "${*:5}" "$(awk '/states, stored/ { print $1 }' "$folder/out")" \
		"$(sed -n 's/.*depth reached \([0-9]*\).*/\1/p' "$folder/out" | tail -n 1)" \
		"$(awk -v a="$begun" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.1f", b - a }')" "$verdict"
	[ "$word" = ok ] || { touch "$folder/failed" && tail -n 20 "$folder/out"; }
	rm -f "$folder"/pan*
}

# Steps that lead to a counterexample, as few as come easily.
show() {
	local model=$1 property=$2 folder=$scratch/show depth
	prepare "$folder" "$model" "$property" "${@:3}" || { cat "$folder/out" && exit 1; }
	for depth in 30 100 300 1000 3000 10000 100000 "${DEPTH[$model]}"; do
		search "$folder" "$property" "$depth" || true
		[ "$(verdict "$folder/out")" != counterexample ] || break
	done
	[ -e "$folder/$model.pml.trail" ] || { echo "no counterexample" && exit 1; }
	# What is C in a model only pan can follow; of the rest spin tells more.
	if grep -q c_code "$MODELS/$model.pml"; then
		prepare "$scratch/replay" "$model" "$property" "${@:3}" TRACE
		cp "$folder/$model.pml.trail" "$scratch/replay"
		local name=()
		[ "$property" = asserts ] || name=(-N "$property")
		(cd "$scratch/replay" && ./pan -r "${name[@]}" "$model.pml.trail") | grep -aE '^node|^good|^ \[|START OF CYCLE|assertion' |
			sed -E 's/ +[0-9]+:.*//'
	else
		local definitions=("${@:3}")
		(cd "$folder" && spin -t -p -g "${definitions[@]/#/-D}" "$model.pml")
	fi
}

# Makes FOLDER/pan. What the tools say goes to FOLDER/out.
prepare() {
	local folder=$1 model=$2 property=$3 flags=(-DMEMLIM=$MEGABYTES -DNFAIR=3)
	[ "$property" != asserts ] || flags+=(-DSAFETY -DNOCLAIM)
	mkdir -p "$folder"
	cp "$MODELS/$model.pml" "$folder"
	set -- "${@:4}"
	(cd "$folder" && spin -a "${@/#/-D}" "$model.pml" && cc -w -O1 "${flags[@]}" -o pan pan.c) >"$folder/out" 2>&1
}

# A counterexample goes to FOLDER/MODEL.pml.trail.
search() {
	local folder=$1 property=$2 arguments=("-m$3" -w22)
	# shellcheck disable=SC2206 # no word where there is none
	[ "$property" = asserts ] || arguments+=(-a -N "$property" ${FAIR[$property]})
	(cd "$folder" && timeout $SECONDS_MAX ./pan "${arguments[@]}") >"$folder/out" 2>&1
}

verdict() {
	if grep -qE 'errors: [1-9]' "$1"; then
		echo counterexample
	elif grep -qE 'ended by|max search depth too small|Search not completed|out of memory|reached -DMEMLIM' "$1"; then
		echo "not finished"
	elif grep -q 'errors: 0' "$1"; then
		echo holds
	else
		echo "no answer"
	fi
}

main "$@"
