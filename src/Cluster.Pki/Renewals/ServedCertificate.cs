using Cluster.Pki.Certificates;
using Cluster.Pki.Chains;
using Cluster.Pki.Findings;
using Cluster.Pki.Names;

namespace Cluster.Pki.Renewals;

/// <summary>A leaf with the intermediates that are served with it.</summary>
/// <param name="Leaf">The leaf.</param>
/// <param name="Intermediates">The intermediates in the order in which they are served.</param>
public sealed record ServedCertificate(CertificateInfo Leaf, IReadOnlyList<CertificateInfo> Intermediates)
{
    // Longer chains than this lead nowhere.
    private const int MostIssuers = 16;

    /// <summary>The names by which peers that follow RFC 9525 know it: the SAN, or without any the CN.</summary>
    public IEnumerable<string> Names
    {
        get
        {
            if (Leaf.HasSubjectAlternativeName) return Leaf.DnsNames.Concat(Leaf.IpAddresses.Select(a => a.ToString()));
            return Leaf.SubjectName.CommonName is { } common ? [common] : [];
        }
    }

    /// <summary>Whether peers of a binding accept keyUsage and extendedKeyUsage, those of the intermediates too.</summary>
    public bool Suits(BindingRole role) => role switch
    {
        BindingRole.Server => KeyPurposes.MaySign(Leaf) && KeyPurposes.Allows(Leaf, Intermediates, Oids.ServerAuth),
        BindingRole.Client => KeyPurposes.MaySign(Leaf) && KeyPurposes.Allows(Leaf, Intermediates, Oids.ClientAuth),
        _ => true,
    };

    /// <summary>The name that covers a host.</summary>
    /// <returns>Null when none does.</returns>
    public string? NameFor(string host) =>
        ReferenceIdentity.TryParse(host) is { } reference ? NameMatcher.Match(Leaf, reference)?.Presented : null;

    /// <summary>The last certificate that is known on the way up: a root, or one whose issuer is not among the authorities.</summary>
    /// <exception cref="WorkExhaustedException">The budget was used up.</exception>
    internal CertificateInfo Top(TrustAnchors? anchors, WorkBudget budget)
    {
        var top = Intermediates.Count > 0 ? Intermediates[^1] : Leaf;
        for (var i = 0; i < MostIssuers && !budget.IsSelfSigned(top); i++)
        {
            if (anchors?.Set.Named(top.IssuerForm).FirstOrDefault(issuer => budget.IsIssuedBy(top, issuer)) is not { } issuer) break;
            top = issuer;
        }

        return top;
    }

    /// <summary>The root above it: its name, and its key when it is known.</summary>
    internal (string Name, string? Key) Root(TrustAnchors? anchors)
    {
        try
        {
            var budget = WorkBudget.ForCertificate();
            var top = Top(anchors, budget);
            return budget.IsSelfSigned(top) ? (top.Subject, top.PublicKeySha256) : (top.Issuer, null);
        }
        catch (WorkExhaustedException)
        {
            // Which of very many authorities of one name it is, is not told.
            return ((Intermediates.Count > 0 ? Intermediates[^1] : Leaf).Issuer, null);
        }
    }
}
