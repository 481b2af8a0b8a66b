#include <algorithm>
#include <array>
#include <functional>

#include "plan/semantics.h"
#include "plan/validate.h"

namespace suki::plan {
namespace {

/// Form and e-mail take messages also while nobody is there to answer.
bool takes_messages(const Node& channel) {
  const auto kind = scalar_at(channel, "kind");
  return kind == "form" || kind == "email";
}

bool is_always_open(const Node& channel) {
  const Node* hours = channel.find("hours");
  return hours == nullptr || hours->scalar == "always";
}

const Node* find_channel(const Context& context, std::string_view id) {
  for (const auto& channel : items_at(context.folder.root, {"channels"})) {
    if (scalar_at(channel, "id") == id) return &channel;
  }
  return nullptr;
}

std::vector<std::string> offers_of(const Node& channel) {
  const Node* when_closed = channel.find("when_closed");
  return when_closed != nullptr ? scalars_at(*when_closed, "offer") : std::vector<std::string>{};
}

void check_email(Context& context, const Node& address) {
  if (address.kind != NodeKind::text) return;
  const auto at = address.scalar.find('@');
  const bool plausible = at != std::string::npos && at > 0 && at + 1 < address.scalar.size() &&
                         address.scalar.find('@', at + 1) == std::string::npos &&
                         address.scalar.find_first_of(" \t<>,;") == std::string::npos;
  if (!plausible) {
    context.error(address.place, "bad-address", fmt::format("\"{}\" is not an e-mail address", address.scalar),
                  "write it like help@example.com");
  }
}

void check_aliases(Context& context, const Node& channel) {
  const Node* aliases = channel.find("aliases");
  if (aliases == nullptr) return;
  if (scalar_at(channel, "kind") != "email") {
    context.error(place_of_key(channel, "aliases"), "aliases-of-email", "only a channel of kind email has aliases",
                  "remove them");
    return;
  }
  for (const Node& item : aliases->items) check_email(context, item);
}

void check_address(Context& context, const Node& channel) {
  const auto kind = scalar_at(channel, "kind");
  const Node* address = channel.find("address");
  if (address == nullptr) {
    if (kind == "email" || kind == "phone" || kind == "walk-in") {
      context.error(channel.place, "missing-key", fmt::format("a channel of kind {} needs the key \"address\"", kind),
                    "customers must know where to write, call or go");
    }
    return;
  }
  if (kind == "email") check_email(context, *address);
}

/// Clients fold a signature of the usual length away, ours too (mail/reply.h); beyond that it would be taken for words.
constexpr std::size_t signature_lines_max = 40;

/// What only mails have: whom they are from, how they are signed, what they quote.
void check_mail_words(Context& context, const Node& channel) {
  constexpr std::array keys{"from_name", "signature", "sign_automatic", "quote_history"};
  if (scalar_at(channel, "kind") != "email") {
    for (const char* key : keys)
      if (channel.find(key) != nullptr)
        context.warning(place_of_key(channel, key), "no-effect",
                        fmt::format("{} has no effect: this channel sends no e-mails", key), "take it away");
    return;
  }
  if (const Node* name = channel.find("from_name")) {
    check_placeholders(context, *name, {"agent", "business"});
    for (const auto& [language, text] : read_text(context, name).by_language)
      if (text.find('\n') != std::string::npos)
        context.error(name->place, "several-lines", "the name that e-mails are from has several lines",
                      "write it in one line");
  }
  if (const Node* signature = channel.find("signature")) {
    check_placeholders(context, *signature, {"agent", "customer", "business", "number", "topic", "link"});
    for (const auto& [language, text] : read_text(context, signature).by_language)
      if (static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) > signature_lines_max)
        context.error(signature->place, "too-long",
                      fmt::format("the signature has more than {} lines", signature_lines_max), "make it shorter");
  }
}

void check_own_offers(Context& context, const Node& channel) {
  const Node* when_closed = channel.find("when_closed");
  if (when_closed == nullptr) return;
  if (is_always_open(channel)) {
    context.warning(place_of_key(channel, "when_closed"), "never-closed",
                    "this channel is always open, so when_closed has no effect",
                    "give the channel hours, or remove when_closed");
  }
  const Node* offer = when_closed->find("offer");
  if (offer == nullptr || takes_messages(channel)) return;
  for (const auto& item : offer->items) {
    if (item.scalar == scalar_at(channel, "id")) {
      context.error(item.place, "cyclic-offer", fmt::format("the closed channel \"{}\" offers itself", item.scalar),
                    "offer a channel that is open then, or takes messages");
    }
  }
}

/// Follows what closed channels offer. A ring of channels that all close and take no messages sends the customer round
/// and round, unless one of them offers a way out.
void check_rings(Context& context) {
  std::set<std::string> told;
  for (const auto& channel : items_at(context.folder.root, {"channels"})) {
    const auto start = scalar_at(channel, "id");
    std::set<std::string> seen;
    bool way_out = false;
    bool ring = false;
    std::function<void(const Node&)> follow = [&](const Node& from) {
      if (takes_messages(from) || is_always_open(from)) {
        way_out = true;
        return;
      }
      for (const auto& id : offers_of(from)) {
        const Node* next = find_channel(context, id);
        if (next == nullptr || next == &from) continue;
        if (id == start) ring = true;
        if (seen.insert(id).second) follow(*next);
      }
    };
    follow(channel);
    if (!ring || way_out || told.contains(start)) continue;
    told.insert(seen.begin(), seen.end());
    const Node* when_closed = channel.find("when_closed");
    context.error(place_of_key(*when_closed, "offer"), "cyclic-offer",
                  fmt::format("what the closed channel \"{}\" offers leads back to itself", start),
                  "offer a channel that is always open, or takes messages");
  }
}

void check_hours(Context& context, const Node& owner, const std::vector<BuiltCalendar>& calendars) {
  const Node* hours = owner.find("hours");
  if (hours == nullptr) return;
  for (const auto& calendar : calendars) {
    if (calendar.decl.id != hours->scalar || !calendar.compiled || ever_opens(*calendar.compiled, asking_from(context)))
      continue;
    context.error(hours->place, "never-opens", fmt::format("the calendar \"{}\" never opens", hours->scalar),
                  "give it hours");
  }
}

}  // namespace

