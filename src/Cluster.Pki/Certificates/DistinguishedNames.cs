using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Cluster.Pki.Certificates;

/// <summary>Distinguished names to and from their parts (RFC 5280, 4.1.2.4).</summary>
internal static class DistinguishedNames
{
    public static SubjectName Read(X500DistinguishedName name)
    {
        var result = new SubjectName();
        foreach (var part in Parts(name))
        {
            if (part.HasMultipleElements) continue;
            var value = TryValue(part);
            result = part.GetSingleElementType().Value switch
            {
                Oids.CommonName => result with { CommonName = value },
                Oids.Organization => result with { Organization = value },
                Oids.OrganizationalUnit => result with { OrganizationalUnit = value },
                Oids.Locality => result with { Locality = value },
                Oids.State => result with { State = value },
                Oids.Country => result with { Country = value },
                _ => result,
            };
        }

        return result;
    }

    // A name whose parts cannot be told apart has none that a request could carry.
    private static IEnumerable<X500RelativeDistinguishedName> Parts(X500DistinguishedName name)
    {
        try
        {
            return [.. name.EnumerateRelativeDistinguishedNames(reversed: false)];
        }
        catch (CryptographicException)
        {
            return [];
        }
    }

    /// <summary>Null when the name cannot be decoded; a certificate with such a name is compared by its bytes.</summary>
    public static X500DistinguishedName? TryDecode(ReadOnlyMemory<byte> encoded)
    {
        try
        {
            var name = new X500DistinguishedName(encoded.Span);
            // The platform decodes it only when it is shown.
            return name.Name is null ? null : name;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>The name as text, or a note in its place.</summary>
    public static string TextOrNote(X500DistinguishedName? name) => name is null ? "(a name that cannot be decoded)" : Text(name);

    /// <summary>The name as text, most specific part first; the platform writes S for what RFC 4514 calls ST.</summary>
    public static string Text(X500DistinguishedName name)
    {
        var (given, text, quoted) = (name.Name, new StringBuilder(), false);
        for (var i = 0; i < given.Length; i++)
        {
            text.Append(given[i]);
            if (given[i] == '"') quoted = !quoted;
            if (!quoted && given[i] == 'S' && i + 1 < given.Length && given[i + 1] == '=' && (i == 0 || given[i - 1] == ' '))
                text.Append('T');
        }

        return text.ToString();
    }

    public static X500DistinguishedName Build(SubjectName subject)
    {
        // The builder encodes in reverse: the country comes first in the encoding, the common name last, as everybody writes it.
        var builder = new X500DistinguishedNameBuilder();
        if (subject.CommonName is { } commonName) builder.AddCommonName(commonName);
        if (subject.OrganizationalUnit is { } unit) builder.AddOrganizationalUnitName(unit);
        if (subject.Organization is { } organization) builder.AddOrganizationName(organization);
        if (subject.Locality is { } locality) builder.AddLocalityName(locality);
        if (subject.State is { } state) builder.AddStateOrProvinceName(state);
        if (subject.Country is { } country) builder.AddCountryOrRegion(country);
        return builder.Build();
    }

    private static string? TryValue(X500RelativeDistinguishedName part)
    {
        try
        {
            return part.GetSingleElementValue();
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
