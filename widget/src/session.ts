/** One visitor's session: started with the host's token or anonymously, renewed before it expires. */

import { isObject, parseObject, text, texts } from "./json";
import type { PageHint } from "./page";
import { asProblem, HOST_TOKEN_KIND, Problem, readProblem } from "./problem";
import { decodeConfig, type SessionConfig } from "./session_config";
import type { TabMemory } from "./tab_memory";

export interface Session {
  readonly token: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
  readonly conversationId: string;
  /** True when the conversation is the one that the tab had before the page was loaded. */
  readonly resumed: boolean;
  readonly config: SessionConfig;
  readonly suggestions: readonly string[];
}

export interface SessionOptions {
  /** The edge's origin, without a trailing slash. */
  readonly endpoint: string;
  readonly tenant?: string | undefined;
  readonly locale: string;
  /** The host page's own way to a short-lived JWT; absent for anonymous visitors. */
  readonly getHostToken?: (() => Promise<string>) | undefined;
  readonly page: () => PageHint;
  readonly memory?: TabMemory | undefined;
  readonly now: () => number;
  readonly fetch: typeof fetch;
}

const RENEW_BEFORE_MS = 60_000;
/** A visitor's clock may be hours off: a token this young is believed whatever its expiry seems to be. */
const TRUSTED_AGE_MS = 30_000;

export class SessionKeeper {
  private session: Session | null = null;
  private startedAt = 0;
  private pending: Promise<Session> | null = null;

  constructor(private readonly options: SessionOptions) {}

  /** The session, started or renewed if need be. Concurrent callers share one request. */
  current(): Promise<Session> {
    if (this.pending !== null) return this.pending;
    if (this.session !== null && this.isFresh(this.session)) return Promise.resolve(this.session);
    return this.share(() => this.renewOrStart());
  }

  /** The session to use after the edge refused `token`: a new one, unless another caller already has it. */
  replace(token: string): Promise<Session> {
    if (this.pending !== null) return this.pending;
    if (this.session !== null && this.session.token !== token) return Promise.resolve(this.session);
    return this.share(() => this.start());
  }

  private isFresh(session: Session): boolean {
    const now = this.options.now();
    return session.expiresAt - now > RENEW_BEFORE_MS || now - this.startedAt < TRUSTED_AGE_MS;
  }

  private share(work: () => Promise<Session>): Promise<Session> {
    this.pending = work().finally(() => {
      this.pending = null;
    });
    return this.pending;
  }

  private async renewOrStart(): Promise<Session> {
    if (this.session === null) return this.start();
    try {
      return await this.request(this.session.token, this.session);
    } catch (cause) {
      if (cause instanceof Problem && cause.status === 401) return this.start();
      throw cause;
    }
  }

  private async start(): Promise<Session> {
    const { getHostToken } = this.options;
    if (getHostToken === undefined) return this.startAnonymously();
    return this.request(await Promise.resolve().then(getHostToken).catch(hostFailure), null);
  }

  /** An anonymous visitor is known by the last token alone: with it the conversation goes on. */
  private async startAnonymously(): Promise<Session> {
    const token = this.options.memory?.read().token ?? "";
    if (token === "") return this.request(undefined, null);
    try {
      return await this.request(token, null);
    } catch (cause) {
      if (!(cause instanceof Problem) || cause.status === 0 || cause.status >= 500) throw cause;
      this.options.memory?.clear();
      return this.request(undefined, null);
    }
  }

  private async request(bearer: string | undefined, previous: Session | null): Promise<Session> {
    const { endpoint, tenant, locale, page, memory, now } = this.options;
    const resume = previous === null ? (memory?.read().conversationId ?? "") : "";
    const headers = new Headers({ "content-type": "application/json" });
    if (bearer !== undefined) headers.set("authorization", `Bearer ${bearer}`);
    const named = bearer === undefined && tenant !== undefined ? { tenant } : {};
    const body = JSON.stringify({ ...named, ...(resume === "" ? {} : { resume }), page: page(), locale });
    const init: RequestInit = { method: "POST", headers, body, credentials: "omit", cache: "no-store" };
    const response = await this.options.fetch(`${endpoint}/v1/sessions`, init).catch((cause) => {
      throw asProblem(cause);
    });
    if (!response.ok) throw await readProblem(response);
    this.session = decodeSession(await response.text(), now(), previous, resume);
    if (this.options.getHostToken === undefined) memory?.write({ token: this.session.token });
    this.startedAt = now();
    return this.session;
  }
}

/** A renewal brings a new token; conversation, configuration and suggestions stay those of the start. */
function decodeSession(body: string, now: number, previous: Session | null, resume: string): Session {
  const data = parseObject(body);
  const token = data === null ? "" : text(data, "session_token");
  if (data === null || token === "") {
    throw new Problem({ kind: "internal", status: 502, title: "The session could not be read." });
  }
  const expiry = Date.parse(text(data, "expires_at"));
  const expiresAt = Number.isNaN(expiry) ? now + 2 * RENEW_BEFORE_MS : expiry;
  if (previous !== null) return { ...previous, token, expiresAt };
  const conversationId = text(data, "conversation_id");
  return {
    token,
    expiresAt,
    conversationId,
    resumed: resume !== "" && conversationId === resume,
    config: decodeConfig(isObject(data["config"]) ? data["config"] : {}),
    suggestions: texts(data, "suggestions"),
  };
}

function hostFailure(cause: unknown): never {
  const fields = { kind: HOST_TOKEN_KIND, status: 401, title: "This page could not sign you in to the assistant." };
  throw new Problem(fields, { cause });
}
