import type { ConfiguredEndpoint } from "../base/endpoint.js";
import { OperatorError } from "../base/errors.js";
import { isInterfaceName } from "../base/interface-name.js";
import type { IpPrefix } from "../base/prefix.js";
import type { KeyDefinition } from "../config/key-definition.js";
import { INTERFACE_KEYS, PEER_KEYS } from "../config/keys.js";
import { optionInvalid, siteNameInvalid } from "./errors.js";
import { wholeNumber } from "./whole-number.js";

/** What the command line says of one of the two sites. */
export interface SiteOptions {
  readonly name: string;
  readonly endpoint: ConfiguredEndpoint | undefined;
  /** The endpoint's port unless given; 0: neither is. */
  readonly listenPort: number;
  /** Empty: not given. */
  readonly addresses: readonly IpPrefix[];
  readonly lans: readonly IpPrefix[];
}

interface SiteTexts {
  readonly name: string;
  readonly endpoint: string | undefined;
  readonly addresses: readonly string[];
  readonly lans: readonly string[];
  readonly port: string | undefined;
}

/**
 * @param side what the options about this site end with
 * @throws OperatorError SITE_NAME_INVALID, OPTION_INVALID
 */
export function readSite(texts: SiteTexts, side: "a" | "b"): SiteOptions {
  const { name, addresses, lans, port } = texts;
  if (!isInterfaceName(name)) throw siteNameInvalid({ problem: `the site ${JSON.stringify(name)} cannot be the name of an interface` });
  const endpoint = texts.endpoint === undefined ? undefined : readValue(`--endpoint-${side}`, texts.endpoint, PEER_KEYS.endpoint);
  return {
    name,
    endpoint,
    listenPort: port === undefined ? (endpoint?.port ?? 0) : wholeNumber(`--port-${side}`, port, [1, 65535], 51820),
    addresses: readList(`--address-${side}`, addresses, INTERFACE_KEYS.address),
    lans: readList(`--lan-${side}`, lans, PEER_KEYS.allowedIps),
  };
}

/** @throws OperatorError OPTION_INVALID */
export function readNetworkName(text: string | undefined): string {
  return text === undefined ? "" : readValue("--network-name", text, INTERFACE_KEYS.networkName);
}

/** As in a config file: by commas, white space or repetition. */
function readList<Value>(option: string, texts: readonly string[], key: KeyDefinition<Value>): Value[] {
  return texts
    .flatMap((text) => text.split(/[\s,]+/))
    .filter((text) => text !== "")
    .map((text) => readValue(option, text, key));
}

/** Reads a value by the rules of the key that it is for. */
function readValue<Value>(option: string, text: string, key: KeyDefinition<Value>): Value {
  const value = key.parse(text, { ...key, name: option });
  if (!(value instanceof OperatorError)) return value;
  const [example = key.example] = key.example.split(", ", 1);
  throw optionInvalid({ problem: value.message, option, values: key.values, example });
}
