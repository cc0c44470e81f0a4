/** Markdown inside one block: emphasis, code, links and citation markers. */

import { safeHref } from "./links";
import { append, element, type MarkupNode, type MarkupOptions } from "./markup";

interface Scan extends MarkupOptions {
  readonly text: string;
  readonly depth: number;
  readonly insideLink: boolean;
  /** Delimiters known to have no partner further on; keeps hostile input linear. */
  readonly unmatched: Set<string>;
}

interface Match {
  readonly nodes: readonly MarkupNode[];
  readonly end: number;
}

type Rule = (scan: Scan, at: number) => Match | null;

const MAX_DEPTH = 8;
const LITERAL_RUN = /[^\\`[!<*_~h]+/y;
const UNFINISHED_MARKER = /\[[\d,\s]{0,16}$/;
const UNFINISHED_LINK = /\[(?!\d[\d,\s]*\])([^[\]\n]{1,200})(?:\](?:\([^)\s]*)?)?$/;
const UNFINISHED_DELIMITER = /[*_~`]+$/;

/** Parses the text of one block. */
export function parseInline(text: string, options: MarkupOptions): MarkupNode[] {
  const visible = options.streaming ? withoutUnfinishedTail(text) : text;
  return scanAll({ ...options, text: visible, depth: 0, insideLink: false, unmatched: new Set() });
}

/** While streaming, hides what may become a marker, a link's brackets and address, or a delimiter. */
function withoutUnfinishedTail(text: string): string {
  return text.replace(UNFINISHED_MARKER, "").replace(UNFINISHED_LINK, "$1").replace(UNFINISHED_DELIMITER, "");
}

function scanAll(scan: Scan): MarkupNode[] {
  const nodes: MarkupNode[] = [];
  let at = 0;
  while (at < scan.text.length) {
    const match = literalRun(scan, at) ?? firstMatch(scan, at);
    for (const node of match?.nodes ?? [scan.text.charAt(at)]) append(nodes, node);
    at = match?.end ?? at + 1;
  }
  return nodes;
}

function literalRun(scan: Scan, at: number): Match | null {
  LITERAL_RUN.lastIndex = at;
  const run = LITERAL_RUN.exec(scan.text)?.[0];
  return run === undefined ? null : { nodes: [run], end: at + run.length };
}

function firstMatch(scan: Scan, at: number): Match | null {
  for (const rule of RULES[scan.text.charAt(at)] ?? []) {
    const match = rule(scan, at);
    if (match !== null) return match;
  }
  return null;
}

function inner(scan: Scan, text: string, open: boolean, insideLink = scan.insideLink): MarkupNode[] {
  if (scan.depth >= MAX_DEPTH) return [text];
  const streaming = scan.streaming && open;
  return scanAll({ ...scan, text, streaming, insideLink, depth: scan.depth + 1, unmatched: new Set() });
}

/** The position of `needle` at or after `from`, or -1; a miss is remembered for the rest of this text. */
function find(scan: Scan, needle: string, from: number): number {
  if (scan.unmatched.has(needle)) return -1;
  const found = scan.text.indexOf(needle, from);
  if (found < 0) scan.unmatched.add(needle);
  return found;
}

