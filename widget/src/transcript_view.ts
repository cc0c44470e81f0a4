/** The scrolling part of the panel: follows the answer while the reader is at its end, else stays put. */

import { el } from "./dom";
import { icon } from "./icons";
import type { Strings } from "./strings";

const NEAR_END_PX = 100;
const PIN_MARGIN_PX = 16;

export class TranscriptView {
  /** Not live: a screen reader reads it on request, and hears of its milestones through the announcer. */
  readonly root: HTMLElement;
  readonly jump: HTMLButtonElement;
  private readonly column = el("div", { class: "column" });
  private following = true;
  private pinned: HTMLElement | null = null;
  private position = 0;

  constructor(strings: Strings) {
    const attributes = { class: "log", role: "log", "aria-live": "off", "aria-label": strings.transcript, tabindex: "0" };
    this.root = el("div", attributes, this.column);
    this.jump = el("button", { type: "button", class: "jump", "aria-label": strings.latest, title: strings.latest });
    this.jump.append(icon("down"));
    this.jump.hidden = true;
    this.jump.addEventListener("click", () => this.toEnd());
    this.root.addEventListener("scroll", () => this.observe(), { passive: true });
  }

  add(node: HTMLElement): void {
    this.column.append(node);
  }

  /** Adds a turn. Following its answer ends where its question reaches the top: the beginning stays readable. */
  addTurn(node: HTMLElement): void {
    this.add(node);
    this.pinned = node;
  }

  clear(): void {
    this.column.replaceChildren();
    this.pinned = null;
    this.toEnd();
  }

  /** Applies a change to the content; the end stays in view if it was. */
  change(work: () => void): void {
    const follow = this.following;
    work();
    if (follow) this.follow();
    this.observe();
  }

  toEnd(): void {
    this.root.scrollTop = this.root.scrollHeight;
    this.observe();
  }

  /** Goes back to where the reader was; a hidden element forgets its position. */
  reveal(): void {
    this.root.scrollTop = this.position;
    if (this.following) this.follow();
    this.observe();
  }

  private follow(): void {
    const { scrollHeight, scrollTop, clientHeight } = this.root;
    const end = scrollHeight - clientHeight;
    const top = this.pinned === null ? end : this.pinned.offsetTop - PIN_MARGIN_PX;
    this.root.scrollTop = scrollTop > top ? end : Math.min(end, top);
  }

  private observe(): void {
    const { scrollHeight, scrollTop, clientHeight } = this.root;
    if (clientHeight === 0) return;
    this.position = scrollTop;
    this.following = scrollHeight - scrollTop - clientHeight <= NEAR_END_PX;
    this.jump.hidden = this.following;
  }
}
