#!/usr/bin/env bash
# The benchmark: tunvpn beside its own build without a cipher, a bare cable and the peers that scripts/bench-peers.sh brings, in turns,
# in namespaces of its own. It needs no root where `unshare` gives namespaces with /dev/net/tun. docs/bench/README.md tells the rest;
# `npm run bench -- --help` the options.
set -euo pipefail
cd "$(dirname "$0")/.."
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin

main() {
	bash scripts/setup.sh
	bash scripts/build.sh
	make -s -j"$(nproc)" -C native-shim plain build/bench-routes
	# Node runs no TypeScript; the bundler that the tests bring does.
	local run=(node --input-type=module -e 'await (await import("vite")).runnerImport("./test/bench/main.ts")' -- "$@")
	if [ "${TUNVPN_ISOLATED:-}" = 1 ]; then exec "${run[@]}"; fi
	local reason
	if ! reason=$(bash scripts/isolated.sh ip tuntap add name probe mode tun 2>&1); then
		printf 'bench: no namespaces of its own with /dev/net/tun here: %s\n  fix: run it as root\n' "$reason" >&2
		exit 1
	fi
	exec bash scripts/isolated.sh "${run[@]}"
}

main "$@"
