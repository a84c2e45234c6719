#!/usr/bin/env bash
# Builds dist/ from src/ and native-shim/build/libtunvpn.so from native-shim/. Does again only what changed; needs no root.
set -euo pipefail
cd "$(dirname "$0")/.."

main() {
	require_tools
	forget_lost_output
	local status=0
	node_modules/.bin/tsc -p . || status=1
	if [ -f dist/cli/main.js ] && [ ! -x dist/cli/main.js ]; then chmod +x dist/cli/main.js; fi
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

# tsc trusts its notes: it would neither write again what was deleted from dist/, nor delete what lost its source.
forget_lost_output() {
	[ -d dist ] || return 0
	local sources outputs
	sources=$(cd src && find . -name '*.ts' ! -name '*.d.ts' | sed 's/\.ts$//' | sort)
	outputs=$(cd dist && find . -name '*.js' | sed 's/\.js$//' | sort)
	if [ "$sources" != "$outputs" ]; then rm -rf dist; fi
}

missing() {
	printf 'build: %s is missing\n  fix: npm run setup (or install: %s)\n' "$1" "$2" >&2
	exit 1
}

main
