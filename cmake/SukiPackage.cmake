# `./dev package`: a Debian package of what was built, by CPack. It asks dpkg-shlibdeps which libraries the program
# needs. What stands in packaging/ goes in as it is.
include(GNUInstallDirs)
install(TARGETS suki RUNTIME DESTINATION bin)
install(DIRECTORY plans/ DESTINATION share/suki/plans PATTERN bad EXCLUDE)
install(FILES packaging/grafana/suki.json DESTINATION share/suki/grafana)
install(FILES packaging/prometheus/alerts.yml DESTINATION share/suki/prometheus)
install(FILES packaging/suki.service DESTINATION /usr/lib/systemd/system)
install(FILES packaging/suki.conf DESTINATION /etc/suki PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ)
install(FILES README.md CHANGELOG.md NOTICE THIRD_PARTY.md packaging/README.Debian DESTINATION share/doc/suki)
install(FILES LICENSE DESTINATION share/doc/suki RENAME copyright)
install(DIRECTORY docs/ DESTINATION share/doc/suki/docs FILES_MATCHING PATTERN "*.md" PATTERN "*.png")
install(DIRECTORY packaging/proxy/ DESTINATION share/doc/suki/examples)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME suki)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGE_CONTACT "suki maintainers <maintainers@suki.invalid>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "customer service plan that runs")
set(CPACK_PACKAGE_DESCRIPTION "A business writes down who its customers are, what they need, and when and how they are\
 served. suki checks that plan, serves customers by it over web and mail, and shows whether it is kept. One program, one\
 data folder.")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION web)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "adduser, tzdata")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "ca-certificates")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA ${CMAKE_SOURCE_DIR}/packaging/postinst ${CMAKE_SOURCE_DIR}/packaging/prerm
  ${CMAKE_SOURCE_DIR}/packaging/postrm ${CMAKE_SOURCE_DIR}/packaging/conffiles)
include(CPack)
