#include "plan/carry_over.h"

#include <fmt/format.h>

#include <algorithm>

namespace suki::plan {
namespace {

bool speaks(const Plan& plan, const std::string& language) {
  const auto& all = plan.business.languages;
  return std::find(all.begin(), all.end(), language) != all.end();
}

class Follower {
 public:
  Follower(const Plan& before, const Plan& now) : before_(before), now_(now) {}

  CarryOver follow() {
    for (const auto& [from, to] : now_.renamed) {
      if (counts(from, to)) out_.renames.push_back({from, to});
    }
    for (const Renamed& renamed : out_.renames) check(renamed);
    out_.diagnostics.sort();
    return std::move(out_);
  }

 private:
  [[nodiscard]] bool counts(const std::string& from, const std::string& to) const {
    const auto said = before_.renamed.find(from);
    const bool said_already = said != before_.renamed.end() && said->second == to;
    return !said_already && before_.kind_of(from).has_value();
  }

  void check(const Renamed& renamed) {
    const auto& [from, to] = renamed;
    const Kind was = *before_.kind_of(from), is = *now_.kind_of(to);
    if (was != is) {
      error(to,
            fmt::format("\"{}\" cannot become \"{}\": it is of the kind {} in the plan in force, not {}", from, to,
                        name_of(was), name_of(is)),
            "choose another id, without was:");
    } else if (before_.kind_of(to) && !moves_on(to)) {
      error(to,
            fmt::format("\"{}\" cannot become \"{}\": the plan in force has both, and two things cannot become one",
                        from, to),
            fmt::format("leave was: out, and keep \"{}\" until no conversation uses it", from));
    } else if (speaks(before_, from) || speaks(now_, to)) {
      error(to,
            fmt::format("\"{}\" is also a language of the plan, and cannot be renamed", speaks(now_, to) ? to : from),
            "choose another id, without was:");
    }
  }

  [[nodiscard]] bool moves_on(const std::string& id) const {
    return std::any_of(out_.renames.begin(), out_.renames.end(), [&](const Renamed& r) { return r.from == id; });
  }

  void error(const std::string& id, std::string message, std::string help) {
    out_.diagnostics.add({Severity::error, now_.place_of(id), "bad-rename", std::move(message), std::move(help)});
  }

  const Plan& before_;
  const Plan& now_;
  CarryOver out_;
};

}  // namespace

CarryOver carry_over(const Plan& before, const Plan& now) {
  return Follower(before, now).follow();
}

void rename_all(const std::vector<Renamed>& renames, Symbols& symbols) {
  std::vector<Symbol> things;  // all looked up first: in a swap a name is taken before its old thing has moved on
  things.reserve(renames.size());
  for (const Renamed& renamed : renames) things.push_back(symbols.find(renamed.from));
  for (std::size_t i = 0; i < renames.size(); ++i) {
    if (things[i]) symbols.rename(things[i], renames[i].to);
  }
}

}  // namespace suki::plan
