/// Replies and forwards that wait, over the API.
#pragma once

#include "app/api_types.h"

namespace suki::app {

/// A conversation's words sent on to somebody who is not its customer; it stays in the conversation as a note, and what
/// that person answers becomes one, too. messages: ids of what is quoted, in the order given; attachments: ids of
/// files of this conversation that go with it; uploads: further ones.
struct Forward {
  Text request_id, to, subject, text;
  List<Text> messages, attachments;
  Maybe<List<Text>> uploads = {};
  Maybe<Text> writer = {}, html = {};
  Maybe<List<Recipient>> cc = {}, bcc = {};
};
BOOST_DESCRIBE_STRUCT(Forward, (),
                      (request_id, to, subject, text, messages, attachments, uploads, writer, html, cc, bcc))

/// One of reply and forward, to go out at `at`; without it, when it can no longer be undone (ComposeRules).
struct Hold {
  Maybe<Reply> reply = {};
  Maybe<Forward> forward = {};
  Maybe<Time> at = {};
};
BOOST_DESCRIBE_STRUCT(Hold, (), (reply, forward, at))
struct TakeBack {
  Maybe<Text> writer = {};
};  ///< writer: the page that asks, for the draft that it becomes
BOOST_DESCRIBE_STRUCT(TakeBack, (), (writer))
/// after: the last_number that its writer has seen now.
struct SendNow {
  std::int64_t after = 0;
};
BOOST_DESCRIBE_STRUCT(SendNow, (), (after))

struct HeldItem {
  Text conversation, subject;
  Held held;
};
BOOST_DESCRIBE_STRUCT(HeldItem, (), (conversation, subject, held))
/// Of the asking agent, the earliest time first; at most 200.
struct HeldList {
  List<HeldItem> items;
};
BOOST_DESCRIBE_STRUCT(HeldList, (), (items))

/// undo_seconds: for how long what was sent can be undone; 0: it goes at once.
struct ComposeRules {
  std::int64_t undo_seconds = 0;
};
BOOST_DESCRIBE_STRUCT(ComposeRules, (), (undo_seconds))

/// A prepared reply of the plan, in the conversation's language, with the names of this conversation in it. fits: its
/// `when` holds here.
struct Template {
  Text id, name, text, html;
  bool fits = false;
};
BOOST_DESCRIBE_STRUCT(Template, (), (id, name, text, html, fits))
/// A time to send at. kind: next_open, tomorrow, monday.
struct SendTime {
  Text kind;
  Time at;
};
BOOST_DESCRIBE_STRUCT(SendTime, (), (kind, at))
/// What one needs to write here. to: the customer, null when no mail goes to them; reply_all: who else had the last
/// mail of theirs; known: whoever else has been in this conversation.
struct ComposeView {
  Maybe<Recipient> to;
  List<Recipient> reply_all, known;
  List<Template> templates;
  List<SendTime> times;
  Text time_zone;
  std::int64_t undo_seconds = 0;
};
BOOST_DESCRIBE_STRUCT(ComposeView, (), (to, reply_all, known, templates, times, time_zone, undo_seconds))

/// A mail as it would go out now. html: "" plain text alone; pictures: "cid:ID" with the upload of each.
struct MailPreview {
  Recipient from, to;
  List<Recipient> cc;
  List<Text> bcc;
  Text subject, text, html;
  List<InlinePicture> pictures;
};
BOOST_DESCRIBE_STRUCT(MailPreview, (), (from, to, cc, bcc, subject, text, html, pictures))
/// As Hold, with what would be sent.
struct PreviewAsk {
  Maybe<Reply> reply = {};
  Maybe<Forward> forward = {};
};
BOOST_DESCRIBE_STRUCT(PreviewAsk, (), (reply, forward))

}  // namespace suki::app
