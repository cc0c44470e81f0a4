/** The one live region: says milestones to screen readers, never the stream of words. */

import { el } from "./dom";
import { fill, type Strings } from "./strings";
import { citedNumbers, type Turn } from "./turn";

export class Announcer {
  /** In the page from the start, empty: a region that appears together with its text is often not read. */
  readonly root = el("p", { class: "sr-only", role: "status", "aria-live": "polite", "data-testid": "status" });
  private last = "";

  constructor(private readonly strings: Strings) {}

  say(text: string): void {
    if (text !== "") this.root.textContent = text;
  }

  /** Says that a turn has reached its next milestone, once. Failures speak for themselves: they are alerts. */
  follow(turn: Turn): void {
    const milestone = turn.reconnecting ? "reconnecting" : turn.phase;
    const key = `${turn.index} ${milestone}`;
    if (key === this.last || milestone === "reading") return;
    this.last = key;
    this.say(this.words(turn, milestone));
  }

  private words(turn: Turn, milestone: Turn["phase"] | "reconnecting"): string {
    const { strings } = this;
    if (milestone === "reconnecting") return strings.reconnecting;
    if (milestone === "searching") return strings.searching;
    if (milestone === "writing") return strings.answering;
    if (milestone === "failed") return "";
    if (turn.finish === "refusal") return `${strings.refused}.`;
    return turn.finish === "stopped" ? strings.stopped : fill(strings.ready, { n: citedNumbers(turn).length });
  }
}
