/** The text of an answer while it streams and after. */

import { el, externalLink } from "./dom";
import { parseMarkdown } from "./markdown";
import type { MarkupElement } from "./markup";
import { fill } from "./strings";
import { patch } from "./tree_patch";
import { isOver, type Turn } from "./turn";
import type { ViewContext } from "./view_context";

/** Together with `white-space: nowrap` it keeps a chip on the line of the word that it belongs to. */
const NARROW_NO_BREAK_SPACE = "\u202f";

export class AnswerView {
  readonly root = el("div", { class: "answer", "data-testid": "answer" });
  private readonly progress = el("p", { class: "progress" });
  private readonly prose = el("div", { class: "prose" });
  private turn: Turn | null = null;

  constructor(
    private readonly context: ViewContext,
    private readonly onCite: (n: number, chip: HTMLElement) => void,
  ) {
    this.root.append(this.progress, this.prose);
  }

  update(turn: Turn): void {
    this.turn = turn;
    const over = isOver(turn);
    this.root.dataset["state"] = turn.failure !== undefined ? "error" : (turn.finish ?? "streaming");
    this.root.setAttribute("aria-busy", String(!over));
    this.root.hidden = over && turn.text === "";
    this.progress.hidden = over || turn.text !== "";
    this.progress.textContent = this.progressText(turn);
    this.prose.classList.toggle("streaming", !over);
    const options = { streaming: !over, isSource: (n: number) => turn.sources.has(n) };
    patch(this.prose, parseMarkdown(turn.text, options), (node) => this.make(node));
  }

  /** Frames the text as a polite refusal. */
  refuse(heading: HTMLElement): void {
    const frame = el("div", { class: "refusal", "data-testid": "refusal" }, heading);
    this.root.append(frame);
    frame.append(this.prose);
  }

  private progressText({ phase, sources }: Turn): string {
    const { strings } = this.context;
    return phase === "reading" && sources.size > 0 ? fill(strings.reading, { n: sources.size }) : strings.searching;
  }

  private make(node: MarkupElement): HTMLElement {
    if (node.tag === "cite") return this.chip(node.n ?? 0);
    if (node.tag === "a") return externalLink(node.href ?? "", "link");
    if (node.tag === "ol") return el("ol", { start: String(node.start ?? 1) });
    const scrolls = node.tag === "pre" || node.tag === "table";
    return el(node.tag, scrolls ? { tabindex: "0" } : {});
  }

  private chip(n: number): HTMLElement {
    const title = this.turn?.sources.get(n)?.title ?? "";
    const chip = el("button", {
      type: "button",
      class: "chip",
      "data-testid": "citation",
      "aria-label": fill(this.context.strings.sourceLabel, { n, title }),
      "aria-haspopup": "dialog",
      "aria-expanded": "false",
    }, el("span", {}, String(n)));
    chip.addEventListener("click", () => this.onCite(n, chip));
    return el("span", { class: "cite" }, NARROW_NO_BREAK_SPACE, chip);
  }
}
