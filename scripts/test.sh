#!/usr/bin/env bash
# Sets up what is missing and runs every level of test. The last line is `N passed, N failed, N skipped`.
set -uo pipefail
cd "$(dirname "$0")/.."
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
if [ ! -t 1 ]; then
	export NO_COLOR=1
	unset FORCE_COLOR
fi

levels=(build types lint imports unit property)
[ ! -d test/sim ] || levels+=(sim targets)
levels+=(models native kernel leftovers)
options=()
bash scripts/setup.sh || options+=(--setup-failed)
if [ "$(id -u)" = 0 ]; then options+=(--no-skips); fi

if reason=$(bash scripts/isolated.sh ip tuntap add name probe mode tun 2>&1); then
	exec bash scripts/isolated.sh node scripts/levels.mjs "${options[@]}" "${levels[@]}"
fi
echo "no namespaces of our own with /dev/net/tun here: $reason"
if [ "$(id -u)" != 0 ]; then options+=("--skip-kernel=$reason"); fi
exec node scripts/levels.mjs "${options[@]}" "${levels[@]}"
