/// Customers over the API, as the desk's panel shows them.
#pragma once

#include "app/api_types.h"

namespace suki::app {

/// conversations: how many, at most 1,000 (then `more` is true). since: of the first one. erased: when. addresses:
/// further ones.
struct CustomerView {
  Text id, name, email, language;
  Maybe<Named> segment;
  Maybe<Time> since, erased;
  std::int64_t conversations = 0;
  bool more = false;
  List<CustomerAddress> addresses;
};
BOOST_DESCRIBE_STRUCT(CustomerView, (),
                      (id, name, email, language, segment, since, erased, conversations, more, addresses))

struct CustomerConversations {
  List<Row> items;  ///< the newest first
  Maybe<Text> next;
};
BOOST_DESCRIBE_STRUCT(CustomerConversations, (), (items, next))

}  // namespace suki::app
