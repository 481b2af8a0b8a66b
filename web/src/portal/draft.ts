/** What a customer has written and not yet sent: it survives a reload. */
import { recall, remember } from "$/parts/remember";

export interface ContactDraft {
  name: string;
  email: string;
  topic: string;
  subject: string;
  message: string;
}
export type ContactField = keyof ContactDraft;

const fields: readonly ContactField[] = ["name", "email", "topic", "subject", "message"];
const contactKey = "suki.draft.contact";

export const emptyDraft = (): ContactDraft => ({
  name: "",
  email: "",
  topic: "",
  subject: "",
  message: "",
});

/** The kept draft, or an empty one; text that is not a draft is none. */
export function readDraft(text: string | null): ContactDraft {
  const draft = emptyDraft();
  let kept: unknown;
  try {
    kept = JSON.parse(text ?? "null");
  } catch {
    return draft;
  }
  if (typeof kept !== "object" || kept === null) return draft;
  const values = kept as Record<string, unknown>;
  for (const field of fields) {
    const value = values[field];
    if (typeof value === "string") draft[field] = value;
  }
  return draft;
}

export const loadDraft = (): ContactDraft => readDraft(recall(contactKey));
export const keepDraft = (draft: ContactDraft): void => remember(contactKey, JSON.stringify(draft));
export const dropDraft = (): void => remember(contactKey, null);

export const limits: Record<"name" | "email" | "subject" | "message", number> = {
  name: 200,
  email: 254,
  subject: 200,
  message: 20_000,
};

export type Fault = "required" | "email" | "long";

/** What is wrong, by field, before the server is asked. The server decides in the end. */
export function faultsOf(draft: ContactDraft): Partial<Record<ContactField, Fault>> {
  const faults: Partial<Record<ContactField, Fault>> = {};
  for (const field of fields) {
    if (draft[field].trim() === "") faults[field] = "required";
    else if (field !== "topic" && draft[field].length > limits[field]) faults[field] = "long";
  }
  if (!faults.email && !/^[^\s@]+@[^\s@]+\.[^\s@.]+$/.test(draft.email.trim())) faults.email = "email";
  return faults;
}
