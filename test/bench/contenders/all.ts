import type { Contender } from "./contender.js";
import { fastd } from "./fastd.js";
import { n2n } from "./n2n.js";
import { nebula } from "./nebula.js";
import { noCipher } from "./no-cipher.js";
import { openvpn } from "./openvpn.js";
import { tinc } from "./tinc.js";
import { tunvpn } from "./tunvpn.js";
import { veth } from "./veth.js";
import { wireguardGo } from "./wireguard-go.js";

/** Those that targets speak of: they suffice for a quick look. */
const COMPARED: readonly Contender[] = [tunvpn, noCipher, veth, wireguardGo];

/** In the table's order. */
export const CONTENDERS: readonly Contender[] = [...COMPARED, openvpn, nebula, tinc, fastd, n2n];

export const QUICK_CONTENDERS: readonly string[] = COMPARED.map(({ name }) => name);
