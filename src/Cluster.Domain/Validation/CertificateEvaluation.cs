using Cluster.Domain.Bundles;
using Cluster.Pki.Certificates;
using Cluster.Pki.Findings;

namespace Cluster.Domain.Validation;

/// <summary>As what a certificate is used.</summary>
/// <param name="Role">Server, client, or nothing in particular.</param>
/// <param name="HostName">Name that peers expect; null = none.</param>
/// <param name="Public">Whether peers of the open internet see it.</param>
public sealed record CertificateUse(BindingRole Role, string? HostName, bool Public)
{
    /// <summary>Looked at by itself.</summary>
    public static CertificateUse None { get; } = new(BindingRole.None, null, false);
}

/// <summary>Evaluates the certificate rules; whoever evaluates many may remember what came of it.</summary>
public delegate IReadOnlyList<CertificateFinding> CertificateEvaluator(CertificateContent content, CertificateUse use, DateTimeOffset now);

/// <summary>Evaluates the certificate rules each time.</summary>
public static class CertificateEvaluation
{
    /// <summary>Evaluates them; what cannot be read has no findings of its own.</summary>
    public static IReadOnlyList<CertificateFinding> Evaluate(CertificateContent content, CertificateUse use, DateTimeOffset now)
    {
        if (CertificateInfo.TryRead(content.Leaf.Span) is not { } certificate) return [];
        return CertificateFindings.Evaluate(new FindingContext
        {
            Certificate = certificate,
            Intermediates = [.. content.Chain.Select(c => CertificateInfo.TryRead(c.Span)).OfType<CertificateInfo>()],
            Now = now,
            Role = use.Role,
            HostNames = use.HostName is { } name ? [name] : [],
            Public = use.Public,
            Demo = content.Source == "demo",
            PrivateKeyPublicSha256 = content.HasPrivateKey ? content.KeyPublicSha256 ?? content.PublicKeySha256 : null,
        });
    }
}
