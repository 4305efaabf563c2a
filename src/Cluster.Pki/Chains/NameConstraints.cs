using System.Formats.Asn1;
using Cluster.Pki.Certificates;
using Cluster.Pki.Findings;

namespace Cluster.Pki.Chains;

/// <summary>The names that an authority may issue for, and those that it may not (RFC 5280, 4.2.1.10).</summary>
/// <param name="Permitted">Of a kind that stands here, each name must match one.</param>
/// <param name="Excluded">No name may match one.</param>
/// <param name="HasDistances">Whether minimum or maximum stand in it, which RFC 5280 forbids and OpenSSL refuses.</param>
internal sealed record NameConstraints(IReadOnlyList<GeneralName> Permitted, IReadOnlyList<GeneralName> Excluded, bool HasDistances)
{
    private static readonly Asn1Tag PermittedTag = new(TagClass.ContextSpecific, 0);
    private static readonly Asn1Tag ExcludedTag = new(TagClass.ContextSpecific, 1);

    /// <summary>Reads those of an authority.</summary>
    /// <returns>Null when it has none.</returns>
    /// <exception cref="AsnContentException">They are malformed.</exception>
    public static NameConstraints? Of(CertificateInfo authority)
    {
        if (!authority.HasNameConstraints || CertificateReading.Extension(authority, Oids.NameConstraints) is not { } value) return null;
        var (permitted, excluded, distances) = (new List<GeneralName>(), new List<GeneralName>(), false);
        var constraints = value.ReadSequence();
        while (constraints.HasData)
        {
            var tag = constraints.PeekTag();
            if (!tag.HasSameClassAndValue(PermittedTag) && !tag.HasSameClassAndValue(ExcludedTag))
                throw new AsnContentException("Neither permitted nor excluded subtrees.");
            var subtrees = constraints.ReadSequence(tag);
            while (subtrees.HasData)
            {
                var subtree = subtrees.ReadSequence();
                (tag.HasSameClassAndValue(PermittedTag) ? permitted : excluded).Add(GeneralName.Read(subtree));
                distances |= subtree.HasData;
            }
        }

        return new NameConstraints(permitted, excluded, distances);
    }

    /// <summary>Why a name may not be issued; null when it may.</summary>
    public NameViolation? Violation(GeneralName name, WorkBudget budget)
    {
        var (of, matched) = (false, false);
        foreach (var permitted in Permitted.Where(p => p.Kind == name.Kind))
        {
            budget.Step();
            of = true;
            if (!NameSubtree.Holds(permitted, name)) continue;
            matched = true;
            break;
        }

        if (of && !matched) return new NameViolation(name, Excluded: false);
        foreach (var excluded in Excluded)
        {
            budget.Step();
            if (excluded.Kind == name.Kind && NameSubtree.Holds(excluded, name)) return new NameViolation(name, Excluded: true);
        }

        return null;
    }
}

/// <summary>A name that an authority may not issue for.</summary>
/// <param name="Name">The name.</param>
/// <param name="Excluded">True when it is excluded; false when it is none of the permitted ones.</param>
internal sealed record NameViolation(GeneralName Name, bool Excluded);
