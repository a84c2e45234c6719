import { describe, expect, test } from "vitest";
import { formatPrefix } from "../../../src/base/prefix.js";
import { parseAddresses, parseLinks, parseRoutes } from "../../../src/hostnet/observed.js";

/** As iproute2 6.1 prints a TUN device that is up and held open, and a veth. */
const LINKS = `[
{"ifindex":1,"ifname":"lo","flags":["LOOPBACK","UP","LOWER_UP"],"mtu":65536,"qdisc":"noqueue","operstate":"UNKNOWN","link_type":"loopback","inet6_addr_gen_mode":"eui64"},
{"ifindex":2,"ifname":"tt0","flags":["POINTOPOINT","MULTICAST","NOARP","UP","LOWER_UP"],"mtu":1420,"operstate":"UNKNOWN","link_type":"none","linkinfo":{"info_kind":"tun","info_data":{"type":"tun","pi":false}},"inet6_addr_gen_mode":"random"},
{"ifindex":4,"link":"v1","ifname":"v0","flags":["BROADCAST","MULTICAST"],"mtu":1279}]`;

const FOREVER = `"valid_life_time":4294967295,"preferred_life_time":4294967295`;
const ADDRESSES = `[{},{"ifindex":2,"ifname":"tt0","addr_info":[
{"family":"inet","local":"10.9.0.1","prefixlen":24,"scope":"global","label":"tt0",${FOREVER}},
{"family":"inet","local":"10.9.0.2","prefixlen":24,"scope":"global","secondary":true,"label":"tt0",${FOREVER}},
{"family":"inet6","local":"fd09::1","prefixlen":64,"scope":"global",${FOREVER}},
{"family":"inet6","local":"fe80::5","prefixlen":64,"scope":"link",${FOREVER}},
{"family":"inet6","local":"fe80::69ee:9c09:3bb8:4aab","prefixlen":64,"scope":"link","stable-privacy":true,${FOREVER}},
{"family":"inet","local":"10.45.0.1","address":"10.45.0.2","prefixlen":32,"scope":"global","label":"tt0",${FOREVER}},
{"family":"inet6","local":"fd33::1","prefixlen":64,"scope":"global","noprefixroute":true,${FOREVER}},
{"family":"inet","local":"10.46.0.1","prefixlen":24,"scope":"global","dynamic":true,"valid_life_time":3600,"preferred_life_time":3600},
{"family":"inet","local":"10.47.0.1","prefixlen":24,"scope":"global","label":"tt0","valid_life_time":3600,"preferred_life_time":3600}]}]`;

const ROUTES = `[
{"dst":"default","gateway":"192.168.1.1","dev":"v0","flags":[]},
{"dst":"10.7.7.7","dev":"v0","scope":"link","flags":[]},
{"dst":"10.7.7.8","via":{"family":"inet6","host":"fd01::9"},"dev":"v0","flags":[]},
{"dst":"10.8.0.0/16","dev":"tt0","scope":"link","metric":5,"flags":["linkdown"]},
{"dst":"10.9.0.0/24","dev":"tt0","protocol":"kernel","scope":"link","prefsrc":"10.9.0.1","flags":["linkdown"]},
{"type":"unreachable","dst":"10.60.0.0/16","metric":4278198272,"flags":[]},
{"dst":"172.16.0.0/16","flags":[],"nexthops":[{"gateway":"192.168.1.3","dev":"v0","weight":1,"flags":[]},{"gateway":"192.168.1.4","dev":"v1","weight":1,"flags":[]}]},
{"dst":"10.61.0.0/16","tos":"0x10","dev":"v0","flags":[]}]`;

const IPV6_ROUTES = `[
{"dst":"fd08::/48","dev":"tt0","metric":1024,"flags":[],"pref":"medium"},
{"type":"unreachable","dst":"fd60::/48","dev":"lo","metric":4278198272,"flags":[],"pref":"medium"},
{"type":"unreachable","dst":"::ffff:0.0.0.0/96","dev":"lo","metric":1024,"flags":[],"pref":"medium"},
{"dst":"default","gateway":"fe80::1","dev":"v0","protocol":"ra","metric":1024,"flags":[],"pref":"medium"}]`;

