// Any line as a question about working time: always one line of JSON with an id in answer.
#include <cstdint>
#include <string_view>

#include "base/assert.h"
#include "questions/questions.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static suki::questions::Answerer answerer({});
  const std::string answer = answerer.answer({reinterpret_cast<const char*>(data), size});
  SUKI_ASSERT(answer.rfind("{\"id\":", 0) == 0 && answer.back() == '}');
  return 0;
}
