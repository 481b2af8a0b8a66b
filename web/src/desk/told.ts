/** What became of telling one member of staff about an escalation. */
import type { Told } from "$/api/types";

/** A code for the catalogue: why nobody was reached, else how far the mail came. */
export const outcomeOf = (told: Told): string => (told.problem !== "" ? told.problem : told.delivery);

/** Whether somebody who should know may not know. */
export const isTrouble = (outcome: string): boolean => outcome !== "sent" && outcome !== "queued";
