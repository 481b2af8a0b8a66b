/** What goes over the API. Written by hand after src/app/api_types.h until the program prints its OpenAPI document. */
export type Time = string;
export interface Named {
  id: string;
  name: string;
}
export interface ChannelState {
  id: string;
  kind: string;
  name: string;
  address: string;
  open: boolean;
  closes_at: Time | null;
  opens_at: Time | null;
  closed_text: string;
  offered: Named[];
  reply_by: Time | null;
}
export interface Site {
  business: string;
  time_zone: string;
  default_language: string;
  now: string;
  languages: string[];
  topics: Named[];
  channels: ChannelState[];
}
export interface Promise {
  open: boolean;
  opens_at: Time | null;
  reply_by: Time | null;
}
export interface NewConversation {
  request_id: string;
  name: string;
  email: string;
  topic: string;
  subject: string;
  message: string;
  language: string;
}
export interface Created {
  token: string;
  link: string;
  promise: Promise;
}
export interface PublicMessage {
  id: string;
  from: string;
  author: string;
  text: string;
  at: Time;
}
export interface PublicConversation {
  subject: string;
  state: string;
  topic: string;
  customer: string;
  now: string;
  can_reply: boolean;
  promise: Promise;
  messages: PublicMessage[];
  continued: string | null;
}
export interface NewMessage {
  request_id: string;
  text: string;
}
export interface LogIn {
  login: string;
  password: string;
}
export interface Session {
  agent_id: string;
  login: string;
  name: string;
  role: string;
  language: string;
  csrf: string;
  present: boolean;
}
export interface Preferences {
  language?: string;
  present?: boolean;
}
export interface NextDue {
  target: string;
  due_at: Time | null;
  status: string;
  at_risk: boolean;
}
export interface Row {
  id: string;
  subject: string;
  preview: string;
  customer: string;
  state: string;
  channel: string;
  topic: Named;
  priority: Named;
  team: Named;
  assignee: Named | null;
  segment: Named | null;
  next_due: NextDue | null;
  breached: boolean;
  unanswered: boolean;
  opened_at: Time;
  last_at: Time;
  last_number: number;
}
export interface Counts {
  open: number;
  mine: number;
  unassigned: number;
  waiting: number;
  resolved: number;
  closed: number;
  all: number;
}
export interface Inbox {
  items: Row[];
  next: string | null;
  counts: Counts;
  now: Time;
  position: number;
}
export interface Attachment {
  id: string;
  name: string;
  type: string;
  size: number;
}
export interface Message {
  id: string;
  kind: string;
  author: string;
  text: string;
  email: string | null;
  at: Time;
  has_raw: boolean;
  delivery: string;
  attachments: Attachment[];
}
export interface TimelineEvent {
  number: number;
  kind: string;
  actor: string;
  what: string;
  value: string;
  at: Time;
}
export interface ClockView {
  target: string;
  cycle: number;
  status: string;
  started_at: Time | null;
  due_at: Time | null;
  ended_at: Time | null;
  budget_s: number;
  used_s: number;
  left_s: number;
  at_risk: boolean;
}
export interface Conversation {
  row: Row;
  email: string;
  language: string;
  hold_reason: string;
  policy: string;
  plan_version: string;
  messages: Message[];
  timeline: TimelineEvent[];
  clocks: ClockView[];
  next_states: string[];
}
export interface Reply {
  request_id: string;
  text: string;
  after: number;
  then_state?: string;
}
export interface Note {
  request_id: string;
  text: string;
}
export interface Change {
  state?: string;
  reason?: string;
  topic?: string;
  priority?: string;
  team?: string;
  assignee?: string;
  segment?: string;
}
export interface StretchView {
  from: Time;
  to: Time;
  why: string;
  counted_s: number;
  left_s: number;
}
export interface ClockExplanation {
  clock: ClockView;
  policy: string;
  policy_name: string;
  rule: string;
  calendar: string;
  calendar_name: string;
  time_zone: string;
  plan_version: string;
  stretches: StretchView[];
}
export interface DeskOptions {
  topics: Named[];
  priorities: Named[];
  teams: Named[];
  agents: Named[];
  segments: Named[];
  hold_reasons: Named[];
  tone: string;
  business: string;
  time_zone: string;
  languages: string[];
}
export interface PlanTable {
  head: string[];
  rows: string[][];
}
export interface PlanSection {
  id: string;
  title: string;
  paragraphs: string[];
  tables: PlanTable[];
}
export interface PlanDocument {
  version: string;
  adopted_at: string;
  adopted_by: string;
  why: string;
  digest: string;
  source: string;
  sections: PlanSection[];
}
export interface ChannelsNow {
  now: Time;
  time_zone: string;
  channels: ChannelState[];
}
export interface Problem {
  type: string;
  title: string;
  code: string;
  detail: string;
  field: string;
  status: number;
}
