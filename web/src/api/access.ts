/** Getting in, and who did what: what the pages about it ask the server. */
import { call, id, query } from "./client";
import type * as Api from "./types";

export const door = {
  invite: (token: string) => call<Api.JoinView>("GET", `/public/join/${id(token)}`),
  join: (token: string, body: Api.Join) => call<Api.Session>("POST", `/public/join/${id(token)}`, body),
  askReset: (who: string) => call<undefined>("POST", "/public/reset", { who }),
  reset: (token: string) => call<Api.ResetView>("GET", `/public/reset/${id(token)}`),
  setPassword: (token: string, new_password: string) =>
    call<undefined>("POST", `/public/reset/${id(token)}`, { new_password }),
};

export const account = {
  password: (body: Api.ChangePassword) => call<undefined>("POST", "/account/password", body),
  sessions: () => call<Api.SessionList>("GET", "/account/sessions"),
  endSession: (session: string) => call<undefined>("DELETE", `/account/sessions/${id(session)}`),
  endOthers: () => call<undefined>("DELETE", "/account/sessions"),
  secondStep: () => call<Api.SecondStep>("GET", "/account/second-step"),
  begin: (present_password: string) => call<Api.SecondStepStart>("POST", "/account/second-step", { present_password }),
  confirm: (code: string) => call<Api.RecoveryCodes>("POST", "/account/second-step/confirm", { code }),
  newCodes: (present_password: string) =>
    call<Api.RecoveryCodes>("POST", "/account/second-step/recovery-codes", { present_password }),
  off: (present_password: string) => call<undefined>("POST", "/account/second-step/off", { present_password }),
};

export const access = {
  overview: () => call<Api.AccessOverview>("GET", "/access"),
  rules: (body: Api.AccessRules) => call<Api.AccessRules>("PUT", "/access/rules", body),
  invite: (body: Api.NewInvite) => call<Api.InviteMade>("POST", "/invites", body),
  revoke: (invite: string) => call<Api.Invite>("DELETE", `/invites/${id(invite)}`),
  resetLink: (person: string, present_password: string) =>
    call<Api.LinkMade>("POST", `/access/${id(person)}/reset-link`, { present_password }),
  endSessions: (person: string, present_password: string) =>
    call<undefined>("POST", `/access/${id(person)}/sessions/end`, { present_password }),
  secondStepOff: (person: string, present_password: string) =>
    call<undefined>("POST", `/access/${id(person)}/second-step/off`, { present_password }),
  audit: (filters: Record<string, string>) => call<Api.AuditPage>("GET", `/audit?${query(filters)}`),
};
export const auditExportAddress = (filters: Record<string, string>) => `/api/v1/audit/export?${query(filters)}`;
