/// HTML from outside to HTML that can only be looked at: what is left is on a list, element by element, attribute by
/// attribute, value by value. Nothing runs, nothing is fetched, nothing is sent, nothing leaves its frame.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace suki::mail {

/// Goes up whenever the same input may give another output: what was made by an earlier revision is made anew.
inline constexpr std::int64_t sanitiser_revision = 2;
/// How the tag of a picture from elsewhere begins; it stands nowhere else in the output.
inline constexpr std::string_view remote_picture_mark = "<img data-url=\"";
inline constexpr std::size_t sanitised_bytes_max = 4u << 20;  ///< of the output; what lies beyond is left out

/// `pictures`: by Content-ID, what stands for "cid:ID": "data:image/png;base64,...". Output: a fragment of well-formed
/// HTML in valid UTF-8, without comments, scripts, styles in blocks, forms, frames, SVG, MathML, ids, names or classes;
/// links only to http, https, mailto and tel; pictures only from `data:`. A picture from elsewhere becomes <img
/// data-url="ADDRESS"> with its alternative text and size, which shows nothing and asks nobody; one without an address
/// that could be asked becomes <span data-blocked="1"> around its alternative text. "" for what shows nothing. Never
/// fails. O(bytes); cut at html_bytes_max.
[[nodiscard]] std::string sanitise(std::string_view html, const std::map<std::string, std::string>& pictures = {});

}  // namespace suki::mail
