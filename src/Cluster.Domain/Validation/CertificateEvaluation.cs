using Cluster.Contracts.Certificates;
using Cluster.Domain.Bundles;
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
public delegate IReadOnlyList<CertificateFinding> CertificateEvaluator(
    CertificateContent content, CertificateUse use, TrustScope trust, DateTimeOffset now);

/// <summary>Evaluates the certificate rules each time.</summary>
public static class CertificateEvaluation
{
    private static readonly TimeSpan LongestHold = TimeSpan.FromDays(1);

    /// <summary>Evaluates them; that a certificate cannot be read is a finding.</summary>
    public static IReadOnlyList<CertificateFinding> Evaluate(
        CertificateContent content, CertificateUse use, TrustScope trust, DateTimeOffset now) =>
        CertificateFacts.TryRead(content) is { } facts ? Evaluate(facts, content, use, trust, now) : Unreadable;

    /// <summary>What is said of a certificate whose leaf cannot be read.</summary>
    public static IReadOnlyList<CertificateFinding> Unreadable { get; } = [CertificateFindings.Unreadable("the stored certificate")];

    /// <summary>Evaluates them with facts that were read before.</summary>
    /// <param name="facts">What stands in the content.</param>
    /// <param name="content">The content.</param>
    /// <param name="use">As what it is used.</param>
    /// <param name="trust">What is trusted there.</param>
    /// <param name="now">The instant of evaluation.</param>
    /// <param name="stop">Stops it when nobody waits any more.</param>
    public static IReadOnlyList<CertificateFinding> Evaluate(
        CertificateFacts facts,
        CertificateContent content,
        CertificateUse use,
        TrustScope trust,
        DateTimeOffset now,
        CancellationToken stop = default)
    {
        var found = CertificateFindings.Evaluate(new FindingContext
        {
            Certificate = facts.Leaf,
            Intermediates = facts.Intermediates,
            Now = now,
            Role = use.Role,
            HostNames = use.HostName is { } name ? [name] : [],
            Public = use.Public,
            Demo = content.Source == CertificateSource.Demo,
            PrivateKeyPublicSha256 = content.HasPrivateKey ? content.KeyPublicSha256 ?? content.PublicKeySha256 : null,
            Trust = trust.Anchors,
            Budget = WorkBudget.ForCertificate(stop),
        });
        return facts.Unreadable == 0
            ? found
            : [.. found, CertificateFindings.Unreadable($"{facts.Unreadable} of the intermediates that are stored with it")];
    }

    /// <summary>
    /// The first instant at which an evaluation of <paramref name="now"/> may say something else; at most a day ahead, since
    /// trusted authorities end too.
    /// </summary>
    public static DateTimeOffset HoldsUntil(CertificateFacts facts, DateTimeOffset now)
    {
        var until = now + LongestHold;
        foreach (var certificate in facts.Intermediates.Prepend(facts.Leaf))
        {
            Take(certificate.NotBefore);
            Take(certificate.NotAfter.AddTicks(1));
        }

        Take((facts.Leaf.NotAfter - RenewalWindow.Of(facts.Leaf)).AddTicks(1));
        // The text of "expires soon" counts whole days, and at last hours.
        if (facts.Leaf.NotAfter > now) Take(now + RenewalWindow.Holds(facts.Leaf.NotAfter - now));
        return until;

        void Take(DateTimeOffset instant)
        {
            if (instant > now && instant < until) until = instant;
        }
    }
}
