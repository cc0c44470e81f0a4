/** The card of one source: its place, the passage with the quoted words marked, the way to the document. */

import type { Source } from "./answer_event";
import { el, externalLink, iconButton } from "./dom";
import { pathWithin } from "./heading_path";
import { highlight } from "./highlight";
import { icon } from "./icons";
import { documentHref } from "./links";
import { Problem } from "./problem";
import { fill } from "./strings";
import type { Passage } from "./transport";
import type { ViewContext } from "./view_context";

const GAP = 6;

export class CitationView {
  readonly root = el("div", { class: "card", role: "dialog", tabindex: "-1", "data-testid": "citation-card" });
  private trigger: HTMLElement | null = null;
  private readonly passages = new Map<string, Passage>();

  constructor(private readonly context: ViewContext) {
    this.root.addEventListener("focusout", (event) => {
      const next = event.relatedTarget;
      if (next instanceof Node && next !== this.trigger && !this.root.contains(next)) this.close(false);
    });
  }

  get isOpen(): boolean {
    return this.trigger !== null;
  }

  /** Shows a source below `trigger`, inside `container`; a second press on the same trigger closes it again. */
  toggle(source: Source, quotes: readonly string[], trigger: HTMLElement, container: HTMLElement): void {
    const again = this.trigger === trigger;
    this.close(false);
    if (again) return;
    this.trigger = trigger;
    trigger.setAttribute("aria-expanded", "true");
    this.root.setAttribute("aria-label", fill(this.context.strings.sourceLabel, { n: source.n, title: source.title }));
    container.append(this.root);
    this.fillFromSource(source, quotes);
    this.position(trigger, container);
    this.root.focus({ preventScroll: true });
    // An editor's source is a page, not a passage: its card has a link and no words to load.
    if (source.passageId !== "") void this.load(source, quotes, trigger);
  }

  /** Closes the card; focus goes back to what opened it unless the reader has already moved on. */
  close(returnFocus: boolean): void {
    const trigger = this.trigger;
    if (trigger === null) return;
    this.trigger = null;
    trigger.setAttribute("aria-expanded", "false");
    this.root.remove();
    if (returnFocus) trigger.focus();
  }

  /** True when the event happened on the card or on what opened it. */
  owns(event: Event): boolean {
    const path = event.composedPath();
    return path.includes(this.root) || (this.trigger !== null && path.includes(this.trigger));
  }

  private async load(source: Source, quotes: readonly string[], trigger: HTMLElement): Promise<void> {
    try {
      const passage = this.passages.get(source.passageId) ?? (await this.context.loadPassage(source.passageId));
      this.passages.set(source.passageId, passage);
      if (this.trigger === trigger) this.fillFromPassage(source, passage, quotes);
    } catch (cause) {
      if (!(cause instanceof Problem)) throw cause;
      if (this.trigger === trigger) this.note(this.context.strings.passageFailed);
    }
  }

  private fillFromSource(source: Source, quotes: readonly string[]): void {
    const passage = { title: source.title, url: source.url, headingPath: [source.heading], text: source.snippet, updatedAt: "" };
    this.show(source, passage, quotes);
    if (source.passageId !== "") this.note(this.context.strings.loading);
  }

  private fillFromPassage(source: Source, passage: Passage, quotes: readonly string[]): void {
    const known = { title: passage.title || source.title, url: passage.url ?? source.url };
    this.show(source, { ...passage, ...known }, quotes);
    this.scrollToMark();
  }

  private show(source: Source, passage: Passage, quotes: readonly string[]): void {
    const { strings } = this.context;
    const close = iconButton(strings.close, "ghost", icon("close"), () => this.close(true));
    const title = el("p", { class: "card-title" }, el("span", { class: "number" }, String(source.n)), passage.title);
    const path = pathWithin(passage.title, passage.headingPath.join(" › "));
    const pieces = highlight(passage.text, quotes).map(({ text, marked }) => (marked ? el("mark", {}, text) : text));
    this.root.replaceChildren(
      el("div", { class: "card-head" }, title, close),
      ...(path === "" ? [] : [el("p", { class: "card-path" }, path)]),
      ...(passage.text === "" ? [] : [el("blockquote", { class: "passage", tabindex: "0" }, ...pieces)]),
      this.footer(passage),
    );
  }

  private footer(passage: Passage): HTMLElement {
    const { strings, locale } = this.context;
    const footer = el("div", { class: "card-foot" });
    const href = documentHref(passage.url);
    if (href !== null) footer.append(externalLink(href, "link strong", strings.openDocument, icon("external")));
    const updated = Date.parse(passage.updatedAt);
    if (!Number.isNaN(updated)) {
      const date = new Intl.DateTimeFormat(locale, { dateStyle: "medium" }).format(updated);
      footer.append(el("span", { class: "quiet" }, fill(strings.updated, { date })));
    }
    return footer;
  }

  private note(text: string): void {
    this.root.querySelector(".card-foot")?.prepend(el("span", { class: "quiet" }, text));
  }

  private position(trigger: HTMLElement, container: HTMLElement): void {
    const outer = container.getBoundingClientRect();
    const anchor = trigger.getBoundingClientRect();
    const middle = anchor.left + anchor.width / 2 - outer.left;
    const left = Math.max(0, Math.min(middle - this.root.offsetWidth / 2, outer.width - this.root.offsetWidth));
    this.root.style.setProperty("left", `${left}px`);
    this.root.style.setProperty("top", `${anchor.bottom - outer.top + GAP}px`);
    this.root.scrollIntoView({ block: "nearest" });
  }

  private scrollToMark(): void {
    const passage = this.root.querySelector<HTMLElement>(".passage");
    const mark = passage?.querySelector("mark");
    if (passage && mark) passage.scrollTop = mark.offsetTop - passage.offsetTop - passage.clientHeight / 3;
    this.root.scrollIntoView({ block: "nearest" });
  }
}
