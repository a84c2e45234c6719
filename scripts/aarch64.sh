#!/usr/bin/env bash
# Builds the shim for aarch64 and runs its tests there, in an emulator: optimized, under UBSan, alignment included.
# AddressSanitizer and ThreadSanitizer see the same code where it is built natively; here they would cost twice the time.
#
#   aarch64.sh               build and test. Where something is missing, a line `skip aarch64: REASON`
#   aarch64.sh sysroot       get libsodium for aarch64, unless it is there
#   aarch64.sh has-sysroot   whether it is there
#
# libsodium comes from the apt sources of this machine, with an apt state of its own: nothing is installed, and dpkg learns
# of no other architecture.
set -euo pipefail
cd "$(dirname "$0")/.."

TRIPLET=aarch64-linux-gnu
BUILD=$PWD/native-shim/build/aarch64
SYSROOT=$BUILD/sysroot

# Tests, and why the emulator cannot do them.
WITHOUT=(
	--without "process: a namespace has one cookie" "the emulator does not pass SO_NETNS_COOKIE on"
	--without "socket: a mark is set or refused" "the emulator does not pass SO_MARK on"
	--without "receive: datagrams that the socket has no room for" "of SO_MEMINFO the emulator passes the first number on alone"
)

main() {
	case "${1:-test}" in
	sysroot) get_sysroot ;;
	has-sysroot) has_sysroot ;;
	test) build_and_test ;;
	*) echo "usage: aarch64.sh [sysroot | has-sysroot]" >&2 && exit 2 ;;
	esac
}

build_and_test() {
	command -v "$TRIPLET-gcc" >/dev/null || skip "there is no $TRIPLET-gcc"
	command -v qemu-aarch64 >/dev/null || skip "there is no qemu-aarch64"
	has_sysroot || skip "there is no libsodium for aarch64 in $SYSROOT"
	PKG_CONFIG_LIBDIR=$SYSROOT/usr/lib/$TRIPLET/pkgconfig PKG_CONFIG_SYSROOT_DIR=$SYSROOT \
		make -s -j"$(nproc)" -C native-shim CROSS="$TRIPLET-" BUILD="$BUILD" ubsan
	qemu-aarch64 -L "/usr/$TRIPLET" -E LD_LIBRARY_PATH="$SYSROOT/usr/lib/$TRIPLET" "$BUILD/test-ubsan" "${WITHOUT[@]}"
}

skip() {
	printf 'skip aarch64: %s\n0 passed, 0 failed\n' "$1"
	exit 0
}

has_sysroot() {
	[ -e "$SYSROOT/usr/lib/$TRIPLET/libsodium.so" ] && [ -e "$SYSROOT/usr/include/sodium.h" ]
}

get_sysroot() {
	! has_sysroot || return 0
	local apt
	apt=$(mktemp -d)
	# shellcheck disable=SC2064 # this directory, whatever the name stands for later
	trap "rm -rf '$apt'" EXIT
	apt_configuration "$apt" >"$apt/conf"
	mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial"
	touch "$apt/status"
	export APT_CONFIG=$apt/conf
	apt-get -q update
	(cd "$apt" && apt-get -q download libsodium-dev libsodium23)
	rm -rf "$SYSROOT"
	mkdir -p "$SYSROOT"
	local package
	for package in "$apt"/*.deb; do dpkg -x "$package" "$SYSROOT"; done
	has_sysroot
}

# The machine's sources, seen by an aarch64 machine on which nothing is installed.
apt_configuration() {
	cat <<-END
		APT::Architecture "arm64";
		#clear APT::Architectures;
		APT::Architectures { "arm64"; };
		APT::Sandbox::User "";
		#clear APT::Update::Post-Invoke;
		#clear APT::Update::Post-Invoke-Success;
		Acquire::Languages "none";
		Dir::State "$1";
		Dir::State::lists "$1/lists";
		Dir::State::status "$1/status";
		Dir::Cache "$1/cache";
	END
}

main "$@"
