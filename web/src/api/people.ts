/** Staff: who is here, who belongs where, who is due when. */
import { call, id, query } from "./client";
import type * as Api from "./types";

export const people = {
  list: (q: string, cursor: string, limit = 50) =>
    call<Api.People>("GET", `/people?${query({ q, cursor, limit: String(limit) })}`),
  person: (person: string) => call<Api.PersonDetail>("GET", `/people/${id(person)}`),
  changeRole: (person: string, role: string, present_password: string) =>
    call<Api.PersonDetail>("PATCH", `/people/${id(person)}`, { role, present_password }),
  join: (person: string, body: Api.NewMembership) =>
    call<Api.PersonDetail>("POST", `/people/${id(person)}/memberships`, body),
  changeMembership: (person: string, membership: string, body: Api.MembershipChange) =>
    call<Api.PersonDetail>("PATCH", `/people/${id(person)}/memberships/${id(membership)}`, body),
  takeBackMembership: (person: string, membership: string) =>
    call<Api.PersonDetail>("DELETE", `/people/${id(person)}/memberships/${id(membership)}`),
  week: (person: string, from: string) => call<Api.Week>("GET", `/people/${id(person)}/week?${query({ from })}`),
  /** Its shifts once more, in the week that begins at `to`. */
  copyWeek: (person: string, from: string, to: string) =>
    call<Api.CopiedWeek>("POST", `/people/${id(person)}/week`, { from, to }),
  addShift: (person: string, body: Api.NewShift) => call<Api.ShiftView>("POST", `/people/${id(person)}/shifts`, body),
  removeShift: (shift: string) => call<undefined>("DELETE", `/shifts/${id(shift)}`),
};

export const presence = {
  own: () => call<Api.PresenceView>("GET", "/presence"),
  /** Said by a page that is used. */
  beat: () => call<Api.PresenceView>("POST", "/presence", {}),
};
