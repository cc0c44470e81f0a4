/** Server-sent events, parsed from bytes as the WHATWG HTML standard (section 9.2.6) prescribes. */

/** One dispatched event. `id` and `retry` are present only when this very event carried the field. */
export interface ServerEvent {
  readonly name: string;
  readonly data: string;
  readonly id?: string;
  readonly retry?: number;
}

/** What of a line is still missing between two chunks. */
export interface LineCarry {
  readonly partial: string;
  readonly afterCarriageReturn: boolean;
}

/** The fields seen since the last blank line. */
export interface Draft {
  readonly name: string;
  readonly data: readonly string[];
  readonly id?: string;
  readonly retry?: number;
}

export const NO_CARRY: LineCarry = { partial: "", afterCarriageReturn: false };
export const EMPTY_DRAFT: Draft = { name: "", data: [] };

/** Splits text at CR, LF and CRLF; a CRLF may fall between two chunks. */
export function splitLines(carry: LineCarry, chunk: string): { lines: string[]; carry: LineCarry } {
  if (chunk === "") return { lines: [], carry };
  const text = carry.afterCarriageReturn && chunk.startsWith("\n") ? chunk.slice(1) : chunk;
  const lines = text.split(/\r\n|\r|\n/);
  lines[0] = carry.partial + (lines[0] ?? "");
  const partial = lines.pop() ?? "";
  return { lines, carry: { partial, afterCarriageReturn: chunk.endsWith("\r") } };
}

/** Adds one non-blank line to a draft. Comments and unknown fields leave it as it was. */
export function foldLine(draft: Draft, line: string): Draft {
  const colon = line.indexOf(":");
  const field = colon < 0 ? line : line.slice(0, colon);
  const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
  switch (field) {
    case "event":
      return { ...draft, name: value };
    case "data":
      return { ...draft, data: [...draft.data, value] };
    case "id":
      return value.includes("\0") ? draft : { ...draft, id: value };
    case "retry":
      return /^\d+$/.test(value) ? { ...draft, retry: Number(value) } : draft;
    default:
      return draft;
  }
}

/** Bytes in, events out; keeps the last event id for a reconnection. */
export class EventParser {
  /** The id that a reconnection presents as `Last-Event-ID`; empty when none was received. */
  lastEventId = "";
  /** The reconnection delay that the server asked for, in milliseconds. */
  retry: number | undefined;

  private readonly decoder = new TextDecoder("utf-8");
  private carry = NO_CARRY;
  private draft = EMPTY_DRAFT;

  /** Returns the events that these bytes complete. An event cut off by the end of the stream never appears. */
  push(bytes: Uint8Array): ServerEvent[] {
    const { lines, carry } = splitLines(this.carry, this.decoder.decode(bytes, { stream: true }));
    this.carry = carry;
    return lines.flatMap((line) => this.take(line));
  }

  private take(line: string): ServerEvent[] {
    if (line !== "") {
      this.draft = foldLine(this.draft, line);
      this.retry = this.draft.retry ?? this.retry;
      return [];
    }
    const { name, data, ...fields } = this.draft;
    this.draft = EMPTY_DRAFT;
    if (fields.id !== undefined) this.lastEventId = fields.id;
    return data.length === 0 ? [] : [{ name: name || "message", data: data.join("\n"), ...fields }];
  }
}
