/** The few parts of a document that patching needs; counts what is created. */

export class FakeNode {
  childNodes: FakeNode[] = [];
  parent: FakeNode | null = null;

  constructor(
    readonly nodeType: number,
    readonly tag: string,
    public data = "",
  ) {}

  get lastChild(): FakeNode | undefined {
    return this.childNodes.at(-1);
  }

  get length(): number {
    return this.data.length;
  }

  appendData(text: string): void {
    this.data += text;
  }

  appendChild(node: FakeNode): void {
    node.parent = this;
    this.childNodes.push(node);
  }

  replaceChild(node: FakeNode, old: FakeNode): void {
    node.parent = this;
    this.childNodes[this.childNodes.indexOf(old)] = node;
  }

  remove(): void {
    if (this.parent !== null) this.parent.childNodes = this.parent.childNodes.filter((node) => node !== this);
  }

  toString(): string {
    const inside = this.childNodes.join("");
    return this.nodeType === 3 ? this.data : `<${this.tag}>${inside}</${this.tag}>`;
  }
}

/** Installs what `tree_patch` takes from the global scope. */
export function installFakeDocument(): void {
  Object.assign(globalThis, {
    Node: { TEXT_NODE: 3 },
    document: { createTextNode: (text: string) => new FakeNode(3, "#text", text) },
  });
}
