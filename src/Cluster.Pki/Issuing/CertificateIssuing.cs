using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Cluster.Pki.Certificates;
using Cluster.Pki.Keys;

namespace Cluster.Pki.Issuing;

/// <summary>Issues certificates (RFC 5280) from an order.</summary>
public static class CertificateIssuing
{
    /// <summary>Issues a certificate that is signed by its own key.</summary>
    public static CertificateInfo IssueSelfSigned(PrivateKeyMaterial key, IssueOrder order) =>
        IssueSelfSigned(new KeySignatureGenerator(key), order);

    /// <summary>Issues a certificate that is signed by an authority; its end is cut to the authority's own.</summary>
    public static CertificateInfo Issue(CertificateInfo issuer, PrivateKeyMaterial issuerKey, IssueOrder order) =>
        Build(
            order with { NotAfter = order.NotAfter > issuer.NotAfter ? issuer.NotAfter : order.NotAfter },
            issuer,
            new KeySignatureGenerator(issuerKey));

    internal static CertificateInfo IssueSelfSigned(KeySignatureGenerator signer, IssueOrder order) => Build(order, issuer: null, signer);

    private static CertificateInfo Build(IssueOrder order, CertificateInfo? issuer, KeySignatureGenerator signer)
    {
        var subject = DistinguishedNames.Build(order.Subject);
        var publicKey = order.PublicKey.ToPublicKey();
        var request = new CertificateRequest(subject, publicKey, HashAlgorithmName.SHA256);
        var identifier = new X509SubjectKeyIdentifierExtension(publicKey, critical: false);
        AddExtensions(request, order, subject.RawData.Length == 2);
        request.CertificateExtensions.Add(identifier);
        request.CertificateExtensions.Add(Authority(issuer, identifier));
        if (order.CaIssuerUrl is { } url)
            request.CertificateExtensions.Add(new X509AuthorityInformationAccessExtension(ocspUris: null, caIssuersUris: [url]));
        var issuerName = issuer is null ? subject : new X500DistinguishedName(issuer.Parts.Subject.Span);
        var serial = order.SerialNumber?.ToArray() ?? SerialNumbers.Next();
        using var certificate = request.Create(issuerName, signer, order.NotBefore, order.NotAfter, serial);
        return CertificateInfo.TryRead(certificate.RawData)
            ?? throw new InvalidOperationException("A certificate that was just made could not be read.");
    }

    private static void AddExtensions(CertificateRequest request, IssueOrder order, bool emptySubject)
    {
        request.CertificateExtensions.Add(
            new X509BasicConstraintsExtension(order.IsCa, order.PathLength is not null, order.PathLength ?? 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(order.KeyUsage, critical: true));
        if (order.ExtendedKeyUsage.Count > 0)
        {
            var usages = new OidCollection();
            foreach (var oid in order.ExtendedKeyUsage) usages.Add(new Oid(oid));
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(usages, critical: false));
        }

        if (AlternativeNames.Build(order.DnsNames, order.IpAddresses, order.Uris) is not { } names) return;
        // Without a subject the alternative names are the identity and must be critical (RFC 5280, 4.2.1.6).
        names.Critical = emptySubject;
        request.CertificateExtensions.Add(names);
    }

    private static X509AuthorityKeyIdentifierExtension Authority(CertificateInfo? issuer, X509SubjectKeyIdentifierExtension own)
    {
        if (issuer is null) return X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(own);
        return issuer.SubjectKeyIdentifier is { } identifier
            ? X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(Convert.FromHexString(identifier))
            : X509AuthorityKeyIdentifierExtension.CreateFromIssuerNameAndSerialNumber(
                new X500DistinguishedName(issuer.Parts.Issuer.Span), Convert.FromHexString(issuer.SerialNumber));
    }
}
