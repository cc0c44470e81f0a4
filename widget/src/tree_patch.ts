/** Brings the page to a markup tree, keeping every node that is still right: selections and focus survive. */

import type { MarkupElement, MarkupNode } from "./markup";

const IDENTITIES = new WeakMap<Node, string>();

/** Makes the element for a markup element, without its children. */
export type ElementMaker = (node: MarkupElement) => HTMLElement;

/** Changes `parent`'s children into `nodes`. */
export function patch(parent: Node, nodes: readonly MarkupNode[], make: ElementMaker): void {
  nodes.forEach((node, index) => {
    const existing = parent.childNodes[index] ?? null;
    if (typeof node === "string") patchText(parent, existing, node);
    else patchElement(parent, existing, node, make);
  });
  while (parent.childNodes.length > nodes.length) parent.lastChild?.remove();
}

function patchText(parent: Node, existing: ChildNode | null, text: string): void {
  if (existing === null || existing.nodeType !== Node.TEXT_NODE) {
    place(parent, existing, document.createTextNode(text));
    return;
  }
  const node = existing as Text;
  if (text === node.data) return;
  if (text.startsWith(node.data)) node.appendData(text.slice(node.length));
  else node.data = text;
}

function patchElement(parent: Node, existing: ChildNode | null, node: MarkupElement, make: ElementMaker): void {
  const identity = `${node.tag} ${node.href ?? node.n ?? node.start ?? ""}`;
  let target = existing;
  if (target === null || IDENTITIES.get(target) !== identity) {
    const made = make(node);
    IDENTITIES.set(made, identity);
    place(parent, existing, made);
    target = made;
  }
  if (node.tag !== "cite") patch(target, node.children, make);
}

function place(parent: Node, existing: ChildNode | null, node: Node): void {
  if (existing === null) parent.appendChild(node);
  else parent.replaceChild(node, existing);
}
