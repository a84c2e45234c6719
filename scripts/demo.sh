#!/usr/bin/env bash
# Two offices become one network, on this one machine: five network namespaces, two agents, and proof of what crossed the wire.
#
#   npm run demo              all of it, and everything gone afterwards
#   npm run demo -- --keep    leaves it up and says what to try
#   npm run demo -- --down    takes down what --keep left
set -euo pipefail
cd "$(dirname "$0")/.."
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin

DIR=/run/tunvpn-demo
SPACES=(demo-lan-a demo-site-a demo-wan demo-site-b demo-lan-b)
CANARY="tunvpn-canary-$$-$RANDOM$RANDOM"
export TUNVPN_RUNTIME_DIR=$DIR TUNVPN_STATE_DIR=$DIR/state

main() {
	case "${1:-}" in
	--down) take_down && say "everything is gone" && exit ;;
	--keep) keep=1 ;;
	"") keep= ;;
	*) fail "there is no option $1" "npm run demo [-- --keep | --down]" ;;
	esac
	if [ "${TUNVPN_ISOLATED:-}" != 1 ]; then
		step "Setting up what this machine lacks, and building"
		bash scripts/setup.sh
		say "building (a few seconds)"
		bash scripts/build.sh
		[ "$(id -u)" = 0 ] || without_root "$@"
	fi
	refuse_leftovers
	trap 'take_down' EXIT
	trap 'exit 130' INT TERM
	build_network
	start_agents
	ping_across
	measure
	show_status
	prove_sealed
	finish
}

# Becomes root of a user namespace, where the kernel and /dev/net/tun allow it.
without_root() {
	local reason
	if ! reason=$(bash scripts/isolated.sh ip tuntap add name probe mode tun 2>&1); then
		fail "without root there is no tunnel to be had here: $reason" "run it as root: sudo npm run demo"
	fi
	say "not root: continuing in namespaces of our own, which end with the demo"
	exec bash scripts/isolated.sh bash scripts/demo.sh "$@"
}

refuse_leftovers() {
	[ ! -e "$DIR" ] || fail "an earlier demo is still up" "npm run demo -- --down"
}

build_network() {
	step "Building two offices and an internet between them"
	cat <<-'PICTURE'

		     office A                        internet                        office B
		  lan-a ──── site-a ─────────────────── wan ─────────────────── site-b ──── lan-b
		 10.1.0.2   10.1.0.1   198.51.100.2           203.0.113.2   10.2.0.1   10.2.0.2
		 fd01::2    fd01::1                                         fd02::1     fd02::2

	PICTURE
	mkdir -m 700 -p "$DIR/state"
	local space
	for space in "${SPACES[@]}"; do
		ip netns add "$space"
		ip -n "$space" link set dev lo up
	done
	link lan-a eth0 site-a lan
	link site-a wan wan to-a
	link site-b wan wan to-b
	link lan-b eth0 site-b lan

	address lan-a eth0 10.1.0.2/24 fd01::2/64
	address site-a lan 10.1.0.1/24 fd01::1/64
	address site-a wan 198.51.100.2/24
	address wan to-a 198.51.100.1/24
	address wan to-b 203.0.113.1/24
	address site-b wan 203.0.113.2/24
	address site-b lan 10.2.0.1/24 fd02::1/64
	address lan-b eth0 10.2.0.2/24 fd02::2/64

	ip -n demo-lan-a route add default via 10.1.0.1
	ip -n demo-lan-a route add default via fd01::1
	ip -n demo-lan-b route add default via 10.2.0.1
	ip -n demo-lan-b route add default via fd02::1
	ip -n demo-site-a route add default via 198.51.100.1
	ip -n demo-site-b route add default via 203.0.113.1
	for space in site-a wan site-b; do
		within "$space" sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
	done
}

start_agents() {
	step "Starting a tunvpn agent at each site"
	local site
	for site in site-a site-b; do
		install -m 600 "configs/$site.conf" "$DIR/$site.conf"
		echo "  $ tunvpn up $site.conf          # on $site"
		tunvpn_at "$site" up "$DIR/$site.conf" 2>&1 | indent
	done
}

ping_across() {
	step "Pinging from a host in office A to one in office B"
	local target
	for target in 10.2.0.2 fd02::2; do
		echo "  $ ping $target                  # on lan-a"
		within lan-a ping -c 3 -i 0.2 -W 5 "$target" 2>&1 | tail -n 3 | indent
	done
}

measure() {
	step "Moving data across for five seconds"
	within lan-b iperf3 -s -1 -D -I "$DIR/iperf3.pid" >/dev/null
	until within lan-b ss -Hltn 'sport = :5201' | grep -q .; do sleep 0.1; done
	within lan-a iperf3 -c 10.2.0.2 -t 5 -i 1 -f m --forceflush | grep --line-buffered -E 'Mbits/sec' | indent
}

show_status() {
	step "Asking the agents"
	echo "  $ tunvpn status"
	tunvpn status 2>&1 | indent
}

