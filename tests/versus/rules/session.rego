# The rule in Rego. The settings are data, the session is the input.
package session

# `not … >=` rather than `<`: a session without a version is refused.
violations contains "version.not-allowed" if not input.version >= data.settings.version_min

violations contains "cipher-suite.not-allowed" if not input.cipher_suite in data.settings.cipher_suites

# No `group := input.group`: regorus' virtual machine goes on where that is undefined (0.14.1), its interpreter does not.
violations contains "group.not-allowed" if {
	input.group
	not input.group in data.settings.groups
}
