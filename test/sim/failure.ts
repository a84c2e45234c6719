/** What is said of a run that broke a promise: enough to see it again. */
export interface FailedRun {
  readonly seed: number;
  /** Milliseconds of virtual time. */
  readonly at: number;
  /** The one command that repeats it. */
  readonly replay: string | undefined;
  /** Mermaid's. */
  readonly diagram: string;
}

/** @param commit of the program, where whoever started the run knows it */
export function describeFailure({ seed, at, replay, diagram }: FailedRun, commit = process.env.TUNVPN_COMMIT): string {
  return [
    `seed ${seed}, ${(at / 1000).toFixed(4)} s${commit ? `, commit ${commit}` : ""}`,
    ...(replay ? [`again: ${replay}`] : []),
    "```mermaid",
    diagram,
    "```",
  ].join("\n");
}
