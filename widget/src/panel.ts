/** The panel's module: registers the element and mounts it. */

import { CausewayChat } from "./element";
import type { PanelHandle, PanelOptions } from "./panel_contract";

const NAME = "causeway-chat";

/** Puts a panel into `parent`; in launcher mode it stays hidden until `open`. */
export function mount(options: PanelOptions, parent: Element): PanelHandle {
  if (customElements.get(NAME) === undefined) customElements.define(NAME, CausewayChat);
  const panel = document.createElement(NAME) as CausewayChat;
  panel.start(options);
  panel.hidden = options.mode === "launcher";
  parent.append(panel);
  return panel;
}
