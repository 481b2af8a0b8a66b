# suki_embed(target name folder)
#   Puts every file below `folder` into `target`, as `std::span<const suki::pages::Page> suki::pages::embedded_<name>()`.
#   The bytes go in by the assembler's .incbin, so a megabyte costs no compile time. A changed, new or removed file
#   is noticed by the next build. A folder that does not exist gives an empty table.
#   Names may hold anything but quotes, backslashes, semicolons and brackets.
enable_language(ASM)

function(suki_embed target name folder)
  set(out ${CMAKE_CURRENT_BINARY_DIR}/embed_${name})
  file(MAKE_DIRECTORY ${out})
  file(GLOB_RECURSE files CONFIGURE_DEPENDS LIST_DIRECTORIES false ${folder}/*)
  # A list of its own, so that a file that went away also makes the table anew.
  list(JOIN files "\n" listing)
  file(CONFIGURE OUTPUT ${out}/files.txt CONTENT "${listing}\n" @ONLY)
  add_custom_command(
    OUTPUT ${out}/table.cpp ${out}/bytes.S
    COMMAND ${CMAKE_COMMAND} -D NAME=${name} -D FOLDER=${folder} -D OUT=${out} -P ${CMAKE_SOURCE_DIR}/cmake/SukiEmbedTable.cmake
    DEPENDS ${files} ${out}/files.txt ${CMAKE_SOURCE_DIR}/cmake/SukiEmbedTable.cmake
    COMMENT "Embedding ${folder}"
    VERBATIM)
  set_source_files_properties(${out}/bytes.S PROPERTIES OBJECT_DEPENDS "${files}")
  target_sources(${target} PRIVATE ${out}/table.cpp ${out}/bytes.S)
endfunction()
