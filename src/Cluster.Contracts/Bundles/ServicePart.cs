using Cluster.Contracts.Settings;

namespace Cluster.Contracts.Bundles;

/// <summary>
/// The settings of one service, complete in themselves: documents, chains, authorities. Nothing in it names the machine or a revision,
/// and keys are named by their public key only, so that machines with equal settings share it.
/// </summary>
public sealed record ServicePart
{
    /// <summary>Schema version of the part and of the documents in it.</summary>
    public required int SchemaVersion { get; init; }

    /// <summary>Driver that it is made for.</summary>
    public required string Driver { get; init; }

    /// <summary>The listeners that the service hosts, by name; empty = none is defined.</summary>
    public required IReadOnlyDictionary<string, Listener> Listeners { get; init; }

    /// <summary>The mail flow policies that these listeners name.</summary>
    public required IReadOnlyDictionary<string, MailFlowPolicy> MailFlowPolicies { get; init; }

    /// <summary>All destination controls, by domain as written.</summary>
    public required IReadOnlyDictionary<string, DestinationControl> DestinationControls { get; init; }

    /// <summary>Outbound settings; absent = defined at no level.</summary>
    public OutboundSettings? Outbound { get; init; }

    /// <summary>The certificates that something above names, by name.</summary>
    public required IReadOnlyDictionary<string, PartCertificate> Certificates { get; init; }

    /// <summary>Trust; absent = defined at no level and no authority is given.</summary>
    public PartTrust? Trust { get; init; }

    /// <summary>Names of objects that are hidden for this machine, as <c>kind/name</c>: what was applied for them is put back.</summary>
    public IReadOnlyList<string>? Hidden { get; init; }

    /// <summary>Whether differences that people make on the host are put right; absent = they are reported only.</summary>
    public bool? RepairDrift { get; init; }
}

/// <summary>A certificate as a service installs it.</summary>
public sealed record PartCertificate
{
    /// <summary>Leaf first, then the intermediates in order, each DER in base64; no root.</summary>
    public required IReadOnlyList<string> Chain { get; init; }

    /// <summary>Hash of the leaf's SubjectPublicKeyInfo: names the private key.</summary>
    public required string PublicKeySha256 { get; init; }

    /// <summary>Hash of the leaf's DER: what the handshake must show.</summary>
    public required string Sha256 { get; init; }
}

/// <summary>The authorities that a service trusts.</summary>
public sealed record PartTrust
{
    /// <summary>Whether the host's system list counts.</summary>
    public required bool UseSystem { get; init; }

    /// <summary>Certificates of the enabled custom authorities, each DER in base64; empty when switched off.</summary>
    public required IReadOnlyList<string> Authorities { get; init; }

    /// <summary>Certificates of the authorities for client certificates; absent = the same as <see cref="Authorities"/>.</summary>
    public IReadOnlyList<string>? ClientAuthorities { get; init; }
}
