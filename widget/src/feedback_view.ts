/** Thumbs under an answer; after a thumb down, what was wrong. */

import { el, iconButton } from "./dom";
import { icon } from "./icons";
import { Problem } from "./problem";
import { FEEDBACK_LABELS } from "./strings";
import type { ViewContext } from "./view_context";

export class FeedbackView {
  readonly root = el("div", { class: "feedback" });
  private readonly status = el("p", { class: "quiet", "data-testid": "feedback-status" });
  private readonly up: HTMLButtonElement;
  private readonly down: HTMLButtonElement;
  private form: HTMLFormElement | null = null;
  /** True while a vote is on its way and after it was saved. */
  private closed = false;
  /** One id for all attempts, so that a repeated one counts once. */
  private readonly feedbackId: string;

  constructor(
    private readonly context: ViewContext,
    private readonly queryId: string,
  ) {
    const { strings } = context;
    this.feedbackId = context.newKey();
    this.up = this.thumb(strings.up, "thumb-up", icon("thumbUp"), () => void this.send("up"));
    this.down = this.thumb(strings.down, "thumb-down", icon("thumbDown"), () => this.toggleForm());
    const bar = el("div", { class: "thumbs", role: "group", "aria-label": strings.helpful });
    bar.append(el("span", { class: "quiet" }, strings.helpful), this.up, this.down, this.status);
    this.root.append(bar);
  }

  private thumb(name: string, testId: string, glyph: Node, onClick: () => void): HTMLButtonElement {
    const button = iconButton(name, "ghost", glyph, onClick);
    button.dataset["testid"] = testId;
    button.setAttribute("aria-pressed", "false");
    return button;
  }

  private toggleForm(): void {
    if (this.closed) return;
    if (this.form !== null) {
      this.closeForm();
      return;
    }
    this.down.setAttribute("aria-pressed", "true");
    this.form = this.makeForm();
    this.root.append(this.form);
    this.form.querySelector<HTMLElement>("input")?.focus({ preventScroll: true });
    this.form.scrollIntoView({ block: "nearest" });
  }

  private closeForm(): void {
    this.form?.remove();
    this.form = null;
    this.down.setAttribute("aria-pressed", "false");
    this.down.focus();
  }

  private makeForm(): HTMLFormElement {
    const { strings } = this.context;
    const options = FEEDBACK_LABELS.map((name) => {
      const box = el("input", { type: "checkbox", name: "label", value: name });
      return el("label", { class: "pill", "data-testid": "feedback-label" }, box, el("span", {}, strings.labels[name]));
    });
    const comment = el("textarea", { name: "comment", rows: "2", maxlength: "2000", "aria-label": strings.comment });
    comment.placeholder = strings.comment;
    const send = el("button", { class: "primary", "data-testid": "feedback-send" }, strings.sendFeedback);
    const form = el("form", { class: "reasons" });
    form.append(
      el("fieldset", {}, el("legend", {}, strings.whatWrong), el("div", { class: "pills" }, ...options)),
      comment,
      el("div", { class: "row" }, send),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.send("down");
    });
    return form;
  }

  /** Buttons are marked as disabled, not disabled, so that the keyboard's focus stays where it is. */
  private async send(vote: "up" | "down"): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    const details = vote === "down" && this.form !== null ? readForm(this.form) : {};
    try {
      const ids = { feedback_id: this.feedbackId, query_id: this.queryId };
      await this.context.sendFeedback({ ...ids, vote, ...details });
      this.settle(vote);
    } catch (cause) {
      if (!(cause instanceof Problem)) throw cause;
      this.closed = false;
      this.say(this.context.strings.feedbackFailed);
    }
  }

  private settle(vote: "up" | "down"): void {
    if (this.form !== null) this.closeForm();
    for (const [button, name] of [[this.up, "up"], [this.down, "down"]] as const) {
      button.setAttribute("aria-disabled", "true");
      button.setAttribute("aria-pressed", String(name === vote));
    }
    this.say(this.context.strings.thanks);
    this.context.emit("feedback", { query_id: this.queryId, vote });
  }

  private say(text: string): void {
    this.status.textContent = text;
    this.context.announce(text);
  }
}

function readForm(form: HTMLFormElement): { labels?: string[]; comment?: string } {
  const data = new FormData(form);
  const labels = data.getAll("label").map(String);
  const comment = String(data.get("comment") ?? "").trim();
  return { ...(labels.length > 0 ? { labels } : {}), ...(comment === "" ? {} : { comment }) };
}
