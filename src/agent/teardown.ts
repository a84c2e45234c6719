/** What has to be undone when an agent ends, in reverse order, each step whatever became of the others. */
export class Teardown {
  readonly #steps: { readonly undo: () => void | Promise<void> }[] = [];

  add(undo: () => void | Promise<void>): void {
    this.#steps.push({ undo });
  }

  /** @throws AggregateError of what failed, after everything was tried */
  async run(): Promise<void> {
    const failures: unknown[] = [];
    for (let step = this.#steps.pop(); step !== undefined; step = this.#steps.pop()) {
      try {
        await step.undo();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures.length === 1 ? failures[0] : new AggregateError(failures);
  }
}