void check_channels(Context& context, const std::vector<BuiltCalendar>& calendars) {
  for (const auto& channel : items_at(context.folder.root, {"channels"})) {
    check_address(context, channel);
    check_mail_words(context, channel);
    check_aliases(context, channel);
    check_own_offers(context, channel);
    check_hours(context, channel, calendars);
  }
  for (const auto& team : items_at(context.folder.root, {"teams"})) check_hours(context, team, calendars);
  check_rings(context);
}

void advise(Context& context, const std::vector<BuiltCalendar>&) {
  const Node& root = context.folder.root;
  const Place place{root.place.file, 0, 0};
  const auto channels = items_at(root, {"channels"});
  const auto not_yet = [&](int number, std::string_view question, std::string_view chapter) {
    context.advice(place, fmt::format("question-{}", number),
                   fmt::format("question {}, {}: this plan cannot answer it", number, question),
                   fmt::format("the chapter \"{}\" is not available in this version", chapter));
  };
  const auto open_question = [&](int number, std::string_view question, std::string help) {
    context.advice(place, fmt::format("question-{}", number),
                   fmt::format("question {}, {}: this plan does not say", number, question), std::move(help));
  };

  if (items_at(root, {"segments"}).empty()) {
    open_question(1, "who our customers are",
                  "name groups of them in segments; the chapter \"customers\" is not available in this version");
  } else {
    context.advice(place, "question-1", "question 1, who our customers are: this plan answers in part, with segments",
                   "the chapter \"customers\" is not available in this version");
  }
  not_yet(2, "what they need", "needs");
  const bool reachable = std::any_of(channels.begin(), channels.end(),
                                     [](const Node& c) { return takes_messages(c) || is_always_open(c); });
  if (!reachable) {
    open_question(3, "how a customer gets help whenever it is needed",
                  "add a channel that takes messages at all hours: form or email");
  } else {
    context.advice(
        place, "question-3",
        "question 3, how a customer gets help and a failed unit is made good: this plan answers the first half",
        "coverage and claims are not available in this version");
  }
  not_yet(4, "whether it is affordable enough that customers come back", "needs");
  const bool has_hours =
      std::any_of(channels.begin(), channels.end(), [](const Node& c) { return !is_always_open(c); });
  if (!has_hours) open_question(5, "at what hours staff are reached, and how off-peak", "give the channels hours");
  for (const auto& channel : channels) {
    if (is_always_open(channel) || channel.find("when_closed") != nullptr) continue;
    context.advice(channel.place, "question-5",
                   fmt::format("question 5, at what hours staff are reached: \"{}\" says nothing while it is closed",
                               scalar_at(channel, "id")),
                   "add when_closed with what it offers");
  }
  not_yet(6, "how staff are trained", "teaching");
  if (items_at(root, {"replies"}).empty()) {
    open_question(7, "how customers learn what to expect",
                  "add automatic replies; the chapter \"teaching\" is not available in this version");
  } else {
    context.advice(place, "question-7",
                   "question 7, how customers learn what to expect and to help themselves: this plan answers in part, "
                   "with automatic replies",
                   "the chapter \"teaching\" is not available in this version");
  }
  const Node* business = root.find("business");
  if (business != nullptr && business->find("tone") == nullptr) {
    open_question(8, "how all this follows our contact, product and culture",
                  "say in business.tone how staff speak to customers");
  }
  not_yet(9, "when the plan is reviewed", "review");
}

}  // namespace suki::plan
