/** The panel's title bar. */

import { el, iconButton } from "./dom";
import { icon } from "./icons";
import type { Strings } from "./strings";

export interface HeaderOptions {
  readonly strings: Strings;
  /** Inline panels cannot be closed. */
  readonly closable: boolean;
  readonly onNew: () => void;
  readonly onClose: () => void;
}

export class HeaderView {
  readonly root = el("header", { class: "header" });
  readonly title = el("h2", { class: "title", id: "title" });
  private readonly renew: HTMLButtonElement;

  constructor({ strings, closable, onNew, onClose }: HeaderOptions) {
    this.title.textContent = strings.title;
    this.renew = iconButton(strings.newConversation, "ghost", icon("compose"), onNew);
    this.renew.dataset["testid"] = "new-conversation";
    this.renew.hidden = true;
    this.root.append(this.title, this.renew);
    if (closable) this.root.append(iconButton(strings.close, "ghost", icon("close"), onClose));
  }

  /** Beginning anew makes sense only once something was asked. */
  setStarted(started: boolean): void {
    this.renew.hidden = !started;
  }
}
