#include "simulator/erlang.h"

#include <algorithm>
#include <boost/math/quadrature/gauss_kronrod.hpp>
#include <cmath>
#include <vector>

namespace suki::simulator {
namespace {

/// Erlang's B as 1/B, which grows: 1/B(n) = 1 + n/a * 1/B(n-1). It may become infinite, and B nought: rightly so.
double inverse_blocking(double offered, std::int64_t agents) {
  double inverse = 1;
  for (std::int64_t n = 1; n <= agents && std::isfinite(inverse); ++n)
    inverse = 1 + static_cast<double>(n) / offered * inverse;
  return inverse;
}

Service serve_b(const Demand& demand, std::int64_t agents) {
  const double offered = demand.arrivals * demand.handling;
  Service service;
  service.agents = agents;
  service.blocking = 1 / inverse_blocking(offered, agents);
  service.service_level = 1 - service.blocking;
  service.occupancy = agents == 0 ? 0 : offered * service.service_level / static_cast<double>(agents);
  return service;
}

Service serve_c(const Demand& demand, std::int64_t agents, double within) {
  const double offered = demand.arrivals * demand.handling;
  const double spare = static_cast<double>(agents) - offered;
  Service service;
  service.agents = agents;
  if (spare <= 0) {
    service.stable = false;
    service.wait_probability = 1;
    service.wait_mean = endless;
    service.occupancy = agents == 0 ? 0 : 1;
    return service;
  }
  // C = 1 / (1 + (1 - a/n) (1/B - 1)); 1/B - 1 would lose its digits only where it is near nought, where C is near 1.
  const double more = inverse_blocking(offered, agents) - 1;
  service.wait_probability = 1 / (1 + spare / static_cast<double>(agents) * more);
  service.wait_mean = service.wait_probability * demand.handling / spare;
  service.service_level = 1 - service.wait_probability * std::exp(-spare * within / demand.handling);
  service.occupancy = offered / static_cast<double>(agents);
  return service;
}

/// Erlang A by the density of the wait that a caller without end of patience would have (Zeltyn and Mandelbaum 2005,
/// 3):
///   p(n-1) * arrivals * exp(f(x)),   f(x) = arrivals * H(x) - n / handling * x
/// where p(n-1) is the probability of exactly one free agent, and H(x) the mean time that somebody waits when service
/// comes after x. Everything asked for is an integral over it. All terms are positive, so no digits cancel.
class Line {
 public:
  Line(const Demand& demand, std::int64_t agents)
      : arrivals_(demand.arrivals), work_(static_cast<double>(agents) / demand.handling), leave_(1 / demand.patience) {
    peak_ = arrivals_ > work_ ? std::log(arrivals_ / work_) / leave_ : 0;
    at_peak_ = std::min(arrivals_, work_);
    // sum of p(0..n-1) over p(n-1) is Erlang's 1/B of one agent less; all is told relative to exp(f(peak)).
    const double log_highest = arrivals_ * patient_until(peak_) - work_ * peak_;
    free_ = inverse_blocking(demand.arrivals * demand.handling, agents - 1) * std::exp(-log_highest);
    find_pieces();
    waiting_ = arrivals_ * integrate([](double) { return 1.0; }, endless);
  }

  [[nodiscard]] double wait_probability() const { return std::isinf(free_) ? 0 : waiting_ / (waiting_ + free_); }
  /// Of everybody, those who gave up and those who were served at once, too.
  [[nodiscard]] double wait_mean() const {
    if (std::isinf(free_)) return 0;
    return arrivals_ * integrate([&](double x) { return patient_until(x); }, endless) / (waiting_ + free_);
  }
  /// Served at once, or after waiting at most `within`.
  [[nodiscard]] double served_within(double within) const {
    if (std::isinf(free_)) return 1;
    const double later = arrivals_ * integrate([&](double x) { return std::exp(-leave_ * x); }, within);
    return (free_ + later) / (waiting_ + free_);
  }

 private:
  [[nodiscard]] double patient_until(double x) const { return -std::expm1(-leave_ * x) / leave_; }  // H

  /// f(x) - f(peak). With y = x - peak it is c * (H(y) - y) - (n / handling - c) * y, c the smaller one of the rates of
  /// coming and of working: so two large numbers are never taken from each other.
  [[nodiscard]] double below_peak(double x) const {
    const double y = x - peak_, z = leave_ * y;
    // H(y) - y = -(expm1(-z) + z) / leave; for a small z by its series.
    const double bend = std::abs(z) < 1e-2
                            ? z * z * (1.0 / 2 - z * (1.0 / 6 - z * (1.0 / 24 - z * (1.0 / 120 - z / 720))))
                            : std::expm1(-z) + z;
    return -at_peak_ * bend / leave_ - (work_ - at_peak_) * y;
  }

