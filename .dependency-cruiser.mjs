/**
 * The import rules of the house (docs/architecture.md): a room imports only what its row names, an outside package has one door, and
 * types count as imports. Paths start at the folder that holds src/, so that the same rules judge test/fixtures/architecture, where
 * each of them is broken once.
 */

/** @typedef {import("dependency-cruiser").IForbiddenRuleType} Rule */

/** @type {Record<string, string[]>} What each room may import besides itself; a file where only one file of a room is meant. */
const ROOMS = {
  base: [],
  shim: ["base"],
  crypto: ["base", "shim"],
  protocol: ["base", "crypto/suite.ts"],
  config: ["base", "crypto/suite.ts"],
  hostnet: ["base", "config"],
  dataplane: ["base", "shim"],
  observe: ["base", "config"],
  agent: ["base", "shim", "crypto", "protocol", "config", "hostnet", "dataplane", "observe"],
  cli: ["base", "crypto", "config", "observe", "agent/launch.ts", "agent/client.ts", "agent/offline.ts"],
};

/** @type {Record<string, string[]>} Rooms that may know other rooms' types, and nothing more of them. */
const TYPES_ONLY = { observe: ["protocol", "hostnet"] };

/** @type {Record<string, string>} The room in which one file imports the package. */
const DOORS = { "ffi-rs": "shim", tweetnacl: "crypto", "cbor-x": "protocol", "ipaddr.js": "base", pino: "agent" };

/** @type {Record<string, string[]>} The rooms that may import the package in as many files as they like. */
const ENTRANCES = { yargs: ["cli"], "pino-pretty": ["agent", "cli"] };

/** Rooms without clock, timer, randomness, IO or promise; crypto's interface is one. */
const PURE = "^src/(base|protocol|config|observe)/|^src/crypto/suite[.]ts$";

/** What of Node only computes. */
const COMPUTING = "^(node:)?(util|buffer|path)$";

/** @param {string} place a room, or one file of it */
const within = (place) => (place.endsWith(".ts") ? `^src/${literal(place)}$` : `^src/${place}/`);

/** @param {string} name a package */
const packageFolder = (name) => `(^|/)node_modules/(@types/)?${literal(name)}/`;

/** @param {string} text */
const literal = (text) => text.replaceAll(".", "[.]");

/** @type {Rule[]} */
const rooms = Object.entries(ROOMS).map(([room, others]) => {
  const types = TYPES_ONLY[room] ?? [];
  return {
    name: `room-${room}`,
    comment: `src/${room} imports only itself, ${[...others, ...types.map((other) => `types of ${other}`)].join(", ") || "and nothing else"}`,
    from: { path: within(room) },
    to: { path: "^src/", pathNot: [room, ...others, ...types].map(within) },
  };
});

/** @type {Rule[]} */
const typesOnly = Object.entries(TYPES_ONLY).map(([room, others]) => ({
  name: `room-${room}-types-only`,
  comment: `src/${room} may know only the types of ${others.join(" and ")}: write "import type"`,
  from: { path: within(room) },
  to: { path: others.map(within), dependencyTypesNot: ["type-only"] },
}));

/** @type {Rule[]} */
const doors = Object.entries(DOORS).flatMap(([name, room]) => [
  {
    name: `door-${name}`,
    comment: `${name} is imported in src/${room} only`,
    from: { path: "^src/", pathNot: within(room) },
    to: { path: packageFolder(name) },
  },
  {
    name: `one-door-${name}`,
    comment: `${name} is imported by one file only`,
    from: { path: "^src/" },
    module: { path: packageFolder(name), numberOfDependentsMoreThan: 1 },
  },
]);

/** @type {Rule[]} */
const others = [
  {
    name: "known-room",
    comment: "every file of src lives in a room of the table",
    from: {},
    module: { path: "^src/", pathNot: Object.keys(ROOMS).map(within), numberOfDependentsLessThan: 100 },
  },
  ...Object.entries(ENTRANCES).map(([name, places]) => ({
    name: `door-${name}`,
    comment: `${name} is imported in ${places.map((room) => `src/${room}`).join(" and ")} only`,
    from: { path: "^src/", pathNot: places.map(within) },
    to: { path: packageFolder(name) },
  })),
  {
    name: "known-package",
    comment: "a package that src imports has a door in the table",
    from: { path: "^src/" },
    to: { path: "node_modules/", pathNot: Object.keys({ ...DOORS, ...ENTRANCES }).map(packageFolder) },
  },
  {
    name: "pure-without-io",
    comment: "a pure room imports nothing of Node but what computes",
    from: { path: PURE },
    to: { dependencyTypes: ["core"], pathNot: COMPUTING },
  },
  {
    name: "sockets-in-agent",
    comment: "only src/agent opens sockets: the others are asked through it",
    from: { path: "^src/", pathNot: within("agent") },
    to: { dependencyTypes: ["core"], path: "^(node:)?(net|tls|dgram|http|https|http2)$" },
  },
  {
    name: "threads-in-dataplane",
    comment: "only src/dataplane has threads",
    from: { path: "^src/", pathNot: within("dataplane") },
    to: { dependencyTypes: ["core"], path: "^(node:)?(worker_threads|cluster)$" },
  },
  {
    name: "worker-is-an-entry",
    comment: "src/dataplane/worker.ts is started as a thread: others may know only its types",
    from: {},
    to: { path: within("dataplane/worker.ts"), dependencyTypesNot: ["type-only"] },
  },
  {
    name: "src-stands-alone",
    comment: "src imports no test and no script: only src and packages",
    from: { path: "^src/" },
    to: { dependencyTypes: ["local"], pathNot: "^src/" },
  },
  {
    name: "no-cycle",
    comment: "no module reaches itself through its imports, types included",
    from: { path: "^src/" },
    to: { circular: true },
  },
  {
    name: "resolvable",
    comment: "every import names something that is there",
    from: {},
    to: { couldNotResolve: true },
  },
];

/** @type {import("dependency-cruiser").IConfiguration} */
export default {
  forbidden: [...rooms, ...typesOnly, ...doors, ...others].map((rule) => ({ severity: "error", ...rule })),
  options: {
    tsPreCompilationDeps: true,
    moduleSystems: ["es6", "cjs"],
    doNotFollow: { path: "node_modules" },
    detectProcessBuiltinModuleCalls: true,
  },
};