function escape(scan: Scan, at: number): Match | null {
  const next = scan.text.charAt(at + 1);
  if (next === "\n") return { nodes: [element("br")], end: at + 2 };
  return /[!-/:-@[-`{-~]/.test(next) ? { nodes: [next], end: at + 2 } : null;
}

function code(scan: Scan, at: number): Match | null {
  const fence = /^`+/.exec(scan.text.slice(at, at + 16))?.[0] ?? "`";
  const start = at + fence.length;
  const close = find(scan, fence, start);
  if (close < 0 && !scan.streaming) return { nodes: [fence], end: start };
  const body = scan.text.slice(start, close < 0 ? undefined : close).replaceAll("\n", " ");
  const content = /^ .*[^ ].* $/.test(body) ? body.slice(1, -1) : body;
  return { nodes: [element("code", content)], end: close < 0 ? scan.text.length : close + fence.length };
}

/** `[3]` and `[1, 2]`, where every number names a source. */
function marker(scan: Scan, at: number): Match | null {
  const found = /^\[(\d{1,3}(?:\s*,\s*\d{1,3}){0,9})\](?!\()/.exec(scan.text.slice(at, at + 64));
  if (found === null || scan.insideLink) return null;
  const numbers = (found[1] ?? "").split(",").map(Number);
  if (!numbers.every(scan.isSource)) return null;
  return { nodes: numbers.map((n) => ({ tag: "cite", children: [], n })), end: at + found[0].length };
}

function link(scan: Scan, at: number): Match | null {
  const middle = find(scan, "](", at + 1);
  if (middle < 0) return null;
  const label = scan.text.slice(at + 1, middle);
  const target = /^\]\(\s*<?([^\s<>()]*(?:\([^\s<>()]*\)[^\s<>()]*)*)>?(?:\s+"[^"]*")?\s*\)/.exec(
    scan.text.slice(middle, middle + 2048),
  );
  if (target === null || label.includes("[") || label.includes("\n\n")) return null;
  return anchor(scan, label, target[1] ?? "", middle + target[0].length);
}

function anchor(scan: Scan, label: string, address: string, end: number): Match {
  const href = scan.insideLink ? null : safeHref(address);
  const children = inner(scan, label, false, true);
  return { nodes: href === null ? children : [{ tag: "a", href, children }], end };
}

/** An image is shown as its description: loading it would tell a third party who reads what. */
function image(scan: Scan, at: number): Match | null {
  if (scan.text.charAt(at + 1) !== "[") return null;
  return link({ ...scan, insideLink: true }, at + 1);
}

function bareAddress(scan: Scan, at: number): Match | null {
  if (scan.insideLink || /[\p{L}\p{N}]/u.test(scan.text.charAt(at - 1))) return null;
  const found = /^https?:\/\/[^\s<>"`*[\]|\\^{}]+/.exec(scan.text.slice(at, at + 2048))?.[0];
  if (found === undefined) return null;
  const address = found.replace(/(?:[.,;:!?'_]|\)(?![^(]*\())+$/, "");
  const href = safeHref(address);
  return href === null ? null : { nodes: [{ tag: "a", href, children: [address] }], end: at + address.length };
}

function angleAddress(scan: Scan, at: number): Match | null {
  const found = /^<((?:https?:\/\/|mailto:)[^\s<>]+)>/.exec(scan.text.slice(at, at + 2048));
  return found === null ? null : anchor(scan, found[1] ?? "", found[1] ?? "", at + found[0].length);
}

const TAGS = { "**": "strong", __: "strong", "~~": "del", "*": "em", _: "em" } as const;

function emphasis(scan: Scan, at: number): Match | null {
  const char = scan.text.charAt(at);
  const double = scan.text.startsWith(char + char, at);
  const delimiter = (double ? char + char : char) as keyof typeof TAGS | "~";
  if (delimiter === "~") return null;
  const start = at + delimiter.length;
  if (!opens(scan.text, at, start, char)) return { nodes: [delimiter], end: start };
  const close = closer(scan, delimiter, start);
  if (close < 0 && !scan.streaming) return { nodes: [delimiter], end: start };
  const children = inner(scan, scan.text.slice(start, close < 0 ? undefined : close), close < 0);
  return { nodes: [element(TAGS[delimiter], ...children)], end: close < 0 ? scan.text.length : close + delimiter.length };
}

/** Left-flanking; an underscore inside a word (`snake_case`) opens nothing. */
function opens(text: string, at: number, start: number, char: string): boolean {
  if (/^\s?$/.test(text.charAt(start))) return false;
  return char !== "_" || !/[\p{L}\p{N}]/u.test(text.charAt(at - 1));
}

/** The closing delimiter, right-flanking and outside code; a run of three closes either length. */
function closer(scan: Scan, delimiter: string, start: number): number {
  if (scan.unmatched.has(delimiter)) return -1;
  const runs = new RegExp(`\`+|\\${delimiter.charAt(0)}+`, "g");
  runs.lastIndex = start;
  let inCode = false;
  for (let run = runs.exec(scan.text); run !== null; run = runs.exec(scan.text)) {
    if (run[0].startsWith("`")) inCode = !inCode;
    else if (!inCode && closes(scan.text, run.index, run[0], delimiter, start)) {
      return run.index + run[0].length - delimiter.length;
    }
  }
  scan.unmatched.add(delimiter);
  return -1;
}

function closes(text: string, at: number, run: string, delimiter: string, start: number): boolean {
  if (at <= start || (run.length !== delimiter.length && run.length !== 3)) return false;
  const insideWord = run.startsWith("_") && /[\p{L}\p{N}]/u.test(text.charAt(at + run.length));
  return !insideWord && !/[\s\\]/.test(text.charAt(at - 1));
}

const RULES: Readonly<Record<string, readonly Rule[]>> = {
  "\\": [escape],
  "`": [code],
  "[": [marker, link],
  "!": [image],
  "<": [angleAddress],
  h: [bareAddress],
  "*": [emphasis],
  _: [emphasis],
  "~": [emphasis],
};
