/** What was erased, for how long the rest is kept, and what goes next. */
import { call, query } from "./client";
import type * as Api from "./types";

export type Kind = "conversations" | "customers";

export const privacy = {
  retention: () => call<Api.RetentionView>("GET", "/retention"),
  next: (kind: Kind, cursor: string, limit = 20) =>
    call<Api.RetentionNextPage>("GET", `/retention/next?${query({ kind, cursor, limit: String(limit) })}`),
  erasures: (cursor: string, limit = 50) =>
    call<Api.Erasures>("GET", `/erasures?${query({ cursor, limit: String(limit) })}`),
};
