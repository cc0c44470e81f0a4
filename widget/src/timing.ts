/** Time and chance, given from outside so that tests decide them. */

export interface Timing {
  /** Milliseconds since the epoch. */
  now(): number;
  /** A number in [0, 1). */
  random(): number;
  /** Resolves after `ms`, or earlier when waiting has become pointless; rejects when the signal aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** The browser's clock; a sleep also ends when the network comes back. */
export const browserTiming: Timing = {
  now: () => Date.now(),
  random: () => Math.random(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      const finish = (settle: () => void): void => {
        clearTimeout(timer);
        globalThis.removeEventListener?.("online", wake);
        signal.removeEventListener("abort", stop);
        settle();
      };
      const wake = (): void => finish(resolve);
      const stop = (): void => finish(() => reject(signal.reason as Error));
      const timer = setTimeout(wake, ms);
      if (signal.aborted) return stop();
      globalThis.addEventListener?.("online", wake);
      signal.addEventListener("abort", stop);
    }),
};

/** Exponential back-off with half jitter: 0.3 s, 0.6 s, 1.2 s … at most 8 s, each times 0.5 to 1. */
export function backoff(failures: number, random: number): number {
  const ceiling = Math.min(8000, 300 * 2 ** (failures - 1));
  return ceiling * (0.5 + random / 2);
}
