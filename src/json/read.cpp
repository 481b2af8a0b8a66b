#include "json/read.h"

#include <algorithm>

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value_stack.hpp>

namespace suki::json {
namespace {

/// Boost's own parse() lets the last of two equal names win in silence. Two readers of one text could then see two
/// values, so this walk refuses it first. Documents are small (their bytes are limited before they come here).
struct DuplicateHandler {
  static constexpr std::size_t max_object_size = std::size_t(-1);
  static constexpr std::size_t max_array_size = std::size_t(-1);
  static constexpr std::size_t max_key_size = std::size_t(-1);
  static constexpr std::size_t max_string_size = std::size_t(-1);
  using Code = boost::json::error_code;

  std::vector<std::vector<std::string>> open;
  std::string key, duplicate;

  bool on_document_begin(Code&) { return true; }
  bool on_document_end(Code&) { return true; }
  bool on_object_begin(Code&) {
    open.emplace_back();
    return true;
  }
  bool on_object_end(std::size_t, Code&) {
    open.pop_back();
    return true;
  }
  bool on_array_begin(Code&) { return true; }
  bool on_array_end(std::size_t, Code&) { return true; }
  bool on_key_part(boost::json::string_view part, std::size_t, Code&) {
    key.append(part);
    return true;
  }
  bool on_key(boost::json::string_view part, std::size_t, Code&) {
    key.append(part);
    std::vector<std::string>& seen = open.back();
    if (std::find(seen.begin(), seen.end(), key) != seen.end() && duplicate.empty()) duplicate = key;
    seen.push_back(std::move(key));
    key.clear();
    return seen.size() <= names_max;
  }
  bool on_string_part(boost::json::string_view, std::size_t, Code&) { return true; }
  bool on_string(boost::json::string_view, std::size_t, Code&) { return true; }
  bool on_number_part(boost::json::string_view, Code&) { return true; }
  bool on_int64(std::int64_t, boost::json::string_view, Code&) { return true; }
  bool on_uint64(std::uint64_t, boost::json::string_view, Code&) { return true; }
  bool on_double(double, boost::json::string_view, Code&) { return true; }
  bool on_bool(bool, Code&) { return true; }
  bool on_null(Code&) { return true; }
  bool on_comment_part(boost::json::string_view, Code&) { return true; }
  bool on_comment(boost::json::string_view, Code&) { return true; }

  static constexpr std::size_t names_max = 64;  ///< in one object; keeps the search above short; chosen
};

}  // namespace

Result<boost::json::value> parse(std::string_view text) {
  boost::json::parse_options options;
  options.max_depth = depth_max;
  boost::json::error_code error;
  boost::json::basic_parser<DuplicateHandler> scan(options);
  const std::size_t read = scan.write_some(false, text.data(), text.size(), error);
  if (!scan.handler().duplicate.empty()) {
    return fail(ErrorCode::bad_input, scan.handler().duplicate + ": is given twice");
  }
  if (error || read != text.size()) {
    return fail(ErrorCode::bad_input, "not a JSON document that is read here, at byte " + std::to_string(read));
  }
  boost::json::value document = boost::json::parse(text, error, {}, options);
  if (error) return fail(ErrorCode::bad_input, "not a JSON document: " + error.message());
  return document;
}

namespace detail {

Error wrong(const std::string& path, const char* what) {
  return fail(ErrorCode::bad_input, path.empty() ? std::string("the document ") + what : path + ": " + what);
}

Result<void> read_into(std::string& to, const boost::json::value& from, const std::string& path) {
  if (!from.is_string()) return wrong(path, "must be a string");
  const boost::json::string& text = from.get_string();
  // No database that suki knows keeps U+0000 in a text.
  if (text.find('\0') != boost::json::string::npos) return wrong(path, "must not hold the character U+0000");
  to.assign(text.data(), text.size());
  return {};
}

Result<void> read_into(bool& to, const boost::json::value& from, const std::string& path) {
  if (!from.is_bool()) return wrong(path, "must be true or false");
  to = from.get_bool();
  return {};
}

Result<void> read_into(std::int64_t& to, const boost::json::value& from, const std::string& path) {
  if (!from.is_int64()) return wrong(path, "must be a whole number of 64 bits");
  to = from.get_int64();
  return {};
}

std::string find_unknown(const boost::json::object& object, const char* const* names, std::size_t count) {
  for (const auto& field : object) {
    const auto matches = [&](const char* name) { return field.key() == boost::json::string_view(name); };
    if (std::none_of(names, names + count, matches)) return std::string(field.key());
  }
  return "";
}

}  // namespace detail
}  // namespace suki::json
