#!/usr/bin/env bash
# Random runs of the simulation: whole nodes in memory, on a bad network, with someone in the middle. `npm run sim` says how it is asked.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ ! -d node_modules ]; then bash scripts/setup.sh; fi
# What fails says of which program.
TUNVPN_COMMIT=${TUNVPN_COMMIT-$(git describe --always --dirty 2>/dev/null || true)}
export TUNVPN_COMMIT
# Node runs no TypeScript; the bundler that the tests bring does.
exec node --input-type=module -e 'await (await import("vite")).runnerImport("./test/sim/main.ts")' -- "$@"
