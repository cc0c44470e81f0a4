/** What the loader and the panel know of each other. */

/** Milestones that the host page can listen to. */
export type CausewayEvent = "ready" | "open" | "close" | "question" | "answer" | "citation" | "feedback" | "error";

export type EventDetail = Readonly<Record<string, unknown>>;

export interface PanelOptions {
  readonly mode: "launcher" | "inline";
  /** The edge's origin, without a trailing slash. */
  readonly endpoint: string;
  readonly tenant?: string | undefined;
  readonly locale: string;
  readonly getHostToken?: (() => Promise<string>) | undefined;
  readonly onEvent: (name: CausewayEvent, detail: EventDetail) => void;
}

/** A mounted panel. */
export interface PanelHandle {
  open(): void;
  close(): void;
  ask(question: string): void;
  /** Ends the session's work and takes the panel off the page. */
  destroy(): void;
}

/** The module that the loader imports. */
export interface PanelModule {
  mount(options: PanelOptions, parent: Element): PanelHandle;
}
