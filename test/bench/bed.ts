import { Lab } from "../kernel/lab/lab.js";
import { until } from "../kernel/lab/until.js";
import { CONTENDERS } from "./contenders/all.js";
import { type Contender, OUTER, type Place, type Side, type Tunnel } from "./contenders/contender.js";

/** One whose tunnel is open. */
export interface Subject extends Tunnel {
  readonly name: string;
  readonly place: Place;
}

/** The slowest look for their peer every few seconds. */
const OPEN_SECONDS = 30;

/** Two machines on a cable, and all contenders at once between them: one that is idle costs nothing that shows. */
export class Bed {
  private constructor(
    readonly lab: Lab,
    readonly machines: Place["machines"],
  ) {}

  static async make(): Promise<Bed> {
    const lab = new Lab();
    const machines = { a: await lab.machine("a"), b: await lab.machine("b") };
    const plug = (side: Side) => ({ machine: machines[side], device: "eth0", addresses: [`${OUTER[side]}/24`] });
    await lab.cable(plug("a"), plug("b"));
    return new Bed(lab, machines);
  }

  /** Starts a contender, and waits until a packet went there and back. */
  async open(contender: Contender): Promise<Subject> {
    const place = this.#place(CONTENDERS.indexOf(contender) + 1);
    const tunnel = await contender.start(place);
    await until(
      `an answer through ${contender.name}`,
      async () => {
        for (const daemon of tunnel.daemons) if (!daemon.running) throw new Error(`${contender.name} ended:\n${daemon.output}`);
        return place.machines.a.reaches(place.inner.b, "-W", "1");
      },
      OPEN_SECONDS,
    );
    return { name: contender.name, place, ...tunnel };
  }

  #place(number: number): Place {
    return {
      lab: this.lab,
      machines: this.machines,
      inner: { a: `10.90.${number}.1`, b: `10.90.${number}.2` },
      port: 52_000 + number,
      device: { a: `bench${number}a`, b: `bench${number}b` },
    };
  }

  /** Ends everything. @throws when tunvpn left something behind */
  close(): Promise<void> {
    return this.lab.close();
  }
}
