namespace Cluster.Contracts.Json;

/// <summary>The stable codes of errors in one member (<c>errors[].code</c> of a problem).</summary>
public static class FieldErrorCodes
{
    /// <summary>The text is not an address.</summary>
    public const string Address = "address";

    /// <summary>A sender group with ALL is not the last one.</summary>
    public const string AllNotLast = "all-not-last";

    /// <summary>The text is not base64 (RFC 4648).</summary>
    public const string Base64 = "base64";

    /// <summary>There is no block of that name.</summary>
    public const string Block = "block";

    /// <summary>The text is not the name of one cipher suite.</summary>
    public const string Cipher = "cipher";

    /// <summary>The member is computed and differs from what holds.</summary>
    public const string Computed = "computed";

    /// <summary>Two members exclude each other.</summary>
    public const string Contradiction = "contradiction";

    /// <summary>There are too few or too many entries.</summary>
    public const string Count = "count";

    /// <summary>The data cannot be read whole.</summary>
    public const string Damaged = "damaged";

    /// <summary>The member says another thing than the path or the query.</summary>
    public const string Differs = "differs";

    /// <summary>The text is not a domain.</summary>
    public const string Domain = "domain";

    /// <summary>An entry is listed more than once.</summary>
    public const string Duplicate = "duplicate";

    /// <summary>A member is given more than once.</summary>
    public const string DuplicateMember = "duplicate-member";

    /// <summary>The text is not a duration.</summary>
    public const string Duration = "duration";

    /// <summary>A list or text is empty.</summary>
    public const string Empty = "empty";

    /// <summary>The token would get more than its maker has.</summary>
    public const string ExceedsOwn = "exceeds-own";

    /// <summary>Only one of these members can be given.</summary>
    public const string Exclusive = "exclusive";

    /// <summary>At cluster level there is nothing to hide.</summary>
    public const string HiddenAtCluster = "hidden-at-cluster";

    /// <summary>A hidden item has no other members.</summary>
    public const string HiddenWithMembers = "hidden-with-members";

    /// <summary>The text is not a host name (RFC 1123).</summary>
    public const string HostName = "host-name";

    /// <summary>The text is not a UUID.</summary>
    public const string Id = "id";

    /// <summary>The cipher suite leaves out authentication or encryption, or is export grade.</summary>
    public const string InsecureCipher = "insecure-cipher";

    /// <summary>The text is not an instant (RFC 3339).</summary>
    public const string Instant = "instant";

    /// <summary>The text is not the name of a network interface.</summary>
    public const string Interface = "interface";

    /// <summary>The name has a form that is not allowed.</summary>
    public const string InvalidName = "invalid-name";

    /// <summary>The key of a label has a form that is not allowed.</summary>
    public const string LabelKey = "label-key";

    /// <summary>The value of a label has a form that is not allowed.</summary>
    public const string LabelValue = "label-value";

    /// <summary>A text is too long or too short.</summary>
    public const string Length = "length";

    /// <summary>The name is not a host name (RFC 1123), or has UUID form.</summary>
    public const string MachineName = "machine-name";

    /// <summary>The name has a form that is not allowed.</summary>
    public const string Name = "name";

    /// <summary>The name differs from that of the path.</summary>
    public const string NameDiffers = "name-differs";

    /// <summary>The text is not a network.</summary>
    public const string Network = "network";

    /// <summary>There is no certificate in the data.</summary>
    public const string NoCertificate = "no-certificate";

    /// <summary>An entry is not a certificate.</summary>
    public const string NotACertificate = "not-a-certificate";

    /// <summary>The certificate is not one of an authority (RFC 5280, 4.2.1.9).</summary>
    public const string NotAnAuthority = "not-an-authority";

    /// <summary>A part is neither base64 nor PEM.</summary>
    public const string NotBase64 = "not-base64";

    /// <summary>There is no departed machine of that id.</summary>
    public const string NotDeparted = "not-departed";

    /// <summary>The member does not belong to this operation.</summary>
    public const string NotHere = "not-here";

    /// <summary>The cluster does not have what is named.</summary>
    public const string NotServed = "not-served";

    /// <summary>The change set holds no such edit.</summary>
    public const string NotStaged = "not-staged";

    /// <summary>The value is null where something must be said, or the member left out.</summary>
    public const string NullNotAllowed = "null-not-allowed";

    /// <summary>A token for one machine has one use.</summary>
    public const string OneMachine = "one-machine";

    /// <summary>The role owner is of the installation, not of one cluster.</summary>
    public const string OwnerOfAll = "owner-of-all";

    /// <summary>The path is not absolute.</summary>
    public const string Path = "path";

    /// <summary>The data holds a private key where none belongs.</summary>
    public const string PrivateKey = "private-key";

    /// <summary>A number lies outside of its limits.</summary>
    public const string Range = "range";

    /// <summary>A member is missing.</summary>
    public const string Required = "required";

    /// <summary>Source and target level are the same.</summary>
    public const string SameLevel = "same-level";

    /// <summary>The settings have a schema version that is not known.</summary>
    public const string SchemaVersion = "schema-version";

    /// <summary>A text holds characters that are not allowed.</summary>
    public const string Text = "text";

    /// <summary>A list has too many entries.</summary>
    public const string TooMany = "too-many";

    /// <summary>The value has another JSON type.</summary>
    public const string Type = "type";

    /// <summary>There is nothing of that name or code.</summary>
    public const string Unknown = "unknown";

    /// <summary>There is no such cluster, or the token has no grant for it.</summary>
    public const string UnknownCluster = "unknown-cluster";

    /// <summary>There is no such group.</summary>
    public const string UnknownGroup = "unknown-group";

    /// <summary>There is no such kind of settings.</summary>
    public const string UnknownKind = "unknown-kind";

    /// <summary>There is no such member.</summary>
    public const string UnknownMember = "unknown-member";

    /// <summary>The value is none of those that are known.</summary>
    public const string UnknownValue = "unknown-value";

    /// <summary>The value has a form that is not allowed.</summary>
    public const string Value = "value";
}
