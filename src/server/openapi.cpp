#include "server/openapi.h"

#include <algorithm>

#include <boost/json/serialize.hpp>

#include "json/schema.h"
#include "server/routes.h"

#ifndef SUKI_VERSION
#error "SUKI_VERSION comes from the build"
#endif

namespace suki::server {
namespace {

using boost::json::array;
using boost::json::object;
using boost::json::value;

object content(std::string_view type, object schema) {
  return {{std::string(type), object{{"schema", std::move(schema)}}}};
}
object reference(const std::string& name) {
  return {{"$ref", "#/components/schemas/" + name}};
}

/// "getConversationsIdMessages", made of method and path: stable as long as they are.
std::string operation_id(const Route& route) {
  std::string id = name_of(route.method);
  std::transform(id.begin(), id.end(), id.begin(), [](char c) { return static_cast<char>(c | 0x20); });
  bool upper = true;
  std::string_view path = route.pattern;
  if (path.starts_with("/api/v1")) path.remove_prefix(7);
  for (const char c : path) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (letter) id += upper ? static_cast<char>(c >= 'a' ? c - 32 : c) : c;
    upper = !letter;
  }
  return id;
}

array parameters_of(const Route& route) {
  array all;
  for (std::size_t at = route.pattern.find('{'); at != std::string_view::npos; at = route.pattern.find('{', at + 1)) {
    const std::string name(route.pattern.substr(at + 1, route.pattern.find('}', at) - at - 1));
    all.push_back(object{{"name", name}, {"in", "path"}, {"required", true}, {"schema", object{{"type", "string"}}}});
  }
  for (const Parameter& parameter : route.query) {
    all.push_back(object{{"name", std::string(parameter.name)},
                         {"in", "query"},
                         {"description", std::string(parameter.description)},
                         {"schema", object{{"type", "string"}}}});
  }
  return all;
}

std::vector<unsigned> problems_of(const Route& route) {
  std::vector<unsigned> all = route.problems;
  if (route.body_bytes_max > 0) all.insert(all.end(), {400, 413, 415});
  if (route.permission != Permission::anyone) all.push_back(401);
  if (route.permission > Permission::session) all.push_back(403);
  if (route.permission != Permission::anyone && route.method != Method::get) all.push_back(403);
  if (route.rate != Rate::free) all.push_back(429);
  if (route.make_job || route.special == Special::log_in) all.insert(all.end(), {500, 503});
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

object responses_of(const Route& route, object& components) {
  object success{{"description", route.status == 204   ? "Done."
                                 : route.status == 101 ? "Switching protocols."
                                                       : "Done, and here it is."}};
  if (route.response_schema) {
    success["content"] = content(route.response_type, reference(route.response_schema(components)));
  } else if (route.status == 200 && !route.response_type.empty()) {
    const bool json = route.response_type == "application/json";
    success["content"] = content(route.response_type, json ? object{{"type", "object"}} : object{{"type", "string"}});
  }
  object all{{std::to_string(route.status), std::move(success)}};
  for (const unsigned status : problems_of(route)) {
    all[std::to_string(status)] = object{{"description", reason_of(status)},
                                         {"content", content("application/problem+json", reference("Problem"))}};
  }
  return all;
}

array roles_of(Permission permission) {
  array roles;
  for (const app::Role role : app::roles)
    if (app::may(role, permission)) roles.push_back(app::name_of(role));
  return roles;
}

object operation_of(const Route& route, object& components) {
  object operation{{"operationId", operation_id(route)}, {"summary", std::string(route.summary)}};
  array parameters = parameters_of(route);
  operation["x-permission"] = app::name_of(route.permission);
  if (route.permission != Permission::anyone) operation["x-roles"] = roles_of(route.permission);
  if (route.permission != Permission::anyone) {
    object proof{{"session", array()}};
    if (route.method != Method::get) proof["csrf"] = array();
    operation["security"] = array{std::move(proof)};
  }
  if (!parameters.empty()) operation["parameters"] = std::move(parameters);
  if (route.request_schema) {
    operation["requestBody"] = object{
        {"required", true}, {"content", content("application/json", reference(route.request_schema(components)))}};
  }
  if (route.body_bytes_max > 0 && route.body_type != "application/json") {
    operation["requestBody"] = object{
        {"required", true}, {"content", content(route.body_type, object{{"type", "string"}, {"format", "binary"}})}};
  }
  operation["responses"] = responses_of(route, components);
  return operation;
}

/// serialize() has no indentation, and a document that is checked in is read as differences.
void print(const value& from, std::string& out, std::size_t depth) {
  const auto line = [&](std::size_t indent) { out.append("\n").append(indent * 2, ' '); };
  if (from.is_object() && !from.get_object().empty()) {
    const char* separator = "{";
    for (const auto& field : from.get_object()) {
      out += separator;
      line(depth + 1);
      out += boost::json::serialize(field.key()) + ": ";
      print(field.value(), out, depth + 1);
      separator = ",";
    }
    line(depth);
    out += "}";
  } else if (from.is_array() && !from.get_array().empty()) {
    const char* separator = "[";
    for (const value& item : from.get_array()) {
      out += separator;
      line(depth + 1);
      print(item, out, depth + 1);
      separator = ",";
    }
    line(depth);
    out += "]";
  } else {
    out += boost::json::serialize(from);
  }
}

}  // namespace

namespace {

/// What each role may do, for readers; the server goes by the same table.
std::string say_roles() {
  std::string text = "What a role may do is named in `x-permission`: ";
  const char* separator = "";
  for (const app::Act& act : app::acts()) {
    text += std::string(separator) + "`" + act.name + "` (" + act.what + "; " + app::name_of(act.least) +
            (act.least == app::Role::owner ? "" : " and up") + ")";
    separator = ", ";
  }
  return text + ".";
}

}  // namespace

std::string openapi_document() {
  object components;
  json::add_schema<app::Problem>(components, json::Use::response);
  json::add_schema<app::Row>(components, json::Use::response);  // sent by the feed, which has no schema of its own
  object paths;
  for (const Route& route : routes()) {
    const std::string pattern(route.pattern);
    if (!paths.contains(pattern)) paths[pattern] = object();
    std::string method = name_of(route.method);
    std::transform(method.begin(), method.end(), method.begin(), [](char c) { return static_cast<char>(c | 0x20); });
    paths[pattern].as_object()[method] = operation_of(route, components);
  }
  const object schemes{
      {"session", object{{"type", "apiKey"}, {"in", "cookie"}, {"name", "suki_session"}}},
      {"csrf", object{{"type", "apiKey"}, {"in", "header"}, {"name", "X-CSRF-Token"}}},
  };
  const object document{
      {"openapi", "3.1.0"},
      {"info", object{{"title", "suki"},
                      {"version", SUKI_VERSION},
                      {"description",
                       "Ids are strings. Instants are RFC 3339 in UTC. Problems are RFC 9457 documents with a "
                       "stable code. " +
                           say_roles()},
                      {"license", object{{"name", "Apache-2.0"}, {"identifier", "Apache-2.0"}}}}},
      {"paths", std::move(paths)},
      {"components", object{{"schemas", std::move(components)}, {"securitySchemes", schemes}}},
  };
  std::string out;
  print(document, out, 0);
  return out + "\n";
}

}  // namespace suki::server
