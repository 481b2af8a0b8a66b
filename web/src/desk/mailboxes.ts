/** What the form of a mailbox knows and asks for. Pure. */
import type { MailboxItem, NewMailbox } from "$/api/types";

export type Preset = "google" | "microsoft" | "other";
export const presets: readonly Preset[] = ["google", "microsoft", "other"];

/** A field each; secrets are empty until somebody types one. */
export type MailboxInput = NewMailbox;

export const blank: MailboxInput = {
  name: "",
  host: "",
  port: 993,
  tls: "tls",
  user: "",
  auth: "password",
  password: "",
  provider: "",
  token_url: "",
  client_id: "",
  client_secret: "",
  refresh_token: "",
  scope: "",
  folder: "INBOX",
  then: "mark_seen",
  move_to: "",
  older: false,
  every_s: 60,
  channel: "",
  enabled: true,
};

const hosts: Record<Preset, string> = { google: "imap.gmail.com", microsoft: "outlook.office365.com", other: "" };

/** What a choice of the provider fills in; what was typed for another one goes. */
export function withPreset(input: MailboxInput, preset: Preset): MailboxInput {
  const auth = preset === "microsoft" ? "oauth" : preset === "google" ? input.auth : "password";
  return withAuth(
    { ...input, host: hosts[preset], port: 993, tls: "tls", token_url: "", scope: "", provider: "" },
    preset,
    auth,
  );
}

export function withAuth(input: MailboxInput, preset: Preset, auth: string): MailboxInput {
  const provider = auth === "password" ? "" : preset === "other" ? "custom" : preset;
  return { ...input, auth, provider };
}

export const presetOf = (one: Pick<MailboxInput, "host" | "provider">): Preset =>
  one.provider === "google" || one.host === hosts.google
    ? "google"
    : one.provider === "microsoft" || one.host === hosts.microsoft
      ? "microsoft"
      : "other";

/** The usual port of each kind of encryption; another one that was typed stays. */
export function withTls(input: MailboxInput, tls: string): MailboxInput {
  const usual = (kind: string) => (kind === "tls" ? 993 : 143);
  return { ...input, tls, port: input.port === usual(input.tls) ? usual(tls) : input.port };
}

export function inputOf(item: MailboxItem): MailboxInput {
  const input = { ...blank };
  for (const key of Object.keys(blank) as (keyof MailboxInput)[])
    if (key in item) Object.assign(input, { [key]: item[key as keyof MailboxItem] });
  return input;
}

/** For another server the secret is given again: else whoever sits at an open page could have it sent anywhere. */
export const needsSecret = (before: MailboxItem | null, input: MailboxInput): boolean =>
  before === null ||
  before.auth !== input.auth ||
  before.host !== input.host.trim().toLowerCase() ||
  (input.auth === "oauth" && input.token_url !== "" && before.token_url !== input.token_url.trim());

/** Whether something will soon look different, so that the page asks again sooner. */
export const isBusy = (items: readonly MailboxItem[]): boolean =>
  items.some((one) => one.testing || one.state === "fetching" || one.state === "connecting");

/** A code for the catalogue ("mailbox_state"). */
export const stateOf = (item: MailboxItem): string => (item.enabled && item.state === "off" ? "starting" : item.state);
