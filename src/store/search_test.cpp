// What is found, on every engine alike.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "store/words.h"
#include "store_testing/store_case.h"

namespace suki::store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class SearchTest : public store_testing::StoreCase {
 protected:
  SearchTest() {
    add("Sirang ref", "Nena Peña", "nena@shop.example", "The refrigerator does not cool. Help me!");
    add("Refund", "Liza Cruz", "liza@example.net", "Please cool down. My NIÑO broke the fan; refund it");
    add("Σίγμα", "東京の客", "", "冷蔵庫が壊れました। नमस्ते दुनिया. Ärger mit ﬁlter №5");
    add("Tanong", "Ben", "ben@example.net", "ok", State::closed);
  }
  using State = desk::State;
  void add(const std::string& subject, const std::string& author, const std::string& email, const std::string& body,
           State state = State::open) {
    write([&](Tx& tx) {
      ConversationRecord record;
      record.state.id = tx.new_conversation_id();
      record.state.state = state;
      record.customer = tx.add_customer({{}, author, email, {}, {}});
      tx.save_conversation(record, nullptr);
      tx.set_texts(record.state.id, subject, "");
      MessageRecord message;
      message.id = tx.new_message_id();
      message.conversation = record.state.id;
      message.at = Instant{100 * message.id.value};
      message.author = author;
      message.email = email;
      message.text = body;
      tx.add_message(message);
      tx.index_message(message, subject);
    });
  }
  SearchPage search(SearchAsk ask, const std::string& text) {
    ask.query = parse_search(text);
    if (!ask.before) ask.before = MessageId(std::numeric_limits<std::int64_t>::max());
    SCOPED_TRACE(text);
    SearchPage page;
    read([&](Tx& tx) { page = tx.search(ask); });
    return page;
  }
  std::vector<std::int64_t> find(const std::string& text, const SearchAsk& ask = {}) {
    std::vector<std::int64_t> ids;
    for (const MessageId id : search(ask, text).found) ids.push_back(id.value);
    return ids;
  }
  std::vector<std::string> check() {
    std::vector<std::string> wrong;
    read([&](Tx& tx) {
      Tx::SearchCheck slice;
      do {
        slice = tx.check_search(slice.last, 2);
        wrong.insert(wrong.end(), slice.wrong.begin(), slice.wrong.end());
      } while (!slice.done);
    });
    return wrong;
  }
};

TEST_P(SearchTest, words_phrases_beginnings_and_exclusions) {
  EXPECT_THAT(find("cool"), ElementsAre(2, 1)) << "newest first";
  EXPECT_THAT(find("COOL help"), ElementsAre(1));
  EXPECT_THAT(find("\"not cool\""), ElementsAre(1));
  EXPECT_THAT(find("\"cool not\""), IsEmpty());
  EXPECT_THAT(find("refrig*"), ElementsAre(1));
  EXPECT_THAT(find("refrig"), IsEmpty());
  EXPECT_THAT(find("cool -refund"), ElementsAre(1));
  EXPECT_THAT(find("-refund"), IsEmpty()) << "nothing says what to look for";
  EXPECT_THAT(find("\"refund liza\""), IsEmpty()) << "no phrase goes from the subject into the name";
}

TEST_P(SearchTest, names_addresses_accents_and_other_scripts) {
  EXPECT_THAT(find("pena"), ElementsAre(1));
  EXPECT_THAT(find("Peña"), ElementsAre(1));
  EXPECT_THAT(find("nino"), ElementsAre(2));
  EXPECT_THAT(find("liza@example.net"), ElementsAre(2));
  EXPECT_THAT(find("example.net"), ElementsAre(4, 2));
  EXPECT_THAT(find("σίγμα"), ElementsAre(3));
  EXPECT_THAT(find("ΣΙΓΜΑ"), ElementsAre(3));
  EXPECT_THAT(find("壊れ"), ElementsAre(3)) << "in the middle of a sentence without blanks";
  EXPECT_THAT(find("れ壊"), IsEmpty());
  EXPECT_THAT(find("नमस्ते"), ElementsAre(3));
  EXPECT_THAT(find("arger filter"), ElementsAre(3));
}

TEST_P(SearchTest, filters_narrow_and_pages_go_on_behind_the_last) {
  SearchAsk ask;
  ask.filter.of(Facet::state) = {static_cast<std::int64_t>(State::closed)};
  EXPECT_THAT(find("example", ask), ElementsAre(4));
  ask = {};
  ask.from = Instant{200};
  ask.to = Instant{400};
  EXPECT_THAT(find("example", ask), ElementsAre(2)) << "the end is not among them";
  ask = {};
  ask.limit = 1;
  const SearchPage first = search(ask, "example");
  ASSERT_TRUE(first.next);
  ask.before = *first.next;
  EXPECT_THAT(find("example", ask), ElementsAre(2));
}