  /// Cuts the line of waits into pieces on which f changes by little near its peak, and by more where it is low, as far
  /// as there is anything to sum.
  void find_pieces() {
    const double first = 1 / std::max(work_ - at_peak_, std::sqrt(at_peak_ * leave_));
    cuts_.push_back(peak_);
    double x = peak_;
    for (double step = first; below_peak(x) > log_nothing; step *= 1.5) cuts_.push_back(x += step);
    x = peak_;
    for (double step = first; x > 0 && below_peak(x) > log_nothing; step *= 1.5)
      cuts_.push_back(x = std::max(0.0, x - step));
    std::sort(cuts_.begin(), cuts_.end());
  }

  /// The integral of what(x) * exp(f(x) - f(peak)) over the waits up to `until`.
  template <class What>
  [[nodiscard]] double integrate(const What& what, double until) const {
    const auto weighted = [&](double x) { return what(x) * std::exp(below_peak(x)); };
    double sum = 0;
    for (std::size_t i = 1; i < cuts_.size() && cuts_[i - 1] < until; ++i)
      sum += boost::math::quadrature::gauss_kronrod<double, 31>::integrate(weighted, cuts_[i - 1],
                                                                           std::min(cuts_[i], until), 6, 1e-13);
    return sum;
  }

  static constexpr double log_nothing = -80;  // e^-80 of a sum is no digit of it
  double arrivals_, work_, leave_;            // rates: of coming, of all agents at work, of one person's giving up
  double peak_ = 0, at_peak_ = 0;
  double free_ = 0, waiting_ = 0;  // probabilities of finding an agent free and none free, in the same unit
  std::vector<double> cuts_;
};

Service serve_a(const Demand& demand, std::int64_t agents, double within) {
  Service service;
  service.agents = agents;
  if (agents == 0) {  // nobody is ever served, and everybody gives up
    service.wait_probability = service.abandoned = 1;
    service.wait_mean = demand.patience;
    return service;
  }
  const Line line(demand, agents);
  service.wait_probability = line.wait_probability();
  service.wait_mean = line.wait_mean();
  service.abandoned = service.wait_mean / demand.patience;  // Little's law: those who wait leave at a steady rate
  service.service_level = line.served_within(within);
  service.occupancy = demand.arrivals * (1 - service.abandoned) * demand.handling / static_cast<double>(agents);
  return service;
}

Result<void> check(const Demand& demand, double within) {
  const auto is_time = [](double x) { return std::isfinite(x) && x > 0; };
  if (!is_time(demand.arrivals)) return fail(ErrorCode::bad_input, "contacts: must be more than none");
  if (!is_time(demand.handling)) return fail(ErrorCode::bad_input, "handling: must be longer than nothing");
  if (!(demand.patience > 0)) return fail(ErrorCode::bad_input, "patience: must be longer than nothing");
  if (!(within >= 0) || !std::isfinite(within)) return fail(ErrorCode::bad_input, "within: must be a length of time");
  if (demand.arrivals * demand.handling > static_cast<double>(agents_max))
    return fail(ErrorCode::bad_input, "contacts: this much work needs over a million agents");
  return {};
}

bool reaches(const Service& service, const Wanted& wanted) {
  return service.stable && service.service_level >= wanted.service_level && service.occupancy <= wanted.occupancy &&
         service.blocking <= wanted.blocking;
}

}  // namespace

Result<Service> serve(QueueModel model, const Demand& demand, std::int64_t agents, double within) {
  SUKI_CHECK(check(demand, within));
  if (agents < 0 || agents > agents_max) return fail(ErrorCode::bad_input, "agents: must be 0 to 1,000,000");
  if (model == QueueModel::erlang_b) return serve_b(demand, agents);
  if (model == QueueModel::erlang_c || std::isinf(demand.patience)) return serve_c(demand, agents, within);
  return serve_a(demand, agents, within);
}

Result<Service> staff(QueueModel model, const Demand& demand, double within, const Wanted& wanted) {
  SUKI_CHECK(check(demand, within));
  // In doubles these would be reached by so many agents that the rest is lost in rounding.
  if (model == QueueModel::erlang_b ? wanted.blocking <= 0 : wanted.service_level >= 1)
    return fail(ErrorCode::refused, "no number of agents is enough for everybody, always; ask for a little less");
  // More agents never make any of these worse, so the fewest are found by halving.
  std::int64_t too_few = -1, enough = 1;
  for (;; enough = std::min(2 * enough, agents_max)) {
    SUKI_TRY(const Service service, serve(model, demand, enough, within));
    if (reaches(service, wanted)) break;
    if (enough == agents_max) return fail(ErrorCode::refused, "not even 1,000,000 agents reach this");
    too_few = enough;
  }
  while (enough - too_few > 1) {
    const std::int64_t middle = too_few + (enough - too_few) / 2;
    SUKI_TRY(const Service service, serve(model, demand, middle, within));
    (reaches(service, wanted) ? enough : too_few) = middle;
  }
  return serve(model, demand, enough, within);
}

std::int64_t with_shrinkage(std::int64_t agents, double shrinkage) {
  const double roster = static_cast<double>(agents) / (1 - shrinkage);
  // 14 / 0.7 is a hair more than 20 in doubles.
  return static_cast<std::int64_t>(std::ceil(roster * (1 - 1e-12)));
}

}  // namespace suki::simulator
