# Flags, launchers and libraries that every room shares.
find_program(CCACHE ccache)
if(CCACHE)
  # What ccache asks for where headers are precompiled; without it every such source would be compiled again.
  set(CMAKE_C_COMPILER_LAUNCHER env CCACHE_SLOPPINESS=pch_defines,time_macros ${CCACHE})
  set(CMAKE_CXX_COMPILER_LAUNCHER env CCACHE_SLOPPINESS=pch_defines,time_macros ${CCACHE})
endif()
find_program(LLD ld.lld)
if(LLD)
  add_link_options(-fuse-ld=lld)
endif()

set(CMAKE_CXX_FLAGS_RELEASE "-O2")
if(NOT SUKI_SANITIZE AND NOT SUKI_FUZZ)
  # What a fault of ours meets in the release: the library's own checks, a stack that is watched, addresses that nobody
  # knows beforehand, tables that nobody writes. tests/hardening.sh looks for them in the program; what they cost is in
  # docs/decisions/0024-a-hardened-release.md. Sanitizers and fuzzers bring stronger checks, and do not go together with these.
  string(APPEND CMAKE_CXX_FLAGS_RELEASE " -D_FORTIFY_SOURCE=2 -D_GLIBCXX_ASSERTIONS")
  add_compile_options(-fstack-protector-strong -fstack-clash-protection -fPIE)
  add_link_options(-pie -Wl,-z,relro,-z,now,-z,noexecstack)
endif()
add_compile_options(-Wall -Wextra -Wshadow -Wnon-virtual-dtor -Wconversion -Wno-sign-conversion -fno-omit-frame-pointer)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ 12 reports these falsely inside its own library at -O2.
  add_compile_options(-Wno-maybe-uninitialized -Wno-stringop-overflow -Wno-array-bounds -Wno-restrict -Wno-dangling-pointer)
endif()
if(SUKI_SANITIZE)
  # -O1: with -O2 the checks cost half as much again to compile. Without NDEBUG, so that the libraries' own checks are
  # on as well, and those of the standard library.
  set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O1 -D_GLIBCXX_ASSERTIONS")
  add_compile_options(-fsanitize=${SUKI_SANITIZE} -fno-sanitize-recover=all -g1)
  add_link_options(-fsanitize=${SUKI_SANITIZE})
endif()
if(SUKI_FUZZ)
  if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    message(FATAL_ERROR "SUKI_FUZZ needs clang: -DCMAKE_CXX_COMPILER=clang++-14")
  endif()
  # Every room tells the fuzzer where it went, and stops at the first wrong access or undefined operation.
  add_compile_options(-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all -g1)
  add_link_options(-fsanitize=address,undefined)
endif()
# A library that one room finds is also linked by the programs of other rooms.
set(CMAKE_FIND_PACKAGE_TARGETS_GLOBAL TRUE)
find_package(Threads REQUIRED)
find_package(fmt REQUIRED)
find_package(PkgConfig REQUIRED)
if(SUKI_TESTS)
  find_package(GTest REQUIRED)
endif()

# What saves compile time (docs/decisions/0006-build-time.md). A linter or a check of includes turns it off.
if(SUKI_QUICK_BUILD)
  if(CCACHE AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    add_compile_options(-fpch-preprocess)  # so that ccache sees which precompiled header a source used
  endif()
else()
  set(CMAKE_DISABLE_PRECOMPILE_HEADERS ON)
endif()
# Tests call the rules far more than they compute: their own code is compiled quickly, what they test as it ships.
if(SUKI_TESTS AND NOT SUKI_SANITIZE)
  # glibc's own checks work on optimised code alone.
  set(SUKI_TEST_OPTIONS "$<$<CONFIG:Release>:-O0;-U_FORTIFY_SOURCE>")
endif()
if(SUKI_TESTS)
  file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/test_headers.cpp CONTENT "// Compiles the headers that every test includes.\n")
  add_library(suki_test_headers OBJECT ${CMAKE_BINARY_DIR}/test_headers.cpp)
  target_link_libraries(suki_test_headers PRIVATE GTest::gtest GTest::gmock)
  target_compile_options(suki_test_headers PRIVATE ${SUKI_TEST_OPTIONS})
  target_precompile_headers(suki_test_headers PRIVATE <gtest/gtest.h> <gmock/gmock.h> <algorithm> <filesystem> <string> <vector>)
endif()
# suki_quick_test(target): a test program as far as the compiler is concerned.
function(suki_quick_test target)
  target_compile_options(${target} PRIVATE ${SUKI_TEST_OPTIONS})
  target_precompile_headers(${target} REUSE_FROM suki_test_headers)
endfunction()
