/** Where the question is written. */

import { el } from "./dom";
import { icon } from "./icons";
import type { Strings } from "./strings";

const MAX_LENGTH = 4000;
const MAX_HEIGHT_PX = 160;

export class ComposerView {
  readonly root = el("form", { class: "composer" });
  private readonly input: HTMLTextAreaElement;
  private readonly send: HTMLButtonElement;
  private readonly stop: HTMLButtonElement;
  private busy = false;

  constructor(
    strings: Strings,
    private readonly onAsk: (question: string) => void,
    onStop: () => void,
  ) {
    this.input = el("textarea", {
      rows: "1",
      maxlength: String(MAX_LENGTH),
      "aria-label": strings.question,
      placeholder: strings.placeholder,
      enterkeyhint: "send",
      "data-testid": "question",
    });
    this.send = roundButton("submit", strings.send, "send");
    this.stop = roundButton("button", strings.stop, "stop");
    this.stop.hidden = true;
    this.stop.addEventListener("click", onStop);
    this.root.append(this.input, this.send, this.stop);
    this.root.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    this.input.addEventListener("keydown", (event) => this.onKey(event));
    this.input.addEventListener("input", () => this.fit());
    this.fit();
  }

  focus(): void {
    this.input.focus({ preventScroll: true });
  }

  /** While an answer is on its way the stop button takes the place of the send button. */
  setBusy(busy: boolean): void {
    if (busy === this.busy) return;
    this.busy = busy;
    const hadFocus = this.root.querySelector("button:focus") !== null;
    this.send.hidden = busy;
    this.stop.hidden = !busy;
    if (hadFocus) (busy ? this.stop : this.input).focus({ preventScroll: true });
  }

  /** Enter that confirms an input method's suggestion must not send (229 is how older Safari reports it). */
  private onKey(event: KeyboardEvent): void {
    const composing = event.isComposing || event.keyCode === 229;
    if (event.key !== "Enter" || event.shiftKey || composing) return;
    event.preventDefault();
    this.submit();
  }

  private submit(): void {
    const question = this.input.value.trim();
    if (question === "" || this.busy) return;
    this.input.value = "";
    this.fit();
    this.onAsk(question);
  }

  private fit(): void {
    this.send.setAttribute("aria-disabled", String(this.input.value.trim() === ""));
    this.input.style.setProperty("height", "auto");
    const height = Math.min(this.input.scrollHeight, MAX_HEIGHT_PX);
    if (height > 0) this.input.style.setProperty("height", `${height}px`);
  }
}

function roundButton(type: "button" | "submit", name: string, kind: "send" | "stop"): HTMLButtonElement {
  const attributes = { type, class: `round ${kind}`, "aria-label": name, title: name, "data-testid": kind };
  return el("button", attributes, icon(kind));
}
