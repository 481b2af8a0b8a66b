/// Use cases as jobs: reads the input from JSON, calls the use case in the store's transaction, writes the answer after
/// it was durable. For the route table's sources.
#pragma once

#include <optional>

#include "json/read.h"
#include "json/schema.h"
#include "json/write.h"
#include "server/routes.h"

namespace suki::app {
struct Picture;
struct SafeHtml;
}  // namespace suki::app

namespace suki::server {

struct Nothing {};  ///< no body, in or out
/// Ends the session in the browser too.
struct SessionEnded {
  bool https = false;
};
/// Begins one in the browser.
struct Entered {
  app::App::NewSession session;
  bool https = false;
};
/// The value of Set-Cookie.
[[nodiscard]] std::string session_cookie(const app::App::NewSession& session, bool https);
[[nodiscard]] std::string browser_cookie(const app::App::NewSession& session, bool https);

/// A ZIP archive that is made while it is sent; `size`: about how much it is about.
struct Archive {
  std::shared_ptr<Pieces> pieces;
  std::int64_t size = 0;
  std::string name;
};

template <class T>
Response to_response(T& value, unsigned status) {
  Response response;
  response.status = status;
  response.type = "application/json";
  response.body = json::write(value);
  return response;
}
Response to_response(Nothing&, unsigned status);
Response to_response(SessionEnded& ended, unsigned status);
Response to_response(app::Picture& picture, unsigned status);
Response to_response(app::SafeHtml& html, unsigned status);
Response to_response(Entered&, unsigned status);
Response to_response(Archive& archive, unsigned status);
/// A download: never shown in place, and if a browser did, it could do nothing.
Response to_response(app::App::Blob& blob, unsigned status);

template <class In, class Out>
using UseCase = Result<Out> (*)(app::App&, store::Tx&, const Call&, const In&);

template <class In, class Out>
class TypedJob final : public Job {
 public:
  TypedJob(UseCase<In, Out> use_case, unsigned status, In in)
      : use_case_(use_case), status_(status), in_(std::move(in)) {}
  Result<void> run(app::App& app, store::Tx& tx, const Call& call) override {
    Result<Out> result = use_case_(app, tx, call, in_);
    if (!result.ok()) return std::move(result).error();
    out_ = std::move(result).value();
    return {};
  }
  Response finish() override { return to_response(*out_, status_); }
  [[nodiscard]] const std::string* present_password() const override {
    if constexpr (requires { in_.present_password; }) return given(in_.present_password);
    return nullptr;
  }
  [[nodiscard]] const std::string* new_password() const override {
    if constexpr (requires { in_.new_password; }) return &in_.new_password;
    return nullptr;
  }

 private:
  static const std::string* given(const std::string& text) { return &text; }
  static const std::string* given(const std::optional<std::string>& text) { return text ? &*text : nullptr; }

  UseCase<In, Out> use_case_;
  unsigned status_;
  In in_;
  std::optional<Out> out_;
};

/// Gives `route` its job and its schemas.
template <class In, class Out>
Route with(Route route, UseCase<In, Out> use_case) {
  route.make_job = [use_case, status = route.status](const Request& request) -> Result<std::unique_ptr<Job>> {
    if constexpr (std::same_as<In, Nothing>) {
      (void)request;
      return std::unique_ptr<Job>(std::make_unique<TypedJob<In, Out>>(use_case, status, Nothing{}));
    } else {
      SUKI_TRY(In in, json::read<In>(request.body));
      return std::unique_ptr<Job>(std::make_unique<TypedJob<In, Out>>(use_case, status, std::move(in)));
    }
  };
  if constexpr (json::Described<In>) {
    route.request_schema = [](boost::json::object& components) {
      json::add_schema<In>(components, json::Use::request);
      return json::name_of_struct<In>();
    };
  }
  if constexpr (json::Described<Out>) {
    route.response_schema = [](boost::json::object& components) {
      json::add_schema<Out>(components, json::Use::response);
      return json::name_of_struct<Out>();
    };
  }
  return route;
}

}  // namespace suki::server
