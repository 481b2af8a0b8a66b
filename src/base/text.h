/// Small questions about text. All text inside suki is UTF-8.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace suki {

[[nodiscard]] bool is_utf8(std::string_view text);
/// Code points in valid UTF-8.
[[nodiscard]] std::size_t count_code_points(std::string_view text);
/// Bytes that are not UTF-8 become U+FFFD, one each.
[[nodiscard]] std::string to_valid_utf8(std::string_view text);
[[nodiscard]] std::string_view trim(std::string_view text);  ///< ASCII white space
[[nodiscard]] std::vector<std::string_view> split(std::string_view text, char separator);
[[nodiscard]] std::string to_lower_ascii(std::string_view text);
/// A slug: a-z first, then a-z, 0-9, '_' or '-', at most 64 bytes.
[[nodiscard]] bool is_slug(std::string_view text);
/// The candidate within an edit distance of a third of the word's length (at least 1), nearest first, then by order
/// given; empty when none is near. Cost O(candidates x lengths).
[[nodiscard]] std::string_view find_nearest(std::string_view word, std::span<const std::string> candidates);
/// The answer is a view into the candidates: they must outlive it, so a list made on the way does not do.
std::string_view find_nearest(std::string_view word, const std::vector<std::string>&& candidates) = delete;

}  // namespace suki
