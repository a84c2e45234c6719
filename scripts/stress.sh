#!/usr/bin/env bash
# The tests that take long, at full length; npm test runs the same ones in a short form.
#
#   scripts/stress.sh streams [--megabytes 1024]   so many each way in four TCP streams, over a path that loses, reorders and repeats
#   scripts/stress.sh mixed [--minutes 10]         mixed load, with an eye on the agents' memory
#   scripts/stress.sh asleep [--seconds 200]       an agent that stands still for longer than a session lasts
#   scripts/stress.sh hub [--peers 10000]          so many simulated peers call one hub at once
#
# TUNVPN_TEST_SEED repeats what a path did to its datagrams: each run prints its seed.
set -euo pipefail
cd "$(dirname "$0")/.."
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin

main() {
	local what=${1:-} option=${2:-} number=${3:-}
	case "$what $option" in
	"streams " | "streams --megabytes")
		number=$(whole "${number:-1024}")
		TUNVPN_STRESS_MEGABYTES=$number run test/kernel/impaired-path.test.ts
		;;
	"mixed " | "mixed --minutes")
		number=$(whole "${number:-10}")
		TUNVPN_STRESS_SECONDS=$((number * 60)) run test/kernel/mixed-load.test.ts
		;;
	"asleep " | "asleep --seconds")
		number=$(whole "${number:-200}")
		TUNVPN_STRESS_ASLEEP=$number run test/kernel/clocks.test.ts
		;;
	"hub " | "hub --peers")
		number=$(whole "${number:-10000}")
		bash scripts/build.sh
		TUNVPN_STRESS_PEERS=$number node_modules/.bin/vitest run --project targets test/sim/targets/hub.test.ts
		;;
	*) fail "there is no stress test $*" "scripts/stress.sh streams [--megabytes N] | mixed [--minutes N] | asleep [--seconds N] | hub [--peers N]" ;;
	esac
}

run() {
	bash scripts/build.sh
	bash scripts/isolated.sh node_modules/.bin/vitest run --project kernel "$1"
}

# A whole number above zero, as it is.
whole() {
	[[ $1 =~ ^[1-9][0-9]{0,5}$ ]] || fail "$1 is no whole number from 1 to 999999" "say how many"
	echo "$1"
}

fail() {
	printf 'error STRESS_FAILED: %s\n  fix: %s\n' "$1" "$2" >&2
	exit 2
}

main "$@"
