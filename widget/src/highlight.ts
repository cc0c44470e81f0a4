/** Finds quotes in a passage, whatever its line breaks, spaces and capitals. */

export interface Segment {
  readonly text: string;
  readonly marked: boolean;
}

/** Cuts `text` into segments, those that repeat a quote marked; joined they are `text` again. */
export function highlight(text: string, quotes: readonly string[]): Segment[] {
  const ranges = quotes.flatMap((quote) => locate(text, quote)).sort((a, b) => a.start - b.start);
  const segments: Segment[] = [];
  let at = 0;
  for (const { start, end } of ranges) {
    if (end <= at) continue;
    segments.push({ text: text.slice(at, Math.max(at, start)), marked: false });
    segments.push({ text: text.slice(Math.max(at, start), end), marked: true });
    at = end;
  }
  segments.push({ text: text.slice(at), marked: false });
  return segments.filter((segment) => segment.text !== "");
}

function locate(text: string, quote: string): { start: number; end: number }[] {
  const words = quote.trim().split(/\s+/).filter((word) => word !== "");
  if (words.length === 0) return [];
  const pattern = words.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("\\s+");
  const found = new RegExp(pattern, "iu").exec(text);
  return found === null ? [] : [{ start: found.index, end: found.index + found[0].length }];
}