TEST_P(SearchTest, a_filter_goes_through_all_matches_page_by_page) {
  // More than one page of a search looks at; every seventh is of a conversation that waits.
  constexpr int count = search_stretch + 300;
  std::vector<std::int64_t> waiting;
  write([&](Tx& tx) {
    const CustomerId customer = tx.add_customer({{}, "Ana", "ana@example.net", {}, {}});
    ConversationRecord open, pending;
    for (ConversationRecord* const record : {&open, &pending}) {
      record->state.id = tx.new_conversation_id();
      record->customer = customer;
      record->state.state = record == &open ? State::open : State::pending;
      tx.save_conversation(*record, nullptr);
      tx.set_texts(record->state.id, "", "");
    }
    for (int i = 0; i < count; ++i) {
      MessageRecord message;
      message.id = tx.new_message_id();
      message.conversation = i % 7 == 0 ? pending.state.id : open.state.id;
      message.at = Instant{1'000 + i};
      message.text = "sira";
      tx.add_message(message);
      tx.index_message(message, "");
      if (i % 7 == 0) waiting.insert(waiting.begin(), message.id.value);
    }
  });
  for (const int limit : {10, 500}) {
    SearchAsk ask;
    ask.filter.of(Facet::state) = {static_cast<std::int64_t>(State::pending)};
    ask.before = MessageId(std::numeric_limits<std::int64_t>::max());
    ask.limit = limit;
    std::vector<std::int64_t> found;
    for (bool more = true; more;) {
      const SearchPage page = search(ask, "sira");
      EXPECT_LE(page.found.size(), static_cast<std::size_t>(limit));
      for (const MessageId id : page.found) found.push_back(id.value);
      more = page.next.has_value();
      if (more) ask.before = *page.next;
    }
    EXPECT_EQ(found, waiting) << "by " << limit;
  }
}

TEST_P(SearchTest, no_text_is_an_error) {
  for (const char* text :
       {"",          " ",         "\"",   "\"\"", "*",        "-",        "--",   "-\"",       "AND", "OR",  "NOT x",
        "NEAR(a b)", "subject:x", "a\\b", "'",    "''; drop", "(",        ")",    "a)(b",      "^a",  "a:*", "& | !",
        "<->",       "{x}",       "a+b",  "%",    "_",        "\xFF\xFE", "\xC3", "cool\xC3(", ":*:*"})
    (void)search({}, text);
  EXPECT_THAT(find("NOT cool"), ElementsAre(1)) << "a word like others";
  EXPECT_THAT(find(std::string(100'000, 'a')), IsEmpty());
}

TEST_P(SearchTest, what_is_erased_is_not_found_and_the_check_sees_what_differs) {
  EXPECT_THAT(check(), IsEmpty());
  write([](Tx& tx) { tx.unindex_message(MessageId(2)); });
  EXPECT_THAT(find("refund"), IsEmpty());
  EXPECT_THAT(find("cool"), ElementsAre(1));
  EXPECT_THAT(check(), ElementsAre("message 2: search does not know it by its words",
                                   "search knows 3 messages, but 4 have a text"));
  store.reset();
  place.run("update message_texts set body = 'other words' where message = 1");
  auto opened = Store::open(place.options());
  ASSERT_TRUE(opened.ok());
  store = std::move(*opened);
  EXPECT_THAT(check(), testing::Contains("message 1: search does not know it by its words"));
}

INSTANTIATE_TEST_SUITE_P(Engines, SearchTest, testing::ValuesIn(store_testing::engines()),
                         [](const auto& engine) { return engine.param; });

TEST(Search, what_was_understood_can_be_written_and_is_understood_alike) {
  for (const char* text : {"a b", "\"not cool\" -x re*", "-\"a b\"* c", "liza@example.net", "壊れた"}) {
    const SearchQuery query = parse_search(text);
    EXPECT_EQ(parse_search(to_text(query)), query) << text;
  }
}

TEST(Search, long_words_and_long_texts_are_cut) {
  EXPECT_EQ(words_of(std::string(1000, 'x')).front().size(), word_bytes_max);
  std::string many;
  for (std::size_t i = 0; i < message_words_max + 5; ++i) many += "w ";
  EXPECT_EQ(words_of(many).size(), message_words_max);
}

}  // namespace
}  // namespace suki::store
