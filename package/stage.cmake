# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# Adds the files that a package has but `cmake --install` does not install. CPack runs this before it packs.
set(documents ${CPACK_TEMPORARY_DIRECTORY}/usr/share/doc/hdrtap)
set(package ${CPACK_HDRTAP_SOURCE}/package)

# COPY, not INSTALL, because DESTDIR is set.
file(COPY ${package}/hdrtap.yaml ${package}/metrics.yaml DESTINATION ${CPACK_TEMPORARY_DIRECTORY}/etc/hdrtap NO_SOURCE_PERMISSIONS)
file(COPY ${package}/copyright ${package}/changelog ${CPACK_HDRTAP_SOURCE}/CHANGES.md DESTINATION ${documents}
	NO_SOURCE_PERMISSIONS)
file(RENAME ${documents}/changelog ${documents}/changelog.Debian)
file(RENAME ${documents}/CHANGES.md ${documents}/changelog)

file(GLOB pages ${CPACK_TEMPORARY_DIRECTORY}/usr/share/man/man*/*.[1-9])
execute_process(COMMAND gzip -9nf ${pages} ${documents}/changelog ${documents}/changelog.Debian
	COMMAND_ERROR_IS_FATAL ANY)
