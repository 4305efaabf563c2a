using Cluster.Contracts.Certificates;
using Cluster.Contracts.Settings;
using Cluster.Domain.Configuration;
using Cluster.Domain.Settings;
using Cluster.Domain.Validation;
using Cluster.Pki.Certificates;
using Cluster.Pki.Chains;
using Cluster.Pki.Findings;
using Cluster.Pki.Findings.Authorities;

namespace Cluster.Manager.Features.Trust;

/// <summary>Findings about the certificates of one authority, among everything else that a configuration trusts.</summary>
internal static class AuthorityEvaluation
{
    /// <summary>Evaluates them.</summary>
    /// <param name="snapshot">The configuration, with or without the authority.</param>
    /// <param name="name">Normalised name of the authority.</param>
    /// <param name="certificates">Its certificates.</param>
    /// <param name="now">The instant of evaluation.</param>
    /// <param name="stop">Stops it when nobody waits any more.</param>
    public static IEnumerable<CertificateFinding> Evaluate(
        ConfigurationSnapshot snapshot,
        string name,
        IReadOnlyList<CertificateInfo> certificates,
        DateTimeOffset now,
        CancellationToken stop)
    {
        var budget = WorkBudget.ForFile(stop);
        var known = TrustScope.Anywhere(snapshot).Anchors!;
        var trust = new TrustAnchors([.. known.Authorities, .. certificates], known.UseSystem);
        return certificates
            .SelectMany(
                c => AuthorityFindings.Evaluate(
                    new AuthorityContext
                    {
                        Certificate = c,
                        Trust = trust,
                        Now = now,
                        AlsoIn = Others(snapshot, name, c),
                        Budget = budget,
                    }))
            .Distinct();
    }

    public static CertificateFindingShape Show(CertificateFinding finding) =>
        new() { Code = finding.Code, Severity = finding.Severity.ToFindingSeverity(), Message = finding.Message, Hint = finding.Hint };

    private static IReadOnlyList<string> Others(ConfigurationSnapshot snapshot, string own, CertificateInfo certificate) =>
        [.. snapshot.Items.Where(
            i => !i.Hidden
                && i.Key.Is<TrustedAuthority>()
                && i.Key.Name != own
                && AuthorityText.Read(i.Document!.Read<TrustedAuthority>()).Contains(certificate))
            .Select(i => $"{TrustedAuthority.Kind}/{i.Name}").Distinct()];
}
