#!/usr/bin/env bash
# The quick part of the tests, without root: what to run before a commit.
set -euo pipefail
cd "$(dirname "$0")/.."
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
levels=(build types lint imports unit property)
[ ! -d test/sim ] || levels+=(sim)
exec node scripts/levels.mjs --sim-seconds=10 "${levels[@]}"
