/** Fetches the panel's module, once it is wanted. */

import type { PanelModule } from "./panel_contract";

/** Lets the browser fetch the module when it has nothing better to do; not for visitors who save data. */
export function prefetchWhenIdle(url: string): void {
  const { connection } = navigator as Navigator & { connection?: { saveData?: boolean } };
  if (connection?.saveData) return;
  const idle = window.requestIdleCallback ?? ((work: () => void) => setTimeout(work, 1500));
  idle(() => {
    const link = document.createElement("link");
    link.rel = "modulepreload";
    link.href = url;
    document.head.append(link);
  });
}

/** Imports the module; after a failure the next call tries again under another address, since failures are kept. */
export class PanelLoader {
  private module: Promise<PanelModule> | null = null;
  private failures = 0;

  constructor(private readonly url: string) {}

  load(): Promise<PanelModule> {
    const address = this.failures === 0 ? this.url : `${this.url}?retry=${this.failures}`;
    this.module ??= (import(address) as Promise<PanelModule>).catch((cause: unknown) => {
      this.failures += 1;
      this.module = null;
      throw cause;
    });
    return this.module;
  }
}
