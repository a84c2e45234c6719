import type { Observer } from "./observer.js";
import { Watch } from "./watch.js";
import { AnswerWatch } from "./watch-answers.js";
import { EndpointWatch } from "./watch-endpoints.js";
import { LimitWatch } from "./watch-limits.js";

/** Those who watch over every run. */
export function watchers(): Observer[] {
  return [new Watch(), new EndpointWatch(), new AnswerWatch(), new LimitWatch()];
}
