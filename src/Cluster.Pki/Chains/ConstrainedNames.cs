using Cluster.Pki.Certificates;
using Cluster.Pki.Findings;

namespace Cluster.Pki.Chains;

/// <summary>
/// Applies name constraints along a path (RFC 5280, 6.1.3 b and c), each to every certificate below. A path is judged with its
/// root, as OpenSSL and GnuTLS do, although RFC 5280 leaves it out.
/// </summary>
internal static class ConstrainedNames
{
    private const string EmailAddress = "1.2.840.113549.1.9.1";

    /// <summary>Finds the first name that an authority above may not issue for.</summary>
    /// <param name="path">Leaf first.</param>
    /// <param name="budget">Bounds the comparisons.</param>
    /// <returns>Null when all may be.</returns>
    public static ConstraintProblem? Check(IReadOnlyList<CertificateInfo> path, WorkBudget budget)
    {
        for (var above = path.Count - 1; above > 0; above--)
        {
            if (NameConstraints.Of(path[above]) is not { } constraints) continue;
            if (constraints.HasDistances) return new ConstraintProblem(path[above], path[0], null);
            for (var below = above - 1; below >= 0; below--)
            {
                // Keys that an authority changes by issuing itself a certificate are not the business of its own constraints.
                if (below > 0 && path[below].IsSelfIssued) continue;
                foreach (var name in NamesOf(path[below], leaf: below == 0))
                {
                    if (constraints.Violation(name, budget) is { } violation)
                        return new ConstraintProblem(path[above], path[below], violation);
                }
            }
        }

        return null;
    }

    private static IEnumerable<GeneralName> NamesOf(CertificateInfo certificate, bool leaf)
    {
        var subject = NameForm.Of(certificate.Parts.Subject);
        if (subject.Length > 0) yield return new GeneralName(GeneralNameKind.Directory, subject, []);
        foreach (var address in CertificateReading.Values(certificate.Parts.Subject, EmailAddress))
            yield return new GeneralName(GeneralNameKind.Email, address, []);
        var named = false;
        if (CertificateReading.Extension(certificate, Oids.SubjectAlternativeName) is { } value)
        {
            var names = value.ReadSequence();
            while (names.HasData)
            {
                var name = GeneralName.Read(names);
                named |= name.Kind == GeneralNameKind.Dns;
                yield return name;
            }
        }

        // Whoever still takes the CN for a host name must not be tricked by it (OpenSSL, GnuTLS and Java agree).
        if (!leaf || named) yield break;
        foreach (var name in CertificateReading.Values(certificate.Parts.Subject, Oids.CommonName).Where(IsHostName))
            yield return new GeneralName(GeneralNameKind.Dns, name, []);
    }

    private static bool IsHostName(string text) =>
        text.Contains('.', StringComparison.Ordinal)
            && !text.StartsWith('.') && !text.EndsWith('.')
            && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_');
}

/// <summary>An authority that may not have issued what is below it.</summary>
/// <param name="Authority">The authority.</param>
/// <param name="Certificate">The certificate below.</param>
/// <param name="Violation">The name; null = the constraints themselves cannot be applied.</param>
internal sealed record ConstraintProblem(CertificateInfo Authority, CertificateInfo Certificate, NameViolation? Violation);
