package keychain

// announce has every Watch of the name look again. Failing to is not an error: what was to be stored is stored.
func (k *Keychain) announce(name string) { k.folder().Announce(name) }
