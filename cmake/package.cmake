# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# The Debian package, by CPack: tools/package. What only a package has (copyright, changelogs, the configuration file, gzipped
# manual pages) is added by package/stage.cmake.
set(package ${CMAKE_CURRENT_SOURCE_DIR}/package)
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME hdrtap)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
	OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_PRE_BUILD_SCRIPTS ${package}/stage.cmake)
set(CPACK_HDRTAP_SOURCE ${CMAKE_CURRENT_SOURCE_DIR})

set(CPACK_PACKAGE_CONTACT "hdrtap maintainers <maintainers@hdrtap.example>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "HTTP/1 heads of an interface, extracted in the kernel")
set(CPACK_PACKAGE_DESCRIPTION "Shows and logs the HTTP/1 requests and responses that cross a network
interface, with chosen headers. eBPF programs at TC or XDP parse packets
in the kernel, so that only small records of a fixed size leave it.
Capture files are read, too.")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS ON)
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS systemd)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
	${package}/conffiles ${package}/triggers ${package}/postinst ${package}/prerm ${package}/postrm)
include(CPack)
