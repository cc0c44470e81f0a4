/** Makes elements; never from a string of markup. */

type Attributes = Readonly<Record<string, string | boolean | undefined>>;

/** Makes an element; `true` sets an empty attribute, `false` and undefined set none. */
export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children);
  return node;
}

/** A button with a name for assistive technology and, on hover, for everyone. */
export function iconButton(name: string, className: string, icon: Node, onClick: () => void): HTMLButtonElement {
  const button = el("button", { type: "button", class: className, "aria-label": name, title: name }, icon);
  button.addEventListener("click", onClick);
  return button;
}

/** A link that opens elsewhere and tells the target nothing about this page. */
export function externalLink(href: string, className: string, ...children: (Node | string)[]): HTMLAnchorElement {
  return el("a", { href, class: className, target: "_blank", rel: "noopener noreferrer nofollow" }, ...children);
}

/** Runs `work` before the next paint; in a hidden tab, which never paints, soon. */
export function beforePaint(work: () => void): void {
  if (document.hidden) setTimeout(work, 50);
  else requestAnimationFrame(work);
}
