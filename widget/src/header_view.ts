/** The panel's title bar. */

import { el, iconButton } from "./dom";
import { icon } from "./icons";
import type { Strings } from "./strings";

export interface HeaderOptions {
  readonly strings: Strings;
  /** Inline panels cannot be closed. */
  readonly closable: boolean;
  readonly onNew: () => void;
  readonly onDelete: () => void;
  readonly onClose: () => void;
}

export class HeaderView {
  readonly root = el("header", { class: "header" });
  readonly title = el("h2", { class: "title", id: "title" });
  private readonly renew: HTMLButtonElement;
  private readonly remove: HTMLButtonElement;

  constructor({ strings, closable, onNew, onDelete, onClose }: HeaderOptions) {
    this.title.textContent = strings.title;
    this.renew = iconButton(strings.newConversation, "ghost", icon("compose"), onNew);
    this.renew.dataset["testid"] = "new-conversation";
    this.remove = confirmedButton(strings, onDelete);
    this.setStarted(false);
    this.root.append(this.title, this.remove, this.renew);
    if (closable) this.root.append(iconButton(strings.close, "ghost", icon("close"), onClose));
  }

  /** Beginning anew, and deleting, make sense only once something was asked. */
  setStarted(started: boolean): void {
    this.renew.hidden = !started;
    this.remove.hidden = !started;
  }
}

/** What cannot be undone takes two presses; moving on takes the first one back. */
function confirmedButton(strings: Strings, onConfirmed: () => void): HTMLButtonElement {
  const question = el("span", { class: "confirm", hidden: true }, strings.confirmDelete);
  const arm = (armed: boolean): void => {
    question.hidden = !armed;
    button.ariaLabel = armed ? strings.confirmDelete : strings.deleteConversation;
    button.classList.toggle("armed", armed);
  };
  const button = iconButton(strings.deleteConversation, "ghost delete", icon("trash"), () => {
    const confirmed = !question.hidden;
    arm(!confirmed);
    if (confirmed) onConfirmed();
  });
  button.append(question);
  button.dataset["testid"] = "delete-conversation";
  button.addEventListener("blur", () => arm(false));
  return button;
}
