/** Conversations that a mail named and did not join. */
import type { LinkedConversation } from "$/api/types";

/** Whether an agent must look twice before they answer. */
export const isWarning = (link: LinkedConversation): boolean => link.cause !== "forward" && link.claim !== "confirmed";

/** The conversation that the claiming mail opened: this one, or the one across. */
export const claimedBy = (link: LinkedConversation, shown: string): string => (link.opened ? shown : link.conversation);
