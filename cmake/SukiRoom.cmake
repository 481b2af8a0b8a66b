# suki_room(name DEPENDS other rooms and libraries...)
#   Every *.cpp here but *_test.cpp and *_bench.cpp becomes the library suki_<name>; every *_test.cpp the program
#   <name>_test. Tests that take longer than a few seconds are named *_slow_test.cpp: they become <name>_slow_test,
#   which carries the label "slow" and is left out by `./dev test --fast`.
#   Headers are included as "<name>/header.h". The include root holds only this room, so naming a room that is
#   not among DEPENDS does not compile.
#   HOT: compiled with -O3 in a release; for the rooms that a simulation runs through (bench/README.md has the gain).
#   PRIVATE: what only the sources need.  TEST_DEPENDS: what only the tests need.
#   ON_POSTGRES: the tests open stores by store_testing::engine(), and run once more on PostgreSQL (not with --fast).
function(suki_on_postgres name program)
  add_test(NAME ${name}_on_postgres COMMAND ${program})
  # 77: PostgreSQL is not installed.
  set_tests_properties(${name}_on_postgres PROPERTIES ENVIRONMENT SUKI_TEST_STORE=postgres LABELS slow
    SKIP_RETURN_CODE 77)
endfunction()

function(suki_room name)
  cmake_parse_arguments(ARG "HOT;ON_POSTGRES" "" "DEPENDS;PRIVATE;TEST_DEPENDS" ${ARGN})
  set(root ${CMAKE_BINARY_DIR}/rooms/${name})
  file(MAKE_DIRECTORY ${root})
  file(CREATE_LINK ${CMAKE_CURRENT_SOURCE_DIR} ${root}/${name} SYMBOLIC)

  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  set(tests ${sources})
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
  set(slow_tests ${tests})
  list(FILTER tests EXCLUDE REGEX "_slow_test\\.cpp$")
  list(FILTER slow_tests INCLUDE REGEX "_slow_test\\.cpp$")
  list(FILTER sources EXCLUDE REGEX "_(test|bench)\\.cpp$")

  if(sources)
    add_library(suki_${name} STATIC ${sources})
    target_include_directories(suki_${name} PUBLIC ${root})
    target_link_libraries(suki_${name} PUBLIC ${ARG_DEPENDS} PRIVATE ${ARG_PRIVATE} Threads::Threads)
    if(ARG_HOT)
      # Without the C++ library's own checks, which cost a simulation a tenth (docs/decisions/0024-a-hardened-release.md).
      target_compile_options(suki_${name} PRIVATE "$<$<CONFIG:Release>:-O3;-U_GLIBCXX_ASSERTIONS>")
    endif()
  else()
    add_library(suki_${name} INTERFACE)
    target_include_directories(suki_${name} INTERFACE ${root})
    target_link_libraries(suki_${name} INTERFACE ${ARG_DEPENDS})
  endif()

  foreach(suffix test slow_test)
    if(suffix STREQUAL "slow_test")
      set(tests ${slow_tests})
    endif()
    if(SUKI_TESTS AND tests)
      add_executable(${name}_${suffix} ${tests})
      target_link_libraries(${name}_${suffix}
        PRIVATE suki_${name} ${ARG_PRIVATE} ${ARG_TEST_DEPENDS} GTest::gtest_main GTest::gmock)
      target_compile_definitions(${name}_${suffix} PRIVATE SUKI_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
      if(suffix STREQUAL "slow_test")
        add_test(NAME ${name}_slow COMMAND ${name}_slow_test)
        set_tests_properties(${name}_slow PROPERTIES LABELS slow)
      else()
        suki_quick_test(${name}_test)
        add_test(NAME ${name} COMMAND ${name}_test)
        if(ARG_ON_POSTGRES)
          suki_on_postgres(${name} ${name}_test)
        endif()
      endif()
    endif()
  endforeach()
endfunction()
