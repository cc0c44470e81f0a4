/** The lines below the composer: the tenant's disclaimer and its way to a person. */

import { el, externalLink } from "./dom";
import { safeHref } from "./links";
import type { Link, SessionConfig } from "./session_config";

export class FooterView {
  readonly root = el("footer", { class: "footer" });

  update({ disclaimer, handoff, cta }: SessionConfig): void {
    const links = [handoff, cta].flatMap((link) => (link === undefined ? [] : footerLink(link)));
    this.root.replaceChildren(...(disclaimer === undefined ? [] : [el("span", {}, disclaimer)]), ...links);
  }
}

function footerLink({ label, url }: Link): HTMLElement[] {
  const href = safeHref(url);
  return href === null ? [] : [externalLink(href, "link", label)];
}