prove_sealed() {
	step "Looking at the wire"
	say "sending the words \"$CANARY\" from lan-a to lan-b, with a capture on each side of site-a"
	count_on_wan
	capture site-a lan
	capture wan to-a
	within lan-b timeout 20 socat -u TCP-LISTEN:7777,reuseaddr "OPEN:$DIR/received,creat" &
	local receiver=$!
	until within lan-b ss -Hltn 'sport = :7777' | grep -q .; do sleep 0.1; done
	echo "$CANARY" | within lan-a timeout 20 socat -u - TCP:10.2.0.2:7777
	wait "$receiver"
	grep -q "$CANARY" "$DIR/received" || fail "the words did not arrive at lan-b" "please report it"
	# One more round trip: what it brings is on the wire after the words, so the words have been captured.
	within lan-a ping -qc 2 -i 0.2 10.2.0.2 >/dev/null
	end_captures

	local inside outside sealed others
	inside=$(grep -ac "$CANARY" "$DIR/site-a.capture" || :)
	outside=$(grep -ac "$CANARY" "$DIR/wan.capture" || :)
	sealed=$(counted sealed)
	others=$(counted others)
	say "captured on the LAN side, inside:  the words were found"
	say "captured on the WAN, outside:      the words were not found; $sealed sealed datagrams, $others other packets"
	[ "$inside" -gt 0 ] || fail "the words were not in the LAN's capture, so the search proves nothing" "please report it"
	[ "$outside" = 0 ] || fail "the words crossed the WAN in the clear" "please report it"
	[ "$sealed" -gt 0 ] && [ "$others" = 0 ] || fail "the WAN carried $sealed sealed datagrams and $others other packets" "please report it"
}

finish() {
	if [ -z "$keep" ]; then
		step "Taking everything down"
		take_down
		trap - EXIT
		say "the agents and all namespaces are gone"
		return
	fi
	trap - EXIT
	step "It is all still up. Try:"
	cat <<-HINTS
		  export TUNVPN_RUNTIME_DIR=$DIR TUNVPN_STATE_DIR=$DIR/state
		  npx tunvpn status --watch
		  npx tunvpn show site-a
		  npx tunvpn logs site-b
		  ip netns exec demo-lan-a ping fd02::2
		  ip netns exec demo-lan-b iperf3 -s -D; ip netns exec demo-lan-a iperf3 -c 10.2.0.2
		  ip netns exec demo-wan tcpdump -ni to-a
		  npm run demo -- --down
	HINTS
	if [ "${TUNVPN_ISOLATED:-}" = 1 ]; then
		say "this shell is inside; leave it with \`exit\`, and all of it is gone"
		trap 'take_down' EXIT
		"${SHELL:-/bin/bash}"
	fi
}

take_down() {
	trap - INT TERM
	local site space
	end_captures
	for site in site-a site-b; do
		if [ -S "$DIR/$site.sock" ]; then tunvpn_at "$site" down "$site" >/dev/null 2>&1 || :; fi
	done
	if [ -f "$DIR/iperf3.pid" ]; then kill "$(tr -d '\0' <"$DIR/iperf3.pid")" 2>/dev/null || :; fi
	for space in "${SPACES[@]}"; do
		if [ -e "/run/netns/$space" ]; then ip netns del "$space"; fi
	done
	rm -rf "$DIR"
}

# link SPACE NAME SPACE NAME: a cable between two of them
link() {
	ip -n "demo-$1" link add "$2" type veth peer name "$4" netns "demo-$3"
	ip -n "demo-$1" link set dev "$2" up
	ip -n "demo-$3" link set dev "$4" up
}

# address SPACE DEVICE ADDRESS...
address() {
	local space=$1 device=$2 one
	shift 2
	for one in "$@"; do
		case $one in
		*:*) ip -n "demo-$space" address add "$one" dev "$device" nodad ;;
		*) ip -n "demo-$space" address add "$one" dev "$device" ;;
		esac
	done
}

captures=()

# capture SPACE DEVICE: every byte of every frame, into SPACE.capture, from when this returns
capture() {
	: >"$DIR/$1.says"
	within "$1" socat -dd -b 65536 -u "INTERFACE:$2" "CREATE:$DIR/$1.capture" 2>"$DIR/$1.says" &
	captures+=($!)
	until grep -q 'starting data transfer' "$DIR/$1.says"; do
		kill -0 $! 2>/dev/null || fail "the capture does not start: $(tail -n 1 "$DIR/$1.says")" "see what it says"
		sleep 0.1
	done
}

end_captures() {
	local pid
	for pid in "${captures[@]}"; do
		kill "$pid" 2>/dev/null || :
		wait "$pid" 2>/dev/null || :
	done
	captures=()
}

# What the WAN forwards: DATA of the tunnel (its first byte is 4), and whatever else.
count_on_wan() {
	within wan nft -f - <<-'RULES'
		table inet demo {
			counter sealed {}
			counter others {}
			chain forward {
				type filter hook forward priority 0
				udp dport 51820 @th,64,8 4 counter name sealed accept
				counter name others
			}
		}
	RULES
}

counted() {
	within wan nft list counter inet demo "$1" | sed -n 's/.*packets \([0-9]*\) .*/\1/p'
}

within() {
	local space=$1
	shift
	ip netns exec "demo-$space" "$@"
}

tunvpn() {
	dist/cli/main.js "$@"
}

tunvpn_at() {
	local site=$1
	shift
	within "$site" dist/cli/main.js "$@"
}

indent() {
	sed -u 's/^/  /'
}

step() {
	printf '\n== %s\n' "$1"
}

say() {
	echo "  $1"
}

fail() {
	printf 'error DEMO_FAILED: %s\n  fix: %s\n' "$1" "$2" >&2
	exit 1
}

main "$@"
