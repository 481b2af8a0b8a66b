/// The API as one table: who may ask what, how, how large, and what comes back. The server answers by it and the
/// OpenAPI document is made from it, so neither can know a route that the other does not.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "app/app.h"
#include "server/http.h"

namespace boost::json {
class object;
}

namespace suki::server {

/// Whatever needs a session also proves its origin (CSRF) where it changes something.
using app::Permission;
/// What the use case needs from the store: a snapshot to read, or the writer.
enum class Access : std::uint8_t { read, write };
/// Which budget a request draws from.
/// log_in: see LogInGuard; link: somebody who comes with a link (to join, to reset), by address.
enum class Rate : std::uint8_t { free, public_read, public_write, log_in, link };
enum class Special : std::uint8_t { none, log_in, ask_reset, feed, openapi, health, ready, metrics };

/// How an act goes to the audit log. A change is recorded in its own transaction, reading soon after it; an act that
/// the role forbade is recorded as refused.
struct Audited {
  std::string_view act = {}, object = {};  ///< act "": it is not recorded
  int parameter = -1;                      ///< of the path, that holds the object's id; -1: Call::touched does
};

/// One request on its way through a use case. Lives as long as the request does.
struct Call {
  const Request& request;
  std::vector<std::string> parameters;  ///< of the path, in order
  app::Caller caller;                   ///< set when the route needs a session
  app::Session session;
  std::string password_hash = {};    ///< of the input's new_password, made outside the transaction
  mutable std::int64_t touched = 0;  ///< set by the use case: id of what it made or changed, for the audit log

  [[nodiscard]] Result<std::int64_t> id(std::size_t parameter) const;  ///< not_found when it is no number
  [[nodiscard]] Result<ConversationId> conversation() const;           ///< the first parameter, likewise
  [[nodiscard]] Result<int> limit(int by_default) const;               ///< of the query: rows of a page, 1 to 200
};

/// A use case with its input read. `run` may be called again from the start; `finish` is called once after it was
/// durable.
class Job {
 public:
  virtual ~Job() = default;
  virtual Result<void> run(app::App& app, store::Tx& tx, const Call& call) = 0;
  virtual Response finish() = 0;
  /// Passwords of the input, where it has such fields: the one in use, which is to be proved, and the one to come.
  [[nodiscard]] virtual const std::string* present_password() const { return nullptr; }
  [[nodiscard]] virtual const std::string* new_password() const { return nullptr; }
};

struct Parameter {
  std::string_view name;
  std::string_view description;
};

struct Route {
  Method method = Method::get;
  std::string_view pattern;                           ///< "/api/v1/conversations/{id}"
  Permission permission = Permission::manage_owners;  ///< what is forgotten is closed to most
  Access access = Access::read;
  std::string_view summary;
  unsigned status = 200;           ///< when all goes well
  std::size_t body_bytes_max = 0;  ///< 0: takes no body
  /// Another one: the body is bytes, which the use case finds in the request.
  std::string_view body_type = "application/json";
  Rate rate = Rate::free;
  Special special = Special::none;
  std::vector<Parameter> query = {};
  std::vector<unsigned> problems = {};  ///< besides those that follow from the permission and the body
  Audited audit = {};
  /// The answer to a change shows the conversation of the path whole: that is reading, recorded soon after.
  bool shows_conversation = false;
  bool before_second_step = false;  ///< may be asked by somebody who has yet to set up the second step they must have

  std::function<Result<std::unique_ptr<Job>>(const Request&)> make_job = {};  ///< empty for a special one
  /// Adds what the body and the answer look like to the document's components; returns the name, "" for none.
  std::function<std::string(boost::json::object&)> request_schema = {}, response_schema = {};
  std::string_view response_type = "application/json";
};

/// In the order of the document.
[[nodiscard]] const std::vector<Route>& routes();

struct Match {
  const Route* route = nullptr;  ///< nullptr: no such path, or not with this method
  std::vector<std::string> parameters;
  std::string allow;  ///< methods of this path, for 405; "" when the path is unknown
};
/// HEAD matches what GET does. O(routes).
[[nodiscard]] Match find_route(const Request& request);

/// Session, CSRF proof and role, inside the transaction of the request itself. Fills call.caller and call.session.
/// Errors: unauthorized, forbidden ("csrf", what the role does not allow).
[[nodiscard]] Result<void> authorize(app::App& app, store::Tx& tx, const Route& route, Call& call);

}  // namespace suki::server
