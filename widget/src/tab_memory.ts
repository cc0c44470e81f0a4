/** What a tab remembers of its conversation across reloads of the page; it ends with the tab. */

import { parseObject, text } from "./json";
import { isOver, type Turn } from "./turn";

/** The part of `Storage` that is used. */
export type Store = Pick<Storage, "getItem" | "setItem" | "removeItem">;

export interface Remembered {
  /** Empty while nothing was asked. */
  readonly conversationId: string;
  /** The session token of an anonymous visitor, who is known by nothing else; empty for others. */
  readonly token: string;
  /** The answer that is on its way, and its question; empty while there is none. */
  readonly queryId: string;
  readonly question: string;
}

const NOTHING: Remembered = { conversationId: "", token: "", queryId: "", question: "" };

export class TabMemory {
  private readonly key: string;
  private running = "";

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
    if (data === null) return NOTHING;
    return {
      conversationId: text(data, "conversationId"),
      token: text(data, "token"),
      queryId: text(data, "queryId"),
      question: text(data, "question"),
    };
  }

  write(changes: Partial<Remembered>): void {
    const content = JSON.stringify({ ...this.read(), ...changes });
    this.attempt((store) => store.setItem(this.key, content));
  }

  /** Notes which answer is on its way; called with every change of a turn, it writes once an answer. */
  follow(turn: Turn): void {
    const running = isOver(turn) ? "" : turn.queryId;
    if (running === this.running) return;
    this.running = running;
    this.write({ queryId: running, question: running === "" ? "" : turn.question });
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
