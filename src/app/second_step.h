/// The second step of a log-in: a code of an authenticator app, or one of ten recovery codes, each good once. The
/// secret is kept sealed with a key that is not in the store (Host::secret_key), so that a stolen backup opens nothing.
#pragma once

#include <cstdint>
#include <string>

#include "app/access_types.h"
#include "app/app.h"

namespace suki::app {

inline constexpr int recovery_codes_made = 10;

[[nodiscard]] bool has_second_step(store::Tx& tx, AgentId agent);
[[nodiscard]] bool is_second_step_required(store::Tx& tx);
/// It is required of everybody, and this person has none yet.
[[nodiscard]] bool lacks_second_step(store::Tx& tx, AgentId agent);
[[nodiscard]] SecondStep second_step(store::Tx& tx, AgentId agent);

/// A new secret, in force once it is confirmed. Errors: conflict (there is one in force), unavailable (no key).
[[nodiscard]] Result<SecondStepStart> begin_second_step(App& app, store::Tx& tx, AgentId agent);
/// Errors: bad_input (code), conflict (nothing was begun).
[[nodiscard]] Result<RecoveryCodes> confirm_second_step(App& app, store::Tx& tx, AgentId agent,
                                                        const std::string& code);
/// New ones; those before are void. Errors: conflict (there is no second step).
[[nodiscard]] Result<RecoveryCodes> new_recovery_codes(App& app, store::Tx& tx, AgentId agent);
/// Errors: not_found (there is none).
[[nodiscard]] Result<void> remove_second_step(store::Tx& tx, AgentId agent);
/// The same for somebody who lost it. Ends their sessions too: whoever found the phone may have one on it.
[[nodiscard]] Result<void> reset_second_step(App& app, store::Tx& tx, AgentId agent);
void require_second_step(store::Tx& tx, bool required);

enum class StepProof : std::uint8_t {
  code,      ///< a code of the app
  recovery,  ///< a recovery code, which is used up
  wrong,
  used,  ///< a code of the app that was taken before: somebody may have looked on
  lost,  ///< the key of the secrets is not the one they were sealed with: only recovery codes work
};
/// Takes the code: it does not work again.
[[nodiscard]] StepProof prove_second_step(App& app, store::Tx& tx, AgentId agent, const std::string& code);

}  // namespace suki::app
