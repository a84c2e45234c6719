#!/usr/bin/env bash
# Gets the programs that `npm run bench` measures tunvpn beside. They are unpacked below node_modules/.cache, with the libraries that
# they need and this machine lacks, and not installed: no service starts, nothing outside that folder changes, and no root is needed.
#
#   bash scripts/bench-peers.sh [PACKAGE...]   all of them, or those named; what is there already is left alone
#   bash scripts/bench-peers.sh --remove
#
# wireguard-go has segmentation offload since 0.0.20231211. Where this Debian is older, it comes from its backports: from the machine's
# own package sources, under their suite's name with -backports.
set -euo pipefail
cd "$(dirname "$0")/.."

ALL=(wireguard-go openvpn nebula tinc fastd n2n)
WIREGUARD_GO=0.0.20231211
PEERS=$PWD/node_modules/.cache/tunvpn/peers

main() {
	if [ "${1:-}" = --remove ]; then
		rm -rf "$PEERS"
		say "removed $PEERS"
		return
	fi
	if ! command -v apt-get >/dev/null || ! command -v dpkg-deb >/dev/null; then
		fail "there is no apt-get here" "install what is to be measured by hand, of: ${ALL[*]}"
	fi
	mkdir -p "$PEERS"
	touch "$PEERS/versions"
	# What openvpn's certificates are made with.
	command -v openssl >/dev/null || ALL+=(openssl)
	[ $# -gt 0 ] || set -- "${ALL[@]}"
	local package known status=0
	for package in "$@"; do
		if known=$(grep "^$package " "$PEERS/versions"); then
			say "$known is there"
		else
			get "$package" || status=1
		fi
	done
	return "$status"
}

get() {
	local package=$1 suite=here
	listed here || return 1
	if [ "$package" = wireguard-go ] && ! dpkg --compare-versions "$(candidate "$package")" ge "$WIREGUARD_GO"; then
		suite=backports
		listed backports || return 1
	fi
	download "$suite" "$package" || {
		say "no $package: $(tail -n 1 "$work/said")"
		return 1
	}
	local file
	for file in "$work/$package"/*.deb; do dpkg-deb --extract "$file" "$PEERS"; done
	dpkg-deb --show "$work/$package/$package"_*.deb | tr '\t' ' ' >>"$PEERS/versions"
	say "unpacked $(for file in "$work/$package"/*.deb; do dpkg-deb --show "$file"; done | tr '\t' ' ' | paste -sd , | sed 's/,/, /g')"
}

# The package, even if it is installed, and what it needs that is not.
download() {
	local suite=$1 package=$2 needed
	needed=$(apt "$suite" apt-get --simulate --no-install-recommends install "$package") || return 1
	mkdir -p "$work/$package"
	# shellcheck disable=SC2046 # one word a package
	(cd "$work/$package" && apt "$suite" apt-get download "$package" $(awk -v own="$package" '$1 == "Inst" && $2 != own { print $2 }' <<<"$needed"))
}

candidate() {
	apt here apt-cache policy "$1" | awk '$1 == "Candidate:" { print $2 }'
}

# listed SUITE: lists of packages of our own, since those of the machine may be old or missing, and are not ours to renew
listed() {
	[ ! -d "$work/$1" ] || return 0
	mkdir -p "$work/$1/lists/partial" "$work/$1/cache" "$work/$1/sources"
	if [ "$1" = backports ]; then derive_backports "$work/$1/sources"; fi
	apt "$1" apt-get update || {
		say "no lists of packages: $(tail -n 1 "$work/said")"
		return 1
	}
}

# Sources of the suite that this Debian is, with the suite changed and all else kept.
derive_backports() {
	local codename
	codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
	cat /etc/apt/sources.list.d/*.sources 2>/dev/null | awk -v suite="$codename" -v RS= -v ORS='\n\n' '
		$0 ~ "(^|\n)Suites:[^\n]* " suite "( |\n|$)" { sub(/(^|\n)Suites:[^\n]*/, "\nSuites: " suite "-backports"); print }
	' >"$1/backports.sources"
	cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list 2>/dev/null |
		sed -nE "s/^(deb +(\[[^]]*\] +)?[^ ]+ +)$codename( .*)$/\1$codename-backports\3/p" >"$1/backports.list"
}

# apt SUITE PROGRAM WORD...: with lists of our own; what it says of errors is kept
apt() {
	local suite=$1 program=$2 folder=$work/$1
	shift 2
	local options=(-o "Dir::State::lists=$folder/lists" -o "Dir::Cache=$folder/cache" -o APT::Sandbox::User=root)
	if [ "$suite" = backports ]; then options+=(-o Dir::Etc::sourcelist=/dev/null -o "Dir::Etc::sourceparts=$folder/sources"); fi
	"$program" -qq "${options[@]}" "$@" 2>"$work/said"
}

say() {
	echo "bench-peers: $1"
}

fail() {
	printf 'bench-peers: %s\n  fix: %s\n' "$1" "$2" >&2
	exit 1
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
main "$@"
