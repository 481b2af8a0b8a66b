#include "app/second_step.h"

#include <fmt/format.h>

#include "app/access.h"
#include "app/seal.h"
#include "app/totp.h"
#include "app/work.h"
#include "base/reason.h"
#include "base/text.h"

namespace suki::app {
namespace {

constexpr const char* required_name = "second_step_required";
/// 120 bits: a plain hash of it cannot be searched through (OWASP ASVS 4.0.3, 2.6.2, asks for 112).
constexpr std::size_t recovery_bytes = 15;
constexpr std::size_t recovery_length = recovery_bytes * 8 / 5, recovery_length_before = 16;

/// For one person alone: a row moved to another does not open.
std::string whose(AgentId agent) {
  return fmt::format("second step {}", agent.value);
}

std::optional<std::string> unseal(App& app, const store::SecondStepRecord& step) {
  return unseal(app, whose(step.agent), step.secret);
}

/// As it is kept: small letters and digits alone, however it was typed.
std::string plain_recovery_code(std::string_view code) {
  std::string plain;
  for (const char c : to_lower_ascii(code))
    if ((c >= 'a' && c <= 'z') || (c >= '2' && c <= '7')) plain += c;
  return plain;
}

/// For people, who read and type four at a time.
std::string in_fours(std::string_view code) {
  std::string text;
  for (std::size_t i = 0; i < code.size(); ++i) {
    if (i > 0 && i % 4 == 0) text += '-';
    text += code[i];
  }
  return text;
}

RecoveryCodes make_recovery_codes(App& app, store::Tx& tx, AgentId agent) {
  RecoveryCodes made;
  std::vector<std::string> kept;
  for (int i = 0; i < recovery_codes_made; ++i) {
    const std::string code = to_lower_ascii(to_base32(chance(app, recovery_bytes)));
    kept.push_back(whose(agent) + code);
    made.codes.push_back(in_fours(code));
  }
  tx.set_recovery_codes(agent, kept);
  return made;
}

}  // namespace

bool has_second_step(store::Tx& tx, AgentId agent) {
  const auto step = tx.find_second_step(agent);
  return step && step->confirmed_at != never;
}

bool is_second_step_required(store::Tx& tx) {
  return tx.setting(required_name) == "1";
}

bool lacks_second_step(store::Tx& tx, AgentId agent) {
  return is_second_step_required(tx) && !has_second_step(tx, agent);
}

SecondStep second_step(store::Tx& tx, AgentId agent) {
  return {has_second_step(tx, agent), is_second_step_required(tx), tx.count_recovery_codes(agent)};
}

Result<SecondStepStart> begin_second_step(App& app, store::Tx& tx, AgentId agent) {
  if (has_second_step(tx, agent))
    return because(fail(ErrorCode::conflict, "the second step is on already"), "second_step_on");
  if (!can_seal(app)) return fail(ErrorCode::unavailable, "the key of the second steps cannot be read");
  SUKI_TRY(const Work work, Work::begin(app.shared(), tx));
  const auto account = tx.find_account(agent);
  if (!account) return fail(ErrorCode::not_found, "no such account");
  const std::string secret = chance(app, totp_secret_bytes);
  tx.set_second_step({agent, seal(app, whose(agent), secret), never, 0});
  SecondStepStart start;
  start.secret = to_base32(secret);
  start.uri = totp_uri(work.plan->plan.business.name, account->login, secret);
  QrCode qr = draw_qr(start.uri);
  start.qr_size = qr.size;
  start.qr_path = std::move(qr.path);
  return start;
}

Result<RecoveryCodes> confirm_second_step(App& app, store::Tx& tx, AgentId agent, const std::string& code) {
  auto step = tx.find_second_step(agent);
  if (!step || step->confirmed_at != never)
    return because(fail(ErrorCode::conflict, "there is nothing to confirm; begin anew"), "second_step_anew");
  const Instant now = app.shared().host.now();
  const auto secret = unseal(app, *step);
  if (!secret)
    return because(fail(ErrorCode::conflict, "what was begun cannot be read any more; begin anew"), "second_step_anew");
  const auto found = find_totp_step(*secret, code, now, step->last_step);
  if (!found) return because(bad_input("code", "is not the one that the app shows now"), "code_wrong");
  step->confirmed_at = now;
  step->last_step = *found;
  tx.set_second_step(*step);
  return make_recovery_codes(app, tx, agent);
}

Result<RecoveryCodes> new_recovery_codes(App& app, store::Tx& tx, AgentId agent) {
  if (!has_second_step(tx, agent))
    return because(fail(ErrorCode::conflict, "the second step is off"), "second_step_off");
  return make_recovery_codes(app, tx, agent);
}

Result<void> remove_second_step(store::Tx& tx, AgentId agent) {
  if (!tx.find_second_step(agent)) return fail(ErrorCode::not_found, "there is no second step");
  tx.remove_second_step(agent);
  return {};
}

Result<void> reset_second_step(App& app, store::Tx& tx, AgentId agent) {
  SUKI_CHECK(remove_second_step(tx, agent));
  return end_sessions_of(app, tx, agent);
}

void require_second_step(store::Tx& tx, bool required) {
  tx.set_setting(required_name, required ? "1" : "0");
}

StepProof prove_second_step(App& app, store::Tx& tx, AgentId agent, const std::string& code) {
  auto step = tx.find_second_step(agent);
  if (!step || step->confirmed_at == never) return StepProof::wrong;
  const std::string plain = plain_recovery_code(code);
  if ((plain.size() == recovery_length || plain.size() == recovery_length_before) &&
      tx.use_recovery_code(agent, whose(agent) + plain))
    return StepProof::recovery;
  const auto secret = unseal(app, *step);
  if (!secret) return StepProof::lost;
  const Instant now = app.shared().host.now();
  const auto found = find_totp_step(*secret, code, now, step->last_step);
  if (!found) return find_totp_step(*secret, code, now, 0) ? StepProof::used : StepProof::wrong;
  step->last_step = *found;
  tx.set_second_step(*step);
  return StepProof::code;
}

}  // namespace suki::app
