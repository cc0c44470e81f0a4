/** Time that passes at once and remembers how long it was asked to wait. */

import { once } from "node:events";

import type { Timing } from "../src/timing";

export class FakeTiming implements Timing {
  readonly slept: number[] = [];
  at = 0;
  /** While true a sleep ends only when its signal aborts. */
  standsStill = false;

  now(): number {
    return this.at;
  }

  random(): number {
    return 1;
  }

  async sleep(ms: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    this.slept.push(ms);
    if (this.standsStill) await once(signal, "abort");
    this.at += ms;
  }
}
