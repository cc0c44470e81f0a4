/** The type of `window.Causeway`. */

import type { BootOptions } from "./embed_options";
import type { CausewayEvent, EventDetail } from "./panel_contract";

/** A call queued before the loader ran: `["boot", {...}]`, `["ask", "…"]`, `["on", "answer", f]`. */
export type Call = readonly [name: string, ...parameters: unknown[]];

export interface CausewayApi {
  boot(options?: BootOptions): void;
  open(): void;
  close(): void;
  ask(question: string): void;
  shutdown(): void;
  on(name: CausewayEvent, listener: (detail: EventDetail) => void): () => void;
  /** Takes a call in the form of the queue, so that snippets work before and after the load alike. */
  push(call: Call): void;
}
