"""Second factors: time codes, passkeys and recovery codes, and the devices a person is known on."""
