#!/usr/bin/env bash
# Installs what building and testing need and this machine lacks: Debian packages, then the modules of package-lock.json.
# What is there is found by looking for it, so nothing is asked of apt, npm or the network when nothing is missing.
set -euo pipefail
cd "$(dirname "$0")/.."
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin

# kind, what to look for, the package that brings it
NEEDS='
command cc                gcc
command make              make
header  stdio.h           libc6-dev
header  linux/if_tun.h    linux-libc-dev
header  sodium.h          libsodium-dev
command pkg-config        pkg-config
command clang             clang
runtime msan              libclang-rt-dev
runtime fuzzer            libclang-rt-dev
command valgrind          valgrind
command spin              spin
header  valgrind/memcheck.h valgrind
command ip                iproute2
command nft               nftables
command ethtool           ethtool
command ping              iputils-ping
command iperf3            iperf3
command tcpdump           tcpdump
command socat             socat
command wg                wireguard-tools
command jq                jq
command ps                procps
command unshare           util-linux
command mount             mount
'

# What another processor's tests need: scripts/aarch64.sh.
if [ "$(uname -m)" = x86_64 ]; then
	NEEDS+='
command aarch64-linux-gnu-gcc gcc-aarch64-linux-gnu
file    /usr/aarch64-linux-gnu/include/stdio.h libc6-dev-arm64-cross
command qemu-aarch64      qemu-user
'
fi

main() {
	check_node
	install_packages
	install_modules
	get_sysroot
	[ -n "${did:-}" ] || say "nothing to do"
}

check_node() {
	command -v node >/dev/null || fail "Node is missing" "install Node 20.19 or newer, with npm"
	node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' ||
		fail "Node $(node -v) is too old" "install Node 20.19 or newer"
	command -v npm >/dev/null || fail "npm is missing" "install npm, which comes with Node or as a package of its own"
}

install_packages() {
	local missing
	missing=$(missing_needs)
	[ -n "$missing" ] || return 0
	local packages
	packages=$(column 3 "$missing")
	say "missing: $(column 2 "$missing")"
	local manually="as root: apt-get update && apt-get install --no-install-recommends $packages"
	command -v apt-get >/dev/null || fail "there is no apt-get here" "install what these packages of Debian bring: $packages"
	local root=()
	if [ "$(id -u)" != 0 ]; then
		sudo -n true 2>/dev/null || fail "packages are missing, and installing them takes root" "$manually"
		root=(sudo -n)
	fi
	say "installing: $packages"
	local apt=("${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=120)
	quietly "${apt[@]}" update || say "apt-get update failed; trying with the lists that are here"
	# shellcheck disable=SC2086 # one word a package
	quietly "${apt[@]}" install --yes --no-install-recommends $packages || fail "apt-get could not install them" "$manually"
	hash -r
	missing=$(missing_needs)
	if [ -n "$missing" ]; then
		packages=$(column 3 "$missing")
		say "installed already, but without $(column 2 "$missing"); installing again: $packages"
		# shellcheck disable=SC2086
		quietly "${apt[@]}" install --yes --no-install-recommends --reinstall $packages || fail "apt-get could not install them" "$manually"
		hash -r
		missing=$(missing_needs)
	fi
	[ -z "$missing" ] || fail "still missing: $(column 2 "$missing")" "$manually"
	did=1
}

# Lines of NEEDS that nothing on this machine meets.
missing_needs() {
	local kind what package
	while read -r kind what package; do
		[ -z "$kind" ] || has_"$kind" "$what" || echo "$kind $what $package"
	done <<<"$NEEDS"
}

# One column of such lines, in one line.
column() {
	awk -v n="$1" '{ print $n }' <<<"$2" | sort -u | paste -sd ' '
}

has_command() {
	command -v "$1" >/dev/null
}

has_file() {
	[ -e "$1" ]
}

has_header() {
	command -v cc >/dev/null && echo "#include <$1>" | cc -E -x c - >/dev/null 2>&1
}

# A runtime of clang's sanitizers. clang answers with the mere name where it has no such file.
has_runtime() {
	[ -e "$(clang -print-file-name="libclang_rt.$1-$(uname -m).a" 2>/dev/null)" ]
}

install_modules() {
	! node scripts/modules-present.mjs || return 0
	say "installing the modules of package-lock.json"
	quietly npm ci --no-audit --no-fund --loglevel=error || fail "npm ci failed" "see its message above, then: npm ci"
	did=1
}

# libsodium for aarch64. Sources that do not have it cost that part of the tests alone.
get_sysroot() {
	[ "$(uname -m)" = x86_64 ] || return 0
	! bash scripts/aarch64.sh has-sysroot || return 0
	say "getting libsodium for aarch64"
	did=1
	quietly bash scripts/aarch64.sh sysroot || say "apt could not get it: the tests for aarch64 will be skipped"
}

# Runs a command, and shows what it said only if it fails. Every ten seconds a line says that it is still at it.
quietly() {
	local log status=0 command
	log=$(mktemp)
	"$@" >"$log" 2>&1 </dev/null &
	command=$!
	local halves=0
	while kill -0 "$command" 2>/dev/null; do
		sleep 0.5
		halves=$((halves + 1))
		[ $((halves % 20)) != 0 ] || say "still at it, $((halves / 2)) s"
	done
	wait "$command" || status=$?
	[ "$status" = 0 ] || tail -n 20 "$log" >&2
	rm -f "$log"
	return "$status"
}

say() {
	echo "setup: $1"
}

fail() {
	printf 'setup: %s\n  fix: %s\n' "$1" "$2" >&2
	exit 1
}

main
