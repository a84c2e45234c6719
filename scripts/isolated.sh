#!/usr/bin/env bash
# Runs a command in network, mount and process namespaces of its own, with an empty /run: what it makes ends with it, what it leaves
# behind can be told from what was there, and it meets no other run. Without root it becomes root of a user namespace.
set -euo pipefail

if [ "${TUNVPN_ISOLATED:-}" != 1 ]; then
	user=()
	[ "$(id -u)" = 0 ] || user=(--user --map-root-user)
	TUNVPN_ISOLATED=1 exec unshare "${user[@]}" --net --mount --pid --fork --kill-child --mount-proc bash "$0" "$@"
fi
mount -t tmpfs tmpfs /run
ip link set lo up
# Not exec: this shell is process 1 here, and buries what daemons leave.
"$@"
exit "$?"
