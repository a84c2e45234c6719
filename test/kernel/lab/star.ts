import { configText } from "./config-text.js";
import { makeKeyPair } from "./keys.js";
import type { Lab } from "./lab.js";
import { End, PORT } from "./pair.js";

/** Addresses inside the tunnel. */
export const STAR = {
  4: { hub: "10.9.0.1", one: "10.9.0.2", two: "10.9.0.3" },
  6: { hub: "fd09::1", one: "fd09::2", two: "fd09::3" },
} as const;

/** A hub with two peers, each on a cable of its own. Nothing is up yet; the spokes call. */
export interface Star {
  readonly hub: End;
  readonly one: End;
  readonly two: End;
}

export async function makeStar(lab: Lab): Promise<Star> {
  const machines = { hub: await lab.machine("hub"), one: await lab.machine("one"), two: await lab.machine("two") };
  const keys = { hub: makeKeyPair(), one: makeKeyPair(), two: makeKeyPair() };
  const own = (name: keyof Star) => ({
    PrivateKey: keys[name].privateKey,
    ListenPort: String(PORT),
    Address: `${STAR[4][name]}/24, ${STAR[6][name]}/64`,
  });
  const peer = (name: keyof Star, endpoint?: string) => ({
    PublicKey: keys[name].publicKey,
    Endpoint: endpoint,
    AllowedIPs: `${STAR[4][name]}/32, ${STAR[6][name]}/128`,
  });
  const spoke = async (name: "one" | "two", net: number) => {
    await lab.cable(
      { machine: machines.hub, device: `to-${name}`, addresses: [`192.0.${net}.1/24`] },
      { machine: machines[name], device: "eth0", addresses: [`192.0.${net}.2/24`] },
    );
    const text = configText(own(name), peer("hub", `192.0.${net}.1:${PORT}`));
    return new End(machines[name], `spoke-${name}`, await machines[name].write(`spoke-${name}.conf`, text), keys[name]);
  };
  const hubText = configText(own("hub"), peer("one"), peer("two"));
  return {
    hub: new End(machines.hub, "hub", await machines.hub.write("hub.conf", hubText), keys.hub),
    one: await spoke("one", 2),
    two: await spoke("two", 3),
  };
}
