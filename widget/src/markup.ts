/** The tree between parsed Markdown and the page: a closed set of elements, so that nothing else can be made. */

export type MarkupTag =
  | "a" | "blockquote" | "br" | "cite" | "code" | "del" | "em" | "h4" | "h5" | "h6" | "hr" | "li" | "ol" | "p"
  | "pre" | "strong" | "table" | "tbody" | "td" | "th" | "thead" | "tr" | "ul";

/** An element: `href` is set on `a` and already allowed, `n` is the source number of `cite`, `start` belongs to `ol`. */
export interface MarkupElement {
  readonly tag: MarkupTag;
  readonly children: readonly MarkupNode[];
  readonly href?: string;
  readonly n?: number;
  readonly start?: number;
}

export type MarkupNode = string | MarkupElement;

/** What the parser needs to know besides the text. */
export interface MarkupOptions {
  /** True while more text may follow: unclosed constructs are then taken as open, not as literal characters. */
  readonly streaming: boolean;
  /** Says whether `[n]` names a source that was offered; otherwise the marker stays plain text. */
  readonly isSource: (n: number) => boolean;
}

export function element(tag: MarkupTag, ...children: MarkupNode[]): MarkupElement {
  return { tag, children };
}

/** Appends a node; neighbouring texts become one, and a citation stands directly behind its words. */
export function append(nodes: MarkupNode[], node: MarkupNode): void {
  if (typeof node !== "string" && node.tag === "cite") trimLast(nodes);
  const last = nodes.at(-1);
  if (typeof node === "string" && typeof last === "string") nodes[nodes.length - 1] = last + node;
  else if (node !== "") nodes.push(node);
}

function trimLast(nodes: MarkupNode[]): void {
  const last = nodes.at(-1);
  if (typeof last !== "string") return;
  nodes.pop();
  if (last.trimEnd() !== "") nodes.push(last.trimEnd());
}

/** The readable text of a tree, markers included. */
export function plainText(nodes: readonly MarkupNode[]): string {
  return nodes
    .map((node) => {
      if (typeof node === "string") return node;
      return node.tag === "cite" ? `[${node.n}]` : plainText(node.children);
    })
    .join("");
}
