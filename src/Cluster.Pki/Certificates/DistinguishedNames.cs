using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Cluster.Pki.Certificates;

/// <summary>Distinguished names to and from their parts (RFC 5280, 4.1.2.4).</summary>
internal static class DistinguishedNames
{
    public static SubjectName Read(X500DistinguishedName name)
    {
        var result = new SubjectName();
        foreach (var part in name.EnumerateRelativeDistinguishedNames(reversed: false))
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

    public static X500DistinguishedName Build(SubjectName subject)
    {
        var builder = new X500DistinguishedNameBuilder();
        if (subject.Country is { } country) builder.AddCountryOrRegion(country);
        if (subject.State is { } state) builder.AddStateOrProvinceName(state);
        if (subject.Locality is { } locality) builder.AddLocalityName(locality);
        if (subject.Organization is { } organization) builder.AddOrganizationName(organization);
        if (subject.OrganizationalUnit is { } unit) builder.AddOrganizationalUnitName(unit);
        if (subject.CommonName is { } commonName) builder.AddCommonName(commonName);
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
