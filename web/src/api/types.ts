/** Names for the types that `npm run api` makes of the program's own description of its API. */
import type { components } from "./schema";

type Schemas = components["schemas"];

export type Named = Schemas["Named"];
export type ChannelState = Schemas["ChannelState"];
export type Site = Schemas["Site"];
export type Promise = Schemas["Promise"];
export type NewConversation = Schemas["NewConversation"];
export type Created = Schemas["Created"];
export type PublicMessage = Schemas["PublicMessage"];
export type PublicConversation = Schemas["PublicConversation"];
export type NewMessage = Schemas["NewMessage"];
export type LogIn = Schemas["LogIn"];
export type Session = Schemas["Session"];
export type Preferences = Schemas["Preferences"];
export type NextDue = Schemas["NextDue"];
export type Row = Schemas["Row"];
export type Counts = Schemas["Counts"];
export type Inbox = Schemas["Inbox"];
export type Attachment = Schemas["Attachment"];
export type Message = Schemas["Message"];
export type TimelineEvent = Schemas["TimelineEvent"];
export type Told = Schemas["Told"];
export type ClockView = Schemas["ClockView"];
export type Conversation = Schemas["Conversation"];
export type Reply = Schemas["Reply"];
export type Note = Schemas["Note"];
export type Change = Schemas["Change"];
export type StretchView = Schemas["StretchView"];
export type ClockExplanation = Schemas["ClockExplanation"];
export type DeskOptions = Schemas["DeskOptions"];
export type PlanTable = Schemas["PlanTable"];
export type PlanSection = Schemas["PlanSection"];
export type PlanDocument = Schemas["PlanDocument"];
export type ChannelsNow = Schemas["ChannelsNow"];
export type Problem = Schemas["Problem"];
