#!/usr/bin/env bash
# Builds dist/ from src/ and native-shim/build/libtunvpn.so from native-shim/; needs no root.
set -euo pipefail
cd "$(dirname "$0")/.."

main() {
	require_tools
	local status=0
	node_modules/.bin/tsc -p . || status=1
	node scripts/bundle.mjs && chmod +x dist/cli/main.js || status=1
	make -s -j"$(nproc)" -C native-shim || status=1
	exit "$status"
}

require_tools() {
	[ -x node_modules/.bin/tsc ] || missing "the TypeScript compiler" "npm ci"
	command -v "${CC:-cc}" >/dev/null || missing "a C compiler (${CC:-cc})" "gcc libc6-dev"
	command -v make >/dev/null || missing "make" "make"
	local header
	for header in "sodium.h libsodium-dev" "linux/if_tun.h linux-libc-dev"; do
		echo "#include <${header% *}>" | "${CC:-cc}" -E -x c - >/dev/null 2>&1 || missing "the header ${header% *}" "${header#* }"
	done
}

missing() {
	printf 'build: %s is missing\n  fix: npm run setup (or install: %s)\n' "$1" "$2" >&2
	exit 1
}

main
