/// What the parts of check() share while one plan is looked at. Internal to this room.
#pragma once

#include <fmt/format.h>

#include <initializer_list>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostics.h"
#include "base/text.h"
#include "plan/model.h"
#include "plan/schema.h"
#include "plan/tree.h"

namespace suki::plan {

struct Declared {
  Kind kind;
  Place place;
};

struct Context {
  const Folder& folder;
  const Sources& sources;
  Diagnostics diagnostics = {};
  std::vector<std::string> languages = {};   ///< as far as they could be read
  bool languages_sure = false;               ///< all of them could be read, so a text can be checked against them
  std::set<std::string> duplicated = {};     ///< ids of several things: nobody knows which one a reference means
  std::map<std::string, Declared> ids = {};  ///< every id of the plan
  std::map<std::string, std::string> renamed = {};

  void error(const Place& place, std::string code, std::string message, std::string help = {}) {
    diagnostics.add({Severity::error, place, std::move(code), std::move(message), std::move(help)});
  }
  void warning(const Place& place, std::string code, std::string message, std::string help = {}) {
    diagnostics.add({Severity::warning, place, std::move(code), std::move(message), std::move(help)});
  }
  void advice(const Place& place, std::string code, std::string message, std::string help = {}) {
    diagnostics.add({Severity::advice, place, std::move(code), std::move(message), std::move(help)});
  }
  [[nodiscard]] std::vector<std::string> ids_of(Kind kind) const {
    std::vector<std::string> out;
    for (const auto& [id, declared] : ids) {
      if (declared.kind == kind) out.push_back(id);
    }
    return out;
  }
};

/// `did you mean "refund"?`, or else `otherwise`.
[[nodiscard]] inline std::string did_you_mean(std::string_view word, std::span<const std::string> candidates,
                                              std::string otherwise = {}) {
  const auto nearest = find_nearest(word, candidates);
  return nearest.empty() ? std::move(otherwise) : fmt::format("did you mean \"{}\"?", nearest);
}

/// Items of the list under `path` ("sla", "rules"), leniently: nothing when anything on the way is of another type.
[[nodiscard]] std::span<const Node> items_at(const Node& root, std::initializer_list<std::string_view> path);
/// The scalar under `key`, or "" .
[[nodiscard]] std::string scalar_at(const Node& node, std::string_view key);
/// Scalars of the list under `key`.
[[nodiscard]] std::vector<std::string> scalars_at(const Node& node, std::string_view key);
/// Where the key stands; the place of the node itself when it is not there.
[[nodiscard]] Place place_of_key(const Node& node, std::string_view key);

[[nodiscard]] inline std::string join(std::span<const std::string_view> words) {
  return fmt::format("{}", fmt::join(words, ", "));
}

}  // namespace suki::plan
