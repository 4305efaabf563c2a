using System.Security.Cryptography.X509Certificates;

namespace Cluster.Pki.Tests.Chains.Forging;

/// <summary>How a certificate names the key of its issuer.</summary>
internal enum NamedIssuer
{
    /// <summary>By key identifier.</summary>
    ByKey,

    /// <summary>Not at all.</summary>
    NotAtAll,

    /// <summary>By the identifier of another key.</summary>
    ByOtherKey,

    /// <summary>By name and serial number.</summary>
    BySerial,

    /// <summary>By the serial number of another certificate.</summary>
    ByOtherSerial,
}

/// <summary>What a forged certificate shall say; the defaults are those of a good authority.</summary>
internal sealed record CertificatePlan
{
    public required string Subject { get; init; }

    /// <summary>Issuer as it is written; null = as the issuer writes itself.</summary>
    public string? IssuerWritten { get; init; }

    /// <summary>basicConstraints; null = none.</summary>
    public bool? IsCa { get; init; } = true;

    public int? PathLength { get; init; }

    /// <summary>keyUsage; null = none.</summary>
    public X509KeyUsageFlags? KeyUsage { get; init; } = X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign;

    public string[]? ExtendedKeyUsage { get; init; }

    /// <summary>Permitted names, as <c>dns:NAME</c>, <c>email:NAME</c> or <c>ip:HEX</c>.</summary>
    public string[] Permitted { get; init; } = [];

    public string[] Excluded { get; init; } = [];

    public NamedIssuer Named { get; init; }

    /// <summary>Object identifier of an extension that is critical; null = none.</summary>
    public string? Critical { get; init; }

    public bool BreakSignature { get; init; }

    public string[] DnsNames { get; init; } = [];

    public string[] Emails { get; init; } = [];

    public string[] Addresses { get; init; } = [];

    /// <summary>Days from now of the end.</summary>
    public int EndsIn { get; init; } = 80;

    /// <summary>A good leaf.</summary>
    public static CertificatePlan Leaf { get; } = new()
    {
        Subject = "CN=mx.example.org",
        IsCa = false,
        KeyUsage = X509KeyUsageFlags.DigitalSignature,
        ExtendedKeyUsage = ["1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"],
        DnsNames = ["mx.example.org"],
    };

    /// <summary>A good authority.</summary>
    public static CertificatePlan Authority(string name) => new() { Subject = $"CN={name}, O=Example Trust" };
}
