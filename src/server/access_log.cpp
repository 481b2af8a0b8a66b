#include "server/access_log.h"

#include <iterator>
#include <utility>

#include <fmt/format.h>

namespace suki::server {

bool AccessLog::has_room() const {
  const std::scoped_lock lock(mutex_);
  return waiting_.size() < waiting_max_;
}

void AccessLog::add(AccessEntry entry) {
  // A refusal of a stranger counts by address, everything else by person.
  const std::string key =
      fmt::format("{} {} {} {} {} {}", entry.actor.agent.value, entry.actor.agent ? "" : entry.actor.address, entry.act,
                  entry.object, entry.object_id, entry.done ? 1 : 0);
  const std::scoped_lock lock(mutex_);
  const auto found = last_.find(key);
  if (found != last_.end() && entry.at >= found->second && entry.at - found->second < same_act) return;
  if (found == last_.end() && last_.size() >= remembered_max_) {
    std::erase_if(last_, [&entry](const auto& one) { return entry.at - one.second >= same_act; });
    // Then some acts are recorded twice: better than not at all.
    if (last_.size() >= remembered_max_) last_.clear();
  }
  last_[key] = entry.at;
  waiting_.push_back(std::move(entry));
}

std::vector<AccessEntry> AccessLog::take() {
  const std::scoped_lock lock(mutex_);
  return std::exchange(waiting_, {});
}

void AccessLog::put_back(std::vector<AccessEntry> entries) {
  const std::scoped_lock lock(mutex_);
  entries.insert(entries.end(), std::make_move_iterator(waiting_.begin()), std::make_move_iterator(waiting_.end()));
  waiting_ = std::move(entries);
}

std::size_t AccessLog::size() const {
  const std::scoped_lock lock(mutex_);
  return waiting_.size();
}

void Sightings::saw(const std::string& token, const std::string& address, Instant at) {
  const std::scoped_lock lock(mutex_);
  const auto found = known_.find(token);
  const bool same_place = found != known_.end() && found->second.address == address;
  if (same_place && at - found->second.written < written_every) return;
  // Forgotten ones are only written a little more often.
  if (found == known_.end() && known_.size() >= keys_max_) known_.clear();
  known_[token] = {at, address};
  if (waiting_.size() < keys_max_) waiting_.push_back({token, address, at});
}

std::vector<Sightings::Seen> Sightings::take() {
  const std::scoped_lock lock(mutex_);
  return std::exchange(waiting_, {});
}

bool ResetAsks::add(Ask ask) {
  const std::scoped_lock lock(mutex_);
  if (waiting_.size() >= waiting_max_) return false;
  waiting_.push_back(std::move(ask));
  return true;
}

std::vector<ResetAsks::Ask> ResetAsks::take() {
  const std::scoped_lock lock(mutex_);
  return std::exchange(waiting_, {});
}

}  // namespace suki::server
