/** What every view needs from the panel around it. */

import type { Strings } from "./strings";
import type { Feedback, Passage } from "./transport";

export interface ViewContext {
  readonly strings: Strings;
  /** BCP 47 tag for dates. */
  readonly locale: string;
  readonly newKey: () => string;
  readonly ask: (question: string) => void;
  readonly retry: () => void;
  readonly loadPassage: (passageId: string) => Promise<Passage>;
  readonly deleteConversation: (conversationId: string) => Promise<void>;
  readonly sendFeedback: (feedback: Feedback) => Promise<void>;
  /** Says something to screen readers. */
  readonly announce: (text: string) => void;
  /** Tells the host page; never with the text of questions or answers unless it asked the question itself. */
  readonly emit: (name: string, detail: Readonly<Record<string, unknown>>) => void;
}
