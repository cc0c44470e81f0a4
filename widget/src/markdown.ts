/** Markdown blocks, parsed anew from the whole text on every frame; the page is then patched, not rebuilt. */

import { parseInline } from "./inline";
import { element, type MarkupElement, type MarkupNode, type MarkupOptions, type MarkupTag } from "./markup";

/** Lines of one container. `streaming` holds only where more text may still be added to their end. */
interface Region extends MarkupOptions {
  readonly lines: readonly string[];
  readonly depth: number;
}

interface Parsed {
  readonly block: MarkupElement;
  readonly end: number;
}

const MAX_DEPTH = 6;
const FENCE = /^ {0,3}(`{3,}|~{3,})[^`]*$/;
const HEADING = /^ {0,3}(#{1,6})\s+(.*?)\s*#*\s*$/;
const RULE = /^ {0,3}(?:(?:\*\s*){3,}|(?:-\s*){3,}|(?:_\s*){3,})$/;
const QUOTE = /^ {0,3}> ?/;
const ITEM = /^( {0,9})([-*+]|\d{1,9}[.)])(?:\s+|$)/;
const TABLE_RULE = /^ {0,3}\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$/;
const UNFINISHED_START = /^\s*(?:[-*+]|#{1,6}|>|\d{1,3}[.)])\s*$/;

/** Parses a whole answer. */
export function parseMarkdown(source: string, options: MarkupOptions): MarkupElement[] {
  const lines = source.replace(/\r\n?/g, "\n").replaceAll("\t", "    ").split("\n");
  if (options.streaming && UNFINISHED_START.test(lines.at(-1) ?? "")) lines.pop();
  return parseBlocks({ ...options, lines, depth: 0 });
}

function parseBlocks(region: Region): MarkupElement[] {
  const blocks: MarkupElement[] = [];
  let at = 0;
  while (at < region.lines.length) {
    if (lineAt(region, at).trim() === "") {
      at += 1;
      continue;
    }
    const { block, end } = parseBlock(region, at);
    blocks.push(block);
    at = end;
  }
  return blocks;
}

function parseBlock(region: Region, at: number): Parsed {
  const line = lineAt(region, at);
  if (FENCE.test(line)) return fence(region, at);
  if (HEADING.test(line)) return heading(region, at);
  if (RULE.test(line)) return { block: element("hr"), end: at + 1 };
  if (region.depth < MAX_DEPTH && QUOTE.test(line)) return quote(region, at);
  if (region.depth < MAX_DEPTH && ITEM.test(line)) return list(region, at);
  if (line.includes("|") && TABLE_RULE.test(lineAt(region, at + 1))) return table(region, at);
  return paragraph(region, at);
}

function lineAt(region: Region, at: number): string {
  return region.lines[at] ?? "";
}

/** The options for a part that ends before line `end`: it is still growing only if it reaches the last line. */
function upTo(region: Region, end: number): MarkupOptions {
  return { isSource: region.isSource, streaming: region.streaming && end >= region.lines.length };
}

function nested(region: Region, lines: readonly string[], end: number): Region {
  return { ...upTo(region, end), lines, depth: region.depth + 1 };
}

function fence(region: Region, at: number): Parsed {
  const opening = /`{3,}|~{3,}/.exec(lineAt(region, at))?.[0] ?? "```";
  const closing = new RegExp(`^ {0,3}${opening.charAt(0)}{${opening.length},}\\s*$`);
  let end = at + 1;
  while (end < region.lines.length && !closing.test(lineAt(region, end))) end += 1;
  const text = region.lines.slice(at + 1, end).join("\n");
  return { block: element("pre", element("code", text)), end: end + 1 };
}

/** Levels start at 4, below the question's own heading. */
function heading(region: Region, at: number): Parsed {
  const [, hashes = "", text = ""] = HEADING.exec(lineAt(region, at)) ?? [];
  const tag: MarkupTag = hashes.length < 3 ? "h4" : hashes.length === 3 ? "h5" : "h6";
  return { block: element(tag, ...parseInline(text, upTo(region, at + 1))), end: at + 1 };
}

function quote(region: Region, at: number): Parsed {
  let end = at;
  while (end < region.lines.length && QUOTE.test(lineAt(region, end))) end += 1;
  const lines = region.lines.slice(at, end).map((line) => line.replace(QUOTE, ""));
  return { block: element("blockquote", ...parseBlocks(nested(region, lines, end))), end };
}

function list(region: Region, at: number): Parsed {
  const first = ITEM.exec(lineAt(region, at));
  const marker = first?.[2] ?? "-";
  const indent = first?.[1]?.length ?? 0;
  const items: MarkupElement[] = [];
  let end = at;
  while (startsItem(lineAt(region, end), marker, indent)) {
    const item = listItem(region, end);
    items.push(item.block);
    end = item.end;
    const next = skipBlank(region, end);
    if (startsItem(lineAt(region, next), marker, indent)) end = next;
  }
  const ordered = /\d/.test(marker);
  const block = element(ordered ? "ol" : "ul", ...items);
  return { block: ordered ? { ...block, start: Number.parseInt(marker, 10) } : block, end };
}

/** A following item of the same list: same kind of marker, not indented further than the first one's content. */
function startsItem(line: string, marker: string, indent: number): boolean {
  const found = ITEM.exec(line);
  if (found === null || RULE.test(line)) return false;
  const [, spaces = "", other = ""] = found;
  return Math.abs(spaces.length - indent) < 2 && /\d/.test(marker) === /\d/.test(other);
}

function listItem(region: Region, at: number): Parsed {
  const line = lineAt(region, at);
  const [prefix = "", spaces = ""] = ITEM.exec(line) ?? [];
  const lines = [line.slice(prefix.length)];
  let end = at + 1;
  while (end < region.lines.length && continuesItem(region, end, spaces.length)) {
    lines.push(dedent(lineAt(region, end), Math.min(prefix.length, spaces.length + 4)));
    end += 1;
  }
  const blocks = parseBlocks(nested(region, lines, end));
  const children = blocks.flatMap((block, i): readonly MarkupNode[] =>
    block.tag === "p" && (blocks.length === 1 || i === 0) ? block.children : [block],
  );
  return { block: element("li", ...children), end };
}

function continuesItem(region: Region, at: number, indent: number): boolean {
  const line = lineAt(region, at);
  if (line.trim() === "") {
    const next = lineAt(region, skipBlank(region, at));
    return next !== "" && indentOf(next) >= indent + 2;
  }
  if (indentOf(line) >= indent + 2) return true;
  const afterBlank = lineAt(region, at - 1).trim() === "";
  return !afterBlank && !interrupts(line) && !ITEM.test(line);
}

function skipBlank(region: Region, at: number): number {
  let next = at;
  while (next < region.lines.length && lineAt(region, next).trim() === "") next += 1;
  return next;
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

function dedent(line: string, by: number): string {
  return line.slice(Math.min(by, indentOf(line)));
}

function table(region: Region, at: number): Parsed {
  let end = at + 2;
  while (end < region.lines.length && lineAt(region, end).includes("|")) end += 1;
  const row = (line: number, tag: "td" | "th"): MarkupElement =>
    element("tr", ...cells(lineAt(region, line)).map((cell) => element(tag, ...parseInline(cell, upTo(region, line + 1)))));
  const body = Array.from({ length: end - at - 2 }, (_, i) => row(at + 2 + i, "td"));
  return { block: element("table", element("thead", row(at, "th")), element("tbody", ...body)), end };
}

function cells(line: string): string[] {
  const inside = line.trim().replace(/^\|/, "").replace(/(?<!\\)\|$/, "");
  return inside.split(/(?<!\\)\|/).map((cell) => cell.replaceAll("\\|", "|").trim());
}

function paragraph(region: Region, at: number): Parsed {
  let end = at + 1;
  while (end < region.lines.length && lineAt(region, end).trim() !== "" && !interrupts(lineAt(region, end))) end += 1;
  const lines = region.lines.slice(at, end).map((line) => line.trimStart().replace(/ {2,}$/, "\\"));
  const text = lines.join("\n").replace(/\\$/, "");
  return { block: element("p", ...parseInline(text, upTo(region, end))), end };
}

/** Lines that end a paragraph without a blank line before them. */
function interrupts(line: string): boolean {
  if (FENCE.test(line) || HEADING.test(line) || RULE.test(line) || QUOTE.test(line)) return true;
  const item = ITEM.exec(line);
  return item !== null && !/^\d/.test(item[2] ?? "") ? line.trim().length > 1 : /^ {0,3}1[.)]\s/.test(line);
}
