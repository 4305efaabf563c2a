using System.Formats.Asn1;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Cluster.Pki.Certificates;
using Cluster.Pki.Chains;
using Cluster.Pki.Findings;

namespace Cluster.Pki.Tests.Chains.Forging;

/// <summary>A chain made by plan, with faults that no authority would make on purpose.</summary>
internal sealed class ForgedChain
{
    private static readonly ECDsa[] Keys = [.. Enumerable.Range(0, 6).Select(_ => ECDsa.Create(ECCurve.NamedCurves.nistP256))];
    private readonly List<byte[]> certificates = [];

    /// <summary>Makes it.</summary>
    /// <param name="plans">Root first, leaf last.</param>
    /// <param name="now">All of them begin a day before.</param>
    public ForgedChain(IReadOnlyList<CertificatePlan> plans, DateTimeOffset now)
    {
        Now = now;
        for (var i = 0; i < plans.Count; i++) certificates.Add(Make(plans, i, now));
    }

    public DateTimeOffset Now { get; }

    public CertificateInfo Root => Read(0);

    public CertificateInfo Leaf => Read(certificates.Count - 1);

    /// <summary>As they are served, without the root.</summary>
    public IReadOnlyList<CertificateInfo> Intermediates =>
        [.. Enumerable.Range(1, certificates.Count - 2).Reverse().Select(Read)];

    /// <summary>What the rules look at when it is bound, and only its root is trusted.</summary>
    public FindingContext Bound(BindingRole role) => new()
    {
        Certificate = Leaf,
        Intermediates = Intermediates,
        Now = Now,
        Role = role,
        Trust = new TrustAnchors([Root], useSystem: false),
    };

    private CertificateInfo Read(int index) =>
        CertificateInfo.TryRead(certificates[index]) ?? throw new InvalidOperationException("A forged certificate is unreadable.");

    private byte[] Make(IReadOnlyList<CertificatePlan> plans, int index, DateTimeOffset now)
    {
        var (plan, above) = (plans[index], Math.Max(0, index - 1));
        var request = new CertificateRequest(new X500DistinguishedName(plan.Subject), Keys[index], HashAlgorithmName.SHA256);
        var extensions = request.CertificateExtensions;
        if (plan.IsCa is { } isCa)
            extensions.Add(new X509BasicConstraintsExtension(isCa, plan.PathLength is not null, plan.PathLength ?? 0, critical: true));
        if (plan.KeyUsage is { } usage) extensions.Add(new X509KeyUsageExtension(usage, critical: true));
        if (plan.ExtendedKeyUsage is { } usages)
        {
            var list = new OidCollection();
            foreach (var oid in usages) list.Add(new Oid(oid));
            extensions.Add(new X509EnhancedKeyUsageExtension(list, critical: false));
        }

        extensions.Add(new X509SubjectKeyIdentifierExtension(Identifier(index), critical: false));
        if (Issuer(plan.Named, above, index) is { } named) extensions.Add(named);
        if (plan.Permitted.Length + plan.Excluded.Length > 0) extensions.Add(Constraints(plan));
        if (plan.Critical is { } oidOfCritical) extensions.Add(new X509Extension(oidOfCritical, [0x05, 0x00], critical: true));
        if (Names(plan) is { } names) extensions.Add(names);
        var issuer = new X500DistinguishedName(plan.IssuerWritten ?? plans[above].Subject);
        using var made = request.Create(
            issuer, X509SignatureGenerator.CreateForECDsa(Keys[above]), now.AddDays(-1), now.AddDays(plan.EndsIn), Serial(index));
        var der = made.RawData;
        if (plan.BreakSignature) der[^1] ^= 1;
        return der;
    }

    private static byte[] Serial(int index) => [0x11, 0x22, (byte)(index + 1)];

    private static byte[] Identifier(int index) => SHA1.HashData(Keys[index].ExportSubjectPublicKeyInfo());

    private X509AuthorityKeyIdentifierExtension? Issuer(NamedIssuer named, int above, int index) => named switch
    {
        NamedIssuer.ByKey => X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(Identifier(above)),
        NamedIssuer.ByOtherKey => X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(Identifier(5)),
        NamedIssuer.BySerial or NamedIssuer.ByOtherSerial when index > 0 =>
            X509AuthorityKeyIdentifierExtension.CreateFromIssuerNameAndSerialNumber(
                new X500DistinguishedName(Read(above).Parts.Issuer.Span),
                named == NamedIssuer.BySerial ? Serial(above) : [0x77, 0x77]),
        _ => null,
    };

    private static X509Extension Constraints(CertificatePlan plan)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            foreach (var (names, number) in new[] { (plan.Permitted, 0), (plan.Excluded, 1) })
            {
                if (names.Length == 0) continue;
                using var subtrees = writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, number));
                foreach (var name in names)
                {
                    using var subtree = writer.PushSequence();
                    Write(writer, name);
                }
            }
        }

        return new X509Extension("2.5.29.30", writer.Encode(), critical: true);
    }

    private static void Write(AsnWriter writer, string name)
    {
        var (kind, text) = (name[..name.IndexOf(':', StringComparison.Ordinal)], name[(name.IndexOf(':', StringComparison.Ordinal) + 1)..]);
        if (kind == "ip") writer.WriteOctetString(Convert.FromHexString(text), new Asn1Tag(TagClass.ContextSpecific, 7));
        else writer.WriteCharacterString(
            UniversalTagNumber.IA5String, text, new Asn1Tag(TagClass.ContextSpecific, kind == "email" ? 1 : 2));
    }

    private static X509Extension? Names(CertificatePlan plan)
    {
        if (plan.DnsNames.Length + plan.Emails.Length + plan.Addresses.Length == 0) return null;
        var builder = new SubjectAlternativeNameBuilder();
        foreach (var name in plan.DnsNames) builder.AddDnsName(name);
        foreach (var email in plan.Emails) builder.AddEmailAddress(email);
        foreach (var address in plan.Addresses) builder.AddIpAddress(IPAddress.Parse(address));
        return builder.Build();
    }
}
