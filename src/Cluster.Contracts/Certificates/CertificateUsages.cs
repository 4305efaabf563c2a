namespace Cluster.Contracts.Certificates;

/// <summary>Who uses a certificate, and who has its keys.</summary>
public sealed record CertificateUsages
{
    /// <summary>Settings that name it.</summary>
    public required IReadOnlyList<CertificateBindingShape> Bindings { get; init; }

    /// <summary>Machines whose effective configuration uses it.</summary>
    public required IReadOnlyList<CertificateMachineShape> Machines { get; init; }

    /// <summary>Machines that ever received a key of one of its versions.</summary>
    public required IReadOnlyList<KeyHolderShape> HeldBy { get; init; }
}

/// <summary>A setting that names a certificate.</summary>
public sealed record CertificateBindingShape
{
    /// <summary>Level of the setting.</summary>
    public required string Level { get; init; }

    /// <summary>Kind of the setting.</summary>
    public required string Kind { get; init; }

    /// <summary>Name of the setting; - for one that a level has once.</summary>
    public required string Name { get; init; }

    /// <summary>True when it stands in the layer of a departed machine.</summary>
    public required bool Departed { get; init; }
}

/// <summary>A machine that uses a certificate.</summary>
public sealed record CertificateMachineShape
{
    /// <summary>The machine that has, or is to get, the certificate.</summary>
    public required string Name { get; init; }

    /// <summary>Version that its effective configuration leads to.</summary>
    public required int Version { get; init; }

    /// <summary>Whether every service that has it has applied its desired part; absent = not known yet.</summary>
    public bool? Applied { get; init; }

    /// <summary>Whether a handshake or reading back proved it; absent = not known yet.</summary>
    public bool? Verified { get; init; }
}

/// <summary>A machine that received a key.</summary>
public sealed record KeyHolderShape
{
    /// <summary>Name of the machine, or its id when it was forgotten.</summary>
    public required string Machine { get; init; }

    /// <summary>Digest of the public key.</summary>
    public required string PublicKeySha256 { get; init; }

    /// <summary>First delivery.</summary>
    public required DateTimeOffset First { get; init; }

    /// <summary>Last delivery.</summary>
    public required DateTimeOffset Last { get; init; }
}
