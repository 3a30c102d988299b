package doctor

// outcomes are all that checks can find.
var outcomes = []outcome{
	skipped,

	settingsOK, settingsDefault, settingsIncomplete, settingsWrong, settingsSecret,

	reachableOK, reachableClockAhead, reachableClockBehind,
	reachableNoIssuer, reachableAddress, reachableHTTP,
	reachableNoSuchHost, reachableDNS,
	reachableRefused, reachableNetwork, reachableTimeout, reachableSilent, reachableCut,
	reachableNoTLS, reachableTLS,
	reachableAuthority, reachableExpired, reachableEarly, reachableCertificateClock, reachableName, reachableCertificate,
	reachableProxy, reachableProxySetting, reachableProxyPassword, reachableProxyRefused,
	reachableFailed,

	discoveryOK, discoveryNotLogto, discoveryPKCEUnlisted, discoveryNoIss,
	discoveryRedirect, discoveryNotFound, discoveryNoOIDC, discoveryBusy, discoveryServerError, discoveryStatus,
	discoveryCut, discoveryTooLong, discoveryHTML, discoveryNotJSON, discoveryNotOpenID,
	discoveryIssuerMismatch, discoveryIssuerServer,
	discoveryEndpointMissing, discoveryEndpointInsecure, discoveryEndpoint,
	discoveryS256, discoveryCodeFlow, discoveryAlgorithms,

	jwksOK, jwksUnanswered, jwksUnreadable, jwksNoKey,

	clientOK, clientNone, clientUnknown, clientNotNative, clientSecret, clientSecretUnwanted, clientDeviceFlow,
	clientPKCE, clientResponseType, clientScope, clientRefused,
	clientBusy, clientServerError, clientUnanswered, clientUnclear,

	redirectURIOK, redirectURIUnregistered, redirectURIInvalid,
	ipv6OK, ipv6Unregistered, ipv6NotNeeded, ipv6Unclear,

	refreshTokenOK, refreshTokenUnlisted, refreshTokenScope, refreshTokenGrant,

	connectorOK, connectorMissing, connectorNone, connectorUnknown, connectorNotLogto,

	loopbackOK, loopbackNoIPv4, loopbackNone, loopbackTaken, loopbackReserved, loopbackDenied, loopbackBlocked,
	loopbackIPv6OK, loopbackIPv6None, loopbackIPv6NotNeeded, loopbackIPv6Blocked,

	browserOK, browserNone,
	keychainOK, keychainSlow, keychainUnavailable, keychainLocked, keychainTimeout, keychainFailed, filesOK, filesFailed,
	sessionOK, sessionKnown, sessionNone, sessionEnded, sessionMemory, sessionDenied, sessionUnreadable,
}

var skipped = outcome{"skipped", Skipped, "not looked at, because the check {{.ID}} did not succeed", ""}

// Codes are all values of Check.Code, for a test that each has a translation.
func Codes() []string {
	codes := make([]string, len(outcomes))
	for i, o := range outcomes {
		codes[i] = o.code
	}
	return codes
}

// ParamNames are the names of the Check.Params that come with a code, sorted.
func ParamNames(code string) []string {
	for _, o := range outcomes {
		if o.code == code {
			return o.paramNames()
		}
	}
	return nil
}

// English are the sentences for a code: Check.Found and Check.Remedy before
// the parameters are filled in, such as "{{.Host}} answers".
func English(code string) (found, remedy string) {
	for _, o := range outcomes {
		if o.code == code {
			return o.found, o.remedy
		}
	}
	return "", ""
}
