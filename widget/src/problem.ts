/** Failures of requests to the edge: RFC 9457 problem details, or no answer at all. */

import type { Failure } from "./answer_event";
import { optionalNumber, optionalText, parseObject } from "./json";

/** Kinds of failures that no edge reports: it was not reached, it was cut off, the host page gave no token. */
export const NETWORK_KIND = "network";
export const INTERRUPTED_KIND = "interrupted";
export const HOST_TOKEN_KIND = "host_token";

const TRANSIENT_STATUS = new Set([408, 429, 502, 503, 504]);
const HOPELESS_STATUS = new Set([400, 403, 413, 415, 422]);

export interface ProblemFields {
  readonly kind: string;
  /** 0 when there was no response. */
  readonly status: number;
  readonly title: string;
  readonly detail?: string | undefined;
  /** Seconds to wait before another attempt. */
  readonly retryAfter?: number | undefined;
}

export class Problem extends Error {
  readonly kind: string;
  readonly status: number;
  readonly detail: string | undefined;
  readonly retryAfter: number | undefined;

  constructor(fields: ProblemFields, options?: ErrorOptions) {
    super(fields.title, options);
    this.name = "Problem";
    this.kind = fields.kind;
    this.status = fields.status;
    this.detail = fields.detail;
    this.retryAfter = fields.retryAfter;
  }

  /** True when the same request may succeed a little later. */
  get transient(): boolean {
    return this.status === 0 || TRANSIENT_STATUS.has(this.status);
  }

  /** What the reader is told. */
  get failure(): Failure {
    return {
      kind: this.kind,
      title: this.message,
      retryable: !HOPELESS_STATUS.has(this.status),
      ...(this.detail === undefined ? {} : { detail: this.detail }),
      ...(this.retryAfter === undefined ? {} : { retryAfter: this.retryAfter }),
    };
  }
}

/** Reads the problem of a response that is not 2xx; a body that is no problem document still gives a readable one. */
export async function readProblem(response: Response): Promise<Problem> {
  const body = parseObject(await response.text().catch(() => "")) ?? {};
  const header = Number(response.headers.get("retry-after") ?? "");
  return new Problem({
    kind: optionalText(body, "kind") ?? kindOf(response.status),
    status: response.status,
    title: optionalText(body, "title") ?? `The request failed with status ${response.status}.`,
    detail: optionalText(body, "detail"),
    retryAfter: optionalNumber(body, "retry_after") ?? (header > 0 ? header : undefined),
  });
}

/** Wraps whatever a request threw. */
export function asProblem(cause: unknown): Problem {
  if (cause instanceof Problem) return cause;
  return new Problem({ kind: NETWORK_KIND, status: 0, title: "The assistant could not be reached." }, { cause });
}

/** The stream ended without `done` or `error`; with status 204 the edge says that nothing more will come. */
export function interrupted(status: 0 | 204 = 0): Problem {
  return new Problem({
    kind: INTERRUPTED_KIND,
    status,
    title: "The connection was lost before the answer was complete.",
  });
}

function kindOf(status: number): string {
  if (status === 401) return "unauthenticated";
  if (status === 403) return "forbidden";
  if (status === 404) return "not_found";
  if (status === 429) return "rate_limited";
  if (status === 503) return "overloaded";
  return status < 500 ? "invalid_request" : "internal";
}
