/** What the panel shows before the first question. */

import { el } from "./dom";
import type { Session } from "./session";
import { suggestionButton } from "./turn_view";
import type { ViewContext } from "./view_context";

const MAX_SUGGESTIONS = 5;

export class WelcomeView {
  readonly root = el("div", { class: "welcome" });
  private readonly greeting = el("p", { class: "greeting" });
  private readonly examples = el("div", { class: "examples" });

  constructor(private readonly context: ViewContext) {
    const { strings } = context;
    this.greeting.textContent = strings.greeting;
    this.root.append(this.greeting, el("p", { class: "hint" }, strings.hint), this.examples);
  }

  /** Adds what the session knows: the tenant's greeting and questions worth asking. */
  update({ config, suggestions }: Session): void {
    this.greeting.textContent = config.greeting ?? this.context.strings.greeting;
    const buttons = suggestions.slice(0, MAX_SUGGESTIONS).map((text) => suggestionButton(text, this.context.ask));
    const heading = buttons.length > 0 ? [el("p", { class: "quiet" }, this.context.strings.examples)] : [];
    this.examples.replaceChildren(...heading, ...buttons);
  }

  showFailure(alert: HTMLElement): void {
    this.examples.replaceChildren(alert);
  }
}
