/** What a tab remembers of its conversation across reloads of the page; it ends with the tab. */

import { parseObject, text } from "./json";

/** The part of `Storage` that is used. */
export type Store = Pick<Storage, "getItem" | "setItem" | "removeItem">;

export interface Remembered {
  /** Empty while nothing was asked. */
  readonly conversationId: string;
  /** The session token of an anonymous visitor, who is known by nothing else; empty for others. */
  readonly token: string;
}

const NOTHING: Remembered = { conversationId: "", token: "" };

export class TabMemory {
  private readonly key: string;

  /** Pages may forbid storage altogether: then nothing is remembered. */
  constructor(
    endpoint: string,
    tenant: string,
    private readonly store: Store | null,
  ) {
    this.key = `causeway ${endpoint} ${tenant}`;
  }

  read(): Remembered {
    const data = parseObject(this.attempt((store) => store.getItem(this.key)) ?? "");
    return data === null ? NOTHING : { conversationId: text(data, "conversation"), token: text(data, "token") };
  }

  write(changes: Partial<Remembered>): void {
    const { conversationId, token } = { ...this.read(), ...changes };
    this.attempt((store) => store.setItem(this.key, JSON.stringify({ conversation: conversationId, token })));
  }

  clear(): void {
    this.attempt((store) => store.removeItem(this.key));
  }

  private attempt<T>(work: (store: Store) => T): T | null {
    try {
      return this.store === null ? null : work(this.store);
    } catch {
      return null; // full, or forbidden since
    }
  }
}

/** The tab's own storage, where the page has one. */
export function tabStore(): Store | null {
  try {
    return window.sessionStorage;
  } catch {
    return null;
  }
}