test("links: the administrator's wish, and no IPv6 mode where there is no IPv6", () => {
  expect(parseLinks(LINKS)).toEqual([
    { name: "lo", ifindex: 1, mtu: 65536, up: true, loopback: true, addrGenMode: "eui64" },
    { name: "tt0", ifindex: 2, mtu: 1420, up: true, loopback: false, addrGenMode: "random" },
    { name: "v0", ifindex: 4, mtu: 1279, up: false, loopback: false, addrGenMode: null },
  ]);
});

test("addresses: plain is what ip addr add alone would have made", () => {
  const found = parseAddresses(ADDRESSES)?.map(
    ({ prefix, remote, plain }) => `${formatPrefix(prefix)} ${remote ?? "-"} ${plain ? "plain" : "special"}`,
  );
  expect(found).toEqual([
    "10.9.0.1/24 - plain",
    "10.9.0.2/24 - plain",
    "fd09::1/64 - plain",
    "fe80::5/64 - plain",
    "fe80::69ee:9c09:3bb8:4aab/64 - special",
    "10.45.0.1/32 10.45.0.2 special",
    "fd33::1/64 - special",
    "10.46.0.1/24 - special",
    "10.47.0.1/24 - special",
  ]);
});

describe("routes", () => {
  test("IPv4: defaults, hosts without a length, multipath, neighbours of the other family", () => {
    const found = parseRoutes(ROUTES, 4)?.map((route) => {
      const hops = route.hops.map(({ device, gateway }) => `${device}/${gateway ?? "-"}`).join(",");
      return `${route.type} ${formatPrefix(route.network)} ${hops} ${route.metric} ${route.protocol} ${route.tos ?? "-"} ${route.plain ? "plain" : "special"}`;
    });
    expect(found).toEqual([
      "unicast 0.0.0.0/0 v0/192.168.1.1 0 boot - special",
      "unicast 10.7.7.7/32 v0/- 0 boot - plain",
      "unicast 10.7.7.8/32 v0/fd01::9 0 boot - special",
      "unicast 10.8.0.0/16 tt0/- 5 boot - plain",
      "unicast 10.9.0.0/24 tt0/- 0 kernel - special",
      "unreachable 10.60.0.0/16  4278198272 boot - special",
      "unicast 172.16.0.0/16 v0/192.168.1.3,v1/192.168.1.4 0 boot - special",
      "unicast 10.61.0.0/16 v0/- 0 boot 0x10 special",
    ]);
  });

  test("IPv6: what leads nowhere does not lead to lo, and other families are left out", () => {
    const found = parseRoutes(IPV6_ROUTES, 6);
    expect(found?.map((route) => `${route.type} ${formatPrefix(route.network)} ${route.hops.length}`)).toEqual([
      "unicast fd08::/48 1",
      "unreachable fd60::/48 0",
      "unicast ::/0 1",
    ]);
    expect(parseRoutes(IPV6_ROUTES, 4)?.map((route) => formatPrefix(route.network))).toEqual(["0.0.0.0/0"]);
  });
});

test.each([parseLinks, parseAddresses, (json: string) => parseRoutes(json, 4)])(
  "what is no list of objects is undefined, or left out",
  (parse) => {
    for (const json of ["", "{}", "null", "[{", 'BusyBox v1.36: unrecognized option "-j"']) expect(parse(json)).toBeUndefined();
    expect(parse("[]")).toEqual([]);
    expect(
      parse('[null,7,"x",[],{},{"ifname":7,"dst":7,"addr_info":[null]},{"ifname":"a","ifindex":1,"addr_info":[null,{"local":"::x"}]}]'),
    ).toEqual([]);
  },
);
