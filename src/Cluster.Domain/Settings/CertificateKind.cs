using Cluster.Contracts.Json;
using Cluster.Contracts.Settings;
using Cluster.Domain.Validation;
using Cluster.Pki.Findings;

namespace Cluster.Domain.Settings;

/// <summary>Certificates: a document points to a version, and what goes to hosts is its chain.</summary>
internal sealed class CertificateKind() : KindDefinition<CertificateSettings>(Reach.Resolved)
{
    protected override IReadOnlyList<DocumentRule<CertificateSettings>> Rules { get; } =
    [
        static (certificate, _) => Version(certificate),
        static (certificate, _) => LabelRules.Check(certificate.Labels),
        static (certificate, context) => MutedFindings(certificate, context.Now),
    ];

    private static IEnumerable<FieldError> Version(CertificateSettings certificate)
    {
        if (certificate.Version < 1) yield return new FieldError("/version", FieldErrorCodes.Range, "Versions are numbered from 1.");
    }

    private static IEnumerable<FieldError> MutedFindings(CertificateSettings certificate, DateTimeOffset now)
    {
        var muted = certificate.MutedFindings ?? [];
        for (var i = 0; i < muted.Count; i++)
        {
            if (string.IsNullOrWhiteSpace(muted[i].Code))
                yield return new FieldError($"/mutedFindings/{i}/code", FieldErrorCodes.Required, "Name the code of the finding.");
            else if (!IsFinding(muted[i].Code))
                yield return new FieldError(
                    $"/mutedFindings/{i}/code",
                    FieldErrorCodes.Unknown,
                    $"No finding about certificates has the code '{muted[i].Code}'; the list of findings shows it.");
            if (string.IsNullOrWhiteSpace(muted[i].Reason))
                yield return new FieldError($"/mutedFindings/{i}/reason", FieldErrorCodes.Required, "Say why it is accepted.");
            if (muted[i].Until > now.AddYears(1))
                yield return new FieldError($"/mutedFindings/{i}/until", FieldErrorCodes.Range, "A finding is muted for at most a year.");
        }
    }

    private static bool IsFinding(string code) =>
        code is UnusedCertificateRule.Code or MxRule.NameMismatch or MxRule.HostNotCovered
            || CertificateFindings.References.ContainsKey(code);
}
