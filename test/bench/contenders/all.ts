import type { Contender } from "./contender.js";
import { noCipher } from "./no-cipher.js";
import { tunvpn } from "./tunvpn.js";
import { veth } from "./veth.js";
import { wireguardGo } from "./wireguard-go.js";

/** In the table's order. */
export const CONTENDERS: readonly Contender[] = [tunvpn, noCipher, veth, wireguardGo];

/** Those that targets speak of. */
export const QUICK_CONTENDERS: readonly string[] = [tunvpn, noCipher, veth, wireguardGo].map(({ name }) => name);
