namespace Cluster.Contracts.Machines;

/// <summary>Codes of apply errors that more than one program decides by.</summary>
public static class ApplyCodes
{
    /// <summary>
    /// The part is live except for items that the driver cannot take; final, until the part, the agent or the host's files
    /// change.
    /// </summary>
    public const string ItemRefused = "item-refused";

    /// <summary>The settings have not arrived yet.</summary>
    public const string ContentMissing = "content-missing";

    /// <summary>The driver broke off; the agent's log has the details.</summary>
    public const string DriverFailed = "driver-failed";

    /// <summary>The host's files were changed while they were being switched.</summary>
    public const string FilesChanged = "files-changed";

    /// <summary>A file could not be read or written.</summary>
    public const string InputOutput = "input-output";

    /// <summary>The settings contradict themselves.</summary>
    public const string InvalidPart = "invalid-part";

    /// <summary>The journal could not be written, so nothing was switched.</summary>
    public const string JournalNotWritten = "journal-not-written";

    /// <summary>What was live before is gone and cannot be restored.</summary>
    public const string LastGoodLost = "last-good-lost";

    /// <summary>The software could not be asked.</summary>
    public const string LookupFailed = "lookup-failed";

    /// <summary>The software's own check refused the configuration.</summary>
    public const string NativeCheckFailed = "native-check-failed";

    /// <summary>Nothing of what was applied is in force.</summary>
    public const string NotLive = "not-live";

    /// <summary>The software has another value than what was applied.</summary>
    public const string NotLoaded = "not-loaded";

    /// <summary>The software serves another thing than what was applied.</summary>
    public const string NotServed = "not-served";

    /// <summary>Another service of the host failed, and all or none were to be applied.</summary>
    public const string OtherServiceFailed = "other-service-failed";

    /// <summary>A scratch instance did not take the configuration.</summary>
    public const string PreflightFailed = "preflight-failed";

    /// <summary>The software refused to reload.</summary>
    public const string ReloadFailed = "reload-failed";

    /// <summary>The software did not reload in time.</summary>
    public const string ReloadTimeout = "reload-timeout";

    /// <summary>Mail can leave by ways that the applied settings do not cover: routes or transports of the host changed.</summary>
    public const string RoutesChanged = "routes-changed";

    /// <summary>What was staged is gone; it is staged again.</summary>
    public const string StagedStateLost = "staged-state-lost";

    /// <summary>The agent's own state could not be written.</summary>
    public const string StateNotStored = "state-not-stored";

    /// <summary>The driver, or this host's own configuration, cannot express the item.</summary>
    public const string Unsupported = "unsupported";

    /// <summary>The host's own configuration asks for more than the item, which would lower it there.</summary>
    public const string HostPolicyStronger = "host-policy-stronger";

    /// <summary>The domain itself publishes that more is to be asked of its servers (DANE, MTA-STS) than the item would.</summary>
    public const string PublishedPolicyStronger = "published-policy-stronger";

    /// <summary>A private key has not arrived yet.</summary>
    public const string KeyMissing = "key-missing";

    /// <summary>The certificate or an entry of its chain cannot be read.</summary>
    public const string CertificateUnreadable = "certificate-unreadable";

    /// <summary>The chain does not begin with the certificate that is named.</summary>
    public const string CertificateMismatch = "certificate-mismatch";

    /// <summary>A certificate of the chain did not issue the one before it.</summary>
    public const string ChainOrder = "chain-order";

    /// <summary>A certificate that is not live yet has expired.</summary>
    public const string CertificateExpired = "certificate-expired";

    /// <summary>The validity of the certificate begins later, by the clock of the host.</summary>
    public const string CertificateNotYetValid = "certificate-not-yet-valid";

    /// <summary>The private key is not that of the certificate.</summary>
    public const string KeyMismatch = "key-mismatch";

    /// <summary>The name of the item cannot stand where the driver must write it, for example as the name of a file.</summary>
    public const string InvalidName = "invalid-name";
}
